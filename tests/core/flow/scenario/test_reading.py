"""Pages of scenarios: what they mean, and planted mistakes, each found at its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.core.flow.scenario.model import Presses, Refusal, Rings, SaysNothing, Words
from tests.core.flow.scenario.scenes import codes, pages, scenario

MISTAKES = [
    ("scenario: one\n", "F220", 1),
    ("- call:\n    - presses: 1\n", "F020", 1),
    ("- scenario: one\n  call: [presses: 1]\n- scenario: one\n  call: [presses: 1]\n", "F221", 3),
    ("- scenario: one\n  flow: mian\n  call: [presses: 1]\n", "F222", 2),
    ("- scenario: one\n", "F223", 1),
    ("- scenario: one\n  call: presses 1\n", "F223", 2),
    (scenario("press: 1"), "F223", 3),
    (scenario("presses: 1\nlistens: hello"), "F223", 4),
    (scenario("{presses: 1, hears: hello}"), "F223", 3),
    (scenario("hangs_up: now"), "F223", 3),
    (scenario("says: my bill"), "F224", 3),
    (scenario("presses: A"), "F225", 3),
    (scenario("presses: #"), "F225", 3),
    (scenario("dialled: bussy"), "F226", 3),
    (scenario("dialled: busy 10s"), "F226", 3),
    (scenario("presses: 1", "given: {fetch: {'': 1}}"), "F227", 2),
    (scenario("presses: 1", "language: fr"), "F228", 2),
    (scenario("presses: 1", "language: en", "languages: [en, zh]"), "F228", 2),
    (scenario("presses: 1", "at: tomorrow"), "F229", 2),
    (scenario("presses: 1", "at: 2026-11-23"), "F229", 2),
    (scenario("presses: 1", "at: 2026-02-30 10:00"), "F229", 2),
    (scenario("presses: 1", "begins_like: two"), "F230", 2),
    (scenario("presses: 1", "begins_like: one"), "F230", 2),
    (scenario("hears: {en: Welcome}", "languages: [en, zh]"), "F231", 4),
    (scenario("expect: {section: presciption}"), "F232", 3),
    (scenario("expect: {language: fr}"), "F228", 3),
    (scenario("expect: {ended: fine}"), "F018", 3),
    (scenario("expect: {outcome: fine}"), "F021", 3),
    (scenario("waits: 5"), "F013", 3),
    (scenario("waits: 3h"), "F013", 3),
    (scenario("hears: ''"), "F011", 3),
    (scenario("presses: 1", "caller: 1"), "F021", 2),
    (scenario("presses: 1", "returned: perhaps"), "F014", 2),
]


@pytest.mark.parametrize(("text", "code", "line"), MISTAKES)
def test_a_mistake_is_found_at_its_place(text: str, code: str, line: int) -> None:
    assert codes(text) == [(code, line)]


def test_all_mistakes_of_a_page_are_found_at_once() -> None:
    assert codes(scenario("press: 1\nsays: hello\nwaits: 5", "at: now")) == [
        ("F229", 2),
        ("F223", 4),
        ("F224", 5),
        ("F013", 6),
    ]


def test_a_finding_says_what_was_meant() -> None:
    [problem] = pages(scenario("pressses: 1")).problems
    assert problem.hint == "did you mean 'presses'?"
    [problem] = pages(scenario("expect: {section: presciption}")).problems
    assert "prescription" in problem.hint


def test_digits_need_no_quotes_and_keep_their_zeros() -> None:
    [one] = pages(scenario('presses: 0123#\npresses: 1 2 3\npresses: "*"')).scenarios
    assert [act.keys for act in one.call if isinstance(act, Presses)] == ["0123#", "123", "*"]


def test_a_step_without_anything_after_it_may_stand_alone() -> None:
    [one] = pages(scenario("says_nothing\nsays_nothing:\nhangs_up")).scenarios
    assert [type(act).__name__ for act in one.call] == ["SaysNothing", "SaysNothing", "HangsUp"]


def test_a_recording_of_nothing_is_silence() -> None:
    [one] = pages(scenario("records: nothing")).scenarios
    assert isinstance(one.call[0], SaysNothing)


def test_a_talk_has_a_length() -> None:
    [one] = pages(scenario("dialled: answered 2m\ndialled: no answer")).scenarios
    assert [(act.status, act.talked) for act in one.call if isinstance(act, Rings)] == [
        ("answered", 120.0),
        ("no_answer", 0.0),
    ]


def test_a_scenario_without_options_has_the_flow_of_its_page() -> None:
    [one] = pages(scenario("presses: 1")).scenarios
    assert (one.flow, one.languages, one.caller, one.called) == ("main", ("en",), "+15551230001", "100")
    assert one.at == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_answers_are_values_and_quotes_keep_text() -> None:
    given = "given: {fetch: {a: {balance: 12.50, open: yes, code: '7', zip: 0123, none: }, b: [1, failed timeout]}}"
    [one] = pages(scenario("presses: 1", given)).scenarios
    first, second = one.given.answers
    assert first.values == ({"balance": 12.5, "open": True, "code": "7", "zip": "0123", "none": None},)
    assert second.values == (1, Refusal("timeout"))


def test_what_is_announced_may_be_for_one_point_and_each_language() -> None:
    [one] = pages(scenario("presses: 1", "given: {announce: {door: {en: Closed, zh: 休息}}}")).scenarios
    assert one.given.announced == {"door": Words({"en": "Closed", "zh": "休息"})}


def test_a_scenario_may_begin_like_another() -> None:
    text = scenario("presses: 1", "from: '200'", "languages: [en, zh]")
    text += "- scenario: two\n  begins_like: one\n  language: zh\n  call:\n    - presses: 2\n"
    two = pages(text).scenarios[1]
    assert [act.keys for act in two.call if isinstance(act, Presses)] == ["1", "2"]
    assert (two.caller, two.languages) == ("200", ("zh",))


def test_a_scenario_that_begins_like_a_wrong_one_is_left_out_with_it() -> None:
    text = scenario("press: 1") + "- scenario: two\n  begins_like: one\n  call: [presses: 2]\n"
    found = pages(text)
    assert not found.scenarios
    assert len(found.problems) == 1


def test_two_scenarios_that_begin_like_each_other_end() -> None:
    text = "- scenario: one\n  begins_like: two\n  call: [presses: 1]\n"
    text += "- scenario: two\n  begins_like: one\n  call: [presses: 1]\n"
    assert codes(text) == [("F230", 2), ("F230", 5)]
