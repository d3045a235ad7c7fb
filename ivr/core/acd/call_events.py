"""What happens between callers and agents, as events: those of a call belong to `ivr.core.calls.queue_events`."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, TicketId
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged(Event):
    """An agent's status (chosen) or state (known) is another one; ``reason`` is that of a break.

    ``code`` is the wrap-up code of the talk that is over now.
    """

    agent_id: AgentId
    status: str
    state: str
    reason: str = ""
    ticket_id: TicketId
    code: str = ""


__all__ = ["AgentStateChanged", "CallOffered", "OfferEnded", "QueueJoined", "QueueLeft"]
