"""How callers in Mandarin expect to hear values.

Strings of digits (digits, phone numbers, spelled codes) say 幺 for 1, as on the telephone, where 一 and 七 are
easily mixed up; numbers, dates and amounts say 一. A leading two before a unit is 两 (两千, 两元, 两点), elsewhere
二 (二百, 二十). Half past is 半. The times of a day are 凌晨 to six, 上午 to noon, 中午 to one, 下午 to six, then 晚上.
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

_DIGITS = "零一二三四五六七八九"
_KEYS = {**dict(zip("0123456789", "零幺二三四五六七八九", strict=True)), "*": "星号", "#": "井号"}
_SIGNS = {"+": "加", "-": "横杠", ".": "点", "@": "艾特", "_": "下划线", "/": "斜杠"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPELLED = {**_KEYS, **_SIGNS, **{letter: letter for letter in _LETTERS}}
_PARTS_OF_DAY = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


class _Currency(NamedTuple):
    symbol: str
    unit: str
    small: str = ""  # without one, tenths and hundredths are 角 and 分
    before: str = ""


_CURRENCIES = {
    "CNY": _Currency("¥", "元"),
    "USD": _Currency("$", "美元", "美分"),
    "EUR": _Currency("€", "欧元", "欧分"),
    "GBP": _Currency("£", "英镑", "便士"),
    "JPY": _Currency("JP¥", "日元"),
    "HKD": _Currency("HK$", "元", before="港币"),
    "TWD": _Currency("NT$", "元", before="新台币"),
    "SGD": _Currency("S$", "新加坡元", "分"),
    "AUD": _Currency("A$", "澳元", "分"),
    "CAD": _Currency("CA$", "加元", "分"),
    "CHF": _Currency("CHF ", "瑞士法郎", "生丁"),
    "INR": _Currency("₹", "卢比", "派士"),
    "KRW": _Currency("₩", "韩元"),
}


def yes_no(value: bool) -> Spoken:
    """A yes or a no."""
    word = "是" if value else "不是"
    return Spoken(word, (word,))


def digits(keys: str) -> Spoken:
    """Keys one by one; 1 is 幺."""
    return Spoken(" ".join(keys), tuple(_KEYS[key] for key in keys))


def number(value: Number) -> Spoken:
    """A quantity: 负三点零五."""
    fraction = ("点", *(_DIGITS[int(digit)] for digit in value.fraction)) if value.fraction else ()
    return Spoken(value.text, (*_minus(value), *_cardinal(value.whole), *fraction))


def ordinal(value: int) -> Spoken:
    """A place in an order: 第二十一."""
    return Spoken(f"第{value}", ("第", *_cardinal(value)))


def money(amount: Number, currency: str) -> Spoken:
    """An amount: 十二元五角, 十二美元五十美分."""
    unit = _CURRENCIES[currency]
    small = int(amount.fraction or "0")
    words: Words = ()
    if amount.whole or not small:
        words = (*_count(amount.whole), unit.unit)
    if small:
        words += _cents(small, unit, first=not words)
    before = (unit.before,) if unit.before else ()
    sign, figures = "-" if amount.negative else "", amount._replace(negative=False).text
    return Spoken(f"{sign}{unit.symbol}{figures}", before + _minus(amount) + words)


def _cents(small: int, unit: _Currency, *, first: bool) -> Words:
    if unit.small:
        return (*_count(small), unit.small)
    tenths, hundredths = divmod(small, 10)
    words: Words = ()
    if tenths:
        words = (*(_count(tenths) if first else _cardinal(tenths)), "角")
    elif not first:
        words = ("零",)
    if hundredths:
        words += (*(_cardinal(hundredths) if words else _count(hundredths)), "分")
    return words


def date(day: Date) -> Spoken:
    """A day: 二零二六年十一月二十二日."""
    year = tuple(_DIGITS[int(digit)] for digit in str(day.year))
    return Spoken(
        f"{day.year}年{day.month}月{day.day}日", (*year, "年", *_cardinal(day.month), "月", *_cardinal(day.day), "日")
    )


def time(moment: Time) -> Spoken:
    """A time of day: 上午九点半."""
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    part = next(name for end, name in _PARTS_OF_DAY if moment.hour < end)
    minutes: Words = ()
    if moment.minute == 30:
        minutes = ("半",)
    elif moment.minute:
        minutes = (*(("零",) if moment.minute < 10 else ()), *_cardinal(moment.minute), "分")
    return Spoken(f"{moment:%H:%M}", (part, *_count(hour), "点", *minutes))


def duration(seconds: int) -> Spoken:
    """A length of time: 一分三十秒, 五分钟, 一小时零五秒."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text, words = "", list[str]()
    for count, unit in ((days, "天"), (hours, "小时"), (minutes, "分" if rest else "分钟")):
        if count:
            text += f"{count}{unit}"
            words += [*_count(count), unit]
    if rest or not words:
        # 零 keeps a few seconds apart from what stands before them.
        words += ["零", *_cardinal(rest)] if words and rest < 10 else _count(rest)
        words.append("秒")
        text += f"{rest}秒"
    return Spoken(text, tuple(words))


def phone(number: str) -> Spoken:
    """A phone number in groups with a rest after each: 幺三八，零零幺三，..."""
    parts = groups(number, home="86")
    words: Words = ()
    for part in parts:
        words = (*_resting(words), *(_SPELLED[char] for char in part))
    return Spoken(" ".join(parts), words)


def spelled(text: str) -> Spoken:
    """Characters one by one; Chinese ones are read as they are, and are then not fixed."""
    shown, words, fixed = [], [], True
    for char in text.upper():
        if char.isspace():
            continue
        word = _SPELLED.get(char)
        if word is None:
            if not char.isalpha():
                raise Unreadable("it has a sign that has no name in Chinese")
            fixed = False
        shown.append(char)
        words.append(word or char)
    rests = [*(f"{word}，" for word in words[:-1]), *words[-1:]]
    return Spoken(" ".join(shown), tuple(rests), fixed)


def _minus(value: Number) -> Words:
    return ("负",) if value.negative else ()


def _resting(words: Words) -> Words:
    return (*words[:-1], words[-1] + "，") if words else ()


def _count(value: int) -> Words:
    """A number before a unit: 2 alone is 两."""
    return ("两",) if value == 2 else _cardinal(value)


def _cardinal(value: int) -> Words:
    if value >= READ_AS_DIGITS:
        return tuple(_DIGITS[int(digit)] for digit in str(value))
    words = _large(value)
    if words[:2] == ("一", "十"):
        return words[1:]  # fifteen is 十五 at the head of a number, 一十五 within one
    if len(words) > 1 and words[0] == "二" and words[1] in "千万亿":
        return ("两", *words[1:])
    return words


def _large(value: int) -> Words:
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            count, rest = divmod(value, size)
            gap = ("零",) if 0 < rest < size // 10 else ()
            return (*_large(count), name, *gap, *(_large(rest) if rest else ()))
    return (_DIGITS[value],)


def _vocabulary() -> Iterable[str]:
    yield from _DIGITS
    yield from "两十百千万亿点负第年月日半分秒元角天"
    yield from ("小时", "分钟", "是", "不是")
    yield from (name for _, name in _PARTS_OF_DAY)
    for word in _SPELLED.values():
        yield from (word, word + "，")
    for _, unit, small, before in _CURRENCIES.values():
        yield from filter(None, (unit, small, before))


vocabulary: frozenset[str] = frozenset(_vocabulary())
