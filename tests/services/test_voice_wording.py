"""Texts on their way to an engine: what is spoken, how it is split, and what a recording of it is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.calls.verbs import Spoken, Text
from ivr.services.speech.wording import CLAUSE, JOINT, STOP, pause_between, phrase, piece_text, slug, speakable, split


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("  Hello,\n\tworld. ", "Hello, world."),
        (". Thank you.", "Thank you."),
        ("。谢谢。", "谢谢。"),
        ("a\x00b\x1b[2J\u202e", "a b [2J\u202e"),
        (" ... ", ""),
        ("5 %", "5 %"),
        ("$", "$"),
    ],
)
def test_what_is_spoken_of_a_text(text: str, spoken: str) -> None:
    assert speakable(text) == spoken


def test_a_value_is_spoken_as_one_phrase() -> None:
    assert piece_text(Spoken("$12.50", ("twelve", "dollars", "fifty"))) == "twelve dollars fifty"
    assert piece_text(Spoken("12", ("十", "二"))) == "十二"
    assert phrase(("请", "press", "one", "键")) == "请 press one 键"
    assert piece_text(Text(" and ")) == "and"


@pytest.mark.parametrize(
    ("before", "after", "seconds"),
    [
        ("Your code is ", "1234", JOINT),
        ("1234", ". Thank you.", STOP),
        ("Hello. ", "1234", STOP),
        ("Hello, ", "1234", CLAUSE),
        ("您好，", "一", CLAUSE),
        ("一", "。谢谢", STOP),
        ("", "", JOINT),
    ],
)
def test_the_pause_between_pieces_is_that_of_the_punctuation(before: str, after: str, seconds: float) -> None:
    assert pause_between(before, after) == seconds


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Welcome to Acme.", r"welcome-to-acme-[0-9a-f]{6}"),
        ("For sales, press 1; it's *free*!", r"for-sales-press-1-it-s-free-[0-9a-f]{6}"),
        ("欢迎致电艾克米。", r"欢迎致电艾克米-[0-9a-f]{6}"),
        ("../../etc/passwd", r"etc-passwd-[0-9a-f]{6}"),
        ("x" * 300, r"x{60}-[0-9a-f]{6}"),
        ("...", r"[0-9a-f]{6}"),
    ],
)
def test_the_name_of_a_recording_says_its_text(text: str, name: str) -> None:
    assert re.fullmatch(name, slug(text))


def test_another_wording_has_another_name_and_another_spacing_has_not() -> None:
    assert slug("Press 1.") != slug("Press 1!")
    assert slug("x" * 100) != slug("x" * 101)
    assert slug("  Press\n1. ") == slug("Press 1.")


@given(st.text(max_size=200))
def test_every_name_is_a_file_name_in_its_folder(text: str) -> None:
    name = slug(text)
    assert name
    assert not set("/\\. \0") & set(name)
    assert len(f"{name}.wav".encode()) <= 255


@given(st.text(alphabet="ab .!?,。，中\n", max_size=300), st.integers(5, 60))
def test_splitting_keeps_the_words_and_the_bound(text: str, longest: int) -> None:
    parts = split(speakable(text), longest)
    assert all(0 < len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(speakable(text).split())


def test_a_text_is_split_at_the_ends_of_sentences() -> None:
    text = "One two three. Four five six? Seven eight nine! 一二三。四五六。"
    assert split(text, 30) == ["One two three. Four five six?", "Seven eight nine! 一二三。四五六。"]
    assert split("no end in sight, but a comma or two, and then", 25)[0] == "no end in sight,"
    assert split("", 25) == []
