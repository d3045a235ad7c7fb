"""How fast the router brings calls and agents together: `python -m bench.router [--quick] [--json]`.

The real `Router` holds 10,000 waiting calls and 1,000 agents who all talk. The calls have 200 different needs, each of
two skills of 50 at a level, of which an agent fits about nine. A *match* is two facts: a talk ends, which leads to an
offer, and the offer is answered. Each served call is followed by a new one with the same needs, so that the line stays
as it is; arrivals are timed apart. Every fact comes with all that the service is told of it: decision, commands, news.

The references, in the same run, go through all waiting calls for the agent who became free, and do nothing else. The
textbook's scan scores every one of the router's own calls and asks whether the agent fits it. The lean scan has all it
needs side by side in tuples, and looks at skills only where the score is better than the best so far. All three have
to come to the same call. Figures are CPU time; those of single facts are of the wall clock.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from dataclasses import dataclass
from itertools import count, cycle
from math import inf
from random import Random
from typing import Any, NamedTuple

import click

from ivr.core.acd.facts import CallerGone, CallQueued, Fact, OfferAnswered, SignIn, TalkEnded, Ticket
from ivr.core.acd.line import Waiting
from ivr.core.acd.orders import Command, News, Offer
from ivr.core.acd.people import Agent
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Levels, Queue, Setup, levels
from ivr.core.acd.tickets import MINUTE
from ivr.core.base.ids import AgentId, CallId, TicketId

SKILLS = tuple(f"skill_{number:02}" for number in range(50))
NEEDS = 200
KNOWN = (13, 14)  # skills of an agent
STEP = 0.25  # seconds between two matches: 1,000 agents with talks of four minutes. Sums of it are exact.
QUEUE = Queue(name="care")
BATCH = 100  # matches before the calls that were served are followed by others, at most; no more than 1% of the line


class Candidate(NamedTuple):
    """A waiting call as the lean scan sees it."""

    ticket_id: str
    since: float
    priority: float
    needs: Levels


def textbook(calls: list[Waiting], agent: Agent, now: float) -> str:
    """Scores every call, and takes the best of those that the agent fits."""
    best, most = "", -inf
    for waiting in calls:
        ticket = waiting.ticket
        score = MINUTE * ticket.priority + (now - ticket.since)
        if waiting.need.fits(agent) and score > most:
            best, most = ticket.ticket_id, score
    return best


def lean(calls: list[Candidate], agent: Agent, now: float) -> str:
    """The same, as quick as Python can go through all calls."""
    skills, best, most = agent.skills, "", -inf
    for call in calls:
        score = MINUTE * call.priority + (now - call.since)
        if score > most:
            for skill, level in call.needs:
                if skills.get(skill, 0) < level:
                    break
            else:
                best, most = call.ticket_id, score
    return best


def fits(agent: Agent, needs: Levels) -> bool:
    """Whether an agent may serve calls with such needs."""
    return all(agent.level(skill) >= level for skill, level in needs)


class Floor:
    """A router with agents who talk and calls that wait."""

    def __init__(self, agents: int, waiting: int) -> None:
        self.dice = Random(7)
        self.now = 0.0
        self.router = Router(Setup(queues={QUEUE.name: QUEUE}))
        self.needs = self._needs()
        self.agents = {agent.agent_id: agent for agent in map(self._agent, range(agents))}
        self.talks: dict[AgentId, Ticket] = {}
        self.tickets: dict[TicketId, Ticket] = {}
        self._numbers = count()
        for agent in self.agents.values():
            self.router.handle(SignIn(agent), self.now)
        if waiting:
            self._fill(waiting)
        self._turns = cycle(self.talks)

    def _needs(self) -> list[Levels]:
        found: dict[Levels, None] = {}
        while len(found) < NEEDS:
            found[levels({skill: self.dice.randint(1, 3) for skill in self.dice.sample(SKILLS, 2)})] = None
        return list(found)

    def _agent(self, number: int) -> Agent:
        known = self.dice.sample(SKILLS, self.dice.choice(KNOWN))
        skills = {skill: self.dice.randint(1, 5) for skill in known}
        return Agent(agent_id=AgentId(f"agent_{number:04}"), queues=frozenset({QUEUE.name}), skills=skills)

    def _fill(self, waiting: int) -> None:
        """Gives every agent who fits anything a talk, then lets so many calls wait."""
        for agent in self.agents.values():
            served = next((needs for needs in self.needs if fits(agent, needs)), None)
            if served is not None:
                self.answer(self.come(served))
        for number in range(waiting):
            self.now += STEP
            self.come(self.needs[number % NEEDS])

    @property
    def fitted(self) -> float:
        """How many of the needs an agent fits."""
        pairs = ((agent, needs) for agent in self.agents.values() for needs in self.needs)
        return sum(fits(agent, needs) for agent, needs in pairs) / len(self.agents)

    def ticket(self, needs: Levels) -> Ticket:
        """A new call."""
        number = next(self._numbers)
        ticket = Ticket(
            ticket_id=TicketId(f"ticket_{number:07}"),
            call_id=CallId(f"call_{number:07}"),
            queue=QUEUE.name,
            since=self.now,
            entered_at=self.now,
            needs=needs,
            priority=float(self.dice.randrange(6)),
        )
        self.tickets[ticket.ticket_id] = ticket
        return ticket

    def come(self, needs: Levels) -> list[Command | News]:
        """A call comes."""
        return self.router.handle(CallQueued(self.ticket(needs)), self.now)

    def answer(self, said: list[Command | News]) -> None:
        """An agent takes the call that was offered."""
        offer = offered(said)
        self.router.handle(OfferAnswered(offer.offer_id), self.now)
        self.talks[offer.agent_id] = self.tickets[offer.ticket_id]

    def turn(self) -> tuple[AgentId, TalkEnded]:
        """Whose talk ends next: somebody for whom a call waits."""
        seats = self.router.seats
        agent_id = next(one for one in self._turns if any(bucket.size for bucket in seats[one].buckets))
        self.now += STEP
        return agent_id, TalkEnded(self.talks[agent_id].ticket_id)


def offered(said: list[Command | News]) -> Offer:
    """The offer that the router decided for."""
    offer = said[-1]
    assert isinstance(offer, Offer), said
    return offer


def matched(floor: Floor, matches: int) -> float:
    """CPU seconds of so many matches; the calls that come instead of those that were served are not counted."""
    router, spent = floor.router, 0.0
    batch = max(1, min(BATCH, len(router.line.calls) // BATCH))
    for _ in range(matches // batch):
        turns = [floor.turn() for _ in range(batch)]
        offers: list[Offer] = []
        now = floor.now
        began = time.process_time()
        for _, ended in turns:
            offer = offered(router.handle(ended, now))
            router.handle(OfferAnswered(offer.offer_id), now)
            offers.append(offer)
        spent += time.process_time() - began
        for (agent_id, _), offer in zip(turns, offers, strict=True):
            assert agent_id == offer.agent_id
            ticket = floor.talks[agent_id] = floor.tickets[offer.ticket_id]
            floor.come(ticket.needs)
    return spent


def compared(floor: Floor, times: int) -> tuple[float, float]:
    """CPU seconds of a match by either scan; both, and the router, have to take the same call."""
    by_textbook = by_lean = 0.0
    for _ in range(times):
        agent_id, ended = floor.turn()
        agent, calls = floor.agents[agent_id], list(floor.router.line.calls.values())
        tickets = [waiting.ticket for waiting in calls]
        candidates = [Candidate(one.ticket_id, one.since, one.priority, one.needs) for one in tickets]
        began = time.process_time()
        found = textbook(calls, agent, floor.now)
        middle = time.process_time()
        found_too = lean(candidates, agent, floor.now)
        by_lean += time.process_time() - middle
        by_textbook += middle - began
        said = floor.router.handle(ended, floor.now)
        assert found == found_too == offered(said).ticket_id, (found, found_too, offered(said))
        floor.answer(said)
        floor.come(floor.talks[agent_id].needs)
    return by_textbook / times, by_lean / times


@dataclass(slots=True)
class Watch:
    """How long facts took, in µs of the wall clock."""

    took: dict[str, list[float]]

    def handle(self, name: str, floor: Floor, fact: Fact) -> list[Command | News]:
        """Hands over a fact."""
        began = time.perf_counter_ns()
        said = floor.router.handle(fact, floor.now)
        self.took.setdefault(name, []).append((time.perf_counter_ns() - began) / 1000)
        return said

    def figures(self) -> dict[str, dict[str, float]]:
        """The median and the 99th percentile of each fact."""
        return {
            name: {"p50_us": round(statistics.median(took), 1), "p99_us": round(sorted(took)[len(took) * 99 // 100], 1)}
            for name, took in self.took.items()
        }


def watched(floor: Floor, idle: Floor, matches: int) -> Watch:
    """Single facts: those of a match, a caller who leaves the line, and calls that come while agents are idle."""
    watch = Watch({})
    for _ in range(matches):
        agent_id, ended = floor.turn()
        offer = offered(watch.handle("talk_ended", floor, ended))
        watch.handle("offer_answered", floor, OfferAnswered(offer.offer_id))
        ticket = floor.talks[agent_id] = floor.tickets[offer.ticket_id]
        queued = floor.ticket(ticket.needs)
        watch.handle("call_queued", floor, CallQueued(queued))
        watch.handle("caller_gone", floor, CallerGone(queued.ticket_id))
        floor.come(ticket.needs)
    for number in range(matches):
        idle.now += STEP
        ticket = idle.ticket(idle.needs[number % NEEDS])
        known = "call_queued, idle" if number >= NEEDS else "call_queued, idle, new needs"
        said = watch.handle(known, idle, CallQueued(ticket))
        if isinstance(said[-1], Offer):
            free = len(said[-1].decision.agents) + said[-1].decision.more_agents
            watch.took.setdefault("_free", []).append(free)
        idle.router.handle(CallerGone(ticket.ticket_id), idle.now)
    return watch


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is of everything."""

    agents: int
    waiting: int
    matches: int
    compared: int
    growth: tuple[int, ...]


FULL = Load(agents=1000, waiting=10_000, matches=4_000, compared=30, growth=(100, 1_000, 10_000, 100_000))
QUICK = Load(agents=100, waiting=500, matches=300, compared=5, growth=(100, 1_000))
ROUNDS = 5


def measured(load: Load) -> dict[str, Any]:
    """All figures."""
    floor, idle = Floor(load.agents, load.waiting), Floor(load.agents, 0)
    matched(floor, load.matches)
    rounds = [(matched(floor, load.matches) / load.matches, *compared(floor, load.compared)) for _ in range(ROUNDS)]
    watch = watched(floor, idle, load.matches)
    free = statistics.mean(watch.took.pop("_free"))
    growth = {}
    for waiting in load.growth:
        other = Floor(load.agents, waiting)
        growth[str(waiting)] = round(matched(other, load.matches) / load.matches * 1e6, 1)
    return {
        "waiting": load.waiting,
        "agents": load.agents,
        "needs": NEEDS,
        "needs_an_agent_fits": round(floor.fitted, 1),
        "matches_per_cpu_s": round(1 / statistics.median(match for match, _, _ in rounds)),
        "best_matches_per_cpu_s": round(1 / min(match for match, _, _ in rounds)),
        "textbook_per_cpu_s": round(1 / statistics.median(scan for _, scan, _ in rounds), 1),
        "lean_scan_per_cpu_s": round(1 / statistics.median(scan for _, _, scan in rounds), 1),
        "to_textbook": round(statistics.median(scan / match for match, scan, _ in rounds)),
        "to_lean_scan": round(statistics.median(scan / match for match, _, scan in rounds)),
        "facts": watch.figures(),
        "free_agents_that_fit": round(free, 1),
        "us_a_match_by_waiting": growth,
    }


@click.command(epilog="Example: python -m bench.router --quick")
@click.option("--quick", is_flag=True, help="A small floor and few matches.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def main(quick: bool, as_json: bool) -> None:
    """Measures the router."""
    found = measured(QUICK if quick else FULL)
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    click.echo(
        f"{found['waiting']:,} calls wait, {found['agents']:,} agents talk, {found['needs']} needs of which an agent "
        f"fits {found['needs_an_agent_fits']}"
    )
    click.echo(
        f"router: {found['matches_per_cpu_s']:,} matches a CPU second (best {found['best_matches_per_cpu_s']:,}), "
        f"{found['to_textbook']} times the textbook's scan ({found['textbook_per_cpu_s']:,}), "
        f"{found['to_lean_scan']} times the lean scan ({found['lean_scan_per_cpu_s']:,})"
    )
    for name, figures in found["facts"].items():
        click.echo(f"  {name:<28} p50 {figures['p50_us']:>7} µs   p99 {figures['p99_us']:>7} µs")
    click.echo(f"  (idle: {found['free_agents_that_fit']} free agents fit the call)")
    for waiting, spent in found["us_a_match_by_waiting"].items():
        click.echo(f"  {int(waiting):>9,} waiting: {spent} µs a match")


if __name__ == "__main__":
    main()
