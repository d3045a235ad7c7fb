"""One word for each idea: names in the code are those of the glossary, and no synonym of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
SOURCES = sorted((ROOT / "ivr").rglob("*.py"))

# The synonym, as a part of a name between underscores, and the word for it.
INSTEAD = {
    "customer": "caller",
    "client": "caller",  # but for a program that is one
    "subscriber": "caller",
    "member": "agent",
    "operator": "agent",
    "representative": "agent",
    "interaction": "call",
    "callflow": "flow",
    "node": "section",  # but for the tree of a document
    "provider": "engine",
    "backend": "engine",
    "repository": "store",
    "dao": "store",
    "cdr": "trace",
    "acw": "wrap-up",
    "dtmf": "key",  # but where Asterisk is spoken to
}
ALLOWED = {
    "client": ("ivr/adapters/asterisk/", "ivr/app/doctor/", "ivr/app/control.py", "ivr/app/lab/"),
    "node": (
        *("ivr/core/acd/", "ivr/core/document/", "ivr/core/flow/", "ivr/core/hours/", "ivr/core/workforce/"),
        "ivr/app/config",
    ),
    "dtmf": ("ivr/adapters/asterisk/", "ivr/app/lab/"),
    "operator": ("ivr/core/flow/expr.py",),
}


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a file gives: functions, classes, parameters, variables and fields."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case _:
                pass


def words(name: str) -> list[str]:
    """The words of a name in either spelling, in small letters and the singular."""
    return [word.lower().removesuffix("s") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_the_words_of_the_glossary(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    for line, name in names(path):
        for word in words(name):
            if word in INSTEAD and not where.startswith(ALLOWED.get(word, ())):
                raise AssertionError(f"{where}:{line}: {name}: our word for {word} is {INSTEAD[word]}")


def test_the_glossary_has_every_word_that_is_to_be_used() -> None:
    explained = re.findall(r"^- \*\*([\w -]+)\*\*:", GLOSSARY, re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(INSTEAD.values()) <= set(explained)
    wanted = {"agent", "caller", "leg", "flow", "section", "action", "outcome", "prompt", "hand-back", "fallback"}
    assert wanted | {"patience", "trace", "mailbox", "line", "offer", "talk", "wrap-up", "break"} <= set(explained)
