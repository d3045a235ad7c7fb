"""Key presses become one answer: what ends it, and when time runs out."""

from __future__ import annotations

import pytest

from ivr.core.calls.outcomes import Digits, NoInput
from ivr.core.calls.verbs import Keys
from ivr.core.dialog.digits import Collector

MENU = Keys(choices=("1", "2"), first=5.0, between=3.0)
TREE = Keys(choices=("1", "12", "123", "4"), most=3, first=5.0, between=3.0)
ACCOUNT = Keys(least=6, most=10, end="#", first=5.0, between=3.0)


def asked(keys: Keys, at: float = 0.0) -> Collector:
    collector = Collector(keys)
    assert collector.prompt_ended(at) is None
    return collector


def press(collector: Collector, keys: str, at: float) -> Digits | NoInput | None:
    answer = None
    for key in keys:
        answer = collector.key(key, at)
    return answer


def test_a_choice_answers_at_once() -> None:
    collector = asked(MENU)
    assert collector.key("2", 1.0) == Digits("2", "choice")
    assert collector.deadline is None


def test_a_wrong_key_answers_at_once_so_that_the_caller_need_not_wait() -> None:
    assert asked(MENU).key("9", 1.0) == Digits("9", "choice")


def test_a_choice_that_could_become_longer_waits_for_the_next_key() -> None:
    collector = asked(TREE)
    assert collector.key("1", 1.0) is None
    assert collector.deadline == 4.0
    assert collector.key("2", 2.0) is None
    assert collector.expire(4.9) is None
    assert collector.expire(5.0) == Digits("12", "pause")


def test_a_choice_ends_as_soon_as_none_can_come_of_it() -> None:
    assert press(asked(TREE), "13", 1.0) == Digits("13", "choice")
    assert press(asked(TREE), "4", 1.0) == Digits("4", "choice")
    assert press(asked(TREE), "123", 1.0) == Digits("123", "choice")


def test_choices_are_not_cut_by_the_length_of_free_answers() -> None:
    assert press(asked(Keys(choices=("1", "12"))), "12", 1.0) == Digits("12", "choice")


def test_the_longest_answer_ends_by_its_length() -> None:
    assert press(asked(ACCOUNT), "123456789", 1.0) is None
    assert press(asked(ACCOUNT), "1234567890", 1.0) == Digits("1234567890", "length")


def test_the_end_key_ends_and_is_not_part_of_the_answer() -> None:
    assert press(asked(ACCOUNT), "1234567#", 1.0) == Digits("1234567", "end_key")


def test_the_end_key_alone_is_an_empty_answer() -> None:
    assert asked(ACCOUNT).key("#", 1.0) == Digits("", "end_key")


def test_a_choice_may_use_the_end_key() -> None:
    assert press(asked(Keys(choices=("1", "*#"), end="#")), "*#", 1.0) == Digits("*#", "choice")
    assert press(asked(Keys(choices=("1", "12"), end="#")), "1#", 1.0) == Digits("1", "end_key")


def test_a_short_answer_is_still_an_answer_after_a_pause() -> None:
    collector = asked(ACCOUNT)
    collector.key("7", 1.0)
    assert collector.expire(4.0) == Digits("7", "pause")


def test_silence_is_no_input_five_seconds_after_the_prompt() -> None:
    collector = asked(MENU, at=10.0)
    assert collector.deadline == 15.0
    assert collector.expire(14.99) is None
    assert collector.expire(15.0) == NoInput()


def test_nothing_runs_out_while_the_prompt_plays() -> None:
    collector = Collector(ACCOUNT)
    assert collector.deadline is None
    collector.key("1", 0.0)
    assert collector.deadline is None
    assert collector.expire(1000.0) is None
    collector.prompt_ended(20.0)
    assert collector.deadline == 23.0
    assert collector.pressed == "1"


def test_a_key_may_answer_before_the_prompt_is_over() -> None:
    collector = Collector(MENU)
    assert collector.key("1", 0.5) == Digits("1", "choice")
    assert collector.prompt_ended(0.6) == Digits("1", "choice")
    assert collector.deadline is None


def test_the_prompt_ends_only_once() -> None:
    collector = asked(MENU, at=0.0)
    collector.prompt_ended(4.0)
    assert collector.deadline == 5.0


def test_a_key_for_anywhere_counts_only_when_it_comes_first() -> None:
    keys = Keys(most=3, always="0*")
    assert asked(keys).key("0", 1.0) == Digits("0", "always")
    assert press(asked(keys), "10", 1.0) is None
    assert press(asked(keys), "100", 1.0) == Digits("100", "length")


def test_an_answer_stays_whatever_comes_later() -> None:
    collector = asked(MENU)
    collector.key("1", 1.0)
    assert collector.key("2", 1.1) == Digits("1", "choice")
    assert collector.expire(99.0) == Digits("1", "choice")
    silent = asked(MENU)
    silent.expire(5.0)
    assert silent.key("1", 5.1) == NoInput()


def test_a_key_that_is_told_late_still_counts() -> None:
    assert asked(MENU).key("1", 5.5) == Digits("1", "choice")


@pytest.mark.parametrize("noise", ["", "12", "f", "\n", "１"])
def test_what_no_telephone_sends_is_ignored(noise: str) -> None:
    collector = asked(MENU)
    assert collector.key(noise, 1.0) is None
    assert collector.pressed == ""
    assert collector.deadline == 5.0
