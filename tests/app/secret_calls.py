"""A thousand callers with numbers of their own, in every way that a secret can go wrong: what the search works on."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from yarl import URL

from ivr.adapters.memory.leg import SOMEBODY, MemoryLeg
from ivr.core.base.answers import secrets_in
from ivr.core.flow.inputs import luhn
from ivr.services.ports import Sound, SourceFailed

LEAVE = "L"  # among keys: hang up
WINDOW = 8  # digits of a number in a row that are nowhere

MAIN = """
resume: back
on_error: sorry
record: yes
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
  help: {press: "#"}
  back: {press: "9"}
defaults: {give_up: sorry, attempts: 2}
flow:
  welcome:
    - say: Welcome to the bank.
    - menu: Press 1 for cards, 2 for codes, 3 for another, 4 for a message.
      options:
        - {press: 1, go: card}
        - {press: 2, go: code}
        - {press: 3, go: other}
        - {press: 4, go: message}
      no_match: That is none of them.
  back:
    - go: card
  card:
    - collect: Please key in your card number, then press hash.
      as: card
      type: card
      confirm: You keyed in {card:digits}.
      allow_secret: the caller hears their own number
      interruptible: yes
    - set: {copy: "{card}", more: "card {card}", shown: "{lower(card)}", gold: "{starts_with(card, '5')}"}
      allow_secret: for later
    - if: starts_with(card, "4") or copy == card
      say: "That is {join(card, '-')}, {copy:digits} and {more:spelled}, also {shown}."
      allow_secret: the caller hears their own number
    - choose: card
      options: {"4111111111111111": sorry, "x": sorry}
      allow_secret: for the test
    - tag: "card {card}"
      allow_secret: for the test
    - fetch: https://pay.example.com/cards/{card}?again={more}
      method: post
      headers: {X-Card: "{copy}"}
      send: {card: "{card}", text: "{more}"}
      as: paid
      failed: look
      meanwhile: One moment please.
      allow_secret: it is the bank
    - say: The bank says {paid.echo} and {paid.text} and {paid.number}.
    - go: look
  look:
    - lookup: select name, card from cards where card = :card
      in: crm
      with: {card: "{card}"}
      as: found
      none: again
      failed: again
      allow_secret: it is our own database
    - say: You are {found.name} with {found.card}.
    - go: again
  again:
    - flow: verify
      with: {number: "{card}"}
      as: checked
      go: {checked: account, unchecked: sorry}
  account:
    - menu: For billing press 1, for others press 2.
      options:
        - {press: 1, go: number}
        - {press: 2, go: bye}
  number:
    - collect: Please key in your account.
      as: account
      length: 4
    - dial: "{card}"
      allow_secret: for the test
      failed: bug
    - go: bug
  bug:
    - tag: bug
    - go: bye
  code:
    - collect: Please key in your long code.
      as: card
      secret: yes
      length: 12
    - say: Thank you for the code.
    - tag: bug
    - go: account
  other:
    - collect: Please key in your old number.
      as: card
      secret: yes
      length: 8..16
      confirm: yes
      type_ahead: flush
      interruptible: no
      allow_secret: the caller hears their own number
    - go: look
  message:
    - record: Please leave a message.
      for: bank
      longest: 10s
    - go: card
  person:
    - say: Here is a person.
    - dial: "1001"
      failed: bye
    - go: bye
  sorry:
    - say: I am sorry.
    - menu: Press 1 to try again, 2 to leave.
      options:
        - {press: 1, go: card}
        - {press: 2, go: bye}
      give_up: bye
  bye:
    - say: Goodbye.
    - hangup
"""
VERIFY = """
takes: {number: secret}
gives: {same: secret}
outcomes: [checked, unchecked]
flow:
  ask:
    - say: We check {number:digits}.
      allow_secret: the caller hears their own number
    - if: length(number) < 8
      go: short
    - set: {same: "{number}"}
      allow_secret: for the test
    - return: checked
      give: {same: "{same}"}
  short:
    - return: unchecked
"""


def cards(count: int) -> list[str]:
    """Valid card numbers of 16 digits, each its own and of no pattern."""
    dice = random.Random(20261122)
    found: set[str] = set()
    while len(found) < count:
        digits = str(dice.randint(4, 6)) + "".join(str(dice.randint(0, 9)) for _ in range(14))
        found.add(next(number for number in (f"{digits}{last}" for last in range(10)) if luhn(number)))
    return sorted(found)


Keyed = tuple[str, str]  # words of a prompt, and the keys that are pressed in it


@dataclass
class Caller(MemoryLeg):
    """Presses keys when a prompt with certain words begins; each of ``keyed`` once, in their order."""

    keyed: tuple[Keyed, ...] = ()
    _left: list[Keyed] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._left = list(self.keyed)

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Listens, and presses."""
        if self._left and self._left[0][0] in sound.name:
            _, keys = self._left.pop(0)
            for number, key in enumerate(keys):
                what = (self.leave,) if key == LEAVE else (self._pressed, key)
                self._loop.call_later(0.2 + number / 8, *what)
        return await super().play(sound, cut=cut, start=start)


def way(number: str, kind: int) -> tuple[Keyed, ...]:
    """How a caller of one kind keys a number in."""
    code = number[:12]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    card, ok, menu = ("Press 1 for cards", "1"), ("You keyed in", "1"), ("For billing", "1")
    ask, account = "card number", ("your account", "1234#")
    return (
        (card, (ask, f"{number}#"), ok, menu, account),
        (("Welcome", f"1{number}#1"), menu, account),  # typed ahead of everything
        (("Press 1 for cards", f"1{number}#11"), account),
        (card, (ask, f"{wrong}#"), (ask, f"{number}#"), ok, menu),
        (card, (ask, f"{wrong}#"), (ask, f"{wrong}#"), ("sorry", "2")),  # gives up
        (card, (ask, f"{number[:9]}{LEAVE}")),  # hangs up in the middle
        (card, (ask, f"{number}{number}#"), (ask, f"{number}#"), ok),  # too many keys
        (card, (ask, f"{number}##*"), ok, menu),  # keys after the end
        (card, (ask, f"{number}#"), ("You keyed in", "2"), (ask, f"{number}#"), ok),  # changed
        (card, (ask, f"{number}#"), ("You keyed in", "9"), (ask, f"{number}#"), ok),  # back
        (card, (ask, f"{number}#"), ("You keyed in", "*"), ("You keyed in", "1"), menu),  # heard again
        (card, (ask, "*"), (ask, f"{number}#"), ok, ("That is", LEAVE)),
        (card, (ask, f"{number[:6]}"), (ask, f"{number}#"), ("You keyed in", "7"), ("You keyed in", "1")),
        (card, (ask, "0")),  # a person in the middle
        (("Press 1 for cards", "2"), ("long code", code), menu, account),
        (("Press 1 for cards", f"2{code}1"), account),
        (("Press 1 for cards", "2"), ("long code", number), menu),  # more keys than the question takes
        (("Press 1 for cards", "3"), ("old number", f"{number}#"), ("old number", f"{number}#")),
        (("Press 1 for cards", "4"), ("message", f"{number}#"), (ask, f"{number}#"), ok),
        (("Welcome", number), ("none of them", number), ("sorry", "2")),  # a number where none is asked for
    )[kind]


KINDS = 20


class Failing:
    """A source that fails in every way that sources may: with the secret of the question in what it says."""

    def __init__(self) -> None:
        self._number = 0

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """An answer that echoes, or trouble."""
        secret = max((re.sub(r"\D", "", text) for text in secrets_in(request)), key=len, default="")
        self._number += 1
        kinds: tuple[Callable[[], Any], ...] = (
            lambda: {"echo": secret, "text": f"your card {secret}.", "number": int(secret or 0), "name": "Ada"},
            lambda: {"echo": " ".join(secret), "text": [secret], "card": secret},
            lambda: _raised(SourceFailed(f"bad {secret}", f"https://pay.example.com/cards/{secret}")),
            lambda: _raised(SourceFailed("refused", " ".join(secret))),
            lambda: int(f"{secret}x"),
            lambda: _raised(sqlite3.OperationalError(f"no such card: {secret}")),
            lambda: _raised(aiohttp.InvalidURL(URL(f"https://pay.example.com/{secret}"))),
            lambda: _from(KeyError(secret)),
            lambda: _raised(ExceptionGroup(f"all of {secret}", [ValueError(secret)])),
            lambda: {secret: secret, "echo": secret},
            lambda: None,
        )
        return kinds[self._number % len(kinds)]()


def _raised(error: Exception) -> Any:
    raise error


def _from(error: Exception) -> Any:
    try:
        raise error
    except KeyError as before:
        raise RuntimeError(f"lost {before}") from before


def leg(number: str, kind: int, caller: int) -> Caller:
    """The leg of one caller."""
    who = replace(SOMEBODY, number=f"+1555{caller:04}", channel=f"chan-{caller}")
    return Caller(caller=who, keyed=way(number, kind))


_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPELLED = {word: str(digit) for digit, word in enumerate(_NAMES)}
_RUN = re.compile(r"\d{8,}")
_SPACED = re.compile(r"(?<!\d)\d(?:[^\dA-Za-z\n]{1,4}\d(?!\d)){7,}")
_GROUPED = re.compile(r"\d{2,6}(?:[ .,/-]\d{2,6}){1,7}")
_WORDS = re.compile(rf"(?:(?:{'|'.join(_NAMES)})[^A-Za-z\d\n]{{1,3}}){{8,}}", re.IGNORECASE)
_CODES = re.compile(r"(?:\b(?:4[89]|5[0-7])\b[^\d\n]{1,4}){8,}")  # characters by their codes


def digits_in(text: str) -> Iterator[str]:
    """Every row of digits that a text has, written together, apart, in groups, as words or as codes."""
    for found in (*_RUN.finditer(text), *_SPACED.finditer(text), *_GROUPED.finditer(text)):
        yield re.sub(r"\D", "", found.group())
    for found in _WORDS.finditer(text):
        yield "".join(_SPELLED[word.lower()] for word in re.findall(r"[A-Za-z]+", found.group()))
    for found in _CODES.finditer(text):
        yield "".join(chr(int(code)) for code in re.findall(r"\d+", found.group()))


def windows(numbers: Iterable[str]) -> dict[str, str]:
    """Every `WINDOW` digits in a row of some numbers, with the number."""
    return {number[at : at + WINDOW]: number for number in numbers for at in range(len(number) - WINDOW + 1)}


def found_in(text: str, wanted: Mapping[str, str]) -> list[str]:
    """The numbers of which some digits in a row are in a text, with the place."""
    found = []
    for digits in digits_in(text):
        for at in range(len(digits) - WINDOW + 1):
            if digits[at : at + WINDOW] in wanted:
                found.append(f"{wanted[digits[at : at + WINDOW]]} by {digits[:60]}")
    return found
