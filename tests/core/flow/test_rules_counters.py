"""The rules of counting, each a test by its own words: silence, wrong answers, help, attempts, the call's budget."""

from __future__ import annotations

from tests.core.flow.calls import Call

PAGE = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
  help: {press: "9"}
  back: {press: "8"}
defaults:
  attempts: 5
  no_input: [Silence one., Silence two., Silence three.]
  no_match: [Wrong one., Wrong two.]
  help: [Help one., Help two.]
  give_up: person
MORE
flow:
  welcome:
    - menu: [Question one?, Question two?, Question three?]
      options:
        - {press: 1, go: next}
        - {press: 2, go: welcome}
      OPTION
  next:
    - collect: [Number one?, Number two?]
      as: number
      length: 3
      confirm: Is it {number:digits}?
      accept: One or two.
    - say: Thank you for {number:digits}.
    - go: goodbye
  person:
    - dial: "2001"
      failed: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""


def call(option: str = "", more: str = "") -> Call:
    """A call that has been asked the first question."""
    return Call(PAGE.replace("MORE", more).replace("OPTION", option))


def wrong(at: Call) -> Call:
    """The caller presses what fits nothing."""
    return at.press("7")


def help_(at: Call) -> Call:
    """The caller asks for help."""
    return at.press("9", "always")


# Counters of one question


def test_the_first_no_input_is_answered_with_the_first_sentence() -> None:
    assert call().silence().hears.startswith("Silence one.")


def test_the_second_no_input_is_answered_with_the_second_sentence() -> None:
    assert call().silence().silence().hears.startswith("Silence two.")


def test_the_last_sentence_for_no_input_serves_all_further_times() -> None:
    assert call().silence().silence().silence().silence().hears.startswith("Silence three.")


def test_the_second_no_match_is_answered_with_the_second_sentence() -> None:
    assert wrong(wrong(call())).hears.startswith("Wrong two.")


def test_a_no_match_does_not_advance_the_sentences_for_no_input() -> None:
    assert wrong(call()).silence().hears.startswith("Silence one.")


def test_a_no_input_does_not_advance_the_sentences_for_no_match() -> None:
    assert wrong(call().silence().silence()).hears.startswith("Wrong one.")


def test_silence_goes_on_to_count_after_a_no_match_in_between() -> None:
    assert wrong(call().silence()).silence().hears.startswith("Silence two.")


def test_the_second_help_is_answered_with_the_second_sentence() -> None:
    assert help_(help_(call())).hears.startswith("Help two.")


def test_help_advances_neither_of_the_other_counters() -> None:
    assert help_(call().silence()).silence().hears.startswith("Silence two.")


def test_repeat_advances_no_counter() -> None:
    assert call().silence().press("*", "always").silence().hears.startswith("Silence two.")


def test_an_answer_that_comes_to_nothing_is_no_silence() -> None:
    assert call().press("", "end_key").hears.startswith("Wrong one.")


# Attempts


def test_no_input_and_no_match_use_up_the_attempts_together() -> None:
    at = wrong(wrong(call().silence()).silence())
    assert at.section == "welcome"
    assert at.silence().section == "person"


def test_giving_up_tells_the_number_of_attempts_and_the_last_trouble() -> None:
    at = wrong(call("attempts: 2").silence())
    assert (at.trail[-1].outcome, at.trail[-1].detail) == ("give_up", {"attempts": 2, "last": "no_match"})


def test_help_uses_up_no_attempt() -> None:
    at = call("attempts: 2")
    for _ in range(5):
        help_(at)
    assert at.silence().section == "welcome"
    assert at.silence().section == "person"


def test_repeat_uses_up_no_attempt() -> None:
    at = call("attempts: 2").silence()
    for _ in range(5):
        at.press("*", "always")
    assert at.section == "welcome"
    assert at.silence().section == "person"


def test_after_the_last_attempt_nothing_more_is_said() -> None:
    assert call("attempts: 1").silence().dials.number == "2001"


# Beginning anew


def test_a_good_answer_begins_the_counters_anew_when_the_question_comes_again() -> None:
    at = wrong(call().silence().silence()).press("2")
    assert at.hears == "Question one?"
    assert at.silence().hears == "Silence one. Question two?"


def test_the_next_question_has_counters_of_its_own() -> None:
    at = call().silence().silence().press("1")
    assert at.hears == "Number one?"
    assert at.silence().hears.startswith("Silence one.")


def test_coming_back_to_a_question_begins_its_counters_anew() -> None:
    at = call().silence().silence().press("1").press("8", "always")
    assert at.hears == "Question one?"
    assert at.silence().hears.startswith("Silence one.")


def test_a_confirmation_has_counters_of_its_own() -> None:
    at = call().press("1").silence().press("123").silence()
    assert at.hears == "Silence one. Is it 1 2 3? One or two."


def test_a_confirmation_has_attempts_of_its_own() -> None:
    at = call(more="").press("1").silence().silence().silence().press("123").silence().silence()
    assert at.section == "next"
    assert at.press("1").hears == "Thank you for 1 2 3."


def test_a_value_that_is_changed_clears_the_question_so_its_first_words_are_heard() -> None:
    at = call().press("1").silence().press("123").press("2")
    assert at.hears == "Number one?"
    assert at.silence().hears == "Silence one. Number two?"


def test_a_value_that_is_changed_uses_up_an_attempt_all_the_same() -> None:
    at = call().press("1")
    for _ in range(5):
        assert at.section == "next"
        at.press("123").press("2")
    assert at.section == "person"


def test_back_in_a_confirmation_goes_to_its_question_and_uses_up_no_attempt() -> None:
    at = call().press("1")
    for _ in range(7):
        assert at.press("123").press("8", "always").hears == "Number one?"
    assert at.value("number") is None


def test_a_value_is_empty_after_its_confirmation_was_given_up() -> None:
    at = call().press("1").press("123")
    for _ in range(5):
        at.silence()
    assert (at.section, at.value("number")) == ("person", None)


# The call's budget

BUDGET = "error_budget: {errors: 4, go: goodbye}"


def test_failures_of_all_questions_spend_the_budget_of_the_call() -> None:
    at = wrong(call(more=BUDGET).silence())
    at = at.press("1").silence().silence()
    assert at.section == "next"
    assert at.silence().section == "goodbye"
    assert at.trail[-2].outcome == "budget_spent"


def test_a_good_answer_gives_half_of_the_budget_back() -> None:
    at = call(more=BUDGET).silence().silence().press("1")
    assert at.turn.state.errors == 1


def test_a_spent_budget_goes_where_the_flow_says_and_not_where_the_question_gives_up() -> None:
    at = call(more="error_budget: {errors: 2, go: goodbye}").silence().silence()
    assert at.section == "goodbye"


def test_help_and_repeat_spend_nothing() -> None:
    at = call(more=BUDGET)
    for _ in range(6):
        help_(at).press("*", "always")
    assert at.turn.state.errors == 0


def test_a_changed_value_spends_the_budget() -> None:
    at = call(more=BUDGET).press("1").press("123").press("2")
    assert at.turn.state.errors == 1


def test_a_value_is_understood_only_when_it_is_confirmed() -> None:
    at = call(more=BUDGET).press("1").silence().silence().press("123")
    assert at.turn.state.errors == 2
    assert at.press("1").turn.state.errors == 1


def test_attempts_still_bound_a_question_when_there_is_a_budget() -> None:
    at = call("attempts: 2", "error_budget: {errors: 50, go: goodbye}").silence().silence()
    assert at.section == "person"
