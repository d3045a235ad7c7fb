"""How callers in American English expect to hear values.

Numbers have no "and" (one hundred one). Of money the smaller unit is named when it stands alone or is below ten, so
that nobody hears five for fifty: twelve dollars fifty, one dollar five cents. Noon and midnight are named, because
"twelve a.m." is heard either way. The word is ``a.m.`` with its dots: without them voices read an article.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Date
from datetime import time as Time
from typing import NamedTuple

from ivr.core.calls.verbs import Spoken
from ivr.core.prompts.phone import groups
from ivr.core.prompts.values import READ_AS_DIGITS, Number, Unreadable

Words = tuple[str, ...]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KEYS = {**{str(digit): _ONES[digit] for digit in range(10)}, "*": "star", "#": "pound"}
_SIGNS = {"+": "plus", "-": "dash", ".": "dot", "@": "at", "_": "underscore", "/": "slash"}
_SPELLED = {**_KEYS, **_SIGNS, **{letter: letter for letter in _LETTERS}}
_LENGTHS = ((86400, "day", "d"), (3600, "hour", "h"), (60, "minute", "min"), (1, "second", "s"))


class _Currency(NamedTuple):
    symbol: str
    one: str
    many: str
    small_one: str = "cent"
    small_many: str = "cents"


_CURRENCIES = {
    "USD": _Currency("$", "dollar", "dollars"),
    "EUR": _Currency("€", "euro", "euros"),
    "GBP": _Currency("£", "pound", "pounds", "penny", "pence"),
    "CNY": _Currency("CN¥", "yuan", "yuan", "fen", "fen"),
    "JPY": _Currency("¥", "yen", "yen"),
    "HKD": _Currency("HK$", "Hong Kong dollar", "Hong Kong dollars"),
    "TWD": _Currency("NT$", "Taiwan dollar", "Taiwan dollars"),
    "SGD": _Currency("S$", "Singapore dollar", "Singapore dollars"),
    "AUD": _Currency("A$", "Australian dollar", "Australian dollars"),
    "CAD": _Currency("CA$", "Canadian dollar", "Canadian dollars"),
    "CHF": _Currency("CHF ", "Swiss franc", "Swiss francs", "centime", "centimes"),
    "INR": _Currency("₹", "rupee", "rupees", "paisa", "paise"),
    "KRW": _Currency("₩", "won", "won"),
}


def yes_no(value: bool) -> Spoken:
    """A yes or a no."""
    word = "yes" if value else "no"
    return Spoken(word, (word,))


def digits(keys: str) -> Spoken:
    """Keys one by one; 0 is zero."""
    return Spoken(" ".join(keys), tuple(_KEYS[key] for key in keys))


def number(value: Number) -> Spoken:
    """A quantity: minus three point zero five."""
    fraction = ("point", *(_ONES[int(digit)] for digit in value.fraction)) if value.fraction else ()
    return Spoken(value.text, (*_minus(value), *_cardinal(value.whole), *fraction))


def ordinal(value: int) -> Spoken:
    """A place in an order: twenty first."""
    return Spoken(f"{value:,}{_suffix(value)}", _ordinal(value))


def money(amount: Number, currency: str) -> Spoken:
    """An amount: twelve dollars fifty."""
    unit = _CURRENCIES[currency]
    small = int(amount.fraction or "0")
    words: Words = ()
    if amount.whole or not small:
        words = (*_cardinal(amount.whole), unit.one if amount.whole == 1 else unit.many)
    if small:
        named = not amount.whole or small < 10
        words += _cardinal(small) + ((unit.small_one if small == 1 else unit.small_many,) if named else ())
    sign, figures = "-" if amount.negative else "", amount._replace(negative=False).text
    return Spoken(f"{sign}{unit.symbol}{figures}", _minus(amount) + words)


def date(day: Date) -> Spoken:
    """A day: November twenty second, twenty twenty six."""
    month = _MONTHS[day.month - 1]
    nth = _resting(_ordinal(day.day))
    return Spoken(f"{month} {day.day}, {day.year}", (month, *nth, *_year(day.year)))


def time(moment: Time) -> Spoken:
    """A time of day: nine thirty a.m."""
    hour, minute = moment.hour % 12 or 12, moment.minute
    half = "AM" if moment.hour < 12 else "PM"
    text = f"{hour}:{minute:02} {half}"
    if hour == 12 and minute == 0:
        return Spoken(text, ("midnight" if half == "AM" else "noon",))
    minutes: Words = () if minute == 0 else (("oh",) if minute < 10 else ()) + _cardinal(minute)
    return Spoken(text, (*_cardinal(hour), *minutes, "a.m." if half == "AM" else "p.m."))


def duration(seconds: int) -> Spoken:
    """A length of time: one minute thirty seconds."""
    text, words = list[str](), list[str]()
    left = seconds
    for size, name, short in _LENGTHS:
        count, left = divmod(left, size)
        if count or (size == 1 and not text):
            text.append(f"{count} {short}")
            words += [*_cardinal(count), name if count == 1 else name + "s"]
    return Spoken(" ".join(text), tuple(words))


def phone(number: str) -> Spoken:
    """A phone number in groups with a rest after each: plus one, five five five, ..."""
    parts = groups(number, home="1")
    words: Words = ()
    for part in parts:
        words = (*_resting(words), *(_SPELLED[char] for char in part))
    return Spoken(" ".join(parts), words)


def spelled(text: str) -> Spoken:
    """Characters one by one, with a rest after each; small letters are read like capitals."""
    shown, words, fixed = [], [], True
    for char in text.upper():
        if char.isspace():
            continue
        word = _SPELLED.get(char)
        if word is None:
            if not char.isalpha():
                raise Unreadable("it has a sign that has no name in English")
            fixed = False
        shown.append(char)
        words.append(word or char)
    rests = [*(f"{word}," for word in words[:-1]), *words[-1:]]
    return Spoken(" ".join(shown), tuple(rests), fixed)


def _minus(value: Number) -> Words:
    return ("minus",) if value.negative else ()


def _resting(words: Words) -> Words:
    """The words with a rest after the last."""
    return (*words[:-1], words[-1] + ",") if words else ()


def _cardinal(value: int) -> Words:
    if value >= READ_AS_DIGITS:
        return tuple(_ONES[int(digit)] for digit in str(value))
    if value < 20:
        return (_ONES[value],)
    if value < 100:
        ten, one = divmod(value, 10)
        return (_TENS[ten], _ONES[one]) if one else (_TENS[ten],)
    size, name = next(scale for scale in _SCALES if scale[0] <= value)
    count, rest = divmod(value, size)
    return (*_cardinal(count), name, *(_cardinal(rest) if rest else ()))


def _ordinal(value: int) -> Words:
    *before, last = _cardinal(value)
    return (*before, _nth(last))


def _nth(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + ("h" if word.endswith("t") else "th")


def _suffix(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _year(year: int) -> Words:
    century, rest = divmod(year, 100)
    if year < 1000 or (century % 10 == 0 and rest < 10):
        return _cardinal(year)
    if rest == 0:
        return (*_cardinal(century), "hundred")
    return (*_cardinal(century), *(("oh",) if rest < 10 else ()), *_cardinal(rest))


def _vocabulary() -> Iterable[str]:
    counts = [*_ONES, *_TENS[2:], *(name for _, name in _SCALES)]
    yield from counts
    yield from map(_nth, counts)
    yield from (_nth(word) + "," for word in [*_ONES[1:], "twenty", "thirty"])
    yield from _MONTHS
    for word in _SPELLED.values():
        yield from (word, word + ",")
    for currency in _CURRENCIES.values():
        yield from currency[1:]
    for _, name, _ in _LENGTHS:
        yield from (name, name + "s")
    yield from ("yes", "no", "minus", "point", "oh", "a.m.", "p.m.", "noon", "midnight")


vocabulary: frozenset[str] = frozenset(_vocabulary())
