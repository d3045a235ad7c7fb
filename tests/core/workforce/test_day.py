"""A day on the real router: it agrees with the theory where there is one, its books balance, and shifts hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.acd.orders import AgentMoved, Command, News, Offer
from ivr.core.acd.people import MISSED
from ivr.core.acd.setup import Queue, Step, Target, WrapUpCode
from ivr.core.workforce.counts import Counts, Day, added
from ivr.core.workforce.day import simulate
from ivr.core.workforce.plan import Break, Demand, Length, Plan, Shift
from tests.core.workforce.days import HOUR, MOST, crew, dice, opposite, setup, shift, steady

# Calls in half an hour, talk, agents, patience, threshold; then P(abandon), mean wait, P(served within the threshold),
# and how many pairs of days are played: with many agents a day is further from the mean.
GOLDEN = [
    (100, 180, 9, 120, 20, 0.192156, 23.0587, 0.524066, 1),
    (100, 180, 11, 120, 20, 0.094155, 11.2986, 0.742209, 1),
    (100, 180, 13, 120, 20, 0.038426, 4.6112, 0.888550, 1),
    (360, 240, 48, 180, 20, 0.061592, 11.0866, 0.733006, 2),
    (50, 240, 6, 90, 30, 0.241425, 21.7283, 0.597668, 1),
]
CALLS = 30_000  # of a day
WARM_UP = 2  # half hours until it does not matter any more that nobody called before


@pytest.mark.slow
@pytest.mark.parametrize("row", GOLDEN)
def test_it_agrees_with_erlang_a(row: tuple[int, float, int, float, float, float, float, float, int]) -> None:
    calls, talk, agents, patience, within, abandons, wait, served, pairs = row
    queue = Queue(name="care", target=Target(0.8, within))
    plan = steady(calls, talk, agents, patience, intervals=CALLS // calls, queue=queue)
    days = [simulate(plan, fall(seed)) for seed in range(pairs) for fall in (dice, opposite)]
    found = added(interval.queues["care"] for day in days for interval in day.intervals[WARM_UP:])
    assert found.service_level == pytest.approx(served, abs=0.01)
    assert found.abandonment == pytest.approx(abandons, abs=0.01)
    assert found.mean_wait == pytest.approx(wait, rel=0.05)
    busy = calls / 1800 * talk * (1 - abandons) / agents
    assert math.fsum(day.spent.occupancy or 0 for day in days) / len(days) == pytest.approx(busy, abs=0.01)


def test_the_same_dice_make_the_same_day() -> None:
    plan = replace(_rich(3), no_answer=0.1)
    assert simulate(plan, dice(5)) == simulate(plan, dice(5))
    assert simulate(plan, dice(5)) != simulate(plan, dice(6))


def test_a_day_of_ten_thousand_calls_is_played() -> None:
    found = simulate(steady(500, 180, 56, 120, intervals=20), dice(1)).total()
    assert found.offered == pytest.approx(10_000, abs=400)
    assert found.answered / found.offered > 0.9


# What is drawn


def test_lengths_have_the_mean_and_the_variation_that_are_asked_for() -> None:
    fall = dice(3)
    for length, variation in ((Length(240.0), 1.0), (Length(240.0, 0.5), 0.5), (Length(60.0, 2.0), 2.0)):
        drawn = [length.draw(fall) for _ in range(100_000)]
        mean = math.fsum(drawn) / len(drawn)
        deviation = math.sqrt(math.fsum((one - mean) ** 2 for one in drawn) / len(drawn))
        assert mean == pytest.approx(length.mean, rel=0.02)
        assert deviation / mean == pytest.approx(variation, rel=0.1)
    assert Length(7.0, 0.0).draw(fall) == 7.0


@pytest.mark.parametrize("value", [0.0, MOST])
def test_dice_at_either_end_draw_lengths_that_end(value: float) -> None:
    for length in (Length(60.0), Length(60.0, 0.5)):
        assert 0 <= length.draw(lambda: value) < math.inf


def test_calls_come_at_the_rate_of_their_interval() -> None:
    plan = Plan(
        setup=setup(Queue(name="care")),
        begins=8 * HOUR,
        interval=HOUR,
        demands=(Demand(queue="care", calls=(400.0, 0.0, 1600.0), talk=Length(10.0)),),
        shifts=(),
    )
    offered = [interval.queues["care"].offered for interval in simulate(plan, dice(2)).intervals]
    assert offered[0] == pytest.approx(400, abs=80)
    assert offered[1] == 0
    assert offered[2] == pytest.approx(1600, abs=160)


# Books and shifts


def _rich(seed: int) -> Plan:
    """A day with all that a day can have."""
    care = Queue(
        name="care",
        steps=(Step(lasts=15.0, require=(("tech", 2),)), Step(drop=("tech",))),
        target=Target(0.8, 15.0),
        wrap_up=20.0,
        longest=90.0,
        most=6,
    )
    sales = Queue(name="sales", wrap_up=10.0, code_required=True, join_empty=False, priority=2.0)
    both, late = shift("both", 0.0, 3 * HOUR, queues="care sales", breaks=((HOUR, HOUR + 600),)), shift("late", HOUR)
    agents = (
        both,
        shift("tech", 0.0, 2 * HOUR, skills={"tech": 3}),
        replace(late, stretches=((HOUR, 1.4 * HOUR), (1.5 * HOUR, 3 * HOUR)), breaks=(Break(2 * HOUR, 2.2 * HOUR),)),
        shift("seller", 0.5 * HOUR, 2.5 * HOUR, queues="sales", breaks=((HOUR, 1.2 * HOUR), (2.3 * HOUR, 2.5 * HOUR))),
    )
    return Plan(
        setup=replace(setup(care, sales), codes={"sold": WrapUpCode("sold")}),
        interval=900.0,
        demands=(
            Demand(queue="care", calls=(10.0, 20.0, 30.0) * 4, talk=Length(120.0, 0.7), patience=60.0 + seed),
            Demand(queue="care", calls=(5.0,) * 12, talk=Length(60.0), needs=(("tech", 3),)),
            Demand(queue="sales", calls=(0.0,) + (8.0,) * 11, talk=Length(200.0, 0.0), patience=40.0),
        ),
        shifts=agents,
        answer=Length(4.0),
    )


def _balanced(day: Day) -> None:
    for interval in day.intervals:
        for counts in interval.queues.values():
            assert counts.offered == counts.answered + counts.abandoned + counts.released + counts.waiting
            assert 0 <= counts.within <= counts.answered
            assert min(counts.abandoned, counts.released, counts.waiting) >= 0


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.05, 0.5]))
@settings(max_examples=15, deadline=None)
def test_books_balance_and_shifts_hold_whatever_the_dice(seed: int, no_answer: float) -> None:
    plan = replace(_rich(seed % 50), no_answer=no_answer)
    shifts = {shift.agent.agent_id: shift for shift in plan.shifts}
    wrong: list[tuple[float, Offer]] = []

    def watch(at: float, said: Sequence[Command | News]) -> None:
        offers = (one for one in said if isinstance(one, Offer))
        wrong.extend((at, one) for one in offers if not shifts[one.agent_id].there(at))

    day = simulate(plan, dice(seed), watch)
    assert wrong == []
    _balanced(day)
    assert sum(worked.talks for worked in day.agents) == day.total().answered
    for worked in day.agents:
        rostered = sum(ends - begins for begins, ends in shifts[worked.agent_id].stretches)
        spent = worked.spent.there + worked.spent.away
        assert spent >= min(rostered, plan.ends) - 1e-6  # the last talk may go on after the shift
    assert day.spent.busy <= sum(worked.spent.busy for worked in day.agents) + 1e-6


def test_who_still_waits_when_the_day_ends_is_counted() -> None:
    found = simulate(steady(100, 600, 1, None, intervals=1), dice(1)).total()
    assert found.abandoned == found.released == 0
    assert found.waiting == found.offered - found.answered > 50


def test_without_agents_all_lose_patience() -> None:
    found = simulate(steady(50, 60, 0, 30.0, intervals=4), dice(1)).total()
    assert found.answered == 0
    assert found.abandoned + found.waiting == found.offered > 0
    assert found.mean_wait == pytest.approx(30, rel=0.3)


def test_limits_of_the_queue_let_callers_go() -> None:
    full = simulate(steady(200, 300, 2, None, intervals=2, queue=Queue(name="care", most=1)), dice(1)).total()
    assert full.released > full.answered
    assert full.waiting <= 1
    late = simulate(steady(200, 300, 2, None, intervals=2, queue=Queue(name="care", longest=30.0)), dice(1)).total()
    assert late.released > 0
    assert late.waited <= 30 * late.over


# Times, on a day that can be reckoned by hand: a call every 60 s, whose talk takes 30 s


def _by_hand(queue: Queue, shifts: tuple[Shift, ...], answer: float = 0.0, count: int = 10) -> Plan:
    """Dice that always fall on 1 - 1/e make every step of the arrivals its mean."""
    return Plan(
        setup=setup(queue),
        interval=60.0 * count,
        demands=(Demand(queue="care", calls=(float(count),), talk=Length(30.0, 0.0)),),
        shifts=shifts,
        answer=Length(answer, 0.0),
    )


def _mean_dice() -> float:
    return 1 - 1 / math.e


def test_ringing_is_waiting_for_the_caller_and_work_for_the_agent() -> None:
    day = simulate(_by_hand(Queue(name="care", target=Target(0.8, 3.0)), (shift("ada"),), answer=4.0), _mean_dice)
    (interval,) = day.intervals
    assert interval.queues["care"] == Counts(offered=9, answered=9, waited=36.0)
    assert interval.spent.busy == pytest.approx(9 * 34.0)
    assert interval.spent.idle == pytest.approx(600 - 9 * 34.0)


def test_the_target_counts_its_limit() -> None:
    day = simulate(_by_hand(Queue(name="care", target=Target(0.8, 4.0)), (shift("ada"),), answer=4.0), _mean_dice)
    assert day.total().within == 9


def test_wrap_up_follows_each_talk_and_is_work() -> None:
    day = simulate(_by_hand(Queue(name="care", wrap_up=40.0), (shift("ada"),)), _mean_dice)
    # A call every 60 s meets an agent who needs 70 s for each: the n-th waits 10 s longer than the one before.
    assert day.total().waited == pytest.approx(sum(range(0, 80, 10)), abs=1)
    assert day.spent.occupancy == pytest.approx(540 / 600)


def test_a_code_that_is_wanted_is_given_when_the_wrap_up_is_over() -> None:
    plan = _by_hand(Queue(name="care", wrap_up=10.0, code_required=True), (shift("ada"),))
    codes: list[str] = []

    def watch(at: float, said: Sequence[Command | News]) -> None:
        codes.extend(one.code for one in said if isinstance(one, AgentMoved) and one.code)

    day = simulate(replace(plan, setup=replace(plan.setup, codes={"sold": WrapUpCode("sold")})), _mean_dice, watch)
    assert codes == ["sold"] * 9
    assert day.spent.busy == pytest.approx(9 * 40.0)


def test_a_phone_that_is_not_answered_costs_its_agent_a_break() -> None:
    plan = replace(_by_hand(Queue(name="care", ring=10.0), crew(2, HOUR)), no_answer=1 - 1e-9, back_after=45.0)
    reasons: list[str] = []

    def watch(at: float, said: Sequence[Command | News]) -> None:
        reasons.extend(one.reason for one in said if isinstance(one, AgentMoved))

    day = simulate(plan, _mean_dice, watch)
    assert MISSED in reasons
    assert day.total().answered == 0
    assert day.spent.away > 0
    assert day.spent.busy > 0  # while it rings


def test_an_answer_that_comes_too_late_is_none() -> None:
    day = simulate(_by_hand(Queue(name="care", ring=10.0), (shift("ada"),), answer=12.0), _mean_dice)
    assert day.total().answered == 0


def test_a_break_waits_for_the_talk_and_ends_on_time() -> None:
    # Calls come at 60, 120, …; the talk of the one at 120 goes on until 150, so the break begins then.
    day = simulate(_by_hand(Queue(name="care"), (shift("ada", breaks=((130.0, 170.0),)),)), _mean_dice)
    assert day.agents[0].spent.away == pytest.approx(20.0)
    assert day.total() == Counts(offered=9, answered=9, within=9)


def test_a_shift_that_ends_in_a_talk_ends_after_it() -> None:
    day = simulate(_by_hand(Queue(name="care"), (shift("ada", 0.0, 70.0),)), _mean_dice)
    assert day.agents[0].spent.there == pytest.approx(90.0)
    assert day.agents[0].talks == 1
    assert day.total().waiting == 8


def test_agents_of_several_queues_serve_both_and_skills_decide() -> None:
    plan = Plan(
        setup=setup(Queue(name="care"), Queue(name="sales")),
        interval=HOUR,
        demands=(
            Demand(queue="care", calls=(30.0,), talk=Length(30.0), needs=(("tech", 2),)),
            Demand(queue="sales", calls=(30.0,), talk=Length(30.0)),
        ),
        shifts=(shift("plain", queues="care sales", skills={"tech": 1}), shift("tech", skills={"tech": 2})),
    )
    served: dict[str, set[str]] = {}

    def watch(at: float, said: Sequence[Command | News]) -> None:
        for one in said:
            if isinstance(one, Offer):
                served.setdefault(one.agent_id, set()).add(one.decision.need.queue)

    day = simulate(plan, dice(4), watch)
    assert served == {"plain": {"sales"}, "tech": {"care"}}
    _balanced(day)
