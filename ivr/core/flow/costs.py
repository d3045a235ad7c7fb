"""What each way out of an action costs a caller, for `ivr.core.flow.effort`.

=====================  ==================================================================
what                   seconds
=====================  ==================================================================
a key                  `KEY`: 0.5 for who knows the number, 1 for who calls the first time
thinking               `THINKING`: 1, of the first-time caller, after each question
an answer without end  the question's ``between``, when nothing shows that it is complete
silence                each attempt's prompt, and ``first_input`` after it, until the attempts
                       or the call's error budget are spent; of a recording its ``silence``
a source outside       `ASKED`: 1, a typical time; its ``meanwhile`` begins after 0.7 and is
                       heard to its end; the silent caller waits ``within`` when it fails
a conversation         `TALK`: 60, so that a way through one is not taken for a short cut
nobody answers         as long as it rings (``within``), or a queue lets wait (``longest``)
a key in a queue       a key; the silent caller presses none
any other trouble      `TROUBLE`: 2
the words of a record  a key, of the knowing caller: it stops them and is forgotten
time that passes       of a ``wait``, and of a ``play`` with ``for``, as it is written
=====================  ==================================================================

Conditions, opening hours, tags and the points of announcements take no time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.calls.verbs import Keys
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.actions.play import Play
from ivr.core.flow.actions.queue import Queue
from ivr.core.flow.actions.wait import Wait
from ivr.core.flow.asking_outside import AskingOutside
from ivr.core.flow.model import Action, Budget, Exit
from ivr.core.flow.pace import Pace
from ivr.core.flow.question import NO_INPUT, Asking
from ivr.core.flow.reading import declared
from ivr.core.flow.sentence import Words


class Caller(StrEnum):
    """Who calls: see `ivr.core.flow.effort`."""

    KNOWS = "knows"
    FIRST = "first"
    SILENT = "silent"


KEY = {Caller.KNOWS: 0.5, Caller.FIRST: 1.0, Caller.SILENT: 0.0}
THINKING = 1.0
TALK = 60.0
TROUBLE = 2.0
ASKED = 1.0
BEFORE_MEANWHILE = 0.7  # as `Consult.silence`
_OPTION = "option "
_KEY = "key "  # the ways by which a key leaves a queue
_AFTER_ALL = frozenset({"no_input", "no_match", "accept", "confirm"})  # said by a question when it is needed


@dataclass(frozen=True, slots=True)
class Here:
    """What holds where an action stands: ``errors`` were made in the call, ``budgets`` are those of its flows.

    The budget of the innermost flow comes first, None where a flow has none.
    """

    language: str
    always: str
    errors: int = 0
    budgets: tuple[Budget | None, ...] = ()

    def spent(self, errors: int) -> int | None:
        """How many flows out the budget stands that so many errors spend; None while there is some left."""
        return next((out for out, one in enumerate(self.budgets) if one is not None and errors >= one.errors), None)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A way out of an action and its price: by an exit (``way``), a key of anywhere, or a budget ``spent``.

    ``pressed`` are the seconds when the next question's key has been pressed already. ``ahead`` says whether keys
    pressed before this action count for it; None when it hands them on. ``errors`` is the call's count afterwards.
    """

    seconds: float
    pressed: float
    errors: int
    way: Exit | None = None
    key: str = ""
    spent: int | None = None
    turns: int = 0
    keys: int = 0
    ahead: bool | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    """What ways out of actions cost one caller."""

    pace: Pace
    caller: Caller

    def of(self, action: Action, here: Here) -> Iterator[Leaving]:
        """The ways out of an action; a key of anywhere that leads to no section is among them, and is none."""
        if isinstance(action, Asking):
            yield from self._question(action, here)
        else:
            yield from self._other(action, here)

    # Questions

    def _question(self, action: Asking, here: Here) -> Iterator[Leaving]:
        keys = action.keys(here.always)
        tags = {f"{_OPTION}{item.press}": item.tag for item in action.choices} if isinstance(action, Menu) else {}
        ahead = self.caller is Caller.KNOWS and action.type_ahead == "keep"
        for way in action.exits():
            if not way.input:
                yield self._silence(action, way, here)
            elif self.caller is not Caller.SILENT:
                pressed, pause = _answer(way, keys)
                seconds, turns = self._answered(action, pressed, here) + pause, 1
                if (again := getattr(action, "confirming", None)) is not None:
                    seconds, turns, pressed = seconds + self._confirmed(action, again, here), 2, pressed + 1
                yield Leaving(
                    seconds,
                    seconds,
                    here.errors // 2,
                    way,
                    turns=turns,
                    keys=pressed,
                    ahead=ahead,
                    tag=tags.get(way.outcome, ""),
                )
        if self.caller is not Caller.SILENT:
            yield from self._anywhere(self._answered(action, 1, here), keys.always, here, ahead)

    def _answered(self, action: Asking, pressed: int, here: Here) -> float:
        """Seconds from the beginning of a question to the last key of its answer."""
        heard = self.pace.seconds(action.asked.at(here.language))
        typed = pressed * KEY[self.caller]
        if self.caller is Caller.FIRST:
            return heard + THINKING + typed
        return typed if action.interruptible else heard + typed

    def _confirmed(self, action: Asking, words: Words, here: Here) -> float:
        heard = self.pace.seconds(words.at(here.language))
        if self.caller is Caller.FIRST:
            return heard + THINKING + KEY[self.caller]
        return KEY[self.caller] if action.interruptible else heard + KEY[self.caller]

    def _silence(self, action: Asking, way: Exit, here: Here) -> Leaving:
        """The way out of a question that nobody answers: it gives up, or the call's error budget is spent before."""
        total, errors = 0.0, here.errors
        for attempt in range(1, action.attempts + 1):
            asked = action.heard.at(here.language, attempt)
            prompt = action.heard.after(NO_INPUT, attempt - 1, attempt, here.language) if attempt > 1 else asked
            total += self.pace.seconds(prompt) + action.first_input
            errors += 1
            if (out := here.spent(errors)) is not None:
                return Leaving(total, total, 0, spent=out, ahead=False)
        return Leaving(total, total, errors, way, ahead=False)

    def _anywhere(self, seconds: float, keys: str, here: Here, ahead: bool) -> Iterator[Leaving]:
        """The ways that "anywhere" keys are."""
        for key in keys:
            yield Leaving(seconds, seconds, here.errors, key=key, turns=1, keys=1, ahead=ahead)

    # Everything else

    def _other(self, action: Action, here: Here) -> Iterator[Leaving]:
        heard, cut = self._heard(action, here), 0
        stops = bool(heard) and _can_be_stopped(action)
        if action.kind == "record" and self.caller is Caller.KNOWS and heard > KEY[self.caller]:
            heard, cut = KEY[self.caller], 1
        for way in action.exits():
            if self.caller is Caller.SILENT and action.reaches_person and way.input:
                continue
            said = 0.0 if action.kind == "if" and way.outcome == "no" else heard
            waited = self._waited(action, way, said)
            pressed = waited + (0.0 if stops and self.caller is Caller.KNOWS else said)
            keeps = None if self.caller is Caller.KNOWS and not (way.input or action.reaches_person) else False
            typed = int(way.outcome.startswith(_KEY))
            yield Leaving(said + waited, pressed, here.errors, way, turns=typed, keys=cut + typed, ahead=keeps)
        if self.caller is Caller.KNOWS and (stops or isinstance(action, Wait | Play | Queue)):
            yield from self._anywhere(KEY[self.caller], here.always, here, False)

    def _heard(self, action: Action, here: Here) -> float:
        """Seconds of what an action says or plays, in the words of the first attempt."""
        if isinstance(action, Play):
            return action.seconds or self.pace.recording(action.file.name, here.language)
        found = [
            getattr(action, attribute)
            for attribute, item in declared(type(action)).items()
            if (item.name or attribute) not in _AFTER_ALL
        ]
        return sum(self.pace.seconds(words.at(here.language)) for words in found if isinstance(words, Words))

    def _waited(self, action: Action, way: Exit, said: float) -> float:
        """Seconds that pass without a word."""
        if action.reaches_person:
            return self._with_a_person(action, way)
        if isinstance(action, AskingOutside):
            failed = self.caller is Caller.SILENT and way.outcome == "failed"
            begun = BEFORE_MEANWHILE + said if said else 0.0
            return max(action.within if failed else ASKED, begun) - said
        if action.kind == "record":
            if not way.input:
                return TROUBLE
            return float(getattr(action, "silence", 0.0)) if self.caller is Caller.SILENT else 0.0
        return action.seconds if isinstance(action, Wait) else 0.0

    def _with_a_person(self, action: Action, way: Exit) -> float:
        """Seconds of a talk, or until there is none."""
        if way.outcome.startswith(_KEY):
            return KEY[self.caller]
        if way.input:
            return TALK
        if isinstance(action, Queue) and way.outcome == "waited_too_long":
            return action.queue.longest
        return float(getattr(action, "within", TROUBLE)) if way.outcome == "no_answer" else TROUBLE


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
