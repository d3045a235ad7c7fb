"""What happens to a call in a queue, as events; the record of who served whom, and why, is made of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, OfferId, TicketId
from ivr.core.calls.events import CallEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJoined(CallEvent):
    """A caller has a place in a queue: its lane and virtual time are what it is served by, the least first.

    ``restored`` is true for one who had the place before. ``section`` and ``index`` are where in the flow the caller
    waits, and ``ticket`` has all that the place is made of (`ivr.core.acd.tickets`): with these the caller is given it
    back after a restart.
    """

    ticket_id: TicketId
    queue: str
    lane: int
    vtime: float
    restored: bool = False
    section: str = ""
    index: int = 0
    ticket: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(CallEvent):
    """A caller is no longer in the queue, after ``waited`` seconds: answered, or ``how`` else."""

    ticket_id: TicketId
    queue: str
    how: str
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(CallEvent):
    """An agent's phone rings for a caller; ``decision`` has all that the choice was made by (`ivr.core.acd.orders`)."""

    ticket_id: TicketId
    offer_id: OfferId
    agent_id: AgentId
    decision: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Event):
    """An offer is over: ``answered``, ``withdrawn``, or what kept the agent from answering."""

    ticket_id: TicketId
    offer_id: OfferId
    agent_id: AgentId
    outcome: str
