"""Plans and dice for the tests of days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.ids import AgentId
from ivr.core.workforce.plan import Break, Demand, Length, Plan, Shift

Dice = Callable[[], float]
HOUR = 3600.0
MOST = 1 - 2**-53  # the greatest number below 1
NO_SKILLS: Mapping[str, int] = {}


def dice(seed: int) -> Dice:
    """Dice that fall alike for the same seed."""
    return Random(seed).random


def opposite(seed: int) -> Dice:
    """Dice that fall high where those of the seed fall low, so that the mean of both days is nearer to the truth."""
    fall = Random(seed).random
    return lambda: min(1 - fall(), MOST)


def setup(*queues: Queue) -> Setup:
    """Some queues."""
    return Setup(queues={queue.name: queue for queue in queues})


def shift(
    name: str,
    begins: float = 0.0,
    ends: float = HOUR,
    *,
    queues: str = "care",
    skills: Mapping[str, int] = NO_SKILLS,
    breaks: tuple[tuple[float, float], ...] = (),
) -> Shift:
    """An agent who works for a stretch."""
    agent = Agent(agent_id=AgentId(name), queues=frozenset(queues.split()), skills=skills)
    return Shift(agent, ((begins, ends),), tuple(Break(since, until, "lunch") for since, until in breaks))


def crew(count: int, ends: float, queues: str = "care") -> tuple[Shift, ...]:
    """So many agents from the beginning on."""
    return tuple(shift(f"agent_{number:02}", 0.0, ends, queues=queues) for number in range(count))


def steady(
    calls: float, talk: float, agents: int, patience: float | None, *, intervals: int, queue: Queue | None = None
) -> Plan:
    """Half hours that are all alike, with one queue."""
    queue = queue or Queue(name="care")
    return Plan(
        setup=setup(queue),
        demands=(Demand(queue=queue.name, calls=(calls,) * intervals, talk=Length(talk), patience=patience),),
        shifts=crew(agents, 1800.0 * intervals, queue.name),
    )
