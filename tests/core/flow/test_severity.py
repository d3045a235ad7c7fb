"""What a project thinks of warnings: read from its page, applied to findings."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ivr.core.document.problems import Mark, Problem, Problems, Severity
from ivr.core.flow.codes import CODES, WARNINGS
from ivr.core.flow.severity import Level, apply, read_severities

CORE = Path(__file__).parents[3] / "ivr" / "core"
HERE = Mark("flows/main.yaml", 3, 7)
WARNS = Problem("F114", HERE, "no caller can reach a person in this flow.", severity=Severity.WARNING)
FAILS = Problem("F104", HERE, "this goes to 'b', which is not a section of this flow.")


def found(text: str) -> tuple[dict[str, Level], list[tuple[str, int, int]]]:
    """The levels of a page, and its findings with their places."""
    problems = Problems()
    levels = read_severities(text, "flows/checks.yaml", problems)
    return levels, [(problem.code, problem.mark.line, problem.mark.column) for problem in problems]


def test_a_warning_becomes_an_error_or_is_turned_off_with_a_reason() -> None:
    levels, problems = found("F114: error\nF109: {severity: off, because: our menus use 0}\nF106: warning\n")
    assert not problems
    assert levels == {
        "F114": Level(Severity.ERROR),
        "F109": Level(None, "our menus use 0"),
        "F106": Level(Severity.WARNING),
    }


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_page_changes_nothing(text: str) -> None:
    assert found(text) == ({}, [])


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("F999: error", "F240", 1),
        ("f114: error", "F240", 1),
        ("F104: warning", "F241", 7),
        ("F104: {severity: off, because: we know better}", "F241", 7),
        ("F109: off", "F242", 7),
        ("F109: {severity: off}", "F242", 18),
        ("F109: {severity: off, because: yes}", "F242", 18),
        ("F109: quiet", "F018", 7),
        ("F109: [off]", "F010", 7),
        ("F109: {because: our menus use 0}", "F020", 1),
        ("F109: {severity: error, why: so}", "F021", 25),
        ("- F109", "F022", 1),
        ('F109: "off', "F001", 7),
    ],
)
def test_a_mistake_in_the_page_is_found_at_its_place_and_changes_nothing(text: str, code: str, column: int) -> None:
    levels, problems = found(text + "\n")
    assert problems == [(code, 1, column)]
    assert set(levels) <= {"F109"}
    assert apply([WARNS, FAILS], levels) == [WARNS, FAILS]


def test_a_code_in_small_letters_is_suggested_in_capitals() -> None:
    problems = Problems()
    read_severities("f114: error\n", "checks.yaml", problems)
    assert problems.all[0].hint == "did you mean 'F114'?"


def test_one_finding_is_changed_and_the_others_are_left() -> None:
    raised, kept = apply([WARNS, FAILS], {"F114": Level(Severity.ERROR)})
    assert (raised.severity, raised.message) == (Severity.ERROR, WARNS.message)
    assert kept == FAILS
    assert apply([WARNS, FAILS], {"F114": Level(None, "a line without people")}) == [FAILS]


def test_an_error_is_never_lowered() -> None:
    assert apply([FAILS], {"F104": Level(None, "x")}) == [FAILS]


def test_the_codes_that_may_be_changed_are_those_that_the_code_notes_as_warnings() -> None:
    noted = set()
    for path in CORE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and any("WARNING" in ast.unparse(item.value) for item in call.keywords):
                noted |= {arg.value for arg in call.args if isinstance(arg, ast.Constant)} & set(CODES)
    assert noted == set(WARNINGS), "WARNINGS in ivr/core/flow/codes.py lists the codes that are noted as warnings"
