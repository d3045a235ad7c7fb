"""The page of a plan: what it may say, and every mistake at its place with a way to mend it."""

from __future__ import annotations

import pytest

from ivr.core.acd.setup import LANGUAGE, BreakReason, Queue, Setup
from ivr.core.document.problems import Problem, Problems, Severity
from ivr.core.workforce.plan import Break, Length, Plan
from ivr.core.workforce.reading import read_plan

SETUP = Setup(
    queues={name: Queue(name=name) for name in ("billing", "sales")},
    skills={"contracts": "Contracts"},
    groups={"back_office": "Helps"},
    breaks={"lunch": BreakReason("lunch")},
)
PAGE = """\
day: 08:00-12:00
interval: 1h
calls:
  billing:
    per_interval: [30, 60.5, 80, 0]
    talk: 4m
    patience: 2m
  contracts:
    queue: billing
    per_interval: 12
    talk: {mean: 5m, variation: 0.8}
    patience: no
    needs: {contracts: 2}
    language: en
agents:
  ada: {queues: billing, skills: {contracts: 3}, languages: [en, zh], shift: 08:00-12:00, breaks: {lunch: 10:00-10:30}}
  team: {count: 12, queues: [billing, sales], groups: back_office, shift: 08:00-09:30, 10:00-12:00}
phones: {answer: 4s, no_answer: 2.5%, back_after: 3m}
"""


def _read(page: str, setup: Setup = SETUP) -> tuple[Plan | None, list[Problem]]:
    problems = Problems()
    plan = read_plan(page, "plan.yaml", problems, setup)
    return plan, problems.all


def test_a_page_says_all_of_a_day() -> None:
    plan, problems = _read(PAGE)
    assert problems == []
    assert plan is not None
    assert (plan.begins, plan.interval, plan.intervals, plan.ends) == (8 * 3600, 3600, 4, 12 * 3600)
    billing, contracts = plan.demands
    assert (billing.queue, billing.calls, billing.talk) == ("billing", (30, 60.5, 80, 0), Length(240))
    assert (billing.patience, contracts.patience) == (120, None)
    assert (contracts.queue, contracts.calls, contracts.talk) == ("billing", (12,) * 4, Length(300, 0.8))
    assert contracts.needs == (("contracts", 2), (f"{LANGUAGE}en", 1))
    assert (plan.answer, plan.no_answer, plan.back_after) == (Length(4, 0), 0.025, 180)


def test_agents_have_names_of_their_own_and_their_shifts() -> None:
    plan, _ = _read(PAGE)
    assert plan is not None
    ada, first, *others = plan.shifts
    assert ada.agent.level(f"{LANGUAGE}zh") == 1
    assert ada.breaks == (Break(36000, 37800, "lunch"),)
    assert [shift.agent.agent_id for shift in (first, others[-1])] == ["team_01", "team_12"]
    assert first.stretches == ((28800, 34200), (36000, 43200))
    assert first.agent.groups == {"back_office"}


def test_what_is_not_said_has_a_usual_value() -> None:
    calls, agents = "{sales: {per_interval: 5, talk: 1m, patience: no}}", "{a: {queues: sales, shift: 24h}}"
    plan, problems = _read(f"day: 08:00-09:00\ncalls: {calls}\nagents: {agents}\n")
    assert problems == []
    assert plan is not None
    assert (plan.interval, plan.intervals, plan.no_answer, plan.answer.mean) == (1800, 2, 0, 0)


def test_a_phone_can_be_answered_at_random() -> None:
    plan, _ = _read(PAGE.replace("answer: 4s", "answer: {mean: 4s}"))
    assert plan is not None
    assert plan.answer == Length(4)


def test_nights_go_on_past_midnight() -> None:
    plan, problems = _read(
        PAGE.replace("day: 08:00-12:00", "day: 22:00-02:00")
        .replace("08:00-12:00, breaks", "20:00-02:00, breaks")
        .replace("10:00-10:30", "23:00-23:30")
        .replace("08:00-09:30, 10:00-12:00", "22:00-06:00")
    )
    assert problems == []
    assert plan is not None
    assert (plan.begins, plan.ends) == (22 * 3600, 26 * 3600)


@pytest.mark.parametrize(
    ("before", "after", "code", "place", "said"),
    [
        ("day: 08:00-12:00", "day: 08:00-10:00, 11:00-12:00", "F290", (1, 6), "one span"),
        ("day: 08:00-12:00", "day: closed", "F290", (1, 6), "one span"),
        ("interval: 1h", "interval: 45m", "F290", (1, 6), "no whole number of intervals of 45m"),
        ("interval: 1h", "interval: 10s", "F015", (2, 11), "should last 1m to 24h"),
        ("[30, 60.5, 80, 0]", "[30, 60, 80]", "F291", (5, 19), "3 numbers here, and the day has 4 intervals of 1h"),
        ("[30, 60.5, 80, 0]", "[30, many, 80, 0]", "F296", (5, 24), "'many' is no number of calls"),
        ("variation: 0.8", "variation: 80%", "F296", (11, 33), "'80%' is no variation"),
        ("no_answer: 2.5%", "no_answer: 100%", "F296", (18, 33), "no part of the offers"),
        ("  billing:\n", "  biling:\n", "F292", (4, 3), "did you mean 'billing'?"),
        ("queue: billing", "queue: shop", "F292", (9, 12), "there is billing, sales"),
        ("[billing, sales]", "[billing, sale]", "F292", (17, 39), "did you mean 'sales'?"),
        ("needs: {contracts: 2}", "needs: {contract: 2}", "F293", (13, 13), "did you mean 'contracts'?"),
        ("skills: {contracts: 3}", "skills: {tech: 3}", "F293", (16, 35), "there is contracts"),
        ("skills: {contracts: 3}", "skills: {contracts: 7}", "F015", (16, 46), "between 1 and 5"),
        ("groups: back_office", "groups: nobody", "F293", (17, 55), "there is back_office"),
        ("{lunch: 10:00-10:30}", "{tea: 10:00-10:30}", "F293", (16, 100), "no reason for a break 'tea'"),
        (
            "{lunch: 10:00-10:30}",
            "{lunch: 11:50-12:20}",
            "F294",
            (16, 107),
            "the break 11:50-12:20 is outside the shift",
        ),
        ("shift: 08:00-09:30, 10:00-12:00", "shift: 13:00-17:00", "F294", (17, 75), "not there at any time"),
        ("count: 12", "count: 6000", "F015", (17, 17), "between 1 and 5000"),
        ("  team:", "  ada_1: {queues: sales, shift: 08:00-12:00}\n  team:", "", (0, 0), ""),
        ("  team: {count: 12", "  ada: {count: 1", "F004", (17, 3), "'ada' is said twice"),
        ("    talk: 4m\n", "", "F020", (5, 5), "'billing' needs 'talk'"),
        ("    patience: 2m\n", "", "F020", (5, 5), "'billing' needs 'patience'"),
        ("patience: 2m", "patience: 2", "F013", (7, 15), "not a length of time"),
        ("    talk: 4m\n", "    talk: 4m\n    wrap_up: 1m\n", "F021", (7, 5), "it is written in queues.yaml"),
        ("queues: [billing, sales], groups: back_office, ", "", "F020", (17, 9), "needs 'queues'"),
        ("phones: {answer: 4s", "phones: {ring: 4s", "F021", (18, 10), "write answer:"),
        ("  ada: {queues", "  ada: 5\n  bo: {queues", "F022", (16, 8), "should be a set of options"),
        ("per_interval: 12", "per_interval: 999999", "F297", (4, 3), "more than 1,000,000 calls"),
    ],
)
def test_a_mistake_is_told_at_its_place(before: str, after: str, code: str, place: tuple[int, int], said: str) -> None:
    assert before in PAGE
    plan, problems = _read(PAGE.replace(before, after, 1))
    if not code:
        assert problems == []
        return
    problem = problems[0]
    assert [(one.code, one.mark.line, one.mark.column) for one in problems] == [(code, *place)], problem
    assert said in f"{problem.message} {problem.hint}"
    assert problem.hint or code < "F200"
    assert plan is None


def test_names_that_a_count_makes_are_not_taken_twice() -> None:
    page = PAGE.replace("  team:", "  team_03: {queues: sales, shift: 08:00-12:00}\n  team:")
    plan, problems = _read(page)
    assert plan is None
    assert [(one.code, one.message) for one in problems] == [("F004", "'team_03' is an agent already.")]


def test_the_number_of_agents_is_bounded() -> None:
    many = "".join(f"  t{number}: {{count: 4000, queues: sales, shift: 08:00-12:00}}\n" for number in range(300))
    plan, problems = _read(PAGE.replace("  team:", f"{many}  team:"))
    assert plan is None
    assert [(one.code, one.mark.line) for one in problems] == [("F297", 18)]


def test_calls_that_nobody_could_serve_are_a_warning() -> None:
    plan, problems = _read(PAGE.replace("languages: [en, zh]", "languages: zh"))
    assert plan is not None
    [problem] = problems
    assert (problem.code, problem.severity, problem.mark.line) == ("F295", Severity.WARNING, 8)
    assert "'contracts'" in problem.message


@pytest.mark.parametrize("page", ["", "- a\n", "calls: 5\n", "agents: [a]\n", "day: {x: 1}\n", "a: [\n"])
def test_what_is_no_plan_is_told(page: str) -> None:
    plan, problems = _read(page)
    assert plan is None
    assert problems


def test_where_there_are_no_queues_the_finding_says_so() -> None:
    _, problems = _read(PAGE, Setup())
    assert "queues.yaml has no queue at all" in {problem.hint for problem in problems}
    assert "F293" in {problem.code for problem in problems}
