"""Erlang's models: the golden numbers, what every planner relies on, and numbers that break naive formulas."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.workforce.erlang import (
    MOST_AGENTS,
    agents_needed,
    erlang_a,
    erlang_b,
    erlang_c,
    estimated_patience,
)

HALF_HOUR = 1800.0

RowA = tuple[float, float, int, float, float, float, float, float, float]

# Calls in half an hour, handling time, agents; then the probability of waiting, the service level in 20 s, the ASA.
GOLDEN_C = [
    (100, 180, 13, 0.285270, 0.795595, 17.1162),
    (100, 180, 14, 0.174132, 0.888350, 7.8359),
    (50, 240, 9, 0.313256, 0.742099, 32.2206),
    (360, 240, 55, 0.238701, 0.866796, 8.1840),
    (1, 300, 1, 0.166667, 0.842340, 60.0),
]

# Calls, handling, agents, patience, threshold; then P(wait > 0), P(abandon), mean wait, P(served within the threshold).
GOLDEN_A = [
    (100, 180, 9, 120, 20, 0.613307, 0.192156, 23.0587, 0.524066),
    (100, 180, 11, 120, 20, 0.382816, 0.094155, 11.2986, 0.742209),
    (100, 180, 13, 120, 20, 0.193722, 0.038426, 4.6112, 0.888550),
    (360, 240, 48, 180, 20, 0.484821, 0.061592, 11.0866, 0.733006),
    (50, 240, 6, 90, 30, 0.535505, 0.241425, 21.7283, 0.597668),
]

rates = st.floats(0.0, 2.0)
handlings = st.floats(1.0, 900.0)
patiences = st.floats(0.5, 1e6)
thresholds = st.floats(0.0, 600.0)
staffs = st.integers(0, 400)


@pytest.mark.parametrize("row", GOLDEN_C)
def test_erlang_c_gives_the_known_numbers(row: tuple[float, float, int, float, float, float]) -> None:
    calls, handling, agents, waits, level, asa = row
    found = erlang_c(calls / HALF_HOUR, handling, agents, within=20)
    assert found.waits == pytest.approx(waits, abs=1e-6)
    assert found.service_level == pytest.approx(level, abs=1e-6)
    assert found.asa == pytest.approx(asa, abs=1e-4)
    assert found.load == pytest.approx(calls * handling / HALF_HOUR)
    assert found.occupancy == pytest.approx(calls * handling / HALF_HOUR / agents)


@pytest.mark.parametrize("row", GOLDEN_A)
def test_erlang_a_gives_the_known_numbers(row: RowA) -> None:
    calls, handling, agents, patience, within, waits, abandons, wait, served = row
    found = erlang_a(calls / HALF_HOUR, handling, agents, patience, within)
    assert found.waits == pytest.approx(waits, abs=1e-6)
    assert found.abandons == pytest.approx(abandons, abs=1e-6)
    assert found.mean_wait == pytest.approx(wait, abs=1e-4)
    assert found.served == pytest.approx(served, abs=1e-6)


@pytest.mark.parametrize(("calls", "handling", "agents"), [(100, 180, 14), (50, 240, 10), (360, 240, 54)])
def test_so_many_agents_are_needed_for_80_percent_in_20_seconds(calls: int, handling: float, agents: int) -> None:
    assert agents_needed(calls / HALF_HOUR, handling, within=20, target=0.8) == agents


def test_fewer_agents_are_needed_where_callers_lose_patience() -> None:
    rate = 100 / HALF_HOUR
    assert agents_needed(rate, 180, within=20, target=0.8, patience=120) == 12
    found = erlang_a(rate, 180, 12, patience=120, within=20)
    assert found.served == pytest.approx(0.826, abs=5e-4)
    assert found.abandons == pytest.approx(0.062, abs=5e-4)


def test_one_line_of_ten_erlangs_is_blocked_as_in_the_tables() -> None:
    assert erlang_b(10.0, 10) == pytest.approx(0.21458, abs=1e-5)
    assert erlang_b(1.0, 1) == 0.5
    assert erlang_b(3.0, 0) == 1.0
    assert erlang_b(0.0, 3) == 0.0


@pytest.mark.parametrize("agents", [0, 9, 10])
def test_a_load_that_cannot_be_carried_makes_everybody_wait_for_ever(agents: int) -> None:
    found = erlang_c(10 / 100, 100, agents, within=20)
    assert (found.waits, found.service_level, found.asa) == (1.0, 0.0, math.inf)


def test_where_nobody_calls_nobody_waits_and_nobody_is_needed() -> None:
    calm = erlang_c(0.0, 180, 3, within=20)
    assert (calm.waits, calm.service_level, calm.asa, calm.occupancy) == (0.0, 1.0, 0.0, 0.0)
    patient = erlang_a(0.0, 180, 3, patience=60, within=20)
    assert (patient.waits, patient.abandons, patient.mean_wait, patient.served) == (0.0, 0.0, 0.0, 1.0)
    assert agents_needed(0.0, 180, within=20, target=0.8) == 0


def test_without_agents_everybody_waits_until_patience_ends() -> None:
    found = erlang_a(0.1, 180, 0, patience=60, within=20)
    assert (found.waits, found.abandons, found.mean_wait, found.served) == (1.0, 1.0, 60.0, 0.0)


@given(rates, handlings, staffs, patiences, thresholds)
@settings(max_examples=60, deadline=None)
def test_probabilities_are_probabilities(
    rate: float, handling: float, agents: int, patience: float, within: float
) -> None:
    c = erlang_c(rate, handling, agents, within)
    a = erlang_a(rate, handling, agents, patience, within)
    for part in (c.waits, c.service_level, c.occupancy, a.waits, a.abandons, a.served, a.occupancy):
        assert 0 <= part <= 1
    assert c.asa >= 0
    assert 0 <= a.mean_wait <= patience * (1 + 1e-9)
    assert a.served <= 1 - a.abandons + 1e-9


@given(rates, handlings, staffs, patiences, thresholds)
@settings(max_examples=60, deadline=None)
def test_one_more_agent_makes_nothing_worse(
    rate: float, handling: float, agents: int, patience: float, within: float
) -> None:
    few, more = (erlang_c(rate, handling, n, within) for n in (agents, agents + 1))
    assert more.waits <= few.waits + 1e-12
    assert more.service_level >= few.service_level - 1e-12
    assert more.asa <= few.asa
    lean, rich = (erlang_a(rate, handling, n, patience, within) for n in (agents, agents + 1))
    assert rich.waits <= lean.waits + 1e-9
    assert rich.abandons <= lean.abandons + 1e-9
    assert rich.served >= lean.served - 1e-9
    assert rich.mean_wait <= lean.mean_wait * (1 + 1e-9)


@given(st.floats(0.01, 1.0), handlings, st.floats(0.05, 0.98), thresholds)
@settings(max_examples=40, deadline=None)
def test_callers_of_endless_patience_are_those_of_erlang_c(
    rate: float, handling: float, busy: float, within: float
) -> None:
    agents = math.ceil(rate * handling / busy)
    c = erlang_c(rate, handling, agents, within)
    a = erlang_a(rate, handling, agents, patience=1e12, within=within)
    if c.occupancy < 0.999:
        assert a.waits == pytest.approx(c.waits, rel=1e-4, abs=1e-12)
        assert a.served == pytest.approx(c.service_level, abs=1e-4)
        assert a.mean_wait == pytest.approx(c.asa, rel=1e-3, abs=1e-9)


def test_callers_without_patience_are_those_of_erlang_b() -> None:
    found = erlang_a(10 / 180, 180, 12, patience=1e-6, within=20)
    assert found.abandons == pytest.approx(erlang_b(10, 12), rel=1e-5)
    assert found.served == pytest.approx(1 - erlang_b(10, 12), rel=1e-5)


@given(st.floats(0.01, 1.0), st.floats(10.0, 300.0), st.integers(1, 60), st.floats(5.0, 2000.0))
@settings(max_examples=40, deadline=None)
def test_erlang_a_is_what_the_states_of_the_line_say(
    rate: float, handling: float, agents: int, patience: float
) -> None:
    waits, abandons, wait = _by_states(rate, handling, agents, patience)
    found = erlang_a(rate, handling, agents, patience, within=20)
    assert found.waits == pytest.approx(waits, rel=1e-9, abs=1e-13)
    assert found.abandons == pytest.approx(abandons, rel=1e-9, abs=1e-13)
    assert found.mean_wait == pytest.approx(wait, rel=1e-9, abs=1e-11)
    assert found.occupancy == pytest.approx(rate * handling * (1 - abandons) / agents, rel=1e-9)


@pytest.mark.parametrize("row", GOLDEN_A)
def test_erlang_a_is_what_the_integral_says(row: RowA) -> None:
    calls, handling, agents, patience, within = row[:5]
    rate, leaving, ending = calls / HALF_HOUR, 1 / patience, agents / handling

    def grown(x: float) -> float:
        return math.exp(rate / leaving * -math.expm1(-leaving * x) - ending * x)

    whole = _simpson(grown, 0, 5000, 100_000)
    served = _simpson(lambda x: math.exp(-leaving * x) * grown(x), 0, within, 2_000)
    epsilon, term = 0.0, 1.0
    for j in range(agents - 1, -1, -1):
        epsilon += term
        term *= j / (rate * handling)
    bottom = epsilon + rate * whole
    found = erlang_a(rate, handling, agents, patience, within)
    assert found.waits == pytest.approx(rate * whole / bottom, rel=1e-8)
    assert found.abandons == pytest.approx((1 + (rate - ending) * whole) / bottom, rel=1e-8)
    assert found.served == pytest.approx(1 - rate * whole / bottom + rate / bottom * served, rel=1e-8)


@given(
    st.floats(1e-6, 1e5),
    st.floats(-3, 6).map(lambda power: 10**power),
    st.integers(1, MOST_AGENTS),
    st.floats(-6, 12).map(lambda power: 10**power),
    st.floats(0.0, 1e9),
)
@settings(max_examples=60, deadline=2000)
def test_no_numbers_are_too_large_or_too_small(
    load: float, handling: float, agents: int, patience: float, within: float
) -> None:
    found = erlang_a(load / handling * 0.999, handling, agents, patience, within)
    carried = found.occupancy * agents
    assert found.abandons == pytest.approx(1 - carried / found.load, abs=1e-6)
    assert found.mean_wait == pytest.approx(found.abandons * patience, rel=1e-6)
    assert 0 <= found.served <= 1 - found.abandons + 1e-9


@pytest.mark.parametrize("patience", [1e-6, 1.0, 120.0, 1e6, 1e12])
@pytest.mark.parametrize("agents", [1, 4000, 5000, 6000])
def test_five_thousand_erlangs_balance_at_any_patience(agents: int, patience: float) -> None:
    found = erlang_a(5000 / 180, 180, agents, patience, within=20)
    assert found.abandons >= max(0.0, 1 - agents / 5000) - 1e-9  # more than all agents cannot be carried
    if agents <= 4000 and patience >= 120:
        assert found.abandons == pytest.approx(1 - agents / 5000, abs=1e-9)
        assert found.waits == pytest.approx(1.0)


def test_the_agents_for_five_thousand_erlangs_are_found() -> None:
    for patience in (None, 120.0):
        agents = agents_needed(5000 / 180, 180, within=20, target=0.8, patience=patience)
        for n, enough in ((agents, True), (agents - 1, False)):
            if patience is None:
                level = erlang_c(5000 / 180, 180, n, within=20).service_level
            else:
                level = erlang_a(5000 / 180, 180, n, patience, within=20).served
            assert (level >= 0.8) is enough


@given(st.floats(0.001, 0.5), handlings, thresholds, st.floats(0.05, 0.99), st.none() | st.floats(1.0, 1000.0))
@settings(max_examples=40, deadline=None)
def test_one_agent_less_than_needed_misses_the_target(
    rate: float, handling: float, within: float, target: float, patience: float | None
) -> None:
    def level(n: int) -> float:
        if patience is None:
            return erlang_c(rate, handling, n, within).service_level
        return erlang_a(rate, handling, n, patience, within).served

    agents = agents_needed(rate, handling, within, target, patience)
    assert level(agents) >= target
    assert level(agents - 1) < target


def test_more_agents_than_can_be_counted_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 100000 agents"):
        agents_needed(MOST_AGENTS / 180, 180, within=0, target=0.99)
    with pytest.raises(ValueError, match="more than 100000 agents"):
        agents_needed(MOST_AGENTS / 180, 180, within=0, target=0.99999, patience=60)


def test_patience_counts_the_waits_of_those_who_were_served() -> None:
    assert estimated_patience(abandoned=5, waited=600.0) == 120.0


def test_patience_cannot_be_told_from_nobody() -> None:
    assert estimated_patience(abandoned=0, waited=600.0) is None
    assert estimated_patience(abandoned=3, waited=0.0) is None


def test_patience_is_found_again_in_what_the_model_says() -> None:
    found = erlang_a(100 / HALF_HOUR, 180, 11, patience=120, within=20)
    calls = 10_000_000
    assert estimated_patience(round(calls * found.abandons), calls * found.mean_wait) == pytest.approx(120, rel=1e-5)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_numbers_that_cannot_be_are_refused_with_their_name(bad: float) -> None:
    with pytest.raises(ValueError, match="rate of calls"):
        erlang_c(bad, 180, 3, within=20)
    with pytest.raises(ValueError, match="handling time"):
        erlang_c(0.1, bad, 3, within=20)
    with pytest.raises(ValueError, match="threshold"):
        erlang_a(0.1, 180, 3, patience=60, within=bad)
    with pytest.raises(ValueError, match="patience"):
        erlang_a(0.1, 180, 3, patience=bad, within=20)
    with pytest.raises(ValueError, match="load"):
        erlang_b(bad, 3)
    with pytest.raises(ValueError, match="target"):
        agents_needed(0.1, 180, within=20, target=bad)
    with pytest.raises(ValueError, match="waiting time"):
        estimated_patience(3, bad)


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="number of agents"):
        erlang_c(0.1, 180, -1, within=20)
    with pytest.raises(ValueError, match="number of agents"):
        erlang_b(5.0, MOST_AGENTS + 1)
    with pytest.raises(ValueError, match="load"):
        erlang_c(1e6, 180, 10, within=20)
    with pytest.raises(ValueError, match="abandoned calls"):
        estimated_patience(-1, 60.0)
    with pytest.raises(ValueError, match="target"):
        agents_needed(0.1, 180, within=20, target=1.0)


def _by_states(rate: float, handling: float, agents: int, patience: float) -> tuple[float, float, float]:
    """P(wait > 0), P(abandon) and the mean wait, from the probability of each number of calls (birth and death)."""
    states = [0.0]  # logarithms
    while len(states) <= agents or states[-1] > max(states) - 50 or len(states) < 50:
        j = len(states)
        ending = min(j, agents) / handling + max(0, j - agents) / patience
        states.append(states[-1] + math.log(rate / ending))
    top = max(states)
    parts = [math.exp(state - top) for state in states]
    total = math.fsum(parts)
    line = math.fsum((j - agents) * part for j, part in enumerate(parts) if j > agents) / total
    return math.fsum(parts[agents:]) / total, line / patience / rate, line / rate  # Little's law


def _simpson(of: Callable[[float], float], start: float, end: float, steps: int) -> float:
    width = (end - start) / steps
    inner = math.fsum((4 if i % 2 else 2) * of(start + i * width) for i in range(1, steps))
    return (of(start) + inner + of(end)) * width / 3
