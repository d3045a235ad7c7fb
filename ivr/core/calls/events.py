"""What happens to a call, as events; the store, the live views and the transcript are fed from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ivr.core.base.events import Event
from ivr.core.base.ids import CallId, LegId, RecordingId


class EndReason(StrEnum):
    """Why a call is over: a closed list, one for every way a call can end."""

    COMPLETED = "completed"  # the flow reached its end
    CALLER_LEFT = "caller_left"  # the caller hung up
    TOO_LONG = "too_long"  # the flow's longest duration was reached
    ENDED_BY = "ended_by"  # somebody with the right to do so ended it
    FAILED = "failed"  # a bug, or nothing could be played or done any more
    LOST = "lost"  # Asterisk or the service went away, and the call with it


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to one call."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(CallEvent):
    """A caller reached the service. ``channel`` is the telephone system's own name for the call, kept for recovery.

    ``bundle`` names the content of the flows' folder that the call runs to its end.
    """

    caller: str
    caller_name: str
    called: str
    flow: str
    language: str
    channel: str
    bundle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReturned(CallEvent):
    """A call that was handed back, or outlived the service, is here again and goes on at ``section``."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHandedBack(CallEvent):
    """The service is stopping: the dialplan keeps the caller until the service is back."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The call is over; exactly one for every call."""

    reason: EndReason
    section: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPlayed(CallEvent):
    """The caller heard ``text`` from ``began_at`` until ``at``; ``cut_by`` is the key that stopped it, or empty.
    A key that was typed ahead of a question, or answers a secret one, shows as the mask.

    ``sound`` is the file that was played, so that what a caller heard can be found again in a recording.
    """

    began_at: datetime
    section: str
    index: int
    language: str
    text: str
    sound: str
    cut_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTaken(CallEvent):
    """The caller answered a question. A sensitive ``value`` is written as the mask, never as what was keyed in."""

    section: str
    index: int
    mode: str  # "keys"; speech later
    value: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone(CallEvent):
    """An action of the flow was finished: its ``outcome``, and the section it went ``to`` (empty: the next action)."""

    began_at: datetime
    section: str
    index: int
    kind: str
    outcome: str
    to: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaped(CallEvent):
    """What the flow was told in the call, or in the part of it since it came back (`ivr.core.flow.tape`)."""

    flow: str
    tape: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementPlayed(CallEvent):
    """The caller was told an emergency announcement that is in force at a ``point`` of the flow."""

    announcement_id: str
    point: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStarted(CallEvent):
    """Another party was dialled for the call."""

    leg_id: LegId
    role: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(CallEvent):
    """The other party's leg is over; ``talked`` seconds of conversation, 0 when it was not answered."""

    leg_id: LegId
    status: str
    talked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingKept(CallEvent):
    """A recording is on disk: ``path`` under the recordings folder, ``seconds`` long."""

    recording_id: RecordingId
    kind: str  # "voicemail"
    mailbox: str
    path: str
    seconds: float
