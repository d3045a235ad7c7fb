"""Which announcement is in force for whom, and what it says in each language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.announcements.announcement import Announcement, cleaned, heard_at

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DOWN = Announcement(
    id="ann_1", begins_at=NOON, until=NOON + timedelta(hours=2), words={"en": "All lines are down.", "zh": "线路中断。"}
)


def ids(*made: Announcement, flow: str = "main", point: str = "front", hours: float = 1) -> list[str]:
    return [one.id for one in heard_at(made, flow, point, NOON + timedelta(hours=hours))]


@pytest.mark.parametrize(("hours", "heard"), [(-0.1, False), (0, True), (1.99, True), (2, False), (3, False)])
def test_it_is_heard_from_its_beginning_until_its_end(hours: float, heard: bool) -> None:
    assert bool(ids(DOWN, hours=hours)) is heard


@pytest.mark.parametrize(("hours", "heard"), [(0.4, True), (0.5, False), (1, False)])
def test_it_is_not_heard_after_somebody_has_ended_it(hours: float, heard: bool) -> None:
    assert bool(ids(replace(DOWN, ended_at=NOON + timedelta(minutes=30), ended_by="ann"), hours=hours)) is heard


def test_it_is_for_one_flow_or_for_all_and_at_its_point() -> None:
    one = replace(DOWN, id="ann_2", flow="shop")
    there = replace(DOWN, id="ann_3", point="billing")
    assert ids(DOWN, one, there) == ["ann_1"]
    assert ids(DOWN, one, there, flow="shop") == ["ann_1", "ann_2"]
    assert ids(DOWN, one, there, point="billing") == ["ann_3"]


def test_several_are_heard_in_the_order_in_which_they_were_made() -> None:
    later = replace(DOWN, id="ann_0", begins_at=NOON + timedelta(minutes=5))
    assert ids(later, DOWN) == ["ann_1", "ann_0"]


@pytest.mark.parametrize(
    ("language", "heard"),
    [("en", "en"), ("zh", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr", "en")],
)
def test_a_language_hears_its_own_text_else_the_first(language: str, heard: str) -> None:
    assert DOWN.text_in(language) == (heard, DOWN.words[heard])


def test_a_text_of_a_near_language_is_taken_before_the_first() -> None:
    mixed = replace(DOWN, words={"en": "Hello.", "zh-TW": "你好。"})
    assert mixed.text_in("zh") == ("zh-TW", "你好。")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  All\tlines\nare down. ", "All lines are down."),
        ("a\x1b[2Jb", "a [2Jb"),
        ("a\u202eb\0c", "a b c"),
        ("线路中断。", "线路中断。"),
        ("", ""),
    ],
)
def test_control_characters_never_reach_a_voice_or_a_terminal(text: str, kept: str) -> None:
    assert cleaned(text) == kept


def test_a_text_is_cut_at_its_longest() -> None:
    assert len(cleaned("x" * 5000, 1000)) == 1000
