"""What callers meet when so many agents share the calls: Erlang B, Erlang C and Erlang A.

All three say that calls come at random at an even rate and that talks have an exponential length. They differ in what
a caller does who finds all agents busy: leave at once (B), wait for good (C), or wait until patience ends (A). C is the
one that everybody quotes and asks for too many agents where callers abandon; A is nearer to what is measured. A number
should always be shown with the name of its model.

Times are seconds, a rate is calls per second, a load is erlangs (calls per second times seconds per call), and a
probability is 0 to 1. A handling time is all that a call takes of an agent: talk, hold and wrap-up. Input that cannot
be raises ValueError with a sentence that says which number is wrong.

Start with `erlang_c`, `erlang_a` and `agents_needed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

MOST_AGENTS = 100_000
"""Agents, and erlangs, beyond which nothing is computed: the work grows with them."""

SHORTEST, LONGEST = 1e-6, 1e12
"""Seconds that a handling time or a patience may have: within them no step of the formulas over- or underflows."""

DROP = 40.0
"""An integrand is left out where its logarithm lies this much below its peak: e^-40 is below the last digit."""


@dataclass(frozen=True, slots=True)
class ErlangC:
    """What callers meet when they all wait until they are served.

    ``waits`` is the probability of waiting at all, ``service_level`` that of being served within the threshold, ``asa``
    the mean wait of all callers in seconds, ``occupancy`` the part of their time that agents are busy. With a load that
    the agents cannot carry the line grows without end: ``waits`` is 1, ``service_level`` 0 and ``asa`` infinite.
    """

    load: float
    agents: int
    waits: float
    service_level: float
    asa: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class ErlangA:
    """What callers meet when each of them waits only as long as their patience lasts.

    ``waits`` is the probability of waiting at all, ``abandons`` that of leaving unserved, ``served`` that of being
    served within the threshold (of all calls: who abandons is not served), ``mean_wait`` the mean wait of all callers
    in seconds, also of those who abandon, ``occupancy`` the part of their time that agents are busy.
    """

    load: float
    agents: int
    waits: float
    abandons: float
    mean_wait: float
    served: float
    occupancy: float


def erlang_b(load: float, agents: int) -> float:
    """The probability that all agents are busy when nobody can wait.

    B_0 = 1, B_k = A·B_{k-1} / (k + A·B_{k-1}) (A. K. Erlang, 1917), which needs no factorials and cannot overflow.
    """
    _check_load(load)
    _check_agents(agents)
    busy = 1.0
    for k in range(1, agents + 1):
        busy = load * busy / (k + load * busy)
        if busy == 0:
            break
    return busy


def erlang_c(rate: float, handling: float, agents: int, within: float) -> ErlangC:
    """The model of callers who all wait: C = B_n / (1 - (A/n)(1 - B_n)), SL = 1 - C·e^(-(n-A)T/h), ASA = C·h/(n-A).

    ``within`` is the threshold T of the service level. Where load >= agents there is no balance: see `ErlangC`.
    """
    load = _load(rate, handling)
    _check_agents(agents)
    _check_threshold(within)
    return _waiting(load, agents, erlang_b(load, agents), handling, within)


def erlang_a(rate: float, handling: float, agents: int, patience: float, within: float) -> ErlangA:
    """The model of callers whose patience is exponential with a mean of ``patience`` seconds (M/M/n+M; Palm, 1946).

    ``within`` is the threshold T of ``served``. With θ = 1/patience, µ = 1/handling, ε = 1/B_{n-1} and
    g(x) = (λ/θ)(1 - e^(-θx)) - nµx (Mandelbaum and Zeltyn; the offered wait has the density λe^g / (ε + λJ))::

        J = ∫ e^g over x > 0            P(wait > 0)  = λJ / (ε + λJ)
        mean wait = λ/(ε + λJ) · ∫ (1 - e^(-θx))/θ · e^g       P(abandon) = θ · mean wait
        P(served within T) = 1 - P(wait > 0) + λ/(ε + λJ) · ∫ e^(-θx) e^g over 0 < x <= T

    Every load has a balance here, as those who abandon relieve the agents. Without agents all wait and abandon.
    """
    load = _load(rate, handling)
    _check_agents(agents)
    _check_seconds(patience, "patience")
    _check_threshold(within)
    if agents == 0:
        return ErlangA(load, 0, 1.0, 1.0, patience, 0.0, 0.0)
    if load == 0:
        return ErlangA(0.0, agents, 0.0, 0.0, 0.0, 1.0, 0.0)
    ends = _Wave(rate, 1 / patience, agents / handling)
    weights = list(ends.points(math.inf))
    total = math.fsum(weight for _, weight in weights)
    waits = _all_busy(load, agents, rate, ends, total)
    wait = math.fsum(-math.expm1(-x / patience) * weight for x, weight in weights) / total * patience
    stays = _Wave(rate, 1 / patience, agents / handling + 1 / patience)
    soon = math.fsum(weight for _, weight in stays.points(within))
    part = soon * math.exp(ends.height(stays.peak(within)) - stays.peak(within) / patience) / total
    abandons = min(1.0, waits * wait / patience)
    served = min(1.0, max(0.0, 1 - waits + waits * part))
    return ErlangA(load, agents, waits, abandons, waits * wait, served, min(1.0, load * (1 - abandons) / agents))


def agents_needed(rate: float, handling: float, within: float, target: float, patience: float | None = None) -> int:
    """The least number of agents with which the part ``target`` (0.8 for 80 %) of the calls is served ``within``.

    By Erlang C, or by Erlang A when a mean ``patience`` is given, which is then of all calls, also the abandoned. Where
    nobody calls it is 0. Raises ValueError, too, when more than `MOST_AGENTS` would be needed.
    """
    load = _load(rate, handling)
    _check_threshold(within)
    if not 0 < target < 1:
        raise ValueError(f"the target must lie between 0 and 1, as 0.8 for 80 %, and is {target}")
    if load == 0:
        return 0
    if patience is None:
        return _needed_by_c(load, handling, within, target)
    few, enough = 0, max(1, math.ceil(load))
    while erlang_a(rate, handling, enough, patience, within).served < target:
        if enough == MOST_AGENTS:
            raise _too_many()
        few, enough = enough, min(2 * enough, MOST_AGENTS)
    while enough - few > 1:
        middle = (few + enough) // 2
        if erlang_a(rate, handling, middle, patience, within).served < target:
            few = middle
        else:
            enough = middle
    return enough


def estimated_patience(abandoned: int, waited: float) -> float | None:
    """The mean patience in seconds, from the number of callers who abandoned and the waiting time of **all** callers.

    1/θ for θ = abandons / total waiting time, the maximum-likelihood estimate for exponential patience when the wait of
    whoever was served only says that their patience was longer. The mean wait of those who abandoned would be far too
    short, for the patient are served before they abandon. None when it cannot be told: nobody abandoned, or nobody
    waited. Raises ValueError for a negative count or time.
    """
    if abandoned < 0:
        raise ValueError(f"the number of abandoned calls cannot be negative, and is {abandoned}")
    if not 0 <= waited < math.inf:
        raise ValueError(f"the total waiting time must be 0 seconds or more, and is {waited}")
    return waited / abandoned if abandoned and waited else None


def _waiting(load: float, agents: int, blocked: float, handling: float, within: float) -> ErlangC:
    if load >= agents:
        return ErlangC(load, agents, 1.0, 0.0, math.inf, 1.0 if agents else 0.0)
    spare = agents - load
    waits = min(1.0, agents * blocked / (spare + load * blocked))
    level = 1 - waits * math.exp(-spare * within / handling)
    return ErlangC(load, agents, waits, level, waits * handling / spare, load / agents)


def _needed_by_c(load: float, handling: float, within: float, target: float) -> int:
    """One walk through the numbers of agents, as each step of Erlang B needs the one before."""
    blocked = 1.0
    for agents in range(1, MOST_AGENTS + 1):
        blocked = load * blocked / (agents + load * blocked)
        if agents > load and _waiting(load, agents, blocked, handling, within).service_level >= target:
            return agents
    raise _too_many()


def _all_busy(load: float, agents: int, rate: float, ends: _Wave, total: float) -> float:
    """P(wait > 0) = 1 / (1 + ε/(λJ)), by logarithms, as ε and J may each be far beyond what a float holds."""
    blocked = erlang_b(load, agents - 1)
    if blocked == 0:
        return 0.0
    log_ratio = -math.log(blocked) - math.log(rate) - ends.rise - math.log(total)
    return 1 / (1 + math.exp(min(log_ratio, 700.0)))


@dataclass(frozen=True, slots=True)
class _Wave:
    """e to the power of f(x) = (rate/leaving)·(1 - e^(-leaving·x)) - ending·x for x >= 0, which is concave in f.

    It may rise by thousands of orders of magnitude and be very narrow, so it is only ever told in parts of its peak.
    """

    rate: float
    leaving: float
    ending: float

    def peak(self, until: float = math.inf) -> float:
        """Where f is greatest, of 0 to ``until``."""
        return min(until, max(0.0, (math.log(self.rate) - math.log(self.ending)) / self.leaving))

    @property
    def rise(self) -> float:
        """f at its peak; it is 0 at 0."""
        peak = self.peak()
        return self.rate / self.leaving * _bend(self.leaving * peak) + (self.rate - self.ending) * peak

    def height(self, x: float) -> float:
        """f at ``x`` less f at its peak: 0 or negative."""
        peak = self.peak()
        return self._fall(self._slope_at(peak), x - peak)

    def points(self, until: float) -> Iterator[tuple[float, float]]:
        """Points and weights: the sum of h(x)·weight is the integral of h·e^f over 0 to ``until``, in parts of e^f at
        `peak(until)`.

        Gauss and Legendre in panels that grow with the distance from the peak. As f is concave, a stretch that makes it
        fall by 1 takes it down by `DROP` within `DROP` stretches, so nothing is missed.
        """
        peak = self.peak(until)
        slope = self._slope_at(peak)
        for sign, limit in ((1.0, until - peak), (-1.0, peak)):
            for start, end in self._panels(slope, sign, limit):
                middle, half = (start + end) / 2, (end - start) / 2
                for point, weight in POINTS:
                    far = sign * (middle + half * point)
                    yield peak + far, half * weight * math.exp(self._fall(slope, far))

    def _panels(self, slope: float, sign: float, limit: float) -> Iterator[tuple[float, float]]:
        """Stretches of distance from the peak, up to ``limit`` on the side of ``sign``."""
        if limit <= 0:
            return
        fall = min(limit, 1 / (abs(slope - self.ending) + math.sqrt(slope * self.leaving)))
        while fall < limit and self._fall(slope, sign * fall) > -1:
            fall = min(limit, 2 * fall)
        limit = min(limit, DROP * fall)
        # Towards 0, f falls ever more steeply, so panels must not grow beyond the scale on which it bends.
        widest = math.inf if sign > 0 else 0.5 / self.leaving
        start, end = 0.0, min(fall, 0.5 / self.leaving, limit)
        while start < limit:
            yield start, end
            start, end = end, min(limit, end + min(end, widest))

    def _slope_at(self, peak: float) -> float:
        """What f rises by there but for ``ending``."""
        return self.ending if peak > 0 and peak == self.peak() else self.rate * math.exp(-self.leaving * peak)

    def _fall(self, slope: float, far: float) -> float:
        """f at a distance from a place with this slope, less f there; no great numbers are taken from each other."""
        return slope / self.leaving * _bend(self.leaving * far) + (slope - self.ending) * far


def _bend(z: float) -> float:
    """1 - e^-z - z, to all digits for small z, too."""
    if abs(z) > 0.1:
        return -math.expm1(-z) - z
    term, total = -z, 0.0
    for k in range(2, 12):
        term *= -z / k
        total -= term
    return total


def _legendre(count: int) -> tuple[tuple[float, float], ...]:
    """The points and weights of Gauss and Legendre for -1 to 1, by Newton's method on the Legendre polynomial."""
    found = []
    for k in range(count):
        x, slope = math.cos(math.pi * (k + 0.75) / (count + 0.5)), 1.0
        for _ in range(50):
            before, value = 1.0, x
            for degree in range(2, count + 1):
                before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
            slope = count * (x * value - before) / (x * x - 1)
            step = value / slope
            x -= step
            if abs(step) < 1e-15:
                break
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(found)


POINTS = _legendre(20)


def _load(rate: float, handling: float) -> float:
    if not 0 <= rate < math.inf:
        raise ValueError(f"the rate of calls must be 0 or more a second, and is {rate}")
    _check_seconds(handling, "handling time")
    load = rate * handling
    _check_load(load)
    return load


def _check_load(load: float) -> None:
    if not 0 <= load <= MOST_AGENTS:
        raise ValueError(f"the load must lie between 0 and {MOST_AGENTS} erlangs, and is {load}")


def _check_agents(agents: int) -> None:
    if not 0 <= agents <= MOST_AGENTS:
        raise ValueError(f"the number of agents must lie between 0 and {MOST_AGENTS}, and is {agents}")


def _check_seconds(value: float, what: str) -> None:
    if not SHORTEST <= value <= LONGEST:
        raise ValueError(f"the {what} must lie between {SHORTEST:g} and {LONGEST:g} seconds, and is {value}")


def _check_threshold(within: float) -> None:
    if not 0 <= within < math.inf:
        raise ValueError(f"the threshold must be 0 seconds or more, and is {within}")


def _too_many() -> ValueError:
    return ValueError(f"more than {MOST_AGENTS} agents would be needed")
