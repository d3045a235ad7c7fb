"""What a queue is, as the router sees it: who may serve its calls, how that loosens while a call waits, and its limits.

All of it is frozen and comes from ``queues.yaml`` (`ivr.core.acd.reading`). The agents are no part of it: they come and
go while the service runs (`ivr.core.acd.people`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Levels = tuple[tuple[str, int], ...]
"""Skills and their levels, in the order of names: an agent needs at least that level of each."""

Whisper = tuple[tuple[str, str], ...]
"""What an agent who picks up hears before the caller, by language; the first is for agents who speak none of them."""

LEAST_LEVEL, MOST_LEVEL = 1, 5
GREETING = 30.0  # seconds
LANGUAGE = "language "
"""Stands before a language to make it a skill, which no name of a skill can begin with: ``language en``."""


class Strategy(StrEnum):
    """Which of several free agents is offered a call."""

    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"
    LEAST_OCCUPIED = "least_occupied"
    FEWEST_CALLS = "fewest_calls"
    ROUND_ROBIN = "round_robin"
    LINEAR = "linear"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a queue's needs: what it changes of those before it, and for how many seconds it holds.

    ``lasts`` is None for a last step, which holds for good. With ``skip_if_none`` it is left out while nobody who is
    signed in fits it.
    """

    lasts: float | None = None
    require: Levels = ()
    prefer: Levels = ()
    lower: Levels = ()
    drop: tuple[str, ...] = ()
    add_groups: tuple[str, ...] = ()
    skip_if_none: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A service level that is aimed for: this part of the calls answered within so many seconds."""

    part: float
    within: float


@dataclass(frozen=True, slots=True)
class Rests:
    """Seconds until an agent is offered anything again after an offer that came to nothing."""

    rejected: float = 10.0
    busy: float = 30.0
    unreachable: float = 60.0


@dataclass(frozen=True, slots=True)
class Telling:
    """What callers who wait are told, first after so many seconds and then ``every`` so many: place, wait, or both."""

    place: bool = True
    wait: bool = True
    first: float = 10.0
    every: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue. Times are seconds; a limit of 0 is none.

    ``priority`` is worth so many minutes of waiting; a ``lane`` below another is strictly served first. ``ring`` is how
    long an agent's phone rings, ``wrap_up`` what follows a talk, and with ``code_required`` it does not end before a
    code was given. ``join_empty`` lets a caller in when nobody who could serve the call is signed in, and
    ``stay_empty`` is for how long one may stay then (None: for good).
    """

    name: str
    steps: tuple[Step, ...] = (Step(),)
    strategy: Strategy = Strategy.LONGEST_IDLE
    seed: int = 0
    priority: float = 0.0
    lane: int = 0
    target: Target | None = None
    ring: float = 20.0
    wrap_up: float = 0.0
    code_required: bool = False
    longest: float = 0.0
    most: int = 0
    join_empty: bool = True
    stay_empty: float | None = None
    missed_break: bool = True
    rests: Rests = Rests()
    hours: str = ""
    music: str = ""
    tell: Telling | None = None
    whisper: Whisper = ()
    accept_by_key: bool = False
    record: bool = False
    survey: str = ""
    about: str = ""

    @property
    def greeting(self) -> float:
        """Seconds that an agent may take between picking up and being connected."""
        return GREETING if self.whisper or self.accept_by_key else 0.0


@dataclass(frozen=True, slots=True)
class BreakReason:
    """A reason for a break, and whether it is paid time."""

    name: str
    paid: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class WrapUpCode:
    """What a talk came to, as agents note it."""

    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """All queues of a folder, and the words that agents are described with."""

    queues: Mapping[str, Queue] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, BreakReason] = field(default_factory=dict)
    codes: Mapping[str, WrapUpCode] = field(default_factory=dict)


NO_SETUP = Setup()


def levels(skills: Mapping[str, int]) -> Levels:
    """Skills in the order of their names."""
    return tuple(sorted(skills.items()))
