"""``ivr hours``: an admin sees what callers will meet, now and on the days ahead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli

HOURS = """\
support:
  zone: Europe/Berlin
  open: {mon-fri: 08:00-18:00}
  holidays: public.ics
  special:
    2026-12-24: {open: 08:00-12:00, name: Christmas Eve}
    12-31: closed
night: {open: {fri-sat: 22:00-02:30}}
line: {open: 24h}
"""
PUBLIC = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20201225
RRULE:FREQ=YEARLY
SUMMARY:Christmas Day
END:VEVENT
BEGIN:VEVENT
DTSTART:20261223T140000
DURATION:PT1H30M
SUMMARY:Drill
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "hours.yaml").write_text(HOURS)
    (tmp_path / "flows" / "public.ics").write_text(PUBLIC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["hours", *words])


def test_it_shows_the_state_and_the_days_ahead(home: Path) -> None:
    done = run("support", "--at", "2026-12-23T15:00", "--days", "4")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "support (Europe/Berlin)",
        "  Wed 2026-12-23 15:00  closed, Drill; opens at 15:30",
        "  Wed 2026-12-23  08:00-18:00, but closed 14:00-15:30 (Drill)",
        "  Thu 2026-12-24  08:00-12:00               Christmas Eve",
        "  Fri 2026-12-25  closed                    Christmas Day",
        "  Sat 2026-12-26  closed",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("support", "--at", "2026-12-24T15:00"), "closed, Christmas Eve; opens Mon 2026-12-28 08:00"),
        (("support", "--at", "2026-12-28T15:00"), "open; closes at 18:00"),
        (("line", "--at", "2026-12-28T15:00"), "open; does not close within 400 days"),
        (("night", "--at", "2026-11-20T23:00"), "open; closes Sat 2026-11-21 02:30"),
        (("night", "--zone", "Europe/Berlin", "--at", "2026-10-25T02:45"), "closed; opens at 02:00 (UTC+0100)"),
        (("support", "--at", "2026-12-28T06:59:00Z"), "Mon 2026-12-28 07:59  closed; opens at 08:00"),
    ],
)
def test_it_says_what_comes_next(home: Path, words: tuple[str, ...], said: str) -> None:
    assert said in run(*words).stdout


def test_without_a_name_all_calendars_are_shown(home: Path) -> None:
    heads = [line for line in run().stdout.splitlines() if line and not line.startswith(" ")]
    assert heads == ["support (Europe/Berlin)", "night (UTC)", "line (UTC)"]


def test_calendars_without_a_zone_have_that_of_the_settings(home: Path) -> None:
    (home / "ivr.yaml").write_text("zone: Asia/Shanghai\n")
    assert "night (Asia/Shanghai)" in run().stdout
    assert "night (America/New_York)" in run("--zone", "America/New_York").stdout


def test_special_days_and_holidays_of_a_year_are_listed(home: Path) -> None:
    listed = run("support", "--special", "--at", "2026-12-01T00:00").stdout.splitlines()[2:]
    assert [line.split()[1] for line in listed] == ["2026-12-23", "2026-12-24", "2026-12-25", "2026-12-31"]


def test_it_writes_json(home: Path) -> None:
    (document,) = json.loads(run("support", "--at", "2026-12-23T10:00", "--days", "1", "--json").stdout)
    assert document == {
        "calendar": "support",
        "zone": "Europe/Berlin",
        "at": "2026-12-23T10:00:00+01:00",
        "open": True,
        "why": "hours",
        "name": "",
        "opens_at": None,
        "closes_at": "2026-12-23T14:00:00+01:00",
        "days": [
            {
                "date": "2026-12-23",
                "weekday": "Wed",
                "hours": ["08:00-18:00"],
                "why": "hours",
                "name": "",
                "closed": [
                    {"from": "2026-12-23T14:00:00+01:00", "to": "2026-12-23T15:30:00+01:00", "name": "Drill"},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("suport",), "did you mean 'support'?"),
        (("support", "--at", "tomorrow"), "is not an instant such as 2026-12-24T10:00"),
        (("support", "--at", "9999-12-31"), "is not an instant"),
        (("--zone", "Berlin"), "is not a time zone"),
        (("--flows", "."), "there is no hours.yaml in ."),
    ],
)
def test_a_wrong_use_is_told(home: Path, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_mistakes_are_shown_and_the_exit_code_says_so(home: Path) -> None:
    (home / "flows" / "hours.yaml").write_text(HOURS.replace("mon-fri", "mon-fry"))
    done = run()
    assert done.exit_code == 1
    assert "F132" in done.stderr
    assert "did you mean 'fri'?" in done.stderr


def test_what_an_ics_file_lacks_is_shown_and_the_rest_used(home: Path) -> None:
    (home / "flows" / "public.ics").write_text(PUBLIC.replace("DTSTART:20261223T140000", "DTSTART:soon"))
    done = run("support", "--at", "2026-12-25T10:00")
    assert done.exit_code == 0
    assert "F136" in done.stderr
    assert "closed, Christmas Day" in done.stdout
