"""When a repeated event comes: RFC 5545's RRULE, RDATE and EXDATE, in bounded time.

A rule that never comes true (30 February) would be searched for until the year 9999. So each rule is moved by 7600
years, 19 whole cycles of the calendar with the same weekdays and leap years, where that end is near.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Event

FIRST_YEAR, LAST_YEAR = 1900, 2099
LONGEST_RULE = 200  # characters
MOST_OCCURRENCES = 10_000  # of one event
_MOVED = 7600  # years
_EFFORT = {"YEARLY": 10, "MONTHLY": 20, "WEEKLY": 60, "DAILY": 240}  # of a search to the year 9999; one is about 2 ms
_PARTS = frozenset({"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYSETPOS"})
_BY_DAYS = frozenset({"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"})


class Unusable(ValueError):
    """An event or a file that cannot be used; the text is the reason."""


class Budget:
    """What one file may cost: the effort of its rules, and how often its events come."""

    def __init__(self, effort: int = 240, times: int = 50_000) -> None:
        self._effort = effort
        self._times = times

    def begin(self) -> None:
        """Raises `Unusable` when no effort is left for another rule."""
        if self._effort <= 0:
            raise Unusable("the file has too many repeated events, or rules that never come true")

    def spend(self, effort: int) -> None:
        """Takes a rule's effort, when it is known."""
        self._effort -= effort

    def closes(self, times: int) -> None:
        """Takes the days or times that an event closes; raises `Unusable` when too few are left."""
        self._times -= times
        if self._times < 0:
            raise Unusable("the file closes too many days")


def occurrences(event: Event, start: datetime, zone: tzinfo | None, budget: Budget) -> Iterator[datetime]:
    """The times by the clock of ``zone`` at which an event begins, the first at ``start``, without those left out."""
    left_out = {wall(value, zone) for value in _listed(event, "EXDATE")}
    days = {value for value in left_out if not isinstance(value, datetime)}
    told: set[datetime] = set()
    for found in _all(event, start, zone, budget):
        if found not in told and found not in left_out and found.date() not in days:
            told.add(found)
            yield found


def _all(event: Event, start: datetime, zone: tzinfo | None, budget: Budget) -> Iterator[datetime]:
    rule = event.get("RRULE")
    if rule is None:
        yield start
    elif isinstance(rule, list):
        raise Unusable("it has more than one RRULE")
    else:
        yield from _of_rule(rule, start, zone, budget)
    for value in _listed(event, "RDATE"):
        found = wall(value, zone)
        yield found if isinstance(found, datetime) else datetime.combine(found, start.time())


def _of_rule(rule: Any, start: datetime, zone: tzinfo | None, budget: Budget) -> Iterator[datetime]:
    parts = {key.upper(): values for key, values in rule.items()}
    freq = str(parts.get("FREQ", ["none"])[0]).upper()
    if freq not in _EFFORT:
        raise Unusable(f"FREQ={freq} is not used for holidays; it is one of {', '.join(_EFFORT)}")
    if unknown := sorted(parts.keys() - _PARTS - _BY_DAYS):
        raise Unusable(f"the part {unknown[0]} of its RRULE is not used for holidays")
    if any(number < 1 for number in parts.get("INTERVAL", ())):
        raise Unusable("the INTERVAL of its RRULE is not 1 or more")
    until = _until(parts.get("UNTIL"), zone)
    text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL="))
    if len(text) > LONGEST_RULE:
        raise Unusable(f"its RRULE has more than {LONGEST_RULE} characters")
    budget.begin()
    moved = start.replace(year=start.year + _MOVED)
    times, searched = 0, True  # to the year 9999, unless something ends it before
    for far in rrulestr(text, dtstart=moved):
        found = far.replace(year=far.year - _MOVED)
        if found > until or times == MOST_OCCURRENCES:
            searched = False
            break
        times += 1
        yield found
    searched = searched and times != next(iter(parts.get("COUNT", ())), None)
    effort = (_EFFORT[freq] if searched else 1) * (1 + len(parts.get("BYSETPOS", ())))
    budget.spend(effort + times // 200)
    if times == MOST_OCCURRENCES:
        raise Unusable(f"it comes {MOST_OCCURRENCES:,} times or more")


def _until(values: Any, zone: tzinfo | None) -> datetime:
    """The last instant of a rule on the clock of ``zone``; never beyond the last year that is known."""
    last = datetime.combine(date(LAST_YEAR, 12, 31), time.max)
    if not values:
        return last
    value = wall(values[0], zone)
    return min(last, value if isinstance(value, datetime) else datetime.combine(value, time.max))


def _listed(event: Event, name: str) -> Iterator[Any]:
    """The values of a property that may be there several times, each with several values."""
    found = event.get(name)
    for item in found if isinstance(found, list) else [] if found is None else [found]:
        for value in getattr(item, "dts", ()):
            yield value.dt


def wall(value: Any, zone: tzinfo | None) -> datetime | date:
    """A date, or a time by the clock of ``zone``."""
    if isinstance(value, tuple):  # a period: when it begins
        value = value[0]
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo and zone else value.replace(tzinfo=None)
    if isinstance(value, date):
        return value
    raise Unusable("it has a value that is not a date")
