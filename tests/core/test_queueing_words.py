"""The words for callers who wait, in both languages: whole, with numbers read aloud, and made ahead."""

from __future__ import annotations

import pytest

from ivr.core.calls.verbs import Sentence, Text
from ivr.core.prompts.queueing import fixed, told_place, told_wait


@pytest.mark.parametrize(
    ("language", "place", "text"),
    [
        ("en", 1, "You are the next in the queue."),
        ("en", 2, "You are number 2 in the queue."),
        ("en-US", 12, "You are number 12 in the queue."),
        ("zh", 1, "下一位就是您。"),
        ("zh", 3, "您现在排在第3位。"),
        ("fr", 2, "You are number 2 in the queue."),
    ],
)
def test_a_place_is_told(language: str, place: int, text: str) -> None:
    assert Sentence(language, tuple(told_place(language, place))).text == text


@pytest.mark.parametrize(
    ("language", "least", "most", "worse", "text"),
    [
        ("en", 1, 1, False, "The wait is about one minute."),
        ("en", 3, 3, False, "The wait is about 3 minutes."),
        ("en", 2, 5, False, "The wait is between 2 and 5 minutes."),
        ("en", 15, None, False, "The wait is more than 15 minutes."),
        ("en", 2, 5, True, "I am sorry, it takes longer than I said. The wait is between 2 and 5 minutes."),
        ("zh", 2, 5, False, "大约需要等待2到5分钟。"),
        ("zh", 1, 1, True, "抱歉，等待时间比刚才说的要长。大约需要等待一分钟。"),
        ("zh", 15, None, False, "等待时间超过15分钟。"),
    ],
)
def test_a_wait_is_told_as_a_range(language: str, least: int, most: int | None, worse: bool, text: str) -> None:
    assert Sentence(language, tuple(told_wait(language, least, most, worse=worse))).text == text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_fixed_word_is_made_ahead(language: str) -> None:
    ahead = {piece.text.strip() for sentence in fixed(language) for piece in sentence.pieces}
    said = [*told_place(language, 1), *told_place(language, 9), *told_wait(language, 1, 1, worse=True)]
    said += [*told_wait(language, 2, 3), *told_wait(language, 4, 4), *told_wait(language, 5, None)]
    assert {piece.text.strip() for piece in said if isinstance(piece, Text)} <= ahead
