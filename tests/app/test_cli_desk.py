"""``ivr desk`` and ``ivr queues`` against a running service: who works, who waits, and what is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from ivr.adapters.web import agents_api, api, desk_api
from ivr.adapters.web.server import application, token_from
from ivr.app.cli.main import cli
from ivr.core.acd.facts import Ticket
from ivr.core.base.ids import CallId, TicketId
from ivr.services.acd.dispatcher import Place
from tests.app.whole import Whole, service, write_home

QUEUES = """
breaks: {lunch: {paid: no}}
wrap_up_codes: {solved: The matter is settled}
queues:
  billing: {wrap_up: {for: 30s, code: required}}
  sales: {about: New contracts}
"""


@dataclass
class Terminal:
    """A terminal beside a running service."""

    whole: Whole

    async def types(self, *words: str, code: int = 0) -> str:
        """What a command says; fails when it ends with another code."""
        line = [*words, "--config", str(self.whole.home / "ivr.yaml")]
        result = await asyncio.to_thread(lambda: CliRunner().invoke(cli, line))
        assert result.exit_code == code, result.output
        return result.output

    async def sees(self, what: str) -> Any:
        """What ``ivr desk`` or ``ivr queues`` knows."""
        return json.loads(await self.types(what, "--json"))

    def waits(self, ticket_id: str, queue: str = "billing") -> Any:
        """A caller in the line, for the length of a block."""
        at = self.whole.parts.world.clock.now().timestamp()
        ticket = Ticket(
            ticket_id=TicketId(ticket_id), call_id=CallId("call_1"), queue=queue, since=at, entered_at=at
        )  # fmt: skip
        return self.whole.parts.acd.place(Place(ticket))


@asynccontextmanager
async def a_terminal(home: Path) -> AsyncIterator[Terminal]:
    """A running service with its control API and two agents."""
    write_home(home)
    (home / "flows" / "queues.yaml").write_text(QUEUES, encoding="utf-8")
    async with service(home, watched=False) as whole:
        parts = whole.parts
        await parts.roster.recall()
        token = await asyncio.to_thread(token_from, parts.settings.control.token_file)
        app = application(api.Services(parts.calls, parts.world.journal, parts.health, parts.board), token)
        agents_api.add(app, parts.roster)
        desk_api.add(app, parts.desk)
        async with TestServer(app) as server:
            file = home / "ivr.yaml"
            file.write_text(f"{file.read_text()}control: {{port: {server.port}}}\n")
            terminal = Terminal(whole)
            for name, number in (("ann", "+15551230001"), ("bob", "+15551230002")):
                await terminal.types("agents", "add", name, "--address", number, "--queue", "billing")
            yield terminal


async def test_an_agent_signs_in_takes_a_break_and_signs_out(tmp_path: Path) -> None:
    async with a_terminal(tmp_path) as terminal:
        assert "Nobody is signed in" in await terminal.types("desk")
        assert "ready" in await terminal.types("desk", "sign-in", "ann")
        assert "on_break (lunch)" in await terminal.types("desk", "break", "ann", "lunch")
        [ann] = (await terminal.sees("desk"))["agents"]
        assert (ann["agent"], ann["status"], ann["reason"]) == ("ann", "on_break", "lunch")
        await terminal.types("desk", "ready", "ann")
        await terminal.types("desk", "break", "ann", "lunch", "--after-call")
        assert (await terminal.sees("desk"))["agents"][0]["next"] == "on_break"
        await terminal.types("desk", "sign-out", "ann")
        assert (await terminal.sees("desk"))["agents"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["sign-in", "zoe"], "there is no agent 'zoe'"),
        (["sign-out", "ann"], "ann is not signed in"),
        (["ready", "bob"], "bob is not signed in"),
        (["wrap-up", "bob", "--code", "solved"], "bob is not signed in"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(tmp_path: Path, words: list[str], why: str) -> None:
    async with a_terminal(tmp_path) as terminal:
        assert why in await terminal.types("desk", *words, code=1)


async def test_a_break_without_a_known_reason_is_refused_and_the_reasons_are_told(tmp_path: Path) -> None:
    async with a_terminal(tmp_path) as terminal:
        await terminal.types("desk", "sign-in", "ann")
        told = await terminal.types("desk", "break", "ann", "lunhc", code=1)
        assert "lunch" in told
        assert "already" in await terminal.types("desk", "sign-in", "ann", code=1)


async def test_queues_show_who_waits_and_a_supervisor_changes_the_place(tmp_path: Path) -> None:
    async with a_terminal(tmp_path) as terminal:
        assert "billing  0" in await terminal.types("queues")
        with terminal.waits("ticket_1") as first, terminal.waits("ticket_2"):
            assert isinstance(first, Place)
            waiting = (await terminal.sees("queues"))["queues"][0]["waiting"]
            assert [one["ticket"] for one in waiting] == ["ticket_1", "ticket_2"]
            await terminal.types("queues", "change", "ticket_2", "--priority", "10")
            waiting = (await terminal.sees("queues"))["queues"][0]["waiting"]
            assert [one["ticket"] for one in waiting] == ["ticket_2", "ticket_1"]
            assert "sales" in await terminal.types("queues", "change", "ticket_1", "--queue", "sales")
            assert len((await terminal.sees("queues"))["queues"][1]["waiting"]) == 1
            assert "there is no queue" in await terminal.types("queues", "change", "ticket_1", "--queue", "x", code=1)
            assert "is not free" in await terminal.types("queues", "pick", "ticket_1", "ann", code=1)
            assert "does not wait" in await terminal.types("queues", "pick", "ticket_9", "ann", code=1)
        assert "billing  0" in await terminal.types("queues")


async def test_a_change_of_nothing_is_wrong_usage(tmp_path: Path) -> None:
    async with a_terminal(tmp_path) as terminal:
        assert "say what to change" in await terminal.types("queues", "change", "ticket_1", code=2)


async def test_an_agent_who_is_removed_is_signed_out(tmp_path: Path) -> None:
    async with a_terminal(tmp_path) as terminal:
        await terminal.types("desk", "sign-in", "ann")
        await terminal.types("agents", "remove", "ann")
        assert (await terminal.sees("desk"))["agents"] == []
