"""Each step of a scenario in a call, and what is said where the call goes another way."""

from __future__ import annotations

import pytest

from ivr.core.calls.verbs import Sentence
from ivr.core.flow.scenario.report import difference
from tests.core.flow.scenario.scenes import bundle, came, played

ASKING = """
flow:
  start:
    - fetch: https://crm.example.com/accounts/{call.from}
      as: found
      within: 4s
      meanwhile: One moment.
      failed: sorry
    - say: You owe {found.balance:money}.
    - hangup
  sorry:
    - say: Sorry.
    - hangup
"""
GOES_ON = """
flow:
  start:
    - say: Hello.
    - menu: Press 1 for nothing.
      options: [{press: 1, go: start}]
      give_up: bye
  bye:
    - hangup
"""


@pytest.mark.parametrize(
    "steps",
    [
        "hears: WELCOME, to the clinic",
        "hears: welcome\nhears: clinic\nhears: prescription press 1",
        "hears: press 1\npresses: 1\nhears: your number\npresses: 42#\nhears: thank you 4 2\nhears: dont worry",
        "presses: 1 0042\nhears: thank you 0 0 4 2",
        "presses: 1 42\nhears: thank you\nexpect: {variables: {patient: 42}}",
        "says_nothing\nhears: press 1\nsays_nothing\nhears: I connect you",
        "waits: 11s\nhears: press 1",
        "presses: 2\nleaves: Please call me.\nexpect: {recorded: clinic, ended: completed}",
        "presses: 2\nrecords: nothing\nexpect: {ended: completed}",
        "presses: 2\nrecords: failed\nhears: Goodbye",
        "presses: 0\nexpect: {section: desk}\ndialled: busy\nhears: leave a message",
        "presses: 0\ndialled: answered 10m\nhears: Goodbye\nexpect: {dialled: 1001, ended: completed}",
        "presses: 0\nhears: connect\nhangs_up\nexpect: {ended: caller_left}",
        "presses: 1\nexpect: {tags: [prescription], language: en, section: prescription}",
        "hears_not: goodbye\nhears: press 1",
        'presses: "*"\nhears: press 1',
        "presses: 9\nhears: press 1",
    ],
)
def test_a_call_that_goes_as_it_says_passes(steps: str) -> None:
    found = played(steps)
    assert found.passed, found.difference


@pytest.mark.parametrize(
    ("steps", "what", "line"),
    [
        ("hears: press 3", "the call waits for keys", 3),
        ("hears: press 1\nhears: your number", "the call waits for keys", 4),
        ("hears: press 1\nhears: welcome", "the call waits for keys", 4),
        ("presses: 2\nhears: goodbye", "the call records; say what the caller leaves: leaves: a message", 4),
        ("presses: 0\nhears: goodbye", "the call rings 1001; say what comes of it: dialled: answered", 4),
        ("dialled: busy", "the call waits for keys", 3),
        ("presses: 1\nexpect: {section: message}", "the call is in section prescription", 4),
        ("presses: 2\nexpect: {tags: [prescription]}", "the call has no tags", 4),
        ("presses: 1 42\nhears: 4 2\nexpect: {variables: {patient: 43}}", "patient is 42", 5),
        ("expect: {language: zh}", "the caller hears en", 3),
        ("expect: {dialled: 1001}", "nobody was dialled", 3),
        ("expect: {recorded: clinic}", "no message was left", 3),
        ("expect: {ended: completed}", "the call waits for keys", 3),
        ("hangs_up\nexpect: {ended: completed}", "the call ended as caller_left", 4),
        ("hangs_up\nhears: welcome", "the call is over: caller_left", 4),
        ("hears_not: clinic\nhears: press 1", 'the call says "Welcome to the clinic."', 3),
    ],
)
def test_where_a_call_goes_another_way_it_is_told(steps: str, what: str, line: int) -> None:
    assert came(steps) == (what, line)


def test_a_key_cuts_a_sentence_as_soon_as_the_words_are_said() -> None:
    found = played("hears: Welcome to\npresses: 0\nhears: I connect you")
    assert next((step.kind, step.outcome) for step in found.call.steps) == ("say", "anywhere")


def test_words_that_were_cut_off_were_not_heard() -> None:
    what, _ = came("hears: Welcome\npresses: 9\nhears: the clinic")
    assert what == "the call waits for keys"


def test_each_language_has_its_own_words() -> None:
    assert played("hears: {en: Welcome, zh: 欢迎 致电}", "language: zh").passed


def test_forbidden_words_hold_up_to_the_next_that_are_heard() -> None:
    assert played("hears_not: goodbye\nhears: press 2\npresses: 2\nleaves: words\nhears: goodbye").passed


def test_a_source_answers_by_a_part_of_the_request() -> None:
    given = "given: {fetch: {crm.example.com/accounts: {balance: 12.50}}}"
    assert played("hears: you owe $12.50", given, flow=ASKING).passed
    assert played("hears: you owe twelve dollars fifty", given, flow=ASKING).passed


def test_a_source_fails_after_the_time_that_the_flow_waits() -> None:
    found = played("hears: one moment\nhears: sorry", "given: {fetch: {accounts: failed timeout}}", flow=ASKING)
    assert found.passed, found.difference
    assert found.call.now > 4


def test_a_source_without_an_answer_is_told() -> None:
    what, _ = came("hears: you owe", flow=ASKING)
    assert what.startswith("the flow asks fetch for ")
    assert "crm.example.com/accounts" in what


def test_answers_come_in_their_order_and_the_last_one_stays() -> None:
    asks, rest = ASKING.split("    - hangup", 1)
    again = asks + asks.partition("  start:\n")[2] * 2 + "    - hangup" + rest
    given = "given: {fetch: {accounts: [{balance: 1}, {balance: 2}, failed]}}"
    assert played("hears: one dollar\nhears: two dollars\nhears: sorry", given, flow=again).passed


def test_a_call_that_never_ends_is_ended() -> None:
    what, line = came("\n".join(["presses: 1"] * 6000), flow=GOES_ON)
    assert (what, line) == ("5,000 things have happened and the call goes on", 1)


def test_the_time_of_a_call_is_that_of_its_place() -> None:
    flow = "flow:\n  start:\n    - if: call.time == 17:30\n      say: It is time.\n    - hangup\n"
    assert played("hears: It is time", "at: 2026-11-23 17:30", flow=flow).passed
    assert not played("hears: It is time", flow=flow).passed


def test_the_report_shows_the_conversation_with_the_lines_of_both_files() -> None:
    found = played("hears: press 1\npresses: 2\nhears: your number")
    lines = difference(found, bundle().flows)
    assert lines[0] == "main.scenarios.yaml:1  one"
    assert [line.split()[2] for line in lines[1:5]] == ["hears", "hears", "presses", "menu"]
    assert lines[1].endswith("main.yaml:11")
    assert lines[-2] == "  expected  hears: your number  (main.scenarios.yaml:5)"
    assert lines[-1].startswith("  but       the call records; ")
    assert lines[-1].endswith("(main.yaml:23)")


def test_a_flow_that_fails_fails_its_scenario_unless_that_is_expected() -> None:
    steps = "\n".join(f"    - set: {{value: {number}}}" for number in range(600))
    flow = f"flow:\n  start:\n    - say: Hello.\n{steps}\n    - hangup\n"
    what, _ = came("hears: Hello", flow=flow)
    assert what.startswith("the call failed: 500 actions were done without a word")
    assert played("hears: Hello\nexpect: {ended: failed}", flow=flow).passed


def test_what_is_announced_comes_before_the_flow_and_once() -> None:
    given = "given: {announce: Our lines are down.}"
    found = played("hears: lines are down\nhears: welcome\nhears_not: lines are down\npresses: 0\nhangs_up", given)
    assert found.passed, found.difference
    assert [what.text for _, _, what in found.call.noted if isinstance(what, Sentence)][:2] == [
        "Our lines are down.",
        "Welcome to the clinic.",
    ]


def test_an_announcement_is_stopped_by_a_key_that_means_something_anywhere() -> None:
    found = played("hears: our lines\npresses: 0\nhears: I connect you", "given: {announce: Our lines are down.}")
    assert found.passed, found.difference
    assert played("hears: our\npresses: 1\nhears: are down", "given: {announce: Our lines are down.}").passed


def test_a_step_is_over_when_what_came_of_it_is() -> None:
    one = played("hears: press 2\nsays_nothing\nsays_nothing\ndialled: no_answer\nleaves: words\nhears: Goodbye")
    assert one.passed
    press, first, second, rung, left, goodbye = one.done_at
    assert first - press == 5, "the question waits"
    assert second - first > 5, "it is put again, and waits"
    assert 20 < rung - second < 25, "the sentence before it, and the ringing"
    assert left - rung > 5
    assert goodbye >= left
    assert one.silences == {1: 1, 2: 2}
