"""Events as rows and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls import events as calls
from ivr.core.calls import queue_events
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.insight.projector import COLUMNS, PROJECTIONS, Change, as_kept, instant, masked, moment

START = datetime(2026, 11, 22, 10, 4, 6, 123_999, tzinfo=UTC)


def done(**detail: Any) -> calls.ActionDone:
    place: dict[str, Any] = {"section": "s", "index": 0, "kind": "set", "outcome": "set"}
    return calls.ActionDone(at=START, call_id=CallId("call_1"), began_at=START, detail=detail, **place)


def test_every_event_of_a_call_is_kept() -> None:
    rooms = (calls.__name__, queue_events.__name__)
    of_calls = {kind for kind in Event.registry.values() if kind.__module__ in rooms}
    assert set(PROJECTIONS) == of_calls - {Event.registry["CallEvent"]} | {FlowsPublished, AgentStateChanged}
    assert set(COLUMNS) == set(Change)


def test_an_instant_is_text_that_sorts_as_it_reads() -> None:
    assert instant(START) == "2026-11-22T10:04:06.123Z"
    assert moment(instant(START)) == START.replace(microsecond=123_000)
    elsewhere = START.astimezone(timezone(timedelta(hours=8)))
    assert instant(elsewhere) == instant(START)
    assert instant(START) < instant(START + timedelta(milliseconds=1)) < instant(START + timedelta(days=300))


def test_details_are_json_that_people_can_read() -> None:
    kept = as_kept(
        done(name="艾克米", spent=Decimal("12.50"), due=START, card=Secret("4111"), tries=2, more=[None, True])
    )
    assert isinstance(kept, calls.ActionDone)
    assert kept.detail == {
        "name": "艾克米",
        "spent": "12.50",
        "due": START.isoformat(),
        "card": MASK,
        "tries": 2,
        "more": [None, True],
    }


@pytest.mark.parametrize("sensitive", [True, False])
def test_only_a_sensitive_input_is_masked(sensitive: bool) -> None:
    taken = calls.InputTaken(
        at=START, call_id=CallId("call_1"), section="s", index=0, mode="keys", value="4111", sensitive=sensitive
    )
    value = MASK if sensitive else "4111"
    for shown in (masked(taken), as_kept(taken)):
        assert isinstance(shown, calls.InputTaken)
        assert shown.value == value


def test_other_events_are_not_of_calls() -> None:
    assert as_kept(Event(at=START)) is None
    assert masked(Event(at=START)) == Event(at=START)
