"""A call of before, run again through other flows: does it still take the same way?

The caller of a replay does what the caller of the tape did. What is compared is the way: every action that decides or
does something, its outcome, and where it went. Sentences are not: a `say` more or less is no other way, and so the
outcomes of what is merely heard are left out or made up where the two flows differ in them. The first difference ends
the comparison, because what a caller would have done after it, nobody knows.

The same flows always replay identically, also in what is merely heard (`strictly`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest

from ivr.core.calls.outcomes import (
    Announced,
    Dialled,
    Digits,
    Failed,
    Given,
    NoInput,
    Outcome,
    Queued,
    Recorded,
    Said,
    Unsaid,
)
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Queue, Record, Say, Verb, Wait
from ivr.core.flow import machine
from ivr.core.flow.model import Flow
from ivr.core.flow.state import End, Step, Turn
from ivr.core.flow.tape import Broke, Tape, Taped, at

HEARD = frozenset({"say", "play", "wait", "announce", "go", "tag", "language"})  # kinds that are no turn of the way
_FITS: Mapping[type, tuple[type, ...]] = {
    Say: (Said, Unsaid),
    Wait: (Said, Unsaid),
    Announce: (Announced,),
    Ask: (Digits, NoInput, Unsaid, Failed),
    Record: (Recorded, Unsaid, Failed),
    Dial: (Dialled, Failed),
    Queue: (Queued, Failed),
    Consult: (Given, Failed),
}
_PASSED: Mapping[type, Outcome] = {Say: Said(), Wait: Said(), Announce: Announced()}
_ASKED = {
    Ask: "keys",
    Record: "a message",
    Dial: "how dialling went",
    Queue: "how the wait in a queue went",
    Consult: "a value from outside",
}
MOST_MADE_UP = 200


class Verdict(StrEnum):
    """What a replay came to."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"  # a changed action decides by a secret, which no tape holds
    GONE = "gone"  # there is no such flow any more


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two ways part: the action ``before`` and ``now``; None where one of them has ended.

    ``number`` counts the actions of the way from 1. ``why`` says more where the actions alone do not.
    """

    number: int
    before: Step | None
    now: Step | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A call that was run again; ``steps`` are the actions of the new way up to the difference or the end."""

    verdict: Verdict
    difference: Difference | None = None
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class _Memory:
    """What conditions over secrets came to in the recorded call, by the place of their action, and which fitted."""

    known: dict[tuple[str, int], deque[bool | tuple[str, str]]] = field(default_factory=dict)
    made: dict[tuple[str, int], deque[bool]] = field(default_factory=dict)
    fits: bool | None = None
    guessed: bool = False

    @classmethod
    def of(cls, tape: Tape) -> _Memory:
        memory = cls()
        for step in tape.steps:
            if step.kind == "if":  # what ends it otherwise than yes or no came while it said what it says when it holds
                memory.known.setdefault((step.section, step.index), deque()).append(step.outcome != "no")
            elif step.kind == "choose" and step.outcome in ("chosen", "else"):
                memory.known.setdefault((step.section, step.index), deque()).append((step.outcome, step.to))
        for place, index, was in tape.turned_out:
            memory.made.setdefault((place, index), deque()).append(was)
        return memory

    def turned_out(self, place: str, index: int) -> bool | None:
        """The next yes or no that was made of a secret in an action."""
        answers = self.made.get((place, index))
        if answers:
            return answers.popleft()
        self.guessed = True
        return None

    def decided(self, place: str, index: int, *, secret: bool) -> bool | tuple[str, str] | None:
        """What the condition came to, or where the value led, the next time that the call was here."""
        answers = self.known.get((place, index))
        if answers:
            return answers.popleft()
        self.guessed = self.guessed or secret
        return None


def replay(tape: Tape, flows: Mapping[str, Flow], *, strictly: bool = False) -> Replayed:
    """Runs a call again; ``strictly`` compares every action, also what is merely heard."""
    flow = flows.get(tape.flow)
    if flow is None:
        return Replayed(Verdict.GONE)
    memory = _Memory.of(tape)
    steps, ended, why = _run(tape, flow, memory, strictly=strictly)
    wanted = [*_way(tape.steps, strictly), *_ending(None if tape.cut else tape.ended)]
    found = [*_way(steps, strictly), *_ending(ended)]
    if tape.cut:  # what came of the call after that, its end too, is not known
        del found[len(wanted) :]
    for number, (before, now) in enumerate(zip_longest(wanted, found), 1):
        if before is None or now is None or _key(before, strictly) != _key(now, strictly):
            verdict = Verdict.UNDECIDED if memory.guessed else Verdict.DIFFERENT
            return Replayed(verdict, Difference(number, before, now, why), tuple(steps))
    return Replayed(Verdict.SAME, None, tuple(steps))


def _run(tape: Tape, flow: Flow, memory: _Memory, *, strictly: bool) -> tuple[list[Step], str | None, str]:
    """The actions that the call would have gone through, how the flow would have ended it, and why it stopped."""
    turn = _started(tape, flow, memory)
    steps = list(turn.trail)
    told = deque(tape.turns)
    now, made_up = tape.facts.at, 0
    while not isinstance(turn.verb, End):
        verb = turn.verb
        taken = _next(verb, told, strictly=strictly)
        outcome = taken.outcome if taken is not None else None
        if taken is not None:
            now, memory.fits = at(tape, taken), taken.fits
        elif not strictly and _heard(verb) and (told or tape.ended) and made_up < MOST_MADE_UP:
            outcome, made_up = _PASSED[type(verb)], made_up + 1
        if outcome is None:
            return steps, None, _why(verb, told)
        turn = _resumed(flow, turn, outcome, now, memory)
        steps += turn.trail
    return steps, str(turn.verb.reason), ""


def _started(tape: Tape, flow: Flow, memory: _Memory) -> Turn:
    section = tape.section or None
    try:
        return machine.start(flow, tape.facts, section=section, index=tape.index, returned=tape.returned, memory=memory)
    except Exception:  # noqa: BLE001 - as in the living call
        state = machine.beginning(flow, tape.facts, section=section, index=tape.index, returned=tape.returned)
        return machine.fail(flow, state, tape.facts.at, memory=memory)


def _resumed(flow: Flow, turn: Turn, outcome: Outcome | Broke, now: datetime, memory: _Memory) -> Turn:
    """The next turn; a bug is met as in a living call, and ends no replay of other calls."""
    if isinstance(outcome, Broke):
        return machine.fail(flow, turn.state, now, memory=memory)
    try:
        return machine.resume(flow, turn.state, outcome, now, memory=memory)
    except Exception:  # noqa: BLE001 - as in the living call
        return machine.fail(flow, turn.state, now, memory=memory)


def _next(verb: Verb, told: deque[Taped], *, strictly: bool) -> Taped | None:
    """The next thing that the machine was told, when it may be told of this verb."""
    if not strictly and not _heard(verb):
        while told and _merely_heard(told[0].outcome):
            told.popleft()
    return told.popleft() if told and _fits(verb, told[0].outcome) else None


def _fits(verb: Verb, outcome: Outcome | Broke) -> bool:
    """Whether it may be what came of the verb: also a bug, or an "anywhere" key in an announcement before it."""
    anywhere = isinstance(outcome, Said) and outcome.key != ""
    return anywhere or isinstance(outcome, (Broke, *_FITS.get(type(verb), ())))


def _heard(verb: Verb) -> bool:
    return type(verb) in _PASSED


def _merely_heard(outcome: Outcome | Broke) -> bool:
    return isinstance(outcome, Said | Unsaid | Announced) and not getattr(outcome, "key", "")


def _why(verb: Verb, told: deque[Taped]) -> str:
    """Why a replay cannot go on: the caller is asked for what they never gave."""
    asked = _ASKED.get(type(verb))
    if asked is None:
        return ""
    has = f"what it has next is {type(told[0].outcome).__name__}" if told else "it has no more to say"
    return f"the call is asked for {asked} here, and {has}"


def _way(steps: Iterable[Step], strictly: bool) -> Iterator[Step]:
    return (step for step in steps if strictly or step.kind not in HEARD or step.outcome in ("anywhere", "back"))


def _ending(reason: str | None) -> Iterator[Step]:
    if reason is not None:
        yield Step("", 0, "end", reason)


def _key(step: Step, strictly: bool) -> tuple[object, ...]:
    return (step.section, step.index if strictly else 0, step.kind, step.outcome, step.to)


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that take another way at the same place: what they did there, and what they would do now."""

    verdict: Verdict
    before: str
    now: str
    calls: tuple[str, ...]


def grouped(found: Iterable[tuple[str, Replayed]]) -> list[Group]:
    """Calls (by id) that take another way, by the place and outcome that change; the largest group first."""
    groups: dict[tuple[Verdict, str, str], list[str]] = {}
    for call_id, replayed in found:
        if replayed.verdict is Verdict.SAME:
            continue
        parting = replayed.difference
        key = (replayed.verdict, told(parting.before if parting else None), told(parting.now if parting else None))
        groups.setdefault(key, []).append(call_id)
    made = [Group(*key, tuple(calls)) for key, calls in groups.items()]
    return sorted(made, key=lambda group: (-len(group.calls), group.before, group.now))


def told(step: Step | None) -> str:
    """A step in a few words: ``main_menu: menu chosen → billing``; a dash where there is none."""
    if step is None:
        return "—"
    if step.kind == "end":
        return f"the end: {step.outcome}"
    return f"{step.section}: {step.kind} {step.outcome}" + (f" → {step.to}" if step.to else "")
