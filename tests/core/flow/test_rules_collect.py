"""The rules of what ``collect`` takes, each a test by its own words: types, bounds, formats, reading back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import Digits, Said
from tests.core.flow.calls import AT, FACTS, Call

PAGE = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
flow:
  a:
    - set: {accounts: "{call.tags}"}
    - collect: Your answer?
      as: n
      no_match: No.
OPTIONS
      give_up: person
    - say: SENTENCE
    - go: goodbye
  person:
    - dial: "1"
      failed: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""


def page(options: str, sentence: str = "You said {n}.") -> str:
    """A page whose question has some options, with semicolons between them."""
    lines = "\n".join(f"      {option}" for option in options.split("; "))
    return PAGE.replace("OPTIONS", lines).replace("SENTENCE", sentence)


def taken(options: str, keys: str, day: str = "2026-11-23T09:30") -> object:
    """The value that keys come to on a day, or None when they fit nothing."""
    facts = replace(FACTS, at=datetime.fromisoformat(day).replace(tzinfo=UTC))
    call = Call(page(options), facts)
    call.then(Digits(keys, "length"), at=facts.at)
    assert (call.value("n") is None) == call.hears.startswith("No.")
    return call.value("n")


# Dates


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("DDMMYYYY", "24122026"),
        ("MMDDYYYY", "12242026"),
        ("YYYYMMDD", "20261224"),
        ("DDMMYY", "241226"),
        ("MMDDYY", "122426"),
        ("YYMMDD", "261224"),
        ("DDMM", "2412"),
        ("MMDD", "1224"),
    ],
)
def test_a_date_is_keyed_in_the_order_that_its_format_says(order: str, keys: str) -> None:
    assert taken(f"type: date; format: {order}", keys) == "2026-12-24"


@pytest.mark.parametrize("keys", ["30022026", "31042026", "00122026", "24132026", "29022027", "2412202", "24121850"])
def test_a_date_that_does_not_exist_fits_nothing(keys: str) -> None:
    assert taken("format: DDMMYYYY", keys) is None


def test_the_29th_of_february_is_a_date_of_leap_years() -> None:
    assert taken("format: DDMMYYYY", "29022028") == "2028-02-29"


def test_a_date_without_a_year_is_the_next_one() -> None:
    assert taken("format: DDMM", "2211") == "2027-11-22"
    assert taken("format: DDMM", "2311") == "2026-11-23"
    assert taken("format: DDMM", "2411") == "2026-11-24"


def test_a_date_without_a_year_is_the_last_one_where_it_has_to_be_past() -> None:
    assert taken("format: DDMM; latest: today", "2411") == "2025-11-24"
    assert taken("format: DDMM; latest: today", "2311") == "2026-11-23"


def test_the_29th_of_february_without_a_year_is_that_of_the_next_leap_year() -> None:
    assert taken("format: DDMM", "2902") == "2028-02-29"
    assert taken("format: DDMM; latest: today", "2902") == "2024-02-29"


def test_a_year_of_two_digits_is_in_the_century_of_posix_unless_the_bounds_say_otherwise() -> None:
    assert taken("format: DDMMYY", "010168") == "2068-01-01"
    assert taken("format: DDMMYY", "010169") == "1969-01-01"
    assert taken("format: DDMMYY; latest: today", "010168") == "1968-01-01"


def test_a_date_before_the_earliest_fits_nothing() -> None:
    assert taken("format: DDMMYYYY; earliest: today", "22112026") is None
    assert taken("format: DDMMYYYY; earliest: today", "23112026") == "2026-11-23"


def test_a_date_after_the_latest_fits_nothing() -> None:
    assert taken("format: DDMMYYYY; latest: today + 30d", "23122026") == "2026-12-23"
    assert taken("format: DDMMYYYY; latest: today + 30d", "24122026") is None


def test_today_is_the_day_of_the_answer_where_the_service_is() -> None:
    facts = replace(FACTS, at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC), zone="Europe/Berlin")
    call = Call(page("format: DDMMYYYY; earliest: today"), facts)
    call.then(Digits("31122026", "length"), at=facts.at)
    assert call.value("n") is None


def test_a_date_completes_with_its_last_digit() -> None:
    keys = Call(page("format: DDMMYYYY")).asks.keys
    assert (keys.least, keys.most) == (8, 8)


def test_a_date_is_said_as_a_date_and_compares_with_dates() -> None:
    assert Call(page("format: DDMM", "It is {n:date}.")).press("2412", "length").hears == "It is December 24, 2026."
    compared = page("format: DDMM").replace(
        "- say: You", "- if: n > 2026-12-01 and days_until(n) == 31\n      say: You"
    )
    assert Call(compared).press("2412", "length").hears == "You said 2026-12-24."


# Times


@pytest.mark.parametrize(
    ("keys", "value"),
    [("0930", "09:30"), ("930", "09:30"), ("2359", "23:59"), ("0000", "00:00"), ("2400", None), ("0960", None)],
)
def test_a_time_is_keyed_with_24_hours(keys: str, value: str | None) -> None:
    assert taken("type: time", keys) == value


def test_a_time_may_be_bounded() -> None:
    options = "type: time; earliest: 09:00; latest: 17:30"
    assert [taken(options, keys) for keys in ("0859", "0900", "1730", "1731")] == [None, "09:00", "17:30", None]


def test_a_time_may_have_to_be_still_to_come() -> None:
    assert taken("type: time; earliest: now", "0929") is None
    assert taken("type: time; earliest: now", "0930") == "09:30"


# Numbers


def test_a_number_outside_its_range_fits_nothing() -> None:
    assert [taken("type: number; range: 1..31", keys) for keys in ("0", "1", "31", "32")] == [None, 1, 31, None]


def test_a_range_says_how_many_keys_there_are() -> None:
    assert Call(page("type: number; range: 1..31")).asks.keys.most == 2
    assert Call(page("type: amount; range: 1..200")).asks.keys.most == 6


def test_an_amount_outside_its_range_fits_nothing() -> None:
    options = "type: amount; range: 0.50..200"
    assert [taken(options, keys) for keys in ("0*49", "0*50", "200", "200*01")] == [None, 0.5, 200, None]


# Yes and no, patterns, lists


def test_yes_and_no_are_one_key() -> None:
    assert taken("type: yes_no", "1") is True
    assert taken("type: yes_no", "2") is False
    assert taken("type: yes_no", "3") is None
    assert Call(page("type: yes_no")).asks.keys.choices == ("1", "2")


def test_the_operator_stays_in_reach_of_yes_and_no() -> None:
    assert Call(page("type: yes_no")).press("0", "always").section == "person"


def test_a_no_is_a_value_and_not_empty() -> None:
    text = page("type: yes_no").replace("- say: You said {n}.", "- if: not n\n      say: No it is.")
    assert Call(text).press("2").hears == "No it is."


def test_an_answer_fits_a_pattern_or_nothing() -> None:
    assert [taken("pattern: [1xxx, 2*]", keys) for keys in ("1234", "22", "123", "3")] == ["1234", "22", None, None]


def test_patterns_say_how_many_keys_there_are() -> None:
    assert (Call(page("pattern: 1xxx")).asks.keys.least, Call(page("pattern: 1xxx")).asks.keys.most) == (4, 4)


def test_an_answer_is_one_of_a_written_list_or_nothing() -> None:
    assert [taken("one_of: [0012, 17]", keys) for keys in ("0012", "17", "12")] == ["0012", "17", None]


def test_a_wrong_first_digit_is_not_told_before_the_answer_is_complete() -> None:
    keys = Call(page("one_of: [1001, 1002]")).asks.keys
    assert (keys.choices, keys.least, keys.most) == ((), 4, 4)


def test_an_answer_is_one_of_a_list_that_was_found_or_nothing() -> None:
    call = Call(page("one_of: accounts"))
    call.turn = replace(call.turn, state=replace(call.turn.state, variables={"accounts": [1001, "0042"]}))
    assert call.press("1001", "end_key").value("n") == "1001"
    call = Call(page("one_of: accounts"))
    call.turn = replace(call.turn, state=replace(call.turn.state, variables={"accounts": [1001, "0042"]}))
    assert call.press("42", "end_key").value("n") is None


def test_of_a_list_that_is_none_nothing_fits() -> None:
    assert taken("one_of: accounts", "1") is None


# Reading back


@pytest.mark.parametrize(
    ("options", "keys", "words"),
    [
        ("type: digits", "0042", "You entered 0 0 4 2."),
        ("type: number", "42", "You entered 42."),
        ("type: amount", "12*50", "You entered $12.50."),
        ("format: DDMM", "2412", "The date is December 24, 2026."),
        ("type: time", "0930", "The time is 9:30 AM."),
        ("type: phone", "5551230001", "You entered 555 123 0001."),
        ("type: yes_no", "2", "Your answer is no."),
        ("pattern: 1xxx", "1234", "You entered 1 2 3 4."),
    ],
)
def test_a_value_is_read_back_in_the_way_of_its_type(options: str, keys: str, words: str) -> None:
    call = Call(page(f"{options}; confirm: yes")).press(keys, "length")
    assert call.hears == f"{words} If that is right, press 1. To change it, press 2."


def test_a_value_is_read_back_in_the_callers_language() -> None:
    text = "languages: zh\n" + page("format: MMDD; confirm: yes")
    assert Call(text).press("1224", "length").hears == "日期是2026年12月24日。正确请按 1，修改请按 2。"


def test_a_confirmation_may_have_words_for_each_time_it_is_put() -> None:
    call = Call(page("confirm: ['Is it {n:digits}?', 'Really {n:digits}?']; no_input: Hm.")).press("7", "length")
    assert call.silence().hears == "Hm. Really 7? If that is right, press 1. To change it, press 2."


def test_confirm_no_confirms_nothing() -> None:
    assert Call(page("confirm: no")).press("12", "length").hears == "You said 12."


def test_the_end_key_is_taken_off_whichever_of_several_it_is() -> None:
    assert taken('type: digits; end: "*#"', "42*") == "42"


def test_a_secret_that_is_read_back_with_a_reason_is_masked_in_the_transcript() -> None:
    options = "secret: yes; confirm: yes; allow_secret: the caller hears only their own"
    call = Call(page(options, "Thank you.")).then(Digits(Secret("1234"), "length"))
    assert call.hears.startswith(f"You entered {MASK}.")


def test_a_secret_keeps_its_type_of_answer() -> None:
    call = Call(page("secret: yes; pattern: 1xxx", "Thank you.")).then(Digits(Secret("2234"), "length"))
    assert call.value("n") is None
    assert isinstance(call.then(Digits(Secret("1234"), "length")).value("n"), Secret)
    assert call.then(Said(), at=AT).section == "goodbye"
