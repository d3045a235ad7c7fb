"""What agents and supervisors ask for, by the names of agents: signing in and out, breaks, wrap-up, picking a call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ivr.core.acd import facts
from ivr.core.acd.facts import Request
from ivr.core.acd.floor import Seat
from ivr.core.acd.people import Agent, Status
from ivr.core.acd.setup import Setup
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, TicketId
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.world import World

log = logging.getLogger(__name__)

MINUTE = 60.0


class AgentDesk:
    """The door through which people reach the router; each method raises Refused, and then nothing was changed."""

    def __init__(
        self, acd: Dispatcher, known: Callable[[AgentId], Agent | None], setup: Callable[[], Setup], world: World
    ) -> None:
        self._acd = acd
        self._known = known
        self._setup = setup
        self._world = world

    def sign_in(self, agent_id: str, by: str, on_break: str = "") -> None:
        """An agent begins to work, ready or on a break."""
        agent = self._known(AgentId(agent_id))
        if agent is None:
            raise Refused(f"there is no agent '{agent_id}'", hint="`ivr agents list` shows them", code="unknown_agent")
        self._acd.sign_in(agent, on_break)
        log.info("%s signed in, by %s", agent_id, by)

    def sign_out(self, agent_id: str, by: str) -> None:
        """An agent stops working: at once, or after the talk and its wrap-up."""
        self._ask(facts.SignOut(AgentId(agent_id)), f"{agent_id} signed out", by)

    def take_break(self, agent_id: str, reason: str, by: str, *, after_call: bool = False) -> None:
        """An agent takes a break."""
        self._ask(facts.TakeBreak(AgentId(agent_id), reason, after_call), f"{agent_id} takes a break ({reason})", by)

    def resume(self, agent_id: str, by: str) -> None:
        """An agent is ready again."""
        self._ask(facts.Resume(AgentId(agent_id)), f"{agent_id} is ready", by)

    def end_wrap_up(self, agent_id: str, code: str, by: str) -> None:
        """An agent is done with the last talk."""
        self._ask(facts.EndWrapUp(AgentId(agent_id), code), f"{agent_id} ended the wrap-up", by)

    def extend_wrap_up(self, agent_id: str, seconds: float, by: str) -> None:
        """An agent needs more time for the last talk."""
        self._ask(facts.ExtendWrapUp(AgentId(agent_id), seconds), f"{agent_id} extended the wrap-up", by)

    def pick(self, ticket_id: str, agent_id: str, by: str) -> None:
        """Gives a waiting call to an agent by hand."""
        self._ask(facts.Pick(TicketId(ticket_id), AgentId(agent_id), by), f"{ticket_id} is given to {agent_id}", by)

    def change(self, ticket_id: str, by: str, *, queue: str | None, priority: float | None, lane: int | None) -> None:
        """Changes a waiting call's queue, priority (minutes) or lane; what is None stays."""
        change = facts.ChangeTicket(ticket_id=TicketId(ticket_id), by=by, queue=queue, priority=priority, lane=lane)
        self._ask(change, f"{ticket_id} was changed", by)

    def _ask(self, request: Request, done: str, by: str) -> None:
        self._acd.ask(request)
        log.info("%s, by %s", done, by)

    # Views

    def agents(self) -> list[dict[str, Any]]:
        """Those who are signed in, as a JSON list."""
        now = self._world.clock.now().timestamp()
        return [_seat(seat, now) for seat in sorted(self._acd.seats(), key=lambda seat: seat.agent.agent_id)]

    def queues(self) -> list[dict[str, Any]]:
        """The queues with the calls that wait in them, as a JSON list."""
        waiting = self._acd.waiting()
        names = dict.fromkeys([*self._setup().queues, *(one.ticket.queue for one in waiting)])
        seats = self._acd.seats()
        return [
            {
                "queue": name,
                "waiting": [
                    {
                        "ticket": one.ticket.ticket_id,
                        "call": one.ticket.call_id,
                        "waited": round(one.waited, 1),
                        "stage": one.stage,
                        "rings": one.agent_id,
                    }
                    for one in waiting
                    if one.ticket.queue == name
                ],
                "agents": sum(name in seat.agent.queues for seat in seats),
                "ready": sum(name in seat.agent.queues and seat.status is Status.READY for seat in seats),
                "free": sum(name in seat.agent.queues and seat.free for seat in seats),
            }
            for name in names
        ]


def _seat(seat: Seat, now: float) -> dict[str, Any]:
    talk = seat.talk.ticket_id if seat.talk else seat.offer.waiting.ticket.ticket_id if seat.offer else ""
    return {
        "agent": seat.agent.agent_id,
        "name": seat.agent.name,
        "status": str(seat.status),
        "reason": seat.reason,
        "state": str(seat.state),
        "since": round(now - seat.since, 1),
        "ticket": talk,
        "talks": seat.talks,
        "occupancy": round(seat.occupancy(now), 3),
        "next": str(seat.next[0]) if seat.next else "",
    }
