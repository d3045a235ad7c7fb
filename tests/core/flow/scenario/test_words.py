"""Whether words are in a sentence."""

from __future__ import annotations

import pytest

from ivr.core.calls.verbs import Sentence, Spoken, Text
from ivr.core.flow.scenario.words import listening, plain
from ivr.core.prompts.say import speak

BALANCE = Sentence("en", (Text("Your balance is "), speak("12.50", "money", "en"), Text(", due today.")))


def said(sentence: Sentence | str, words: str, heard: float = 0.0) -> bool:
    """Whether the words are in a sentence from a share of it on."""
    whole = Sentence("en", (Text(sentence),)) if isinstance(sentence, str) else sentence
    return listening(whole).after(plain(words), heard) is not None


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Welcome to Acme.", "welcome TO acme"),
        ("For billing, press 1.", "billing press 1"),
        ("Don't hang up.", "dont hang up"),
        ("Don\u2019t hang up.", "Don't hang up"),
        ("欢迎致电艾克米。", "致电 艾克米"),
        ("您的号码是12号。", "号码是12号"),
        ("Press * or #.", "press * or #"),
        (BALANCE, "$12.50"),
        (BALANCE, "twelve dollars"),
        (BALANCE, "due today"),
    ],
)
def test_words_are_found(sentence: Sentence | str, words: str) -> None:
    assert said(sentence, words)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Please start again.", "art"),
        ("Press 12.", "press 1"),
        ("Welcome to Acme.", "acme welcome"),
        ("Welcome.", "..."),
        (BALANCE, "$13.50"),
    ],
)
def test_other_words_are_not(sentence: Sentence | str, words: str) -> None:
    assert not said(sentence, words)


def test_what_was_heard_before_is_over() -> None:
    sentence = listening(Sentence("en", (Text("One two one."),)))
    first = sentence.after(plain("one"), 0.0)
    assert first is not None
    second = sentence.after(plain("one"), first)
    assert second == 1.0
    assert sentence.after(plain("one"), second) is None


def test_a_secret_is_found_by_its_words_alone() -> None:
    sentence = Sentence("en", (Text("Code "), Spoken("●●●", ("four", "two"))))
    assert said(sentence, "code four two")
    assert "four" not in sentence.text
