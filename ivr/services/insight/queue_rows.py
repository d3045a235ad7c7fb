"""What happens in queues and to agents as rows, and as events again; see `ivr.services.insight.projector`."""

from __future__ import annotations

import json

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.services.insight.cells import Row, Values, bounded, document, instant, moment


def joined(event: QueueJoined) -> Values:
    """A row of ``queue_joined``."""
    place = event.lane, event.vtime, int(event.restored), event.section, event.index
    return event.call_id, instant(event.at), event.ticket_id, event.queue, *place, document(event.ticket)


def left(event: QueueLeft) -> Values:
    """A row of ``queue_left``."""
    return event.call_id, instant(event.at), event.ticket_id, event.queue, event.how, event.waited


def offered(event: CallOffered) -> Values:
    """The beginning of a row of ``offers``."""
    whose = event.ticket_id, event.agent_id
    return event.offer_id, event.call_id, instant(event.at), *whose, document(event.decision)


def offer_ended(event: OfferEnded) -> Values:
    """The end of a row of ``offers``."""
    return event.offer_id, instant(event.at), event.ticket_id, event.agent_id, event.outcome


def agent_state(event: AgentStateChanged) -> Values:
    """A row of ``agent_states``."""
    why = bounded(event.reason), event.ticket_id, bounded(event.code)
    return instant(event.at), event.agent_id, event.status, event.state, *why


def restore_joined(row: Row) -> QueueJoined:
    """The event of a row of ``queue_joined``."""
    return QueueJoined(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        ticket_id=TicketId(row["ticket_id"]),
        queue=row["queue"],
        lane=row["lane"],
        vtime=row["vtime"],
        restored=bool(row["restored"]),
        section=row["section"],
        index=row["step"],
        ticket=json.loads(row["ticket"]),
    )


def restore_left(row: Row) -> QueueLeft:
    """The event of a row of ``queue_left``."""
    return QueueLeft(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        ticket_id=TicketId(row["ticket_id"]),
        queue=row["queue"],
        how=row["how"],
        waited=row["waited"],
    )


def restore_offered(row: Row) -> CallOffered:
    """The event with which a row of ``offers`` began."""
    return CallOffered(
        at=moment(row["offered_at"]),
        call_id=CallId(row["call_id"]),
        ticket_id=TicketId(row["ticket_id"]),
        offer_id=OfferId(row["id"]),
        agent_id=AgentId(row["agent_id"]),
        decision=json.loads(row["decision"]),
    )


def restore_offer_ended(row: Row) -> OfferEnded:
    """The event with which a row of ``offers`` ended."""
    return OfferEnded(
        at=moment(row["ended_at"]),
        ticket_id=TicketId(row["ticket_id"]),
        offer_id=OfferId(row["id"]),
        agent_id=AgentId(row["agent_id"]),
        outcome=row["outcome"],
    )


def restore_agent_state(row: Row) -> AgentStateChanged:
    """The event of a row of ``agent_states``."""
    return AgentStateChanged(
        at=moment(row["at"]),
        agent_id=AgentId(row["agent_id"]),
        status=row["status"],
        state=row["state"],
        reason=row["reason"],
        ticket_id=TicketId(row["ticket_id"]),
        code=row["code"],
    )
