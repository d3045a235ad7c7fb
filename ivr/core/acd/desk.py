"""What agents choose and report: signing in and out, breaks, wrap-up. It is the router's other half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.acd import facts, line, orders
from ivr.core.acd.facts import Fact, Request
from ivr.core.acd.floor import Seat, Talk
from ivr.core.acd.people import MISSED, Move, State, Status
from ivr.core.acd.setup import Queue, Rests
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, TicketId

if TYPE_CHECKING:
    from ivr.core.acd.router import Router

LONGEST_EXTENSION = 3600.0  # seconds
NO_TICKET = TicketId("")


class Desk:
    """The agents' side of a router."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def handle(self, happened: Fact | Request) -> None:
        """Does what an agent, or somebody for them, asks for."""
        match happened:
            case facts.SignIn():
                self._sign_in(happened)
            case facts.SignOut():
                self._choose(happened.agent_id, Status.SIGNED_OUT, "")
            case facts.TakeBreak():
                self._take_break(happened)
            case facts.Resume():
                self._resume(self.seat(happened.agent_id))
            case facts.EndWrapUp():
                self._end_wrap_up(self.seat(happened.agent_id), happened.code)
            case facts.ExtendWrapUp():
                self._extend(self.seat(happened.agent_id), happened.seconds)
            case facts.AgentChanged():
                self._changed(happened)
            case _:
                raise AssertionError(happened)

    def seat(self, agent_id: AgentId) -> Seat:
        """The seat of an agent. Raises Refused when they are not signed in."""
        seat = self._router.seats.get(agent_id)
        if seat is None:
            raise Refused(f"{agent_id} is not signed in")
        return seat

    def tell(self, seat: Seat, code: str = "") -> None:
        """Says what an agent does now."""
        ticket_id = NO_TICKET
        if seat.offer is not None:
            ticket_id = seat.offer.waiting.ticket.ticket_id
        elif seat.talk is not None:
            ticket_id = seat.talk.ticket_id
        self._router.said.append(
            orders.AgentMoved(seat.agent.agent_id, seat.status, seat.state, seat.reason, ticket_id, code)
        )

    # Status

    def _sign_in(self, wanted: facts.SignIn) -> None:
        router, agent = self._router, wanted.agent
        if agent.agent_id in router.seats:
            raise Refused(f"{agent.agent_id} is signed in already")
        if not wanted.restored:
            self._known_break(wanted.on_break)
        status = Status.ON_BREAK if wanted.on_break else Status.READY
        seat = Seat(agent, router.now, status, reason=wanted.on_break, since=router.now, idle_since=router.now)
        router.seats[agent.agent_id] = seat
        if wanted.talking and wanted.talking not in router.talks:
            queue = router.setup.queues.get(wanted.queue) or Queue(name=wanted.queue)
            seat.state, seat.talks = State.TALKING, 1
            seat.talk = Talk(wanted.talking, queue.name, queue.wrap_up, queue.code_required)
            router.talks[wanted.talking] = seat
        self._join_all(seat)
        self.tell(seat)
        router.search.agent(seat)

    def _take_break(self, wanted: facts.TakeBreak) -> None:
        self._known_break(wanted.reason)
        seat = self.seat(wanted.agent_id)
        if wanted.after_call and seat.status is Status.READY:
            seat.next = (Status.ON_BREAK, wanted.reason)
            seat.at_next = seat.state not in (State.TALKING, State.WRAPPING)
            return
        self._choose(wanted.agent_id, Status.ON_BREAK, wanted.reason)

    def _known_break(self, reason: str) -> None:
        breaks = self._router.setup.breaks
        if reason and reason not in breaks and breaks:
            raise Refused(f"there is no reason '{reason}' for a break", hint="reasons are " + ", ".join(breaks))

    def _choose(self, agent_id: AgentId, status: Status, reason: str) -> None:
        """A status that holds at once, or once the talk and its wrap-up are over."""
        seat = self.seat(agent_id)
        if seat.state in (State.TALKING, State.WRAPPING):
            seat.next, seat.at_next = (status, reason), False
            return
        if seat.offer is not None:
            self._router.withdraw(seat.offer, status)
        elif seat.state is State.RESTING:
            seat.move(Move.RECOVER, self._router.now)
        self.set_status(seat, status, reason)

    def _resume(self, seat: Seat) -> None:
        seat.next, seat.at_next = None, False
        if seat.status is not Status.READY:
            self.set_status(seat, Status.READY, "")
        elif seat.state is State.RESTING:
            self.recover(seat)

    def set_status(self, seat: Seat, status: Status, reason: str) -> None:
        """Changes a status now, with all that follows from it."""
        router = self._router
        line.unlist(seat)
        seat.status, seat.reason = status, reason
        seat.next, seat.at_next = None, False
        if status is Status.SIGNED_OUT:
            del router.seats[seat.agent.agent_id]
        elif status is Status.READY:
            seat.idle_since = router.now
        self.tell(seat)
        if status is not Status.READY:
            router.let_go(seat)
        if status is Status.SIGNED_OUT:
            self._leave_all(seat)
        router.search.agent(seat)

    def recover(self, seat: Seat) -> None:
        """A rest is over."""
        seat.move(Move.RECOVER, self._router.now)
        self.tell(seat)
        self._router.search.agent(seat)

    # Talk and wrap-up

    def talk_ended(self, seat: Seat) -> None:
        """Wrap-up begins, or the agent is free."""
        talk, now = seat.talk, self._router.now
        assert talk is not None
        if talk.wrap_up or (talk.code_required and not talk.code):
            seat.move(Move.WRAP, now)
            seat.alarm = self._router.alarms.set(now + talk.wrap_up, self._wrap_up_over, seat)
            self.tell(seat)
        else:
            self._free(seat)

    def talk_failed(self, seat: Seat, queue: str) -> None:
        """There was no talk, because the agent's leg was gone: the phone gets a rest, as after a rejected call."""
        router = self._router
        known = router.setup.queues.get(queue)
        rest = (known.rests if known is not None else Rests()).rejected
        seat.talk = None
        seat.talks -= 1
        seat.move(Move.REST, router.now)
        seat.alarm = router.alarms.set(router.now + rest, self.recover, seat)
        self.tell(seat)
        if seat.next is not None and not seat.at_next:
            self._choose(seat.agent.agent_id, *seat.next)

    def _wrap_up_over(self, seat: Seat) -> None:
        """The time for it is over; without a code that is wanted it goes on."""
        if seat.talk is not None and (seat.talk.code or not seat.talk.code_required):
            self._free(seat)

    def _end_wrap_up(self, seat: Seat, code: str) -> None:
        codes = self._router.setup.codes
        if code and codes and code not in codes:
            raise Refused(f"there is no wrap-up code '{code}'", hint="codes are " + ", ".join(codes))
        if seat.talk is None:
            raise Refused(f"{seat.agent.agent_id} has no talk to wrap up")
        if seat.state is State.WRAPPING and seat.talk.code_required and not (code or seat.talk.code):
            raise Refused("this queue wants a wrap-up code", hint="codes are " + ", ".join(codes))
        seat.talk.code = code or seat.talk.code
        if seat.state is State.WRAPPING:
            self._free(seat)

    def _extend(self, seat: Seat, seconds: float) -> None:
        if seat.state is not State.WRAPPING:
            raise Refused(f"{seat.agent.agent_id} is not wrapping up")
        if not 0 < seconds <= LONGEST_EXTENSION:
            raise Refused(f"a wrap-up is extended by at most {LONGEST_EXTENSION / 60:g} minutes at a time")
        if seat.alarm is not None:
            seat.alarm.cancel()
        seat.alarm = self._router.alarms.set(self._router.now + seconds, self._wrap_up_over, seat)

    def _free(self, seat: Seat) -> None:
        code = seat.talk.code if seat.talk is not None else ""
        seat.move(Move.END, self._router.now)
        seat.talk = None
        chosen, seat.next = seat.next if not seat.at_next else None, None if not seat.at_next else seat.next
        if chosen is None:
            self.tell(seat, code)
            self._router.search.agent(seat)
        else:
            self.tell(seat, code)
            self.set_status(seat, *chosen)

    # Needs that an agent fits

    def _changed(self, changed: facts.AgentChanged) -> None:
        seat = self._router.seats.get(changed.agent.agent_id)
        if seat is None:
            return
        line.unlist(seat)
        self._leave_all(seat, changed.agent)
        self._router.search.agent(seat)

    def _join_all(self, seat: Seat) -> None:
        first_of = [bucket for bucket in self._router.line.all_buckets() if line.join(seat, bucket)]
        for path in {id(path): path for bucket in first_of for path in bucket.paths}.values():
            self._router.look(path)

    def _leave_all(self, seat: Seat, becomes: object = None) -> None:
        """Takes an agent out of all needs; one who ``becomes`` another comes back to those that fit then."""
        router, left = self._router, seat.buckets
        for bucket in left:
            del bucket.agents[seat.agent.agent_id]
        seat.buckets = []
        if becomes is not None:
            assert isinstance(becomes, type(seat.agent))
            seat.agent = becomes
            self._join_all(seat)
        emptied = [bucket for bucket in left if not bucket.agents]
        for path in {id(path): path for bucket in emptied for path in bucket.paths}.values():
            router.look(path)
        for bucket in emptied:
            router.nobody_left(bucket)


__all__ = ["MISSED", "Desk"]
