"""Whatever is written and whatever the values are: an expression is a finding or has a value of its type, in bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, partial
from math import isnan
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.secret import Secret
from ivr.core.document.problems import Mark, Problems
from ivr.core.document.source import Place, Scalar
from ivr.core.flow import expr
from ivr.core.flow.functions import FUNCTIONS
from ivr.core.flow.values import LONGEST_TEXT, MOST, Type, Variable, is_number

DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_nan=False)
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: st.text(max_size=20) | DATES | TIMES,
    Type.NUMBER: NUMBERS,
    Type.YES_NO: st.booleans(),
    Type.DURATION: st.floats(-1e10, 1e10),
    Type.DATE: DATES,
    Type.TIME: TIMES,
    Type.LIST: st.lists(st.text(max_size=3) | st.integers(), max_size=4),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | DATES | TIMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
)
NAMES = {type_: f"a_{number}" for number, type_ in enumerate(VALUES)}
KNOWN = {**{name: Variable(type_) for type_, name in NAMES.items()}, "loose": Variable(Type.ANY)}
WRITTEN = {
    Type.TEXT: ['"gold"', "''", "call.from"],
    Type.NUMBER: ["0", "42", "2.5", "-7"],
    Type.YES_NO: ["yes", "no", "call.returned"],
    Type.DURATION: ["5m", "1h30m", "30d", "500ms"],
    Type.DATE: ["2026-12-24", "today", "call.date"],
    Type.TIME: ["09:30", "now", "24:00"],
    Type.LIST: ["call.tags", '["a", "b"]'],
}
LIKE = {"+": (Type.NUMBER, Type.DURATION), "-": (Type.NUMBER, Type.DURATION, Type.DATE, Type.TIME)}


class Scope:
    """The values of one run; text that is not there is empty."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def lookup(self, path: tuple[str, ...]) -> Any:
        known = {"date": "2026-11-23", "time": "09:30", "returned": False, "from": "+15551230001", "tags": ["a"]}
        if path[0] == "call":
            return known.get(path[1])
        value = self._values.get(path[0])
        for part in path[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_open(self, calendar: str) -> bool:
        return calendar == "support"


@cache
def of(type_: Type, depth: int) -> st.SearchStrategy[str]:
    """Texts of expressions of a type."""
    leaf = st.sampled_from([*WRITTEN[type_], NAMES[type_]])
    if not depth:
        return leaf
    any_ = st.sampled_from(list(VALUES)).flatmap(lambda other: of(other, depth - 1))
    ways = [leaf, of(type_, depth - 1).map("({})".format)]
    for name, function in FUNCTIONS.items():
        if function.gives is type_ and not function.count[1]:
            arguments = [any_ if taken is Type.ANY else of(taken, depth - 1) for taken in function.takes]
            ways.append(st.tuples(*arguments).map(partial(called, name)))
        elif function.gives is None and (type_ in function.takes or Type.ANY in function.takes):
            several = st.lists(of(type_, depth - 1), min_size=function.count[0], max_size=min(3, function.count[1]))
            ways.append(several.map(partial(called, name)))
    ways += [pair(*shape, depth) for shape in _signs(type_)]
    return st.one_of(ways)


def called(name: str, found: Iterable[str]) -> str:
    """A function and its values."""
    return f"{name}({', '.join(found)})"


def _signs(type_: Type) -> list[tuple[Type, str, Type]]:
    """The two sides and the sign that give a type."""
    match type_:
        case Type.NUMBER:
            same = [(type_, sign, type_) for sign in "+-*/"]
            return [*same, (Type.DURATION, "/", Type.DURATION)]
        case Type.DURATION:
            moments = [(one, "-", one) for one in (Type.DATE, Type.TIME, type_)]
            return [*moments, (type_, "+", type_), (type_, "*", Type.NUMBER), (type_, "/", Type.NUMBER)]
        case Type.DATE:
            return [(type_, sign, Type.DURATION) for sign in "+-"]
        case Type.YES_NO:
            logic = [(type_, sign, type_) for sign in ("and", "or")]
            order = [
                (one, sign, one) for one in (Type.NUMBER, Type.TEXT, Type.DATE) for sign in ("<", ">=", "==", "!=")
            ]
            return [*logic, *order, (Type.TEXT, "in", Type.LIST), (Type.TEXT, "not in", Type.TEXT)]
        case _:
            return []


def pair(left: Type, sign: str, right: Type, depth: int) -> st.SearchStrategy[str]:
    """Two sides in brackets with a sign between them."""
    return st.tuples(of(left, depth - 1), of(right, depth - 1)).map(lambda both: f"({both[0]}) {sign} ({both[1]})")


def read(text: str) -> tuple[expr.Expression | None, Type | None, Problems]:
    """An expression, its type and the findings."""
    problems = Problems()
    expression = expr.parse(text, Place(Scalar(text, Mark("x.yaml", 1, 1, len(text))), (text,)), problems)
    return expression, expression.type(KNOWN, problems) if expression is not None else None, problems


def fits(value: Any, type_: Type) -> bool:  # noqa: PLR0911 - one for each type
    """Whether a value is of a type; an empty one is of all."""
    match type_:
        case Type.TEXT:
            return isinstance(value, str) and len(value) <= LONGEST_TEXT
        case Type.NUMBER | Type.DURATION:
            return is_number(value) and -MOST <= value <= MOST
        case Type.YES_NO:
            return isinstance(value, bool)
        case Type.DATE:
            return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        case Type.TIME:
            return isinstance(value, str) and re.fullmatch(r"[0-2]\d:[0-5]\d", value) is not None
        case Type.LIST:
            return isinstance(value, list)
        case Type.ANY:
            return True


TYPED = st.sampled_from(list(VALUES)).flatmap(lambda type_: st.tuples(st.just(type_), of(type_, 3)))


@given(TYPED, st.fixed_dictionaries({NAMES[type_]: values for type_, values in VALUES.items()}))
def test_the_type_at_load_is_the_type_of_the_value_in_a_call(typed: tuple[Type, str], values: dict[str, Any]) -> None:
    type_, text = typed
    expression, found, problems = read(text)
    if expression is None:  # too long, or too deep
        assert [problem.code for problem in problems] == ["F120"]
        return
    assert problems.all == []
    assert found is type_
    value = expression.value(Scope(values))
    assert value is None or fits(value, type_), (text, value)


@given(TYPED, st.lists(ANYTHING | ANYTHING.map(str).map(Secret), min_size=8, max_size=8))
def test_whatever_the_values_are_nothing_raises(typed: tuple[Type, str], values: list[Any]) -> None:
    expression, _, _ = read(typed[1])
    if expression is not None:
        value = expression.value(Scope(dict(zip([*NAMES.values(), "loose"], values, strict=True))))
        assert not isinstance(value, float) or not isnan(value)


@given(st.text(alphabet="ntoday(loose.x)[],+-*/<>=! \"'0159:msandorifyempt_“：＞", max_size=80))
def test_any_text_is_an_expression_or_a_finding_within_it(text: str) -> None:
    expression, _, problems = read(text)
    assert expression is not None or len(problems)
    assert all(1 <= problem.mark.column <= len(text) + 1 for problem in problems)
    if expression is not None and not len(problems):
        expression.value(Scope({"loose": {"x": 5}}))


@given(st.sampled_from(["(", "not ", "-", "[", "min(1, ", "1 + ", "yes and "]), st.integers(1, 5000))
def test_however_long_or_deep_it_is_it_ends(part: str, times: int) -> None:
    _, _, problems = read(part * times + "1")
    assert len(problems) or times < 200
