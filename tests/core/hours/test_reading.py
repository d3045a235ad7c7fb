"""``hours.yaml``: every way to write hours, and every mistake at its place with its mending."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.document.problems import Problems, Severity
from ivr.core.hours.calendar import Span, Why
from ivr.core.hours.reading import read_hours
from tests.core.hours.pages import findings, hours, ics

CHRISTMAS = ics("UID:1|DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas Day")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(options: str) -> dict[str, str]:
    """The hours of the days that have some, as they are shown."""
    spans = zip(DAYS, hours(options).week, strict=True)
    return {day: ", ".join(map(str, found)) for day, found in spans if found}


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("open: {mon: 08:00-18:00}", {"mon": "08:00-18:00"}),
        ("open: {mon: 8:00 - 18:00}", {"mon": "08:00-18:00"}),
        ("open: {mon: 8:00–18:00}", {"mon": "08:00-18:00"}),
        ("open: {Monday: 08:00-18:00}", {"mon": "08:00-18:00"}),
        ("open: {sat-mon: 10:00-11:30}", dict.fromkeys(("mon", "sat", "sun"), "10:00-11:30")),
        ('open: {"mon, wed": 10:30-11:00}', dict.fromkeys(("mon", "wed"), "10:30-11:00")),
        ("open:\n  mon-tue, thu: 10:30-11:00", dict.fromkeys(("mon", "tue", "thu"), "10:30-11:00")),
        ("open: {daily: 10:30-11:00}", dict.fromkeys(DAYS, "10:30-11:00")),
        ("open: 10:30-11:00", dict.fromkeys(DAYS, "10:30-11:00")),
        ("open: 24h", dict.fromkeys(DAYS, "24h")),
        ("open: {mon: 00:00-24:00}", {"mon": "24h"}),
        ("open: {mon: 22:00-24:00}", {"mon": "22:00-24:00"}),
        ("open: {mon: 22:00-02:00}", {"mon": "22:00-02:00"}),
        ("open: {mon: 22:00-00:00}", {"mon": "22:00-24:00"}),
        ("open: {mon: 24h, tue: closed}", {"mon": "24h"}),
        ("open:\n  sat: 09:00-12:00, 13:00-15:00", {"sat": "09:00-12:00, 13:00-15:00"}),
        ("open:\n  sat: [13:00-15:00, 09:00-12:00]", {"sat": "09:00-12:00, 13:00-15:00"}),
        ("open: {sat: 09:00-12:00, 13:00-15:00}", {"sat": "09:00-12:00, 13:00-15:00"}),  # YAML cuts at the comma
        ("open: {sat: 09:00-12:00, 12:00-15:00}", {"sat": "09:00-15:00"}),
    ],
)
def test_hours_are_written_as_people_write_them(written: str, days: dict[str, str]) -> None:
    assert week(written) == days


@pytest.mark.parametrize(
    ("written", "day", "spans", "name"),
    [
        ("2026-12-24: closed", date(2026, 12, 24), "", ""),
        ("2026-12-24: 08:00-12:00", date(2026, 12, 24), "08:00-12:00", ""),
        ("2026-12-24: 24h", date(2026, 12, 24), "24h", ""),
        ("2026-12-24: {open: 08:00-12:00, name: Christmas Eve}", date(2026, 12, 24), "08:00-12:00", "Christmas Eve"),
        (
            "2026-12-24: {open: 08:00-12:00, 13:00-14:00, name: Eve}",
            date(2026, 12, 24),
            "08:00-12:00, 13:00-14:00",
            "Eve",
        ),
        ("2026-12-24: {name: Stocktaking}", date(2026, 12, 24), "", "Stocktaking"),
        ("2026-12-24: {closed, name: Stocktaking}", date(2026, 12, 24), "", "Stocktaking"),
        ("2026-12-24..2026-12-31: 10:00-11:00", date(2026, 12, 31), "10:00-11:00", ""),
        ("2026-12-24 .. 2026-12-31: 10:00-11:00", date(2026, 12, 24), "10:00-11:00", ""),
        ("12-24: 10:00-11:00", date(2040, 12, 24), "10:00-11:00", ""),
        ("12-24..01-02: closed", date(2040, 1, 2), "", ""),
        ("02-29: 10:00-11:00", date(2028, 2, 29), "10:00-11:00", ""),
        ("2028-02-29: 10:00-11:00", date(2028, 2, 29), "10:00-11:00", ""),
    ],
)
def test_special_days_are_written_as_people_write_them(written: str, day: date, spans: str, name: str) -> None:
    found = hours(f"open: 07:00-20:00\nspecial:\n  {written}").day(day)
    assert ", ".join(map(str, found.spans)) == spans
    assert found.name == name
    assert found.why is (Why.SPECIAL if spans else Why.HOLIDAY)


def test_a_range_over_the_years_end_leaves_other_days_be() -> None:
    calendar = hours("open: 07:00-20:00\nspecial: {12-24..01-02: closed}")
    closed = [day for day in (date(2026, 12, 23), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3))
              if not calendar.day(day).spans]  # fmt: skip
    assert closed == [date(2026, 12, 31), date(2027, 1, 1)]


def test_a_single_day_wins_over_a_range_and_a_date_over_a_day_of_every_year() -> None:
    calendar = hours("""\
open: 07:00-20:00
special:
  2026-12-30: 10:00-11:00
  2026-12-24..2026-12-31: closed
  12-31: 12:00-13:00
  12-26: 14:00-15:00""")
    assert calendar.day(date(2026, 12, 30)).spans == (Span(600, 660),)
    assert calendar.day(date(2026, 12, 31)).spans == ()
    assert calendar.day(date(2027, 12, 31)).spans == (Span(720, 780),)


def test_several_calendars_share_one_file_of_holidays() -> None:
    text = "a: {open: 24h, holidays: x.ics}\nb: {open: 24h, holidays: [x.ics]}\n"
    found, problems = findings(text, {"x.ics": CHRISTMAS})
    assert problems == []
    assert [calendar.day(date(2026, 12, 25)).name for calendar in found.values()] == ["Christmas Day"] * 2


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_a_page_without_calendars_has_none(text: str) -> None:
    assert findings(text) == ({}, [])


# Each page stands below `support:`; the mistake stands between `‹` and `›`.
PLANTED = {
    "a half day clock": ("open: {mon: ‹8am-6pm›}", "F130", "did you mean 08:00-18:00?"),
    "whole hours": ("open: {mon: ‹8-18›}", "F130", "did you mean 08:00-18:00?"),
    "points": ("open: {mon: ‹8.30-18.00›}", "F130", "did you mean 08:30-18:00?"),
    "words between": ("open: {mon: ‹08:00 to 18:00›}", "F130", "did you mean 08:00-18:00?"),
    "all day": ("open: {mon: ‹all day›}", "F130", "all day is written 24h"),
    "off": ("open: {mon: ‹off›}", "F130", "a day without hours is written closed"),
    "closed among hours": ("open:\n  mon: ‹closed›, 08:00-09:00", "F130", "closed stands alone"),
    "the second span": ("open:\n  mon: 08:00-09:00, ‹10-11›", "F130", "did you mean 10:00-11:00?"),
    "in quotes": ('open: {mon: "08:00-09:00, ‹10-11›"}', "F130", "did you mean 10:00-11:00?"),
    "25 o'clock": ("open: {mon: ‹08:00-25:00›}", "F130", "a day begins at 00:00"),
    "61 minutes": ("open: {mon: ‹08:61-09:00›}", "F130", "a day begins at 00:00"),
    "no hours": ("open: {mon: ‹›}", "F130", "write hours as 08:00-18:00"),
    "a set of options": ("open: {mon: ‹{›from: 08:00}}", "F022", "write hours as 08:00-18:00"),
    "the same time": ("open: {mon: ‹08:00-08:00›}", "F131", "all day is written 24h"),
    "an overlap": ("open:\n  mon: 08:00-12:00, ‹11:00-13:00›", "F131", "make them one span"),
    "backwards": ("open: {mon: ‹18:00-17:00›}", "F131 warning", "did you mean 17:00-18:00?"),
    "into the next day": ("open: {‹mon›: 22:00-09:00, tue: 08:00-12:00}", "F131 warning", "let one end where"),
    "no day": ("open: {‹mno›: 08:00-09:00}", "F132", "did you mean 'mon'?"),
    "weekdays": ("open: {‹weekdays›: 08:00-09:00}", "F132", "write mon-fri"),
    "every day": ("open: {‹everyday›: 08:00-09:00}", "F132", "every day is written daily"),
    "a date among days": ("open: {mon: 24h, ‹12-24›: closed}", "F132", "a date stands under special:"),
    "a day twice": ("open: {mon-fri: 08:00-09:00, ‹wed›: 10:00-11:00}", "F132", "name each day once"),
    "a day twice in one": ('open: {‹"mon-wed, tue"›: 08:00-09:00}', "F132", "name each day once"),
    "no leap year": ("open: 24h\nspecial: {‹2026-02-29›: closed}", "F133", "look at a calendar"),
    "no such day": ("open: 24h\nspecial: {‹04-31›: closed}", "F133", "look at a calendar"),
    "the other order": ("open: 24h\nspecial: {‹24.12.2026›: closed}", "F133", "did you mean 2026-12-24?"),
    "a week day": ("open: 24h\nspecial: {‹sun›: closed}", "F133", "a day of the week stands under open:"),
    "a range backwards": (
        "open: 24h\nspecial: {‹2026-12-31..2026-12-24›: closed}", "F133", "write 2026-12-24..2026-12-31",
    ),
    "a range with a dash": (
        "open: 24h\nspecial: {‹2026-12-24 - 2026-12-31›: closed}", "F133", "a range is written 2026-12-24..2026-12-31",
    ),
    "half a year": ("open: 24h\nspecial: {‹2026-12-24..12-31›: closed}", "F133", "give both dates a year, or none"),
    "too long": ("open: 24h\nspecial: {‹2026-01-01..2036-01-01›: closed}", "F133", "a range has at most 1830"),
    "two ranges": (
        "open: 24h\nspecial:\n  2026-12-24..2026-12-31: closed\n  ‹2026-12-31..2027-01-02›: closed", "F133",
        "let each day stand once",
    ),
    "a special day's hours": ("open: 24h\nspecial: {12-24: {open: ‹8-12›}}", "F130", "did you mean 08:00-12:00?"),
    "a special day's option": ("open: 24h\nspecial: {12-24: {‹hours›: 08:00-12:00}}", "F021", "write open:"),
    "no zone": ("zone: ‹Europe/Berln›\nopen: 24h", "F134", "did you mean 'Europe/Berlin'?"),
    "a zone in small letters": ("zone: ‹europe/berlin›\nopen: 24h", "F134", "did you mean 'Europe/Berlin'?"),
    "a folder of zones": ("zone: ‹Europe›\nopen: 24h", "F134", ""),
    "a zone outside": ("zone: ‹../../etc/passwd›\nopen: 24h", "F134", ""),
    "no file": ("open: 24h\nholidays: ‹xms.ics›", "F135", "did you mean 'xmas.ics'?"),
    "a file elsewhere": ("open: 24h\nholidays: [xmas.ics, ‹../xmas.ics›]", "F135", ""),
    "no calendar": ("open: 24h\nholidays: ‹page.ics›", "F135", "export it as iCalendar"),
    "no event": ("open: 24h\nholidays: ‹empty.ics›", "F135 warning", "is it the right file?"),
    "a bad event": ("open: 24h\nholidays: ‹bad.ics›", "F136 warning", "the other events are used"),
    "an option": ("opn: 24h\nopen: 24h".replace("opn", "‹opn›"), "F021", "did you mean 'open'?"),
    "days without open": ("‹mon-fri›: 08:00-09:00\nopen: 24h", "F021", "days stand under open:"),
    "timezone": ("‹timezone›: Europe/Berlin\nopen: 24h", "F021", "write zone:"),
}  # fmt: skip
TEXTS = {
    "xmas.ics": CHRISTMAS,
    "page.ics": "<html>",
    "empty.ics": ics(),
    "bad.ics": ics("DTSTART;VALUE=DATE:20261225", "DTSTART:tomorrow"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_is_found_at_its_place_with_its_mending(name: str) -> None:
    marked, code, hint = PLANTED[name]
    text = "support:\n" + "".join(f"  {line}\n" for line in marked.splitlines())
    line = next(number for number, content in enumerate(text.splitlines(), 1) if "‹" in content)
    column = text.splitlines()[line - 1].index("‹") + 1
    _, problems = findings(text.replace("‹", "").replace("›", ""), TEXTS)
    told = [f"{p.code} warning" if p.severity is Severity.WARNING else p.code for p in problems]
    assert told == [code], problems
    assert (problems[0].mark.line, problems[0].mark.column) == (line, column)
    assert problems[0].hint.startswith(hint)


@pytest.mark.parametrize(
    "text", ["support: {open: closed}", "support: {zone: UTC}", "support: {special: {12-24: closed}}"]
)
def test_hours_that_never_open_are_a_warning(text: str) -> None:
    found, (problem,) = findings(text)
    assert (problem.code, problem.severity, problem.mark.line, problem.mark.column) == ("F137", Severity.WARNING, 1, 1)
    assert list(found) == ["support"]


@pytest.mark.parametrize(
    ("options", "today", "said"),
    [
        ("special: {2026-12-24: closed}", date(2026, 12, 24), ""),
        ("special: {2026-12-24: closed}", date(2026, 12, 25), "the last special day was 2026-12-24."),
        ("special: {2026-12-24: closed, 05-01: closed}", date(2026, 12, 25), ""),
        ("holidays: xmas.ics", date(2026, 12, 25), ""),
        ("holidays: xmas.ics", date(2026, 12, 26), "the last holiday in 'xmas.ics' was 2026-12-25."),
        ("holidays: yearly.ics", date(2036, 12, 26), ""),
    ],
)
def test_special_days_and_holidays_that_are_all_over_are_a_warning(options: str, today: date, said: str) -> None:
    texts = {**TEXTS, "yearly.ics": ics("DTSTART;VALUE=DATE:20201225|RRULE:FREQ=YEARLY")}
    _, problems = findings(f"support:\n  open: 24h\n  {options}\n", texts, today)
    assert [problem.message for problem in problems] == [said] * bool(said)
    assert {problem.code for problem in problems} <= {"F138"}


def test_all_mistakes_are_told_at_once() -> None:
    text = "a: {open: {mon: 8-18}, zone: Nowhere}\nb: {open: {mno: 24h}, special: {2026-13-01: closed}}\nC: 3\n"
    assert {problem.code for problem in findings(text)[1]} == {"F012", "F022", "F130", "F132", "F133", "F134"}


@given(
    st.text(alphabet="monfri:-0123456789,{}[] \nsupentclhday.#\"'", max_size=120),
    st.sampled_from(["", "support:\n  open:\n    "]),
)
def test_any_text_is_read_or_found_wrong(text: str, before: str) -> None:
    problems = Problems()
    for calendar in read_hours(before + text, "hours.yaml", problems, {}).values():
        assert len(calendar.week) == 7
