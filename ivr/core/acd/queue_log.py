"""What happens in queues as the lines of Asterisk's ``queue_log``, so that tools that read it work with our queues too.

::

    epoch|callid|queue|agent|EVENT|data1|data2|…

The call's id is ours, the agent is the agent's id, and ``NONE`` stands where there is none of something. A call keeps
the queue that it came to in all of its lines, whoever moves it. Three lines wait for the event behind theirs:

- a talk is over: who hung up is not known. When the caller's end follows within `TOGETHER` seconds it is
  ``COMPLETECALLER``, else ``COMPLETEAGENT``;
- a key led out of the queue: which one, the flow's action tells;
- the wait was broken off: the caller is gone (``ABANDON``), or comes back to the place after a restart (no line).

They get the time at which they are written, so that the times in a file never go back.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.events import AgentKept
from ivr.core.acd.facts import Trouble
from ivr.core.acd.orders import Leaving, Order
from ivr.core.acd.people import Status
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, LegId, OfferId, TicketId
from ivr.core.calls.events import ActionDone, CallEnded, CallHandedBack, CallStarted, EndReason, LegEnded
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft

TOGETHER = 1.0  # seconds between the end of a talk and that of the call within which the caller hung up
MOST_TEXT = 80  # characters of one value
NONE = "NONE"
KEY, BROKEN_OFF = "key", "interrupted"  # ways out of a queue of which the next event tells more
_EXITS: dict[str, str] = {Leaving.WAITED_TOO_LONG: "EXITWITHTIMEOUT", Leaving.NO_AGENTS: "EXITEMPTY"}

Lines = list[str]


@dataclass(slots=True, eq=False)
class _Wait:
    """What is remembered of a call in a queue: its first place, how long it waited, and who was rung for it."""

    call_id: CallId
    queue: str
    order: Order
    first: int
    place: int = 0
    waited: float = 0.0
    offer_id: OfferId | None = None
    agent: str = ""
    offered_at: datetime | None = None
    rang: float = 0.0
    talked: float = 0.0


@dataclass(slots=True, eq=False)
class _Held:
    """A line that waits for the event behind its own; ``how`` is a way out of the queue, or empty after a talk."""

    wait: _Wait
    at: datetime
    how: str = ""


@dataclass(slots=True, eq=False)
class _Work:
    """An agent at work."""

    queues: tuple[str, ...]
    on_break: bool = False
    reason: str = ""


class QueueLog:
    """Makes lines of events. ``queues_of`` says in which queues an agent who signs in works."""

    def __init__(self, queues_of: Callable[[AgentId], Iterable[str]]) -> None:
        self._queues_of = queues_of
        self._callers: dict[CallId, str] = {}
        self._waits: dict[TicketId, _Wait] = {}
        self._talks: dict[LegId, _Wait] = {}
        self._lines: dict[str, list[Order]] = {}  # the places of each queue, in their order
        self._held: dict[CallId, _Held] = {}
        self._agents: dict[AgentId, _Work] = {}
        self._on: dict[type[Event], Callable[[Any], Lines]] = {
            CallStarted: self._started,
            QueueJoined: self._joined,
            QueueLeft: self._left,
            CallOffered: self._offered,
            OfferEnded: self._offer_ended,
            LegEnded: self._leg_ended,
            ActionDone: self._action,
            CallHandedBack: self._handed_back,
            CallEnded: self._ended,
            AgentStateChanged: self._agent,
            AgentKept: self._agent_kept,
        }

    def begin(self, at: datetime) -> Lines:
        """The line that a log begins with whenever the service starts."""
        return [_line(at, NONE, NONE, NONE, "QUEUESTART")]

    def take(self, event: Event) -> Lines:
        """The lines that an event makes: mostly none."""
        make = self._on.get(type(event))
        return make(event) if make is not None else []

    def due(self, at: datetime) -> Lines:
        """Lines of talks behind which nothing more came in time."""
        over = [
            call_id
            for call_id, held in self._held.items()
            if not held.how and (at - held.at).total_seconds() > TOGETHER
        ]
        return [line for call_id in over for line in self._settle(call_id, at)]

    def close(self, at: datetime) -> Lines:
        """The lines of talks that are still waited with; a caller whose wait was broken off may come back to it."""
        return [line for call_id in list(self._held) for line in self._settle(call_id, at, comes_back=True)]

    # Calls

    def _started(self, event: CallStarted) -> Lines:
        self._callers[event.call_id] = event.caller
        return []

    def _joined(self, event: QueueJoined) -> Lines:
        lines = self._settle(event.call_id, event.at)
        wait = self._waits.get(event.ticket_id)
        if wait is None:
            wait = _Wait(event.call_id, event.queue, (event.lane, event.vtime, event.ticket_id), 0)
            self._waits[event.ticket_id] = wait
        places = self._lines.setdefault(wait.queue, [])
        if self._place(wait) == 0:
            insort(places, wait.order)
        wait.first = wait.first or self._place(wait)
        if event.restored:  # the call's line was written when it came for the first time
            return lines
        caller = self._callers.get(event.call_id, "")
        return [*lines, _line(event.at, wait.call_id, wait.queue, NONE, "ENTERQUEUE", "", caller, wait.first)]

    def _left(self, event: QueueLeft) -> Lines:
        wait = self._waits.get(event.ticket_id)
        if wait is None:
            return []
        lines = self._cancelled(wait, event.at)
        wait.place, wait.waited = self._place(wait), event.waited
        self._forget_place(wait)
        if event.how == Leaving.ANSWERED:
            hold, rang = int(wait.waited), int(wait.rang)
            self._talks[LegId(str(wait.offer_id))] = wait
            connect = _line(event.at, wait.call_id, wait.queue, wait.agent, "CONNECT", hold, wait.offer_id or "", rang)
            return [*lines, connect]
        del self._waits[event.ticket_id]
        if event.how in (KEY, BROKEN_OFF):
            self._held[event.call_id] = _Held(wait, event.at, event.how)
            return lines
        return [*lines, _exit(wait, event.at, event.how)]

    def _offered(self, event: CallOffered) -> Lines:
        wait = self._waits.get(event.ticket_id)
        if wait is not None:
            wait.offer_id, wait.agent, wait.offered_at = event.offer_id, event.agent_id, event.at
        return []

    def _offer_ended(self, event: OfferEnded) -> Lines:
        wait = self._waits.get(event.ticket_id)
        if wait is None or wait.offered_at is None or wait.offer_id != event.offer_id:
            return []
        if event.outcome == "withdrawn":
            return self._cancelled(wait, event.at)
        wait.rang, wait.offered_at = _seconds(wait.offered_at, event.at), None
        if event.outcome == Leaving.ANSWERED:
            return []
        if event.outcome in (Trouble.UNREACHABLE, Trouble.AWAY):
            return [_line(event.at, wait.call_id, wait.queue, wait.agent, "SYSCOMPAT")]
        return [_line(event.at, wait.call_id, wait.queue, wait.agent, "RINGNOANSWER", int(wait.rang * 1000))]

    def _cancelled(self, wait: _Wait, at: datetime) -> Lines:
        """The line of a phone that rings no more because nobody is to answer it."""
        if wait.offered_at is None:
            return []
        rang, wait.offered_at = _seconds(wait.offered_at, at), None
        return [_line(at, wait.call_id, wait.queue, wait.agent, "RINGCANCELED", int(rang * 1000))]

    def _leg_ended(self, event: LegEnded) -> Lines:
        wait = self._talks.pop(event.leg_id, None)
        if wait is None:
            return []
        if event.status == Trouble.UNREACHABLE:  # there was no talk, and the caller waits on
            return [_line(event.at, wait.call_id, wait.queue, wait.agent, "SYSCOMPAT")]
        wait.talked = event.talked
        self._waits.pop(TicketId(wait.order[2]), None)
        self._held[event.call_id] = _Held(wait, event.at)
        return []

    def _action(self, event: ActionDone) -> Lines:
        held = self._held.get(event.call_id)
        if held is None or not held.how:
            return []
        return self._settle(event.call_id, event.at, key=str(event.detail.get("press", "")))

    def _handed_back(self, event: CallHandedBack) -> Lines:
        self._callers.pop(event.call_id, None)
        return self._settle(event.call_id, event.at, comes_back=True)

    def _ended(self, event: CallEnded) -> Lines:
        self._callers.pop(event.call_id, None)
        return self._settle(event.call_id, event.at, by_caller=event.reason is EndReason.CALLER_LEFT)

    def _settle(
        self, call_id: CallId, at: datetime, *, key: str = "", by_caller: bool = False, comes_back: bool = False
    ) -> Lines:
        """The line that was held for a call, if there is one, now that more is known."""
        held = self._held.pop(call_id, None)
        if held is None or (comes_back and held.how == BROKEN_OFF):
            return []
        wait = held.wait
        if held.how == KEY:
            exit_by = (key, wait.place, wait.first, int(wait.waited))
            return [_line(at, wait.call_id, wait.queue, NONE, "EXITWITHKEY", *exit_by)]
        if held.how:
            return [_exit(wait, at, held.how)]
        soon = (at - held.at).total_seconds() <= TOGETHER
        event = "COMPLETECALLER" if by_caller and soon else "COMPLETEAGENT"
        return [_line(at, wait.call_id, wait.queue, wait.agent, event, int(wait.waited), int(wait.talked), wait.first)]

    # Places

    def _place(self, wait: _Wait) -> int:
        """The place of a call in its queue, 1 for the first; 0 when it has none."""
        places = self._lines.get(wait.queue, [])
        index = bisect_left(places, wait.order)
        return index + 1 if index < len(places) and places[index] == wait.order else 0

    def _forget_place(self, wait: _Wait) -> None:
        if wait.place:
            del self._lines[wait.queue][wait.place - 1]

    # Agents

    def _agent(self, event: AgentStateChanged) -> Lines:
        work = self._agents.get(event.agent_id)
        if event.status == Status.SIGNED_OUT:
            self._agents.pop(event.agent_id, None)
            return _of_agent(event.at, event.agent_id, work.queues, "REMOVEMEMBER") if work is not None else []
        lines: Lines = []
        if work is None:
            work = self._agents[event.agent_id] = _Work(_several(self._queues_of(event.agent_id)))
            lines += _of_agent(event.at, event.agent_id, work.queues, "ADDMEMBER")
        on_break = event.status == Status.ON_BREAK
        if on_break and not (work.on_break and work.reason == event.reason):
            lines += _of_agent(event.at, event.agent_id, work.queues, "PAUSE", event.reason)
        elif work.on_break and not on_break:
            lines += _of_agent(event.at, event.agent_id, work.queues, "UNPAUSE", work.reason)
        work.on_break, work.reason = on_break, event.reason
        return lines

    def _agent_kept(self, event: AgentKept) -> Lines:
        """Somebody who is at work has other queues."""
        work = self._agents.get(event.agent_id)
        if work is None:
            return []
        before, work.queues = work.queues, _several(event.agent.get("queues", ()))
        gone = [queue for queue in before if queue not in work.queues]
        new = [queue for queue in work.queues if queue not in before]
        lines = _of_agent(event.at, event.agent_id, gone, "REMOVEMEMBER")
        lines += _of_agent(event.at, event.agent_id, new, "ADDMEMBER")
        return lines + (_of_agent(event.at, event.agent_id, new, "PAUSE", work.reason) if work.on_break else [])


def _exit(wait: _Wait, at: datetime, how: str) -> str:
    """The line of a call that nobody answered."""
    event = _EXITS.get(how, "ABANDON")
    return _line(at, wait.call_id, wait.queue, NONE, event, wait.place, wait.first, int(wait.waited))


def _several(queues: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(queues)) or (NONE,)


def _of_agent(at: datetime, agent_id: str, queues: Iterable[str], event: str, *values: str) -> Lines:
    return [_line(at, NONE, queue, agent_id, event, *values) for queue in queues]


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())


def _line(at: datetime, call_id: str, queue: str, agent: str, event: str, *values: str | int) -> str:
    who = (_plain(one) or NONE for one in (call_id, queue, agent))
    return "|".join([str(int(at.timestamp())), *who, event, "|".join(_plain(str(one)) for one in values)])


def _plain(text: str) -> str:
    """A value that is one value in one line, whatever callers and people have written."""
    return "".join(one if one.isprintable() and one != "|" else " " for one in text[:MOST_TEXT])
