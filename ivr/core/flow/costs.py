"""What each exit of each action costs a caller: the graph that `ivr.core.flow.effort` looks for the cheapest way in.

=====================  ==================================================================
what                   seconds
=====================  ==================================================================
a key                  `KEY`: 0.5 for who knows the number, 1 for who calls the first time
thinking               `THINKING`: 1, of the first-time caller, after each question
an answer without end  the question's ``between``, when nothing shows that it is complete
silence                each attempt's prompt, and ``first_input`` after it; of a recording its ``silence``
a conversation         `TALK`: 60, so that a way through one is not taken for a short cut
nobody answers         as long as it rings (``within``)
any other trouble      `TROUBLE`: 2
=====================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.calls.verbs import Keys
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.actions.play import Play
from ivr.core.flow.model import Action, Exit, Flow
from ivr.core.flow.pace import Pace
from ivr.core.flow.question import NO_INPUT, Asking
from ivr.core.flow.reading import declared
from ivr.core.flow.sentence import Words
from ivr.core.flow.wording import main_value

Point = tuple[str, int]  # a section and the index of an action in it


class Caller(StrEnum):
    """Who calls: see `ivr.core.flow.effort`."""

    KNOWS = "knows"
    FIRST = "first"
    SILENT = "silent"


KEY = {Caller.KNOWS: 0.5, Caller.FIRST: 1.0, Caller.SILENT: 0.0}
THINKING = 1.0
TALK = 60.0
TROUBLE = 2.0
_OPTION = "option "
_AFTER_ALL = frozenset({"no_input", "no_match", "accept", "confirm"})  # said by a question when it is needed


@dataclass(frozen=True, slots=True)
class Link:
    """An exit and its price; without a ``target`` the call is over.

    ``pressed`` are the seconds when the next question's key has been pressed already. ``ahead`` says whether keys
    pressed before this action count for it; None when it hands them on.
    """

    source: Point
    target: Point | None
    seconds: float
    pressed: float
    turns: int = 0
    keys: int = 0
    ahead: bool | None = None
    tag: str = ""


def links(flow: Flow, language: str, pace: Pace, caller: Caller) -> Iterator[Link]:
    """Every exit of a flow with what it costs a caller."""
    prices = _Prices(flow, language, pace, caller)
    for section in flow.sections.values():
        for index, action in enumerate(section.actions):
            yield from prices.of((section.name, index), action)


@dataclass(frozen=True, slots=True)
class _Prices:
    flow: Flow
    language: str
    pace: Pace
    caller: Caller

    def of(self, point: Point, action: Action) -> Iterator[Link]:
        """The exits of an action."""
        if isinstance(action, Asking):
            yield from self._question(point, action)
        else:
            yield from self._other(point, action)

    def _to(self, point: Point, way: Exit) -> Point | None:
        if way.ends:
            return None
        if way.target is not None:
            return (way.target.section, 0)
        return (point[0], point[1] + 1)

    # Questions

    def _question(self, point: Point, action: Asking) -> Iterator[Link]:
        keys = action.keys(self.flow.always)
        tags = {f"{_OPTION}{item.press}": item.tag for item in action.choices} if isinstance(action, Menu) else {}
        for way in action.exits():
            if not way.input:
                silence = self._silence(action)
                yield Link(point, self._to(point, way), silence, silence, ahead=False)
            elif self.caller is not Caller.SILENT:
                pressed, pause = _answer(way, keys)
                seconds, turns = self._answered(action, pressed) + pause, 1
                if (again := getattr(action, "confirming", None)) is not None:
                    seconds, turns, pressed = seconds + self._confirmed(action, again), 2, pressed + 1
                ahead = self.caller is Caller.KNOWS and action.type_ahead == "keep"
                to = self._to(point, way)
                yield Link(point, to, seconds, seconds, turns, pressed, ahead, tags.get(way.outcome, ""))
        if self.caller is not Caller.SILENT:
            ahead = self.caller is Caller.KNOWS and action.type_ahead == "keep"
            yield from self._anywhere(point, self._answered(action, 1), keys.always, ahead)

    def _answered(self, action: Asking, pressed: int) -> float:
        """Seconds from the beginning of a question to the last key of its answer."""
        heard = self.pace.seconds(action.asked.at(self.language))
        typed = pressed * KEY[self.caller]
        if self.caller is Caller.FIRST:
            return heard + THINKING + typed
        return typed if action.interruptible else heard + typed

    def _confirmed(self, action: Asking, words: Words) -> float:
        heard = self.pace.seconds(words.at(self.language))
        if self.caller is Caller.FIRST:
            return heard + THINKING + KEY[self.caller]
        return KEY[self.caller] if action.interruptible else heard + KEY[self.caller]

    def _silence(self, action: Asking) -> float:
        """Seconds until a question that nobody answers gives up."""
        total = 0.0
        for attempt in range(1, action.attempts + 1):
            asked = action.heard.at(self.language, attempt)
            prompt = action.heard.after(NO_INPUT, attempt - 1, attempt, self.language) if attempt > 1 else asked
            total += self.pace.seconds(prompt) + action.first_input
        return total

    def _anywhere(self, point: Point, seconds: float, keys: str, ahead: bool) -> Iterator[Link]:
        """The ways that "anywhere" keys are."""
        for key in keys:
            universal = self.flow.universals.get(key)
            if universal is not None and universal.target is not None:
                yield Link(point, (universal.target.section, 0), seconds, seconds, 1, 1, ahead)

    # Everything else

    def _other(self, point: Point, action: Action) -> Iterator[Link]:
        heard = self._heard(action)
        stops = bool(heard) and _can_be_stopped(action)
        for way in action.exits():
            if self.caller is Caller.SILENT and action.reaches_person and way.input:
                continue
            said = 0.0 if action.kind == "if" and way.outcome == "no" else heard
            waited = _waited(action, way, self.caller)
            pressed = waited + (0.0 if stops and self.caller is Caller.KNOWS else said)
            keeps = None if self.caller is Caller.KNOWS and not (way.input or action.reaches_person) else False
            yield Link(point, self._to(point, way), said + waited, pressed, ahead=keeps)
        if stops and self.caller is Caller.KNOWS:
            yield from self._anywhere(point, KEY[self.caller], self.flow.always, False)

    def _heard(self, action: Action) -> float:
        """Seconds of what an action says, in the words of the first attempt."""
        found = [
            getattr(action, attribute)
            for attribute, item in declared(type(action)).items()
            if (item.name or attribute) not in _AFTER_ALL
        ]
        return sum(self.pace.seconds(words.at(self.language)) for words in found if isinstance(words, Words))


def _answer(way: Exit, keys: Keys) -> tuple[int, float]:
    """How many keys an answer has at least, and the pause that shows its end."""
    if way.outcome.startswith(_OPTION) and way.outcome[len(_OPTION) :] in keys.choices:
        press = way.outcome[len(_OPTION) :]
        longer = any(other != press and other.startswith(press) for other in keys.choices)
        return len(press), keys.between if longer else 0.0
    if keys.choices:
        return min(len(choice) for choice in keys.choices), 0.0
    if keys.least == keys.most:
        return keys.least, 0.0
    return (keys.least + len(keys.end[:1]), 0.0) if keys.end else (keys.least, keys.between)


def _can_be_stopped(action: Action) -> bool:
    """Whether a key stops what it says, and is kept for the next question."""
    return bool(getattr(action, "interruptible", action.kind == "if"))


def _waited(action: Action, way: Exit, caller: Caller) -> float:
    """Seconds that pass without a word."""
    if action.reaches_person:
        if way.input:
            return TALK
        return float(getattr(action, "within", TROUBLE)) if way.outcome == "no_answer" else TROUBLE
    if action.kind == "record":
        return float(getattr(action, "silence", 0.0)) if caller is Caller.SILENT else 0.0
    value = action.seconds if isinstance(action, Play) else main_value(action)
    return value if isinstance(value, float) else 0.0
