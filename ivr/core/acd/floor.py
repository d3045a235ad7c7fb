"""The agents that are signed in, and what each is doing; the only place where a status or a state changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.core.acd.alarms import Alarm
from ivr.core.acd.people import Agent, Move, State, Status, after

if TYPE_CHECKING:
    from ivr.core.acd.line import Bucket, Waiting
    from ivr.core.base.ids import OfferId, TicketId

# Named once: these are asked for with every move of every agent, and a look into an enum costs as much as a call.
IDLE, RESTING, READY = State.IDLE, State.RESTING, Status.READY
BUSY = frozenset({State.TALKING, State.WRAPPING})


@dataclass(slots=True, eq=False)
class Seat:
    """An agent at work. Instants and lengths of time are seconds.

    ``next`` is the status that holds once the present or next talk and its wrap-up are over; with ``at_next`` it waits
    for a talk that has not begun yet. ``buckets`` are the needs that the agent fits.
    """

    agent: Agent
    signed_in_at: float
    status: Status = Status.READY
    state: State = State.IDLE
    reason: str = ""
    next: tuple[Status, str] | None = None
    at_next: bool = False
    since: float = 0.0  # when the state began
    idle_since: float = 0.0
    talks: int = 0
    busy: float = 0.0
    served: int = 0  # the number of the last offer, for queues that go round
    buckets: list[Bucket] = field(default_factory=list)
    listed: bool = False  # whether the buckets count the agent among the free
    offer: Ringing | None = None
    talk: Talk | None = None
    alarm: Alarm | None = None

    @property
    def free(self) -> bool:
        """Whether the agent can be offered a call."""
        return self.status is READY and self.state is IDLE

    def move(self, move: Move, at: float) -> None:
        """Changes the state by the table. A move that is not in it is a fault of the router's, and raises."""
        before, state = self.state, after(self.state, move)
        if state is None:
            raise AssertionError(f"{self.agent.agent_id} cannot {move} when {before}")
        if before in BUSY:
            self.busy += at - self.since
            if state is IDLE:  # an offer that came to nothing takes nobody's turn away
                self.idle_since = at
        self.state, self.since = state, at
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None

    def occupancy(self, at: float) -> float:
        """The part of the time since signing in that the agent was talking or wrapping up."""
        busy = self.busy + (at - self.since if self.state in BUSY else 0.0)
        return busy / max(1.0, at - self.signed_in_at)


@dataclass(slots=True, eq=False)
class Ringing:
    """An offer that is open: this agent's phone rings for this ticket."""

    offer_id: OfferId
    waiting: Waiting
    seat: Seat
    alarm: Alarm | None = None


@dataclass(slots=True, eq=False)
class Talk:
    """A talk, or the wrap-up behind it."""

    ticket_id: TicketId
    queue: str
    wrap_up: float
    code_required: bool
    code: str = ""
