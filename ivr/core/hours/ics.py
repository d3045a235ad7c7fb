"""iCalendar text (RFC 5545) to holidays, in bounded time whatever the text is.

Only events count, and of them only when they are and what they are called: everything else is left out before the
library reads the text, so that nothing in it (alarms, attachments, zones of its own) can cost time. What cannot be
used is told in a sentence, and the rest is used. Events that leave one's time free count too, because lists of
public holidays are written so; cancelled ones do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from icalendar import Event

from ivr.core.hours.holidays import NONE, Holidays, Times
from ivr.core.hours.recurrence import FIRST_YEAR, LAST_YEAR, Budget, Unusable, occurrences, wall

MOST_CHARACTERS = 1_000_000
MOST_EVENTS = 5_000
LONGEST_LINE = 10_000
LONGEST_NAME = 100
LONGEST_EVENT = 366  # days
MOST_TOLD = 5  # sentences about one file

_KEPT = re.compile(r"(DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|SUMMARY|STATUS|RECURRENCE-ID|UID)[;:]", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\n|\r")
_FROM_LIBRARY = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """The holidays of a text, how many events they come from, and a sentence about each that cannot be used."""

    holidays: Holidays = NONE
    events: int = 0
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event and the line on which it begins."""

    line: int
    event: Event

    @property
    def name(self) -> str:
        text = " ".join(str(self.event.get("SUMMARY", "")).split())
        return "".join(char for char in text if char.isprintable())[:LONGEST_NAME]

    @property
    def uid(self) -> str:
        return str(self.event.get("UID", ""))


def read_ics(text: str) -> Found:
    """The holidays of an iCalendar text; raises `Unusable` when it is none, or too large."""
    if len(text) > MOST_CHARACTERS:
        raise Unusable(f"it has more than {MOST_CHARACTERS:,} characters")
    if not re.match(r"\ufeff?\s*BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise Unusable("it does not begin with BEGIN:VCALENDAR")
    blocks = list(_blocks(text))
    if len(blocks) > MOST_EVENTS:
        raise Unusable(f"it has {len(blocks):,} events, and at most {MOST_EVENTS:,} are read")
    closed = _Closed()
    entries = [entry for line, block in blocks if (entry := closed.entry(line, block)) is not None]
    moved = {(entry.uid, when) for entry in entries if (when := _instead_of(entry.event)) is not None}
    for entry in entries:
        closed.close(entry, moved)
    return closed.found()


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Each event's line number and what is needed of its text; what an event contains (alarms) is left out."""
    begun, depth = 0, 0
    kept: list[str] = []
    for number, line in _unfolded(text):
        word = line.strip().upper()
        if not begun:
            if word == "BEGIN:VEVENT":
                begun, depth, kept = number, 0, []
        elif word == "END:VEVENT":
            yield begun, "\r\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT", ""])
            begun = 0
        elif word.startswith("BEGIN:"):
            depth += 1
        elif word.startswith("END:"):
            depth -= 1
        elif depth <= 0 and _KEPT.match(line) and len(line) <= LONGEST_LINE:
            kept.append(line)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The logical lines, and on which line each begins."""
    begun, parts = 1, list[str]()
    for number, line in enumerate(_BREAK.split(text), start=1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line]
    yield begun, "".join(parts)


class _Closed:
    """Collects what the events of one file close, and what was wrong with them."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._days: dict[date, str] = {}
        self._times: list[tuple[int, int, str]] = []
        self._wall: list[tuple[int, int, str]] = []
        self._events = 0
        self._troubles: list[str] = []

    def entry(self, line: int, block: str) -> _Entry | None:
        """An event of its text."""
        try:
            event = Event.from_ical(block)
        except _FROM_LIBRARY as error:
            self._trouble(line, "", str(error))
            return None
        if not isinstance(event, Event):
            return None
        entry = _Entry(line, event)
        if event.errors:
            self._trouble(line, entry.name, ": ".join(str(part) for part in event.errors[0] if part))
            return None
        return entry

    def close(self, entry: _Entry, moved: set[tuple[str, datetime | date]]) -> None:
        """Notes the days or times that an event closes, without those for which another event stands."""
        event = entry.event
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            return
        try:
            first = _value(event, "DTSTART")
            if not FIRST_YEAR <= first.year <= LAST_YEAR:
                raise Unusable(f"it begins in the year {first.year}")
            if isinstance(first, datetime):
                self._close_times(entry, first, moved)
            else:
                self._close_days(entry, first, moved)
            self._events += 1
        except Unusable as trouble:
            self._trouble(entry.line, entry.name, str(trouble))
        except _FROM_LIBRARY as error:
            self._trouble(entry.line, entry.name, f"it cannot be worked out: {error}")

    def _close_days(self, entry: _Entry, first: date, moved: set[tuple[str, datetime | date]]) -> None:
        days = max(1, _length(entry.event, first).days)
        starts = list(occurrences(entry.event, datetime.combine(first, time(0)), None, self._budget))
        self._budget.closes(days * len(starts))
        for start in starts:
            if (entry.uid, start.date()) in moved and "RECURRENCE-ID" not in entry.event:
                continue
            for number in range(days):
                self._days.setdefault(start.date() + number * _DAY, entry.name)

    def _close_times(self, entry: _Entry, first: datetime, moved: set[tuple[str, datetime | date]]) -> None:
        zone = first.tzinfo
        length = _length(entry.event, first)
        if length <= timedelta(0):
            raise Unusable("it has no end")
        if zone is None and (name := entry.event["DTSTART"].params.get("TZID")):
            message = f"the zone '{name[:60]}' is not known; the calendar's own is taken"
            self._trouble(entry.line, entry.name, message)
        starts = list(occurrences(entry.event, first.replace(tzinfo=None), zone, self._budget))
        self._budget.closes(len(starts))
        for start in starts:
            if (entry.uid, _absolute(start, zone)) in moved and "RECURRENCE-ID" not in entry.event:
                continue
            begin, end = (int(_absolute(at, zone).timestamp()) for at in (start, start + length))
            (self._wall if zone is None else self._times).append((begin, end, entry.name))

    def _trouble(self, line: int, name: str, message: str) -> None:
        shown = " ".join(message.split())[:200]
        self._troubles.append(f"line {line}{f' ({name})' if name else ''}: {shown}")

    def found(self) -> Found:
        """Everything that was noted."""
        told = self._troubles[:MOST_TOLD]
        if len(self._troubles) > MOST_TOLD:
            told.append(f"{len(self._troubles) - MOST_TOLD} more events are not right")
        return Found(Holidays(self._days, Times.of(self._times), Times.of(self._wall)), self._events, tuple(told))


def _value(event: Event, name: str) -> date | datetime:
    """A property that is a date or a time."""
    found = event.get(name)
    value = getattr(found, "dt", None)
    if not isinstance(value, date):
        raise Unusable(f"it has no {name}" if found is None else f"its {name} is not one date or time")
    return value


def _length(event: Event, first: date | datetime) -> timedelta:
    """How long an event lasts by the clock: zero when nothing is said."""
    if "DURATION" in event:
        length = getattr(event["DURATION"], "dt", None)
    elif "DTEND" in event:
        end = _value(event, "DTEND")
        if isinstance(end, datetime) is not isinstance(first, datetime):
            raise Unusable("one of DTSTART and DTEND has a time, the other has none")
        zone = first.tzinfo if isinstance(first, datetime) else None
        length = _naive(wall(end, zone)) - _naive(wall(first, zone))
    else:
        length = timedelta(0)
    if not isinstance(length, timedelta):
        raise Unusable("its DURATION is not one length of time")
    if length > LONGEST_EVENT * _DAY:
        raise Unusable(f"it lasts more than {LONGEST_EVENT} days")
    return length


def _naive(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(0))


def _absolute(wall_time: datetime, zone: tzinfo | None) -> datetime:
    """The instant of a time in a zone; a time of no zone is taken as if it were UTC."""
    return wall_time.replace(tzinfo=zone or UTC).astimezone(UTC)


def _instead_of(event: Event) -> datetime | date | None:
    """Which time of a repeated event this one stands for: an instant, a date, or None."""
    value: Any = getattr(event.get("RECURRENCE-ID"), "dt", None)
    if isinstance(value, datetime):
        return _absolute(value.replace(tzinfo=None), value.tzinfo)
    return value if isinstance(value, date) else None
