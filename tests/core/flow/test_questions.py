"""How questions are asked: attempts, what is heard after silence or a wrong answer, giving up, and keys anywhere."""

from __future__ import annotations

import pytest

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import Digits, Failed, Said, Unsaid
from tests.core.flow.calls import Call

HEAD = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
"""
TAIL = """
  person:
    - dial: "2001"
      failed: goodbye
    - hangup
  goodbye:
    - hangup
"""
MENU = (
    HEAD
    + """
flow:
  welcome:
    - menu: [Press 1 or 2., Only 1 or 2.]
      options:
        - {press: 1, tag: billing, go: billing}
        - {press: 2, go: goodbye}
        - {press: 27, go: goodbye}
      no_input: [Nothing came., Still nothing.]
      no_match: Not that one.
      give_up: person
  billing:
    - say: Billing.
    - go: goodbye
"""
    + TAIL
)


def collect(more: str = "", head: str = HEAD, after: str = "    - say: Thank you.") -> str:
    """A page that asks for a number."""
    return f"""{head}
flow:
  welcome:
    - collect: Your number?
      as: n
      give_up: person
      no_input: Nothing came.
      no_match: Not that.
{more}
{after}
    - go: goodbye
{TAIL}"""


def test_a_question_is_put_with_the_keys_that_answer_it() -> None:
    asked = Call(MENU).asks
    assert asked.keys.choices == ("1", "2", "27")
    assert (asked.keys.most, asked.keys.first, asked.keys.between) == (2, 5.0, 3.0)


def test_an_option_leads_to_its_section() -> None:
    assert Call(MENU).press("1").hears == "Billing."


def test_an_option_of_several_keys_is_an_answer() -> None:
    assert Call(MENU).press("27").section == "goodbye"


def test_a_tag_is_kept_in_the_trace() -> None:
    call = Call(MENU).press("1")
    assert call.trail[0].outcome == "chosen"
    assert call.trail[0].detail == {"press": "1", "tag": "billing"}


def test_after_silence_the_sentence_for_it_and_the_next_words_of_the_question_are_one_prompt() -> None:
    assert Call(MENU).silence().hears == "Nothing came. Only 1 or 2."


def test_after_a_wrong_answer_the_sentence_for_it_and_the_question_are_one_prompt() -> None:
    assert Call(MENU).press("7").hears == "Not that one. Only 1 or 2."


def test_silence_and_wrong_answers_use_up_the_attempts_together() -> None:
    call = Call(MENU).press("7").silence()
    assert call.hears == "Nothing came. Only 1 or 2."
    assert call.press("9").section == "person"


def test_the_last_sentence_of_a_list_is_used_for_further_attempts() -> None:
    page = MENU.replace("give_up: person", "give_up: person\n      attempts: 5")
    call = Call(page).silence().silence().silence()
    assert call.hears == "Still nothing. Only 1 or 2."


def test_nothing_more_is_said_before_giving_up() -> None:
    call = Call(MENU).silence().silence().silence()
    assert call.dials.number == "2001"
    assert call.trail[-1].detail == {"attempts": 3, "last": "no_input"}


def test_one_attempt_gives_up_at_once() -> None:
    page = MENU.replace("give_up: person", "give_up: person\n      attempts: 1")
    assert Call(page).silence().section == "person"


def test_sentences_in_chinese_are_joined_without_a_blank() -> None:
    page = MENU.replace("[Press 1 or 2., Only 1 or 2.]", "{zh: 请按 1。}").replace("Not that one.", "{zh: 没有这个。}")
    page = "languages: zh\n" + page.replace("[Nothing came., Still nothing.]", "{zh: 没有输入。}")
    assert Call(page).press("7").hears == "没有这个。请按 1。"


def test_an_answer_after_a_wrong_one_counts() -> None:
    assert Call(MENU).press("7").press("1").section == "billing"


def test_coming_back_to_a_question_begins_to_count_anew() -> None:
    page = MENU.replace("    - say: Billing.\n    - go: goodbye", "    - say: Billing.\n    - go: welcome")
    call = Call(page).silence().press("1").listens()
    assert call.hears == "Press 1 or 2."
    assert call.silence().silence().hears == "Still nothing. Only 1 or 2."


def test_keys_pressed_early_are_kept_unless_the_flow_says_otherwise() -> None:
    assert not Call(MENU).asks.flush
    assert Call(MENU.replace("give_up: person", "give_up: person\n      type_ahead: flush")).asks.flush


def test_after_a_wrong_answer_keys_pressed_early_are_forgotten() -> None:
    assert Call(MENU).press("7").asks.flush
    assert not Call(MENU).silence().asks.flush


def test_a_question_may_forbid_to_be_interrupted() -> None:
    assert Call(MENU).asks.interruptible
    assert not Call(MENU.replace("give_up: person", "give_up: person\n      interruptible: no")).asks.interruptible


def test_a_key_anywhere_leads_to_its_section_from_a_question() -> None:
    call = Call(MENU).press("0", "always")
    assert call.dials.number == "2001"
    assert call.trail[0].outcome == "anywhere"
    assert call.trail[0].detail == {"press": "0", "anywhere": "operator"}


def test_repeat_says_the_question_again_without_the_sentence_before_it() -> None:
    call = Call(MENU).silence().press("*", "always")
    assert call.hears == "Only 1 or 2."


def test_repeat_costs_no_attempt() -> None:
    call = Call(MENU).silence()
    for _ in range(5):
        call.press("*", "always")
    assert call.silence().hears == "Still nothing. Only 1 or 2."


def test_a_key_anywhere_leads_to_its_section_from_a_sentence() -> None:
    assert Call(MENU).press("1").then(Said("0")).section == "person"


def test_repeat_says_a_sentence_again() -> None:
    assert Call(MENU).press("1").then(Said("*")).hears == "Billing."


def test_the_keys_anywhere_are_told_with_every_question() -> None:
    assert Call(MENU).asks.keys.always == "0*"


def test_a_key_that_a_menu_takes_is_the_menus() -> None:
    call = Call(MENU.replace("press: 2,", 'press: "0",'))
    assert call.asks.keys.always == "*"
    assert call.press("0").section == "goodbye"


def test_a_key_that_begins_an_option_is_the_menus() -> None:
    assert Call(MENU.replace("press: 27", 'press: "07"')).asks.keys.always == "*"


def test_digits_belong_to_a_question_that_takes_digits() -> None:
    assert Call(collect()).asks.keys.always == "*"


def test_the_star_belongs_to_a_question_that_takes_an_amount() -> None:
    assert Call(collect("      type: amount")).asks.keys.always == ""


@pytest.mark.parametrize("outcome", [Unsaid("no voice"), Failed("no voice")])
def test_a_question_that_cannot_be_said_gives_up(outcome: Unsaid | Failed) -> None:
    call = Call(MENU).then(outcome)
    assert call.section == "person"
    assert call.trail[0].detail["reason"] == "no voice"


def test_defaults_hold_for_every_question_and_an_action_overrides_them() -> None:
    page = "defaults:\n  attempts: 2\n  first_input: 8s\n  no_match: No.\n" + MENU
    call = Call(page)
    assert call.asks.keys.first == 8.0
    assert call.press("7").hears == "Not that one. Only 1 or 2."
    assert call.silence().section == "person"


def test_built_in_sentences_are_said_where_a_flow_has_none() -> None:
    page = MENU.replace("      no_match: Not that one.\n", "")
    assert Call(page).press("7").hears == "Sorry, I did not get that. Only 1 or 2."


# collect


def test_an_answer_is_kept_under_its_name() -> None:
    call = Call(collect()).press("0042", "end_key")
    assert call.value("n") == "0042"
    assert call.hears == "Thank you."


@pytest.mark.parametrize(
    ("kind", "keys", "value"),
    [
        ("digits", "007", "007"),
        ("number", "007", 7),
        ("amount", "12*50", 12.5),
        ("amount", "12", 12),
        ("amount", "12*", 12),
        ("phone", "5551230001", "5551230001"),
    ],
)
def test_keys_become_a_value_of_the_type(kind: str, keys: str, value: object) -> None:
    assert Call(collect(f"      type: {kind}")).press(keys).value("n") == value


@pytest.mark.parametrize(
    ("kind", "keys"),
    [("amount", "*50"), ("amount", "1*2*3"), ("amount", "1*234"), ("phone", "12"), ("card", "4111111111111112")],
)
def test_keys_that_make_no_value_of_the_type_do_not_match(kind: str, keys: str) -> None:
    call = Call(collect(f"      type: {kind}")).press(keys)
    assert call.hears == "Not that. Your number?"
    assert call.value("n") is None


@pytest.mark.parametrize("keys", ["12", "123456", ""])
def test_an_answer_of_another_length_does_not_match(keys: str) -> None:
    assert Call(collect("      length: 3..5")).press(keys, "end_key").hears == "Not that. Your number?"


def test_the_length_bounds_the_keys_that_are_taken() -> None:
    asked = Call(collect('      length: 3..5\n      end: "*"')).asks.keys
    assert (asked.least, asked.most, asked.end) == (3, 5, "*")


def test_the_end_key_is_no_part_of_the_answer() -> None:
    assert Call(collect()).press("42#", "end_key").value("n") == "42"


def test_the_value_is_empty_after_giving_up() -> None:
    page = collect("      confirm: You said {n:digits}.")
    call = Call(page).press("42").silence().silence().silence()
    assert call.section == "person"
    assert call.value("n") is None


def test_a_value_is_confirmed_with_the_value_in_the_sentence() -> None:
    call = Call(collect("      confirm: You said {n:digits}.")).press("42")
    assert call.hears == "You said 4 2. If that is right, press 1. To change it, press 2."
    assert call.asks.keys.choices == ("1", "2")


def test_a_confirmed_value_is_kept() -> None:
    call = Call(collect("      confirm: You said {n:digits}.")).press("42").press("1")
    assert (call.hears, call.value("n")) == ("Thank you.", "42")


def test_a_value_that_is_changed_is_asked_for_again_and_costs_an_attempt() -> None:
    call = Call(collect("      confirm: You said {n:digits}.")).press("42").press("2")
    assert call.hears == "Your number?"
    call.press("43").press("2").press("44")
    assert call.press("2").section == "person"
    assert call.trail[-1].detail["last"] == "changed"


def test_silence_at_a_confirmation_confirms_again() -> None:
    call = Call(collect("      confirm: You said {n:digits}.")).press("42").silence()
    assert call.hears == "Nothing came. You said 4 2. If that is right, press 1. To change it, press 2."
    assert call.press("1").value("n") == "42"


def test_repeat_at_a_confirmation_confirms_again() -> None:
    call = Call(collect("      confirm: You said {n:digits}.")).press("42").silence().press("*", "always")
    assert call.hears == "You said 4 2. If that is right, press 1. To change it, press 2."


def test_the_words_of_a_confirmation_can_be_chosen() -> None:
    call = Call(collect("      confirm: So {n:digits}?\n      accept: One is yes, two is no.")).press("42")
    assert call.hears == "So 4 2? One is yes, two is no."


# secrets


def test_a_card_number_is_a_secret() -> None:
    call = Call(collect("      type: card"))
    assert call.asks.secret
    call.then(Digits(Secret("4111111111111111"), "length"))
    value = call.value("n")
    assert isinstance(value, Secret)
    assert value.reveal() == "4111111111111111"


def test_a_secret_is_masked_in_the_trace() -> None:
    call = Call(collect("      secret: yes")).then(Digits(Secret("1234"), "end_key"))
    assert str(call.trail[0].detail["value"]) == MASK


def test_a_secret_that_may_be_said_is_masked_in_the_transcript() -> None:
    after = "    - say: Your code is {n:digits}.\n      allow_secret: the caller hears their own code"
    call = Call(collect("      secret: yes", after=after)).then(Digits(Secret("12"), "end_key"))
    assert call.hears == f"Your code is {MASK}."


@pytest.mark.parametrize("made", ["lower(n)", "number(n) + 1", 'join("No. ", n)', "length(n)", 'if_empty(n, "x")'])
def test_what_a_function_makes_of_a_secret_is_masked_too(made: str) -> None:
    after = f"    - say: 'Your code is {{{made}}}.'\n      allow_secret: the caller hears their own code"
    call = Call(collect("      secret: yes", after=after)).then(Digits(Secret("12"), "end_key"))
    assert call.hears == f"Your code is {MASK}."


def test_a_confirmation_that_may_say_a_secret_does_not_take_its_keys_as_secret() -> None:
    more = "      secret: yes\n      confirm: You said {n:digits}.\n      allow_secret: it is the caller's own"
    call = Call(collect(more)).then(Digits(Secret("12"), "end_key"))
    assert not call.asks.secret
    assert call.hears.startswith(f"You said {MASK}.")


def test_a_secret_can_be_compared() -> None:
    after = '    - if: n == "1234"\n      say: Right.'
    page = collect("      secret: yes", after=after)
    assert Call(page).then(Digits(Secret("1234"), "end_key")).hears == "Right."
    assert Call(page).then(Digits(Secret("1235"), "end_key")).section == "goodbye"


def test_what_is_made_of_a_secret_is_a_secret() -> None:
    after = '    - set: {copy: "{n}", text: "code {n}", sum: "{number(n) + 1}"}\n      allow_secret: for the test'
    call = Call(collect("      secret: yes", after=after)).then(Digits(Secret("12"), "end_key"))
    values = {name: call.value(name) for name in ("copy", "text", "sum")}
    assert all(isinstance(value, Secret) for value in values.values())
    assert [value.reveal() for value in values.values() if isinstance(value, Secret)] == ["12", "code 12", 13]
