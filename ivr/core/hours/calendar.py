"""Opening hours as functions of an instant: is it open, why, when does it open next, when does it close.

One rule decides everything: **a span is what the clock on the wall shows**. It is open at an instant when the wall
clock of the calendar's zone stands within a span. So, when the clocks are set forward, a span that begins in the
missing hour begins at the end of that hour, and one that lies within it does not come that day; when they are set
back, the hour that comes twice is open twice or closed twice.

A day's spans are those of the special day, else none on a holiday, else those of the week. A span that goes on past
midnight (``22:00-02:00``) belongs to the day on which it begins, to its end: a holiday closes what begins on it, not
the night before. Holidays with times close for that time whatever else is open, but for a special day.

Start with `Calendar.state`, `Calendar.next_open` and `Calendar.next_close`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ivr.core.hours.holidays import NONE, Holidays

DAY = 1440  # minutes
FURTHEST = 400  # days that are looked ahead

Spans = tuple["Span", ...]


class Why(StrEnum):
    """What decides whether it is open."""

    HOURS = "hours"  # the hours of the week
    SPECIAL = "special"  # the hours of a special day
    HOLIDAY = "holiday"  # a holiday, or a special day that is closed all day


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from ``start`` until before ``end``, in minutes from the midnight of the day on which it begins.

    ``end`` is more than 1440 when it goes on past midnight.
    """

    start: int
    end: int

    def __str__(self) -> str:
        if (self.start, self.end) == (0, DAY):
            return "24h"
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one day, what decides them, and the special day's or holiday's name."""

    spans: Spans
    why: Why = Why.HOURS
    name: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Whether it is open at an instant, what decides that, and the special day's or holiday's name."""

    open: bool
    why: Why
    name: str = ""

    @property
    def outcome(self) -> str:
        """``open``, ``holiday`` when a whole day or a holiday's time is closed, else ``closed``."""
        if self.open:
            return "open"
        return "holiday" if self.why is Why.HOLIDAY else "closed"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A state and what comes next: ``closes_at`` when it is open, ``opens_at`` when it is not, in the calendar's zone.

    Either is None when nothing comes within 400 days.
    """

    state: State
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calendar:
    """Opening hours with a name; everything that does not depend on the instant is worked out when it is read.

    ``week`` has Monday's hours first. An empty ``zone`` (IANA) is the service's own, which every function takes as
    its second argument. ``yearly`` holds special days by month and day.
    """

    name: str
    week: tuple[Spans, ...]
    zone: str = ""
    special: Mapping[date, Day] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], Day] = field(default_factory=dict)
    holidays: Holidays = NONE

    def day(self, day: date) -> Day:
        """The hours of a date: the special day's, else a holiday's, else those of the week."""
        found = self.special.get(day) or self.yearly.get((day.month, day.day))
        if found is not None:
            return found
        holiday = self.holidays.days.get(day)
        return Day(self.week[day.weekday()]) if holiday is None else Day((), Why.HOLIDAY, holiday)

    def state(self, at: datetime, zone: str = "UTC") -> State:
        """Whether it is open at an aware instant, and why."""
        raise NotImplementedError

    def next_open(self, at: datetime, zone: str = "UTC") -> datetime | None:
        """The first instant from ``at`` on (itself, when it is open) at which it is open; None beyond 400 days."""
        raise NotImplementedError

    def next_close(self, at: datetime, zone: str = "UTC") -> datetime | None:
        """The first instant from ``at`` on at which it is closed; None beyond 400 days."""
        raise NotImplementedError
