"""A caller's place as the call sees it, and what a caller may be told of it: the position, and the wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ivr.core.acd.estimate import Estimate, Range, Said, Saying, say
from ivr.core.acd.facts import Ticket
from ivr.core.acd.people import Status
from ivr.core.acd.promises import QueueWaits
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Telling
from ivr.core.base.ids import OfferId
from ivr.services.acd.ports import Phone


@dataclass(slots=True, eq=False)
class Place:
    """A caller's place in the line, as the call sees it. ``news`` is set when one of the rest has changed.

    ``phone`` is an agent's leg, to be connected with the caller's now; ``leaving`` says that the wait is over.
    ``section`` and ``index`` are where in the flow the caller waits, ``how`` is told when the caller goes another way.
    """

    ticket: Ticket
    caller: str = ""
    caller_name: str = ""
    section: str = ""
    index: int = 0
    how: str = "left"
    news: asyncio.Event = field(default_factory=asyncio.Event)
    phone: Phone | None = None
    agent_id: str = ""
    offer_id: OfferId | None = None
    leaving: str = ""
    talking: bool = False
    came_at: float = 0.0
    talks_at: float = 0.0
    promise: Range | None = None  # what was worked out for the wait when the caller came, said or not
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a waiting caller may be told: the place (1 is the next), and the wait where it can be trusted."""

    place: int
    wait: Saying | None = None


class Outlooks:
    """What is known of the waits of all queues."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._waits: dict[str, QueueWaits] = {}

    def told_in(self, queue: str) -> Telling | None:
        """What callers of a queue are told while they wait."""
        known = self._router.setup.queues.get(queue)
        return known.tell if known is not None else None

    def came(self, place: Place) -> None:
        """Works out the wait of a caller who comes, where callers may be told: what comes of it is held against it."""
        told = self.told_in(place.ticket.queue)
        if told is not None and told.wait:
            place.promise = self._waits_of(place).promise(self._estimate(place))

    def answered(self, place: Place) -> None:
        """An agent was found: the wait is known now."""
        self._waits_of(place).answered(place.promise, place.talks_at - place.came_at)
        place.promise = None

    def talked(self, place: Place, at: float) -> None:
        """A talk is over; its agent wraps up."""
        queue = self._router.setup.queues.get(place.ticket.queue)
        self._waits_of(place).talked(at - place.talks_at + (queue.wrap_up if queue is not None else 0.0))

    def now(self, place: Place, at: float, *, wait: bool) -> Outlook:
        """What a waiting caller may be told; a ``wait`` is remembered, so that none is worse without saying so."""
        position = self.position(place)
        found = self._estimate(place) if wait and self._waits_of(place).trusted else None
        if found is None:
            return Outlook(position)
        saying = say(found, at, place.said)
        place.said = Said(saying.range, at)
        return Outlook(position, saying)

    def position(self, place: Place) -> int:
        """The place of a call in its queue, 1 for the first; 0 when it does not wait."""
        calls = self._router.line.calls
        own = calls.get(place.ticket.ticket_id)
        if own is None:
            return 0
        queue = own.path.queue.name
        return 1 + sum(one.order < own.order for one in calls.values() if one.path.queue.name == queue)

    def _estimate(self, place: Place) -> Estimate | None:
        waiting = self._router.line.calls.get(place.ticket.ticket_id)
        if waiting is None:
            return None
        queue, need = waiting.path.queue.name, waiting.path.buckets[waiting.stage].need
        agents = [
            seat.agent.queues | {queue}
            for seat in self._router.seats.values()
            if seat.status is Status.READY and need.fits(seat.agent)
        ]
        return self._waits_of(place).estimate(queue, self.position(place), agents)

    def _waits_of(self, place: Place) -> QueueWaits:
        return self._waits.setdefault(place.ticket.queue, QueueWaits())
