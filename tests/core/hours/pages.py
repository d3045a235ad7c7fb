"""Pages of hours and iCalendar texts for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.core.document.problems import Problem, Problems
from ivr.core.hours.calendar import Calendar
from ivr.core.hours.reading import read_hours


def findings(
    text: str, attached: Mapping[str, str] | None = None, today: date | None = None
) -> tuple[dict[str, Calendar], list[Problem]]:
    """What is read, and what is found."""
    problems = Problems()
    found = read_hours(text, "flows/hours.yaml", problems, attached or {}, today)
    return found, problems.all


def hours(options: str, zone: str = "Europe/Berlin", **attached: str) -> Calendar:
    """The calendar of some options, without any finding; ``xmas="…"`` attaches ``xmas.ics``."""
    lines = "".join(f"  {line}\n" for line in options.splitlines())
    texts = {f"{name}.ics": text for name, text in attached.items()}
    found, problems = findings(f"support:\n  zone: {zone}\n{lines}", texts)
    assert problems == []
    return found["support"]


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """An instant, by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def ics(*events: str) -> str:
    """An iCalendar text; the lines of an event are parted by ``|``."""
    blocks = ["\r\n".join(["BEGIN:VEVENT", *event.split("|"), "END:VEVENT"]) for event in events]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *blocks, "END:VCALENDAR", ""])
