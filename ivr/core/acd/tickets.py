"""What a place in the line is worth, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.core.acd.facts import ChangeTicket, Ticket, Trouble
from ivr.core.acd.orders import Order
from ivr.core.acd.setup import Queue
from ivr.core.base.ids import AgentId, CallId, TicketId

MINUTE = 60.0
SHORT_REST = 2.0
"""Seconds until an agent is tried again whom the telephone system could not be asked to ring."""


def document(ticket: Ticket) -> dict[str, Any]:
    """A ticket as JSON has it, but for its ids and its queue."""
    return {
        "since": ticket.since,
        "entered_at": ticket.entered_at,
        "needs": [list(need) for need in ticket.needs],
        "priority": ticket.priority,
        "credit": ticket.credit,
        "lane": ticket.lane,
        "prefer": ticket.prefer,
        "prefer_for": ticket.prefer_for,
    }


def read(ticket_id: str, call_id: str, queue: str, told: Mapping[str, Any]) -> Ticket:
    """The ticket that `document` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Ticket(
        ticket_id=TicketId(ticket_id),
        call_id=CallId(call_id),
        queue=queue,
        since=float(told["since"]),
        entered_at=float(told["entered_at"]),
        needs=tuple((str(skill), int(level)) for skill, level in told["needs"]),
        priority=float(told["priority"]),
        credit=float(told["credit"]),
        lane=None if told["lane"] is None else int(told["lane"]),
        prefer=AgentId(told["prefer"]),
        prefer_for=float(told["prefer_for"]),
    )


def order_of(ticket: Ticket, queue: Queue) -> Order:
    """What a call is served by: its lane, then its virtual time, which each minute of priority makes a minute older.

    A call is passed by later ones of its lane only for their priority and credit: it waits behind a later call at most
    as long as the difference of the two is worth (Genesys' conversation score orders calls alike).
    """
    lane = queue.lane if ticket.lane is None else ticket.lane
    return (lane, ticket.since - MINUTE * (queue.priority + ticket.priority) - ticket.credit, ticket.ticket_id)


def rest_of(queue: Queue, trouble: Trouble) -> float:
    """For how many seconds an agent is offered nothing after an offer that came to nothing."""
    match trouble:
        case Trouble.BUSY:
            return queue.rests.busy
        case Trouble.UNREACHABLE:
            return queue.rests.unreachable
        case Trouble.REJECTED | Trouble.NO_ANSWER:
            return queue.rests.rejected
        case Trouble.AWAY:
            return SHORT_REST


def changed(ticket: Ticket, change: ChangeTicket, at: float) -> Ticket:
    """A ticket as somebody has changed it."""
    moved = change.queue is not None and change.queue != ticket.queue
    return Ticket(
        ticket_id=ticket.ticket_id,
        call_id=ticket.call_id,
        queue=change.queue or ticket.queue,
        since=ticket.since,
        entered_at=at if moved else ticket.entered_at,
        needs=ticket.needs if change.needs is None else change.needs,
        priority=ticket.priority if change.priority is None else change.priority,
        credit=ticket.credit,
        lane=ticket.lane if change.lane is None else change.lane,
        prefer=ticket.prefer,
        prefer_for=ticket.prefer_for,
    )
