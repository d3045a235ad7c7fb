"""Reading values aloud: texts, types, secrets, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ivr.core.base.secret import MASK, Secret
from ivr.core.prompts.say import CURRENCIES, LANGUAGES, WAYS, Unspeakable, base_language, speak, vocabulary


def words(value: object, way: str, language: str = "en") -> str:
    return " ".join(speak(value, way, language).words)


@pytest.mark.parametrize(
    ("value", "way", "english", "chinese"),
    [
        ("1234567", "digits", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7"),
        ("1234.50", "number", "1,234.5", "1,234.5"),
        ("12.5", "money", "$12.50", "$12.50"),
        (-3, "money", "-$3.00", "-$3.00"),
        ("2026-11-22", "date", "November 22, 2026", "2026年11月22日"),
        ("21:05", "time", "9:05 PM", "21:05"),
        ("90s", "duration", "1 min 30 s", "1分30秒"),
        (0, "duration", "0 s", "0秒"),
        ("+15551230001", "phone", "+1 555 123 0001", "+1 555 123 0001"),
        ("ab-1", "spelled", "A B - 1", "A B - 1"),
        (112, "ordinal", "112th", "第112"),
        (122, "ordinal", "122nd", "第122"),
        ("  Mr.\tLi\n", "as_is", "Mr. Li", "Mr. Li"),
    ],
)
def test_a_transcript_shows_a_value_as_people_write_it(value: object, way: str, english: str, chinese: str) -> None:
    assert speak(value, way, "en").text == english
    assert speak(value, way, "zh").text == chinese


@pytest.mark.parametrize(
    ("value", "way", "same_as"),
    [
        (Decimal("12.50"), "money", "12.5"),
        (12.5, "money", "12.5"),
        ("1,234", "number", "1234"),
        (1234.0, "number", "1234"),
        (0.1 + 0.2, "number", "0.3"),
        (1234567.0, "digits", "1234567"),
        ("12 34-567", "digits", "1234567"),
        (date(2026, 11, 22), "date", "2026-11-22"),
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "date", "2026-11-22"),
        ("20261122", "date", "2026-11-22"),
        (time(9, 30, 59), "time", "09:30"),
        ("0930", "time", "09:30"),
        ("2026-11-22T09:30:00", "time", "09:30"),
        (timedelta(minutes=1, seconds=30), "duration", "90"),
        ("1m30s", "duration", "90"),
        ("1m 30s", "duration", "90"),
        (89.5, "duration", "90"),
        ("(555) 123-0001", "phone", "5551230001"),
        (5551230001, "phone", "5551230001"),
    ],
)
def test_a_value_may_come_in_any_shape_that_means_the_same(value: object, way: str, same_as: str) -> None:
    for language in LANGUAGES:
        assert speak(value, way, language) == speak(same_as, way, language)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "yes"),
        (False, "no"),
        (42, "forty two"),
        (Decimal("1.5"), "one point five"),
        (date(2026, 5, 3), "May third, twenty twenty six"),
        (time(9, 30), "nine thirty a.m."),
        (timedelta(seconds=61), "one minute one second"),
        (datetime(2026, 5, 3, 9, 30), "May third, twenty twenty six nine thirty a.m."),  # noqa: DTZ001
    ],
)
def test_as_is_reads_a_typed_value_by_its_type(value: object, expected: str) -> None:
    assert words(value, "as_is") == expected
    assert speak(value, "as_is", "en").fixed


def test_free_text_is_not_fixed_and_nothing_is_nothing_to_say() -> None:
    assert speak("Ms. Chen", "as_is", "en").words == ("Ms. Chen",)
    assert not speak("Ms. Chen", "as_is", "en").fixed
    assert speak(" \x00 ", "as_is", "en").words == ()


def test_a_character_without_a_sound_made_ahead_is_left_to_the_voice() -> None:
    spoken = speak("王a1", "spelled", "zh")
    assert (spoken.words, spoken.fixed) == (("王，", "A，", "幺"), False)


def test_instants_are_told_in_the_zone_of_the_callers() -> None:
    instant = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    assert " ".join(speak(instant, "time", "en", zone=zone).words) == "eight thirty p.m."
    assert speak("2026-11-22T01:30:00Z", "date", "en", zone=zone).text == "November 21, 2026"


@pytest.mark.parametrize(
    ("amount", "currency", "text", "english", "chinese"),
    [
        ("12.50", "EUR", "€12.50", "twelve euros fifty", "十二欧元五十欧分"),
        ("1.01", "GBP", "£1.01", "one pound one penny", "一英镑一便士"),
        ("0.99", "GBP", "£0.99", "ninety nine pence", "九十九便士"),
        ("1200.5", "JPY", "¥1,201", "one thousand two hundred one yen", "一千二百零一日元"),
        ("12.50", "HKD", "HK$12.50", "twelve Hong Kong dollars fifty", "港币十二元五角"),
        ("1", "TWD", "NT$1.00", "one Taiwan dollar", "新台币一元"),
        ("12.50", "CNY", "CN¥12.50", "twelve yuan fifty", "十二元五角"),
    ],
)
def test_currencies(amount: str, currency: str, text: str, english: str, chinese: str) -> None:
    spoken = speak(amount, "money", "en", currency=currency)
    assert (spoken.text, " ".join(spoken.words)) == (text, english)
    assert "".join(speak(amount, "money", "zh", currency=currency).words) == chinese


def test_a_secret_is_heard_and_not_written() -> None:
    spoken = speak(Secret("4711"), "digits", "en")
    assert (spoken.text, spoken.words) == (MASK, ("four", "seven", "one", "one"))


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("as_is", "spelled")])
def test_a_refusal_never_tells_a_secret(way: str) -> None:
    with pytest.raises(Unspeakable) as refusal:
        speak(Secret("hunter2!"), way, "en")
    assert "hunter2" not in str(refusal.value)
    assert MASK in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    ("value", "way", "reason"),
    [
        ("twelve", "number", "'twelve' cannot be read aloud as number: it is not a number"),
        (None, "as_is", "nothing cannot be read aloud as as_is: there is no value"),
        ([1], "number", "a list cannot be read aloud"),
        (True, "number", "not a number"),
        (float("nan"), "number", "not a number"),
        (float("inf"), "money", "not a number"),
        (1e300, "number", "bearable size"),
        pytest.param(10**5000, "number", "bearable size", id="huge"),
        (Decimal("1e999999"), "number", "bearable size"),
        ("1e9", "number", "not a number"),
        ("٣", "number", "not a number"),
        ("", "digits", "digits, * and #"),
        ("12a", "digits", "digits, * and #"),
        (-1, "digits", "whole number, 0 or more"),
        (1.5, "ordinal", "whole number, 0 or more"),
        ("2026-02-29", "date", "such as 2026-11-22"),
        (20261122, "date", "such as 2026-11-22"),
        ("24:00", "time", "such as 09:30"),
        ("9", "time", "such as 09:30"),
        ("2026-11-22", "time", "such as 09:30"),
        ("1x", "duration", "such as 90, 90s or 1m30s"),
        (-5, "duration", "cannot be negative"),
        ("+1555CALLME", "phone", "not a phone number"),
        ("1" * 16, "phone", "not a phone number"),
        ("a&b", "spelled", "no name in English"),
        ("", "spelled", "nothing to spell"),
        ("9" * 65, "digits", "longer than 64"),
        ("x" * 501, "as_is", "longer than 500"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(value: object, way: str, reason: str) -> None:
    with pytest.raises(Unspeakable, match=reason.replace("*", r"\*")):
        speak(value, way, "en")


def test_unknown_ways_languages_and_currencies_name_the_known_ones() -> None:
    with pytest.raises(Unspeakable, match="ways are as_is, digits"):
        speak(1, "loudly", "en")
    with pytest.raises(Unspeakable, match="only in en, zh"):
        speak(1, "number", "fr")
    with pytest.raises(Unspeakable, match="known are USD, EUR"):
        speak(1, "money", "en", currency="XYZ")
    with pytest.raises(Unspeakable, match="only for en, zh"):
        vocabulary("fr")


def test_a_message_stays_short_whatever_the_value() -> None:
    for value in ("z" * 10_000, 10**5000, [0] * 10_000):
        with pytest.raises(Unspeakable) as refusal:
            speak(value, "money", "en")
        assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("tag", "base"), [("en-US", "en"), ("zh-CN", "zh"), ("zh_tw", "zh"), ("EN", "en"), ("fr", None)]
)
def test_regional_tags_mean_their_language(tag: str, base: str | None) -> None:
    assert base_language(tag) == base


def test_no_sound_is_made_ahead_that_is_never_said() -> None:
    every_sign = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-.@_/*#"
    for language in sorted(LANGUAGES):
        said: set[str] = set()
        for value in [*range(130), 1000, 1001, 10**4, 10**6, 2 * 10**8, 10**9, 10**12, Decimal("-1.5")]:
            said.update(speak(value, "number", language).words)
            if value >= 0:
                said.update(speak(int(value), "ordinal", language).words)
        for currency in sorted(CURRENCIES):
            for amount in ("1", "2", "0.01", "0.02", "3.33"):
                said.update(speak(amount, "money", language, currency=currency).words)
        for offset in range(366):
            said.update(speak(date(2005, 1, 1) + timedelta(days=offset), "date", language).words)
        for minute in range(1440):
            said.update(speak(f"{minute // 60}:{minute % 60:02}", "time", language).words)
        for length in (1, 2, 60, 120, 90, 3600, 7200, 86400, 172800):
            said.update(speak(length, "duration", language).words)
        for sign in every_sign:
            said.update(speak(sign + sign, "spelled", language).words)
        for way, value in (("as_is", True), ("as_is", False), ("digits", "1")):
            said.update(speak(value, way, language).words)
        assert said == vocabulary(language)
