"""The one owner of the router: facts come in from calls, phones and people, and its commands are carried out.

Theory of operation. The router is asked at once and answers at once; nothing waits inside of `tell` or `ask`, so no two
facts ever meet. What takes time is a task of its own: an offer rings a phone and hands the agent's leg to the caller's
place; what comes of it is told to the router as a fact. A command that comes too late finds its task or its place gone,
and does nothing::

    caller's call ── place(ticket) ──► Place: waits for `news`          agent, supervisor ── ask(request)
                                         ▲        │ connected, over                              │
    offer's task ── rings, greets ───────┘        ▼                                              ▼
           ▲                                    tell(fact) ─────────────► Router ──► commands, news ──► journal
           └──────────────────────────────── Offer, Withdraw, Release ◄─────┘

A caller's place is a block: however it is left (answered, another way, hang-up, a bug), the router is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.floor import Seat
from ivr.core.acd.people import Agent
from ivr.core.acd.router import Router
from ivr.core.acd.router import Said as Orders
from ivr.core.acd.setup import Setup, Telling
from ivr.core.base.errors import Hangup, Refused
from ivr.core.base.ids import AgentId, OfferId, TicketId
from ivr.services import scope
from ivr.services.acd import telling
from ivr.services.acd.greeting import Greeter
from ivr.services.acd.outlook import Outlook, Outlooks, Place
from ivr.services.acd.ports import NotPickedUp, Phone, Ring, Ringer
from ivr.services.ports import DialPlan
from ivr.services.world import World

log = logging.getLogger(__name__)

CALLER_LEFT, INTERRUPTED = "caller_left", "interrupted"
RETURNING = 3.5  # seconds: the dialplan tries to reach the service every two
LOOK_EVERY = 1.0  # seconds: whether other queues are live
LOOK_THROUGH_EVERY = 30.0  # seconds: whether everybody in the line has a call, and every talk
TAKE_WITHIN = 5.0  # seconds in which the caller's call has to take an agent's leg


class Dispatcher:
    """Brings the calls of this service to agents."""

    def __init__(
        self,
        world: World,
        ringer: Ringer,
        dialplan: DialPlan,
        setup: Callable[[], Setup],
        greeter: Greeter | None = None,
    ) -> None:
        self._world = world
        self._greeter = greeter
        self._ringer = ringer
        self._dialplan = dialplan
        self._setup = setup
        self._router = Router(setup(), offers=f"{world.ids.new('offer')}_", at=self._now())
        self._places: dict[TicketId, Place] = {}
        self._offers: dict[OfferId, asyncio.Task[None]] = {}
        self._outlooks = Outlooks(self._router)
        self.outside: set[TicketId] = set()  # tickets of talks that go on since before a restart
        self._look_through_at = self._now() + LOOK_THROUGH_EVERY
        self._group: scope.TaskGroup | None = None
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Does what is due by time, and rings phones, until cancelled; then what rings stops ringing."""
        async with scope.TaskGroup() as group:
            self._group = group
            try:
                while True:
                    self._wake.clear()
                    due = self._router.next_at
                    rest = LOOK_EVERY if due is None else min(LOOK_EVERY, max(0.0, due - self._now()))
                    try:
                        async with asyncio.timeout(rest):
                            await self._wake.wait()
                    except TimeoutError:
                        self.tell(facts.TimePassed())
                    if self._now() >= self._look_through_at:
                        self.look_through()
            finally:
                self._group = None
                for task in list(self._offers.values()):
                    task.cancel()

    def look_through(self) -> int:
        """Mends what should not be: a place in the line without a call, an agent who talks with nobody. How many.

        Every place ends with its call, so there is nothing to mend unless a fault has broken that; then nobody waits
        behind a ghost, and no agent is lost to one.
        """
        self._look_through_at = self._now() + LOOK_THROUGH_EVERY
        ghosts = [one for one in self._router.line.calls if one not in self._places]
        known = self.outside | {one for one, place in self._places.items() if place.talking}
        talks = [one for one in self._router.talks if one not in known]
        for ticket_id in ghosts:
            log.error("ticket %s stood in the line without a call, and was taken out", ticket_id)
            self.tell(facts.CallerGone(TicketId(ticket_id), "mended"))
        for ticket_id in talks:
            log.error("an agent was taken to talk for ticket %s, which has no call, and is free again", ticket_id)
            self.tell(facts.TalkEnded(TicketId(ticket_id)))
        return len(ghosts) + len(talks)

    def hold(self) -> None:
        """Rings nobody for the moment in which callers of before come back, so that each finds their place again."""
        self._router.hold(self._now() + RETURNING)
        self._wake.set()

    # Facts and requests

    def tell(self, fact: Fact) -> None:
        """Tells the router something that has happened."""
        self._handle(fact)

    def ask(self, request: Request) -> None:
        """Asks the router for something. Raises Refused when it cannot be."""
        self._handle(request)

    def _handle(self, happened: Fact | Request) -> None:
        at = self._now()
        setup = self._setup()
        if setup is not self._router.setup:
            self._carry_out(self._router.handle(facts.SetupChanged(setup), at))
        self._carry_out(self._router.handle(happened, at))
        self._wake.set()

    def _now(self) -> float:
        return self._world.clock.now().timestamp()

    # A caller's side

    @contextmanager
    def place(self, place: Place, *, restored: bool = False) -> Iterator[Place]:
        """A place in the line for as long as the block; leaving it for whatever reason gives the place up.

        What breaks off the block without the caller's doing (the service stops, say) is told as `INTERRUPTED`: a caller
        who is still there then comes back to the place. One whose place was ``restored`` is never turned away.
        """
        ticket_id = place.ticket.ticket_id
        self._places[ticket_id] = place
        place.came_at = self._now()
        try:
            self.tell(facts.CallQueued(place.ticket, restored))
            if not restored and not place.leaving:
                self._outlooks.came(place)
            yield place
        except Hangup:
            place.how = CALLER_LEFT
            raise
        except BaseException:
            place.how = INTERRUPTED
            raise
        finally:
            if place.talking:
                self._outlooks.talked(place, self._now())
                self.tell(facts.TalkEnded(ticket_id))
            elif not place.leaving:
                self.tell(facts.CallerGone(ticket_id, place.how))
            del self._places[ticket_id]

    def connected(self, place: Place) -> None:
        """The caller's leg is being connected with the agent's: the wait is over, the talk begins."""
        assert place.offer_id is not None
        waiting = self._router.line.calls.get(place.ticket.ticket_id)
        if waiting is not None:
            place.ticket = waiting.ticket  # somebody may have changed it
        place.talking, place.talks_at = True, self._now()
        self._outlooks.answered(place)
        self.tell(facts.OfferAnswered(place.offer_id))

    def not_connected(self, place: Place) -> None:
        """The agent's leg was gone when it was to be connected: the caller waits on, at the same place."""
        place.talking, place.phone, place.offer_id, place.agent_id = False, None, None, ""
        self.tell(facts.TalkFailed(place.ticket))

    def outlook(self, place: Place, *, wait: bool) -> Outlook:
        """What a waiting caller may be told now."""
        return self._outlooks.now(place, self._now(), wait=wait)

    def told_in(self, queue: str) -> Telling | None:
        """What callers of a queue are told while they wait."""
        return self._outlooks.told_in(queue)

    # Commands

    def _carry_out(self, said: Orders) -> None:
        for one in said:
            match one:
                case orders.Offer():
                    self._start(one)
                case orders.Withdraw():
                    task = self._offers.get(one.offer_id)
                    if task is not None:
                        task.cancel()
                case orders.Release():
                    place = self._places.get(one.ticket_id)
                    if place is not None:
                        place.leaving = str(one.leaving)
                        place.news.set()
                case _:
                    pass  # news
            event = telling.event_of(one, self._world.clock.now(), self._where(one))
            if event is not None:
                self._world.journal.publish(event)

    def _where(self, said: orders.Command | orders.News) -> telling.Where:
        place = self._places.get(said.ticket_id) if isinstance(said, orders.TicketPlaced) else None
        return telling.Where() if place is None else telling.Where(place.section, place.index, place.ticket)

    def _start(self, offer: orders.Offer) -> None:
        if self._group is None:
            log.warning("an agent is not rung: the dispatcher does not run")
            asyncio.get_running_loop().call_soon(self.tell, facts.OfferFailed(offer.offer_id, Trouble.UNREACHABLE))
            return
        self._offers[offer.offer_id] = self._group.create_task(self._offer(offer))

    async def _offer(self, offer: orders.Offer) -> None:
        """Rings an agent, and hands the leg to the caller's place. What came of it is told, unless it was withdrawn."""
        try:
            await self._bring(offer)
        except NotPickedUp as trouble:
            log.info("%s did not pick up: %s", offer.agent_id, trouble)
            self.tell(facts.OfferFailed(offer.offer_id, trouble.trouble))
        except Hangup:
            self.tell(facts.OfferFailed(offer.offer_id, Trouble.REJECTED))
        except Exception:  # the boundary of one command: all other calls and agents go on
            log.exception("an offer failed")
            self.tell(facts.OfferFailed(offer.offer_id, Trouble.UNREACHABLE))
        finally:
            self._offers.pop(offer.offer_id, None)

    async def _bring(self, offer: orders.Offer) -> None:
        seat, place = self._router.seats.get(offer.agent_id), self._places.get(offer.ticket_id)
        if seat is None or place is None:
            raise NotPickedUp(Trouble.UNREACHABLE, "the agent or the caller is gone")
        address = self._dialplan.address(seat.agent.address)
        if address is None:
            raise NotPickedUp(Trouble.UNREACHABLE, f"{seat.agent.address} is not on the dial-out list")
        ring = Ring(offer.offer_id, address, offer.ring, place.caller, place.caller_name)
        phone = await self._ringer.ring(ring)
        queue = self._router.setup.queues.get(place.ticket.queue)
        if self._greeter is not None and queue is not None:
            try:
                await self._greeter.greet(phone, seat.agent, queue)
            except asyncio.CancelledError:  # the caller has left meanwhile
                await phone.hangup()
                raise
        await self._hand_over(phone, place, offer)

    async def _hand_over(self, phone: Phone, place: Place, offer: orders.Offer) -> None:
        """Gives an agent's leg to the caller's call. One that is not taken is put down."""
        gone = asyncio.Event()
        phone.on_gone(gone.set)
        place.phone, place.offer_id, place.agent_id = phone, offer.offer_id, offer.agent_id
        place.news.set()
        try:
            async with asyncio.timeout(TAKE_WITHIN):
                await gone.wait()
        except TimeoutError:
            if not place.talking:
                raise NotPickedUp(Trouble.UNREACHABLE, "the caller's call did not take the agent's leg") from None
        finally:
            if not place.talking:
                place.phone = place.offer_id = None
                await phone.hangup()
        if not place.talking:
            raise Hangup

    # People

    def sign_in(self, agent: Agent, on_break: str = "") -> None:
        """An agent begins to work. Raises Refused."""
        if self._dialplan.address(agent.address) is None:
            raise Refused(
                f"{agent.agent_id} cannot be rung: {agent.address or 'nothing'} is not on the dial-out list",
                hint="add a line to dial: in the settings, or change the agent's address",
            )
        self.ask(facts.SignIn(agent, on_break))

    def changed(self, agent: Agent | None, agent_id: AgentId) -> None:
        """An agent's record is another one; one who was removed is signed out."""
        if agent is not None:
            self.tell(facts.AgentChanged(agent))
        elif agent_id in self._router.seats:
            self.ask(facts.SignOut(agent_id))

    # Views

    def seats(self) -> list[Seat]:
        """Those who are signed in."""
        return list(self._router.seats.values())

    def waiting(self) -> list[Waited]:
        """The calls in the line, the one that is served first at the front."""
        now = self._now()
        calls = sorted(self._router.line.calls.values(), key=lambda one: one.order)
        return [
            Waited(
                ticket=one.ticket,
                waited=now - one.ticket.entered_at,
                stage=one.stage,
                agent_id=one.ringing.seat.agent.agent_id if one.ringing else "",
            )
            for one in calls
        ]


@dataclass(frozen=True, slots=True)
class Waited:
    """A call that waits; ``agent_id`` is whose phone rings for it, or empty."""

    ticket: Ticket
    waited: float
    stage: int
    agent_id: str


__all__ = ["CALLER_LEFT", "INTERRUPTED", "Dispatcher", "Outlook", "Place", "Waited"]
