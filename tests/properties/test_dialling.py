"""Whatever a caller supplies, a dial string stays one dial string."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.dialling import DialList, Pattern, Route, normalise

HOSTILE = st.text(st.sampled_from("0123456789+ -.()*#&,/@${}|;\n\r\0x１a"), max_size=20) | st.text(max_size=80)
PATTERNS = st.from_regex(r"\+?[0-9x]{1,8}\*?", fullmatch=True)
ANYTHING = DialList([Route("+*", "PJSIP/{number}@trunk"), Route("*", "PJSIP/{number}@trunk")])


@given(HOSTILE)
def test_only_digits_and_a_plus_reach_an_address(supplied: str) -> None:
    address = ANYTHING.address(supplied)
    if address is not None:
        assert re.fullmatch(r"PJSIP/\+?[0-9]{1,15}@trunk", address)


@given(HOSTILE)
def test_a_normalised_number_stays_as_it_is(supplied: str) -> None:
    try:
        number = normalise(supplied)
    except ValueError:
        return
    assert normalise(number) == number


@given(PATTERNS, st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_patterns_match_like_a_comparison_sign_by_sign(pattern: str, number: str) -> None:
    body = pattern.rstrip("*")
    same_start = (
        all(sign in (digit, "x") for sign, digit in zip(body, number, strict=False)) and "+" not in number[len(body) :]
    )
    plus = pattern.startswith("+") == number.startswith("+")
    fits = len(number) >= len(body) if pattern.endswith("*") else len(number) == len(body)
    assert Pattern(pattern).matches(number) == (same_start and plus and fits)
