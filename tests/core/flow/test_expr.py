"""Expressions: what they compute, and what is found in them before they run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.secret import Secret
from ivr.core.document.problems import Mark, Problems
from ivr.core.document.source import Place, Scalar
from ivr.core.flow import expr
from ivr.core.flow.values import Type, Variable

NAMES = {
    "n": Variable(Type.NUMBER),
    "text": Variable(Type.TEXT),
    "yes_no": Variable(Type.YES_NO),
    "wait": Variable(Type.DURATION),
    "found": Variable(Type.ANY),
    "unset": Variable(Type.ANY),
}
VALUES: dict[str, Any] = {
    "n": 5,
    "text": "gold",
    "yes_no": True,
    "wait": 90.0,
    "found": {"balance": 12.5, "tags": ["a", "b"], "deep": {"x": 1}},
}


class _Scope:
    def lookup(self, path: tuple[str, ...]) -> Any:
        value = VALUES.get(path[0])
        for part in path[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_open(self, calendar: str) -> bool:
        return calendar == "support"


def parsed(text: str) -> tuple[expr.Expression | None, Problems]:
    """An expression and the findings of reading and checking it."""
    problems = Problems()
    scalar = Scalar(text, Mark("x.yaml", 1, 1, len(text)))
    expression = expr.parse(text, Place(scalar, (text,)), problems)
    if expression is not None:
        expression.type(NAMES, problems)
    return expression, problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("12 / 4 / 3", 1),
        ("-n + 1", -4),
        ("2 * -3", -6),
        ("n / 0", None),
        ("n * 1000000000000000000", None),
        ("unset + 1", None),
        ("n == 5", True),
        ("n != 5", False),
        ("n < 6 and n > 4", True),
        ("n <= 5 and n >= 5", True),
        ("not n == 5", False),
        ("not yes_no or yes_no", True),
        ("yes_no == yes", True),
        ("yes_no != no", True),
        ("no or no and yes", False),
        ("(no or yes) and yes", True),
        ('text == "gold"', True),
        ("text == 'gold'", True),
        ('text in ["silver", "gold"]', True),
        ('"ol" in text', True),
        ('text < "silver"', True),
        ("n in [1, 2, 3]", False),
        ("wait > 1m", True),
        ("wait == 1m30s", True),
        ("wait + 30s == 2m", True),
        ("wait * 2 == 3m", True),
        ("wait / 30s == 3", True),
        ("500ms < 1s", True),
        ("2026-12-24 > 2026-02-03", True),
        ("9:30 < 17:00", True),
        ("found.balance", 12.5),
        ("found.deep.x == 1", True),
        ("found.nothing.at.all", None),
        ('"a" in found.tags', True),
        ("length(text)", 4),
        ("length(found.tags)", 2),
        ("length(unset)", 0),
        ("empty(unset)", True),
        ('empty("")', True),
        ("empty(n)", False),
        ("not empty(text)", True),
        ('number("0042")', 42),
        ('number("12.5")', 12.5),
        ('number("many")', None),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ('starts_with(text, "go")', True),
        ('ends_with(text, "go")', False),
        ("unset == 5", False),
        ("unset != 5", True),
        ("unset < 5", False),
        ("unset >= unset", False),
        ('found.balance == "12.5"', False),
        ("found.balance < text", False),
        ("found == yes", False),
    ],
)
def test_an_expression_computes(text: str, value: object) -> None:
    expression, problems = parsed(text)
    assert expression is not None
    assert problems.all == []
    assert expression.value(_Scope()) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", Type.NUMBER),
        ("n == 1", Type.YES_NO),
        ("text", Type.TEXT),
        ("wait + 1m", Type.DURATION),
        ("wait * 2", Type.DURATION),
        ("wait / 1m", Type.NUMBER),
        ("[1, 2]", Type.LIST),
        ("2026-12-24", Type.DATE),
        ("09:30", Type.TIME),
        ("found.balance", Type.ANY),
        ("length(text)", Type.NUMBER),
        ("not yes_no", Type.YES_NO),
    ],
)
def test_an_expression_has_a_type(text: str, kind: Type) -> None:
    expression, problems = parsed(text)
    assert expression is not None
    assert expression.type(NAMES, problems) is kind


@pytest.mark.parametrize(
    ("text", "code", "column", "width"),
    [
        ("n +", "F120", 4, 1),
        ("n n", "F120", 3, 1),
        ("(n", "F120", 3, 1),
        ("n)", "F120", 2, 1),
        ("[1, 2", "F120", 6, 1),
        ("1 < 2 < 3", "F120", 6, 1),
        ("n = 5", "F120", 3, 1),
        ("n && n", "F120", 3, 2),
        ("!yes_no", "F120", 1, 1),
        ("n @ 5", "F120", 3, 1),
        ('text == "gold', "F120", 9, 1),
        ("25:00 > 9:00", "F120", 1, 5),
        ("2026-13-01 > 2026-01-01", "F120", 1, 10),
        ("m > 5", "F121", 1, 1),
        ("call.form == text", "F121", 1, 9),
        ("n.x > 5", "F121", 1, 3),
        ("lenght(text) > 5", "F122", 1, 6),
        ("length() > 5", "F123", 1, 6),
        ("n + text", "F123", 5, 4),
        ("n == text", "F123", 1, 9),
        ("n and yes_no", "F123", 1, 1),
        ("not text", "F123", 5, 4),
        ("-text", "F123", 2, 4),
        ("wait + 1", "F123", 1, 8),
        ("yes_no < no", "F123", 1, 11),
        ("text in n", "F123", 9, 1),
        ("starts_with(n, text)", "F123", 13, 1),
    ],
)
def test_a_mistake_in_an_expression_is_found_at_its_column(text: str, code: str, column: int, width: int) -> None:
    _, problems = parsed(text)
    assert [(p.code, p.mark.column, p.mark.width) for p in problems] == [(code, column, width)]


def test_a_word_without_quotes_is_told_to_be_quoted() -> None:
    _, problems = parsed("text == silver")
    assert 'is written "silver"' in problems.all[0].hint


def test_a_name_that_nearly_is_one_is_suggested() -> None:
    _, problems = parsed("call.form == text")
    assert problems.all[0].hint == "did you mean 'call.from'?"


@pytest.mark.parametrize("text", ["(" * 50 + "1" + ")" * 50, "not " * 60 + "yes_no", "1" + " + 1" * 200])
def test_an_expression_is_bounded(text: str) -> None:
    expression, problems = parsed(text)
    assert expression is None
    assert [problem.code for problem in problems] == ["F120"]


def test_the_right_side_of_and_and_or_is_computed_only_when_it_matters() -> None:
    expression, _ = parsed("no and n / 0 == 1 or yes")
    assert expression is not None
    assert expression.value(_Scope()) is True


@given(st.text(alphabet="ntxf.()[],+-*/<>=! \"'0159:msandorif_", max_size=60))
def test_any_text_is_an_expression_or_a_finding_and_never_raises(text: str) -> None:
    expression, problems = parsed(text)
    assert expression is not None or len(problems)
    if expression is not None and not len(problems):
        expression.value(_Scope())


WRITTEN = [
    *("a + b * a - b / a", "-a", "not a", "a == b", "a < b or a >= b", "a in b", "a.x.y == b.x", "[a, b] == b"),
    *("length(a) + number(b)", "starts_with(a, b)", "ends_with(a, b)", "empty(a) and round(b) > 1", "a and b or a"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.builds(Secret, st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
)


def parts(value: Any) -> list[Any]:
    """Everything that stands inside a value, however deep."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [*inner, *(part for item in inner for part in parts(item))]


@given(st.sampled_from(WRITTEN), JSON, JSON)
def test_whatever_the_values_are_computing_never_raises(text: str, a: Any, b: Any) -> None:
    class Both:
        def lookup(self, path: tuple[str, ...]) -> Any:
            value = a if path[0] == "a" else b
            for part in path[1:]:
                value = value.get(part) if isinstance(value, dict) else None
            return value

        def is_open(self, calendar: str) -> bool:
            return bool(a)

    problems = Problems()
    scalar = Scalar(text, Mark("x.yaml", 1, 1, len(text)))
    expression = expr.parse(text, Place(scalar, (text,)), problems)
    assert expression is not None
    value = expression.value(Both())
    bare = value.reveal() if isinstance(value, Secret) else value
    assert bare is None or isinstance(bare, bool | int | float)
    assert isinstance(value, Secret) <= any(isinstance(item, Secret) for item in (a, b, *parts(a), *parts(b)))
