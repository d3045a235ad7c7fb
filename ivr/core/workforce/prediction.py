"""What Erlang's models say of a plan, to stand beside what the simulation says.

The models know one sort of calls and agents who serve nothing else, so a queue has a prediction only when it is like
that: `obstacle` says why one is not. They look at each interval by itself, as if it had always been so: what an
interval leaves waiting is no part of the next one. Where the number of agents changes within an interval, the parts
weigh by their length. Talks count with their mean, as if they were exponential. A queue's limits are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ivr.core.acd.needs import Need, course
from ivr.core.acd.setup import Queue
from ivr.core.workforce.erlang import erlang_a, erlang_c
from ivr.core.workforce.plan import Demand, Plan, Shift


@dataclass(frozen=True, slots=True)
class Prediction:
    """What callers meet who come in an interval, or all day, by a model. ``abandons`` is 0 in Erlang C."""

    calls: float
    service_level: float
    abandons: float
    mean_wait: float


def model(plan: Plan, queue: str) -> str:
    """Which model a queue has: it depends on whether callers have patience."""
    patient = any(demand.queue == queue and demand.patience is None for demand in plan.demands)
    return "Erlang C" if patient else "Erlang A"


def obstacle(plan: Plan, queue: str) -> str:
    """Why there is no prediction for a queue; empty when there is one."""
    own = [demand for demand in plan.demands if demand.queue == queue]
    if len(own) != 1:
        return "its calls are of several sorts"
    if plan.no_answer:
        return "some phones are not answered"
    stages = fitting(plan, own[0])
    if any(stage != stages[0] for stage in stages):
        return "its needs loosen while callers wait"
    others = [stage for demand in plan.demands if demand.queue != queue for stage in fitting(plan, demand)]
    if any(stages[0] & stage for stage in others):
        return "its agents serve other calls, too"
    return ""


def predict(plan: Plan, queue: str) -> tuple[Prediction, ...]:
    """The prediction for each interval of a queue that has no `obstacle`."""
    demand = next(demand for demand in plan.demands if demand.queue == queue)
    serving = fitting(plan, demand)[0]
    shifts = [shift for shift in plan.shifts if shift.agent.agent_id in serving]
    found = []
    for number, calls in enumerate(demand.calls):
        begins = plan.begins + number * plan.interval
        parts = [
            (until - since, _balance(plan, demand, calls / plan.interval, agents))
            for since, until, agents in _staffing(shifts, begins, begins + plan.interval)
        ]
        found.append(_weighed(calls, parts))
    return tuple(found)


def whole_day(predictions: Iterable[Prediction]) -> Prediction:
    """The prediction of a day: each interval weighs by its calls."""
    parts = [(one.calls, one) for one in predictions]
    return _weighed(sum(calls for calls, _ in parts), parts)


def fitting(plan: Plan, demand: Demand) -> tuple[frozenset[str], ...]:
    """Who of the plan's agents may serve calls of a demand, for each stage of their needs."""

    def of(need: Need) -> frozenset[str]:
        return frozenset(shift.agent.agent_id for shift in plan.shifts if need.fits(shift.agent))

    return tuple(of(stage.need) for stage in course(_queue(plan, demand), demand.needs).stages)


def _weighed(calls: float, parts: list[tuple[float, Prediction]]) -> Prediction:
    total = math.fsum(weight for weight, _ in parts)
    if not total:
        return Prediction(calls, 1.0, 0.0, 0.0)

    def mean(values: Iterable[float]) -> float:
        return math.fsum(value * weight for value, (weight, _) in zip(values, parts, strict=True) if weight) / total

    return Prediction(
        calls,
        mean(part.service_level for _, part in parts),
        mean(part.abandons for _, part in parts),
        mean(part.mean_wait for _, part in parts),
    )


def _balance(plan: Plan, demand: Demand, rate: float, agents: int) -> Prediction:
    """With so many agents for good. Each phone rings for the mean time; some callers lose patience meanwhile."""
    rings, stays = plan.answer.mean, 1.0
    within = plan.target(demand.queue).within - rings
    if demand.patience is not None:
        stays = math.exp(-rings / demand.patience)
        rings = demand.patience * (1 - stays)
    handling = rings + stays * (demand.talk.mean + _queue(plan, demand).wrap_up)
    if demand.patience is None:
        c = erlang_c(rate, handling, agents, max(0.0, within))
        level, abandons, wait = c.service_level, 0.0, c.asa
    else:
        a = erlang_a(rate, handling, agents, demand.patience, max(0.0, within))
        level, abandons, wait = a.served * stays, a.abandons, a.mean_wait
    rung = 1 - abandons
    return Prediction(rate, level if within >= 0 else 0.0, 1 - rung * stays, wait + rung * rings)


def _staffing(shifts: list[Shift], begins: float, ends: float) -> list[tuple[float, float, int]]:
    """How many agents are to be there within an interval, from when until when."""
    times = {begins, ends}
    for shift in shifts:
        for pair in (*shift.stretches, *((one.begins, one.ends) for one in shift.breaks)):
            times |= {time for time in pair if begins < time < ends}
    return [
        (since, until, sum(shift.there((since + until) / 2) for shift in shifts))
        for since, until in pairwise(sorted(times))
    ]


def _queue(plan: Plan, demand: Demand) -> Queue:
    return plan.setup.queues.get(demand.queue) or Queue(name=demand.queue)
