"""``ivr why`` and ``ivr why-not``, from a database that calls were kept in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.ledger import Ledger
from ivr.adapters.store.queries import sql
from ivr.adapters.store.rows import agent_values
from ivr.app.cli.main import cli
from ivr.core.acd.call_events import AgentStateChanged, CallOffered, OfferEnded, QueueJoined
from ivr.core.acd.facts import CallQueued, SignIn, Ticket
from ivr.core.acd.orders import Offer
from ivr.core.acd.people import Agent
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Queue, Setup, Step, levels
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from ivr.core.calls.events import CallStarted
from ivr.services.acd import telling
from tests.app.whole import write_home

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
QUEUES = """
skills: {tech: Repairs}
queues:
  billing:
    needs:
      - {for: 20s, require: {tech: 3}}
      - {lower: {tech: 1}}
"""
STEPS = (Step(20.0, require=levels({"tech": 3})), Step(None, lower=levels({"tech": 1})))
AGENTS = [
    Agent(agent_id=AgentId(name), address="201", queues=frozenset({"billing"}), skills={"tech": level})
    for name, level in (("ann", 5), ("bob", 4), ("cho", 2))
]


def offer() -> Offer:
    """What the real router decides of a call that finds ann and bob free."""
    router = Router(Setup({"billing": Queue(name="billing", steps=STEPS)}), at=START.timestamp())
    for agent in AGENTS:
        router.handle(SignIn(agent), router.now + 1)
    at = router.now + 5
    ticket = Ticket(
        ticket_id=TicketId("ticket_1"), call_id=CallId("call_01JA"), queue="billing", since=at, entered_at=at
    )
    [made] = [one for one in router.handle(CallQueued(ticket), at) if isinstance(one, Offer)]
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_home(tmp_path)
    (tmp_path / "flows" / "queues.yaml").write_text(QUEUES)
    made, at = offer(), START + timedelta(seconds=8)
    call_id, ticket_id = CallId("call_01JA"), TicketId("ticket_1")
    started = {"caller": "+1555", "caller_name": "", "called": "100", "flow": "main", "language": "en"}
    offered = telling.event_of(made, at)
    assert isinstance(offered, CallOffered)
    events: list[Event] = [
        AgentStateChanged(at=START, agent_id=AgentId("cho"), status="on_break", state="idle", reason="lunch",
                          ticket_id=TicketId("")),
        CallStarted(at=START, call_id=call_id, channel="chan", **started),
        CallStarted(at=START - timedelta(days=1), call_id=CallId("call_01AA"), channel="chan2", **started),
        QueueJoined(at=at, call_id=call_id, ticket_id=ticket_id, queue="billing", lane=0, vtime=1.0,
                    ticket={"needs": []}),
        offered,
        OfferEnded(at=at + timedelta(seconds=3), ticket_id=ticket_id, offer_id=OfferId(made.offer_id),
                   agent_id=made.agent_id, outcome="answered"),
        AgentStateChanged(at=at + timedelta(seconds=9), agent_id=AgentId("cho"), status="ready", state="idle",
                          ticket_id=TicketId("")),
    ]  # fmt: skip
    (tmp_path / "data").mkdir(exist_ok=True)
    ledger = Ledger(tmp_path / "data" / "ivr.db", open_for_writing)
    ledger.write(list(enumerate(events, 1)))
    rows = [agent_values(agent, START, "ops") for agent in AGENTS]
    ledger.do(lambda db: db.conn.executemany(sql("agent"), rows))
    ledger.close()
    return tmp_path


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--config", str(home / "ivr.yaml")])


def test_why_tells_of_each_offer_and_computes_it_again(home: Path) -> None:
    result = run(home, "why", "last")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "call_01JA, offer 1 of 1",
        "  at          10:00:08.0 UTC, 0.0 s after the call came to the queue",
        "  agent       ann",
        "  cause       the call came, or its needs loosened, while agents were free",
        "  needs       queue billing; tech 3 or more (stage 1)",
        "  order       longest idle",
        "  agents      1. ann: idle for 7.0 s",
        "              2. bob: idle for 6.0 s",
        "  result      answered after 3.0 s",
        "  recomputed  the same",
    ]


def test_why_as_json(home: Path) -> None:
    document = json.loads(run(home, "why", "call_01JA", "--json").stdout)
    [one] = document["offers"]
    assert (one["agent"], one["outcome"]) == ("ann", "answered")
    assert one["recomputed"] == {"ticket": "ticket_1", "agent": "ann", "same": True}
    assert one["decision"]["need"]["require"] == [["tech", 3]]
    assert "recomputed" not in one["decision"]


def test_why_not_tells_who_came_first(home: Path) -> None:
    result = run(home, "why-not", "last", "bob")
    assert result.exit_code == 0, result.output
    heading, reason = result.output.splitlines()
    assert heading == "call_01JA, offer 1 of 1, to ann"
    assert reason.startswith("  bob was free and fitted, at place 2: idle for 6.0 s; ann came first")


def test_why_not_tells_what_is_missing_when_it_would_not_be_and_what_the_agent_did(home: Path) -> None:
    document = json.loads(run(home, "why-not", "last", "cho", "--all", "--json").stdout)
    [one] = document["offers"]
    assert [reason["because"] for reason in one["reasons"]] == ["does_not_fit", "not_free"]
    fits, free = (reason["words"] for reason in one["reasons"])
    assert fits.startswith(
        "cho does not fit, by the record of now: tech 2 where 3 is needed; they would fit from stage 2 on, 20 s after"
    )
    assert free == "cho was on a break (lunch), since 10:00:00.0"


def test_with_the_database_alone_later_stages_are_not_known(home: Path) -> None:
    result = CliRunner().invoke(cli, ["why-not", "last", "cho", "--database", str(home / "data" / "ivr.db")])
    assert result.exit_code == 0, result.output
    assert "how the needs loosen later is not known" in result.output


def test_an_agent_whom_nobody_knows(home: Path) -> None:
    result = run(home, "why-not", "last", "zoe")
    assert "what zoe can do is not known: there is no record of them" in result.output
    assert "what zoe did then is not known" in result.output


@pytest.mark.parametrize("words", [("why", "call_01AA"), ("why-not", "call_01AA", "ann"), ("why", "call_x")])
def test_a_call_without_offers_ends_with_1(home: Path, words: tuple[str, ...]) -> None:
    result = run(home, *words)
    assert result.exit_code == 1
    assert "call_01AA was offered to nobody" in result.output or "no call's id begins" in result.output


def test_without_a_database_it_ends_with_3(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["why", "last", "--database", str(tmp_path / "none.db")])
    assert result.exit_code == 3
