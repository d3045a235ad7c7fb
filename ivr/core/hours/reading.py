"""``hours.yaml`` to calendars, with every mistake at its place, all at once.

::

    support:
      zone: Europe/Berlin          # an IANA zone; without it the service's own
      open:
        mon-fri: 08:00-18:00       # also sat-mon, "mon, wed", daily; a day that is not named is closed
        sat: 09:00-12:00, 13:00-15:00
      holidays: holidays.ics       # iCalendar files beside this one, closed all day
      special:                     # wins over holidays and the week
        2026-12-24: {open: 08:00-12:00, name: Christmas Eve}
        2026-12-27..2026-12-30: 10:00-14:00
        12-31: closed              # every year

`read_hours` is the way in. Of several entries for one special day a single day wins over a range, and a date over a
day of every year; two of one sort are a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar
from zoneinfo import available_timezones

from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Node, Scalar
from ivr.core.hours.calendar import DAY, Calendar, Day, Spans, Why
from ivr.core.hours.days import NAMES, read_dates, read_weekdays
from ivr.core.hours.holidays import NONE, Holidays
from ivr.core.hours.ics import Found, read_ics
from ivr.core.hours.recurrence import Unusable
from ivr.core.hours.spans import read_spans, rejoined
from ivr.core.hours.wall import zone_named

D = TypeVar("D")
WARNING = Severity.WARNING
MOST_CALENDARS = 200
MOST_SPECIAL = 10_000  # days of one calendar

_HINTS = {
    "timezone": "write zone:",
    "tz": "write zone:",
    "time_zone": "write zone:",
    "hours": "write open:",
    "week": "write open:",
    "holiday": "write holidays:",
    "exceptions": "write special:",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon-fri", "daily"), "days stand under open:"),
}
_SPECIAL_HINTS = {"hours": "write open:", "about": "write name:", "title": "write name:"}


def read_hours(
    text: str, file: str, problems: Problems, attached: Mapping[str, str], today: date | None = None
) -> dict[str, Calendar]:
    """The calendars of ``hours.yaml`` by name; ``attached`` holds the iCalendar texts beside it by file name.

    Findings go to ``problems``; a calendar with an error in it has what could be read, so that flows that ask for it
    are not told that it is not there. With ``today``, special days and holidays that are all over are a warning.
    """
    root = source.parse(text, file, problems)
    top = typed.options(root, problems, "hours.yaml") if root is not None else None
    if top is None:
        return {}
    if len(top.mapping.entries) > MOST_CALENDARS:
        problems.add("F130", top.mark, f"there are more than {MOST_CALENDARS} calendars.", hint="take some out")
        return {}
    reader = _Reader(problems, attached, today)
    found = {key.text: reader.calendar(key, node) for key, node in top.mapping}
    return {name: calendar for name, calendar in found.items() if calendar is not None}


class _Claims(Generic[D]):
    """Special days, each with one entry that it belongs to: a single day wins over a range."""

    def __init__(self) -> None:
        self.days: dict[D, Day] = {}
        self._single: dict[D, bool] = {}

    def add(self, days: Iterable[D], single: bool, day: Day) -> D | None:
        """Gives days their hours; the first one that an entry of the same sort has claimed already is given back."""
        for one in days:
            if self._single.get(one) is single:
                return one
            if single or one not in self.days:
                self.days[one], self._single[one] = day, single
        return None


@dataclass(frozen=True, slots=True)
class _Special:
    dated: _Claims[date] = field(default_factory=_Claims[date])
    yearly: _Claims[tuple[int, int]] = field(default_factory=_Claims[tuple[int, int]])


class _Reader:
    """Reads the calendars of one file; each iCalendar text is read once, whoever names it."""

    def __init__(self, problems: Problems, attached: Mapping[str, str], today: date | None) -> None:
        self._problems = problems
        self._attached = attached
        self._today = today
        self._read: dict[str, Found | None] = {}

    def calendar(self, key: Scalar, node: Node) -> Calendar | None:
        before = len(self._problems.errors)
        typed.name(key, self._problems)
        options = typed.options(node, self._problems, f"'{key.text}'")
        if options is None:
            return None
        zone = options.get("zone", _zone)
        week = self._week(options)
        holidays = self._holidays(options)
        special = self._special(options.node("special"))
        options.close(_HINTS)
        found = Calendar(
            name=key.text,
            zone=zone or "",
            week=week,
            holidays=holidays,
            special=special.dated.days,
            yearly=special.yearly.days,
        )
        if len(self._problems.errors) == before:
            self._never_open(found, key)
        return found

    def _week(self, options: Options) -> tuple[Spans, ...]:
        week: list[Spans | None] = [None] * 7
        places: dict[int, Mark] = {}
        node = options.node("open")
        if isinstance(node, source.Mapping):
            for key, value in rejoined(node):
                days, spans = read_weekdays(key, self._problems), read_spans(value, self._problems)
                for day in days or ():
                    if week[day] is not None:
                        message = f"{NAMES[day]} has hours already."
                        self._problems.add("F132", key.mark, message, hint="name each day once")
                    week[day] = spans or ()
                    places[day] = key.mark
            self._nights(week, places)
        elif node is not None:
            week = [read_spans(node, self._problems)] * 7
        return tuple(spans or () for spans in week)

    def _nights(self, week: list[Spans | None], places: dict[int, Mark]) -> None:
        """Warns of hours past midnight that run into those of the next day."""
        for day, spans in enumerate(week):
            following = week[(day + 1) % 7]
            if spans and following and spans[-1].end - DAY > following[0].start:
                message = f"{NAMES[day]}'s {spans[-1]} runs into {NAMES[(day + 1) % 7]}'s {following[0]}."
                hint = "let one end where the other begins"
                self._problems.add("F131", places[day], message, hint=hint, severity=WARNING)

    def _holidays(self, options: Options) -> Holidays:
        node = options.node("holidays")
        found = NONE
        for item in node.items if isinstance(node, source.Sequence) else () if node is None else (node,):
            name = typed.words(item, self._problems)
            if name is not None and (holidays := self._file(name, item.mark)) is not None:
                found = found + holidays
        return found

    def _file(self, name: str, mark: Mark) -> Holidays | None:
        """The holidays of an iCalendar file, with what is wrong with it told where it is named."""
        if name not in self._attached:
            known = ", ".join(sorted(self._attached)[:10])
            hint = suggestion(name, self._attached) or (
                f"there is {known}" if known else "put the file beside this one"
            )
            self._problems.add("F135", mark, f"there is no file '{name}' beside this one.", hint=hint)
            return None
        try:
            if name not in self._read:
                self._read[name] = None
                self._read[name] = read_ics(self._attached[name])
        except Unusable as reason:
            hint = "export it as iCalendar (.ics) again"
            self._problems.add("F135", mark, f"'{name}' cannot be read: {reason}.", hint=hint)
        found = self._read[name]
        if found is None:
            return None
        for trouble in found.troubles:
            self._problems.add("F136", mark, f"{name}, {trouble}.", hint="the other events are used", severity=WARNING)
        if not found.holidays:
            message = f"'{name}' has no event that closes anything."
            self._problems.add("F135", mark, message, hint="is it the right file?", severity=WARNING)
        self._over(found.holidays.last, mark, f"the last holiday in '{name}'", "fetch the new year's file")
        return found.holidays

    def _special(self, node: Node | None) -> _Special:
        special = _Special()
        options = typed.options(node, self._problems, "special") if node is not None else None
        if options is None:
            return special
        for key, value in rejoined(options.mapping):
            dates, day = read_dates(key, self._problems), self._day(value)
            if dates is None or day is None:
                continue
            twice = special.dated.add(dates.dated, dates.single, day)
            yearly = special.yearly.add(dates.yearly, dates.single, day)
            if twice is not None or yearly is not None:
                shown = str(twice) if yearly is None else f"{yearly[0]:02}-{yearly[1]:02}"
                hint = "let each day stand once; only a single day may stand within a range"
                self._problems.add("F133", key.mark, f"{shown} has hours already.", hint=hint)
        if len(special.dated.days) > MOST_SPECIAL:
            self._problems.add("F133", options.mark, f"there are more than {MOST_SPECIAL:,} special days.")
        if special.dated.days and not special.yearly.days:
            last = max(special.dated.days)
            self._over(last, options.mark, "the last special day", "write the coming ones, or take them out")
        return special

    def _day(self, node: Node) -> Day | None:
        """A special day: hours, ``closed``, or both with a name; ``name`` alone is closed."""
        name = ""
        spans: Spans | None = ()
        if isinstance(node, source.Mapping):
            entries = source.Mapping(tuple(rejoined(node)), node.mark)
            options = Options(entries, self._problems, "a special day")
            name = options.get_or("name", typed.words, "")
            hours = options.node("open")
            options.node("closed")  # {closed, name: Stocktaking}
            if hours is not None:
                spans = read_spans(hours, self._problems)
            options.close(_SPECIAL_HINTS)
        else:
            spans = read_spans(node, self._problems)
        if spans is None:
            return None
        return Day(spans, Why.SPECIAL if spans else Why.HOLIDAY, name)

    def _over(self, last: date | None, mark: Mark, what: str, hint: str) -> None:
        if self._today is not None and last is not None and last < self._today:
            self._problems.add("F138", mark, f"{what} was {last}.", hint=hint, severity=WARNING)

    def _never_open(self, calendar: Calendar, key: Scalar) -> None:
        days = (*calendar.special.values(), *calendar.yearly.values())
        if not any(calendar.week) and not any(day.spans for day in days):
            hint = "write  open: {mon-fri: 08:00-18:00}"
            self._problems.add("F137", key.mark, f"'{key.text}' is never open.", hint=hint, severity=WARNING)


def _zone(node: Node, problems: Problems) -> str | None:
    """A time zone of the IANA database."""
    name = typed.words(node, problems)
    if name is None or zone_named(name) is not None:
        return name
    hint = suggestion(name, sorted(available_timezones())) or "zones are written as Europe/Berlin"
    problems.add("F134", node.mark, f"'{name}' is not a time zone.", hint=hint)
    return None
