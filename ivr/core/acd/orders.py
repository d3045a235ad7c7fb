"""What the router says: commands that somebody carries out, and news that others want to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ivr.core.acd.facts import Trouble
from ivr.core.acd.needs import Need
from ivr.core.acd.people import State, Status
from ivr.core.acd.setup import Levels
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from ivr.core.base.quick import frozen

Order = tuple[int, float, str]
"""What calls are served by, the least first: the lane, the virtual time, the ticket's id."""

Key = tuple[Any, ...]
"""What agents are chosen by, the least first; its last part is the agent's id."""


class Cause(StrEnum):
    """What led to an offer."""

    CALL = "call"  # a call came, or its needs loosened
    AGENT = "agent"  # an agent became free
    PICK = "pick"  # somebody gave the call to the agent


class Leaving(StrEnum):
    """How a ticket leaves the line."""

    ANSWERED = "answered"
    FULL = "full"
    WAITED_TOO_LONG = "waited_too_long"
    NO_AGENTS = "no_agents"


@frozen
class Decision:
    """Why this agent got this call, with all that it was decided by: `decided` comes to the same winner again.

    ``agents`` are the free ones that fit, the best first, at most `MOST_KEPT`, and ``more_agents`` how many there were
    besides; ``calls`` the first of each need that the agent fits. ``stage`` is how far the needs had loosened.
    """

    at: float
    ticket_id: TicketId
    agent_id: AgentId
    cause: Cause
    strategy: str
    need: Need
    stage: int
    waited: float
    agents: tuple[Key, ...]
    more_agents: int
    calls: tuple[Order, ...]
    by: str = ""


@frozen
class Choice:
    """What an offer was decided by; ``fit`` is how many agents could have had the call."""

    number: int
    cause: Cause
    keys: tuple[Key, ...]
    fit: int
    calls: tuple[Order, ...]
    by: str = ""


MOST_KEPT = 20


def decided(decision: Decision) -> tuple[str, str]:
    """The ticket and the agent that win by what was kept of a decision alone."""
    if decision.cause is Cause.PICK:
        return decision.ticket_id, decision.agent_id
    return min(decision.calls)[2], min(decision.agents)[-1]


def read(told: Mapping[str, Any]) -> Decision:
    """The decision of a `CallOffered`, from JSON too. Raises KeyError, TypeError or ValueError for anything else."""
    need = told["need"]
    return Decision(
        at=float(told["at"]),
        ticket_id=TicketId(told["ticket_id"]),
        agent_id=AgentId(told["agent_id"]),
        cause=Cause(told["cause"]),
        strategy=str(told["strategy"]),
        need=Need(
            queue=str(need["queue"]),
            require=_levels(need["require"]),
            prefer=_levels(need["prefer"]),
            groups=tuple(str(group) for group in need["groups"]),
            reserved_for=str(need["reserved_for"]),
        ),
        stage=int(told["stage"]),
        waited=float(told["waited"]),
        agents=tuple(tuple(key) for key in told["agents"]),
        more_agents=int(told["more_agents"]),
        calls=tuple((int(lane), float(vtime), str(ticket_id)) for lane, vtime, ticket_id in told["calls"]),
        by=str(told["by"]),
    )


def _levels(told: Iterable[Any]) -> Levels:
    return tuple((str(skill), int(level)) for skill, level in told)


# Commands


@frozen
class Offer:
    """Ring the agent for the ticket, so many seconds."""

    offer_id: OfferId
    ticket_id: TicketId
    call_id: CallId
    agent_id: AgentId
    ring: float
    decision: Decision


@frozen
class Withdraw:
    """Stop ringing: the caller left, or the agent did."""

    offer_id: OfferId
    why: str


@frozen
class Release:
    """The call waits no longer, and goes where its flow says for this outcome."""

    ticket_id: TicketId
    call_id: CallId
    leaving: Leaving


# News


@frozen
class OfferClosed:
    """An offer is over: ``answered``, ``withdrawn``, or what kept the agent from answering."""

    offer_id: OfferId
    ticket_id: TicketId
    agent_id: AgentId
    outcome: str


@frozen
class TicketPlaced:
    """A call has a place in the line, by this order."""

    ticket_id: TicketId
    call_id: CallId
    queue: str
    order: Order
    restored: bool


@frozen
class TicketLeft:
    """A ticket is no longer in the line."""

    ticket_id: TicketId
    call_id: CallId
    queue: str
    how: str
    waited: float


@frozen
class TicketLoosened:
    """More agents fit a waiting call now."""

    ticket_id: TicketId
    stage: int
    need: Need


@frozen
class TicketChanged:
    """Somebody changed a waiting call."""

    ticket_id: TicketId
    by: str
    order: Order


@frozen
class AgentMoved:
    """An agent's status or state changed; ``reason`` is that of a break, ``code`` that of the wrap-up that ended."""

    agent_id: AgentId
    status: Status
    state: State
    reason: str = ""
    ticket_id: TicketId = TicketId("")
    code: str = ""


Command = Offer | Withdraw | Release
News = OfferClosed | TicketPlaced | TicketLeft | TicketLoosened | TicketChanged | AgentMoved


@dataclass(frozen=True, slots=True)
class TroubleEffect:
    """What an unanswered offer does to the agent: a break with a reason, or a rest of so many seconds."""

    reason: str = ""
    rest: float = 0.0


__all__ = [
    "MOST_KEPT", "AgentMoved", "Cause", "Choice", "Command", "Decision", "Key", "Leaving", "News", "Offer",
    "OfferClosed", "Order", "Release", "TicketChanged", "TicketLeft", "TicketLoosened", "TicketPlaced", "Trouble",
    "TroubleEffect", "Withdraw", "decided", "read",
]  # fmt: skip
