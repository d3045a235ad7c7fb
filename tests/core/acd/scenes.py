"""Short words for what happens on a floor, so that a test of the router reads like a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.people import Agent
from ivr.core.acd.router import Router, Said
from ivr.core.acd.setup import BreakReason, Queue, Setup, WrapUpCode, levels
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId

T = TypeVar("T")
SALES = Queue(name="sales")


def setup_of(*queues: Queue, breaks: Iterable[str] = (), codes: Iterable[str] = ()) -> Setup:
    """A setup of these queues alone."""
    return Setup(
        queues={queue.name: queue for queue in queues},
        breaks={name: BreakReason(name) for name in breaks},
        codes={name: WrapUpCode(name) for name in codes},
    )


def agent_of(
    name: str, queues: Iterable[str] = ("sales",), skills: Mapping[str, int] | None = None, **more: Any
) -> Agent:
    """An agent of the queue sales, or of others."""
    return Agent(agent_id=AgentId(name), queues=frozenset(queues), skills=skills or {}, **more)


class Scene:
    """A router that is told a story, one thing a second unless the story says otherwise."""

    def __init__(self, *queues: Queue, breaks: Iterable[str] = (), codes: Iterable[str] = ()) -> None:
        self.now = 1_000.0
        self.router = Router(setup_of(*(queues or (SALES,)), breaks=breaks, codes=codes), at=self.now)
        self.said: Said = []

    def tell(self, happened: Fact | Request, after: float = 1.0) -> Said:
        self.now += after
        self.said = self.router.handle(happened, self.now)
        return self.said

    def wait(self, seconds: float) -> Said:
        return self.tell(facts.TimePassed(), seconds)

    def heard(self, kind: type[T]) -> list[T]:
        """What of a kind was said last."""
        return [one for one in self.said if isinstance(one, kind)]

    # Calls

    def call(self, name: str, queue: str = "sales", *, restored: bool = False, after: float = 1.0, **more: Any) -> str:
        """A call comes; the agent whose phone rings for it then, or nothing."""
        at = self.now + after
        more["needs"] = levels(more.get("needs", {}))
        ticket = Ticket(
            ticket_id=TicketId(name), call_id=CallId(f"call of {name}"), queue=queue,
            since=more.pop("since", at), entered_at=more.pop("entered_at", at), **more,
        )  # fmt: skip
        self.tell(facts.CallQueued(ticket, restored), after)
        return self.rings.get(name, "")

    def hang_up(self, name: str) -> Said:
        return self.tell(facts.CallerGone(TicketId(name)))

    def end(self, name: str, after: float = 1.0) -> Said:
        return self.tell(facts.TalkEnded(TicketId(name)), after)

    def change(self, name: str, **changes: Any) -> Said:
        return self.tell(facts.ChangeTicket(ticket_id=TicketId(name), by="boss", **changes))

    def pick(self, name: str, agent: str) -> Said:
        return self.tell(facts.Pick(TicketId(name), AgentId(agent), "boss"))

    @property
    def rings(self) -> dict[str, str]:
        """The calls that ring, and where."""
        offers = self.router.offers.values()
        return {one.waiting.ticket.ticket_id: one.seat.agent.agent_id for one in offers}

    @property
    def waits(self) -> list[str]:
        """The calls that wait and do not ring, in their order."""
        calls = [one for one in self.router.line.calls.values() if one.ringing is None]
        return [one.ticket.ticket_id for one in sorted(calls, key=lambda one: one.order)]

    @property
    def released(self) -> dict[str, str]:
        """The calls that were let go last, and how."""
        return {one.ticket_id: str(one.leaving) for one in self.heard(orders.Release)}

    # Agents

    def sign_in(
        self, name: str, queues: Iterable[str] = ("sales",), skills: Mapping[str, int] | None = None,
        *, on_break: str = "", **more: Any,
    ) -> Said:  # fmt: skip
        return self.tell(facts.SignIn(agent_of(name, queues, skills, **more), on_break))

    def sign_out(self, name: str) -> Said:
        return self.tell(facts.SignOut(AgentId(name)))

    def take_break(self, name: str, reason: str = "lunch", *, after_call: bool = False) -> Said:
        return self.tell(facts.TakeBreak(AgentId(name), reason, after_call))

    def resume(self, name: str) -> Said:
        return self.tell(facts.Resume(AgentId(name)))

    def wrapped(self, name: str, code: str = "") -> Said:
        return self.tell(facts.EndWrapUp(AgentId(name), code))

    def offer(self, name: str) -> OfferId:
        """The offer that rings at an agent."""
        [offer_id] = [offer_id for offer_id, one in self.router.offers.items() if one.seat.agent.agent_id == name]
        return offer_id

    def answer(self, name: str) -> Said:
        return self.tell(facts.OfferAnswered(self.offer(name)))

    def fail(self, name: str, trouble: Trouble = Trouble.NO_ANSWER) -> Said:
        return self.tell(facts.OfferFailed(self.offer(name), trouble))

    def talk(self, name: str, agent: str, queue: str = "sales", **more: Any) -> None:
        """A call comes, rings at this agent, and is answered."""
        assert self.call(name, queue, **more) == agent
        self.answer(agent)

    def does(self, name: str) -> str:
        """An agent's status and state, and the reason of a break."""
        seat = self.router.seats.get(AgentId(name))
        return f"{seat.status} {seat.state} {seat.reason}".strip() if seat is not None else "signed_out"
