"""The rules of what is heard, each a test by its own words: tapered prompts, re-prompts, help, repeat, back, person."""

from __future__ import annotations

import pytest

from ivr.core.calls.outcomes import Said
from ivr.core.flow.machine import from_json, to_json
from tests.core.flow.calls import Call, codes
from tests.core.flow.test_rules_counters import PAGE, call, help_, wrong

NO = "reprompt: no"


# Tapered prompts


def test_the_question_is_first_put_in_its_first_words() -> None:
    assert call().hears == "Question one?"


def test_the_question_goes_by_how_often_it_was_put() -> None:
    at = wrong(call().silence())
    assert at.hears == "Wrong one. Question three?"


def test_the_last_words_of_the_question_serve_all_further_times() -> None:
    assert wrong(wrong(wrong(call()))).hears == "Wrong two. Question three?"


def test_a_question_that_is_put_again_for_help_counts_as_put() -> None:
    assert help_(call()).hears == "Help one. Question two?"
    assert help_(call()).silence().hears == "Silence one. Question three?"


def test_each_language_has_lists_of_its_own_length() -> None:
    page = """
languages: [en, zh]
flow:
  a:
    - menu: {en: [One?, Two?], zh: 请选择。}
      options: [{press: 1, go: b}]
      no_input: {en: Nothing., zh: [没有一。, 没有二。]}
      give_up: b
  b:
    - dial: "1"
      failed: c
    - go: c
  c:
    - hangup
"""
    assert Call(page).silence().hears == "Nothing. Two?"
    zh = Call(page.replace("[en, zh]", "[zh, en]"))
    assert zh.silence().hears == "没有一。请选择。"
    assert zh.silence().hears == "没有二。请选择。"


# The re-prompt rule


def test_the_words_after_silence_and_the_question_are_one_prompt() -> None:
    assert call().silence().hears == "Silence one. Question two?"


def test_without_reprompt_only_the_words_for_silence_are_heard() -> None:
    assert call(NO).silence().hears == "Silence one."


def test_without_reprompt_only_the_words_for_a_wrong_answer_are_heard() -> None:
    assert wrong(call(NO)).hears == "Wrong one."


def test_a_question_that_was_not_put_is_not_counted_as_put() -> None:
    assert call(NO).silence().silence().press("*", "always").hears == "Question one?"


def test_without_reprompt_the_question_is_still_waiting_for_an_answer() -> None:
    at = call(NO).silence()
    assert at.asks.keys.choices == ("1", "2")
    assert at.press("1").section == "next"


def test_without_reprompt_attempts_are_counted_all_the_same() -> None:
    assert call("reprompt: no\n      attempts: 2").silence().silence().section == "person"


def test_without_reprompt_help_still_puts_the_question_again() -> None:
    assert help_(call(NO)).hears == "Help one. Question two?"


def test_reprompt_can_be_set_for_all_questions() -> None:
    page = PAGE.replace("  attempts: 5", "  attempts: 5\n  reprompt: no").replace("MORE", "").replace("OPTION", "")
    assert Call(page).silence().hears == "Silence one."


# Help


def test_a_question_has_words_of_help_of_its_own() -> None:
    assert help_(call("help: Press one for a number.")).hears == "Press one for a number. Question two?"


def test_there_is_help_where_a_flow_has_no_words_for_it() -> None:
    page = PAGE.replace("  help: [Help one., Help two.]\n", "").replace("MORE", "").replace("OPTION", "")
    assert help_(Call(page)).hears == "Please answer with the keys of your telephone. Question two?"


def test_the_built_in_help_is_in_the_callers_language() -> None:
    page = PAGE.replace("  help: [Help one., Help two.]\n", "").replace("MORE", "languages: zh").replace("OPTION", "")
    assert help_(Call(page)).hears == "请用电话按键回答。Question two?"


def test_help_in_a_confirmation_says_the_confirmation_again() -> None:
    assert help_(call().press("1").press("123")).hears == "Help one. Is it 1 2 3? One or two."


# Repeat


def test_repeat_says_the_question_as_it_was_put_last() -> None:
    assert call().press("*", "always").hears == "Question one?"
    assert call().silence().press("*", "always").hears == "Question two?"


def test_repeat_does_not_count_as_put() -> None:
    assert call().press("*", "always").press("*", "always").silence().hears == "Silence one. Question two?"


def test_repeat_leaves_out_the_words_for_what_went_wrong() -> None:
    assert wrong(call()).press("*", "always").hears == "Question two?"


def test_repeat_in_a_confirmation_says_the_confirmation() -> None:
    assert call().press("1").press("123").silence().press("*", "always").hears == "Is it 1 2 3? One or two."


# Back and operator


def test_back_goes_to_the_question_before() -> None:
    assert call().press("1").press("8", "always").hears == "Question one?"


def test_back_at_the_first_question_puts_it_again() -> None:
    assert call().press("8", "always").hears == "Question one?"


def test_back_in_a_confirmation_takes_the_value_back() -> None:
    at = call().press("1").press("123").press("8", "always")
    assert (at.hears, at.value("number")) == ("Number one?", None)
    assert at.press("8", "always").hears == "Question one?"


@pytest.mark.parametrize("before", [[], ["silence"], ["wrong"], ["help"], ["wrong", "silence", "help"]])
def test_the_operator_is_in_reach_whatever_went_wrong_before(before: list[str]) -> None:
    at = call()
    for trouble in before:
        at = {"silence": Call.silence, "wrong": wrong, "help": help_}[trouble](at)
    assert at.press("0", "always").dials.number == "2001"


def test_the_operator_is_in_reach_in_a_confirmation() -> None:
    at = call().press("1").press("123")
    assert at.asks.keys.always == "0*98"
    assert at.press("0", "always").dials.number == "2001"


def test_the_operator_is_in_reach_while_a_sentence_is_heard() -> None:
    at = call().press("1").press("123").press("1")
    assert at.then(Said("0")).dials.number == "2001"


# What is made ahead


def test_everything_that_may_be_heard_is_made_ahead() -> None:
    at = call()
    ahead = {sentence.text for sentence in at.flow.sentences()}
    heard = {at.hears}
    for step in (Call.silence, wrong, help_, Call.silence):
        heard.add(step(at).hears)
    assert heard <= ahead


def test_without_reprompt_the_words_alone_are_made_ahead() -> None:
    ahead = {sentence.text for sentence in call(NO).flow.sentences()}
    assert {"Silence one.", "Wrong two."} <= ahead


def test_the_same_question_in_the_same_words_is_the_same_object() -> None:
    page = PAGE.replace("MORE", "").replace("OPTION", "")
    loaded = Call(page)
    assert loaded.asks is loaded.press("2").asks


def test_a_question_goes_on_from_a_state_that_was_written_down() -> None:
    at = wrong(call().silence())
    state = from_json(to_json(at.turn.state))
    assert state == at.turn.state
    at.turn = type(at.turn)(state, at.verb)
    assert at.silence().hears == "Silence two. Question three?"


def test_words_for_help_that_are_missing_in_a_language_are_a_finding() -> None:
    page = PAGE.replace("MORE", "languages: [en, zh]").replace("OPTION", "help: Only English.")
    assert "F103" in codes(page)
