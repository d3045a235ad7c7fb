"""Any hours at any instant: what a calendar answers is what a walk from minute to minute finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.hours.calendar import DAY, Calendar, Day, Span, Spans, Why
from ivr.core.hours.holidays import Holidays, Times

# Zones whose clocks are set by an hour, half an hour, at midnight, and never; east, west and over the date line.
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo",
    "Asia/Kathmandu", "Pacific/Apia", "Pacific/Honolulu", "America/Santiago", "Atlantic/Azores",
]  # fmt: skip
MINUTE = timedelta(minutes=1)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Spans of a day, in order, apart from each other; the last one may go past midnight."""
    edges = sorted(draw(st.sets(st.integers(0, DAY + 240), max_size=4)))
    pairs = [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < DAY]
    return tuple(pairs)


def days(first: date, last: date) -> st.SearchStrategy[dict[date, Day]]:
    special = st.builds(lambda found: Day(found, Why.SPECIAL if found else Why.HOLIDAY, "special"), spans())
    return st.dictionaries(st.dates(first, last), special, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and an instant near its special days, most often near a day on which clocks are set."""
    turns = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 4, 24), date(2026, 9, 6)]
    turns += [date(2026, 10, 25), date(2026, 10, 4), date(2026, 11, 1), date(2028, 2, 29), date(2026, 12, 31)]
    near = draw(st.sampled_from(turns))
    first, last = near - timedelta(days=2), near + timedelta(days=2)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    minutes = st.integers(0, 4 * DAY)
    times = [
        (int((begin + start * MINUTE).timestamp()), int((begin + (start + length) * MINUTE).timestamp()), "timed")
        for start, length in draw(st.lists(st.tuples(minutes, st.integers(1, DAY)), max_size=2))
    ]
    holidays = Holidays(
        dict.fromkeys(draw(st.sets(st.dates(first, last), max_size=2)), "holiday"),
        *draw(st.sampled_from([(Times.of(times), Times()), (Times(), Times.of(times))])),
    )
    calendar = Calendar(
        name="any",
        week=tuple(draw(st.lists(spans(), min_size=7, max_size=7))),
        zone=draw(st.sampled_from(ZONES)),
        special=draw(days(first, last)),
        holidays=holidays,
    )
    return calendar, begin + draw(minutes) * MINUTE


def is_open(calendar: Calendar, at: datetime) -> bool:
    """The rule, as it is told: a span is what the clock on the wall shows, from the minute it begins."""
    wall = at.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    shown = wall.replace(tzinfo=UTC).timestamp()
    holidays = calendar.holidays
    closed = any(start <= at.timestamp() < end for start, end, _ in holidays.times)
    closed = closed or any(start <= shown < end for start, end, _ in holidays.wall)
    for ago in (0, 1):
        day = wall.date() - timedelta(days=ago)
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall time
        special = calendar.special.get(day)
        if special is not None:
            open_spans, never = special.spans, False
        else:
            open_spans, never = calendar.week[day.weekday()], closed or day in holidays.days
        if not never and any(midnight + s.start * MINUTE <= wall < midnight + s.end * MINUTE for s in open_spans):
            return True
    return False


@given(cases())
@settings(max_examples=300, deadline=None)
def test_the_state_is_what_the_rule_says(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    assert calendar.state(at).open is is_open(calendar, at)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_the_next_opening_and_closing_are_the_first_minutes_that_a_walk_finds(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    for wanted, found in ((True, calendar.next_open(at)), (False, calendar.next_close(at))):
        walked = next((at + n * MINUTE for n in range(3 * DAY) if is_open(calendar, at + n * MINUTE) is wanted), None)
        if walked is None:
            assert found is None or found >= at + 3 * DAY * MINUTE
        else:
            assert found == walked


@given(cases())
@settings(max_examples=200, deadline=None)
def test_what_comes_next_is_never_past_and_is_so(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    opens, closes = calendar.next_open(at), calendar.next_close(at)
    assert opens is None or (opens >= at and calendar.state(opens).open)
    assert closes is None or (closes >= at and not calendar.state(closes).open)
    assert at in (opens, closes)


@given(cases())
@settings(max_examples=200, deadline=None)
def test_the_outcome_and_the_reason_agree(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    state = calendar.state(at)
    assert state.outcome == ("open" if state.open else "holiday" if state.why is Why.HOLIDAY else "closed")
    assert not (state.open and state.why is Why.HOLIDAY)
