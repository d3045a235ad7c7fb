"""Any stream of events, however cut into batches, is kept as the plain store in memory keeps it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.store import reading
from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.ledger import Ledger
from ivr.adapters.store.memory import MemoryStore
from ivr.core.acd import tickets
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.facts import Ticket
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, LegId, OfferId, RecordingId, TicketId
from ivr.core.base.secret import Secret
from ivr.core.calls import events as ev
from ivr.core.calls import queue_events as waits
from ivr.services.insight.calls import Wanted
from ivr.services.insight.projector import as_kept

TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(["'", '";--', "a\0b", "☎️", "\ud800", "●●●", "%_"])
NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)  # the service's and the flows' own words
CALLS = st.sampled_from(["call_1", "call_2", "call_3"]).map(CallId)
PLACE: dict[str, Any] = {"section": st.sampled_from(["welcome", "billing"]), "index": st.integers(0, 9)}
AT = st.integers(0, 10**9).map(lambda us: datetime(2026, 11, 22, tzinfo=UTC) + timedelta(microseconds=us))
SECONDS = st.floats(0, 1e6, allow_nan=False)
DETAIL = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers() | TEXT | st.just(Secret("4111")), max_size=3)
WORDS = {"caller": TEXT, "caller_name": TEXT, "called": TEXT, "flow": NAME, "language": NAME, "channel": TEXT}


def of_a_call(event: type[Event], /, **fields: Any) -> st.SearchStrategy[Event]:
    return st.builds(event, at=AT, call_id=CALLS, **fields)


@st.composite
def in_one_call(draw: st.DrawFn, event: Any, name: str, make: Any, /, **fields: Any) -> Event:
    """An event whose thing (a leg, a recording) belongs to one call only, as it does in life."""
    call_id = draw(CALLS)
    thing = make(f"{name}_{call_id}_{draw(st.integers(1, 2))}")
    made: Event = event(
        at=draw(AT), call_id=call_id, **{f"{name}_id": thing}, **{k: draw(v) for k, v in fields.items()}
    )
    return made


TICKETS = st.sampled_from(["ticket_1", "ticket_2"]).map(TicketId)
KEPT = st.builds(
    lambda since, priority, lane: tickets.document(
        Ticket(
            ticket_id=TicketId(""),
            call_id=CallId(""),
            queue="",
            since=since,
            entered_at=since,
            needs=(("billing", 3), ("language en", 1)),
            priority=priority,
            lane=lane,
        )
    ),
    SECONDS,
    SECONDS,
    st.none() | st.integers(0, 9),
)
AGENTS = st.sampled_from(["ada", "bob"]).map(AgentId)


def offers_ended() -> st.SearchStrategy[Event]:
    """The end of an offer: it says its call nowhere, so it belongs to that of its offer."""
    offers = st.builds(lambda call, number: OfferId(f"offer_{call}_{number}"), CALLS, st.integers(1, 2))
    return st.builds(waits.OfferEnded, at=AT, ticket_id=TICKETS, offer_id=offers, agent_id=AGENTS, outcome=NAME)


EVENTS = st.one_of(
    of_a_call(ev.CallStarted, **WORDS),
    of_a_call(ev.CallEnded, reason=st.sampled_from(ev.EndReason), section=PLACE["section"], detail=TEXT),
    of_a_call(ev.CallReturned, section=PLACE["section"]),
    of_a_call(ev.CallHandedBack, section=PLACE["section"]),
    of_a_call(ev.PromptPlayed, began_at=AT, language=NAME, text=TEXT, sound=TEXT, cut_by=NAME, **PLACE),
    of_a_call(ev.InputTaken, mode=st.just("keys"), value=TEXT, sensitive=st.booleans(), **PLACE),
    of_a_call(
        ev.ActionDone,
        began_at=AT,
        kind=st.sampled_from(["say", "menu", "collect"]),
        outcome=TEXT,
        to=st.sampled_from(["", "goodbye"]),
        detail=DETAIL,
        **PLACE,
    ),
    in_one_call(ev.LegStarted, "leg", LegId, role=NAME, address=TEXT),
    in_one_call(ev.LegEnded, "leg", LegId, status=NAME, talked=SECONDS),
    in_one_call(ev.RecordingKept, "recording", RecordingId, kind=NAME, mailbox=TEXT, path=TEXT, seconds=SECONDS),
    of_a_call(
        waits.QueueJoined,
        ticket_id=TICKETS,
        queue=NAME,
        lane=st.integers(0, 9),
        vtime=SECONDS,
        restored=st.booleans(),
        ticket=st.just({}) | KEPT,
        **PLACE,
    ),
    of_a_call(waits.QueueLeft, ticket_id=TICKETS, queue=NAME, how=NAME, waited=SECONDS),
    in_one_call(waits.CallOffered, "offer", OfferId, ticket_id=TICKETS, agent_id=AGENTS, decision=DETAIL),
    offers_ended(),
    st.builds(
        AgentStateChanged,
        at=AT,
        agent_id=AGENTS,
        status=NAME,
        state=NAME,
        reason=TEXT,
        ticket_id=TICKETS,
        code=TEXT,
    ),
)


@settings(max_examples=50, deadline=None)
@given(events=st.lists(EVENTS, max_size=30), cuts=st.lists(st.integers(1, 8), min_size=1, max_size=8))
async def test_the_database_agrees_with_the_plain_store(events: list[Event], cuts: list[int]) -> None:
    plain = MemoryStore()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ivr.db"
        ledger = Ledger(path, open_for_writing)
        numbered = list(enumerate(events, 1))
        for _, event in numbered:
            plain.take(event)
        ledger.open()
        while numbered:
            cut = cuts[len(numbered) % len(cuts)]
            ledger.write(numbered[:cut])
            if len(numbered) % 3 == 0:
                ledger.write(numbered[:cut])  # told twice under the same numbers, as from a spill
            del numbered[:cut]
        assert ledger.unwritable == 0
        assert bool(ledger.ended_twice) == bool(plain.ended_twice)
        for call in ("call_1", "call_2", "call_3"):
            assert reading.events(path, call) == await plain.events(call)
        assert reading.open_calls(path) == await plain.open_calls()
        assert reading.calls(path, Wanted()) == await plain.calls(Wanted())
        since = datetime(2026, 11, 22, tzinfo=UTC)
        assert reading.agent_states(path, since, 100) == await plain.agent_states(since, 100)
        ledger.close()


@given(event=EVENTS)
def test_what_is_kept_comes_back_the_same_when_it_is_kept_again(event: Event) -> None:
    once = as_kept(event)
    assert once is not None
    assert as_kept(once) == once
