"""iCalendar texts: which days and times they close, and that no text costs much or stops the reading."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.hours.ics import Found, read_ics
from ivr.core.hours.recurrence import Unusable
from tests.core.hours.pages import at, hours, ics


def days(*events: str) -> list[str]:
    """The days that events close, in their order."""
    found = read_ics(ics(*events))
    assert found.troubles == ()
    return [day.isoformat() for day in sorted(found.holidays.days)]


def trouble(*events: str) -> Found:
    """What is read of events that are not all right."""
    found = read_ics(ics(*events))
    assert found.troubles
    return found


def test_an_event_of_a_day_closes_it_and_gives_its_name() -> None:
    found = read_ics(ics("DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261226|SUMMARY:Christmas\\, first day"))
    assert found.holidays.days == {date(2026, 12, 25): "Christmas, first day"}
    assert found.events == 1


@pytest.mark.parametrize(
    ("event", "closed"),
    [
        ("DTSTART;VALUE=DATE:20261225", ["2026-12-25"]),
        ("DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261225", ["2026-12-25"]),  # as some programs write it
        ("DTSTART;VALUE=DATE:20261230|DTEND;VALUE=DATE:20270102", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("DTSTART;VALUE=DATE:20261230|DURATION:P2D", ["2026-12-30", "2026-12-31"]),
        ("DTSTART;VALUE=DATE:20240101|RRULE:FREQ=YEARLY;COUNT=3", ["2024-01-01", "2025-01-01", "2026-01-01"]),
        ("DTSTART;VALUE=DATE:20240101|RRULE:FREQ=YEARLY;UNTIL=20250101", ["2024-01-01", "2025-01-01"]),
        ("DTSTART;VALUE=DATE:20240101|RRULE:FREQ=YEARLY;UNTIL=20241231T235959Z", ["2024-01-01"]),
        ("DTSTART;VALUE=DATE:20240229|RRULE:FREQ=YEARLY;UNTIL=20330101", ["2024-02-29", "2028-02-29", "2032-02-29"]),
        (
            "DTSTART;VALUE=DATE:20231123|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=4",
            ["2023-11-23", "2024-11-28", "2025-11-27", "2026-11-26"],
        ),
        ("DTSTART;VALUE=DATE:20260501|RRULE:FREQ=YEARLY;COUNT=2;INTERVAL=2", ["2026-05-01", "2028-05-01"]),
        ("DTSTART;VALUE=DATE:20260525|RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=2", ["2026-05-25", "2026-06-29"]),
        ("DTSTART;VALUE=DATE:20260101|RDATE;VALUE=DATE:20260501,20261003", ["2026-01-01", "2026-05-01", "2026-10-03"]),
        (
            "DTSTART;VALUE=DATE:20240101|RRULE:FREQ=YEARLY;COUNT=3|EXDATE;VALUE=DATE:20250101",
            ["2024-01-01", "2026-01-01"],
        ),
        ("DTSTART;VALUE=DATE:20261225|STATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20261225|TRANSP:TRANSPARENT", ["2026-12-25"]),  # so public holidays are published
        ("DTSTART;VALUE=DATE:20261225|BEGIN:VALARM|TRIGGER:-PT10M|DURATION:P9D|END:VALARM", ["2026-12-25"]),
        ("dtstart;value=date:20261225", ["2026-12-25"]),
    ],
)
def test_an_event_closes_days(event: str, closed: list[str]) -> None:
    assert days(event) == closed


def test_a_rule_without_an_end_goes_on_to_2099() -> None:
    found = days("DTSTART;VALUE=DATE:19701225|RRULE:FREQ=YEARLY")
    assert (found[0], found[-1], len(found)) == ("1970-12-25", "2099-12-25", 130)


def test_a_time_of_a_repeated_event_that_is_moved_or_cancelled_is_not_closed() -> None:
    series = "UID:1|DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;COUNT=3"
    moved = "UID:1|RECURRENCE-ID;VALUE=DATE:20250501|DTSTART;VALUE=DATE:20250502"
    cancelled = "UID:1|RECURRENCE-ID;VALUE=DATE:20260501|DTSTART;VALUE=DATE:20260501|STATUS:CANCELLED"
    assert days(series, moved, cancelled) == ["2024-05-01", "2025-05-02"]


@pytest.mark.parametrize(
    ("event", "begins", "ends"),
    [
        ("DTSTART:20261118T110000Z|DTEND:20261118T130000Z", "11:00", "13:00"),
        ("DTSTART;TZID=Europe/Berlin:20261118T120000|DTEND;TZID=Europe/Berlin:20261118T140000", "11:00", "13:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20261118T120000|DURATION:PT2H", "11:00", "13:00"),
        ("DTSTART;TZID=America/New_York:20261118T060000|DTEND;TZID=Europe/Berlin:20261118T140000", "11:00", "13:00"),
        ("DTSTART:20261118T120000|DTEND:20261118T140000", "11:00", "13:00"),  # by the calendar's own clock
    ],
)
def test_an_event_with_times_closes_for_that_time(event: str, begins: str, ends: str) -> None:
    calendar = hours("open: 24h\nholidays: x.ics", x=ics(event))
    assert calendar.next_close(at("2026-11-18T00:00")) == at(f"2026-11-18T{begins}", "UTC")
    assert calendar.next_open(at("2026-11-18T12:30")) == at(f"2026-11-18T{ends}", "UTC")


def test_a_repeated_time_keeps_its_wall_time_over_daylight_saving() -> None:
    weekly = "DTSTART;TZID=Europe/Berlin:20261021T120000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=2"
    starts = read_ics(ics(weekly)).holidays.times.starts
    assert [datetime.fromtimestamp(start, UTC).hour for start in starts] == [10, 11]


def test_events_that_overlap_close_from_the_first_begin_to_the_last_end() -> None:
    one = "DTSTART:20261118T110000Z|DURATION:PT2H|SUMMARY:One"
    two = "DTSTART:20261118T120000Z|DURATION:PT2H|SUMMARY:Two"
    calendar = hours("open: 24h\nholidays: x.ics", x=ics(one, two))
    assert calendar.next_open(at("2026-11-18T11:00", "UTC")) == at("2026-11-18T14:00", "UTC")
    assert [calendar.state(at(f"2026-11-18T{when}", "UTC")).name for when in ("12:30", "13:30")] == ["One", "Two"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("SUMMARY:No date", "line 4 (No date): it has no DTSTART"),
        ("DTSTART:tomorrow", "line 4: DTSTART"),
        ("DTSTART;VALUE=DATE:20260231", "line 4: DTSTART"),
        ("DTSTART:20261118T110000Z|SUMMARY:Meeting", "line 4 (Meeting): it has no end"),
        ("DTSTART;VALUE=DATE:20261225|DTEND:20261226T000000Z", "one of DTSTART and DTEND has a time"),
        ("DTSTART;VALUE=DATE:20261225|DURATION:P999D", "it lasts more than 366 days"),
        ("DTSTART;VALUE=DATE:18001225", "it begins in the year 1800"),
        ("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=HOURLY", "FREQ=HOURLY is not used for holidays"),
        ("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=DAILY;BYHOUR=3", "the part BYHOUR of its RRULE is not used"),
        ("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=DAILY;INTERVAL=0;BYMONTH=2;BYMONTHDAY=30", "INTERVAL"),
        ("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=DAILY", "it comes 10,000 times or more"),
        ("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY|RRULE:FREQ=MONTHLY", "it has more than one RRULE"),
        (
            f"DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 99)))}",
            "more than 200",
        ),
        ("DTSTART;TZID=Mars/Olympus:20261118T110000|DURATION:PT1H", "the zone 'Mars/Olympus' is not known"),
    ],
)
def test_an_event_that_cannot_be_used_is_told_and_the_others_are_used(event: str, said: str) -> None:
    found = trouble(event, "DTSTART;VALUE=DATE:20260101")
    assert len(found.troubles) == 1
    assert said in found.troubles[0]
    assert list(found.holidays.days) == [date(2026, 1, 1)]


def test_many_events_that_cannot_be_used_are_told_in_a_few_sentences() -> None:
    assert trouble(*["DTSTART:x"] * 100).troubles[-1] == "95 more events are not right"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it does not begin with BEGIN:VCALENDAR"),
        ("<html><body>Sign in</body></html>", "it does not begin with BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\r\n" + "X" * 1_000_000, "it has more than 1,000,000 characters"),
        (ics(*["DTSTART:20261225"] * 5001), "it has 5,001 events, and at most 5,000 are read"),
    ],
)
def test_a_text_that_is_no_calendar_or_too_large_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        read_ics(text)


@pytest.mark.parametrize("rule", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"])
def test_rules_that_never_come_true_run_out_of_effort_soon(rule: str) -> None:
    never = f"DTSTART;VALUE=DATE:19000101|RRULE:FREQ={rule};BYMONTH=2;BYMONTHDAY=30"
    assert "more events are not right" in trouble(*[never] * 1000).troubles[-1]


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 70_000,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "BEGIN:VALARM\n" * 70_000,
        ics("SUMMARY:" + "x" * 900_000 + "|DTSTART;VALUE=DATE:20261225"),
        ics("DTSTART;VALUE=DATE:20261225|DTEND" + ";X=Y" * 2400 + ":20260101"),
        ics("BEGIN:VTIMEZONE|RRULE:FREQ=SECONDLY|END:VTIMEZONE|DTSTART;VALUE=DATE:20261225"),
    ],
)
def test_a_text_that_is_made_to_cost_time_does_not(text: str) -> None:
    assert len(read_ics(text).holidays.days) <= 1


def test_a_name_is_one_line_of_bounded_length() -> None:
    (name,) = read_ics(ics(f"DTSTART;VALUE=DATE:20261225|SUMMARY:a\\n\x07b {'c' * 500}")).holidays.days.values()
    assert name.startswith("a b ccc")
    assert len(name) == 100


PROPERTY = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "SUMMARY", "STATUS", "RECURRENCE-ID", "UID"]
)
VALUE = st.one_of(
    st.text(alphabet="0123456789TZ:;=,\"\\-+PVMFREQDAYUNTIL \x00é", max_size=30),
    st.sampled_from(
        ["20261225", "20261225T100000", "20261225T100000Z", "P1D", "PT1H", "-P1D", "FREQ=YEARLY", "FREQ=DAILY;COUNT=3",
         "99991231", "00010101", "20261225/P1D", "FREQ=WEEKLY;UNTIL=20270101;BYDAY=MO"]
    ),
)  # fmt: skip
LINE = st.tuples(
    PROPERTY, st.sampled_from(["", ";VALUE=DATE", ";TZID=Europe/Berlin", ";TZID=x", ";VALUE=PERIOD"]), VALUE
)


@given(st.lists(st.lists(LINE, max_size=6), max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_an_event_says_is_used_or_told(events: list[list[tuple[str, str, str]]]) -> None:
    blocks = [
        "\r\n".join(["BEGIN:VEVENT", *("".join((a, b, ":", c)) for a, b, c in lines), "END:VEVENT"]) for lines in events
    ]
    found = read_ics("\r\n".join(["BEGIN:VCALENDAR", *blocks, "END:VCALENDAR"]))
    assert found.events <= len(events)
