"""The page of the docs about opening hours: its sample has no finding and does what the page says."""

from __future__ import annotations

from datetime import date

from tests.core.hours.pages import at, findings, ics
from tests.house.pages import ROOT, blocks

(SAMPLE,) = (block.body for block in blocks(ROOT / "docs" / "opening-hours.md") if block.kind == "yaml")
HOLIDAYS = {"public-holidays.ics": ics("DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas Day")}


def test_the_sample_has_no_finding_and_means_what_the_page_says() -> None:
    calendars, problems = findings(SAMPLE, HOLIDAYS, date(2026, 11, 22))
    assert problems == []
    support = calendars["support"]
    assert support.day(date(2026, 12, 24)).name == "Christmas Eve"
    assert support.day(date(2026, 12, 25)).name == "Christmas Day"
    assert str(support.day(date(2026, 12, 30)).spans[0]) == "10:00-14:00"
    assert support.day(date(2027, 12, 31)).spans == ()
    assert calendars["night_service"].state(at("2026-11-21T02:00"), "Europe/Berlin").open
    assert calendars["emergency"].next_close(at("2026-11-21T02:00")) is None
