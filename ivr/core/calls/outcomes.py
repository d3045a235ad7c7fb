"""What came of a verb, as values. Foreseen trouble is an outcome; only bugs are exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ivr.core.base.secret import Secret


@dataclass(frozen=True, slots=True)
class Said:
    """The sentence was played, wholly or until a key cut it. ``key`` is the "anywhere" key pressed, or empty."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The sentence could not be played: no recording, and no engine that could speak it in time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Digits:
    """The caller pressed keys. ``ended`` is one of ``choice``, ``length``, ``end_key``, ``pause``, ``always``."""

    keys: str | Secret
    ended: str = "choice"


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nothing was pressed in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording is on disk; ``ended`` is one of ``key``, ``silence``, ``longest``, ``hangup``."""

    recording_id: str
    seconds: float
    ended: str


class DialStatus(StrEnum):
    """How dialling somebody went."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # not on the dial-out list: nothing was dialled


@dataclass(frozen=True, slots=True)
class Dialled:
    """Dialling is over; ``talked`` seconds of conversation when it was answered."""

    status: DialStatus
    talked: float = 0.0


class QueueEnding(StrEnum):
    """How a wait in a queue ended."""

    ANSWERED = "answered"
    FULL = "full"
    WAITED_TOO_LONG = "waited_too_long"
    NO_AGENTS = "no_agents"
    KEY = "key"  # the caller pressed a key that leaves the queue


@dataclass(frozen=True, slots=True)
class Queued:
    """A wait in a queue is over, and the talk behind it; ``waited`` and ``talked`` are seconds.

    ``key`` is the one that ended the wait, or empty; ``agent`` who answered.
    """

    ending: QueueEnding
    waited: float = 0.0
    talked: float = 0.0
    agent: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """The announcements of a point were played: their ids. ``key`` is the "anywhere" key pressed, or empty."""

    ids: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A source outside has answered with a value, as JSON has them."""

    value: Any


@dataclass(frozen=True, slots=True)
class Returned:
    """A flow that was entered has come back: its outcome and the values that it gives."""

    outcome: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked for could not be done, for a reason that the flow's author may act on."""

    reason: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The caller hung up; nothing can be played any more."""


Outcome = (
    Said | Unsaid | Announced | Digits | NoInput | Recorded | Dialled | Queued | Given | Returned | Failed | CallerLeft
)
