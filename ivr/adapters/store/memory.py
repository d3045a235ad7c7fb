"""The store's twin in memory: the same answers as from SQLite, for tests, the simulator and demonstrations.

It keeps events as they would come back from the database (`as_kept`) and answers by looking through them, which is
slow and plainly right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from ivr.core.acd import tickets
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.people import Agent
from ivr.core.announcements.announcement import Announcement
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, RecordingId
from ivr.core.calls import events as ev
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.acd.recall import Worked
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.insight.projector import as_kept, instant, moment
from ivr.services.ports import KeptPlace, OpenCall
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
        self._agents: dict[AgentId, Agent] = {}
        self._published: list[FlowsPublished] = []
        self._states: list[AgentStateChanged] = []
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
        match kept:
            case FlowsPublished():
                self._published.append(kept)
            case AgentStateChanged():
                self._states.append(kept)
            case OfferEnded():
                self._end_offer(kept)
            case ev.CallEvent():
                self._first_at.setdefault(kept.call_id, moment(instant(event.at)))
                self._keep(self._calls.setdefault(kept.call_id, []), kept)
            case _:
                pass

    def _end_offer(self, over: OfferEnded) -> None:
        """Keeps the end of an offer with its call, when the offer is known."""
        for kept in self._calls.values():
            if any(isinstance(one, CallOffered) and _is_of(over, one) for _, one in kept):
                self._keep(kept, over)

    def _keep(self, of_a_call: Kept, event: Event) -> None:
        self._seq += 1
        if not any(_same(one, event) for _, one in of_a_call):
            of_a_call.append((self._seq, event))
        elif isinstance(event, ev.CallEnded):
            self.ended_twice += 1

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

    async def agents(self) -> list[Agent]:
        """The records of all agents, in the order of their ids."""
        return [self._agents[agent_id] for agent_id in sorted(self._agents)]

    async def keep_agents(self, agents: Sequence[Agent], at: datetime, by: str) -> None:
        """Keeps records as they are now."""
        self._agents.update((agent.agent_id, agent) for agent in agents)

    async def drop_agent(self, agent_id: AgentId) -> None:
        """Takes a record away."""
        self._agents.pop(agent_id, None)

    async def worked(self) -> list[Worked]:
        """What was known last of every agent who is not signed out."""
        last = {one.agent_id: one for one in self._states}
        events = [one for kept in self._calls.values() for _, one in kept]
        return [_worked(one, events) for _, one in sorted(last.items()) if one.status != "signed_out"]

    async def agent_states(self, since: datetime, most: int) -> list[AgentStateChanged]:
        """What agents did from an instant on, in the order in which it happened, the first ``most`` of it."""
        return [one for one in self._states if instant(one.at) >= instant(since)][:most]

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
        self._states = [one for one in self._states if instant(one.at) >= instant(before)]
        return len(due[:most])


def _open(call_id: str, started: ev.CallStarted, kept: Kept) -> OpenCall:
    told = tuple(one.announcement_id for _, one in kept if isinstance(one, ev.AnnouncementPlayed))
    section, place = _section(kept), _place(call_id, kept)
    return OpenCall(call_id, started.channel, section, started.language, started.flow, started.bundle, told, place)


def _place(call_id: str, kept: Kept) -> KeptPlace | None:
    """The place in a queue that a call has still: its last, unless it left it otherwise than by an interruption."""
    joined = [(seq, one) for seq, one in kept if isinstance(one, QueueJoined)]
    if not joined:
        return None
    since, last = joined[-1]
    if any(isinstance(one, QueueLeft) and seq > since and one.ticket_id == last.ticket_id and one.how != "interrupted"
           for seq, one in kept):  # fmt: skip
        return None
    try:
        return KeptPlace(tickets.read(last.ticket_id, call_id, last.queue, last.ticket), last.section, last.index)
    except (KeyError, TypeError, ValueError):  # one that cannot be read is no place any more
        return None


def _worked(state: AgentStateChanged, events: list[Event]) -> Worked:
    queues = [one.queue for one in events if isinstance(one, QueueJoined) and one.ticket_id == state.ticket_id]
    whose = (state.ticket_id, state.agent_id)
    legs = [
        one.offer_id
        for one in events
        if isinstance(one, OfferEnded) and one.outcome == "answered" and (one.ticket_id, one.agent_id) == whose
    ]
    return Worked(
        state.agent_id, state.status, state.state, state.reason, state.ticket_id,
        queues[-1] if queues else "", legs[-1] if legs else "",
    )  # fmt: skip


# What can happen only once: the name of the id that tells it from others of its kind.
_ONCE: dict[type[Event], str] = {
    ev.CallStarted: "call_id",
    ev.CallEnded: "call_id",
    ev.LegStarted: "leg_id",
    ev.LegEnded: "leg_id",
    ev.RecordingKept: "recording_id",
    CallOffered: "offer_id",
    OfferEnded: "offer_id",
}


def _same(one: Event, other: Event) -> bool:
    """Whether both tell what can happen only once, so that the first holds."""
    name = _ONCE.get(type(one))
    return name is not None and type(one) is type(other) and bool(getattr(one, name) == getattr(other, name))


def _is_of(over: OfferEnded, offer: CallOffered) -> bool:
    return (over.offer_id, over.ticket_id, over.agent_id) == (offer.offer_id, offer.ticket_id, offer.agent_id)


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
