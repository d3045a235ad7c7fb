"""What callers hear in English, value by value."""

from __future__ import annotations

import pytest

from ivr.core.prompts.say import speak, vocabulary

DIGITS = {
    "0": "zero",
    "1234567": "one two three four five six seven",
    "007": "zero zero seven",
    "4#*": "four pound star",
}
NUMBERS = {
    "0": "zero",
    "-0": "zero",
    "2": "two",
    "10": "ten",
    "11": "eleven",
    "20": "twenty",
    "21": "twenty one",
    "100": "one hundred",
    "101": "one hundred one",
    "110": "one hundred ten",
    "999": "nine hundred ninety nine",
    "1000": "one thousand",
    "1001": "one thousand one",
    "1100": "one thousand one hundred",
    "10000": "ten thousand",
    "10001": "ten thousand one",
    "1000000": "one million",
    "100000000": "one hundred million",
    "2147483648": "two billion one hundred forty seven million four hundred eighty three thousand "
    "six hundred forty eight",
    "999999999999999": "nine hundred ninety nine trillion nine hundred ninety nine billion nine hundred ninety nine "
    "million nine hundred ninety nine thousand nine hundred ninety nine",
    "1000000000000000": "one " + " ".join(["zero"] * 15),
    "1.05": "one point zero five",
    "12.50": "twelve point five",
    "3.00": "three",
    "0.1234567": "zero point one two three four five seven",
    "-0.0000001": "zero",
    "-3": "minus three",
    "-3.25": "minus three point two five",
}
ORDINALS = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "8": "eighth",
    "9": "ninth",
    "12": "twelfth",
    "13": "thirteenth",
    "20": "twentieth",
    "21": "twenty first",
    "40": "fortieth",
    "100": "one hundredth",
    "101": "one hundred first",
    "1000": "one thousandth",
}
MONEY = {
    "12.50": "twelve dollars fifty",
    "1.00": "one dollar",
    "0": "zero dollars",
    "-0.001": "zero dollars",
    "0.5": "fifty cents",
    "0.05": "five cents",
    "0.01": "one cent",
    "1.05": "one dollar five cents",
    "1.10": "one dollar ten",
    "2": "two dollars",
    "12.345": "twelve dollars thirty five",
    "0.995": "one dollar",
    "-3": "minus three dollars",
    "-0.25": "minus twenty five cents",
    "1234.56": "one thousand two hundred thirty four dollars fifty six",
}
DATES = {
    "2026-11-22": "November twenty second, twenty twenty six",
    "2000-02-29": "February twenty ninth, two thousand",
    "1900-01-01": "January first, nineteen hundred",
    "2005-05-03": "May third, two thousand five",
    "1905-10-10": "October tenth, nineteen oh five",
    "2010-12-31": "December thirty first, twenty ten",
    "1999-06-30": "June thirtieth, nineteen ninety nine",
    "2100-07-12": "July twelfth, twenty one hundred",
    "0987-08-20": "August twentieth, nine hundred eighty seven",
    "1000-09-11": "September eleventh, one thousand",
}
TIMES = {
    "0:00": "midnight",
    "0:05": "twelve oh five a.m.",
    "1:00": "one a.m.",
    "9:05": "nine oh five a.m.",
    "9:30": "nine thirty a.m.",
    "12:00": "noon",
    "12:05": "twelve oh five p.m.",
    "13:15": "one fifteen p.m.",
    "23:59": "eleven fifty nine p.m.",
}
DURATIONS = {
    "0": "zero seconds",
    "0.4": "zero seconds",
    "1": "one second",
    "90": "one minute thirty seconds",
    "90s": "one minute thirty seconds",
    "500ms": "one second",
    "2m": "two minutes",
    "1h": "one hour",
    "1h5s": "one hour five seconds",
    "2h30m": "two hours thirty minutes",
    "1d": "one day",
    "50h": "two days two hours",
}
PHONES = {
    "+1 555 123 0001": "plus one, five five five, one two three, zero zero zero one",
    "15551230001": "one, five five five, one two three, zero zero zero one",
    "555-123-0001": "five five five, one two three, zero zero zero one",
    "1230001": "one two three, zero zero zero one",
    "911": "nine one one",
    "2001": "two zero zero one",
    "12345": "one two, three four five",
    "+442079460000": "plus four four, two zero seven, nine four six, zero zero zero zero",
    "+353 1 496 0000": "plus three five three, one four nine six, zero zero zero zero",
    "+8613800138000": "plus eight six, one three eight, zero zero one three, eight zero zero zero",
}
SPELLED = {
    "ab12": "A, B, one, two",
    "A-1": "A, dash, one",
    "a.b@c_d": "A, dot, B, at, C, underscore, D",
    "X Y": "X, Y",
}
TABLES = {
    "digits": DIGITS,
    "number": NUMBERS,
    "ordinal": ORDINALS,
    "money": MONEY,
    "date": DATES,
    "time": TIMES,
    "duration": DURATIONS,
    "phone": PHONES,
    "spelled": SPELLED,
}


@pytest.mark.parametrize(
    ("way", "value", "heard"),
    [(way, value, heard) for way, table in TABLES.items() for value, heard in table.items()],
)
def test_callers_hear(way: str, value: str, heard: str) -> None:
    spoken = speak(value, way, "en-US")
    assert " ".join(spoken.words) == heard
    assert set(spoken.words) <= vocabulary("en")
    assert spoken.fixed
