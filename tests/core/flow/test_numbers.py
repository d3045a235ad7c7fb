"""``numbers.yaml``: which flow answers which number, when, and for whom; and every mistake in it at its place."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from ivr.core.base.dialling import Pattern
from ivr.core.flow.bundle import Read, read
from ivr.core.flow.numbers import Numbers, covers
from ivr.core.flow.surroundings import Outside

FLOW = b"flow:\n  a:\n    - say: Hello.\n    - hangup\n"
FLOWS = {f"{name}.yaml": FLOW for name in ("main", "night", "feast", "shop", "shop_new")}
HOURS = b"support:\n  zone: Europe/Berlin\n  open: {mon-fri: 09:00-18:00}\n  special: {2026-12-24: closed}\n"
OPEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
CLOSED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FEAST = datetime(2026, 12, 24, 10, 0, tzinfo=UTC)


def folder(page: str, **more: bytes) -> Read:
    """A folder with this ``numbers.yaml`` in it."""
    files = {**FLOWS, "hours.yaml": HOURS, "numbers.yaml": page.encode()}
    return read(files | {name.replace("_yaml", ".yaml"): text for name, text in more.items()})


def numbers(page: str) -> Numbers:
    """The numbers of a page without mistakes."""
    found = folder(page)
    assert found.bundle is not None, found.shown
    return found.bundle.numbers


def answers(page: str, called: str, at: datetime = OPEN, caller: str = "+15551230001") -> str | None:
    """The flow that answers."""
    chosen = numbers(page).flow_for(called, caller, at)
    return chosen.flow if chosen else None


LINES = '"100": main\n"8xx": shop\n"+44*": night\n"+49 30 1234": shop_new\nreception: feast\n'


@pytest.mark.parametrize(
    ("called", "flow"),
    [
        ("100", "main"),
        ("812", "shop"),
        ("81", None),
        ("+442071234567", "night"),
        ("+49301234", "shop_new"),
        ("reception", "feast"),
        ("", None),
        ("anything ${EXTEN}", None),
    ],
)
def test_a_number_is_answered_by_its_line_and_by_none_when_there_is_none(called: str, flow: str | None) -> None:
    assert answers(LINES, called) == flow


def test_the_number_itself_goes_before_a_pattern_wherever_it_stands_and_else_comes_last() -> None:
    page = 'else: night\n"1xx": shop\n"100": main\n'
    assert [answers(page, called) for called in ("100", "101", "5", "")] == ["main", "shop", "night", "night"]


def test_of_two_patterns_the_first_one_holds() -> None:
    page = '"+4930*": main\n"+49*": shop\n'
    assert [answers(page, called) for called in ("+49301", "+49401")] == ["main", "shop"]


@pytest.mark.parametrize(("at", "flow"), [(OPEN, "main"), (CLOSED, "night"), (FEAST, "feast")])
def test_opening_hours_decide(at: datetime, flow: str) -> None:
    assert answers('"100": {hours: support, open: main, closed: night, holiday: feast}\n', "100", at) == flow


def test_a_holiday_is_answered_like_any_closed_day_when_nothing_else_is_said() -> None:
    assert answers('"100": {hours: support, open: main, closed: night}\n', "100", FEAST) == "night"


def test_why_a_flow_answers_is_said_in_words() -> None:
    page = '"8xx": {hours: support, open: {share: {shop: 100%}}, closed: night}\n'
    chosen = [numbers(page).flow_for("812", "", at) for at in (OPEN, CLOSED)]
    assert [one and one.why for one in chosen] == [
        "812 is for '8xx', 'support' is open, one of the 100% of callers",
        "812 is for '8xx', 'support' is closed",
    ]


SHARES = '"200": {share: {shop: 90%, shop_new: 10%}}\n"201": {share: {shop: 90%, shop_new: 10%}}\n'


def test_callers_are_shared_out_as_the_page_says() -> None:
    found = numbers(SHARES)
    flows = Counter(
        chosen.flow for number in range(4000) if (chosen := found.flow_for("200", f"+1555{number:07}", OPEN))
    )
    assert 320 < flows["shop_new"] < 480  # 400, and 4 standard deviations of 19
    assert flows.total() == 4000


def test_a_caller_always_gets_the_same_flow_on_a_line_however_the_number_is_written() -> None:
    found = numbers(SHARES)
    for caller in (f"+1555{number:07}" for number in range(50)):
        spaced = f"{caller[:4]} {caller[4:]}"
        chosen = [found.flow_for("200", given, at) for given in (caller, spaced) for at in (OPEN, CLOSED)]
        assert len({one.flow for one in chosen if one}) == 1


def test_two_lines_share_out_their_callers_independently() -> None:
    found = numbers(SHARES)
    callers = [f"+1555{number:07}" for number in range(300)]
    assert any(found.flow_for("200", one, OPEN).flow != found.flow_for("201", one, OPEN).flow for one in callers)  # type: ignore[union-attr]


def test_callers_who_withhold_their_number_are_shared_out_too() -> None:
    found = numbers('"200": {share: {shop: 50%, shop_new: 50%}}\n')
    moments = (OPEN.replace(minute=minute, second=second) for minute in range(30) for second in (0, 30))
    assert {chosen.flow for at in moments if (chosen := found.flow_for("200", "", at))} == {"shop", "shop_new"}


MISTAKES = [
    ('"1 0a!": main', "F200", 1, 1),
    ('"100": main\n"1-00": shop', "F201", 2, 1),
    ('"100": main\n"100": shop', "F004", 2, 1),
    ('"8xx": main\n"81x": shop', "F202", 2, 1),
    ('"+49*": main\n"+4930*": shop', "F202", 2, 1),
    ('"100": [main]', "F203", 1, 8),
    ('"100": {open: main}', "F203", 1, 8),
    ('"100": {share: {shop: 90%, shop_new: 20%}}', "F204", 1, 16),
    ('"100": {share: {shop: 90}}', "F205", 1, 23),
    ('"100": {share: {shop: 0%, shop_new: 100%}}', "F205", 1, 23),
    ('"100": mian', "F206", 1, 8),
    ('"100": {share: {shoop: 100%}}', "F206", 1, 17),
    ('"100": {hours: support, open: mein, closed: night}', "F206", 1, 31),
    ("else: gone", "F206", 1, 7),
    ('"100": {hours: sales, open: main, closed: night}', "F139", 1, 16),
    ('"100": {hours: support, open: main}', "F020", 1, 8),
    ('"100": {hours: support, open: main, closed: night, oepn: main}', "F021", 1, 52),
    ('"100": {share: {shop: 100%}, open: main}', "F021", 1, 30),
    ('"100":', "F011", 1, 7),
    ("- main", "F022", 1, 1),
]


@pytest.mark.parametrize(("page", "code", "line", "column"), MISTAKES, ids=str)
def test_a_mistake_is_found_at_its_place(page: str, code: str, line: int, column: int) -> None:
    found = folder(page + "\n")
    assert [(one.code, one.mark.file, one.mark.line, one.mark.column) for one in found.problems] == [
        (code, "numbers.yaml", line, column)
    ]


def test_a_flow_that_needs_values_cannot_answer_a_number() -> None:
    found = folder('"100": verify\n', verify_yaml=b"takes: {account: text}\n" + FLOW)
    assert [problem.code for problem in found.problems] == ["F207"]


def test_the_flow_of_the_settings_must_be_there_unless_else_answers() -> None:
    outside = Outside(main="mein")
    assert [one.code for one in read({**FLOWS, "numbers.yaml": b'"100": main\n'}, outside).problems] == ["F208"]
    assert [one.code for one in read(FLOWS, outside).problems] == ["F208"]
    assert not read({**FLOWS, "numbers.yaml": b"else: main\n"}, outside).problems


@pytest.mark.parametrize(
    ("one", "other", "covered"),
    [
        ("8xx", "81x", True),
        ("81x", "8xx", False),
        ("8xx", "8xxx", False),
        ("8*", "8xx", True),
        ("8*", "8*", True),
        ("88*", "8*", False),
        ("8x*", "8*", False),
        ("8xx", "8*", False),
        ("+49*", "49x", False),
        ("*", "1x", True),
        ("x1", "11", True),
        ("1x", "x1", False),
    ],
)
def test_a_pattern_covers_another_when_no_number_is_left_for_it(one: str, other: str, covered: bool) -> None:
    first, second = Pattern(one), Pattern(other)
    assert covers(first, second) is covered
    every = [f"{plus}{number}" for plus in ("", "+") for number in range(10_000)]
    taken = [number for number in every if second.matches(number)]
    assert all(first.matches(number) for number in taken) is covered
