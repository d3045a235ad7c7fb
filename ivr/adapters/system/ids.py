"""Ids that sort by time of birth, and counted ones for tests."""

from __future__ import annotations

import secrets
import time
from collections import Counter

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U, so that an id can be read aloud


class SystemIds:
    """``call_01JD…``: 48 bits of milliseconds, then 80 random bits, in base 32 (the layout of a ULID)."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, kind: str) -> str:
        """A fresh id; never earlier in order than the ones before it, also when the clock goes back."""
        self._last = max(time.time_ns() // 1_000_000, self._last)
        return f"{kind}_{_base32(self._last, 10)}{_base32(secrets.randbits(80), 16)}"


class CountedIds:
    """``call_1``, ``call_2``: for tests and the simulator."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def new(self, kind: str) -> str:
        """The next number of this kind."""
        self._counts[kind] += 1
        return f"{kind}_{self._counts[kind]}"


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
