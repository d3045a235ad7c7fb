"""What the reference router keeps of an agent and of a call: plain fields, and what follows from them at once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import inf

from ivr.core.acd.facts import Ticket
from ivr.core.acd.needs import Need, Stage
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Strategy


@dataclass(eq=False)
class Person:
    """An agent who is signed in."""

    agent: Agent
    signed_in_at: float
    status: str
    reason: str
    idle_since: float
    state: str = "idle"
    state_since: float = 0.0
    wish: tuple[str, str] | None = None  # the status and reason after the call
    wish_from: str = "this"  # or "next": it waits for a talk that has not begun
    talks: int = 0
    worked: float = 0.0
    last_offer: int = 0
    ticket_id: str = ""  # of the talk, and of its wrap-up
    served: Queue | None = None  # its queue, as it was when the talk began
    code: str = ""
    over_at: float = inf  # when a rest or a wrap-up is over

    @property
    def free(self) -> bool:
        return self.status == "ready" and self.state == "idle"

    def become(self, state: str, at: float) -> None:
        if self.state in ("talking", "wrapping"):
            self.worked += at - self.state_since
            if state == "idle":
                self.idle_since = at
        self.state, self.state_since, self.over_at = state, at, inf

    def occupancy(self, at: float) -> float:
        return self.worked / max(1.0, at - self.signed_in_at)


@dataclass(eq=False)
class Call:
    """A call that waits, or rings at the agent ``rung``."""

    ticket: Ticket
    queue: Queue
    stages: tuple[Stage, ...]
    stage: int = 0
    ahead: float = 0.0  # seconds that its stages come sooner
    kept_for: str = ""
    kept_until: float = inf
    longest_at: float = inf
    lonely: bool = False  # nobody is there for it
    lonely_at: float = inf
    over: str = ""  # how it leaves the line as soon as it does not ring
    rung: Person | None = None
    offer_id: str = ""
    given_up_at: float = inf

    @property
    def place(self) -> tuple[int, float, str]:
        own = self.ticket
        lane = self.queue.lane if own.lane is None else own.lane
        return lane, own.since - 60 * (self.queue.priority + own.priority) - own.credit, own.ticket_id

    @property
    def need(self) -> Need:
        kept = Need(self.queue.name, reserved_for=self.kept_for)
        return kept if self.kept_for else self.stages[self.stage].need

    @property
    def last_stage(self) -> bool:
        return self.stage == len(self.stages) - 1

    @property
    def loosens_at(self) -> float:
        if self.last_stage:
            return inf
        return self.ticket.entered_at + self.stages[self.stage + 1].begins - self.ahead

    def loosen(self, at: float) -> None:
        self.ahead += max(0.0, self.loosens_at - at)
        self.stage += 1

    def leave_out(self, people: list[Person], at: float) -> None:
        """Stages that are left out when nobody is there for them, are."""
        while not self.last_stage and self.stages[self.stage].skip_if_none:
            if any(self.stages[self.stage].need.fits(one.agent) for one in people):
                return
            self.loosen(at)

    def nobody_of(self, people: list[Person]) -> bool:
        return not any(stage.need.fits(one.agent) for stage in self.stages for one in people)

    def look_for_company(self, people: list[Person], at: float) -> None:
        """One whom nobody could serve stays for a time only; that begins when the last such agent leaves."""
        was, self.lonely = self.lonely, self.nobody_of(people)
        stay = self.queue.stay_empty
        if self.lonely and not was:
            self.lonely_at = inf if stay is None else at + stay
        elif was and not self.lonely:
            self.lonely_at = inf
            self.over = "" if self.over == "no_agents" else self.over


def rank(person: Person, call: Call, at: float, number: int) -> tuple[float, float, float, str]:
    """What agents are chosen by, the least first: the preferred skills, what the queue goes by, who is idle longest."""
    agent, need = person.agent, call.need
    preferred = sum(1 for skill, level in need.prefer if agent.level(skill) >= level)
    by = 0.0
    match call.queue.strategy:
        case Strategy.LONGEST_IDLE:
            pass
        case Strategy.MOST_SKILLED:
            by = -float(sum(agent.level(skill) for skill, _ in need.require + need.prefer))
        case Strategy.LEAST_OCCUPIED:
            by = person.occupancy(at)
        case Strategy.FEWEST_CALLS:
            by = person.talks
        case Strategy.ROUND_ROBIN:
            by = person.last_offer
        case Strategy.LINEAR:
            by = agent.order
        case Strategy.RANDOM:  # drawn from the number of the offer
            lot = f"{call.queue.seed} {number} {agent.agent_id}"
            by = int(blake2b(lot.encode(), digest_size=6).hexdigest(), 16)
    return -preferred, by, person.idle_since, agent.agent_id
