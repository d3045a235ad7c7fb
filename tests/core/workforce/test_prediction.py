"""Erlang's numbers beside a plan: where they can be, what they are, and why not where they cannot."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ivr.core.acd.setup import Queue, Step, Target
from ivr.core.workforce.day import simulate
from ivr.core.workforce.erlang import erlang_a, erlang_c
from ivr.core.workforce.plan import Break, Demand, Length, Plan
from ivr.core.workforce.prediction import model, obstacle, predict, whole_day
from tests.core.workforce.days import HOUR, crew, dice, setup, shift, steady

PLAN = steady(100, 180, 13, 120, intervals=2, queue=Queue(name="care", target=Target(0.8, 30)))


def _one(plan: Plan) -> Demand:
    return plan.demands[0]


def test_a_queue_of_one_sort_has_the_numbers_of_erlang_a() -> None:
    assert obstacle(PLAN, "care") == ""
    assert model(PLAN, "care") == "Erlang A"
    expected = erlang_a(100 / 1800, 180, 13, 120, 30)
    for one in (*predict(PLAN, "care"), whole_day(predict(PLAN, "care"))):
        found = (one.service_level, one.abandons, one.mean_wait)
        assert found == pytest.approx((expected.served, expected.abandons, expected.mean_wait))


def test_callers_who_all_wait_are_those_of_erlang_c() -> None:
    plan = replace(PLAN, demands=(replace(_one(PLAN), patience=None),))
    assert model(plan, "care") == "Erlang C"
    expected = erlang_c(100 / 1800, 180, 13, 30)
    assert predict(plan, "care")[0].service_level == pytest.approx(expected.service_level)
    assert predict(plan, "care")[0].abandons == 0


def test_ringing_and_wrap_up_are_part_of_the_handling_and_ringing_of_the_wait() -> None:
    queue = Queue(name="care", target=Target(0.8, 30), wrap_up=25)
    plan = replace(PLAN, setup=setup(queue), answer=Length(5.0), demands=(replace(_one(PLAN), patience=None),))
    expected = erlang_c(100 / 1800, 210, 13, 25)
    found = predict(plan, "care")[0]
    assert found.service_level == pytest.approx(expected.service_level)
    assert found.mean_wait == pytest.approx(expected.asa + 5)
    assert predict(replace(plan, answer=Length(31.0)), "care")[0].service_level == 0


def test_parts_of_an_interval_with_other_agents_weigh_by_their_length() -> None:
    shifts = (*crew(12, HOUR), replace(shift("late", 900.0, HOUR), breaks=(Break(1800.0, 2700.0),)))
    plan = replace(PLAN, shifts=shifts)
    twelve, thirteen = (erlang_a(100 / 1800, 180, n, 120, 30).served for n in (12, 13))
    assert [one.service_level for one in predict(plan, "care")] == pytest.approx([(twelve + thirteen) / 2] * 2)


def test_intervals_of_a_day_weigh_by_their_calls() -> None:
    plan = replace(PLAN, demands=(replace(_one(PLAN), calls=(150.0, 50.0)),))
    busy, calm = predict(plan, "care")
    assert whole_day((busy, calm)).service_level == pytest.approx(0.75 * busy.service_level + 0.25 * calm.service_level)
    assert whole_day((busy, calm)).calls == 200


def test_where_nobody_calls_nobody_waits() -> None:
    plan = replace(PLAN, demands=(replace(_one(PLAN), calls=(0.0, 0.0)),))
    whole = whole_day(predict(plan, "care"))
    assert (whole.service_level, whole.abandons, whole.mean_wait) == (1, 0, 0)


def test_a_load_that_nobody_can_carry_waits_for_ever_in_erlang_c() -> None:
    plan = replace(PLAN, shifts=crew(5, HOUR), demands=(replace(_one(PLAN), patience=None),))
    assert whole_day(predict(plan, "care")).mean_wait == math.inf


def test_what_the_models_do_not_know_is_named() -> None:
    demand = _one(PLAN)
    assert "several sorts" in obstacle(replace(PLAN, demands=(demand, demand)), "care")
    assert "not answered" in obstacle(replace(PLAN, no_answer=0.02), "care")
    loosening = Queue(name="care", steps=(Step(lasts=20.0, require=(("tech", 1),)), Step(drop=("tech",))))
    assert "loosen" in obstacle(replace(PLAN, setup=setup(loosening)), "care")
    other = Demand(queue="sales", calls=(10.0, 10.0), talk=Length(60.0))
    shared = replace(PLAN, demands=(demand, other), shifts=crew(5, HOUR, "care sales"))
    assert "other calls" in obstacle(shared, "care")
    apart = replace(PLAN, demands=(demand, other), shifts=(*crew(5, HOUR), shift("seller", queues="sales")))
    assert obstacle(apart, "care") == obstacle(apart, "sales") == ""


def test_agents_of_another_queue_whose_skills_fit_no_call_of_it_serve_nothing_else() -> None:
    demand = replace(_one(PLAN), needs=(("tech", 2),))
    other = Demand(queue="sales", calls=(10.0, 10.0), talk=Length(60.0), needs=(("shop", 1),))
    skilled = tuple(
        shift(name, queues="care sales", skills=skills) for name, skills in (("a", {"tech": 3}), ("b", {"shop": 2}))
    )
    assert obstacle(replace(PLAN, demands=(demand, other), shifts=skilled), "care") == ""


def test_a_day_that_goes_on_long_comes_to_what_is_predicted() -> None:
    queue = Queue(name="care", target=Target(0.8, 20), wrap_up=15)
    plan = replace(steady(150, 120, 13, 90, intervals=100, queue=queue), answer=Length(5.0, 0.0))
    found, predicted = simulate(plan, dice(1)).total(), whole_day(predict(plan, "care"))
    assert found.service_level == pytest.approx(predicted.service_level, abs=0.015)
    assert found.abandonment == pytest.approx(predicted.abandons, abs=0.005)
    assert found.mean_wait == pytest.approx(predicted.mean_wait, rel=0.05)
