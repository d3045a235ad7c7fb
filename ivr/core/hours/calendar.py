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
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ivr.core.hours.holidays import NONE, Holidays
from ivr.core.hours.wall import changes, instants, midnight, zone_or_utc

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
    _overnight: int = field(init=False, default=0)  # minutes after midnight until which a day before may be open

    def __post_init__(self) -> None:
        days = [*self.week, *(day.spans for day in (*self.special.values(), *self.yearly.values()))]
        latest = max((span.end for spans in days for span in spans), default=0)
        object.__setattr__(self, "_overnight", max(0, latest - DAY))

    def day(self, day: date) -> Day:
        """The hours of a date: the special day's, else a holiday's, else those of the week."""
        found = self.special.get(day) or self.yearly.get((day.month, day.day))
        if found is not None:
            return found
        holiday = self.holidays.days.get(day)
        return Day(self.week[day.weekday()]) if holiday is None else Day((), Why.HOLIDAY, holiday)

    def state(self, at: datetime, zone: str = "UTC") -> State:
        """Whether it is open at an aware instant, and why."""
        wall = at.astimezone(zone_or_utc(self.zone or zone))
        today, minute = wall.date(), wall.hour * 60 + wall.minute
        day = self.day(today)
        holiday = self._closed_at(wall)
        for span in day.spans:
            if span.start <= minute < span.end and (holiday is None or day.why is Why.SPECIAL):
                return State(True, day.why, day.name)
        if minute < self._overnight:
            before = self.day(today - timedelta(days=1))
            for span in before.spans:
                if minute + DAY < span.end and (holiday is None or before.why is Why.SPECIAL):
                    return State(True, before.why, before.name)
        if day.why is Why.HOURS and holiday is not None:
            return State(False, Why.HOLIDAY, holiday)
        return State(False, day.why, day.name)

    def next_open(self, at: datetime, zone: str = "UTC") -> datetime | None:
        """The first instant from ``at`` on (itself, when it is open) at which it is open; None beyond 400 days."""
        return self._next(at, zone, wanted=True)

    def next_close(self, at: datetime, zone: str = "UTC") -> datetime | None:
        """The first instant from ``at`` on at which it is closed; None beyond 400 days."""
        return self._next(at, zone, wanted=False)

    def outlook(self, at: datetime, zone: str = "UTC") -> Outlook:
        """The state at an instant and when it changes between open and closed."""
        state = self.state(at, zone)
        if state.open:
            return Outlook(state, None, self.next_close(at, zone))
        return Outlook(state, self.next_open(at, zone), None)

    def closings(self, day: date, zone: str = "UTC") -> list[tuple[datetime, datetime, str]]:
        """The timed holidays of a day, as far as they lie in it, with their names; none on a special day."""
        info = zone_or_utc(self.zone or zone)
        if self.day(day).why is Why.SPECIAL:
            return []
        begin, end = midnight(day, info), midnight(day + timedelta(days=1), info)
        found = [
            (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(until, UTC), name)
            for start, until, name in self.holidays.times
        ]
        found += [
            (min(instants(_shown(start), info)), max(instants(_shown(until), info)), name)
            for start, until, name in self.holidays.wall
        ]
        return sorted(
            (max(start, begin).astimezone(info), min(until, end).astimezone(info), name)
            for start, until, name in found
            if start < end and until > begin
        )

    def _closed_at(self, wall: datetime) -> str | None:
        """The name of the holiday with times that an instant lies in, or None."""
        holidays = self.holidays
        if not holidays.times.starts and not holidays.wall.starts:
            return None
        found = holidays.times.at(wall.timestamp())
        return holidays.wall.at(wall.replace(tzinfo=UTC).timestamp()) if found is None else found

    def _next(self, at: datetime, zone: str, wanted: bool) -> datetime | None:
        """The first instant that is as ``wanted``: it is ``at`` or an edge, so only these are asked."""
        info = zone_or_utc(self.zone or zone)
        if self.state(at, zone).open is wanted:
            return at.astimezone(info)
        first, last = at.astimezone(info).toordinal() - 1, (at + timedelta(days=FURTHEST)).astimezone(UTC)
        found: list[datetime] = []
        for number in range(first, first + FURTHEST + 3):
            edges = self._edges(date.fromordinal(number), info)
            later = [edge for edge in edges if at < edge <= last and self.state(edge, zone).open is wanted]
            if found:  # where clocks go back over midnight, an edge of the next day may come first
                return min(found + later).astimezone(info)
            found = later
        return None

    def _edges(self, day: date, zone: ZoneInfo) -> set[datetime]:
        """The instants of a day, in UTC, at which a state may change: spans, timed holidays, clocks that are set."""
        begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        found = set(changes(begin, end, zone))
        wall = datetime.combine(day, time(0))
        for span in self.day(day).spans:
            for minute in (span.start, span.end):
                found |= instants(wall + timedelta(minutes=minute), zone)
        for stretch in self.holidays.times.between(begin.timestamp(), end.timestamp()):
            found.update(datetime.fromtimestamp(second, UTC) for second in stretch)
        shown = wall.replace(tzinfo=UTC)
        for stretch in self.holidays.wall.between(shown.timestamp(), shown.timestamp() + 86_400):
            for second in stretch:
                found |= instants(_shown(second), zone)
        return found


def _shown(second: float) -> datetime:
    """The wall time that a number of seconds of `Holidays.wall` is."""
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
