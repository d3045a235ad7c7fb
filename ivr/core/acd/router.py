"""Brings calls and agents together: facts and requests go in with their instant, commands and news come out.

Theory of operation. The router keeps one promise: *no call waits while an agent who fits it is free*. Every change can
break it in one place only, and notes who looks: a call that comes (or whose needs loosen) looks for a free agent, an
agent who becomes free looks for a call. One search (`ivr.core.acd.search`) ends every instant. What is due by time
comes first, each thing at its own: whether the router is asked every second or only when something happens is all the
same::

    handle(fact, at) ──► what was due until then ──► the fact ──► one search ──► commands, news
    next_at          ──► when to call again with `TimePassed`

A call that is offered is out of its bucket but keeps its place: when the offer comes to nothing, it is the first again.
Nothing here waits, draws lots or looks at a clock. The owner (`ivr.services.acd`) carries the commands out.
"""

from __future__ import annotations

from itertools import count

from ivr.core.acd import facts, line, orders
from ivr.core.acd.alarms import Alarms
from ivr.core.acd.desk import Desk
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.floor import Ringing, Seat, Talk
from ivr.core.acd.line import Line, Path, Waiting
from ivr.core.acd.needs import Need
from ivr.core.acd.orders import Cause, Choice, Command, Decision, Leaving, News
from ivr.core.acd.people import MISSED, Move, Status
from ivr.core.acd.search import Search
from ivr.core.acd.setup import NO_SETUP, Queue, Setup
from ivr.core.acd.strategies import key_of
from ivr.core.acd.tickets import changed, order_of, rest_of
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, OfferId

GRACE = 10.0
"""Seconds beyond its ringing after which an offer is given up of which nobody has said what came of it."""

Said = list[Command | News]


class Router:
    """Decides who gets which call. ``offers`` stands before the numbers of its offers, so that they are new ones."""

    def __init__(self, setup: Setup = NO_SETUP, *, offers: str = "offer_", at: float = 0.0) -> None:
        self.setup = setup
        self.now = at
        self.line = Line()
        self.alarms = Alarms()
        self.said: Said = []
        self.desk = Desk(self)
        self.search = Search(self)
        self.seats: dict[AgentId, Seat] = {}
        self.offers: dict[OfferId, Ringing] = {}
        self.talks: dict[str, Seat] = {}
        self.held_until = at
        self._prefix = offers
        self._numbers = count(1)

    # The way in

    def handle(self, happened: Fact | Request, at: float) -> Said:
        """What comes of a fact or a request at an instant. Raises Refused for a request that cannot be granted.

        What time had brought by then is not lost with it: the next answer begins with it, and `next_at` is at once.
        """
        at = at if at > self.now else self.now
        self._pass_time(at)
        self.now = at
        match happened:
            case facts.CallQueued():
                self._queued(happened.ticket, happened.restored)
            case facts.OfferAnswered():
                self._answered(happened.offer_id)
            case facts.TalkEnded():
                self._talk_ended(happened.ticket_id)
            case facts.CallerGone():
                self._gone(happened)
            case facts.OfferFailed():
                self._failed(happened.offer_id, happened.trouble)
            case facts.TalkFailed():
                self._talk_failed(happened.ticket)
            case facts.TimePassed():
                pass
            case facts.SetupChanged():
                self._set_up(happened.setup)
            case facts.Pick():
                self._pick(happened)
            case facts.ChangeTicket():
                self._change(happened)
            case _:
                self.desk.handle(happened)
        self.search.run()
        self._pass_time(at)
        said, self.said = self.said, []
        return said

    @property
    def next_at(self) -> float | None:
        """When something is due; `handle` has to be called then, with `TimePassed` when there is nothing else."""
        return self.now if self.said else self.alarms.next_at

    def hold(self, until: float) -> None:
        """Offers nothing before an instant: calls that come back after a restart come one by one, in any order."""
        self.held_until = until
        self.alarms.set(until, lambda _: None, None)

    def _pass_time(self, at: float) -> None:
        while (alarm := self.alarms.pop(at)) is not None:
            self.now = max(self.now, alarm.at)
            while alarm is not None:
                alarm.ring()
                alarm = self.alarms.pop(self.now)
            self.search.run()

    # Calls

    def _queued(self, ticket: Ticket, restored: bool) -> None:
        if ticket.ticket_id in self.line.calls or ticket.ticket_id in self.talks:
            return
        queue = self.setup.queues.get(ticket.queue) or Queue(name=ticket.queue)
        path = self.line.path(queue, ticket.needs, self.seats.values())
        if not restored:
            full = queue.most and self.line.sizes.get(queue.name, 0) >= queue.most
            if full or (path.empty and not queue.join_empty):
                leaving = Leaving.FULL if full else Leaving.NO_AGENTS
                self.said.append(orders.Release(ticket.ticket_id, ticket.call_id, leaving))
                return
        waiting = Waiting(ticket, order_of(ticket, queue), path)
        self.line.enter(waiting)
        self.said.append(orders.TicketPlaced(ticket.ticket_id, ticket.call_id, queue.name, waiting.order, restored))
        self._begin(waiting)
        self.search.call(waiting)

    def _begin(self, waiting: Waiting) -> None:
        """Sets what is due for a call that came to a queue, and finds the stage that it is in."""
        ticket, queue = waiting.ticket, waiting.path.queue
        if queue.longest:
            waiting.longest = self.alarms.set(ticket.entered_at + queue.longest, self._too_long, waiting)
        seat = self.seats.get(ticket.prefer)
        until = ticket.entered_at + ticket.prefer_for
        if seat is not None and seat.status is Status.READY and until > self.now:
            need = Need(queue.name, reserved_for=ticket.prefer)
            waiting.reserved = self.line.bucket(need, self.seats.values())
            waiting.kept = self.alarms.set(until, self._unreserve, waiting)
        if waiting.path.empty:
            self._alone(waiting)
        waiting.stage = waiting.path.course.at(self.now - ticket.entered_at)
        self._find_stage(waiting)

    def _gone(self, gone: facts.CallerGone) -> None:
        waiting = self.line.calls.get(gone.ticket_id)
        if waiting is None:
            return
        ringing = waiting.ringing
        self._leave(waiting, gone.how)
        if ringing is not None:
            self._close(ringing, "withdrawn")
            self.said.append(orders.Withdraw(ringing.offer_id, gone.how))
            self._move(ringing.seat, Move.WITHDRAW)
            self.search.agent(ringing.seat)

    def _leave(self, waiting: Waiting, how: str) -> None:
        self.line.leave(waiting)
        ticket = waiting.ticket
        waited = self.now - ticket.entered_at
        queue = waiting.path.queue.name
        self.said.append(orders.TicketLeft(ticket.ticket_id, ticket.call_id, queue, how, waited))

    def _release(self, waiting: Waiting, leaving: Leaving) -> None:
        ticket = waiting.ticket
        self._leave(waiting, leaving)
        self.said.append(orders.Release(ticket.ticket_id, ticket.call_id, leaving))

    def _too_long(self, waiting: Waiting) -> None:
        """The longest wait is over; a phone that rings for the call may still be picked up."""
        self._time_is_over(waiting, Leaving.WAITED_TOO_LONG)

    def _time_is_over(self, waiting: Waiting, leaving: Leaving) -> None:
        waiting.overdue = leaving
        if waiting.ringing is None:
            self._release(waiting, leaving)

    # Needs that loosen

    def _loosen(self, waiting: Waiting) -> None:
        """The next stage begins: by time, or sooner because nobody is there for this one."""
        waiting.stage += 1
        waiting.shift += max(0.0, waiting.begins(waiting.stage) - self.now)
        self._find_stage(waiting)
        self.said.append(orders.TicketLoosened(waiting.ticket.ticket_id, waiting.stage, waiting.need))
        if waiting.bucket is not None and waiting.reserved is None:
            self.search.call(waiting)

    def _find_stage(self, waiting: Waiting) -> None:
        """Leaves out stages that are left out when nobody is there, and makes the next one due."""
        while self._left_out(waiting):
            waiting.stage += 1
            waiting.shift += max(0.0, waiting.begins(waiting.stage) - self.now)
        if waiting.next_stage is not None:
            waiting.next_stage.cancel()
        if waiting.stage + 1 < len(waiting.path.buckets):
            waiting.next_stage = self.alarms.set(waiting.begins(waiting.stage + 1), self._loosen, waiting)

    @staticmethod
    def _left_out(waiting: Waiting) -> bool:
        stages = waiting.path.course.stages
        last = waiting.stage + 1 == len(stages)
        return not last and stages[waiting.stage].skip_if_none and not waiting.path.buckets[waiting.stage].agents

    def nobody_left(self, bucket: line.Bucket) -> None:
        """Nobody who is signed in fits a need any more: stages that are left out then are left now."""
        here = [call for path in bucket.paths for call in path.waiting.values() if path.buckets[call.stage] is bucket]
        for waiting in here:
            if self._left_out(waiting):
                self._loosen(waiting)

    def _unreserve(self, waiting: Waiting) -> None:
        """A call is no longer kept for one agent."""
        waiting.reserved = None
        if waiting.kept is not None:
            waiting.kept.cancel()
        if waiting.bucket is not None:
            self.search.call(waiting)

    def let_go(self, seat: Seat) -> None:
        """The calls that are kept for an agent, who is not coming now, go to the others."""
        kept = [call for bucket in seat.buckets if bucket.need.reserved_for for call in bucket.waiting()]
        kept += [one.waiting for one in self.offers.values() if one.waiting.kept_for == seat.agent.agent_id]
        for waiting in kept:
            self._unreserve(waiting)

    # Whether anybody is there

    def look(self, path: Path) -> None:
        """Somebody came or left: calls that nobody could serve have a time of their own."""
        if path.look():
            for waiting in path.waiting.values():
                if path.empty:
                    self._alone(waiting)
                elif waiting.alone is not None:
                    waiting.alone.cancel()
                    waiting.overdue = None if waiting.overdue is Leaving.NO_AGENTS else waiting.overdue

    def _alone(self, waiting: Waiting) -> None:
        stay = waiting.path.queue.stay_empty
        if stay is not None:
            waiting.alone = self.alarms.set(self.now + stay, self._nobody_came, waiting)

    def _nobody_came(self, waiting: Waiting) -> None:
        self._time_is_over(waiting, waiting.overdue or Leaving.NO_AGENTS)

    # Offers

    def next_number(self) -> int:
        """The number of the next offer."""
        return next(self._numbers)

    def offer(self, waiting: Waiting, seat: Seat, choice: Choice) -> None:
        """Takes a call out of the line and offers it to an agent."""
        self.line.take_out(waiting)
        ticket, queue, agent_id = waiting.ticket, waiting.path.queue, seat.agent.agent_id
        ringing = Ringing(OfferId(f"{self._prefix}{choice.number}"), waiting, seat)
        waiting.ringing = seat.offer = self.offers[ringing.offer_id] = ringing
        ringing.alarm = self.alarms.set(self.now + queue.ring + queue.greeting + GRACE, self._given_up, ringing)
        seat.served = choice.number
        line.unlist(seat)
        self._move(seat, Move.OFFER)
        decision = Decision(
            self.now, ticket.ticket_id, agent_id, choice.cause, queue.strategy, waiting.need, waiting.stage,
            self.now - ticket.entered_at, choice.keys, choice.fit - len(choice.keys), choice.calls, choice.by,
        )  # fmt: skip
        offer = orders.Offer(ringing.offer_id, ticket.ticket_id, ticket.call_id, agent_id, queue.ring, decision)
        self.said.append(offer)

    # What comes of offers

    def _answered(self, offer_id: OfferId) -> None:
        ringing = self.offers.get(offer_id)
        if ringing is None:
            return
        seat, waiting = ringing.seat, ringing.waiting
        self._close(ringing, "answered")
        queue = waiting.path.queue
        seat.talk = Talk(waiting.ticket.ticket_id, queue.name, queue.wrap_up, queue.code_required)
        seat.talks += 1
        seat.at_next = False
        self.talks[waiting.ticket.ticket_id] = seat
        self._leave(waiting, Leaving.ANSWERED)
        self._move(seat, Move.ANSWER)

    def _failed(self, offer_id: OfferId, trouble: Trouble) -> None:
        ringing = self.offers.get(offer_id)
        if ringing is None:
            return
        seat, waiting = ringing.seat, ringing.waiting
        queue = waiting.path.queue
        self._close(ringing, trouble)
        if trouble is Trouble.NO_ANSWER and queue.missed_break:
            self._move(seat, Move.FAIL)
            self.desk.set_status(seat, Status.ON_BREAK, MISSED)
        else:
            self._move(seat, Move.REST)
            seat.alarm = self.alarms.set(self.now + rest_of(queue, trouble), self.desk.recover, seat)
        if waiting.kept_for == seat.agent.agent_id:
            self._unreserve(waiting)
        self._back_in_line(waiting)

    def _given_up(self, ringing: Ringing) -> None:
        """Nobody has said what came of an offer: what may still ring must not be answered after all."""
        self.said.append(orders.Withdraw(ringing.offer_id, "given_up"))
        self._failed(ringing.offer_id, Trouble.UNREACHABLE)

    def withdraw(self, ringing: Ringing, why: str) -> None:
        """Stops an offer because of its agent; the call goes back to its place, and to others."""
        self._close(ringing, "withdrawn")
        self.said.append(orders.Withdraw(ringing.offer_id, why))
        self._move(ringing.seat, Move.WITHDRAW)
        self._back_in_line(ringing.waiting)

    def _back_in_line(self, waiting: Waiting) -> None:
        """A call whose offer came to nothing looks again, unless its time is over."""
        if waiting.overdue is not None:
            self._release(waiting, waiting.overdue)
        else:
            self.search.call(waiting)

    def _close(self, ringing: Ringing, outcome: str) -> None:
        del self.offers[ringing.offer_id]
        ringing.waiting.ringing = ringing.seat.offer = None
        if ringing.alarm is not None:
            ringing.alarm.cancel()
        ticket_id, agent_id = ringing.waiting.ticket.ticket_id, ringing.seat.agent.agent_id
        self.said.append(orders.OfferClosed(ringing.offer_id, ticket_id, agent_id, outcome))

    def _talk_ended(self, ticket_id: str) -> None:
        seat = self.talks.pop(ticket_id, None)
        if seat is not None:
            self.desk.talk_ended(seat)

    def _talk_failed(self, ticket: Ticket) -> None:
        seat = self.talks.pop(ticket.ticket_id, None)
        if seat is None or seat.talk is None:
            return
        self.desk.talk_failed(seat, seat.talk.queue)
        self._queued(ticket, restored=True)

    def _move(self, seat: Seat, move: Move) -> None:
        seat.move(move, self.now)
        self.desk.tell(seat)

    # What people ask for

    def _pick(self, pick: facts.Pick) -> None:
        waiting, seat = self.line.calls.get(pick.ticket_id), self.seats.get(pick.agent_id)
        if waiting is None:
            raise Refused("the call does not wait any more")
        if waiting.ringing is not None:
            raise Refused(f"the call is being offered to {waiting.ringing.seat.agent.agent_id}")
        if seat is None or not seat.free:
            raise Refused(f"{pick.agent_id} is not free")
        number = self.next_number()
        keys = (key_of(seat, waiting.path.queue, waiting.need, self.now, number),)
        self.offer(waiting, seat, Choice(number, Cause.PICK, keys, 1, (waiting.order,), pick.by))

    def _change(self, change: facts.ChangeTicket) -> None:
        waiting = self.line.calls.get(change.ticket_id)
        if waiting is None:
            raise Refused("the call does not wait any more")
        if change.queue is not None and change.queue not in self.setup.queues:
            raise Refused(f"there is no queue '{change.queue}'")
        ticket = changed(waiting.ticket, change, self.now)
        queue = self.setup.queues.get(ticket.queue) or waiting.path.queue
        self._repath(waiting, ticket, queue)
        self.said.append(orders.TicketChanged(ticket.ticket_id, change.by, waiting.order))
        if waiting.ringing is None:
            self.search.call(waiting)

    def _set_up(self, setup: Setup) -> None:
        """Other queues are live. The calls of those that are others now look again."""
        self.setup = setup
        for waiting in list(self.line.calls.values()):
            queue = setup.queues.get(waiting.ticket.queue) or waiting.path.queue
            if queue != waiting.path.queue:
                self._repath(waiting, waiting.ticket, queue)
                if waiting.ringing is None:
                    self.search.call(waiting)

    def _repath(self, waiting: Waiting, ticket: Ticket, queue: Queue) -> None:
        """Leads a call by other needs, as if it had come with them."""
        self.line.leave(waiting)
        waiting.ticket, waiting.order = ticket, order_of(ticket, queue)
        waiting.path = self.line.path(queue, ticket.needs, self.seats.values())
        waiting.reserved, waiting.shift, waiting.overdue = None, 0.0, None
        self.line.enter(waiting)
        self._begin(waiting)
