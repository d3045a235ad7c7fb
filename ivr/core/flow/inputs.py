"""What `collect` can take: one line for each type of value, from the keys that were pressed to the value.

A type's ``taken`` gives the value, or None when the keys do not make one or it is not among what the flow wants
(`Wanted`). To add a type, add a line to `INPUTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from ivr.core.base.dialling import Pattern
from ivr.core.flow.expr import Expression
from ivr.core.flow.tree import Scope
from ivr.core.flow.values import Type, Value, as_text, plain

FIRST_YEAR, LAST_YEAR = 1900, 2199
FURTHEST = 8  # years from one 29 February to the next, at most
PIVOT = 69  # of years with two digits, as POSIX strptime has it: 69 is 1969, 68 is 2068
FORMATS = ("DDMMYYYY", "MMDDYYYY", "YYYYMMDD", "DDMMYY", "MMDDYY", "YYMMDD", "DDMM", "MMDD")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a flow says about an answer besides its type: see the options of `collect`."""

    format: str = ""
    range: tuple[float, float] | None = None
    earliest: Expression | None = None
    latest: Expression | None = None
    pattern: tuple[Pattern, ...] = ()
    one_of: tuple[str, ...] | Expression = ()


Taken = Callable[[str, Wanted, Scope], Value]


@dataclass(frozen=True, slots=True)
class Input:
    """A type of input: ``length`` is how many keys it has where a flow does not say; ``keys`` are its own.

    ``options`` are those of `collect` that only some types have, ``needs`` the one that cannot be left out. ``way`` is
    how the value is read back. With ``choices`` a caller presses one of them, and there is no end key.
    """

    about: str
    type: Type
    taken: Taken
    length: tuple[int, int]
    keys: str = "0123456789"
    secret: bool = False
    options: frozenset[str] = frozenset({"length", "end"})
    needs: str = ""
    way: str = "digits"
    choices: tuple[str, ...] = ()


def _digits(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return keys if re.fullmatch(r"[0-9]+", keys) else None


def _number(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return _within(int(keys), wanted) if re.fullmatch(r"[0-9]{1,15}", keys) else None


def _amount(keys: str, wanted: Wanted, scope: Scope) -> Value:
    if not re.fullmatch(r"[0-9]{1,12}(\*[0-9]{0,2})?", keys):
        return None
    whole, _, cents = keys.partition("*")
    return _within(int(whole) if not cents else float(f"{whole}.{cents}"), wanted)


def _within(number: float, wanted: Wanted) -> Value:
    return number if wanted.range is None or wanted.range[0] <= number <= wanted.range[1] else None


def _phone(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return keys if re.fullmatch(r"[0-9]{3,17}", keys) else None


def _card(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return keys if re.fullmatch(r"[0-9]{12,19}", keys) and luhn(keys) else None


def luhn(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _yes_no(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return {"1": True, "2": False}.get(keys)


def _pattern(keys: str, wanted: Wanted, scope: Scope) -> Value:
    return keys if any(pattern.matches(keys) for pattern in wanted.pattern) else None


def _one_of(keys: str, wanted: Wanted, scope: Scope) -> Value:
    known = wanted.one_of if isinstance(wanted.one_of, tuple) else plain(wanted.one_of.value(scope))
    if not isinstance(known, list | tuple):
        return None
    return keys if any(as_text(plain(item)) == keys for item in known) else None


def _time(keys: str, wanted: Wanted, scope: Scope) -> Value:
    if not re.fullmatch(r"[0-9]{3,4}", keys) or int(keys[:-2]) > 23 or int(keys[-2:]) > 59:
        return None
    time = f"{int(keys[:-2]):02}:{keys[-2:]}"
    earliest, latest = _bounds(wanted, scope)
    return time if earliest <= time and (not latest or time <= latest) else None


def _date(keys: str, wanted: Wanted, scope: Scope) -> Value:
    if len(keys) != len(wanted.format) or not re.fullmatch(r"[0-9]+", keys):
        return None
    month, day = (int(_part(keys, wanted.format, part)) for part in ("MM", "DD"))
    earliest, latest = _bounds(wanted, scope)
    for year in _years(_part(keys, wanted.format, "Y"), as_text(scope.lookup(("call", "date"))), (month, day)):
        try:
            found = date(year, month, day).isoformat()
        except ValueError:
            continue
        if earliest <= found and (not latest or found <= latest):
            return found
    return None


def _part(keys: str, format_: str, letter: str) -> str:
    return "".join(key for key, place in zip(keys, format_, strict=True) if place in letter)


def _years(keyed: str, today: str, day: tuple[int, int]) -> Iterator[int]:
    """The years that may be meant, the likeliest first: of a date without a year the next ones, then those before."""
    if len(keyed) == 4:
        yield from (int(keyed),) if FIRST_YEAR <= int(keyed) <= LAST_YEAR else ()
    elif keyed:
        likely = (1900 if int(keyed) >= PIVOT else 2000) + int(keyed)
        yield from (likely, likely + 100 if likely < 2000 else likely - 100)
    else:
        this = int(today[:4])
        first = this if f"{day[0]:02}-{day[1]:02}" >= today[5:] else this + 1
        yield from range(first, first + FURTHEST + 1)
        yield from range(first - 1, first - FURTHEST - 2, -1)


def _bounds(wanted: Wanted, scope: Scope) -> tuple[str, str]:
    """The bounds as they are now; empty where there is none. Dates and times sort as they read."""
    found = (bound.value(scope) if bound is not None else None for bound in (wanted.earliest, wanted.latest))
    earliest, latest = (value if isinstance(value := plain(bound), str) else "" for bound in found)
    return earliest, latest


_BOUNDS = frozenset({"end", "earliest", "latest"})
INPUTS: dict[str, Input] = {
    "digits": Input("digits, kept as they were keyed in (`0042` stays `0042`)", Type.TEXT, _digits, (1, 20)),
    "number": Input(
        "a whole number; `range: 1..31` bounds it",
        Type.NUMBER, _number, (1, 15), options=frozenset({"length", "end", "range"}), way="number",
    ),
    "amount": Input(
        "an amount of money; `*` is the decimal point; `range: 0.50..200` bounds it",
        Type.NUMBER, _amount, (1, 15), "0123456789*", options=frozenset({"length", "end", "range"}), way="money",
    ),
    "date": Input(
        "a date in the order of keys that `format` says; without a year the next such date, or the last one where "
        "`latest` says so; `earliest` and `latest` bound it",
        Type.DATE, _date, (4, 8), options=_BOUNDS | {"format"}, needs="format", way="date",
    ),
    "time": Input(
        "a time of day of 24 hours, such as 0930 or 930; `earliest` and `latest` bound it",
        Type.TIME, _time, (3, 4), options=_BOUNDS, way="time",
    ),
    "phone": Input("a phone number, 3 to 17 digits", Type.TEXT, _phone, (3, 17), way="phone"),
    "card": Input("a card number with a right check digit; always secret", Type.TEXT, _card, (12, 19), secret=True),
    "yes_no": Input(
        "1 for yes, 2 for no",
        Type.YES_NO, _yes_no, (1, 1), "12", options=frozenset(), way="as_is", choices=("1", "2"),
    ),
    "pattern": Input(
        "digits that fit one of the patterns of `pattern`",
        Type.TEXT, _pattern, (1, 15), options=frozenset({"end", "pattern"}), needs="pattern",
    ),
    "one_of": Input(
        "digits that are in the list of `one_of`",
        Type.TEXT, _one_of, (1, 20), options=frozenset({"length", "end", "one_of"}), needs="one_of",
    ),
}  # fmt: skip
