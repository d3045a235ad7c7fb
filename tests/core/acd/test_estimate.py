"""What a caller is told of the wait: the golden numbers, the words, and when nothing should be said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.acd.estimate import (
    Estimate,
    Promises,
    Range,
    Said,
    Saying,
    effective_agents,
    estimate,
    expected_wait,
    range_of,
    say,
    trusted,
    wait_quantile,
)

positions = st.integers(1, 60)
agents_ = st.floats(0.2, 50.0)
handlings = st.floats(10.0, 900.0)
patiences = st.none() | st.floats(1.0, 1e6)


def ahead(p10: float, p90: float) -> Estimate:
    """An estimate of which only the ends matter, in minutes."""
    middle = 30 * (p10 + p90)
    return Estimate(middle, 60 * p10, middle, middle, 60 * p90)


# Position, agents, handling, patience; then the mean wait without and with abandonment.
@pytest.mark.parametrize(
    ("place", "patience", "alone", "leaving"),
    [
        ((1, 5, 300), 180, 60.00, 60.00),
        ((5, 5, 300), 180, 300.00, 196.71),
        ((10, 8, 240), 120, 300.00, 161.62),
        ((20, 8, 240), 120, 600.00, 228.11),
    ],
)
def test_the_mean_wait_is_shorter_where_those_ahead_lose_patience(
    place: tuple[int, float, float], patience: float, alone: float, leaving: float
) -> None:
    assert expected_wait(*place) == pytest.approx(alone, abs=0.005)
    assert expected_wait(*place, patience) == pytest.approx(leaving, abs=0.005)


@pytest.mark.parametrize(
    ("place", "p50", "p80", "p90"),
    [
        ((5, 5, 300), 280.25, 403.26, 479.62),
        ((10, 8, 240), 290.06, 375.56, 426.18),
        ((20, 8, 240), 590.03, 709.03, 777.08),
    ],
)
def test_the_quantiles_are_those_of_erlang_where_nobody_leaves(
    place: tuple[int, float, float], p50: float, p80: float, p90: float
) -> None:
    found = estimate(*place)
    assert (found.p50, found.p80, found.p90) == pytest.approx((p50, p80, p90), abs=0.005)
    assert wait_quantile(0.8, *place) == found.p80


def test_the_next_caller_waits_for_one_call_to_end() -> None:
    assert wait_quantile(0.5, 1, 5, 300) == pytest.approx(60 * math.log(2))
    assert wait_quantile(0.5, 1, 5, 300, patience=10) == pytest.approx(60 * math.log(2))


@given(st.integers(1, 6), st.floats(0.5, 5.0), st.floats(0.01, 0.99))
@settings(max_examples=50, deadline=None)
def test_the_quantile_is_exact_where_those_ahead_leave(position: int, agents: float, part: float) -> None:
    """Against the sum of exponentials, which has a closed form for a few different rates."""
    rates = [agents / 240 + j / 120 for j in range(position)]
    wait = wait_quantile(part, position, agents, 240, patience=120)
    longer = math.fsum(
        math.exp(-mine * wait) * math.prod(other / (other - mine) for other in rates if other != mine) for mine in rates
    )
    assert longer == pytest.approx(1 - part, abs=1e-7)


@given(positions, agents_, handlings, patiences)
@settings(max_examples=60, deadline=None)
def test_quantiles_come_in_order(position: int, agents: float, handling: float, patience: float | None) -> None:
    found = estimate(position, agents, handling, patience)
    assert 0 < found.p10 < found.p50 < found.p80 < found.p90
    assert found.p10 < found.expected < found.p90


@given(positions, agents_, handlings, patiences)
@settings(max_examples=60, deadline=None)
def test_who_stands_further_back_waits_longer_and_more_agents_help(
    position: int, agents: float, handling: float, patience: float | None
) -> None:
    here, behind = (estimate(k, agents, handling, patience) for k in (position, position + 1))
    helped = estimate(position, agents + 1, handling, patience)
    assert helped.p90 < here.p90 < behind.p90
    assert helped.expected < here.expected < behind.expected


@given(positions, agents_, handlings)
@settings(max_examples=30, deadline=None)
def test_endless_patience_is_the_same_as_none(position: int, agents: float, handling: float) -> None:
    patient, stays = estimate(position, agents, handling, 1e12), estimate(position, agents, handling)
    assert patient.p90 == pytest.approx(stays.p90, rel=1e-6)
    assert patient.expected == pytest.approx(stays.expected, rel=1e-6)


def test_a_line_of_thousands_is_no_trouble() -> None:
    found = estimate(5000, 100, 240)
    assert found.expected == pytest.approx(12_000)
    spread = 2.4 * math.sqrt(5000)  # of so many steps the sum is nearly normal
    assert found.p90 == pytest.approx(12_000 + 1.2816 * spread, rel=1e-3)
    assert estimate(5000, 100, 240, patience=1).expected == pytest.approx(10.9, abs=0.5)


def test_a_queue_without_agents_has_no_end_of_the_wait() -> None:
    found = estimate(1, 0, 240, patience=60)
    assert (found.expected, found.p90) == (math.inf, math.inf)
    assert range_of(found) == Range(15, None)


def test_an_agent_of_three_queues_is_a_third_of_an_agent_in_each() -> None:
    agents = [["sales"], ["sales", "support"], ["sales", "support", "billing"], ["billing"]]
    assert effective_agents("sales", agents) == pytest.approx(1 + 1 / 2 + 1 / 3)
    assert effective_agents("billing", agents) == pytest.approx(1 / 3 + 1)
    assert effective_agents("nobody", agents) == 0


def test_an_agent_may_be_shared_by_weight() -> None:
    assert effective_agents("sales", [{"sales": 3, "support": 1}, {"support": 1}, {"sales": 0}]) == 0.75


def test_the_agents_of_all_queues_are_all_agents() -> None:
    agents = [{"a", "b"}, {"b", "c"}, {"a", "b", "c"}, {"c"}]
    assert sum(effective_agents(queue, agents) for queue in "abc") == pytest.approx(4)


def test_a_caller_hears_whole_minutes_rounded_up() -> None:
    assert range_of(ahead(1.2, 3.1)) == Range(2, 4)
    assert range_of(ahead(2.0, 3.0)) == Range(2, 3)
    assert range_of(ahead(0.01, 0.1)) == Range(1, 1)
    assert range_of(estimate(5, 5, 300, 180)) == Range(2, 6)


def test_a_long_wait_is_more_than_so_many_minutes() -> None:
    assert range_of(ahead(20, 30)) == Range(15, None)
    assert range_of(ahead(12, 15)) == Range(12, 15)
    assert range_of(ahead(12, 30), cap=30) == Range(12, 30)
    assert range_of(ahead(12, 30), cap=10) == Range(10, None)


def test_more_than_is_said_of_what_is_nearly_sure() -> None:
    assert range_of(ahead(8.7, 16)) == Range(8, None)
    assert range_of(ahead(0.5, 16)) == Range(1, None)


def test_the_first_time_nothing_is_worse() -> None:
    assert say(ahead(2, 5), now=0.0) == Saying(Range(2, 5), worse=False)


def test_a_wait_that_shrinks_with_the_time_is_not_worse() -> None:
    before = Said(Range(2, 5), at=100.0)
    assert say(ahead(1, 3), now=220.0, before=before) == Saying(Range(1, 3), worse=False)
    assert say(ahead(1, 4), now=160.0, before=before).worse is False


def test_the_same_number_after_two_minutes_is_worse_and_said_to_be() -> None:
    before = Said(Range(2, 5), at=100.0)
    assert say(ahead(2, 5), now=220.0, before=before) == Saying(Range(2, 5), worse=True)
    assert say(ahead(2, 5), now=100.0 + 30, before=before).worse is False  # four and a half minutes are left: five


def test_a_wait_beyond_what_was_said_is_worse_however_short() -> None:
    assert say(ahead(0.1, 0.5), now=301.0, before=Said(Range(2, 5), at=0.0)).worse is True


def test_more_than_is_worse_than_a_number() -> None:
    assert say(ahead(14, 20), now=10.0, before=Said(Range(10, 15), at=0.0)) == Saying(Range(14, None), worse=True)


def test_after_more_than_only_a_greater_number_is_worse() -> None:
    before = Said(Range(10, None), at=0.0)
    assert say(ahead(10, 20), now=600.0, before=before).worse is False
    assert say(ahead(12, 20), now=60.0, before=before).worse is True
    assert say(ahead(9, 14), now=60.0, before=before) == Saying(Range(9, 14), worse=False)


@given(st.floats(0.1, 20), st.floats(0.1, 20), st.floats(0, 1200))
def test_what_is_not_called_worse_ends_no_later_than_was_said(first: float, second: float, passed: float) -> None:
    before = range_of(ahead(first / 2, first))
    saying = say(ahead(second / 2, second), now=passed, before=Said(before, at=0.0))
    if not saying.worse and before.most is not None:
        assert saying.range.most is not None
        assert passed + 60 * saying.range.most < 60 * (before.most + 1)


@pytest.mark.parametrize(("waited", "kept"), [(0, False), (60, False), (61, True), (300, True), (300.1, False)])
def test_a_wait_is_as_was_said_when_its_minute_is(waited: float, kept: bool) -> None:
    assert Range(2, 5).holds(waited) is kept


def test_more_than_was_right_when_it_took_longer() -> None:
    assert Range(15, None).holds(901) is True
    assert Range(15, None).holds(900) is False
    assert Range(1, 3).holds(0) is True


def test_an_estimate_that_mostly_holds_is_trusted() -> None:
    assert trusted(Promises(80, 100)) is True
    assert Promises(80, 100).lower == pytest.approx(0.7112, abs=1e-4)


def test_an_estimate_that_often_fails_is_not_said() -> None:
    assert trusted(Promises(70, 100)) is False
    assert trusted(Promises(70, 100), wanted=0.5) is True


def test_a_few_calls_prove_nothing() -> None:
    assert trusted(Promises(0, 0)) is False
    assert trusted(Promises(49, 49)) is False
    assert trusted(Promises(20, 20), least=20) is True
    assert trusted(Promises(3, 3), least=0) is False
    assert Promises(0, 0).lower == 0


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_sure_part_is_never_more_than_the_measured_one(kept: int, missed: int) -> None:
    lower = Promises(kept, kept + missed).lower
    assert 0 <= lower <= kept / max(1, kept + missed)
    assert Promises(kept + 1, kept + 1 + missed).lower >= lower


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_numbers_that_cannot_be_are_refused_with_their_name(bad: float) -> None:
    with pytest.raises(ValueError, match="number of agents"):
        expected_wait(1, bad, 240)
    with pytest.raises(ValueError, match="handling time"):
        estimate(1, 5, bad)
    with pytest.raises(ValueError, match="patience"):
        estimate(1, 5, 240, bad)
    with pytest.raises(ValueError, match="quantile"):
        wait_quantile(bad, 1, 5, 240)
    with pytest.raises(ValueError, match="weight for the queue 'sales'"):
        effective_agents("support", [{"sales": bad, "support": 1}])
    with pytest.raises(ValueError, match="wanted part"):
        trusted(Promises(1, 1), wanted=bad)


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="position"):
        expected_wait(0, 5, 240)
    with pytest.raises(ValueError, match="cap"):
        range_of(ahead(1, 2), cap=0)
    with pytest.raises(ValueError, match="5 of 4"):
        Promises(5, 4)
