"""What a silent caller waits at most, and what takes time without a word: each figure is worked out by hand."""

from __future__ import annotations

import pytest

from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.pace import Pace
from ivr.core.prompts.naming import slug
from tests.core.flow.test_effort import FOURTEEN, cost, flow_of, found
from tests.core.flow.test_effort_entered import found as found_in_folder

ASK = f"""
    - collect: {FOURTEEN}
      as: {{name}}
      length: 4
      attempts: 3
      first_input: 5s
      no_input: {FOURTEEN}
      give_up: {{to}}
"""
TWO = f"""
error_budget: {{{{errors: {{errors}}, go: person}}}}
flow:
  a:{ASK.format(name="one", to="b")}    - go: bye
  b:{ASK.format(name="two", to="bye")}    - go: bye
  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - hangup
"""


def budgeted(errors: int) -> str:
    """Two questions, the second after the first was given up, and a budget that leads to a person."""
    return TWO.replace("{{", "{").replace("}}", "}").replace("{errors}", str(errors))


@pytest.mark.parametrize(
    ("errors", "seconds"),
    [
        (1, 6.0),  # question 1 + 5
        (3, 6.0 + 7.0 + 7.0),  # and twice no input and question 2 + 5: the budget goes before giving up
        (4, 20.0 + 6.0),  # all three, and the first silence of the second question
        (6, 20.0 + 20.0),
        (7, None),  # both questions together have six silences
    ],
)
def test_an_error_budget_is_a_way_to_its_section(errors: int, seconds: float | None) -> None:
    person = found(budgeted(errors))["person dial 2001"]
    assert cost(person) == (seconds, seconds, seconds)


def test_an_error_budget_bounds_what_a_silent_caller_waits() -> None:
    assert cost(found(budgeted(7))["end bye"])[2] == 40.0
    # 26 to the person, who does not answer for 20 s
    assert cost(found(budgeted(4))["end bye"])[2] == 46.0


def question(to: str, otherwise: str, attempts: int) -> str:
    """The body of a section that asks for one key: where an answer leads, and giving up."""
    return f"""
    - menu: {FOURTEEN}
      options: [{{press: 1, go: {to}}}]
      attempts: {attempts}
      first_input: 5s
      no_input: {FOURTEEN}
      give_up: {otherwise}
"""


ENDS = """  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - hangup
"""


def test_good_answers_give_half_of_the_budget_back() -> None:
    sections = f"  a:{question('bye', 'b', 2)}  b:{question('c', 'bye', 1)}  c:{question('bye', 'bye', 3)}"
    page = f"error_budget: {{errors: 4, go: person}}\nflow:\n{sections}{ENDS}"
    # two silences 6 + 7; the answer 1 + 1 + 1 leaves one error of two; then three silences 6 + 7 + 7 spend the four
    assert cost(found(page)["person dial 2001"])[0] == 13.0 + 3.0 + 20.0


def test_the_count_begins_anew_where_the_budget_leads() -> None:
    sections = f"  a:{question('bye', 'bye', 3)}  b:{question('bye', 'person', 1)}"
    page = f"error_budget: {{errors: 2, go: b}}\nflow:\n{sections}{ENDS}"
    # two silences 6 + 7 spend it; the one of the next question 6 does not
    assert cost(found(page)["person dial 2001"])[2] == 13.0 + 6.0


def test_the_budget_of_the_flow_around_counts_in_entered_flows_and_theirs_goes_first() -> None:
    main = """
error_budget: {errors: 2, go: person}
flow:
  a:
    - flow: inner
    - hangup
  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - hangup
"""
    inner = f"flow:\n  a:{ASK.format(name='one', to='out')}    - return\n  out:\n    - return\n"
    silent = found_in_folder(main=main, inner=inner)["person dial 2001"].silent
    assert silent is not None
    assert (silent.seconds, silent.path) == (13.0, ("a", "inner.a", "person"))
    own = "error_budget: {errors: 2, go: out}\n" + inner
    assert found_in_folder(main=main, inner=own)["person dial 2001"].silent is None


BRANCHES = f"""
flow:
  a:
    - if: call.weekday == "sat"
      go: b
    - choose: call.from
      options: {{"1": b, "2": c}}
      else: d
  b:
    - go: person
  c:
    - say: {FOURTEEN}{FOURTEEN}
    - go: person
  d:
    - say: {FOURTEEN}
    - go: person
  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - hangup
"""


def test_the_dearest_branch_counts_for_the_silent_caller_and_the_cheapest_for_the_others() -> None:
    person = found(BRANCHES)["person dial 2001"]
    assert cost(person) == (0.0, 0.0, 2.0)
    assert person.silent is not None
    assert person.silent.path == ("a", "c", "person")


def test_opening_hours_take_no_time_and_their_dearest_outcome_counts() -> None:
    page = f"""
flow:
  a:
    - hours: desk
      closed: shut
    - go: mail
  shut:
    - say: {FOURTEEN}
    - go: mail
  mail:
    - record: {FOURTEEN}
      for: desk
      silence: 4s
    - hangup
"""
    hours = "desk: {open: {mon-fri: 09:00-17:00}}\n"
    # the prompt before the tone, which a key stops; silent: also what is said while it is closed, and the silence
    assert cost(found_in_folder(main=page, hours=hours)["recording desk"]) == (1.0, 0.5, 6.0)


@pytest.mark.parametrize("after", ["- go: b", '- choose: call.to\n      options: {"1": b}\n      else: person'])
def test_circles_that_a_value_ends_are_gone_round_at_most_once(after: str) -> None:
    page = f"""
flow:
  a:
    - choose: call.from
      options: {{"1": b}}
      else: c
  b:
    - say: {FOURTEEN}
    - choose: call.to
      options: {{"1": c}}
      else: person
  c:
    - say: {FOURTEEN}{FOURTEEN}
    {after}
  person:
    - dial: "2001"
    - hangup
"""
    # both sentences, in the order in which that is possible: 2 + 1
    assert cost(found(page)["person dial 2001"]) == (1.0, 1.0, 3.0)


SOURCE = """
flow:
  a:
    - fetch: https://crm.example.com/x
      within: 4s
      failed: b
    - dial: "2001"
    - hangup
  b:
    - dial: "2002"
    - hangup
"""


def test_a_source_outside_takes_a_second_and_a_silent_caller_waits_for_its_failure() -> None:
    items = found(SOURCE)
    assert cost(items["person dial 2001"]) == (1.0, 1.0, 1.0)
    assert cost(items["person dial 2002"]) == (1.0, 1.0, 4.0)


@pytest.mark.parametrize(("times", "typical", "failed"), [(1, 1.7, 4.0), (4, 4.7, 4.7)])
def test_words_for_meanwhile_begin_late_and_are_heard_to_their_end(times: int, typical: float, failed: float) -> None:
    items = found(SOURCE.replace("within: 4s", f"within: 4s\n      meanwhile: {FOURTEEN * times}"))
    assert cost(items["person dial 2001"]) == (typical, typical, typical)
    assert cost(items["person dial 2002"]) == (typical, typical, failed)


def test_a_lookup_takes_a_second_too_and_marks_and_announcements_none() -> None:
    page = """
flow:
  a:
    - lookup: select 1
      in: crm
      none: b
      failed: b
    - tag: seen
    - announce: delays
    - set: {n: 1}
    - go: b
  b:
    - dial: "2001"
    - hangup
"""
    assert cost(found(page)["person dial 2001"]) == (1.0, 1.0, 5.0)


def test_time_that_passes_passes_for_all_but_a_key_of_anywhere_ends_it() -> None:
    page = """
flow:
  a:
    - wait: 3s
    - play: music/calm
      for: 25s
    - play: music/short
    - dial: "2001"
    - hangup
"""
    # 3 + 25, and a recorded file of unknown length 5
    assert cost(found(page)["person dial 2001"]) == (33.0, 33.0, 33.0)
    known = Pace(recordings={"music/short": 9.0, "en/music/short": 2.0})
    assert cost(found(page, pace=known)["person dial 2001"]) == (30.0, 30.0, 30.0)
    person = 'anywhere: {operator: {press: "0", go: b}}' + page + '  b:\n    - dial: "2002"\n    - hangup\n'
    assert cost(found(person)["person dial 2002"])[1] == 0.5


def test_a_question_of_yes_or_no_is_one_key() -> None:
    page = """
flow:
  a:
    - confirm: 1 or 2 now, yes
      yes: b
      no: c
      first_input: 5s
      attempts: 1
      give_up: c
  b:
    - dial: "2001"
    - hangup
  c:
    - dial: "2002"
    - hangup
"""
    items = found(page)
    seconds = len("1 or 2 now, yes") / 14
    assert cost(items["person dial 2001"])[:2] == (round(seconds + 2, 1), 0.5)
    assert cost(items["person dial 2002"])[2] == round(seconds + 5, 1)


def test_recordings_are_as_long_as_they_are_and_the_share_of_what_is_measured_is_told() -> None:
    flow = flow_of(f"flow:\n  a:\n    - say: Welcome.\n    - say: {FOURTEEN}\n    - dial: '1'\n    - hangup\n")
    recorded = Pace(recordings={f"en/{slug('Welcome.')}": 7.0})
    assert recorded.measured(flow.templates(), "zh") == (0, 0)
    known, every = recorded.measured(flow.templates(), "en")
    assert known == 1
    assert every >= 4  # those two, what is said after an error, and to who comes back
    made = Pace({Sentence("en", (Text(FOURTEEN),)): 3.0}, recorded.recordings)
    assert made.measured(flow.templates(), "en") == (2, every)
