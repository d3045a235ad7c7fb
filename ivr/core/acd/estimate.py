"""How long a caller will wait, what is said of it, and whether it can be believed.

The model is M/M/n+M as a caller sees it who stays: n agents, of whom each ends a call at the rate µ = 1/handling, and
those ahead leave at the rate θ = 1/patience each. A caller at position k (1 is the next to be served) is served after k
departures, and with j callers ahead the next one comes at the rate nµ + jθ. The wait is the sum of these k steps. When
nobody abandons (no patience given) this is Erlang(k, nµ).

Seconds are used for times and whole minutes only for what is said. A handling time is talk, hold and wrap-up. Input
that cannot be raises ValueError with a sentence that says which number is wrong.

Start with `estimate` and `say`; `trusted` decides if anything is said at all.

Why not the mean wait of those answered lately, as others do: it ignores the position, lags behind a surge, and a
caller who has waited long may hear that ever more is left.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

LOW, HIGH = 0.1, 0.9
"""The quantiles of the wait between which the range lies that is said: four of five callers are served within it."""

CAP = 15
"""Minutes above which no number is said but "more than"."""

HUGE = 1e250
"""A sum is divided by it before it overflows."""

SHORTEST, LONGEST = 1e-6, 1e12
"""Seconds that a handling time or a patience may have."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The wait in seconds that is ahead of a caller: its mean, and what it keeps below with 10, 50, 80 and 90 %.

    All are infinite while the queue has no agents.
    """

    expected: float
    p10: float
    p50: float
    p80: float
    p90: float


@dataclass(frozen=True, slots=True)
class Range:
    """What is said of a wait, in whole minutes: from ``least`` to ``most``, or more than ``least`` (``most`` None)."""

    least: int
    most: int | None

    def holds(self, waited: float) -> bool:
        """Whether a wait of so many seconds was what was said, rounded up to minutes as the range was."""
        if self.most is None:
            return waited > 60 * self.least
        return self.least <= _minutes_up(waited) <= self.most


@dataclass(frozen=True, slots=True)
class Said:
    """A range that a caller has heard, and when, in seconds of any clock that only goes forward."""

    range: Range
    at: float


@dataclass(frozen=True, slots=True)
class Saying:
    """The range to say now, and whether it is worse than what the caller was told before, which has to be said, too."""

    range: Range
    worse: bool


@dataclass(frozen=True, slots=True)
class Promises:
    """How good the announced ranges were: of ``answered`` calls that had heard one, ``kept`` waited as was said."""

    kept: int
    answered: int

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= self.answered:
            raise ValueError(f"{self.kept} of {self.answered} answered calls cannot have waited as was said")

    @property
    def lower(self) -> float:
        """The part that is surely kept: the lower bound of Wilson's 95 % interval (1927); 0 when none was."""
        if not self.kept:
            return 0.0
        z, n, part = 1.96, self.answered, self.kept / self.answered
        middle, spread = part + z * z / (2 * n), z * math.sqrt((part * (1 - part) + z * z / (4 * n)) / n)
        return max(0.0, (middle - spread) / (1 + z * z / n))


def effective_agents(queue: str, agents: Iterable[Collection[str] | Mapping[str, float]]) -> float:
    """How many agents a queue has when those of several queues are shared: the sum of their shares.

    Each agent is the names of their queues, which share alike (1/m of m queues), or a mapping of names to weights,
    which share by weight. Raises ValueError for a weight that is negative or no number.
    """
    total = 0.0
    for agent in agents:
        weights = agent if isinstance(agent, Mapping) else dict.fromkeys(agent, 1.0)
        for name, weight in weights.items():
            if not 0 <= weight < math.inf:
                raise ValueError(f"an agent's weight for the queue '{name}' must be 0 or more, and is {weight}")
        mine = weights.get(queue, 0.0)
        total += mine / math.fsum(weights.values()) if mine else 0.0
    return total


def estimate(position: int, agents: float, handling: float, patience: float | None = None) -> Estimate:
    """The wait of a caller at ``position`` (1 is the next) who stays; ``agents`` are the effective ones.

    Without ``patience`` (mean seconds) nobody ahead is expected to abandon, and the wait is longer.
    """
    p10, p50, p80, p90 = (wait_quantile(p, position, agents, handling, patience) for p in (LOW, 0.5, 0.8, HIGH))
    return Estimate(expected_wait(position, agents, handling, patience), p10, p50, p80, p90)


def expected_wait(position: int, agents: float, handling: float, patience: float | None = None) -> float:
    """The mean wait in seconds: the sum of 1/(nµ + jθ) for j = 0 to k - 1; infinite without agents."""
    rate, leaving = _rates(position, agents, handling, patience)
    return math.fsum(1 / (rate + j * leaving) for j in range(position)) if rate else math.inf


def wait_quantile(part: float, position: int, agents: float, handling: float, patience: float | None = None) -> float:
    """The seconds that the wait keeps below with probability ``part``; infinite without agents.

    Newton's method on the exact distribution (`_longer`), kept within a bracket that begins with Markov's bound.
    """
    if not 0 < part < 1:
        raise ValueError(f"a quantile must lie between 0 and 1, as 0.9 for 90 %, and is {part}")
    rate, leaving = _rates(position, agents, handling, patience)
    if not rate:
        return math.inf
    guess = expected_wait(position, agents, handling, patience)
    low, high = 0.0, guess / (1 - part)
    for _ in range(200):
        longer, density = _longer(guess, position, rate, leaving)
        low, high = (guess, high) if longer > 1 - part else (low, guess)
        better = guess + (longer - (1 - part)) / density if density > 0 else high
        if not low < better < high:
            better = (low + high) / 2
        if abs(better - guess) <= 1e-10 * guess:
            return better
        guess = better
    return guess


def range_of(found: Estimate, cap: int = CAP) -> Range:
    """What is said of an estimate: its 10 % to its 90 % quantile, in minutes rounded up, at least 1.

    Where the 90 % quantile is more than ``cap`` minutes it is "more than" the 10 % quantile, which is then rounded down
    so that it stays true, and is at most the cap.
    """
    if cap < 1:
        raise ValueError(f"the cap must be 1 minute or more, and is {cap}")
    if found.p90 <= 60 * cap:
        return Range(_minutes_up(found.p10), _minutes_up(found.p90))
    return Range(max(1, math.floor(min(found.p10 / 60, cap))), None)


def say(found: Estimate, now: float, before: Said | None = None, cap: int = CAP) -> Saying:
    """The range to say at ``now``, and whether it is worse than what is left of what the caller was told ``before``.

    It is worse when the caller may now wait beyond the end of the range that was said, in whole minutes; after "more
    than", when the number said grows. A least that grows within the range that was said breaks no promise.
    """
    new = range_of(found, cap)
    if before is None:
        return Saying(new, worse=False)
    said = before.range
    if said.most is None:
        return Saying(new, worse=new.most is None and new.least > said.least)
    left = math.ceil(said.most - max(0.0, now - before.at) / 60)
    return Saying(new, worse=new.most is None or new.most > left)


def trusted(promises: Promises, wanted: float = 0.7, least: int = 50) -> bool:
    """Whether the estimate may be said: at least ``least`` calls were answered, and ``wanted`` of them as told.

    The ranges aim at 0.8, and `Promises.lower` has to reach ``wanted``, so that few calls prove little.
    """
    if not 0 < wanted < 1:
        raise ValueError(f"the wanted part must lie between 0 and 1, as 0.7 for 70 %, and is {wanted}")
    return promises.answered >= max(1, least) and promises.lower >= wanted


def _longer(wait: float, position: int, rate: float, leaving: float) -> tuple[float, float]:
    """The probability of a wait of more than ``wait``, and the density there.

    P(W > t) = e^(-nµt) Σ_{j<k} s^j/j! · Π_{i<j} (nµ + iθ) with s = (1 - e^(-θt))/θ: e^(-θW) is the product of k
    independent U^(1/(c+j)), c = nµ/θ, which is Beta(c, k), and its distribution function is a negative binomial sum as
    k is whole. For θ = 0, s = t and it is Poisson's sum for Erlang(k, nµ), the regularised gamma function.
    """
    reach = -math.expm1(-leaving * wait) / leaving if leaving * wait > 1e-12 else wait
    term = total = 1.0
    scale = -rate * wait
    for j in range(1, position):
        term *= (rate + (j - 1) * leaving) * reach / j
        total += term
        if term > HUGE:
            term, total, scale = term / HUGE, total / HUGE, scale + math.log(HUGE)
    return total * math.exp(scale), (rate + (position - 1) * leaving) * term * math.exp(scale)


def _rates(position: int, agents: float, handling: float, patience: float | None) -> tuple[float, float]:
    """nµ and θ, of input that can be; what would take longer than the world is old counts as no agents."""
    if position < 1:
        raise ValueError(f"a position in a line is 1 or more, and not {position}")
    if not 0 <= agents < math.inf:
        raise ValueError(f"the number of agents must be 0 or more, and is {agents}")
    for what, seconds in (("handling time", handling), ("patience", patience)):
        if seconds is not None and not SHORTEST <= seconds <= LONGEST:
            raise ValueError(f"the {what} must lie between {SHORTEST:g} and {LONGEST:g} seconds, and is {seconds}")
    rate = agents / handling
    return rate if rate > 1e-18 else 0.0, 0.0 if patience is None else 1 / patience


def _minutes_up(seconds: float) -> int:
    """Whole minutes, rounded up, at least 1; what is over by rounding errors alone is not rounded up."""
    return max(1, math.ceil(seconds / 60 - 1e-9))
