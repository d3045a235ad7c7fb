"""``ivr agents`` against a running service, through its control API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from ivr.adapters.web import agents_api, api
from ivr.adapters.web.server import application, token_from
from ivr.app.cli.main import cli, main
from ivr.core.acd.events import AgentDropped, AgentKept
from tests.app.whole import Whole, service, write_home

QUEUES = """
skills:
  billing: Bills
  contracts: Contracts
groups:
  back_office: Helps when it is full
queues:
  billing:
    needs:
      - {require: {billing: 2}, prefer: {contracts: 2}, for: 30s}
      - {lower: {billing: 1}, add_group: back_office}
"""
ADD_ANN = [
    "add", "ann", "--name", "Ann Lee", "--address", "+1555 123-0001", "--queue", "billing", "--skill", "billing=3",
    "--language", "zh", "--language", "en", "--order", "2", "--by", "carol",
]  # fmt: skip
ANN = {
    "id": "ann",
    "name": "Ann Lee",
    "address": "+15551230001",
    "queues": ["billing"],
    "groups": [],
    "skills": {"billing": 3},
    "languages": ["zh", "en"],
    "order": 2,
}
SHEET = """id,name,address,queues,groups,skills,languages,order
ann,Ann Lee,'+15551230001,billing,,billing=3,zh;en,2
bob,"O'Neil, Bob",'+15551230002,billing,back_office,,,0
"""


@dataclass
class Desk:
    """A terminal beside a running service."""

    whole: Whole

    async def types(self, *words: str, code: int = 0, typed: bytes | None = None) -> Result:
        """What ``ivr agents`` says; fails when it ends with another code."""
        line = ["agents", *words, "--config", str(self.whole.home / "ivr.yaml")]
        result: Result = await asyncio.to_thread(lambda: CliRunner().invoke(cli, line, input=typed))
        assert result.exit_code == code, (result.output, result.exception)
        return result

    async def listed(self) -> list[dict[str, Any]]:
        """The agents that `ivr agents list` shows."""
        found: list[dict[str, Any]] = json.loads((await self.types("list", "--json")).stdout)["agents"]
        return found

    def kept(self) -> list[AgentKept]:
        """What the journal tells of agents who are new or changed."""
        return [event for event in self.whole.events if isinstance(event, AgentKept)]


@asynccontextmanager
async def a_desk(home: Path) -> AsyncIterator[Desk]:
    """A running service with its control API."""
    async with service(home, watched=False) as whole:
        parts = whole.parts
        await parts.roster.recall()
        token = await asyncio.to_thread(token_from, parts.settings.control.token_file)
        app = application(api.Services(parts.calls, parts.world.journal, parts.health, parts.board), token)
        agents_api.add(app, parts.roster)
        async with TestServer(app) as server:
            file = home / "ivr.yaml"
            file.write_text(re.sub(r"\ncontrol:.*", "", file.read_text()) + f"\ncontrol: {{port: {server.port}}}\n")
            yield Desk(whole)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_home(tmp_path)
    (tmp_path / "flows" / "queues.yaml").write_text(QUEUES)
    return tmp_path


async def test_an_agent_is_added_shown_and_known_to_the_journal(home: Path) -> None:
    async with a_desk(home) as desk:
        said = await desk.types(*ADD_ANN)
        assert said.stdout.splitlines() == [
            "agent      ann",
            "name       Ann Lee",
            "address    +15551230001",
            "queues     billing",
            "groups     -",
            "skills     billing=3",
            "languages  zh en",
            "order      2",
        ]
        assert said.stderr == ""
        assert (await desk.types("show", "ann")).stdout == said.stdout
        assert json.loads((await desk.types("show", "ann", "--json")).stdout) == ANN
        [kept] = desk.kept()
        assert (kept.agent, kept.new, kept.by) == (ANN, True, "carol")


async def test_the_list_is_a_table_in_which_wide_letters_have_their_width(home: Path) -> None:
    async with a_desk(home) as desk:
        assert "There are no agents yet" in (await desk.types("list")).stdout
        await desk.types("add", "bob", "--address", "+15551230002", "--name", "鲍勃")
        await desk.types(*ADD_ANN)
        assert (await desk.types("list")).stdout.splitlines() == [
            "AGENT  NAME     ADDRESS       QUEUES   GROUPS  SKILLS     LANGUAGES  ORDER",
            "ann    Ann Lee  +15551230001  billing  -       billing=3  zh en      2",
            "bob    鲍勃     +15551230002  -        -       -          -          0",
        ]


async def test_what_is_named_is_changed_and_all_else_stays(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
        await desk.types(
            "change", "ann", "--name", "Ann", "--group", "back_office", "--skill", "contracts=1", "--no-language", "zh",
            "--by", "dan",
        )  # fmt: skip
        changed = ANN | {
            "name": "Ann",
            "groups": ["back_office"],
            "skills": {"billing": 3, "contracts": 1},
            "languages": ["en"],
        }
        assert await desk.listed() == [changed]
        assert (desk.kept()[-1].new, desk.kept()[-1].by) == (False, "dan")
        said = await desk.types("change", "ann", "--order", "0", "--no-queue", "biling", "--no-skill", "contracts")
        assert "note: ann has no 'biling' among queues" in said.stderr
        assert await desk.listed() == [changed | {"order": 0, "skills": {"billing": 3}}]


async def test_a_skill_is_changed_and_taken_away_with_nought(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
        await desk.types("skill", "ann", "billing=0", "contracts=4")
        assert (await desk.listed())[0]["skills"] == {"contracts": 4}


async def test_what_queues_do_not_know_is_kept_with_a_note(home: Path) -> None:
    async with a_desk(home) as desk:
        said = await desk.types("add", "bob", "--address", "202", "--queue", "biling", "--skill", "x=1")
        assert said.stderr.splitlines() == [
            "note: bob: queues.yaml has no queue 'biling'; did you mean 'billing'?",
            "note: bob: queues.yaml has no skill 'x'",
            "note: bob: no line of dial: in the settings allows 202, so it cannot be rung",
        ]
        assert [one["id"] for one in await desk.listed()] == ["bob"]


async def test_an_agent_is_removed(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
        assert (await desk.types("remove", "ann", "--by", "dan")).stdout == "removed: ann  Ann Lee  +15551230001\n"
        assert await desk.listed() == []
        [dropped] = [event for event in desk.whole.events if isinstance(event, AgentDropped)]
        assert (dropped.agent_id, dropped.by) == ("ann", "dan")


async def test_a_restart_keeps_them(home: Path) -> None:
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
    async with a_desk(home) as desk:
        assert await desk.listed() == [ANN]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "ann", "--address", "201"], "there is an agent 'ann' already"),
        (["add", "Bob", "--address", "201"], "id: 'Bob' is not an id"),
        (["add", "bob", "--address", "PJSIP/201"], "address: 'PJSIP/201' is neither"),
        (["add", "bob", "--address", "201", "--skill", "billing=6"], "from 1 to 5"),
        (["add", "bob", "--address", "201", "--queue", "Billing"], "queues: 'Billing' is not a name"),
        (["change", "anne", "--name", "x"], "there is no agent 'anne'\n         did you mean 'ann'?"),
        (["change", "ann", "--order", "-1"], "order: should be a whole number"),
        (["skill", "ann", "billing=9"], "from 1 to 5"),
        (["show", "bob"], "there is no agent 'bob'"),
        (["show", "../health"], "there is no agent '../health'"),
        (["remove", "bob"], "there is no agent 'bob'"),
    ],
)
async def test_what_is_refused_says_why_and_changes_nothing(home: Path, words: list[str], said: str) -> None:
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
        result = await desk.types(*words, code=1)
        assert result.stderr.startswith("refused: ")
        assert said in result.stderr
        assert await desk.listed() == [ANN]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["change", "ann"], "say what to change"),
        (["skill", "ann", "billing"], "like billing=3"),
        (["skill", "ann"], "Missing argument"),
        (["add", "ann"], "Missing option '--address'"),
        (["import", "nothing.csv"], "No such file"),
    ],
)
def test_a_slip_at_the_terminal_asks_no_service(home: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["agents", *words, "--config", str(home / "ivr.yaml")])
    assert result.exit_code == 2
    assert said in result.stderr


async def test_a_table_goes_out_and_comes_back_as_it_was(home: Path) -> None:
    file = home / "agents.csv"
    async with a_desk(home) as desk:
        await desk.types(*ADD_ANN)
        await desk.types(
            "add", "bob", "--name", "O'Neil, Bob", "--address", "+15551230002", "--queue", "billing", "--group",
            "back_office",
        )  # fmt: skip
        before = await desk.listed()
        assert (await desk.types("export", "-")).stdout == SHEET
        assert (await desk.types("export", str(file))).stdout == f"{file}: 2 agents\n"
        assert file.read_bytes().decode() == SHEET
        assert (await desk.types("import", str(file))).stdout == "new: 0\nchanged: 0\nunchanged: 2\n"
        await desk.types("remove", "bob")
        await desk.types("skill", "ann", "billing=1")
        told = (await desk.types("import", str(file), "--dry-run")).stdout
        assert told == "would be new: 1 (bob)\nwould be changed: 1 (ann)\nunchanged: 0\n"
        assert len(await desk.listed()) == 1
        said = await desk.types("import", "-", "--by", "carol", typed=b"\xef\xbb\xbf" + SHEET.encode())
        assert said.stdout == "new: 1 (bob)\nchanged: 1 (ann)\nunchanged: 0\n"
        assert await desk.listed() == before
        assert [(event.agent_id, event.by) for event in desk.kept()[-2:]] == [("ann", "carol"), ("bob", "carol")]


async def test_a_table_with_mistakes_tells_them_all_and_changes_nothing(home: Path) -> None:
    file = home / "agents.csv"
    file.write_text(SHEET + "Cat,Cat,203,,,billing=7,,\n")
    async with a_desk(home) as desk:
        result = await desk.types("import", str(file), code=1)
        assert result.stderr.splitlines() == [
            f"{file}:4: id: 'Cat' is not an id: small letters, digits, _ . and -, a letter or digit first, at most 40",
            f"{file}:4: skills: the level of 'billing' should be a whole number from 1 to 5",
            "2 mistakes, nothing is changed",
        ]
        assert await desk.listed() == []


async def test_a_table_of_strangers_is_kept_with_one_note_for_all(home: Path) -> None:
    lines = "".join(f"a{number:02},,+1555{number:02},biling,,,,\n" for number in range(12))
    async with a_desk(home) as desk:
        said = await desk.types("import", "-", typed=(SHEET.splitlines()[0] + "\n" + lines).encode())
        [note] = said.stderr.splitlines()
        assert note.endswith("a08, a09 and 2 more: queues.yaml has no queue 'biling'; did you mean 'billing'?")
        assert said.stdout.startswith("new: 12 (a00, a01, a02, a03, a04, a05, a06, a07, a08, a09 and 2 more)\n")


async def test_a_file_that_cannot_be_written_is_told(home: Path) -> None:
    async with a_desk(home) as desk:
        result = await desk.types("export", str(home / "none" / "agents.csv"), code=1)
        assert "cannot be written: No such file" in str(result.exception)


def test_without_a_service_the_exit_code_is_3(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["ivr", "agents", "list", "--config", str(home / "ivr.yaml")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3


@pytest.mark.parametrize("words", [["list"], ["show", "ann"], ["export", "-"], ADD_ANN, ["remove", "ann"]])
def test_without_a_service_it_says_how_to_start_one(home: Path, words: list[str]) -> None:
    result = CliRunner().invoke(cli, ["agents", *words, "--config", str(home / "ivr.yaml")])
    assert result.exit_code != 0
    assert "ivr serve" in str(result.exception)
