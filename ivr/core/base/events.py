"""What happened, as frozen values that can be written down and read back.

Every room declares its own events as subclasses of `Event`; declaring one registers it under its class name. An
event round-trips through JSON (`to_json`, `from_json`), so the journal, the store, the live views and the tests
speak of the same thing. Field types are limited to what JSON has, instants, and `Secret`, which is written as its
mask: a secret does not survive the journal, on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from ivr.core.base.secret import Secret

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an instant (aware, UTC); names are in the past tense."""

    registry: ClassVar[dict[str, type[Event]]] = {}
    at: datetime

    def __init_subclass__(cls, **kwargs: object) -> None:
        # A slotted dataclass is made twice under one name; the second, finished class replaces the first.
        Event.registry[cls.__name__] = cls


def to_json(event: Event) -> dict[str, Any]:
    """The event as a JSON object whose ``event`` key is its class name."""
    document: dict[str, Any] = {"event": type(event).__name__}
    for field in fields(event):
        document[field.name] = _plain(getattr(event, field.name))
    return document


def from_json(document: dict[str, Any]) -> Event:
    """The event that `to_json` wrote. Raises KeyError for a name that no room declared."""
    kind = Event.registry[document["event"]]
    values = {}
    for field in fields(kind):
        value = document[field.name]
        is_instant = field.type in ("datetime", "datetime | None") and value is not None
        values[field.name] = datetime.fromisoformat(value) if is_instant else value
    return kind(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
