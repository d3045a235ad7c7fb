"""A call as people read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, LegId, OfferId, RecordingId, TicketId
from ivr.core.base.secret import Secret
from ivr.core.calls.events import (
    ActionDone,
    AnnouncementPlayed,
    CallEnded,
    CallHandedBack,
    CallReturned,
    CallStarted,
    EndReason,
    InputTaken,
    LegEnded,
    LegStarted,
    PromptPlayed,
    RecordingKept,
)
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.core.calls.trace import line, offset, trace

START = datetime(2026, 11, 22, 10, 4, 6, tzinfo=UTC)
CALL = CallId("call_1")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def started(**other: str) -> CallStarted:
    facts: dict[str, Any] = {
        "caller": "+15551230001",
        "caller_name": "",
        "called": "100",
        "flow": "main",
        "language": "en",
    }
    return CallStarted(at=START, call_id=CALL, channel="1", **(facts | other))


def ended(seconds: float = 12.4, reason: EndReason = EndReason.COMPLETED, detail: str = "") -> CallEnded:
    return CallEnded(at=at(seconds), call_id=CALL, reason=reason, section="goodbye", detail=detail)


def heard(began: float, end: float, text: str, cut_by: str = "") -> PromptPlayed:
    sound: dict[str, Any] = {"language": "en", "text": text, "sound": "x", "cut_by": cut_by}
    return PromptPlayed(at=at(end), call_id=CALL, began_at=at(began), section="welcome", index=0, **sound)


def keyed(seconds: float, value: str, sensitive: bool = False, mode: str = "keys") -> InputTaken:
    place: dict[str, Any] = {"section": "welcome", "index": 1}
    return InputTaken(at=at(seconds), call_id=CALL, mode=mode, value=value, sensitive=sensitive, **place)


def done(seconds: float, kind: str, outcome: str, to: str = "", **detail: Any) -> ActionDone:
    where: dict[str, Any] = {
        "section": "welcome",
        "index": 1,
        "kind": kind,
        "outcome": outcome,
        "to": to,
        "detail": detail,
    }
    return ActionDone(at=at(seconds), call_id=CALL, began_at=START, **where)


def test_a_whole_call() -> None:
    events = [
        started(caller_name="Ann"),
        heard(0, 2.1, "Welcome to Acme."),
        done(2.1, "say", "said"),
        heard(2.1, 3.0, "For billing, press 1.", cut_by="1"),
        keyed(3.0, "1"),
        done(3.0, "menu", "chosen", "billing", press="1", tag="bills"),
        keyed(5.25, "1234567"),
        done(5.25, "collect", "collected", **{"as": "account", "value": "1234567"}),
        done(5.25, "set", "set", tier="gold", spent=Secret("9")),
        LegStarted(at=at(6), call_id=CALL, leg_id=LegId("l"), role="person", address="PJSIP/200"),
        LegEnded(at=at(9), call_id=CALL, leg_id=LegId("l"), status="answered", talked=2.0),
        RecordingKept(
            at=at(10), call_id=CALL, recording_id=RecordingId("r"), kind="voicemail", mailbox="b", path="b/1", seconds=1
        ),
        AnnouncementPlayed(at=at(10.5), call_id=CALL, announcement_id="ann_1", point="front", section="welcome"),
        CallHandedBack(at=at(11), call_id=CALL, section="welcome"),
        CallReturned(at=at(12), call_id=CALL, section="welcome"),
        ended(),
    ]
    assert trace(events) == [
        'call_1  2026-11-22 10:04:06 UTC  +15551230001 "Ann" → 100  flow main  completed after 12.4 s',
        '  0:00.0  welcome       heard     "Welcome to Acme."',
        '  0:02.1  welcome       heard     "For billing, press 1."  (cut by 1)',
        "  0:03.0  welcome       pressed   1",
        "  0:03.0  welcome       menu      → billing (tag: bills)",
        "  0:05.2  welcome       pressed   1234567",
        "  0:05.2  welcome       collect   account = 1234567",
        "  0:05.2  welcome       set       tier = gold, spent = ●●●",
        "  0:06.0                leg       person PJSIP/200 is dialled",
        "  0:09.0                leg       answered, talked 2.0 s",
        "  0:10.0                kept      voicemail for b, 1.0 s: b/1",
        "  0:10.5  welcome       told      emergency announcement ann_1, at front",
        "  0:11.0  welcome       call      handed back to the dialplan, the service is stopping",
        "  0:12.0  welcome       call      is back and goes on here",
        "  0:12.4  goodbye       end       completed",
    ]


def test_a_wait_in_a_queue() -> None:
    ticket, ada, bob = TicketId("ticket_1"), AgentId("ada"), AgentId("bob")
    waits: list[Event] = [
        QueueJoined(at=at(1), call_id=CALL, ticket_id=ticket, queue="billing", lane=0, vtime=1.0, section="wait"),
        CallOffered(at=at(1), call_id=CALL, ticket_id=ticket, offer_id=OfferId("o1"), agent_id=ada),
        OfferEnded(at=at(16), ticket_id=ticket, offer_id=OfferId("o1"), agent_id=ada, outcome="no_answer"),
        CallOffered(at=at(16), call_id=CALL, ticket_id=ticket, offer_id=OfferId("o2"), agent_id=bob),
        OfferEnded(at=at(18), ticket_id=ticket, offer_id=OfferId("o2"), agent_id=bob, outcome="answered"),
        QueueLeft(at=at(18), call_id=CALL, ticket_id=ticket, queue="billing", how="answered", waited=17.04),
        LegStarted(at=at(18), call_id=CALL, leg_id=LegId("o2"), role="agent", address="bob"),
        LegEnded(at=at(21), call_id=CALL, leg_id=LegId("o2"), status="answered", talked=3.0),
        QueueJoined(
            at=at(22), call_id=CALL, ticket_id=ticket, queue="billing", lane=0, vtime=1.0, section="wait", restored=True
        ),
    ]
    assert trace([started(), *waits])[1:] == [
        "  0:01.0  wait          queue     joined billing",
        "  0:01.0                offer     rings ada",
        "  0:16.0                offer     ada: no_answer",
        "  0:16.0                offer     rings bob",
        "  0:18.0                offer     bob: answered",
        "  0:18.0                queue     left: answered after 17.0 s",
        "  0:18.0                leg       agent bob is connected",
        "  0:21.0                leg       answered, talked 3.0 s",
        "  0:22.0  wait          queue     joined billing, at the place of before",
    ]


def test_each_line_of_the_trace_is_that_of_the_event_as_it_happens() -> None:
    events: list[Event] = [started(), heard(0, 1, "Hello."), keyed(1, "2"), ended()]
    assert trace(events)[1:] == [line(event, START) for event in events[1:]]
    assert line(started(), START) == "  0:00.0                call      +15551230001 → 100  flow main"


def test_a_call_that_is_not_over_and_one_without_a_beginning() -> None:
    assert trace([started()]) == ["call_1  2026-11-22 10:04:06 UTC  +15551230001 → 100  flow main  not ended"]
    assert trace([keyed(3, "1"), ended(4)])[0] == (
        "call_1  2026-11-22 10:04:09 UTC  (its beginning was not kept)  completed after 1.0 s"
    )
    assert trace([]) == []


def test_a_sensitive_input_is_the_mask_even_if_its_value_came_along() -> None:
    assert line(keyed(1, "4111", sensitive=True), START) == "  0:01.0  welcome       pressed   ●●●"


def test_speech_is_said_not_pressed() -> None:
    assert line(keyed(1, "billing", mode="speech"), START) == "  0:01.0  welcome       said      billing"


def test_callers_cannot_write_to_the_terminal_of_the_reader() -> None:
    name = "\x1b[2J\a\u202eAnn\r\nroot#"
    lines = [*trace([started(caller_name=name, called=name)]), str(line(heard(0, 1, name), START))]
    assert all(one.isprintable() for one in lines)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00.0"), (-5, "0:00.0"), (59.99, "0:59.9"), (60, "1:00.0"), (3599, "59:59.0"), (3600, "1:00:00.0")],
)
def test_offsets(seconds: float, shown: str) -> None:
    assert offset(at(seconds), START) == shown


def test_offsets_do_not_depend_on_the_zone_an_instant_is_given_in() -> None:
    assert offset(at(61).astimezone(timezone(timedelta(hours=8))), START) == "1:01.0"


@pytest.mark.parametrize("reason", list(EndReason))
def test_every_way_a_call_ends_is_said(reason: EndReason) -> None:
    said = str(line(ended(reason=reason, detail="because"), START))
    assert said.endswith(" (because)")
    assert len(said) > len("  0:12.4  goodbye       end        (because)")


def test_long_details_are_cut() -> None:
    shown = str(line(done(1, "fetch", "failed", reason="x" * 1000), START))
    assert "failed (reason: xxx" in shown
    assert len(shown) < 200


def test_what_tells_nothing_has_no_line() -> None:
    assert line(done(1, "say", "said"), START) is None
    assert line(Event(at=START), START) is None
