"""What a value is, made sure of before it is read aloud.

Values come from callers' keys, from other people's servers and from flows, as text or typed. Each reader here gives
one plain form, bounded in size, or raises `Unreadable` with a reason that never contains the value: it may be secret.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from ivr.core.base.dialling import normalise

LONGEST_TEXT = 500  # characters of free text; more is a document, not part of a sentence
LONGEST_VALUE = 64  # characters of anything else
MOST_DIGITS = 40  # before the decimal point
MOST_DECIMALS = 6
READ_AS_DIGITS = 10**15  # from here on nobody follows a number said in words

PLACES = {
    "USD": 2,
    "EUR": 2,
    "GBP": 2,
    "CNY": 2,
    "JPY": 0,
    "HKD": 2,
    "TWD": 2,
    "SGD": 2,
    "AUD": 2,
    "CAD": 2,
    "CHF": 2,
    "INR": 2,
    "KRW": 0,
}
"""Decimals of each currency that can be read aloud (ISO 4217)."""

_EXACT = Context(prec=MOST_DIGITS + 20, rounding=ROUND_HALF_UP)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_TIME = re.compile(r"([0-9]{1,2}):?([0-9]{2})(?::[0-9]{2})?")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}
_DATE_HINT = "it is not a date such as 2026-11-22"
_TIME_HINT = "it is not a time of day such as 09:30"
_DURATION_HINT = "it is not a length of time such as 90, 90s or 1m30s"


class Unreadable(ValueError):
    """The value is not of the kind that the way of reading needs; the text is the reason."""


class Number(NamedTuple):
    """A decimal number in parts; ``fraction`` is the digits after the point, and zero is never negative."""

    negative: bool
    whole: int
    fraction: str = ""

    @property
    def text(self) -> str:
        """The number as it is written: ``-1,234.5``."""
        return f"{'-' if self.negative else ''}{self.whole:,}{'.' if self.fraction else ''}{self.fraction}"


def number(value: object) -> Number:
    """A quantity, rounded half up to six decimals, without zeros at its end."""
    parts = _parts(_decimal(value), MOST_DECIMALS)
    return parts._replace(fraction=parts.fraction.rstrip("0"))


def amount(value: object, currency: str) -> Number:
    """An amount of money, rounded half up to the decimals of its currency."""
    if currency not in PLACES:
        raise Unreadable(f"the currency {currency[:8]!r} is not known (known are {', '.join(PLACES)})")
    return _parts(_decimal(value), PLACES[currency])


def ordinal(value: object) -> int:
    """A whole number, 0 or more."""
    parts = number(value)
    if parts.negative or parts.fraction:
        raise Unreadable("it is not a whole number, 0 or more")
    return parts.whole


def digits(value: object) -> str:
    """Keys of a telephone; spaces and dashes between them are dropped."""
    keys = _text(value) if isinstance(value, str) else str(ordinal(value))
    keys = keys.replace(" ", "").replace("-", "")
    if not keys or set(keys) - set("0123456789*#"):
        raise Unreadable("it does not consist of digits, * and #")
    return keys


def phone(value: object) -> str:
    """A phone number, digits with or without a plus before them."""
    try:
        return normalise(_text(value) if isinstance(value, str) else str(ordinal(value)))
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("it is not a phone number such as +15551230001") from None


def day(value: object, zone: tzinfo | None) -> date:
    """A date; an instant with a time zone is taken to ``zone`` first."""
    if isinstance(value, str):
        value = _instant(_text(value), _DATE_HINT)
    if isinstance(value, datetime):
        return _local(value, zone).date()
    if isinstance(value, date):
        return value
    raise Unreadable(_DATE_HINT)


def moment(value: object, zone: tzinfo | None) -> time:
    """A time of day of 24 hours, from ``9:30``, ``0930`` or an instant, which is taken to ``zone`` first."""
    if isinstance(value, str):
        text = _text(value)
        if match := _TIME.fullmatch(text):
            hour, minute = int(match[1]), int(match[2])
            if hour > 23 or minute > 59:
                raise Unreadable(_TIME_HINT)
            return time(hour, minute)
        if len(text) <= 10:
            raise Unreadable(_TIME_HINT)  # a day alone: midnight would be a guess
        value = _instant(text, _TIME_HINT)
    if isinstance(value, datetime):
        return _local(value, zone).time()
    if isinstance(value, time):
        return value
    raise Unreadable(_TIME_HINT)


def seconds(value: object) -> int:
    """A length of time, rounded half up to whole seconds."""
    if isinstance(value, timedelta):
        total = Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds) / 1_000_000
    elif isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        text = _text(value).replace(" ", "")
        pairs = _DURATION.findall(text)
        if not pairs or "".join(count + unit for count, unit in pairs) != text:
            raise Unreadable(_DURATION_HINT)
        total = sum((Decimal(count) * _SECONDS[unit] for count, unit in pairs), Decimal(0))
    else:
        total = _decimal(value)
    parts = _parts(total, 0)
    if parts.negative:
        raise Unreadable("a length of time cannot be negative")
    return parts.whole


def free(value: str) -> str:
    """Text as it is, on one line, without characters that cannot be seen."""
    if len(value) > LONGEST_TEXT:
        raise Unreadable(f"it is longer than {LONGEST_TEXT} characters")
    return " ".join("".join(char for char in value if char.isprintable() or char.isspace()).split())


def characters(value: object) -> str:
    """Text to be spelled; not empty."""
    text = _text(value) if isinstance(value, str) else str(ordinal(value))
    if not text:
        raise Unreadable("there is nothing to spell")
    return text


def _text(value: str) -> str:
    text = value.strip()
    if len(text) > LONGEST_VALUE:
        raise Unreadable(f"it is longer than {LONGEST_VALUE} characters")
    return text


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and _NUMBER.fullmatch(text := _text(value)):
        found = Decimal(text.replace(",", ""))
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 4 * MOST_DIGITS:
        found = Decimal(value)
    elif isinstance(value, float):
        found = Decimal(repr(value))
    elif isinstance(value, Decimal):
        found = value
    else:
        raise Unreadable("it is not a number" if not isinstance(value, int) else "it is not a number of bearable size")
    if not found.is_finite():
        raise Unreadable("it is not a number")
    if found.adjusted() >= MOST_DIGITS:
        raise Unreadable("it is not a number of bearable size")
    return found


def _parts(value: Decimal, places: int) -> Number:
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    whole, _, fraction = format(rounded.copy_abs(), "f").partition(".")
    return Number(rounded.is_signed() and not rounded.is_zero(), int(whole), fraction)


def _instant(text: str, hint: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(hint) from None


def _local(instant: datetime, zone: tzinfo | None) -> datetime:
    if instant.tzinfo is None or zone is None:
        return instant
    try:
        return instant.astimezone(zone)
    except OverflowError:
        raise Unreadable("it is too near the end of the calendar") from None
