"""What every store promises of queues: who waited, whom a call was offered to and why, and what agents did."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.services.insight.calls import Wanted
from ivr.services.recording.retention import Days, apply_retention
from tests.contract.test_store_contract import START, Store, at, ended, opened, started, tell

TICKET = TicketId("ticket_1")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(request.param, tmp_path) as store:
        yield store


def joined(call: str = "call_1", when: float = 1.0, *, restored: bool = False) -> QueueJoined:
    ticket = {"since": 1795341846.12, "needs": [["billing", 3], ["language en", 1]], "lane": None}
    return QueueJoined(
        at=at(when), call_id=CallId(call), ticket_id=TICKET, queue="billing", lane=1, vtime=1795341546.12,
        restored=restored, section="wait", index=2, ticket=ticket,
    )  # fmt: skip


def offered(offer: str, agent: str, when: float, call: str = "call_1") -> CallOffered:
    decision = {"cause": "call", "strategy": "longest_idle", "agents": [[0, -12.5, "ada"]], "more_agents": 0}
    return CallOffered(
        at=at(when), call_id=CallId(call), ticket_id=TICKET, offer_id=OfferId(offer), agent_id=AgentId(agent),
        decision=decision,
    )  # fmt: skip


def over(offer: str, agent: str, outcome: str, when: float) -> OfferEnded:
    return OfferEnded(at=at(when), ticket_id=TICKET, offer_id=OfferId(offer), agent_id=AgentId(agent), outcome=outcome)


def left(how: str = "answered", when: float = 13.3, call: str = "call_1") -> QueueLeft:
    return QueueLeft(at=at(when), call_id=CallId(call), ticket_id=TICKET, queue="billing", how=how, waited=12.3)


def state(agent: str, state: str, when: float, **more: str) -> AgentStateChanged:
    about = {"reason": "", "code": "", **more}
    return AgentStateChanged(
        at=at(when), agent_id=AgentId(agent), status="ready", state=state, ticket_id=TICKET, **about
    )


WAIT: list[Event] = [
    started(),
    joined(),
    offered("offer_1", "ada", 1.0),
    over("offer_1", "ada", "no_answer", 16.0),
    offered("offer_2", "bob", 16.0),
    over("offer_2", "bob", "answered", 18.0),
    left(),
    joined(when=19.0, restored=True),
    left("caller_left", 20.0),
    ended(when=20.0),
]


async def test_a_wait_comes_back_as_it_was_told(store: Store) -> None:
    tell(store, *WAIT)
    assert await store.events("call_1") == WAIT


async def test_calls_that_wait_at_once_come_back_apart(store: Store) -> None:
    first = [started("call_1"), joined("call_1"), offered("offer_1", "ada", 2)]
    second = [started("call_2"), joined("call_2"), offered("offer_2", "bob", 2, "call_2")]
    for one, other in zip(first, second, strict=True):
        tell(store, one, other)
    ends = [over("offer_2", "bob", "answered", 4), over("offer_1", "ada", "withdrawn", 4)]
    tell(store, *ends)
    assert await store.events("call_1") == [*first, ends[1]]
    assert await store.events("call_2") == [*second, ends[0]]


async def test_a_wait_whose_beginning_is_missing_is_kept(store: Store) -> None:
    tell(store, joined("call_9"), over("offer_9", "ada", "answered", 2), left(call="call_9"))
    assert await store.events("call_9") == [joined("call_9"), left(call="call_9")]
    assert [call.call_id for call in await store.calls(Wanted())] == ["call_9"]


async def test_an_offer_ends_once(store: Store) -> None:
    once, again = over("offer_1", "ada", "busy", 2), over("offer_1", "ada", "answered", 3)
    tell(store, started(), offered("offer_1", "ada", 1), once, again)
    assert await store.events("call_1") == [started(), offered("offer_1", "ada", 1), once]


async def test_what_agents_did_is_kept_in_order(store: Store) -> None:
    day = [
        state("ada", "idle", 0),
        state("bob", "idle", 1),
        state("ada", "wrapping", 2, code="solved"),
        state("bob", "idle", 3, reason="lunch"),
    ]
    tell(store, *day)
    await store.flushed()
    assert await store.agent_states(START, 10) == day
    assert await store.agent_states(at(2), 10) == day[2:]
    assert await store.agent_states(START, 2) == day[:2]


async def test_waits_and_states_go_with_their_calls(store: Store, tmp_path: Path) -> None:
    tell(store, *WAIT, started("call_2"), joined("call_2"), state("ada", "idle", 5), state("ada", "idle", 86_400 * 40))
    await store.flushed()
    removed = await apply_retention(store, tmp_path, Days(30, 30, 30), START + timedelta(days=31))
    assert removed.calls == 1
    assert await store.events("call_1") == []
    assert await store.events("call_2") == [started("call_2"), joined("call_2")]
    assert await store.agent_states(START, 10) == [state("ada", "idle", 86_400 * 40)]
