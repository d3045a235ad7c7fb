"""What came of a day: counts of calls by queue and interval, and how agents spent their time.

A call belongs to the interval in which it came, whatever happens to it later. The books balance for each queue and
interval: offered = answered + abandoned + released + still waiting. The service level is the part of *all* calls that
was answered within the target, the limit included; who abandons was not answered. Ringing counts as waiting for the
caller and as being busy for the agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.core.base.ids import AgentId


@dataclass(frozen=True, slots=True)
class Counts:
    """What callers met. ``within`` is how many were answered within the target, ``released`` whom the queue let go.

    ``waited`` is the seconds of all callers whose wait is over, also of those who were not answered.
    """

    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    released: int = 0
    waited: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.offered + other.offered,
            self.answered + other.answered,
            self.within + other.within,
            self.abandoned + other.abandoned,
            self.released + other.released,
            self.waited + other.waited,
        )

    @property
    def over(self) -> int:
        """How many do not wait any more."""
        return self.answered + self.abandoned + self.released

    @property
    def waiting(self) -> int:
        """How many still wait when the day ends."""
        return self.offered - self.over

    @property
    def service_level(self) -> float | None:
        """The part of all calls that was answered within the target; None where nobody called."""
        return self.within / self.offered if self.offered else None

    @property
    def abandonment(self) -> float | None:
        """The part of all calls that was abandoned."""
        return self.abandoned / self.offered if self.offered else None

    @property
    def mean_wait(self) -> float | None:
        """The mean wait in seconds of all callers whose wait is over."""
        return self.waited / self.over if self.over else None


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of agents: ``busy`` with a call (it rings, they talk, wrap up), ``idle``, or ``away`` while signed in."""

    busy: float = 0.0
    idle: float = 0.0
    away: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.busy + other.busy, self.idle + other.idle, self.away + other.away)

    @property
    def there(self) -> float:
        """Seconds in which they had a call or could have had one."""
        return self.busy + self.idle

    @property
    def occupancy(self) -> float | None:
        """The part of that time in which they were busy; None when nobody was there."""
        return self.busy / self.there if self.there else None


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of the day: what callers of each queue met who came in it, and what all agents did meanwhile."""

    begins: float
    lasts: float
    queues: Mapping[str, Counts]
    spent: Spent

    @property
    def agents(self) -> float:
        """How many agents were there, on average."""
        return self.spent.there / self.lasts


@dataclass(frozen=True, slots=True)
class Worked:
    """What one agent did all day."""

    agent_id: AgentId
    talks: int
    spent: Spent


@dataclass(frozen=True, slots=True)
class Day:
    """All that came of a day."""

    intervals: tuple[Interval, ...]
    agents: tuple[Worked, ...]

    def total(self, queue: str | None = None) -> Counts:
        """The counts of a queue, or of all, over the whole day."""
        return added(
            counts
            for interval in self.intervals
            for name, counts in interval.queues.items()
            if queue is None or name == queue
        )

    @property
    def spent(self) -> Spent:
        """What all agents did within the intervals."""
        return sum((interval.spent for interval in self.intervals), Spent())


def added(counts: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    return sum(counts, Counts())


# While a day is simulated


@dataclass(slots=True)
class Tally:
    """`Counts` that grow."""

    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    released: int = 0
    waited: float = 0.0

    def counts(self) -> Counts:
        """As they are now."""
        return Counts(self.offered, self.answered, self.within, self.abandoned, self.released, self.waited)


class Hours:
    """The seconds that agents spend, by interval and by agent."""

    def __init__(self, begins: float, lasts: float, intervals: int) -> None:
        self._begins, self._lasts = begins, lasts
        self._by_interval = [dict.fromkeys(("busy", "idle", "away"), 0.0) for _ in range(intervals)]
        self._by_agent: dict[AgentId, dict[str, float]] = {}
        self._doing: dict[AgentId, tuple[str, float]] = {}

    def does(self, agent_id: AgentId, what: str, at: float) -> None:
        """An agent is ``busy``, ``idle`` or ``away`` from now on, or gone: an empty word."""
        before, since = self._doing.get(agent_id, ("", at))
        if before == what:
            return
        if before:
            self._spend(agent_id, before, since, at)
        self._doing[agent_id] = (what, at)

    def end(self, at: float) -> None:
        """The day is over."""
        for agent_id in list(self._doing):
            self.does(agent_id, "", at)

    def interval(self, number: int) -> Spent:
        """What all agents did in an interval."""
        return Spent(**self._by_interval[number])

    def agent(self, agent_id: AgentId) -> Spent:
        """What one agent did all day."""
        return Spent(**self._by_agent.get(agent_id, {}))

    def _spend(self, agent_id: AgentId, what: str, since: float, until: float) -> None:
        own = self._by_agent.setdefault(agent_id, dict.fromkeys(("busy", "idle", "away"), 0.0))
        own[what] += until - since
        number = max(0, int((since - self._begins) // self._lasts))
        while number < len(self._by_interval):
            begins = self._begins + number * self._lasts
            if begins >= until:
                break
            self._by_interval[number][what] += max(0.0, min(until, begins + self._lasts) - max(since, begins))
            number += 1
