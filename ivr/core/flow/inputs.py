"""What `collect` can take: one line for each type of value, from the keys that were pressed to the value.

A parser gives the value, or None when the keys do not make one. To add a type, add a line to `INPUTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ivr.core.flow.values import Type, Value


@dataclass(frozen=True, slots=True)
class Input:
    """A type of input: ``length`` is how many keys it has where a flow does not say; ``keys`` are its own."""

    about: str
    type: Type
    parse: Callable[[str], Value]
    length: tuple[int, int]
    keys: str = "0123456789"
    secret: bool = False


def _digits(keys: str) -> Value:
    return keys if keys.isdecimal() and keys.isascii() else None


def _number(keys: str) -> Value:
    return int(keys) if re.fullmatch(r"[0-9]{1,15}", keys) else None


def _amount(keys: str) -> Value:
    if not re.fullmatch(r"[0-9]{1,12}(\*[0-9]{0,2})?", keys):
        return None
    whole, _, cents = keys.partition("*")
    return int(whole) if not cents else float(f"{whole}.{cents}")


def _phone(keys: str) -> Value:
    return keys if re.fullmatch(r"[0-9]{3,17}", keys) else None


def _card(keys: str) -> Value:
    return keys if re.fullmatch(r"[0-9]{12,19}", keys) and luhn(keys) else None


def luhn(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


INPUTS: dict[str, Input] = {
    "digits": Input("digits, kept as they were keyed in (`0042` stays `0042`)", Type.TEXT, _digits, (1, 20)),
    "number": Input("a whole number", Type.NUMBER, _number, (1, 15)),
    "amount": Input("an amount of money; `*` is the decimal point", Type.NUMBER, _amount, (1, 15), "0123456789*"),
    "phone": Input("a phone number, 3 to 17 digits", Type.TEXT, _phone, (3, 17)),
    "card": Input("a card number with a right check digit; always secret", Type.TEXT, _card, (12, 19), secret=True),
}
LATER = ("date", "time", "yes_no", "pattern", "one_of")
