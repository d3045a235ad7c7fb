"""What a language has to offer, so that values can be read aloud in it: a module with these names.

A word that ends with a comma (``five,`` or ``五，``) is the same word with a short rest after it: it parts the groups
of a phone number and the day of a date from its year.
"""

from __future__ import annotations

from datetime import date, time
from typing import Protocol

from ivr.core.calls.verbs import Spoken
from ivr.core.prompts.values import Number


class Language(Protocol):
    """Reads values that `ivr.core.prompts.values` has made sure of; it never refuses one, save for characters."""

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word that a fixed reading can consist of."""
        ...

    def yes_no(self, value: bool) -> Spoken:
        """A yes or a no."""
        ...

    def digits(self, keys: str) -> Spoken:
        """Keys of a telephone, one by one: ``0`` to ``9``, ``*``, ``#``."""
        ...

    def number(self, value: Number) -> Spoken:
        """A quantity."""
        ...

    def ordinal(self, value: int) -> Spoken:
        """A place in an order, 0 or more."""
        ...

    def money(self, amount: Number, currency: str) -> Spoken:
        """An amount that has as many decimals as its currency (a key of `values.PLACES`)."""
        ...

    def date(self, day: date) -> Spoken:
        """A day of a year."""
        ...

    def time(self, moment: time) -> Spoken:
        """A time of day, in hours and minutes."""
        ...

    def duration(self, seconds: int) -> Spoken:
        """A length of time, 0 or more."""
        ...

    def phone(self, number: str) -> Spoken:
        """A phone number: digits, perhaps a plus before them."""
        ...

    def spelled(self, text: str) -> Spoken:
        """Characters one by one. Raises Unreadable for one that has no name; is not fixed when one is itself a word."""
        ...
