"""A day on the real router: calls come at random, wait, lose patience, are answered; agents come, take breaks, go.

Theory of operation. What will happen is kept in the order of its time (discrete events): the next call of each demand,
the end of a caller's patience, a phone that is picked up, a talk that ends, a shift. Time jumps from one thing to the
next, or to what the router has due before (`Router.next_at`), and each thing becomes a fact that the router is told.
What the router says of it is what happens next: an offer makes a phone ring, an answered call has a length. So queues
are what they are in service, with their needs, order, strategies, limits and wrap-up; only people are played::

    next thing ──► Router.handle ──► offers, who left, what agents do ──► counts, and more things to come
        ▲                                                                                    │
        └────────────────────────────────────────────────────────────────────────────────────┘

Everything that is random comes from the dice that are given: the same plan and dice make the same day. The day is over
at the end of its last interval; who waits then still waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf, log1p
from typing import Any

from ivr.core.acd.facts import (
    CallerGone,
    CallQueued,
    EndWrapUp,
    Fact,
    OfferAnswered,
    OfferFailed,
    Request,
    Resume,
    SignIn,
    SignOut,
    TakeBreak,
    TalkEnded,
    Ticket,
    TimePassed,
    Trouble,
)
from ivr.core.acd.orders import AgentMoved, Command, Leaving, News, Offer, Release, TicketLeft
from ivr.core.acd.people import MISSED, State, Status
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Queue
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, CallId, TicketId
from ivr.core.workforce.counts import Day, Hours, Interval, Tally, Worked
from ivr.core.workforce.plan import Break, Demand, Dice, Plan, Shift

Watch = Callable[[float, Sequence[Command | News]], None]
"""Is told all that the router says, with its instant."""

LET_GO = frozenset(Leaving)
NO_CODE = "done"
"""What an agent notes where a code is wanted and no codes are known."""


def simulate(plan: Plan, dice: Dice, watch: Watch | None = None) -> Day:
    """What comes of a day."""
    return _Simulation(plan, dice, watch).run()


@dataclass(slots=True, eq=False)
class _Call:
    """A call that waits or talks."""

    queue: Queue
    tally: Tally
    talk: float


class _Simulation:
    def __init__(self, plan: Plan, dice: Dice, watch: Watch | None) -> None:
        self._plan, self._dice, self._watch = plan, dice, watch
        self._ends = plan.ends
        first = min((begins for shift in plan.shifts for begins, _ in shift.stretches), default=plan.begins)
        self._now = min(first, plan.begins)
        self._router = Router(plan.setup, at=self._now)
        self._coming: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._order, self._numbers = count(), count(1)
        self._queues = {name: plan.setup.queues.get(name) or Queue(name=name) for name in plan.queues}
        self._within = {name: plan.target(name).within for name in plan.queues}
        self._tallies = {name: [Tally() for _ in range(plan.intervals)] for name in plan.queues}
        self._hours = Hours(plan.begins, plan.interval, plan.intervals)
        self._calls: dict[TicketId, _Call] = {}
        self._talks: dict[TicketId, _Call] = {}
        self._people: dict[AgentId, AgentMoved] = {}
        self._talked: dict[AgentId, int] = {}

    def run(self) -> Day:
        for shift in self._plan.shifts:
            self._schedule(shift)
        for demand in self._plan.demands:
            self._next_call(demand)
        while True:
            at = self._coming[0][0] if self._coming else inf
            due = self._router.next_at
            if due is not None and due < at:
                if due >= self._ends:
                    break
                self._now = due
                self._tell(TimePassed())
            elif at < self._ends:
                self._now, _, do, arg = heappop(self._coming)
                do(arg)
            else:
                break
        self._hours.end(self._ends)
        return self._day()

    def _day(self) -> Day:
        plan = self._plan
        intervals = tuple(
            Interval(
                plan.begins + number * plan.interval,
                plan.interval,
                {name: tallies[number].counts() for name, tallies in self._tallies.items()},
                self._hours.interval(number),
            )
            for number in range(plan.intervals)
        )
        names = [shift.agent.agent_id for shift in plan.shifts]
        return Day(intervals, tuple(Worked(name, self._talked.get(name, 0), self._hours.agent(name)) for name in names))

    def _later(self, at: float, do: Callable[[Any], None], arg: Any) -> None:
        heappush(self._coming, (at, next(self._order), do, arg))

    # What the router is told, and what it says

    def _tell(self, happened: Fact | Request) -> None:
        said = self._router.handle(happened, self._now)
        if self._watch is not None:
            self._watch(self._now, said)
        for one in said:
            match one:
                case Offer():
                    self._ring(one)
                case AgentMoved():
                    self._moved(one)
                case TicketLeft():
                    self._left(one)
                case Release():
                    self._calls.pop(one.ticket_id).tally.released += 1
                case _:
                    pass

    def _ask(self, wanted: Request) -> None:
        """What an agent asks for; it may come too late to be granted."""
        with suppress(Refused):
            self._tell(wanted)

    # Callers

    def _next_call(self, demand: Demand) -> None:
        """When the next call of a demand comes: a step of unit rate, stretched by the rates of the intervals."""
        plan, rest, at = self._plan, -log1p(-self._dice()), max(self._now, self._plan.begins)
        for number in range(int((at - plan.begins) // plan.interval), len(demand.calls)):
            ends = plan.begins + (number + 1) * plan.interval
            rate = demand.calls[number] / plan.interval
            if rest < rate * (ends - at):
                self._later(at + rest / rate, self._comes, demand)
                return
            rest -= rate * max(0.0, ends - at)
            at = max(at, ends)

    def _comes(self, demand: Demand) -> None:
        number = next(self._numbers)
        ticket = Ticket(
            ticket_id=TicketId(f"ticket_{number:08}"),
            call_id=CallId(f"call_{number:08}"),
            queue=demand.queue,
            since=self._now,
            entered_at=self._now,
            needs=demand.needs,
        )
        tally = self._tallies[demand.queue][int((self._now - self._plan.begins) // self._plan.interval)]
        tally.offered += 1
        self._calls[ticket.ticket_id] = _Call(self._queues[demand.queue], tally, demand.talk.draw(self._dice))
        if demand.patience is not None:
            patience = -demand.patience * log1p(-self._dice())
            self._later(self._now + patience, self._loses_patience, ticket.ticket_id)
        self._tell(CallQueued(ticket))
        self._next_call(demand)

    def _loses_patience(self, ticket_id: TicketId) -> None:
        if ticket_id in self._calls:
            self._tell(CallerGone(ticket_id))

    def _left(self, left: TicketLeft) -> None:
        """A call does not wait any more; of one that the queue lets go, `Release` tells next."""
        call = self._calls[left.ticket_id]
        call.tally.waited += left.waited
        if left.how == Leaving.ANSWERED:
            call.tally.answered += 1
            call.tally.within += left.waited <= self._within[left.queue]
            self._talks[left.ticket_id] = self._calls.pop(left.ticket_id)
            self._later(self._now + call.talk, self._talk_ends, left.ticket_id)
        elif left.how not in LET_GO:
            call.tally.abandoned += 1
            del self._calls[left.ticket_id]

    # Agents

    def _schedule(self, shift: Shift) -> None:
        for begins, ends in shift.stretches:
            self._later(begins, self._signs_in, shift)
            for one in shift.breaks:
                if begins <= one.begins < ends:
                    self._later(one.begins, self._takes_break, (shift, one))
                    if one.ends < ends:
                        self._later(one.ends, self._comes_back, shift)
            self._later(ends, self._signs_out, shift)

    def _signs_in(self, shift: Shift) -> None:
        if shift.agent.agent_id in self._router.seats:  # the last talk before goes on, and then the agent stays
            self._ask(Resume(shift.agent.agent_id))
        else:
            self._ask(SignIn(shift.agent))

    def _signs_out(self, shift: Shift) -> None:
        self._ask(SignOut(shift.agent.agent_id))

    def _takes_break(self, what: tuple[Shift, Break]) -> None:
        shift, one = what
        self._ask(TakeBreak(shift.agent.agent_id, one.reason))

    def _comes_back(self, shift: Shift) -> None:
        """A break is over, also one that a long talk never let begin."""
        seen = self._people.get(shift.agent.agent_id)
        if seen is not None and (seen.status is Status.ON_BREAK or seen.state in (State.TALKING, State.WRAPPING)):
            self._ask(Resume(shift.agent.agent_id))

    def _comes_back_after_missing(self, agent_id: AgentId) -> None:
        seen = self._people[agent_id]
        if seen.status is Status.ON_BREAK and seen.reason == MISSED:
            self._ask(Resume(agent_id))

    def _ring(self, offer: Offer) -> None:
        """The phone rings, and somebody picks it up in time, or nobody does."""
        plan = self._plan
        missed = plan.no_answer > 0 and self._dice() < plan.no_answer
        after = plan.answer.draw(self._dice) if not missed else inf
        if after < offer.ring:
            self._later(self._now + after, self._tell, OfferAnswered(offer.offer_id))
        else:
            self._later(self._now + offer.ring, self._tell, OfferFailed(offer.offer_id, Trouble.NO_ANSWER))

    def _talk_ends(self, ticket_id: TicketId) -> None:
        self._tell(TalkEnded(ticket_id))
        self._talks.pop(ticket_id)

    def _moved(self, moved: AgentMoved) -> None:
        self._people[moved.agent_id] = moved
        self._hours.does(moved.agent_id, _doing(moved), self._now)
        if moved.state is State.TALKING:
            self._talked[moved.agent_id] = self._talked.get(moved.agent_id, 0) + 1
        elif moved.state is State.WRAPPING and (call := self._talks.get(moved.ticket_id)) is not None:
            if call.queue.code_required:
                self._later(self._now + call.queue.wrap_up, self._gives_code, moved.agent_id)
        elif moved.status is Status.ON_BREAK and moved.reason == MISSED:
            self._later(self._now + self._plan.back_after, self._comes_back_after_missing, moved.agent_id)

    def _gives_code(self, agent_id: AgentId) -> None:
        self._ask(EndWrapUp(agent_id, next(iter(self._plan.setup.codes), NO_CODE)))


def _doing(moved: AgentMoved) -> str:
    """What an agent's time counts as."""
    if moved.status is Status.SIGNED_OUT:
        return ""
    if moved.state is State.IDLE:
        return "idle" if moved.status is Status.READY else "away"
    return "away" if moved.state is State.RESTING else "busy"
