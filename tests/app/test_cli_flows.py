"""``ivr flows``, as it is typed: with the service and without it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.web import api, flows_api
from ivr.adapters.web.server import application, serving, token_from
from ivr.app.cli.main import cli
from ivr.core.audio.clip import tone
from ivr.core.audio.wav import write_wav
from ivr.core.base.errors import Refused
from tests.app.whole import TEXTS, Whole, recording, service, write_home

SCENARIOS = """
- scenario: somebody comes back
  returned: yes
  call:
    - hears: %s
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Settings, a flow and its recordings."""
    write_home(tmp_path)
    return tmp_path


def ivr(home: Path, *words: str) -> Result:
    """The command, with the settings of this folder."""
    return CliRunner().invoke(cli, ["flows", *words, "--config", str(home / "ivr.yaml")])


def edit(home: Path, old: str, new: str) -> None:
    """Changes the flow."""
    page = home / "flows" / "main.yaml"
    text = page.read_text()
    assert old in text
    page.write_text(text.replace(old, new))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@asynccontextmanager
async def running(home: Path, more: str = "") -> AsyncIterator[tuple[Whole, Callable[..., Result]]]:
    """The service with its control API, and the command that speaks to it."""
    port = _free_port()
    control = f"control: {{port: {port}, token_file: data/control.token}}\n"
    async with service(home, control + more) as whole, AsyncExitStack() as stack:
        parts = whole.parts
        services = api.Services(parts.calls, parts.world.journal, parts.health, parts.board)
        app = application(services, await asyncio.to_thread(token_from, home / "data" / "control.token"))
        flows_api.add(app, flows_api.FlowServices(parts.publisher, parts.library))
        await stack.enter_async_context(serving(app, "127.0.0.1", port))
        yield whole, lambda *words: ivr(home, *words)


async def test_a_draft_is_shown_published_and_taken_back(home: Path) -> None:
    async with running(home, "publish: {on_save: no}\n") as (whole, command):

        async def typed(*words: str) -> Result:
            return await asyncio.to_thread(command, *words)

        first = whole.parts.editions.live.bundle.name
        assert "the same as what is live" in (await typed("status")).output
        await asyncio.to_thread(edit, home, "say: Goodbye.", "say: You are back.")
        assert "a draft" in (await typed("status")).output
        told = await typed("diff")
        assert told.exit_code == 1
        assert "-    - say: Goodbye.\n+    - say: You are back.\n" in told.output
        done = await typed("publish", "--note", "be polite", "--by", "ann")
        assert done.exit_code == 0, done.output
        assert whole.parts.editions.live.bundle.name in done.output
        assert (await typed("diff")).exit_code == 0
        again = await typed("publish")
        assert isinstance(again.exception, Exception)
        assert "live already" in str(again.exception)
        back = await typed("rollback", "--by", "bob", "--json")
        assert json.loads(back.output)["bundle"] == first == whole.parts.editions.live.bundle.name
        history = (await typed("history")).output.splitlines()
        assert [line.split(" UTC  ")[1] for line in history if " UTC " in line] == [
            "rolled back by bob", "published by ann  be polite", "at the start by the folder",
        ]  # fmt: skip
        assert json.loads((await typed("show", "live", "--json")).output)["files"]["main.yaml"] > 100
        assert "say: Goodbye." in (await typed("show", first[:5], "main.yaml")).output
        await whole.call()
        assert (await whole.kept())[0].bundle == first


async def test_a_mistake_is_shown_at_its_place_and_changes_nothing(home: Path) -> None:
    async with running(home) as (whole, command):
        first = whole.parts.editions.live.bundle.name
        await asyncio.to_thread(edit, home, "go: message", "go: massage")
        async with asyncio.timeout(10):
            while not whole.parts.publisher.health()["refused"]:  # noqa: ASYNC110 - as a probe does
                await asyncio.sleep(0.05)
        told = await asyncio.to_thread(command, "status")
        assert told.exit_code == 1
        assert "has mistakes, so the flows before go on" in told.output
        assert "flows/main.yaml:10:26  F104" in told.output
        assert whole.parts.health()["status"] == "degraded"
        await asyncio.to_thread(edit, home, "go: massage", "go: message")
        async with asyncio.timeout(10):
            while whole.parts.health()["status"] != "ok":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert whole.parts.editions.live.bundle.name == first


async def test_recordings_of_before_come_back_with_a_rollback(home: Path) -> None:
    async with running(home, "publish: {on_save: no}\n") as (whole, command):
        old = whole.parts.editions.live
        new_sound = write_wav(tone(880, 0.4))
        await asyncio.to_thread(recording(home, TEXTS[0]).write_bytes, new_sound)
        assert "changed  prompts/en/" in (await asyncio.to_thread(command, "diff")).output
        await asyncio.to_thread(command, "publish")
        new = whole.parts.editions.live
        wanted = next(one for one in new.bundle.flows["main"].sentences() if one.text == TEXTS[0])
        sounds = [await edition.voice.sound(wanted) for edition in (old, new)]
        assert [sound and round(sound.seconds, 1) for sound in sounds] == [0.1, 0.4]
        await asyncio.to_thread(command, "rollback")
        again = await whole.parts.editions.live.voice.sound(wanted)
        assert again
        assert round(again.seconds, 1) == 0.1


async def test_failing_scenarios_forbid_it_and_can_be_overruled(home: Path) -> None:
    async with running(home, "publish: {on_save: no}\n") as (whole, command):
        first = whole.parts.editions.live.bundle.name
        page = home / "flows" / "main.scenarios.yaml"
        await asyncio.to_thread(page.write_text, SCENARIOS % "You are gone.")
        refused = await asyncio.to_thread(command, "publish")
        assert "You are gone." in str(refused.exception)
        assert whole.parts.editions.live.bundle.name == first
        done = await asyncio.to_thread(command, "publish", "--because", "the scenario is for tomorrow")
        assert done.exit_code == 0, done.output
        assert "scenarios: failed" in done.output
        history = (await asyncio.to_thread(command, "history")).output
        assert "(overruled: the scenario is for tomorrow)" in history


async def test_what_was_published_is_shown_when_no_service_runs(home: Path) -> None:
    async with service(home):
        pass
    await asyncio.to_thread(edit, home, "say: Goodbye.", "say: You are back.")
    status = await asyncio.to_thread(ivr, home, "status")
    assert "not running" in status.output
    assert "becomes live in a moment, or when the service starts" in status.output
    assert "+    - say: You are back." in (await asyncio.to_thread(ivr, home, "diff")).output
    assert "at the start by the folder" in (await asyncio.to_thread(ivr, home, "history")).output
    assert "main.yaml" in (await asyncio.to_thread(ivr, home, "show")).output
    published = await asyncio.to_thread(ivr, home, "publish")
    assert "ivr serve" in str(published.exception)


async def test_only_what_is_in_a_bundle_is_shown(home: Path) -> None:
    async with service(home) as whole:
        name = whole.parts.editions.live.bundle.name

    async def refused(*words: str) -> str:
        result = await asyncio.to_thread(ivr, home, *words)
        assert isinstance(result.exception, Refused)
        return str(result.exception)

    assert "no bundle" in await refused("show", "0000")
    assert "no bundle" in await refused("show", "../../ivr.yaml")
    assert "there is no ../../../ivr.yaml" in await refused("show", name, "../../../ivr.yaml")
    sound = recording(home, TEXTS[0]).relative_to(home / "flows")
    assert "is a recording" in await refused("show", name, str(sound))


def test_a_folder_that_was_never_published_is_shown_too(home: Path) -> None:
    status = ivr(home, "status", "--json")
    found = json.loads(status.output)
    assert (found["live"], found["folder"]["state"], found["running"]) == (None, "waiting", False)
    assert "nothing was published" in str(ivr(home, "diff").exception)


async def test_the_service_comes_up_with_the_flows_of_before_when_the_folder_is_broken(home: Path) -> None:
    async with service(home) as whole:
        first = whole.parts.editions.live.bundle.name
    await asyncio.to_thread(edit, home, "go: message", "go: massage")
    async with service(home) as whole:
        assert whole.parts.editions.live.bundle.name == first
        assert any("flows" in one for one in whole.parts.health()["amiss"])
        await asyncio.wait_for(whole.call(), 10)
        assert (await whole.kept())[0].bundle == first
