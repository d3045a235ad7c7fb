"""What scenarios have tried of the flows, counted; and that what a call does is found among an action's exits."""

from __future__ import annotations

import random

import pytest

from ivr.core.calls.outcomes import Dialled, DialStatus, Failed, Given, Queued, QueueEnding, Recorded
from ivr.core.flow.bundle import is_flow, read
from ivr.core.flow.kinds import KINDS
from ivr.core.flow.moments import Act, Comes, Doing, Moment, Press
from ivr.core.flow.scenario.coverage import Coverage, FlowCoverage, percent, total, way_of
from ivr.core.flow.scenario.judge import judge
from ivr.core.flow.scenario.play import World, play_all
from ivr.core.flow.virtual import VirtualCall
from tests.core.flow.calls import FACTS
from tests.core.flow.scenario.scenes import FLOW, bundle, pages, scenario

SMALL = """
flow:
  start:
    - menu: Press 1 or 2.
      options: [{press: 1, go: end}, {press: 2, go: end}]
      attempts: 1
      give_up: end
  end:
    - hangup
  other:
    - dial: "1001"
    - hangup
"""


def covered(text: str, flow: str = FLOW, **others: str) -> dict[str, FlowCoverage]:
    """The coverage of a page of scenarios, by flow."""
    found = pages(text, flow, **others)
    assert not found.problems, found.shown
    flows = bundle(flow, **{"main.scenarios__yaml": text, **others}).flows
    coverage = Coverage(flows)
    for one in play_all(found.scenarios, World(flows)):
        assert one.passed, one.difference
        coverage.add(one.call)
    return {one.flow: one for one in coverage.of()}


def test_actions_and_outcomes_are_counted() -> None:
    main = covered(scenario("presses: 1"), SMALL)["main"]
    assert (main.actions_tried, main.actions) == (2, 4)
    # menu: option 1, option 2, give_up; hangup: ended, twice; dial: five, for `failed` is a fault
    assert (main.outcomes_tried, main.outcomes) == (2, 10)
    assert main.percent == percent(4, 14)


def test_what_is_missing_is_told_with_its_place() -> None:
    main = covered(scenario("presses: 1"), SMALL)["main"]
    assert [(item.mark.line, item.what) for item in main.missing] == [
        (4, "menu: 'option 2' never happens"),
        (4, "menu: 'give_up' never happens"),
        (11, "dial is never reached"),
        (12, "hangup is never reached"),
    ]


def test_keys_that_mean_something_anywhere_are_outcomes() -> None:
    without = covered(scenario("presses: 1"))["main"]
    with_keys = covered(scenario('hears: press 1\npresses: "*"\nhears: press 1\npresses: 0\nhangs_up'))["main"]
    assert {"anywhere: nobody presses 0 (operator)", "anywhere: nobody presses * (repeat)"} <= {
        item.what for item in without.missing
    }
    assert not any("anywhere" in item.what for item in with_keys.missing)


def test_a_call_in_another_flow_counts_for_that_flow() -> None:
    outer = "flow:\n  start:\n    - flow: inner\n    - hangup\n"
    inner = "flow:\n  ask:\n    - say: Within.\n    - return\n"
    if read({"main.yaml": outer.encode(), "inner.yaml": inner.encode()}).bundle is None:
        pytest.skip("flows cannot enter flows yet")
    found = covered(scenario("hears: within\nexpect: {ended: completed}"), outer, inner__yaml=inner)
    assert found["inner"].actions_tried == found["inner"].actions


@pytest.mark.parametrize(
    ("tried", "of", "shown"), [(0, 0, 100.0), (1, 3, 33.3), (999, 1000, 99.9), (9999, 10000, 99.9)]
)
def test_all_is_a_hundred_percent_and_nothing_less_is(tried: int, of: int, shown: float) -> None:
    assert percent(tried, of) == shown


def test_flows_are_weighed_by_what_is_in_them() -> None:
    one = FlowCoverage("a", "a.yaml", 2, 2, 2, 2, ())
    other = FlowCoverage("b", "b.yaml", 2, 0, 4, 0, ())
    assert total([one, other]) == 40.0


def test_the_clinic_can_be_covered_wholly() -> None:
    text = """
- scenario: number
  languages: [en, zh]
  call: [presses: 1 42, hears: {en: Thank you, zh: 谢谢}]
- scenario: silent with the number
  call: [presses: 1, hears: your number, says_nothing, says_nothing, dialled: answered]
- scenario: silent
  call: [says_nothing, says_nothing, dialled: busy, leaves: words]
- scenario: message
  call: [presses: "*", presses: 2, leaves: words]
"""
    for status in ("no_answer", "unreachable", "refused"):
        text += f"- scenario: {status}\n  call: [presses: 0, dialled: {status}, leaves: words]\n"
    main = covered(text)["main"]
    assert main.missing == ()
    assert main.percent == 100.0


def test_the_cases_of_a_choice_are_told_apart() -> None:
    flow = """
flow:
  start:
    - choose: call.weekday
      options: {mon: monday, tue: other}
      else: other
  monday:
    - hangup
  other:
    - hangup
"""
    main = covered(scenario("expect: {ended: completed}"), flow)["main"]
    assert [item.what for item in main.missing] == [
        "choose: 'option tue' never happens",
        "choose: 'else' never happens",
        "hangup is never reached",
    ]


def test_a_folder_is_judged_by_its_scenarios() -> None:
    good = bundle(**{"main.scenarios__yaml": scenario("presses: 0\ndialled: busy")})
    assert judge(good).passed
    assert judge(good).words == "1 played, 0 differ"
    bad = judge(bundle(**{"main.scenarios__yaml": scenario("presses: 0\nhears: goodbye")}))
    assert not bad.passed
    assert "expected  hears: goodbye" in bad.words
    unreadable = judge(bundle(**{"main.scenarios__yaml": scenario("press: 0")}))
    assert not unreadable.passed
    assert "F223" in unreadable.words


def test_a_folder_without_scenarios_has_nothing_against_it() -> None:
    verdict = judge(bundle())
    assert (verdict.passed, verdict.played, verdict.words) == (True, 0, "there are no scenarios")


def test_judging_takes_no_longer_than_it_may() -> None:
    ticks = iter(range(0, 100, 20))
    page = scenario("presses: 0\ndialled: busy") + scenario("presses: 0\ndialled: busy").replace("one", "two")
    folder = bundle(**{"main.scenarios__yaml": page})
    verdict = judge(folder, monotonic=lambda: float(next(ticks)), within=30)
    assert not verdict.passed
    assert verdict.words == "1 scenarios were played in 30 s, and there are more"


# What a step may say besides the outcomes of its action: where it went is no choice of the action's.
OTHERS = {"anywhere", "back", "entered", "budget_spent", "caller_left", "unsaid"}


def any_caller(dice: random.Random, moment: Moment) -> Act | None:
    """Does anything that can be done in a moment."""
    at = dice.uniform(moment.since, moment.until)
    match moment.doing:
        case Doing.RINGS:
            return Comes(Dialled(dice.choice(list(DialStatus)), 1.0), at)
        case Doing.RECORDS:
            return Comes(Recorded("", 2.0, "silence"), at)
        case Doing.QUEUES if dice.random() < 0.5:
            ending = dice.choice((QueueEnding.ANSWERED, QueueEnding.WAITED_TOO_LONG))
            return Comes(Queued(ending, talked=1.0), at)
        case Doing.CONSULTS:
            values = (Given({"balance": 3}), Given([]), Given(None), Failed("timeout"), Failed("status 404"))
            return Comes(dice.choice(values), at)
        case _:
            return dice.choice((None, None, Press(dice.choice("0123456789*#"), at)))


@pytest.mark.parametrize("name", KINDS)
def test_whatever_happens_in_an_example_is_an_exit_that_is_counted(name: str) -> None:
    kind = KINDS[name]
    beside = {page: text.encode() for page, text in kind.beside.items() if not is_flow(page)}
    found = read({"main.yaml": kind.example.encode(), **beside}) if kind.example else None
    if found is None or found.bundle is None:
        pytest.skip("the example needs other files")
    [flow] = found.bundle.flows.values()
    assert any(action.kind == name and action.exits() for action in flow.actions())
    for seed in range(40):
        dice, call = random.Random(seed), VirtualCall(flow, FACTS)
        talk, act = call.talk(), None
        for _ in range(300):
            try:
                act = any_caller(dice, talk.send(act))
            except StopIteration:
                break
        for step in call.steps:
            action = flow.sections[step.section].actions[step.index]
            assert way_of(action, step) or step.outcome in OTHERS, (step, [way.outcome for way in action.exits()])
