"""What a call on virtual time (`ivr.core.flow.virtual`) asks its caller, and what the caller does then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ivr.core.calls.outcomes import Outcome
from ivr.core.calls.verbs import Sentence


class Doing(Enum):
    """What goes on while time passes."""

    HEARS = "hears a sentence"
    ANSWERS = "is asked for keys"
    WAITS = "waits"
    RECORDS = "is recorded"
    RINGS = "is being connected"
    QUEUES = "waits in a queue"
    TALKS = "talks to an agent"
    CONSULTS = "waits for a source outside"


@dataclass(slots=True)
class Moment:
    """A stretch of time in which the caller may act. ``typing``: keys of the present answer were pressed already."""

    doing: Doing
    since: float
    until: float
    sentence: Sentence | None = None
    typing: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A key is pressed."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller hangs up."""

    at: float


@dataclass(frozen=True, slots=True)
class Comes:
    """Recording, dialling, a queue or asking a source comes to something; an agent's talk begins then."""

    outcome: Outcome
    at: float


Act = Press | Leave | Comes
