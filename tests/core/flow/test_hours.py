"""`hours` and ``is_open``: where a call goes by the clock and the calendar, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.core.calls.outcomes import Said
from ivr.core.flow import machine
from ivr.core.flow.load import load
from tests.core.flow.calls import FACTS, Call, found

PAGE = """\
flow:
  welcome:
    - hours: support
      closed: closed
    - say: Welcome.
    - hangup
  closed:
    - say: We are closed.
    - hangup
  holiday:
    - say: Happy holidays.
    - hangup
"""
WITH_HOLIDAY = PAGE.replace("closed: closed\n", "closed: closed\n      holiday: holiday\n")
TOLD = """\
flow:
  welcome:
    - hours: support
      as: hours
    - say: "{hours.why} {hours.opens} {hours.opens_date} {hours.opens_time} {hours.closes_time} {hours.name}"
    - hangup
"""


def at(text: str, page: str = PAGE, zone: str = "UTC") -> Call:
    """A call that comes at a time of UTC."""
    return Call(page, replace(FACTS, at=datetime.fromisoformat(text).replace(tzinfo=UTC), zone=zone))


@pytest.mark.parametrize(
    ("when", "hears", "outcome"),
    [
        ("2026-11-23T07:00", "Welcome.", "hours open"),  # 08:00 in Berlin
        ("2026-11-23T06:59", "We are closed.", "hours closed"),
        ("2026-11-22T10:00", "We are closed.", "hours closed"),  # a Sunday
        ("2026-12-24T10:00", "Welcome.", "hours open"),
        ("2026-12-24T12:00", "We are closed.", "hours closed"),
        ("2026-12-25T10:00", "We are closed.", "hours holiday"),
    ],
)
def test_a_call_goes_where_the_hours_say(when: str, hears: str, outcome: str) -> None:
    call = at(when)
    assert call.hears == hears
    assert call.outcomes == [outcome]


def test_a_holiday_has_a_section_of_its_own_where_one_is_named() -> None:
    assert at("2026-12-25T10:00", WITH_HOLIDAY).hears == "Happy holidays."
    assert at("2026-12-24T15:00", WITH_HOLIDAY).hears == "We are closed."


def test_what_decided_is_told_in_the_trace() -> None:
    (step,) = at("2026-12-25T10:00").trail
    assert step.detail == {"calendar": "support", "why": "holiday", "name": "Christmas Day"}
    (step,) = at("2026-11-23T10:00").trail
    assert step.detail == {"calendar": "support", "why": "hours"}


def test_open_may_go_elsewhere_and_closed_goes_on() -> None:
    page = PAGE.replace("hours: support\n      closed: closed", "hours: support\n      as: hours\n      open: closed")
    assert at("2026-11-23T10:00", page).hears == "We are closed."
    assert at("2026-11-22T10:00", page).hears == "Welcome."


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (
            "2026-11-23T10:00",
            {
                "open": True, "why": "hours", "name": "", "closes_date": "2026-11-23", "closes_time": "18:00",
                "closes_in": 7 * 3600,
            },
        ),
        (
            "2026-11-23T05:30",
            {
                "open": False, "why": "hours", "name": "", "opens": "today", "opens_date": "2026-11-23",
                "opens_time": "08:00", "opens_day": "mon", "opens_in": 90 * 60,
            },
        ),
        (
            "2026-11-22T10:00",
            {
                "open": False, "why": "hours", "name": "", "opens": "tomorrow", "opens_date": "2026-11-23",
                "opens_time": "08:00", "opens_day": "mon", "opens_in": 21 * 3600,
            },
        ),
        (
            "2026-11-22T23:30",  # Monday already in Berlin
            {
                "open": False, "why": "hours", "name": "", "opens": "today", "opens_date": "2026-11-23",
                "opens_time": "08:00", "opens_day": "mon", "opens_in": 7.5 * 3600,
            },
        ),
        (
            "2026-12-24T12:00",
            {
                "open": False, "why": "special", "name": "Christmas Eve", "opens": "later", "opens_date": "2026-12-26",
                "opens_time": "09:00", "opens_day": "sat", "opens_in": 44 * 3600,
            },
        ),
    ],
)  # fmt: skip
def test_what_is_known_gets_a_name(when: str, told: dict[str, Any]) -> None:
    call = at(when, TOLD)
    assert call.value("hours") == told


def test_what_is_known_can_be_said() -> None:
    page = PAGE.replace("closed: closed\n", "closed: closed\n      as: hours\n").replace(
        "We are closed.", "We are open again on {hours.opens_date:date} at {hours.opens_time:time}."
    )
    assert at("2026-11-22T10:00", page).hears == "We are open again on November 23, 2026 at 8:00 AM."


def test_hours_are_asked_at_the_instant_of_the_action_not_of_the_calls_begin() -> None:
    page = PAGE.replace("    - hours", "    - say: One moment.\n    - hours")
    call = at("2026-11-23T16:59", page)
    turn = machine.resume(call.flow, call.turn.state, Said(), datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    assert turn.state.section == "closed"


def test_a_calendar_without_a_zone_takes_the_calls() -> None:
    page = PAGE.replace("support", "sales")
    assert at("2026-11-23T08:30", page, "Europe/Berlin").hears == "Welcome."
    assert at("2026-11-23T08:30", page, "UTC").hears == "We are closed."


IF = """\
flow:
  welcome:
    - if: is_open("support") and not is_open("sales")
      say: Only support is open.
      else: closed
    - hangup
  closed:
    - hangup
"""


def test_a_condition_asks_whether_it_is_open() -> None:
    assert at("2026-11-23T07:30", IF).hears == "Only support is open."
    assert at("2026-11-23T12:00", IF).outcomes == ["if no", "hangup ended"]


@pytest.mark.parametrize(
    ("page", "code", "message", "hint"),
    [
        (
            PAGE.replace("hours: support", "hours: suport"),
            "F139", "there are no opening hours 'suport'.", "did you mean 'support'?",
        ),
        (
            PAGE.replace("hours: support", "hours: night"),
            "F139", "there are no opening hours 'night'.", "there is support, sales",
        ),
        (
            IF.replace('"sales"', '"salse"'),
            "F139", "there are no opening hours 'salse'.", "did you mean 'sales'?",
        ),
        (
            IF.replace('is_open("sales")', "is_open(call.to)"),
            "F139", "the opening hours that are asked for stand here by their name.", 'write is_open("support")',
        ),
        (
            TOLD.replace("opens_time", "opens_tme"),
            "F121", "'hours' has no 'opens_tme'.", "did you mean 'opens_time'?",
        ),
        (
            PAGE.replace("      closed: closed\n", ""),
            "F020", "hours needs 'closed'.", "where callers go while it is closed, or  as: hours  to decide afterwards",
        ),
        (
            PAGE.replace("closed: closed\n", "closed: clsed\n"),
            "F104", "closed goes to 'clsed', which is not a section of this flow.", "did you mean 'closed'?",
        ),
        (
            PAGE.replace("closed: closed\n", "closed: closed\n      zone: UTC\n"),
            "F021", "hours has no option 'zone'.", "the zone stands in hours.yaml",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_found(page: str, code: str, message: str, hint: str) -> None:
    (problem,) = (problem for problem in found(page) if problem.code not in ("F106", "F114"))
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)


def test_an_unknown_calendar_in_a_condition_is_found_at_its_place() -> None:
    (problem,) = (problem for problem in found(IF.replace('"sales"', '"salse"')) if problem.code == "F139")
    line = IF.splitlines()[problem.mark.line - 1].replace('"sales"', '"salse"')
    assert line[problem.mark.column - 1 :][: problem.mark.width] == '"salse"'


def test_a_page_alone_is_told_where_hours_are_written() -> None:
    problems = load(PAGE, "flows/main.yaml")[1].all
    assert [problem.hint for problem in problems if problem.code == "F139"] == [
        "write them in hours.yaml beside this page"
    ]
