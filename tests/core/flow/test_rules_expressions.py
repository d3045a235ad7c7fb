"""The rules of expressions, each a test by its own words: dates, times, functions, and what is found at load."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.core.document.problems import Mark, Problems
from ivr.core.document.source import Place, Scalar
from ivr.core.flow import expr
from ivr.core.flow.functions import FUNCTIONS
from ivr.core.flow.values import Type, Value, Variable

NAMES = {
    "n": Variable(Type.NUMBER),
    "text": Variable(Type.TEXT),
    "flag": Variable(Type.YES_NO),
    "wait": Variable(Type.DURATION),
    "due": Variable(Type.DATE),
    "till": Variable(Type.TIME),
    "items": Variable(Type.LIST),
    "any": Variable(Type.ANY),
    "nothing": Variable(Type.TEXT),
}
VALUES: dict[str, Any] = {
    "n": -5,
    "text": "Gold",
    "flag": True,
    "wait": 90.0,
    "due": "2026-12-24",
    "till": "17:30",
    "items": ["a", "b"],
    "any": {"due": "2026-12-01", "days": 3},
}


class Here:
    """A scope on Monday the 23rd of November 2026, at half past nine."""

    def lookup(self, path: tuple[str, ...]) -> Any:
        if path[0] == "call":
            return {"date": "2026-11-23", "time": "09:30", "weekday": "mon"}.get(path[1])
        value = VALUES.get(path[0])
        for part in path[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_open(self, calendar: str) -> bool:
        return calendar == "support"


def read(text: str) -> tuple[expr.Expression | None, Type | None, Problems]:
    """An expression, its type and the findings."""
    problems = Problems()
    expression = expr.parse(text, Place(Scalar(text, Mark("x.yaml", 1, 1, len(text))), (text,)), problems)
    found = expression.type(NAMES, problems) if expression is not None else None
    return expression, found, problems


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("today", "2026-11-23", Type.DATE),
        ("now", "09:30", Type.TIME),
        ("today == call.date and now == call.time", True, Type.YES_NO),
        ("today + 30d", "2026-12-23", Type.DATE),
        ("30d + today", "2026-12-23", Type.DATE),
        ("today - 1d", "2026-11-22", Type.DATE),
        ("today + 36h", "2026-11-24", Type.DATE),
        ("due - today", 31 * 86400.0, Type.DURATION),
        ("due - today > 30d", True, Type.YES_NO),
        ("till - now == 8h", True, Type.YES_NO),
        ("now - till < 0s", True, Type.YES_NO),
        ("today + 2999d * 1000000", None, Type.DATE),
        ("days_until(due)", 31, Type.NUMBER),
        ("days_until(2026-11-20)", -3, Type.NUMBER),
        ("days_until(any.due) <= 8", True, Type.YES_NO),
        ("date_after(14)", "2026-12-07", Type.DATE),
        ("date_after(-1)", "2026-11-22", Type.DATE),
        ("date_after(any.days)", "2026-11-26", Type.DATE),
        ("weekday(due)", "thu", Type.TEXT),
        ("weekday(today) == call.weekday", True, Type.YES_NO),
        ("lower(text)", "gold", Type.TEXT),
        ('contains(text, "ol")', True, Type.YES_NO),
        ('"ol" in text', True, Type.YES_NO),
        ('"c" not in items', True, Type.YES_NO),
        ('not ("a" in items)', False, Type.YES_NO),
        ("abs(n)", 5, Type.NUMBER),
        ("abs(now - till) == 8h", True, Type.YES_NO),
        ("mod(7, 2)", 1, Type.NUMBER),
        ("mod(7, 0)", None, Type.NUMBER),
        ("min(3, n, 1)", -5, Type.NUMBER),
        ("max(wait, 2m)", 120.0, Type.DURATION),
        ("max(due, today)", "2026-12-24", Type.DATE),
        ("min(now, till)", "09:30", Type.TIME),
        ('if_empty(nothing, "friend")', "friend", Type.TEXT),
        ('if_empty(text, "friend")', "Gold", Type.TEXT),
        ("if_empty(any.nothing, 5)", 5, Type.ANY),
        ('join("number ", n, " of ", text)', "number -5 of Gold", Type.TEXT),
        ('is_open("support")', True, Type.YES_NO),
        ("wait / 30s", 3, Type.NUMBER),
        ("wait * 2", 180.0, Type.DURATION),
        ("24:00 > till", True, Type.YES_NO),
    ],
)
def test_an_expression_has_the_value_and_the_type_that_the_reference_says(
    text: str, value: object, type_: Type
) -> None:
    expression, found, problems = read(text)
    assert expression is not None
    assert (problems.all, found) == ([], type_)
    assert expression.value(Here()) == value


MISTAKES = [
    ("balanse > 0", "F121", 1, 7, "no action of this flow sets it"),
    ("true and flag", "F121", 1, 4, "write yes"),
    ("any == null", "F121", 8, 4, "empty("),
    ("due < tomorrow", "F121", 7, 8, "today + 1d"),
    ("caller == text", "F121", 1, 6, "call.from"),
    ("tex == text", "F121", 1, 3, "text"),
    ("uper(text)", "F122", 1, 4, ""),
    ("lowr(text)", "F122", 1, 4, "lower"),
    ("min(3)", "F123", 1, 3, ""),
    ("min(3, wait)", "F123", 8, 4, ""),
    ("max(text, text)", "F123", 5, 4, ""),
    ("abs(due)", "F123", 5, 3, ""),
    ('days_until("2026-12-24")', "F123", 12, 12, "without quotes it is a date"),
    ("weekday(n)", "F123", 9, 1, ""),
    ("date_after(30d)", "F123", 12, 3, ""),
    ("today + 30", "F123", 1, 5, "30d"),
    ("today * 2d", "F123", 1, 5, ""),
    ("due + till", "F123", 1, 3, ""),
    ("now + 30m", "F123", 1, 3, ""),
    ('due > "2026-12-01"', "F123", 1, 18, "without quotes it is a date"),
    ("text == 100", "F123", 1, 11, 'written "100"'),
    ('text in ["a", 100]', "F123", 15, 3, 'written "100"'),
    ("n in text", "F123", 1, 9, ""),
    ('if_empty(n, "none")', "F123", 13, 6, ""),
    ("n > 0042", "F120", 5, 4, 'written "0042"'),
    ("n > 1e3", "F120", 5, 3, "1000"),
    ("n > 0x10", "F120", 5, 4, "1000"),
    ("wait > 5min", "F120", 8, 4, "write 5m"),
    ("wait > 2hours", "F120", 8, 6, "write 2h"),
    ("due > 2026-1-5", "F120", 7, 8, "2026-01-05"),
    ("due > 2026-02-30", "F120", 7, 10, "2026-12-24"),
    ("now > 12:30:45", "F120", 7, 8, "12:30"),
    ("now > 25:00", "F120", 7, 5, "09:30"),
    ("text == “gold”", "F120", 9, 1, "straight quotes"),
    ("n ＞ 5", "F120", 3, 1, "write >"),
    ("text == +4930", "F120", 9, 1, "quotes"),
    ("n = 5", "F120", 3, 1, "write =="),
    ("flag && flag", "F120", 6, 2, "write and"),
    ("not n == 5 == 6", "F120", 11, 1, "join two with and"),
]


@pytest.mark.parametrize(("text", "code", "column", "width", "hint"), MISTAKES, ids=[item[0] for item in MISTAKES])
def test_a_mistake_is_found_at_its_column_with_a_way_out(
    text: str, code: str, column: int, width: int, hint: str
) -> None:
    _, _, problems = read(text)
    assert [(found.code, found.mark.column, found.mark.width) for found in problems] == [(code, column, width)]
    assert hint in problems.all[0].hint


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_nothing_is_empty_or_a_value_and_never_raises(name: str) -> None:
    function = FUNCTIONS[name]
    given: list[Value] = [
        None,
        "",
        [],
        {},
        True,
        1e308,
        -1e308,
        float("nan"),
        float("inf"),
        10**400,
        "x" * 10_000,
        "9999-12-31",
    ]
    for value in given:
        for count in range(function.numbers[0], function.numbers[1] + 1):
            found = [value] * count
            function.run(Here(), *found) if function.scoped else function.run(*found)


def test_a_written_list_is_compared_with_values_of_its_type() -> None:
    assert read('text in ["a", "b"]')[2].all == []
    assert read("n in [1, 2]")[2].all == []
