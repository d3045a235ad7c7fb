"""What the signs of an expression compute; nothing raises, and what has no sensible value is empty (None)."""

from __future__ import annotations

from collections.abc import Callable

from ivr.core.flow import values
from ivr.core.flow.functions import day, shifted
from ivr.core.flow.values import Value

_DAY = 86400.0


def _moments(left: Value, sign: str, right: Value) -> Value:
    """A date and a length of time in seconds, or the seconds between two dates or two times of day."""
    if sign == "+" and isinstance(right, str):
        left, right = right, left
    began = day(left)
    if began is not None and values.is_number(right) and values.bounded(right) is not None:
        return shifted(began, (right if sign == "+" else -right) / _DAY) if sign in "+-" else None
    if sign != "-":
        return None
    ended = day(right)
    if began is not None and ended is not None:
        return (began - ended).days * _DAY
    minutes, others = _minutes(left), _minutes(right)
    return None if minutes is None or others is None else (minutes - others) * 60.0


def _minutes(value: Value) -> int | None:
    """The minutes of a time of day since midnight."""
    if not isinstance(value, str) or len(value) != 5 or value[2] != ":":
        return None
    hours, minutes = value[:2], value[3:]
    return int(hours) * 60 + int(minutes) if (hours + minutes).isdecimal() else None


def compute(left: Value, sign: str, right: Value) -> Value:
    """``+ - * /`` of two values; a number that is too large to be exact is empty."""
    if not (values.is_number(left) and values.is_number(right)):
        return _moments(left, sign, right)
    if values.bounded(left) is None or values.bounded(right) is None:
        return None
    match sign:
        case "+":
            return values.bounded(left + right)
        case "-":
            return values.bounded(left - right)
        case "*":
            return values.bounded(left * right)
        case _:
            return values.bounded(left / right) if right else None


def _contains(left: Value, right: Value) -> bool:
    if isinstance(right, list):
        return any(values.same(left, item) for item in right)
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    return False


def _up_to(left: Value, right: Value) -> bool:
    return values.before(left, right) or (values.same(left, right) and not values.is_empty(left))


COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": values.same,
    "!=": lambda left, right: not values.same(left, right),
    "<": values.before,
    ">": lambda left, right: values.before(right, left),
    "<=": _up_to,
    ">=": lambda left, right: _up_to(right, left),
    "in": lambda left, right: _contains(values.plain(left), values.plain(right)),
}
