"""The rules of keys and prompts that overlap, each a test by its own words, through the real session on virtual time.

A sentence lasts 0.06 seconds for each of its characters here; the keys of one press come a tenth of a second apart.
"""

from __future__ import annotations

from ivr.adapters.memory.leg import Press
from ivr.core.base.secret import MASK
from ivr.core.calls.events import ActionDone, InputTaken, PromptPlayed
from tests.services.calls import Told
from tests.services.calls import call as session

PAGE = """
anywhere:
  operator: {press: "0", go: person}
defaults:
  first_input: 4s
  between: 2s
  attempts: 2
  no_input: Nothing came.
  no_match: Not that one.
  give_up: person
flow:
  welcome:
    - say: Welcome to our company, dear caller.
      INTERRUPT
    - menu: For billing, press one. For help, press two.
      options:
        - {press: 1, go: code}
        - {press: 22, go: bye}
        - {press: 2, go: bye}
      MENU
  code:
    - collect: Please key in your number of three digits.
      as: code
      length: 2..3
      COLLECT
    - say: Thank you for {code:digits}.
    - go: bye
  person:
    - say: Here is a person.
    - hangup
  bye:
    - say: Goodbye.
    - hangup
"""
WELCOME = len("Welcome to our company, dear caller.") * 0.06  # 2.16 s
QUESTION = len("For billing, press one. For help, press two.") * 0.06  # 2.64 s


def call(*presses: Press, menu: str = "", collect: str = "", say: str = "") -> Told:
    """A whole call."""
    text = PAGE.replace("INTERRUPT", say).replace("MENU", menu).replace("COLLECT", collect)
    return session(*presses, text=text)


def heard(told: Told) -> list[str]:
    """What was played, in its order."""
    return told.leg.heard


def cut(told: Told, beginning: str) -> str:
    """The key that cut a prompt."""
    [played] = [event for event in told.of(PromptPlayed) if event.text.startswith(beginning)]
    return played.cut_by


def answers(told: Told) -> list[str]:
    """What callers answered."""
    return [event.value for event in told.of(InputTaken)]


def waited(told: Told, section: str, kind: str) -> float:
    """Seconds from the beginning of an action to its end."""
    [done] = [event for event in told.of(ActionDone) if (event.section, event.kind) == (section, kind)]
    return round((done.at - done.began_at).total_seconds(), 2)


# Nothing listens while a sentence is said


def test_a_key_in_a_sentence_is_buffered_for_the_question_behind_it() -> None:
    told = call(Press(0.5, "1"))
    assert answers(told)[0] == "1"
    assert not any(text.startswith("For billing") for text in heard(told))


def test_a_key_in_a_sentence_is_dropped_by_a_question_that_flushes() -> None:
    told = call(Press(0.5, "1"), menu="type_ahead: flush")
    assert any(text.startswith("For billing") for text in heard(told))
    assert answers(told) == []


def test_a_key_stops_a_sentence() -> None:
    assert cut(call(Press(0.5, "1")), "Welcome") == MASK  # which key it was, the question tells that takes it


def test_a_key_does_not_stop_a_sentence_that_is_not_interruptible_and_is_buffered_all_the_same() -> None:
    told = call(Press(0.5, "1"), say="interruptible: no")
    assert cut(told, "Welcome") == ""
    assert answers(told)[0] == "1"


# A question that keys stop


def test_a_key_stops_a_question_at_once() -> None:
    told = call(Press(WELCOME + 0.5, "1"))
    assert cut(told, "For billing") == "1"


def test_the_key_that_stops_a_question_is_the_first_of_its_answer() -> None:
    told = call(Press(WELCOME + 0.5, "22"))
    assert answers(told) == ["22"]


def test_a_wrong_key_stops_a_question_too() -> None:
    told = call(Press(WELCOME + 0.5, "7"), Press(20, "1"))
    assert answers(told)[0] == "7"
    assert "Not that one. For billing, press one. For help, press two." in heard(told)


def test_the_operator_key_stops_a_question_and_leads_to_a_person() -> None:
    assert "Here is a person." in heard(call(Press(WELCOME + 0.5, "0")))


# A question that keys do not stop


def test_keys_do_not_stop_a_question_that_is_not_interruptible() -> None:
    told = call(Press(WELCOME + 0.5, "1"), menu="interruptible: no")
    assert cut(told, "For billing") == ""


def test_keys_in_a_question_that_is_not_interruptible_are_captured() -> None:
    told = call(Press(WELCOME + 0.5, "1"), menu="interruptible: no")
    assert answers(told)[0] == "1"
    assert waited(told, "welcome", "menu") == round(QUESTION, 2)


def test_keys_in_a_question_that_is_not_interruptible_are_dropped_when_it_flushes() -> None:
    told = call(Press(WELCOME + 0.5, "1"), menu="interruptible: no\n      type_ahead: flush")
    assert answers(told) == []


def test_a_key_after_a_question_that_flushes_answers_it() -> None:
    told = call(Press(WELCOME + QUESTION + 1, "1"), menu="interruptible: no\n      type_ahead: flush")
    assert answers(told)[0] == "1"


def test_typed_ahead_of_a_question_that_is_not_interruptible_it_is_heard_whole_and_then_answered() -> None:
    told = call(Press(0.2, "1"), menu="interruptible: no")
    assert any(text.startswith("For billing") for text in heard(told))
    assert answers(told)[0] == "1"


def test_the_operator_is_reached_at_the_end_of_a_question_that_is_not_interruptible() -> None:
    told = call(Press(WELCOME + 0.5, "0"), menu="interruptible: no")
    assert cut(told, "For billing") == ""
    assert "Here is a person." in heard(told)


# Type-ahead through several questions


def test_whoever_knows_the_way_types_through_several_questions_without_hearing_them() -> None:
    told = call(Press(0.2, "1123"), say="interruptible: no")
    assert answers(told) == ["1", "123"]
    assert heard(told)[1:] == ["Thank you for 1 2 3.", "Goodbye."]


def test_half_an_answer_typed_ahead_is_finished_without_hearing_the_question() -> None:
    told = call(Press(0.2, "112"), Press(WELCOME + 1, "3"), say="interruptible: no")
    assert answers(told) == ["1", "123"]
    assert not any(text.startswith("Please key in") for text in heard(told))


def test_a_flushing_question_in_the_middle_forgets_what_was_typed_ahead_of_it() -> None:
    told = call(Press(0.2, "1123"), collect="type_ahead: flush")
    assert answers(told)[:1] == ["1"]
    assert any(text.startswith("Please key in") for text in heard(told))


def test_after_a_wrong_answer_what_was_typed_ahead_is_forgotten() -> None:
    told = call(Press(WELCOME + 0.5, "71"), Press(20, "1"))
    assert answers(told)[0] == "7"
    assert "Not that one. For billing, press one. For help, press two." in heard(told)


def test_after_silence_what_is_typed_ahead_still_counts() -> None:
    told = call(Press(WELCOME + QUESTION + 4.5, "1"))
    assert answers(told)[0] == "1"
    assert cut(told, "Nothing came. For billing") == "1"


# Timers


def test_the_first_timer_starts_when_the_question_ends() -> None:
    told = call()
    first, again = [event for event in told.of(PromptPlayed) if "For billing" in event.text]
    assert round((again.began_at - first.at).total_seconds(), 2) == 4.0


def test_no_timer_runs_while_a_question_is_heard() -> None:
    told = call(Press(WELCOME + QUESTION + 3.9, "1"))
    assert answers(told)[0] == "1"
    assert not any(text.startswith("Nothing came. For billing") for text in heard(told))


def test_the_timer_between_keys_starts_at_the_key_that_cut_the_question() -> None:
    told = call(Press(WELCOME + 0.5, "2"))
    assert answers(told)[0] == "2"
    assert waited(told, "welcome", "menu") == 2.5


def test_each_key_starts_the_timer_between_keys_anew() -> None:
    told = call(Press(0.2, "1"), Press(6, "1"), Press(7.9, "2"), Press(9.8, "3"))
    assert answers(told)[1] == "123"


def test_when_the_timer_between_keys_runs_out_the_answer_is_complete() -> None:
    told = call(Press(0.2, "1"), Press(6, "12"))
    assert answers(told)[1] == "12"
    assert "Thank you for 1 2." in heard(told)


def test_the_timer_between_keys_does_not_run_while_a_question_is_heard_that_they_do_not_stop() -> None:
    told = call(Press(WELCOME + 0.1, "2"), menu="interruptible: no\n      between: 1s")
    assert answers(told)[0] == "2"
    assert waited(told, "welcome", "menu") == round(QUESTION + 1, 2)


def test_the_two_timers_are_not_the_same() -> None:
    told = call(Press(WELCOME + QUESTION + 3, "2"))
    assert waited(told, "welcome", "menu") == round(QUESTION + 3 + 2, 2)


# Re-prompt and repeat, as heard


def test_without_reprompt_the_caller_hears_the_words_alone_and_may_still_answer() -> None:
    told = call(Press(WELCOME + QUESTION + 6, "1"), menu="reprompt: no")
    assert "Nothing came." in heard(told)
    assert answers(told)[0] == "1"


def test_a_caller_who_never_answers_hears_each_attempt_and_then_a_person() -> None:
    assert heard(call())[1:] == [
        "For billing, press one. For help, press two.",
        "Nothing came. For billing, press one. For help, press two.",
        "Here is a person.",
    ]
