"""The store's twin in memory: the same answers as from SQLite, for tests, the simulator and demonstrations.

It keeps events as they would come back from the database (`as_kept`) and answers by looking through them, which is
slow and plainly right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Self

from ivr.core.announcements.announcement import Announcement
from ivr.core.base.events import Event
from ivr.core.base.ids import RecordingId
from ivr.core.calls import events as ev
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.insight.projector import as_kept, instant, moment
from ivr.services.ports import OpenCall
from ivr.services.recording.retention import Expired

_TELLS_INPUT = ("collect", "set")  # kinds of action whose details are what a caller keyed in
Kept = list[tuple[int, Event]]


class MemoryStore:
    """Keeps what happens to calls for as long as it lives."""

    def __init__(self) -> None:
        self._calls: dict[str, Kept] = {}
        self._first_at: dict[str, datetime] = {}  # when a call was first heard of, for one whose beginning is missing
        self._seq = 0
        self._announcements: dict[str, Announcement] = {}
        self._published: list[FlowsPublished] = []
        self._deleted: set[RecordingId] = set()
        self.ended_twice = 0
        self.take: Callable[[Event], None] = self._take

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        return None

    async def flushed(self, within: float = 0.0) -> bool:
        """Whether all that was told is kept: always."""
        return True

    def _take(self, event: Event) -> None:
        kept = as_kept(event)
        if isinstance(kept, FlowsPublished):
            self._published.append(kept)
        if not isinstance(kept, ev.CallEvent):
            return
        self._seq += 1
        self._first_at.setdefault(kept.call_id, moment(instant(event.at)))
        known = [one for _, one in self._calls.setdefault(kept.call_id, [])]
        if any(_same(one, kept) for one in known):
            self.ended_twice += isinstance(kept, ev.CallEnded)
            return
        self._calls[kept.call_id].append((self._seq, kept))

    async def open_calls(self) -> list[OpenCall]:
        """Every call that was begun and not ended."""
        found: list[tuple[int, OpenCall]] = []
        for call_id, kept in self._calls.items():
            begun = next(((seq, one) for seq, one in kept if isinstance(one, ev.CallStarted)), None)
            if begun is not None and _ended(kept) is None:
                seq, started = begun
                found.append((seq, _open(call_id, started, kept)))
        return [call for _, call in sorted(found, key=lambda one: one[0])]

    async def open_call(self, channel: str) -> OpenCall | None:
        """The call of a channel that was begun and not ended; the latest, should there be several."""
        found = [call for call in await self.open_calls() if call.channel == channel]
        return found[-1] if found else None

    async def publications(self, most: int) -> list[FlowsPublished]:
        """The flows that became live, newest first."""
        return self._published[::-1][:most]

    async def keep_announcement(self, announcement: Announcement) -> None:
        """Keeps an emergency announcement as it is now."""
        self._announcements[announcement.id] = announcement

    async def announcements(self, most: int) -> list[Announcement]:
        """The newest announcements, oldest first, and all that nobody has ended."""
        every = sorted(self._announcements.values(), key=lambda one: (one.begins_at, one.id), reverse=True)
        newest = sorted(every, key=lambda one: one.ended_at is not None)[:most]
        return sorted(newest, key=lambda one: (one.begins_at, one.id))

    async def calls(self, wanted: Wanted) -> list[CallSummary]:
        """The calls that were asked for, newest first."""
        every = [_summary(call_id, kept, self._first_at[call_id]) for call_id, kept in self._calls.items()]
        found = [call for call in every if _is_wanted(call, wanted)]
        found.sort(key=lambda call: (call.started_at, call.call_id), reverse=True)
        return found[: wanted.limit]

    async def ids(self, prefix: str, most: int = 10) -> list[str]:
        """Ids of calls that begin with ``prefix``, in order of time."""
        if not "call_".startswith(prefix[:5]):
            prefix = f"call_{prefix}"
        every = sorted(
            await self.calls(Wanted(limit=len(self._calls))), key=lambda call: (call.started_at, call.call_id)
        )
        return [call.call_id for call in every if call.call_id.startswith(prefix)][:most]

    async def events(self, call_id: str) -> list[Event]:
        """Everything that was kept of a call, in the order in which it happened."""
        return [event for _, event in self._calls.get(call_id, [])]

    async def expired_recordings(self, before: datetime, after: int, most: int) -> list[Expired]:
        """Recordings older than ``before`` that are still kept, the next ``most`` after a place."""
        every = sorted((seq, one) for kept in self._calls.values() for seq, one in _recordings(kept))
        due = [
            Expired(seq, one.recording_id, one.path)
            for seq, one in every
            if seq > after and instant(one.at) < instant(before) and one.recording_id not in self._deleted
        ]
        return due[:most]

    async def recordings_deleted(self, ids: list[str], at: datetime) -> None:
        """Notes that recordings are no longer on disk."""
        self._deleted.update(RecordingId(one) for one in ids)

    async def delete_inputs(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` inputs older than ``before``; how many there were."""
        count = 0
        for call_id, kept in self._calls.items():
            stay: Kept = []
            for seq, one in kept:
                due = count < most and instant(one.at) < instant(before)
                if due and isinstance(one, ev.InputTaken | ev.CallTaped):
                    count += 1
                elif due and isinstance(one, ev.ActionDone) and one.kind in _TELLS_INPUT and one.detail:
                    count += 1
                    stay.append((seq, replace(one, detail={})))
                else:
                    stay.append((seq, one))
            self._calls[call_id] = stay
        return count

    async def delete_calls(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` calls that ended before ``before``; how many there were."""
        due = []
        for call_id, kept in self._calls.items():
            ended = _ended(kept)
            on_disk = any(one.recording_id not in self._deleted for _, one in _recordings(kept))
            unknown = ended is None and not any(isinstance(one, ev.CallStarted) for _, one in kept)
            over_at = ended.at if ended else self._first_at[call_id] if unknown else None
            if over_at is not None and instant(over_at) < instant(before) and not on_disk:
                due.append(call_id)
        for call_id in due[:most]:
            del self._calls[call_id]
        return len(due[:most])


def _open(call_id: str, started: ev.CallStarted, kept: Kept) -> OpenCall:
    told = tuple(one.announcement_id for _, one in kept if isinstance(one, ev.AnnouncementPlayed))
    return OpenCall(call_id, started.channel, _section(kept), started.language, started.flow, started.bundle, told)


def _same(one: Event, other: Event) -> bool:
    """Whether both tell what can happen only once, so that the first holds."""
    match one, other:
        case (ev.CallStarted(), ev.CallStarted()) | (ev.CallEnded(), ev.CallEnded()):
            return True
        case ev.LegStarted(), ev.LegStarted():
            return one.leg_id == other.leg_id
        case ev.LegEnded(), ev.LegEnded():
            return one.leg_id == other.leg_id
        case ev.RecordingKept(), ev.RecordingKept():
            return one.recording_id == other.recording_id
        case _:
            return False


def _ended(kept: Kept) -> ev.CallEnded | None:
    return next((one for _, one in kept if isinstance(one, ev.CallEnded)), None)


def _recordings(kept: Kept) -> list[tuple[int, ev.RecordingKept]]:
    return [(seq, one) for seq, one in kept if isinstance(one, ev.RecordingKept)]


def _section(kept: Kept) -> str:
    """The last section known: where the call ended, else where the latest thing happened or went."""
    ended = _ended(kept)
    if ended is not None:
        return ended.section
    for _, one in reversed(kept):
        match one:
            case ev.ActionDone():
                return one.to or one.section
            case ev.PromptPlayed() | ev.InputTaken() | ev.CallReturned() | ev.CallHandedBack():
                return one.section
            case _:
                pass
    return ""


def _summary(call_id: str, kept: Kept, first_at: datetime) -> CallSummary:
    started = next((one for _, one in kept if isinstance(one, ev.CallStarted)), None)
    ended = _ended(kept)
    began_at = started.at if started else first_at
    return CallSummary(
        call_id=call_id,
        started_at=began_at,
        ended_at=ended.at if ended else None,
        seconds=round((ended.at - began_at).total_seconds(), 3) if ended else None,
        caller=started.caller if started else "",
        caller_name=started.caller_name if started else "",
        called=started.called if started else "",
        flow=started.flow if started else "",
        bundle=started.bundle if started else "",
        language=started.language if started else "",
        reason=str(ended.reason) if ended else None,
        detail=ended.detail if ended else "",
        section=_section(kept),
    )


def _is_wanted(call: CallSummary, wanted: Wanted) -> bool:
    if wanted.since is not None and instant(call.started_at) < instant(wanted.since):
        return False
    if wanted.caller and wanted.caller not in call.caller and wanted.caller.lower() not in call.caller_name.lower():
        return False
    if wanted.called and call.called != wanted.called:
        return False
    if wanted.reason is not None and call.reason != wanted.reason:
        return False
    return call.ended_at is None or not wanted.open_only
