"""What the router is told. Instants are seconds since the epoch.

*Facts* have happened, and are never refused: one that comes late or twice names an offer or a ticket that the router no
longer knows, and changes nothing. *Requests* are what people ask for; the router may refuse them (`Refused`), and then
nothing is changed either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Levels, Setup
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from ivr.core.base.quick import frozen

NOBODY, NO_TICKET = AgentId(""), TicketId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A call's place in a queue.

    ``since`` decides the order and is kept over transfers and restarts; ``entered_at`` is when the call came to this
    queue, from which needs loosen and the longest wait counts. ``priority`` is in minutes and adds to the queue's,
    ``credit`` in seconds; ``lane`` takes the place of the queue's. For ``prefer_for`` seconds the call is kept for the
    agent ``prefer``, as long as they are ready or busy.
    """

    ticket_id: TicketId
    call_id: CallId
    queue: str
    since: float
    entered_at: float
    needs: Levels = ()
    priority: float = 0.0
    credit: float = 0.0
    lane: int | None = None
    prefer: AgentId = NOBODY
    prefer_for: float = 0.0


class Trouble(StrEnum):
    """Why an offer came to nothing at the agent's side."""

    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    AWAY = "away"  # the telephone system itself could not be asked: no fault of the agent's


# Facts


@frozen
class CallQueued:
    """A call came to a queue. One that was there before a restart is ``restored``, and never turned away."""

    ticket: Ticket
    restored: bool = False


@frozen
class CallerGone:
    """The caller left the queue: hung up, or went another way."""

    ticket_id: TicketId
    how: str = "caller_left"


@frozen
class OfferAnswered:
    """The agent picked up, and both talk."""

    offer_id: OfferId


@frozen
class OfferFailed:
    """The agent did not pick up."""

    offer_id: OfferId
    trouble: Trouble


@frozen
class TalkEnded:
    """The talk of a ticket is over."""

    ticket_id: TicketId


@frozen
class TalkFailed:
    """The agent's leg was gone when the two were to be connected: the ticket waits on, at its place."""

    ticket: Ticket


@frozen
class TimePassed:
    """Nothing happened but that it is later now."""


@frozen
class SetupChanged:
    """Other queues are live. Calls whose queue is gone go on with what it was."""

    setup: Setup


@frozen
class AgentChanged:
    """An agent's record is another one: skills, queues, groups."""

    agent: Agent


# Requests


@frozen
class SignIn:
    """An agent begins to work, ready; ``on_break`` names the reason to begin on a break.

    One who is ``restored`` did so before a restart, and may be ``talking`` for a ticket that came from a ``queue``.
    """

    agent: Agent
    on_break: str = ""
    restored: bool = False
    talking: TicketId = NO_TICKET
    queue: str = ""


@frozen
class SignOut:
    """An agent stops working; during a talk it holds once the talk and its wrap-up are over."""

    agent_id: AgentId


@frozen
class TakeBreak:
    """An agent takes a break: at once, or ``after_call`` behind the present or next talk and its wrap-up."""

    agent_id: AgentId
    reason: str
    after_call: bool = False


@frozen
class Resume:
    """An agent is ready again, or takes back what was to come after the call."""

    agent_id: AgentId


@frozen
class EndWrapUp:
    """An agent is done with a talk, with a code where one is wanted."""

    agent_id: AgentId
    code: str = ""


@frozen
class ExtendWrapUp:
    """An agent needs more time, in seconds from now."""

    agent_id: AgentId
    seconds: float


@frozen
class Pick:
    """Somebody gives a waiting call to an agent by hand, whatever the order and the needs say."""

    ticket_id: TicketId
    agent_id: AgentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTicket:
    """Somebody changes a waiting call; None leaves a thing as it is. Another queue keeps the place by ``since``."""

    ticket_id: TicketId
    by: str
    queue: str | None = None
    priority: float | None = None
    lane: int | None = None
    needs: Levels | None = field(default=None)


Fact = (
    CallQueued
    | CallerGone
    | OfferAnswered
    | OfferFailed
    | TalkEnded
    | TalkFailed
    | TimePassed
    | SetupChanged
    | AgentChanged
)
Request = SignIn | SignOut | TakeBreak | Resume | EndWrapUp | ExtendWrapUp | Pick | ChangeTicket
