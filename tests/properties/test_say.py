"""Whatever the value, reading it aloud gives known words or a refusal, and what is read is what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.verbs import Spoken
from ivr.core.prompts.say import CURRENCIES, LANGUAGES, WAYS, Unspeakable, speak, vocabulary

LANGUAGE = st.sampled_from(sorted(LANGUAGES))
CURRENCY = st.sampled_from(sorted(CURRENCIES))
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**60), 10**60),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.none() | ZONES),
    st.timedeltas(),
    st.text(max_size=80),
    st.text("0123456789.,:-+ #*hmsd", max_size=20),
    st.lists(st.integers(), max_size=2),
)
ONES = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
TEENS = {10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen"}
UNDER_TEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SMALL = {word: value for value, word in [*TENS.items(), *TEENS.items(), *enumerate(UNDER_TEN)]} | {
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def reading(value: object, way: str, language: str, **how: Any) -> Spoken | Unspeakable:
    try:
        return speak(value, way, language, **how)
    except Unspeakable as refusal:
        return refusal


@given(VALUES, st.sampled_from(WAYS), LANGUAGE, CURRENCY, st.none() | ZONES)
def test_a_reading_has_known_words_or_is_refused(
    value: object, way: str, language: str, currency: str, zone: timezone | None
) -> None:
    spoken = reading(value, way, language, currency=currency, zone=zone)
    if isinstance(spoken, Unspeakable):
        assert len(str(spoken)) < 300
        return
    if spoken.fixed:
        assert set(spoken.words) <= vocabulary(language)
    else:
        assert way in ("as_is", "spelled")
    assert len(spoken.words) <= 200
    assert len(spoken.text) <= 500
    assert "\n" not in spoken.text


@given(st.text(min_size=3, max_size=80), st.sampled_from(WAYS), LANGUAGE)
def test_a_secret_shows_only_its_mask(value: str, way: str, language: str) -> None:
    plain, secret = reading(value, way, language), reading(Secret(value), way, language)
    if isinstance(secret, Unspeakable):
        assert isinstance(plain, Unspeakable)
        assert str(secret).startswith(f"{MASK} cannot be read aloud as {way}: ")
        assert str(plain).endswith(str(secret).split(": ", 1)[1])
    else:
        assert isinstance(plain, Spoken)
        assert secret == replace(plain, text=MASK)


def heard_english(words: tuple[str, ...]) -> int:
    total = group = 0
    for word in words:
        if word in LARGE:
            total, group = total + group * LARGE[word], 0
        else:
            group = group * 100 if word == "hundred" else group + SMALL[word]
    return total + group


def heard_chinese(words: str) -> int:
    for unit in "亿万千百十":
        if unit in words:
            before, _, after = words.rpartition(unit) if unit in "亿万" else words.partition(unit)
            return (heard_chinese(before) if before else 1) * UNITS[unit] + heard_chinese(after)
    return ONES[words[-1]] if words else 0


@given(st.integers(0, 10**15 - 1) | st.integers(0, 10**6))
def test_a_number_that_is_heard_is_the_number_that_was_meant(value: int) -> None:
    assert heard_english(speak(value, "number", "en").words) == value
    assert heard_chinese("".join(speak(value, "number", "zh").words)) == value


@given(st.decimals(-(10**9), 10**9, places=4))
def test_money_is_rounded_half_up_to_cents(value: Decimal) -> None:
    cents, rest = divmod(abs(int(value.scaleb(4))), 100)
    cents += rest >= 50
    shown = speak(value, "money", "en").text.replace(",", "").replace("$", "")
    assert abs(int(shown.replace(".", ""))) == cents
    assert shown.startswith("-") == (value < 0 and cents > 0)


@given(st.integers(0, 10**8), LANGUAGE)
def test_a_length_of_time_adds_up(seconds: int, language: str) -> None:
    sizes = {"d": 86400, "h": 3600, "min": 60, "s": 1, "天": 86400, "小时": 3600, "分钟": 60, "分": 60, "秒": 1}
    text = speak(seconds, "duration", language).text.replace(" ", "")
    total, count = 0, ""
    while text:
        if text[0].isdigit():
            count, text = count + text[0], text[1:]
            continue
        unit = max((name for name in sizes if text.startswith(name)), key=len)
        total, count, text = total + int(count) * sizes[unit], "", text[len(unit) :]
    assert total == seconds
