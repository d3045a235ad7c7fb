"""What a caller does at the keys, written as text."""

from __future__ import annotations

import pytest

from ivr.app.lab.keys import Listen, Press, Speak, Wait, moves
from ivr.app.lab.root import LabError


def test_a_script_is_read_in_order() -> None:
    assert moves("w3 1 p w0.5 4567# s *A") == [
        Wait(3), Press("1"), Listen(), Wait(0.5), Press("4567#"), Speak(), Press("*A"),
    ]  # fmt: skip


def test_nothing_is_no_move() -> None:
    assert moves("  ") == []


@pytest.mark.parametrize("word", ["hello", "1w2", "w", "w-1", "w99999", "12,3", "p2"])
def test_a_word_that_means_nothing_is_told(word: str) -> None:
    with pytest.raises(LabError, match=word.replace("-", "\\-")):
        moves(f"1 {word} 2")
