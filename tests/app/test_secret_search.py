"""The search for secrets finds them, however they are written: one that finds nothing would prove nothing."""

from __future__ import annotations

import pytest

from tests.app import secret_calls

NUMBER = "4071836925471038"


@pytest.mark.parametrize(
    "text",
    [
        f"card {NUMBER}.",
        "x4071836925x",
        "4 0 7 1 8 3 6 9 2 5 4 7 1 0 3 8",
        "0,7,1,8,3,6,9,2",
        "['4', '0', '7', '1', '8', '3', '6', '9']",
        "4071 8369 2547 1038",
        "4071-8369-2547-1038",
        "four zero seven one eight three six nine two",
        "Four, Zero, Seven, One, Eight, Three, Six, Nine,",
        "52 48 55 49 56 51 54 57 ",
    ],
)
def test_a_number_is_found_in_every_form(text: str) -> None:
    assert secret_calls.found_in(text, secret_calls.windows([NUMBER]))


@pytest.mark.parametrize(
    "text", ["4071 836", "2026-11-22T10:04:06.123Z", "●●●", "4071x8369x2547x1038", "0000000000000000"]
)
def test_what_is_no_number_is_not_found(text: str) -> None:
    assert secret_calls.found_in(text, secret_calls.windows([NUMBER])) == []
