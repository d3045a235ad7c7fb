"""Values of a flow: what variables hold, and of what type they are.

A value is what JSON has, or a `Secret`. Lengths of time are seconds; dates and times are text as ``2026-12-24`` and
``09:30``, which sorts as it reads. Nothing here raises: what cannot be computed is empty (None).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ivr.core.base.secret import Secret

Value = Any  # None | bool | int | float | str | Secret | list[Value] | dict[str, Value]

MOST = 1e15  # beyond it whole numbers are no longer exact, and a loop could grow one for ever
LONGEST_TEXT = 4000
_NUMBERS = (int, float)


class Type(StrEnum):
    """What a value is, as far as it is known when the flow is loaded."""

    TEXT = "text"
    NUMBER = "a number"
    YES_NO = "yes or no"
    DURATION = "a length of time"
    DATE = "a date"
    TIME = "a time of day"
    LIST = "a list"
    ANY = "anything"


CALL_NAMES: dict[str, tuple[Type, str]] = {
    "today": (Type.DATE, "today's date where the service is"),
    "now": (Type.TIME, "the time of day where the service is"),
    "call.from": (Type.TEXT, "the caller's number"),
    "call.name": (Type.TEXT, "the caller's name, as the network sent it"),
    "call.to": (Type.TEXT, "the number that was dialled"),
    "call.id": (Type.TEXT, "the call's id"),
    "call.language": (Type.TEXT, "the language that the caller hears, such as `en`"),
    "call.date": (Type.DATE, "the same as `today`"),
    "call.time": (Type.TIME, "the same as `now`"),
    "call.weekday": (Type.TEXT, "`mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`"),
    "call.tags": (Type.LIST, "the milestones and call drivers so far, by `tag`"),
    "call.returned": (Type.YES_NO, "whether the call was interrupted and came back"),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """What is known about a name when the flow is loaded.

    ``parts`` are those of an object, ``among`` all values that it can have; None where that is not known.
    """

    type: Type
    secret: bool = False
    parts: Mapping[str, Variable] | None = None
    among: frozenset[Value] | None = None

    def at(self, path: tuple[str, ...]) -> Variable:
        """What is known about a part, by the names that lead to it."""
        if not path:
            return self
        part = (self.parts or {}).get(path[0])
        return part.at(path[1:]) if part is not None else Variable(Type.ANY, self.secret)

    @property
    def hides(self) -> bool:
        """Whether it is a secret, or has one among its parts."""
        return self.secret or any(part.hides for part in (self.parts or {}).values())

    def merged(self, other: Variable) -> Variable:
        """What is known of a name that is set in two places; one that has two types may be anything."""
        if self == other:
            return self
        type_ = self.type if self.type is other.type else Type.ANY
        among = self.among | other.among if self.among is not None and other.among is not None else None
        parts = self.parts if self.parts == other.parts else None
        return Variable(type_, self.hides or other.hides, parts, among)


def plain(value: Value) -> Value:
    """The value itself, out of its `Secret`."""
    return value.reveal() if isinstance(value, Secret) else value


def as_text(value: Value) -> str:
    """How a value reads inside a text."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, list):
        return ", ".join(as_text(item) for item in value)
    return str(value)


def truth(value: Value) -> bool:
    """Whether a condition holds: yes, or a value that is not empty."""
    return value if isinstance(value, bool) else not is_empty(value)


def is_empty(value: Value) -> bool:
    """Whether there is nothing: never set, an empty text or an empty list."""
    value = plain(value)
    return value is None or value in ("", [], {})


def is_number(value: Value) -> bool:
    """Whether the value is a number; yes and no are not."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def bounded(value: float) -> float | None:
    """The number, or empty when it is too large to be exact."""
    return value if -MOST <= value <= MOST else None


def to_number(value: Value) -> int | float | None:
    """The number that a text shows, or empty."""
    value = plain(value)
    if is_number(value):
        number: int | float = value
        return number
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.strip()
    try:
        return bounded(float(text)) if "." in text else bounded(int(text))
    except (ValueError, OverflowError):
        return None


def same(left: Value, right: Value) -> bool:
    """Whether two values are equal; values of different types never are."""
    left, right = plain(left), plain(right)
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def before(left: Value, right: Value) -> bool:
    """Whether one value is less than the other; no for values that have no order."""
    left, right = plain(left), plain(right)
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return bool(left < right)
    return False
