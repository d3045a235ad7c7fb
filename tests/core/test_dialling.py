"""Phone numbers, patterns, and where calls may be sent."""

from __future__ import annotations

import pytest

from ivr.core.base.dialling import DialList, Pattern, Route, normalise


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+1 (555) 123-0001", "+15551230001"),
        ("555.123.0001", "5551230001"),
        (" 911 ", "911"),
        ("+861380013800", "+861380013800"),
        ("0", "0"),
        ("1" * 15, "1" * 15),
    ],
)
def test_a_number_is_its_digits_and_perhaps_a_plus(written: str, number: str) -> None:
    assert normalise(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it has no digits"),
        ("+", "it has no digits"),
        ("12a4", "'a' cannot be dialled"),
        ("*72", r"'\*' cannot be dialled"),
        ("12#", "'#' cannot be dialled"),
        ("1,2", "',' cannot be dialled"),
        ("100&PJSIP/200", "'&' cannot be dialled"),
        ("${EXTEN}", r"'\$' cannot be dialled"),
        ("1\n2", "cannot be dialled"),
        ("１２３", "cannot be dialled"),
        ("1+2", "a plus may stand only at the start"),
        ("++1", "a plus may stand only at the start"),
        ("1" * 16, "it has 16 digits, and at most 15 are allowed"),
        ("1" * 10_000, "this text has 10000 characters"),
    ],
)
def test_what_is_not_a_number_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalise(written)


@pytest.mark.parametrize(
    ("pattern", "number", "match"),
    [
        ("200", "200", True),
        ("200", "2000", False),
        ("2xx", "299", True),
        ("2XX", "299", True),
        ("2xx", "300", False),
        ("+1 555 xxx-xxxx", "+15551230001", True),
        ("+1555xxxxxxx", "15551230001", False),
        ("1555xxxxxxx", "+15551230001", False),
        ("+44*", "+442079460000", True),
        ("+44*", "+44", True),
        ("+44*", "+45123", False),
        ("*", "123", True),
        ("*", "+123", False),
        ("+*", "+123", True),
        ("9*", "9" * 15, True),
        ("9*", "9" * 16, False),
        ("2xx", "2x9", False),
        ("*", "1&2", False),
    ],
)
def test_patterns(pattern: str, number: str, match: bool) -> None:
    assert Pattern(pattern).matches(number) is match


@pytest.mark.parametrize("pattern", ["", "+", "  ", "1+", "1*2", "**", "_1NXX", "200|", "[12]", "(?:1", "x" * 16])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern of phone numbers|at most 15"):
        Pattern(pattern)


def test_the_first_route_that_matches_is_taken() -> None:
    allowed = DialList(
        [
            Route("200", "PJSIP/reception"),
            Route("2xx", "PJSIP/{number}"),
            Route("+1555xxxxxxx", "PJSIP/{number}@trunk"),
            Route("+44*", "PJSIP/trunk/sip:00{digits}@gw.example.com:5060"),
        ]
    )
    assert allowed.address("200") == "PJSIP/reception"
    assert allowed.address("2 0-1") == "PJSIP/201"
    assert allowed.address("+1 (555) 123-0001") == "PJSIP/+15551230001@trunk"
    assert allowed.address("+44 20 7946 0000") == "PJSIP/trunk/sip:00442079460000@gw.example.com:5060"


@pytest.mark.parametrize("number", ["300", "+19001234567", "", "201&PJSIP/999", "201@evil", "${X}", "*72", "2x1"])
def test_what_is_not_on_the_list_is_not_dialled(number: str) -> None:
    assert DialList([Route("2xx", "PJSIP/{number}")]).address(number) is None


def test_an_empty_list_allows_nothing() -> None:
    assert DialList().address("200") is None


@pytest.mark.parametrize(
    "to",
    ["", "PJSIP", "PJSIP/", "/200", "PJSIP/{number},30", "PJSIP/a&PJSIP/b", "PJSIP/${X}", "PJSIP/{name}", "PJSIP/a b"],
)
def test_an_address_that_could_break_a_dial_string_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="is not an address to dial: write a channel such as"):
        Route("2xx", to)


def test_a_route_refuses_a_bad_pattern_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="'2yy' is not a pattern"):
        Route("2yy", "PJSIP/{number}")
