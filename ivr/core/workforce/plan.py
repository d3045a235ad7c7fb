"""What a day is made of that is tried out: calls, how they are, and who works when.

Times are seconds; those of a day are seconds from its midnight, and go on past the next one where a night belongs to
the day before. Nothing here is drawn: `ivr.core.workforce.day` does that, with dice that it is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import NO_SETUP, Levels, Setup, Target

Dice = Callable[[], float]
"""Gives numbers that are spread evenly over 0 to below 1."""

Stretch = tuple[float, float]
"""From when until when."""

USUAL_TARGET = Target(0.8, 20.0)
"""What is counted for a queue that has no target of its own."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time that is drawn anew each time.

    Without a ``variation`` it is exponential, with one lognormal: its standard deviation is so many times the mean, and
    with 0 it is always the mean.
    """

    mean: float
    variation: float | None = None

    def draw(self, dice: Dice) -> float:
        """One of them."""
        if self.variation is None:
            return -self.mean * math.log1p(-dice())
        if self.variation == 0 or self.mean == 0:
            return self.mean
        spread = math.log1p(self.variation**2)
        normal = math.sqrt(-2 * math.log1p(-dice())) * math.cos(math.tau * dice())  # Box and Muller, 1958
        return self.mean * math.exp(math.sqrt(spread) * normal - spread / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Calls of one sort. ``calls`` is how many come to the queue in each interval, on average.

    They come at random: a Poisson process whose rate is even within an interval. ``patience`` is the mean of an
    exponential one; None is for callers who all wait until they are served.
    """

    queue: str
    calls: tuple[float, ...]
    talk: Length
    patience: float | None = None
    needs: Levels = ()


@dataclass(frozen=True, slots=True)
class Break:
    """A break at a fixed time; a talk that goes on then is finished first."""

    begins: float
    ends: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent works. The breaks lie within the stretches."""

    agent: Agent
    stretches: tuple[Stretch, ...]
    breaks: tuple[Break, ...] = ()

    def there(self, at: float) -> bool:
        """Whether the agent is to be there, and not on a break."""
        return any(begins <= at < ends for begins, ends in self.stretches) and not any(
            one.begins <= at < one.ends for one in self.breaks
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A day: it begins at ``begins``, and all demands have a number of calls for each interval of it.

    An agent's phone rings for ``answer`` before it is picked up, and for the part ``no_answer`` of the offers nobody
    picks it up; who is on a break for that is back after ``back_after`` seconds.
    """

    setup: Setup = NO_SETUP
    begins: float = 0.0
    interval: float = 1800.0
    demands: tuple[Demand, ...] = ()
    shifts: tuple[Shift, ...] = ()
    answer: Length = field(default=Length(0.0, 0.0))
    no_answer: float = 0.0
    back_after: float = 120.0

    @property
    def intervals(self) -> int:
        """How many intervals the day has."""
        return max((len(demand.calls) for demand in self.demands), default=0)

    @property
    def ends(self) -> float:
        """When the day ends."""
        return self.begins + self.interval * self.intervals

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that calls come to, in the order of the demands."""
        return tuple(dict.fromkeys(demand.queue for demand in self.demands))

    def target(self, queue: str) -> Target:
        """What a queue is measured by."""
        known = self.setup.queues.get(queue)
        return known.target if known is not None and known.target is not None else USUAL_TARGET
