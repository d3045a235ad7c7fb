"""Every event that is declared comes back from JSON as it was, but for secrets, which come back as their mask."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ivr.app.wiring  # noqa: F401 - what the service is made of has declared all events
from ivr.core.base.events import Event, from_json, to_json
from ivr.core.base.ids import CallId
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls import events

EVENTS = [kind for kind in Event.registry.values() if kind.__module__.startswith("ivr.")]
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis puts the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OF_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    datetime: INSTANTS,
    str: st.text(),
    int: st.integers(),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    dict[str, Any]: st.dictionaries(st.text(), JSON, max_size=4),
    events.EndReason: st.sampled_from(events.EndReason),
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of a kind; fails for a field of a type that JSON does not have."""
    hints = get_type_hints(kind)
    types = {field.name: hints[field.name] for field in fields(kind)}
    plain = {name: getattr(hint, "__supertype__", hint) for name, hint in types.items()}
    return st.builds(kind, **{name: OF_TYPE[hint] for name, hint in plain.items()})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: str(kind.__name__))
@given(data=st.data())
def test_an_event_comes_back_from_json_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events_of(kind))
    back = from_json(json.loads(json.dumps(to_json(event))))
    assert type(back) is kind
    assert back == event


@given(st.text(min_size=3), INSTANTS)
def test_a_secret_does_not_survive(value: str, at: datetime) -> None:
    event = events.ActionDone(
        at=at,
        call_id=CallId("call_1"),
        began_at=at,
        section="a",
        index=0,
        kind="collect",
        outcome="collected",
        detail={"value": Secret(f"<{value}>"), "all": [{"value": Secret(f"<{value}>")}]},
    )
    written = json.dumps(to_json(event), ensure_ascii=False)
    assert f"<{value}>" not in written
    assert written.count(MASK) == 2


def test_every_kind_is_declared_once() -> None:
    declared = [item for item in vars(events).values() if isinstance(item, type) and item.__module__ == events.__name__]
    here = {kind for kind in EVENTS if kind.__module__ == events.__name__}
    assert {item for item in declared if issubclass(item, Event)} == here
