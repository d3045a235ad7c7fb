"""Phone numbers, and the list of where calls may be sent.

Dialling out costs money, so nothing is dialled that no route of the list allows (toll fraud through an IVR is done
with numbers that a caller keyed in). A number that reaches an address consists of digits and perhaps a plus before
them, so a value from outside can never end one dial string and begin another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_DIGITS = 15  # ITU-T E.164
_DIGITS = frozenset("0123456789")
_SEPARATORS = frozenset(" -.()")
_LONGEST_TEXT = 64
_NUMBER = re.compile(rf"\+?[0-9]{{1,{MOST_DIGITS}}}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9]*/(?:[A-Za-z0-9_.:;=@/+-]|\{number\}|\{digits\})+")


def normalise(text: str) -> str:
    """The number as digits with or without a plus before them. Raises ValueError for what is not a phone number.

    Spaces, dashes, dots and parentheses are dropped; 1 to 15 digits are left. ``*`` and ``#`` are refused: they
    would be orders to a telephone system.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a phone number has at most {MOST_DIGITS} digits, and this text has {len(text)} characters.")
    number = "".join(char for char in text if char not in _SEPARATORS)
    if _NUMBER.fullmatch(number):
        return number
    raise ValueError(f"{text!r} is not a phone number: {_fault(number)}.")


def _fault(number: str) -> str:
    digits = number[1:] if number.startswith("+") else number
    wrong = next((char for char in digits if char not in _DIGITS), "")
    if wrong == "+":
        return "a plus may stand only at the start"
    if wrong:
        return f"{wrong!r} cannot be dialled (write digits, with or without + at the start)"
    return "it has no digits" if not digits else f"it has {len(digits)} digits, and at most {MOST_DIGITS} are allowed"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which numbers a route is for: digits, ``x`` for any digit, ``+`` at the start, ``*`` at the end for any rest.

    ``+1555xxxxxxx`` is every number of one area, ``2xx`` the extensions 200 to 299, ``+44*`` all of a country. A number
    without a plus matches no pattern with one. Spaces and dashes are for the eye. Raises ValueError for other signs.
    """

    text: str
    _matcher: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        compact = "".join(char for char in self.text if char not in _SEPARATORS).lower()
        if not re.fullmatch(r"\+?[0-9x]*\*?", compact):
            raise ValueError(
                f"{self.text[:40]!r} is not a pattern of phone numbers: write digits, x for any digit, "
                "+ only at the start and * only at the end."
            )
        body = compact.strip("+*")
        if not body and not compact.endswith("*"):
            raise ValueError(f"{self.text[:40]!r} is not a pattern of phone numbers: there is no digit in it.")
        if len(body) > MOST_DIGITS:
            raise ValueError(f"{self.text[:40]!r} asks for {len(body)} digits, and numbers have at most {MOST_DIGITS}.")
        rest = "[0-9]*" if compact.endswith("*") else ""
        plus = r"\+" if compact.startswith("+") else ""
        object.__setattr__(self, "_matcher", re.compile(plus + body.replace("x", "[0-9]") + rest))

    def matches(self, number: str) -> bool:
        """Whether a normalised number is meant."""
        return bool(_NUMBER.fullmatch(number) and self._matcher.fullmatch(number))


@dataclass(frozen=True, slots=True)
class Route:
    """Sends the numbers of a pattern to an address: ``Route("+1555xxxxxxx", "PJSIP/{number}@trunk")``.

    ``{number}`` is the number, ``{digits}`` the number without its plus; an address without either is one fixed
    place. Raises ValueError when the pattern or the address cannot be used.
    """

    match: str
    to: str
    pattern: Pattern = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.to):
            raise ValueError(
                f"{self.to[:60]!r} is not an address to dial: write a channel such as PJSIP/{{number}}@trunk, "
                "with {number} or {digits} where the number goes, and no spaces, commas, & or $."
            )
        object.__setattr__(self, "pattern", Pattern(self.match))

    def address(self, number: str) -> str:
        """The address for a normalised number."""
        return self.to.replace("{number}", number).replace("{digits}", number.lstrip("+"))


@dataclass(frozen=True, slots=True)
class DialList:
    """Where calls may be sent: the first route that matches is taken, and what none matches is not dialled."""

    routes: tuple[Route, ...] = ()

    def __init__(self, routes: Iterable[Route] = ()) -> None:
        object.__setattr__(self, "routes", tuple(routes))

    def address(self, number: str) -> str | None:
        """What to dial for a number as somebody wrote it, or None when it is not allowed or not a number."""
        try:
            wanted = normalise(number)
        except ValueError:
            return None
        return next((route.address(wanted) for route in self.routes if route.pattern.matches(wanted)), None)
