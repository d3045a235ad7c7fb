"""What callers who wait are told: their place in the queue, and how long it takes, as a range of minutes.

The words are built in, in each language that values can be read aloud in; other languages hear them in English.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.core.calls.verbs import Piece, Sentence, Text
from ivr.core.prompts.say import base_language, speak

PLACE, NEXT, ABOUT, BETWEEN, MORE, WORSE = "place", "next", "about", "between", "more", "worse"

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        PLACE: ("You are number ", " in the queue."),
        NEXT: ("You are the next in the queue.",),
        ABOUT: ("The wait is about ", " minutes."),
        BETWEEN: ("The wait is between ", " and ", " minutes."),
        MORE: ("The wait is more than ", " minutes."),
        WORSE: ("I am sorry, it takes longer than I said. ",),
    },
    "zh": {
        PLACE: ("您现在排在第", "位。"),
        NEXT: ("下一位就是您。",),
        ABOUT: ("大约需要等待", "分钟。"),
        BETWEEN: ("大约需要等待", "到", "分钟。"),
        MORE: ("等待时间超过", "分钟。"),
        WORSE: ("抱歉，等待时间比刚才说的要长。",),
    },
}
_TAKE = {"en": "Press 1 to take the call.", "zh": "接听请按 1。"}
_ONE_MINUTE = {"en": "The wait is about one minute.", "zh": "大约需要等待一分钟。"}


def told_place(language: str, place: int) -> list[Piece]:
    """The place in a queue; 1 is the next."""
    return _filled(language, NEXT) if place <= 1 else _filled(language, PLACE, place)


def told_wait(language: str, least: int, most: int | None, *, worse: bool = False) -> list[Piece]:
    """A wait in minutes: from ``least`` to ``most``, or more than ``least``; ``worse`` than what was told before."""
    sorry = _filled(language, WORSE) if worse else []
    if most is None:
        return [*sorry, *_filled(language, MORE, least)]
    if least < most:
        return [*sorry, *_filled(language, BETWEEN, least, most)]
    if most == 1:
        return [*sorry, Text(_ONE_MINUTE[_base(language)])]
    return [*sorry, *_filled(language, ABOUT, most)]


def asked_to_take(language: str) -> Sentence:
    """What an agent hears who has to press a key."""
    return Sentence(_base(language), (Text(_TAKE[_base(language)]),))


def fixed(language: str) -> Iterator[Sentence]:
    """The words around the numbers, to be made before any call."""
    words = [*(part for parts in _WORDS[_base(language)].values() for part in parts), _ONE_MINUTE[_base(language)]]
    return (Sentence(language, (Text(text),)) for text in dict.fromkeys(words))


def _filled(language: str, name: str, *numbers: int) -> list[Piece]:
    """The words of a name with numbers between them."""
    parts = _WORDS[_base(language)][name]
    pieces: list[Piece] = [Text(parts[0])]
    for number, part in zip(numbers, parts[1:], strict=True):
        pieces += [speak(number, "number", _base(language)), Text(part)]
    return pieces


def _base(language: str) -> str:
    return base_language(language) or "en"
