"""What expressions may call: each function with the types that it takes and gives, for the check at load.

None raises, none takes longer than its values are long, and what cannot be computed is empty (None). A function that
depends on the call (today's date, opening hours) gets its scope as well. To add one, add a line to `FUNCTIONS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from ivr.core.flow.values import LONGEST_TEXT, Type, Value, as_text, bounded, is_empty, is_number, to_number

MOST_ARGUMENTS = 10
IS_OPEN = "is_open"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDERED = (Type.NUMBER, Type.DURATION, Type.DATE, Type.TIME)


class Scope(Protocol):
    """Where names get their values while a call runs."""

    def lookup(self, path: tuple[str, ...]) -> Value:
        """The value of a dotted name; empty when it was never set."""
        ...

    def is_open(self, calendar: str) -> bool:
        """Whether it is open now, by a calendar's name."""
        ...


@dataclass(frozen=True, slots=True)
class Function:
    """What an expression may call: ``takes`` is the type of each value.

    Where ``gives`` is None, the function takes ``count`` values of one type, which is one of ``takes``, and gives a
    value of that type. ``scoped`` functions get the scope before their values.
    """

    takes: tuple[Type, ...]
    gives: Type | None
    run: Callable[..., Value]
    about: str
    count: tuple[int, int] = (0, 0)
    scoped: bool = False

    @property
    def numbers(self) -> tuple[int, int]:
        """How many values it takes, from and to."""
        return self.count if self.count[1] else (len(self.takes), len(self.takes))


def day(value: Value) -> date | None:
    """The date that a text such as ``2026-12-24`` is, or None."""
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def shifted(value: date, days: float) -> Value:
    """The date so many whole days later, as text; None beyond the calendar."""
    try:
        return (value + timedelta(days=math.floor(days))).isoformat()
    except (OverflowError, ValueError):
        return None


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str | list) else 0


def _rounded(value: Value) -> Value:
    if not is_number(value) or bounded(value) is None:
        return None
    return int(value + 0.5 if value >= 0 else value - 0.5)


def _absolute(value: Value) -> Value:
    return bounded(abs(value)) if is_number(value) else None


def _remainder(left: Value, right: Value) -> Value:
    if not is_number(left) or not is_number(right) or not right or bounded(left) is None or bounded(right) is None:
        return None
    return left % right


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def run(*found: Value) -> Value:
        if all(is_number(item) and bounded(item) is not None for item in found):
            return pick(found)
        return pick(found) if all(isinstance(item, str) for item in found) else None

    return run


def _if_empty(*found: Value) -> Value:
    return next((item for item in found if not is_empty(item)), None)


def _joined(*found: Value) -> str:
    return "".join(as_text(item)[:LONGEST_TEXT] for item in found)[:LONGEST_TEXT]


def _contains(text: Value, part: Value) -> bool:
    return isinstance(text, str) and isinstance(part, str) and part in text


def _days_until(scope: Scope, value: Value) -> Value:
    then, today = day(value), day(scope.lookup(("call", "date")))
    return (then - today).days if then is not None and today is not None else None


def _date_after(scope: Scope, days: Value) -> Value:
    today = day(scope.lookup(("call", "date")))
    return shifted(today, days) if today is not None and is_number(days) and bounded(days) is not None else None


def _weekday(value: Value) -> Value:
    then = day(value)
    return None if then is None else _DAYS[then.weekday()]


_TEXT, _NUMBER, _YES_NO, _DATE, _ANY = Type.TEXT, Type.NUMBER, Type.YES_NO, Type.DATE, Type.ANY
_SEVERAL = (2, MOST_ARGUMENTS)
FUNCTIONS: dict[str, Function] = {
    "empty": Function((_ANY,), _YES_NO, is_empty, "yes when there is nothing in it, or it was never set"),
    "if_empty": Function(
        (_ANY,), None, _if_empty, 'the first of its values that is not empty: `if_empty(name, "friend")`', _SEVERAL
    ),
    "length": Function((_ANY,), _NUMBER, _length, "how many characters a text has, or values a list"),
    "number": Function((_ANY,), _NUMBER, to_number, "the number that a text shows; empty when it shows none"),
    "round": Function((_NUMBER,), _NUMBER, _rounded, "the nearest whole number"),
    "abs": Function(
        (_NUMBER, Type.DURATION), None, _absolute, "the number or length of time without its minus", (1, 1)
    ),
    "mod": Function((_NUMBER, _NUMBER), _NUMBER, _remainder, "what is left of the first, divided by the second"),
    "min": Function(_ORDERED, None, _extreme(min), "the least of its values, which are of one type", _SEVERAL),
    "max": Function(_ORDERED, None, _extreme(max), "the greatest of its values, which are of one type", _SEVERAL),
    "lower": Function((_TEXT,), _TEXT, lambda text: as_text(text).lower()[:LONGEST_TEXT], "the text in small letters"),
    "contains": Function((_TEXT, _TEXT), _YES_NO, _contains, "yes when the second text stands in the first"),
    "starts_with": Function(
        (_TEXT, _TEXT), _YES_NO, lambda a, b: as_text(a).startswith(as_text(b)), "yes when it begins so"
    ),
    "ends_with": Function((_TEXT, _TEXT), _YES_NO, lambda a, b: as_text(a).endswith(as_text(b)), "yes when it ends so"),
    "join": Function((_ANY,) * MOST_ARGUMENTS, _TEXT, _joined, "its values one after the other, as a text", _SEVERAL),
    "days_until": Function(
        (_DATE,),
        _NUMBER,
        _days_until,
        "how many days it is from today to a date; negative when it is over",
        scoped=True,
    ),
    "date_after": Function((_NUMBER,), _DATE, _date_after, "the date so many days after today", scoped=True),
    "weekday": Function((_DATE,), _TEXT, _weekday, "`mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun` of a date"),
    IS_OPEN: Function(
        (_TEXT,),
        _YES_NO,
        lambda scope, name: scope.is_open(as_text(name)),
        'whether it is open now by `hours.yaml`: `is_open("support")`',
        scoped=True,
    ),
}
