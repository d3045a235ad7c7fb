"""Open or closed, why, and what comes next: by the clock on the wall, whatever it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.hours.calendar import State, Why
from tests.core.hours.pages import at, hours, ics

OFFICE = "open:\n  mon-fri: 08:00-18:00\n  sat: 09:00-12:00, 13:00-15:00"
BAR = "open: {fri-sat: 22:00-02:30}"
SPECIAL = """
open: {daily: 08:00-18:00}
holidays: xmas.ics
special:
  2026-12-24: {open: 08:00-12:00, name: Christmas Eve}
  2026-12-26: 10:00-11:00
  2026-12-31: closed
  01-06: {name: Epiphany}
"""
XMAS = ics(
    "UID:1|DTSTART;VALUE=DATE:20201225|DTEND;VALUE=DATE:20201227|RRULE:FREQ=YEARLY|SUMMARY:Christmas",
    "UID:2|DTSTART;TZID=Europe/Berlin:20261118T120000|DTEND;TZID=Europe/Berlin:20261118T140000|SUMMARY:Staff meeting",
    "UID:3|DTSTART;TZID=Europe/Berlin:20261224T090000|DTEND;TZID=Europe/Berlin:20261224T110000|SUMMARY:Party",
)


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("2026-11-23T07:59:59", "closed"),
        ("2026-11-23T08:00:00", "open"),
        ("2026-11-23T17:59:59.999999", "open"),
        ("2026-11-23T18:00:00", "closed"),
        ("2026-11-28T11:59", "open"),
        ("2026-11-28T12:00", "closed"),
        ("2026-11-28T13:00", "open"),
        ("2026-11-28T15:00", "closed"),
        ("2026-11-29T10:00", "closed"),
        ("2028-02-29T10:00", "open"),  # a leap day, a Tuesday
    ],
)
def test_the_week_is_open_from_its_first_minute_until_before_its_last(when: str, outcome: str) -> None:
    assert hours(OFFICE).state(at(when)).outcome == outcome


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-20T21:59", False),
        ("2026-11-20T22:00", True),  # Friday
        ("2026-11-21T00:00", True),
        ("2026-11-21T02:29", True),
        ("2026-11-21T02:30", False),
        ("2026-11-22T02:00", True),  # Saturday's night
        ("2026-11-23T02:00", False),  # Sunday has none
        ("2026-11-20T01:00", False),  # nor has Thursday
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(when: str, is_open: bool) -> None:
    assert hours(BAR).state(at(when)).open is is_open


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("2026-11-18T11:59", State(True, Why.HOURS)),
        ("2026-11-18T12:00", State(False, Why.HOLIDAY, "Staff meeting")),
        ("2026-11-18T14:00", State(True, Why.HOURS)),
        ("2026-12-24T09:30", State(True, Why.SPECIAL, "Christmas Eve")),  # whatever the file says
        ("2026-12-24T12:00", State(False, Why.SPECIAL, "Christmas Eve")),
        ("2026-12-25T10:00", State(False, Why.HOLIDAY, "Christmas")),
        ("2026-12-25T03:00", State(False, Why.HOLIDAY, "Christmas")),
        ("2026-12-26T10:30", State(True, Why.SPECIAL)),
        ("2026-12-27T10:00", State(True, Why.HOURS)),
        ("2026-12-31T10:00", State(False, Why.HOLIDAY)),
        ("2027-01-06T10:00", State(False, Why.HOLIDAY, "Epiphany")),
        ("2031-01-06T10:00", State(False, Why.HOLIDAY, "Epiphany")),
        ("2031-12-25T10:00", State(False, Why.HOLIDAY, "Christmas")),
        ("2027-12-24T15:00", State(True, Why.HOURS)),
    ],
)
def test_special_days_win_over_holidays_and_holidays_over_the_week(when: str, state: State) -> None:
    assert hours(SPECIAL, xmas=XMAS).state(at(when)) == state


def test_a_day_that_is_closed_all_day_is_a_holiday_and_one_with_other_hours_is_closed() -> None:
    calendar = hours(SPECIAL, xmas=XMAS)
    assert calendar.state(at("2026-12-31T10:00")).outcome == "holiday"
    assert calendar.state(at("2026-12-24T20:00")).outcome == "closed"


def test_a_holiday_does_not_end_the_night_before() -> None:
    calendar = hours("open: {daily: 22:00-02:00}\nholidays: xmas.ics", xmas=XMAS)
    assert calendar.state(at("2026-12-25T01:00")).open
    assert not calendar.state(at("2026-12-25T23:00")).open
    assert not calendar.state(at("2026-12-27T01:00")).open
    assert calendar.next_open(at("2026-12-25T02:00")) == at("2026-12-27T22:00")


def test_a_timed_holiday_does_end_the_night_before() -> None:
    night = ics("UID:1|DTSTART:20261121T010000|DTEND:20261121T040000|SUMMARY:Repairs")
    calendar = hours("open: {fri: 22:00-06:00}\nholidays: night.ics", night=night)
    assert calendar.next_close(at("2026-11-20T23:00")) == at("2026-11-21T01:00")
    assert calendar.state(at("2026-11-21T02:00")) == State(False, Why.HOLIDAY, "Repairs")
    assert calendar.next_open(at("2026-11-21T01:00")) == at("2026-11-21T04:00")


@pytest.mark.parametrize(
    ("when", "opens", "closes"),
    [
        ("2026-11-23T07:00", "2026-11-23T08:00", None),
        ("2026-11-23T08:00", None, "2026-11-23T18:00"),
        ("2026-11-23T18:00", "2026-11-24T08:00", None),
        ("2026-11-28T12:30", "2026-11-28T13:00", None),
        ("2026-11-28T15:00", "2026-11-30T08:00", None),  # over the Sunday
        ("2026-12-31T20:00", "2027-01-01T08:00", None),  # over the year's end
        ("2028-02-28T18:00", "2028-02-29T08:00", None),  # the leap day
    ],
)
def test_it_tells_when_it_opens_or_closes(when: str, opens: str | None, closes: str | None) -> None:
    outlook = hours(OFFICE).outlook(at(when))
    assert outlook.opens_at == (at(opens) if opens else None)
    assert outlook.closes_at == (at(closes) if closes else None)


def test_spans_that_touch_over_midnight_close_only_at_the_last_end() -> None:
    calendar = hours("open: {sat: 20:00-24:00, sun: 24h, mon: 00:00-06:00}")
    assert calendar.next_close(at("2026-11-21T21:00")) == at("2026-11-23T06:00")


def test_what_is_always_open_never_closes() -> None:
    assert hours("open: 24h").outlook(at("2026-11-21T21:00")).closes_at is None


def test_an_opening_more_than_400_days_away_is_none() -> None:
    calendar = hours("special: {2028-02-29: 08:00-09:00}")
    assert calendar.next_open(at("2026-11-21T21:00")) is None
    assert calendar.next_open(at("2027-03-01T00:00")) == at("2028-02-29T08:00")


def test_an_instant_is_seen_by_the_clock_of_the_calendars_zone() -> None:
    tokyo, honolulu = hours(OFFICE, zone="Asia/Tokyo"), hours(OFFICE, zone="Pacific/Honolulu")
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 08:30 in Tokyo, Sunday 13:30 in Honolulu
    assert tokyo.state(instant).open
    assert not honolulu.state(instant).open
    opens = honolulu.next_open(instant)
    assert opens == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert opens is not None
    assert opens.isoformat() == "2026-11-23T08:00:00-10:00"


def test_a_calendar_without_a_zone_takes_the_services() -> None:
    calendar = hours(OFFICE, zone="Europe/Berlin")
    own = type(calendar)(name="own", week=calendar.week)
    instant = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert own.state(instant, "UTC").open
    assert not own.state(instant, "Europe/Berlin").open


def test_a_zone_that_does_not_exist_is_utc() -> None:
    own = type(hours(OFFICE))(name="own", week=hours(OFFICE).week)
    assert own.state(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Mars/Olympus").open
    assert not own.state(datetime(2026, 11, 23, 7, 59, tzinfo=UTC), "").open


class TestClocksAreSetForward:
    """Berlin, 29 March 2026: after 01:59 comes 03:00."""

    def test_a_span_over_the_missing_hour_is_an_hour_shorter(self) -> None:
        calendar = hours("open: {sun: 01:00-05:00}")
        opens, closes = calendar.next_open(at("2026-03-28T12:00")), calendar.next_close(at("2026-03-29T01:00"))
        assert opens is not None
        assert closes is not None
        assert closes.astimezone(UTC) - opens.astimezone(UTC) == timedelta(hours=3)

    def test_a_span_that_begins_in_the_missing_hour_begins_at_its_end(self) -> None:
        opens = hours("open: {sun: 02:30-05:00}").next_open(at("2026-03-28T12:00"))
        assert opens == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00 in Berlin
        assert hours("open: {sun: 02:30-05:00}").state(at("2026-03-29T03:10")).open

    def test_a_span_that_ends_in_the_missing_hour_ends_at_its_beginning(self) -> None:
        closes = hours("open: {sat: 22:00-02:30}").next_close(at("2026-03-29T01:00"))
        assert closes == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_a_span_within_the_missing_hour_does_not_come_that_day(self) -> None:
        calendar = hours("open: {sun: 02:00-03:00}")
        assert calendar.next_open(at("2026-03-28T12:00")) == at("2026-04-05T02:00")


class TestClocksAreSetBack:
    """Berlin, 25 October 2026: after 02:59 comes 02:00."""

    def test_a_span_over_the_double_hour_is_an_hour_longer(self) -> None:
        calendar = hours("open: {sun: 01:00-05:00}")
        opens, closes = calendar.next_open(at("2026-10-24T12:00")), calendar.next_close(at("2026-10-25T01:00"))
        assert opens is not None
        assert closes is not None
        assert closes.astimezone(UTC) - opens.astimezone(UTC) == timedelta(hours=5)

    def test_a_span_that_ends_in_the_double_hour_is_open_in_both(self) -> None:
        calendar = hours("open: {sat: 22:00-02:30}")
        first = calendar.next_close(at("2026-10-25T01:00"))
        assert first is not None
        assert first.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        again = calendar.next_open(first)
        assert again is not None
        assert again.astimezone(UTC) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
        last = calendar.next_close(again)
        assert last is not None
        assert last.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_both_hours_are_open(self, fold: int) -> None:
        assert hours("open: {sun: 02:00-03:00}").state(at("2026-10-25T02:15", fold=fold)).open


def test_a_midnight_that_does_not_come_opens_at_the_first_minute_of_the_day() -> None:
    calendar = hours(
        "open: 24h\nspecial: {2026-04-23: closed}", zone="Africa/Cairo"
    )  # on the 24th after 23:59 comes 01:00
    opens = calendar.next_open(at("2026-04-23T12:00", "Africa/Cairo"))
    assert opens is not None
    assert opens.isoformat() == "2026-04-24T01:00:00+03:00"
