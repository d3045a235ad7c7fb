"""Days as people write them: ``mon-fri``, ``sat-mon``, ``mon, wed``, ``daily``; ``2026-12-24``, ``12-25``, ranges."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.core.document.problems import Problems, suggestion
from ivr.core.document.source import Scalar

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAILY = "daily"
LONG_NAME = 5  # letters; a shorter word is rather meant as one of `WEEK`
LONGEST_RANGE = 1830  # days, five years

_DATE = r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})"
_DATES = re.compile(rf"{_DATE}(?:\s*\.\.\s*{_DATE})?")
_OTHER_ORDER = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


@dataclass(frozen=True, slots=True)
class Dates:
    """What a special day's entry is about: ``dated`` days, or days of every year as (month, day)."""

    dated: tuple[date, ...] = ()
    yearly: tuple[tuple[int, int], ...] = ()

    @property
    def single(self) -> bool:
        """Whether it is one day; a range gives way to it."""
        return len(self.dated) + len(self.yearly) == 1


def read_weekdays(key: Scalar, problems: Problems) -> tuple[int, ...] | None:
    """The days of the week, Monday is 0, that a text names; None with a finding."""
    found: list[int] = []
    for part in key.text.split(","):
        ends = [_weekday(word.strip()) for word in re.split(r"[-–—]", part)]
        if part.strip().lower() == DAILY:
            found += range(7)
        elif len(ends) > 2 or None in ends:
            problems.add("F132", key.mark, f"'{part.strip()}' is not a day of the week.", hint=_day_hint(part))
            return None
        else:
            first, last = ends[0] or 0, ends[-1] or 0
            found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    if len(set(found)) < len(found):
        problems.add("F132", key.mark, f"'{key.text}' names a day twice.", hint="name each day once")
        return None
    return tuple(found)


def _weekday(word: str) -> int | None:
    """A day of its short name, or its English one."""
    word = word.lower()
    short = WEEK.index(word) if word in WEEK else None
    return next((at for at, name in enumerate(NAMES) if name.lower() == word), short)


def _day_hint(part: str) -> str:
    words = [word.strip().lower() for word in re.split(r"[-–—]", part)]
    if any(word in ("daily", "everyday", "every day", "all", "always", "week") for word in words):
        return "every day is written daily"
    if "weekdays" in words or "weekday" in words:
        return "write mon-fri"
    if "weekend" in words or "weekends" in words:
        return "write sat-sun"
    if part[:1].isdigit():
        return "a date stands under special:"
    wrong = next((word for word in words if _weekday(word) is None), "")
    close = suggestion(wrong, WEEK if len(wrong) < LONG_NAME else [name.lower() for name in NAMES])
    return close or f"days are {', '.join(WEEK)}, as mon-fri or mon, wed, or daily"


def read_dates(key: Scalar, problems: Problems) -> Dates | None:
    """The days that a special entry names: a date, a day of every year, or a range of either; None with a finding."""
    text = key.text.strip()
    match = _DATES.fullmatch(text)
    if match is None:
        problems.add("F133", key.mark, f"'{text}' is not a date.", hint=_date_hint(text))
        return None
    year, month, day, year2, month2, day2 = (int(part) if part else None for part in match.groups())
    if month2 is not None and (year is None) is not (year2 is None):
        problems.add("F133", key.mark, f"'{text}' has a year on one side only.", hint="give both dates a year, or none")
        return None
    ends = [(year, month, day)] + ([(year2, month2, day2)] if month2 is not None else [])
    for one in ends:
        if reason := _no_such_date(*one):
            problems.add("F133", key.mark, f"'{text}' does not exist: {reason}.", hint="look at a calendar")
            return None
    return _dated(ends, key, problems) if year is not None else Dates(yearly=_yearly(ends))


def _dated(ends: list[tuple[int | None, int | None, int | None]], key: Scalar, problems: Problems) -> Dates | None:
    first, last = (date(year or 1, month or 1, day or 1) for year, month, day in (ends[0], ends[-1]))
    if last < first:
        problems.add("F133", key.mark, f"'{key.text}' ends before it begins.", hint=f"write {last}..{first}")
        return None
    length = (last - first).days + 1
    if length > LONGEST_RANGE:
        problems.add("F133", key.mark, f"'{key.text}' is {length} days.", hint=f"a range has at most {LONGEST_RANGE}")
        return None
    return Dates(dated=tuple(first + timedelta(days=step) for step in range(length)))


def _yearly(ends: list[tuple[int | None, int | None, int | None]]) -> tuple[tuple[int, int], ...]:
    """The days from one to another, over the end of the year when need be."""
    first, last = (date(2000, month or 1, day or 1) for _, month, day in (ends[0], ends[-1]))
    length = (last - first).days % 366 + 1  # 2000 has a 29 February
    days = (date(2000, 1, 1) + timedelta(days=(first.timetuple().tm_yday - 1 + step) % 366) for step in range(length))
    return tuple((day.month, day.day) for day in days)


def _no_such_date(year: int | None, month: int | None, day: int | None) -> str:
    """Why a date does not exist, or empty."""
    month, day = month or 0, day or 0
    if year is not None and not 1900 <= year <= 2199:
        return f"the year {year} is out of reach"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    longest = monthrange(2000 if year is None else year, month)[1]
    if not 1 <= day <= longest:
        return f"{month_name[month]}{f' {year}' if year else ''} has {longest} days"
    return ""


def _date_hint(text: str) -> str:
    other = _OTHER_ORDER.fullmatch(text)
    if other is not None:
        day, month, year = other.groups()
        return f"did you mean {year}-{int(month):02}-{int(day):02}?" if int(month) <= 12 else "write the year first"
    if _weekday(text) is not None:
        return "a day of the week stands under open:"
    if re.fullmatch(r".*\d-\d+\s*(?:-|to|until)\s*\d+-.*", text):
        return "a range is written 2026-12-24..2026-12-31"
    return "write 2026-12-24, 12-24 for every year, or a range 2026-12-24..2026-12-31"
