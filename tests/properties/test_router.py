"""Whatever a router is told, every call is in one place, nobody waits in vain, and the books balance.

The machine keeps a book of its own: which calls there should be and where, which offers are open, what every agent
does. It is written from what the machine tells the router and what the router says, never from what the router keeps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.orders import Cause, Command, Leaving, News
from ivr.core.acd.people import MOVES, Agent, State, Status
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Levels, Queue, Setup, Step, Strategy, levels
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from tests.core.acd.scenes import agent_of, setup_of

T = TypeVar("T")
PRIORITIES, CREDITS = (0.0, 0.5, 2.0), (0.0, 10.0)
MOST_PASSED = 60 * (max(PRIORITIES) - min(PRIORITIES)) + max(CREDITS)
"""Seconds by which a call that is served first may have come later, with the same needs."""

LOOSER = (
    Step(10.0, require=levels({"tech": 3}), skip_if_none=True),
    Step(15.0, lower=levels({"tech": 1})),
    Step(drop=("tech",), add_groups=("backup",)),
)
SALES = Queue(name="sales", steps=LOOSER, wrap_up=5.0, longest=80.0)
SUPPORT = Queue(name="support", strategy=Strategy.ROUND_ROBIN, steps=LOOSER[1:], code_required=True, stay_empty=20.0)
FRONT = Queue(name="front", strategy=Strategy.FEWEST_CALLS, missed_break=False, most=2, join_empty=False)
DAY = setup_of(SALES, SUPPORT, FRONT)
LATER = setup_of(replace(SALES, steps=LOOSER[1:], longest=20.0), replace(SUPPORT, priority=1.0, stay_empty=None))
SETUPS = (DAY, LATER, setup_of(*(replace(queue) for queue in DAY.queues.values())))
NEEDS = ((), (), levels({"tech": 2}))

AGENTS = [
    agent_of(name, queues, skills, groups=frozenset(groups))
    for name in ("ann", "bob", "cho")
    for queues, skills, groups in (
        (["sales", "front"], {"tech": 4}, ()),
        (["sales", "support"], {"tech": 1}, ()),
        (["front"], {}, ("backup",)),
    )
]
picks = st.integers(0, 50)


def chosen(things: list[T], number: int) -> T:
    return things[number % len(things)]


class Routing(RuleBasedStateMachine):
    """A floor of three agents, three queues and any number of calls."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self.router = Router(DAY, at=self.now)
        self.made = 0
        self.tickets: dict[str, Ticket] = {}  # of every living call
        self.changed: set[str] = set()
        self.at: dict[str, str] = {}  # where every living call is: waiting, ringing, talking
        self.open: dict[str, tuple[str, str]] = {}  # the ticket and the agent of every open offer
        self.all_offers: set[str] = set()
        self.does: dict[str, tuple[Status, State]] = {}
        self.books: Counter[str] = Counter()

    # What is told and heard

    def tell(self, happened: Fact | Request) -> bool:
        """Whether it was not refused."""
        try:
            self.hear(self.router.handle(happened, self.now))
        except Refused:
            self.hear(self.router.handle(facts.TimePassed(), self.now))
            return False
        return True

    def hear(self, said: list[Command | News]) -> None:
        for one in said:
            match one:
                case orders.Offer():
                    self.hear_offer(one)
                case orders.OfferClosed():
                    assert self.open.pop(one.offer_id) == (one.ticket_id, one.agent_id)
                    assert self.at[one.ticket_id] in ("ringing", "gone")
                    if self.at[one.ticket_id] == "ringing":
                        self.at[one.ticket_id] = "waiting"
                case orders.Withdraw():
                    assert one.offer_id in self.all_offers
                case orders.TicketPlaced():
                    assert self.at.get(one.ticket_id, "gone") == "gone"
                    self.at[one.ticket_id] = "waiting"
                    self.books["placed"] += 1
                case orders.TicketLeft():
                    self.hear_left(one)
                case orders.Release():
                    assert self.at.get(one.ticket_id, "gone") == "gone"
                case orders.AgentMoved():
                    self.hear_moved(one)
                case _:
                    pass

        withdrawn = {one.offer_id for one in said if isinstance(one, orders.Withdraw)}
        assert not withdrawn & self.open.keys()

    def hear_offer(self, offer: orders.Offer) -> None:
        assert offer.offer_id not in self.all_offers
        assert self.at[offer.ticket_id] == "waiting"
        assert self.does[offer.agent_id] == (Status.READY, State.OFFERED)
        assert orders.decided(offer.decision) == (offer.ticket_id, offer.agent_id)
        if offer.decision.cause is not Cause.PICK:
            self.is_fair(self.tickets[offer.ticket_id])
        self.all_offers.add(offer.offer_id)
        self.open[offer.offer_id] = (offer.ticket_id, offer.agent_id)
        self.at[offer.ticket_id] = "ringing"

    def is_fair(self, served: Ticket) -> None:
        """Who has the same needs and waits on came later, or is passed for priority alone and not for long."""
        if served.prefer or served.ticket_id in self.changed:
            return
        for other in self.tickets.values():
            like = (other.queue, other.needs, other.prefer) == (served.queue, served.needs, served.prefer)
            if like and self.at.get(other.ticket_id) == "waiting" and other.ticket_id not in self.changed:
                assert served.since - other.since <= MOST_PASSED
                if (other.priority, other.credit) == (served.priority, served.credit):
                    assert (served.since, served.ticket_id) <= (other.since, other.ticket_id)

    def hear_left(self, left: orders.TicketLeft) -> None:
        assert self.at[left.ticket_id] in ("waiting", "ringing")
        self.at[left.ticket_id] = "talking" if left.how == Leaving.ANSWERED else "gone"
        kind = "answered" if left.how == Leaving.ANSWERED else "released" if left.how in set(Leaving) else "left"
        self.books[kind] += 1

    def hear_moved(self, moved: orders.AgentMoved) -> None:
        before = self.does.pop(moved.agent_id, None)
        if before is None:
            assert moved.state is State.IDLE
        else:
            assert moved.state is before[1] or moved.state in {
                then for (at, _), then in MOVES.items() if at is before[1]
            }
        if moved.status is not Status.SIGNED_OUT:
            self.does[moved.agent_id] = (moved.status, moved.state)

    def where(self, *places: str) -> list[str]:
        return [name for name, place in self.at.items() if place in places]

    # What happens

    @rule(
        queue=st.sampled_from(list(DAY.queues)),
        needs=st.sampled_from(NEEDS),
        priority=st.sampled_from(PRIORITIES),
        credit=st.sampled_from(CREDITS),
        prefer=st.sampled_from(["", "", "", "ann"]),
        restored=st.booleans(),
    )
    def a_call_comes(  # noqa: PLR0917 - what is drawn is given by name
        self, queue: str, needs: Levels, priority: float, credit: float, prefer: str, restored: bool
    ) -> None:
        self.made += 1
        name = TicketId(f"t{self.made:03}")
        self.tickets[name] = Ticket(
            ticket_id=name, call_id=CallId(f"c{name}"), queue=queue, since=self.now, entered_at=self.now, needs=needs,
            priority=priority, credit=credit, prefer=AgentId(prefer), prefer_for=30.0,
        )  # fmt: skip
        self.tell(facts.CallQueued(self.tickets[name], restored))

    @precondition(lambda self: self.where("waiting", "ringing"))
    @rule(number=picks)
    def a_caller_leaves(self, number: int) -> None:
        name = chosen(self.where("waiting", "ringing"), number)
        self.tell(facts.CallerGone(TicketId(name)))
        assert self.at[name] == "gone"

    @precondition(lambda self: self.open)
    @rule(number=picks)
    def an_agent_answers(self, number: int) -> None:
        offer_id = chosen(list(self.open), number)
        ticket_id, _ = self.open[offer_id]
        self.tell(facts.OfferAnswered(OfferId(offer_id)))
        assert self.at[ticket_id] == "talking"

    @precondition(lambda self: self.open)
    @rule(number=picks, trouble=st.sampled_from(Trouble))
    def an_offer_fails(self, number: int, trouble: Trouble) -> None:
        offer_id = chosen(list(self.open), number)
        self.tell(facts.OfferFailed(OfferId(offer_id), trouble))
        assert offer_id not in self.open

    @precondition(lambda self: self.where("talking"))
    @rule(number=picks, failed=st.sampled_from([False, False, False, True]))
    def a_talk_ends(self, number: int, failed: bool) -> None:
        name = chosen(self.where("talking"), number)
        self.at[name] = "gone"
        if failed:
            self.books["answered"] -= 1
            self.books["placed"] -= 1
            self.changed.add(name)  # it comes to a queue that may be another one by now
            self.tell(facts.TalkFailed(self.tickets[name]))
        else:
            self.tell(facts.TalkEnded(TicketId(name)))

    @rule(agent=st.sampled_from(AGENTS), on_break=st.sampled_from(["", "", "lunch"]))
    def an_agent_signs_in(self, agent: Agent, on_break: str) -> None:
        new = agent.agent_id not in self.does
        assert self.tell(facts.SignIn(agent, on_break)) is new

    @rule(agent=st.sampled_from(AGENTS))
    def an_agent_changes(self, agent: Agent) -> None:
        self.tell(facts.AgentChanged(agent))

    @precondition(lambda self: self.does)
    @rule(number=picks, wish=st.sampled_from(["out", "break", "after", "resume", "resume", "wrapped", "extend"]))
    def an_agent_asks(self, number: int, wish: str) -> None:
        agent_id = AgentId(chosen(list(self.does), number))
        status, state = self.does[agent_id]
        wanted: Request
        match wish:
            case "out":
                wanted = facts.SignOut(agent_id)
            case "break" | "after":
                wanted = facts.TakeBreak(agent_id, "lunch", after_call=wish == "after")
            case "resume":
                wanted = facts.Resume(agent_id)
            case "wrapped":
                wanted = facts.EndWrapUp(agent_id, "sold")
            case _:
                wanted = facts.ExtendWrapUp(agent_id, 60.0)
        granted = self.tell(wanted)
        if wish == "extend":
            assert granted is (state is State.WRAPPING)
        elif wish == "wrapped":
            assert granted is (state in (State.TALKING, State.WRAPPING))
        else:
            assert granted
        if wish == "out" and state not in (State.TALKING, State.WRAPPING):
            assert agent_id not in self.does
        if wish == "resume":
            assert self.does[agent_id][0] is Status.READY
            assert status is Status.READY or state is State.IDLE

    @precondition(lambda self: self.where("waiting", "ringing"))
    @rule(number=picks, agent=st.sampled_from(AGENTS))
    def somebody_picks(self, number: int, agent: Agent) -> None:
        name = chosen(self.where("waiting", "ringing"), number)
        free = self.does.get(agent.agent_id) == (Status.READY, State.IDLE)
        granted = self.at[name] == "waiting" and free
        assert self.tell(facts.Pick(TicketId(name), agent.agent_id, "boss")) is granted
        if granted:
            assert (name, agent.agent_id) in self.open.values()

    @precondition(lambda self: self.where("waiting", "ringing"))
    @rule(
        number=picks, queue=st.sampled_from(["sales", "support", None]), priority=st.sampled_from([*PRIORITIES, None])
    )
    def somebody_changes_a_call(self, number: int, queue: str | None, priority: float | None) -> None:
        name = chosen(self.where("waiting", "ringing"), number)
        ticket = self.tickets[name]
        self.changed.add(name)
        self.tickets[name] = replace(
            ticket, queue=queue or ticket.queue, priority=ticket.priority if priority is None else priority
        )
        assert self.tell(facts.ChangeTicket(ticket_id=TicketId(name), by="boss", queue=queue, priority=priority))

    @rule(setup=st.sampled_from(SETUPS))
    def other_queues_go_live(self, setup: Setup) -> None:
        self.tell(facts.SetupChanged(setup))

    @rule(seconds=st.sampled_from([0.25, 1.0, 5.0, 10.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.tell(facts.TimePassed())

    @precondition(lambda self: self.router.next_at is not None)
    @rule()
    def time_passes_until_something_is_due(self) -> None:
        assert self.router.next_at is not None
        self.now = self.router.next_at
        self.tell(facts.TimePassed())

    @precondition(lambda self: len(self.all_offers) > len(self.open))
    @rule(number=picks)
    def something_is_told_twice(self, number: int) -> None:
        offer_id = OfferId(chosen(sorted(self.all_offers - self.open.keys()), number))
        gone = TicketId(chosen([*self.where("gone"), "never"], number))
        for late in (
            facts.OfferAnswered(offer_id),
            facts.OfferFailed(offer_id, Trouble.BUSY),
            facts.CallerGone(gone),
            facts.TalkEnded(gone),
        ):
            assert self.router.handle(late, self.now) == []

    # What always holds

    @invariant()
    def every_call_is_in_one_place(self) -> None:
        router = self.router
        assert router.line.calls.keys() == set(self.where("waiting", "ringing"))
        assert router.talks.keys() == set(self.where("talking"))
        assert {one.waiting.ticket.ticket_id for one in router.offers.values()} == set(self.where("ringing"))
        buckets = list(router.line.all_buckets())
        in_buckets = [waiting.ticket.ticket_id for bucket in buckets for waiting in bucket.waiting()]
        assert sorted(in_buckets) == sorted(self.where("waiting"))
        assert sum(bucket.size for bucket in buckets) == len(in_buckets)

    @invariant()
    def no_call_waits_while_a_free_agent_fits_it(self) -> None:
        free = [seat.agent for seat in self.router.seats.values() if seat.free]
        for name in self.where("waiting"):
            need = self.router.line.calls[name].need
            assert not [agent.agent_id for agent in free if need.fits(agent)]

    @invariant()
    def the_needs_know_who_fits_them(self) -> None:
        seats = self.router.seats
        for bucket in self.router.line.all_buckets():
            fitting = {agent_id: seat for agent_id, seat in seats.items() if bucket.need.fits(seat.agent)}
            assert bucket.agents == fitting
            assert bucket.free.keys() == {agent_id for agent_id, seat in fitting.items() if seat.free}
        agents = [seat.agent for seat in seats.values()]
        for call in self.router.line.calls.values():
            needs = [stage.need for stage in call.path.course.stages]
            assert call.path.empty is not any(need.fits(agent) for need in needs for agent in agents)

    @invariant()
    def who_is_busy_has_an_offer_or_a_talk(self) -> None:
        assert self.does == {agent_id: (seat.status, seat.state) for agent_id, seat in self.router.seats.items()}
        assert self.open == {
            offer_id: (one.waiting.ticket.ticket_id, one.seat.agent.agent_id)
            for offer_id, one in self.router.offers.items()
        }
        rung = {agent_id for _, agent_id in self.open.values()}
        assert len(rung) == len(self.open)
        assert rung == {agent_id for agent_id, (_, state) in self.does.items() if state is State.OFFERED}
        talking = [agent_id for agent_id, (_, state) in self.does.items() if state is State.TALKING]
        assert len(talking) == len(self.where("talking"))
        assert all(status is Status.READY for status, state in self.does.values() if state is not State.IDLE)

    @invariant()
    def what_is_due_lies_ahead(self) -> None:
        assert self.router.next_at is None or self.router.next_at > self.now

    @invariant()
    def the_books_balance(self) -> None:
        books = self.books
        living = len(self.where("waiting", "ringing"))
        assert books["placed"] == books["answered"] + books["left"] + books["released"] + living

    def teardown(self) -> None:
        for name in self.where("waiting", "ringing"):
            self.tell(facts.CallerGone(TicketId(name)))
        for name in self.where("talking"):
            self.at[name] = "gone"
            self.tell(facts.TalkEnded(TicketId(name)))
        assert self.open == {}
        self.every_call_is_in_one_place()
        self.the_books_balance()


TestRouting = Routing.TestCase
TestRouting.settings = settings(max_examples=60, stateful_step_count=40)
