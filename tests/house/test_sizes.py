"""Files and functions stay small enough to be read at once; every room says what it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "ivr").rglob("*.py"))
CHECKED = sorted([*SOURCES, *(ROOT / "bench").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 7  # six and self
BANNED_SUFFIXES = ("Manager", "Helper", "Util", "Utils", "Handler", "Data", "Info")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CHECKED, ids=_name)
def test_a_file_is_short(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= LONGEST_FILE, f"{_name(path)} has {lines} lines: split it by what it is about"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions_are_short_and_classes_well_named(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{_name(path)}:{node.lineno} {node.name} has {length} lines"
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(BANNED_SUFFIXES), f"{_name(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    about = ast.get_docstring(tree)
    assert about, f"{_name(path)} has no docstring"
    assert "TODO" not in about, f"{_name(path)} says nothing of itself yet"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_public_functions_and_classes_are_explained(path: Path) -> None:
    for node in _public(ast.parse(path.read_text()).body):
        assert ast.get_docstring(node), f"{_name(path)}:{node.lineno} {node.name} has no docstring"


def _public(body: list[ast.stmt]) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node for node in body if isinstance(node, kinds) and not node.name.startswith("_")]
