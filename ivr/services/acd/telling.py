"""What the router says, as events of the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ivr.core.acd import call_events, orders, tickets
from ivr.core.acd.facts import Ticket
from ivr.core.acd.orders import Command, Decision, News
from ivr.core.base.events import Event


@dataclass(frozen=True, slots=True)
class Where:
    """Where in a flow a caller waits, and with which ticket."""

    section: str = ""
    index: int = 0
    ticket: Ticket | None = None


def event_of(said: Command | News, at: datetime, where: Where = Where()) -> Event | None:
    """The event of a command or of news, or None when it is told by another one."""
    match said:
        case orders.TicketPlaced(ticket_id, call_id, queue, (lane, vtime, _), restored):
            return call_events.QueueJoined(
                at=at, call_id=call_id, ticket_id=ticket_id, queue=queue, lane=lane, vtime=vtime, restored=restored,
                section=where.section, index=where.index,
                ticket=tickets.document(where.ticket) if where.ticket is not None else {},
            )  # fmt: skip
        case orders.TicketLeft(ticket_id, call_id, queue, how, waited):
            return call_events.QueueLeft(
                at=at, call_id=call_id, ticket_id=ticket_id, queue=queue, how=str(how), waited=round(waited, 3)
            )
        case orders.Offer(offer_id, ticket_id, call_id, agent_id, _, decision):
            return call_events.CallOffered(
                at=at, call_id=call_id, ticket_id=ticket_id, offer_id=offer_id, agent_id=agent_id,
                decision=document(decision),
            )  # fmt: skip
        case orders.OfferClosed(offer_id, ticket_id, agent_id, outcome):
            return call_events.OfferEnded(
                at=at, ticket_id=ticket_id, offer_id=offer_id, agent_id=agent_id, outcome=str(outcome)
            )
        case orders.AgentMoved(agent_id, status, state, reason, ticket_id, code):
            return call_events.AgentStateChanged(
                at=at, agent_id=agent_id, status=str(status), state=str(state), reason=reason, ticket_id=ticket_id,
                code=code,
            )  # fmt: skip
        case _:
            return None


def document(decision: Decision) -> dict[str, Any]:
    """A decision as JSON has it."""
    return {
        **asdict(decision),
        "cause": str(decision.cause),
        "strategy": str(decision.strategy),
        "agents": [list(key) for key in decision.agents],
        "calls": [list(order) for order in decision.calls],
    }
