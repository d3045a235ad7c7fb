"""``ivr announce`` against a running service, through its control API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from ivr.adapters.web import api
from ivr.adapters.web.server import application, token_from
from ivr.app.cli.main import cli
from ivr.core.announcements.events import AnnouncementEnded, AnnouncementMade
from ivr.core.audio.clip import tone
from ivr.core.audio.wav import write_wav
from ivr.core.calls.events import AnnouncementPlayed, PromptPlayed
from tests.app.whole import Whole, recording, service, write_home

DOWN = "All lines are down."


@dataclass
class Desk:
    """A terminal beside a running service."""

    whole: Whole

    async def types(self, *words: str, code: int = 0) -> Result:
        """What a command says; fails when it ends with another code."""
        line = [words[0], *words[1:], "--config", str(self.whole.home / "ivr.yaml")]
        result: Result = await asyncio.to_thread(lambda: CliRunner().invoke(cli, line))
        assert result.exit_code == code, result.output
        return result

    async def listed(self, *words: str) -> list[dict[str, Any]]:
        """The announcements that `ivr announce list` shows."""
        told = json.loads((await self.types("announce", "list", "--json", *words)).stdout)
        found: list[dict[str, Any]] = told["announcements"]
        return found


@asynccontextmanager
async def a_desk(home: Path, more: str = "") -> AsyncIterator[Desk]:
    """A running service with its control API."""
    async with service(home, more, watched=False) as whole:
        parts = whole.parts
        await parts.board.recall()
        token = await asyncio.to_thread(token_from, parts.settings.control.token_file)
        app = application(api.Services(parts.calls, parts.world.journal, parts.health, parts.board), token)
        async with TestServer(app) as server:
            file = home / "ivr.yaml"
            file.write_text(re.sub(r"\ncontrol:.*", "", file.read_text()) + f"\ncontrol: {{port: {server.port}}}\n")
            yield Desk(whole)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_home(tmp_path)
    for path in (recording(tmp_path, DOWN), tmp_path / "flows" / "prompts" / "outage.wav"):
        path.write_bytes(write_wav(tone(440, 0.1)))
    return tmp_path


async def test_a_text_alone_is_enough_and_the_answer_says_what_is_in_force(home: Path) -> None:
    async with a_desk(home) as desk:
        said = (await desk.types("announce", DOWN, "--by", "ann")).stdout
        [one] = await desk.listed()
        assert f"in force: {one['id']}" in said
        assert "in front of every flow" in said
        assert "by 0 calls waiting now" in said
        assert f"ivr announce end {one['id'][-6:]}" in said
        lasts = datetime.fromisoformat(one["until"]) - datetime.fromisoformat(one["begins_at"])
        assert lasts == timedelta(hours=24)
        assert (one["words"], one["flow"], one["point"], one["by"]) == ({"en": DOWN}, "all", "front", "ann")
        [made] = [event for event in desk.whole.events if isinstance(event, AnnouncementMade)]
        assert (made.announcement_id, made.by) == (one["id"], "ann")


async def test_every_new_call_hears_it_first_until_somebody_ends_it(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types("announce", DOWN)
        await desk.whole.call()
        await desk.types("announce", "end", "--by", "bob")
        await desk.whole.call()
        heard = [event.text for event in desk.whole.events if isinstance(event, PromptPlayed)]
        assert heard[0] == DOWN
        assert heard.count(DOWN) == 1
        [played] = [event for event in desk.whole.events if isinstance(event, AnnouncementPlayed)]
        [ended] = [event for event in desk.whole.events if isinstance(event, AnnouncementEnded)]
        assert (ended.announcement_id, ended.by) == (played.announcement_id, "bob")
        assert await desk.listed() == []
        shown = (await desk.types("announce", "list", "--all")).stdout
        assert "by bob" in shown
        first = (await desk.whole.kept())[-1]
        trace = (await desk.types("call", first.call_id)).stdout
        assert f"emergency announcement {played.announcement_id}, at front" in trace


async def test_a_restart_keeps_it_in_force(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types("announce", DOWN, "--for", "2h")
    async with a_desk(home) as desk:
        [one] = await desk.listed()
        await desk.whole.call()
        heard = [event.text for event in desk.whole.events if isinstance(event, PromptPlayed)]
        assert (one["words"]["en"], heard[0]) == (DOWN, DOWN)


async def test_a_recording_is_announced_by_its_name(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types("announce", "--recording", "outage", "--flow", "main", "--note", "cable cut")
        await desk.whole.call()
        assert "[outage]" in [event.text for event in desk.whole.events if isinstance(event, PromptPlayed)]
        assert "(cable cut)" in (await desk.types("announce", "list")).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Nobody can speak this."], "nothing can speak the text for en"),
        ([DOWN, "--flow", "shop"], "there is no flow 'shop'"),
        ([DOWN, "--language", "fr", "Bonjour."], "runs in fr"),
        (["--recording", "../secret"], "no recording '../secret'"),
        ([DOWN, "--until", "2020-01-01 10:00"], "is over"),
        (["x. " * 400], "at most 1,000 characters"),
        ([DOWN, "--recording", "outage"], "either a text or a recording"),
    ],
)
async def test_what_is_refused_says_why_and_nobody_hears_anything(home: Path, words: list[str], said: str) -> None:
    async with a_desk(home) as desk:
        result = await desk.types("announce", *words, code=1)
        assert "refused: " in result.stderr
        assert said in result.stderr
        assert await desk.listed("--all") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stop"], "is one word"),
        ([DOWN, "--until", "18:00", "--for", "2h"], "not both"),
        ([DOWN, "--until", "noonish"], "not like 18:00"),
        ([DOWN, "--for", "soon"], "not like 30m"),
        (["now"], "nothing to announce"),
    ],
)
def test_a_slip_at_the_terminal_reaches_no_caller(home: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["announce", *words, "--config", str(home / "ivr.yaml")])
    assert result.exit_code == 2
    assert said in result.stderr


async def test_an_end_may_be_a_time_of_day_in_the_zone_of_the_settings(home: Path) -> None:
    async with a_desk(home, more="\nzone: Asia/Shanghai\n") as desk:
        said = (await desk.types("announce", DOWN, "--until", "18:00")).stdout
        [one] = await desk.listed()
        until = datetime.fromisoformat(one["until"])
        assert until.astimezone(UTC).strftime("%H:%M") == "10:00"
        assert timedelta(0) < until - datetime.fromisoformat(one["begins_at"]) <= timedelta(days=1)
        assert "18:00 CST" in said


async def test_several_are_ended_by_a_part_of_their_ids(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types("announce", DOWN)
        await desk.types("announce", "--recording", "outage")
        first, second = await desk.listed()
        assert "2 announcements are meant" in (await desk.types("announce", "end", code=1)).stderr
        await desk.types("announce", "end", first["id"][-6:].lower())
        assert [one["id"] for one in await desk.listed()] == [second["id"]]


async def test_control_characters_reach_neither_a_voice_nor_a_terminal(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types("announce", "All lines\x1b\nare\u202e down.", "--by", "a\x1b[2Jnn")
        [one] = await desk.listed()
        assert (one["words"]["en"], one["by"]) == (DOWN, "a [2Jnn")


def test_without_a_service_it_says_how_to_start_one(home: Path) -> None:
    result = CliRunner().invoke(cli, ["announce", DOWN, "--config", str(home / "ivr.yaml")])
    assert result.exit_code != 0
    assert "ivr serve" in str(result.exception)
