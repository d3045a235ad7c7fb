"""The tape of a call: what the machine was told, so that the call can be run again through changed flows.

A tape holds no secret. In place of keys that a caller gave as a secret stands their shape (how many, which of them were
``*`` or ``#``, whether they make a card number), from which `stand_in` makes keys of the same shape; a secret answer
from outside keeps its lists, names, yes and no, and nothing else. What a condition over a secret came to is on the tape
too, because it could not be worked out again.

A tape is JSON: a heading (``flow``, ``bundle``, ``facts``, where the call began), the outcomes with their seconds since
the call began, and the actions that were finished. It is bounded: what goes on after `LONGEST` outcomes or `LARGEST`
characters is not on it, and ``cut`` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ivr.core.base.answers import hidden
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import (
    Announced,
    CallerLeft,
    Dialled,
    DialStatus,
    Digits,
    Failed,
    Given,
    NoInput,
    Outcome,
    Queued,
    QueueEnding,
    Recorded,
    Said,
    Unsaid,
)
from ivr.core.calls.verbs import Consult, Verb
from ivr.core.flow.inputs import luhn
from ivr.core.flow.state import End, Facts, Step, Turn

LONGEST = 2_000
LARGEST = 200_000
Json = dict[str, Any]
_HIDDEN = {"secret": MASK}  # in the place of a secret within an answer from outside


@dataclass(frozen=True, slots=True)
class Broke:
    """A bug met while a verb was performed: the machine was told of no outcome, and apologised."""


@dataclass(frozen=True, slots=True)
class Taped:
    """An outcome that the machine was told, ``after`` seconds of the call; for a secret, whether it was taken."""

    after: float
    outcome: Outcome | Broke
    fits: bool | None = None


@dataclass(frozen=True, slots=True)
class Tape:
    """A call as it can be run again. ``ended`` is how the flow ended it, None when somebody else did.

    ``turned_out`` has each yes or no that was made of a secret, with the section and index of its action.
    """

    facts: Facts
    flow: str
    bundle: str
    section: str
    returned: bool
    turns: tuple[Taped, ...]
    steps: tuple[Step, ...]
    ended: str | None = None
    cut: bool = False
    turned_out: tuple[tuple[str, int, bool], ...] = ()
    index: int = 0


@dataclass(slots=True)
class Recorder:
    """Makes the tape of one living call."""

    flow: str
    bundle: str
    facts: Facts
    section: str = ""
    returned: bool = False
    index: int = 0
    _turns: list[list[Any]] = field(default_factory=list)
    _steps: list[list[Any]] = field(default_factory=list)
    _turned_out: list[list[Any]] = field(default_factory=list)
    _size: int = 0
    _ended: str | None = None

    def told(self, verb: Verb, outcome: Outcome, at: datetime) -> None:
        """Notes an outcome of a verb."""
        self._note(to_json(outcome, secret=isinstance(verb, Consult) and verb.secret), at)

    def broke(self, at: datetime) -> None:
        """Notes that performing a verb met a bug, so that there is no outcome."""
        self._note({"broke": True}, at)

    def _note(self, written: Json, at: datetime) -> None:
        # To the microsecond: a condition may look at the clock, and has to see the same minute again.
        if not self._full:
            self._turns.append([round((at - self.facts.at).total_seconds(), 6), written])
            self._size += len(str(written))

    def moved(self, turn: Turn) -> None:
        """Notes the actions that a turn has finished."""
        if not self._full:
            self._steps += [[step.section, step.index, step.kind, step.outcome, step.to] for step in turn.trail]
            self._turned_out += map(list, turn.turned_out)
            if turn.fits is not None and self._turns:
                self._turns[-1][1]["fits"] = turn.fits
        if isinstance(turn.verb, End):
            self._ended = str(turn.verb.reason)

    @property
    def _full(self) -> bool:
        return len(self._turns) >= LONGEST or self._size >= LARGEST

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes on the tape."""
        found = (from_json(written) for _, written in self._turns)
        return [outcome for outcome in found if not isinstance(outcome, Broke)]

    def document(self) -> Json:
        """The tape as a JSON object."""
        facts = {
            name: getattr(self.facts, name)
            for name in ("caller", "caller_name", "called", "zone", "language", "currency")
        }
        return {
            "flow": self.flow,
            "bundle": self.bundle,
            "call": self.facts.call_id,
            "at": self.facts.at.isoformat(),
            "facts": facts,
            "section": self.section,
            "index": self.index,
            "returned": self.returned,
            "turns": self._turns,
            "steps": self._steps,
            "turned_out": self._turned_out,
            "ended": self._ended,
            "cut": self._full,
        }


def read(document: Mapping[str, Any]) -> Tape:
    """The tape that a `Recorder` wrote. Raises ValueError for anything else."""
    try:
        facts = Facts(call_id=document["call"], at=datetime.fromisoformat(document["at"]), **document["facts"])
        turns = tuple(Taped(float(after), from_json(told), told.get("fits")) for after, told in document["turns"])
        steps = tuple(Step(*step) for step in document["steps"])
        turned_out = tuple((str(place), int(index), bool(was)) for place, index, was in document.get("turned_out", ()))
        return Tape(
            facts,
            document["flow"],
            document["bundle"],
            document["section"],
            document["returned"],
            turns,
            steps,
            document["ended"],
            document["cut"],
            turned_out,
            document.get("index", 0),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no tape of a call: {error}") from error


def to_json(outcome: Outcome, *, secret: bool = False) -> Json:  # noqa: PLR0911 - one for each outcome
    """An outcome as a JSON object, without secrets; with ``secret`` the value that was given is one."""
    match outcome:
        case Digits(Secret() as keys, ended):
            return {"digits": shape(keys.reveal()), "ended": ended, "secret": True}
        case Digits(keys, ended):
            return {"digits": str(keys), "ended": ended}
        case Given(value):
            return {"given": _bare(hidden(value) if secret else value)}
        case Dialled(status, talked):
            return {"dialled": status.value, "talked": round(talked, 3)}
        case Queued(ending, waited, talked, agent, key):
            lasted = {"waited": round(waited, 3), "talked": round(talked, 3)}
            return {"queued": ending.value, **lasted, "agent": agent, "key": key}
        case Recorded(recording_id, seconds, ended):
            return {"recorded": recording_id, "seconds": round(seconds, 3), "ended": ended}
        case Announced(ids, key):
            return {"announced": list(ids), "key": key}
        case Said(key):
            return {"said": key}
        case Unsaid(reason) | Failed(reason):
            return {type(outcome).__name__.lower(): reason}
        case _:
            return {type(outcome).__name__.lower(): True}


_READ: dict[str, Callable[[Json], Outcome | Broke]] = {
    "broke": lambda told: Broke(),
    "digits": lambda told: Digits(stand_in(told["digits"]) if told.get("secret") else told["digits"], told["ended"]),
    "given": lambda told: Given(_revived(told["given"])),
    "dialled": lambda told: Dialled(DialStatus(told["dialled"]), told["talked"]),
    "queued": lambda told: Queued(
        QueueEnding(told["queued"]), told["waited"], told["talked"], told["agent"], told["key"]
    ),
    "recorded": lambda told: Recorded(told["recorded"], told["seconds"], told["ended"]),
    "announced": lambda told: Announced(tuple(told["announced"]), told["key"]),
    "said": lambda told: Said(told["said"]),
    "unsaid": lambda told: Unsaid(told["unsaid"]),
    "failed": lambda told: Failed(told["failed"]),
    "noinput": lambda told: NoInput(),
    "callerleft": lambda told: CallerLeft(),
}


def from_json(told: Json) -> Outcome | Broke:
    """The outcome that `to_json` wrote, or that there was none. Raises KeyError for anything else."""
    return _READ[next(iter(told))](told)


def shape(keys: str) -> str:
    """What may be known of keys that are a secret: ``0`` for every digit, and ``1`` for the last of no card number."""
    zeros = "".join("0" if key.isdecimal() else key for key in keys)
    digits = "".join(key for key in keys if key.isdecimal())
    if not digits or luhn(digits):
        return zeros
    last = max(at for at, key in enumerate(zeros) if key == "0")
    return f"{zeros[:last]}1{zeros[last + 1 :]}"


def stand_in(shown: str) -> Secret:
    """Keys of the same shape, which are as good or bad a card number as those that were pressed."""
    return Secret(shown)


def at(tape: Tape, turn: Taped) -> datetime:
    """The instant of a turn."""
    return tape.facts.at + timedelta(seconds=turn.after)


def _bare(value: Any) -> Any:
    """A value as JSON has it, with `_HIDDEN` for any secret in it; a name that may be a secret itself is left out."""
    match value:
        case Secret():
            return _HIDDEN
        case dict():
            return {name: _bare(item) for name, item in value.items() if not _telling(name, item)}
        case list() | tuple():
            return [_bare(item) for item in value]
        case _:
            return value


def _telling(name: str, value: Any) -> bool:
    """Whether a name beside a secret has more than three figures in it, as an account number has that is a name."""
    return isinstance(value, Secret | dict | list) and sum(char.isdecimal() for char in name) > 3


def _revived(value: Any) -> Any:
    match value:
        case dict():
            return Secret(MASK) if value == _HIDDEN else {name: _revived(item) for name, item in value.items()}
        case list():
            return [_revived(item) for item in value]
        case _:
            return value
