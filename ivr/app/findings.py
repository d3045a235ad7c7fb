"""Findings in the forms that other programs read: JSON, one line each, GitHub's workflow commands, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import ivr
from ivr.core.document.problems import Mark, Problem, Severity
from ivr.core.flow.codes import CODES, WARNINGS

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def count(problems: Iterable[Problem]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    severities = [problem.severity for problem in problems]
    return severities.count(Severity.ERROR), severities.count(Severity.WARNING)


def as_json(files: Sequence[str], problems: Sequence[Problem]) -> str:
    """One JSON document: the files, the counts, and each finding with its place."""
    found = []
    for problem in problems:
        item = asdict(problem)
        found.append({**item.pop("mark"), **item})
    errors, warnings = count(problems)
    return _pretty({"files": list(files), "errors": errors, "warnings": warnings, "problems": found})


def as_lines(files: Sequence[str], problems: Sequence[Problem]) -> str:
    """``file:line:column: severity: code message`` on a line each, as compilers write and editors read."""
    return "\n".join(f"{_place(problem.mark)}: {problem.severity}: {_said(problem)}" for problem in problems)


def as_github(files: Sequence[str], problems: Sequence[Problem]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    return "\n".join(_command(problem) for problem in problems)


def as_sarif(files: Sequence[str], problems: Sequence[Problem]) -> str:
    """A SARIF 2.1.0 log (OASIS) with one run: rules from the codes' paragraphs, results with regions."""
    rules = sorted({problem.code for problem in problems})
    tool = {"driver": {"name": "ivr", "version": ivr.__version__, "rules": [_rule(code) for code in rules]}}
    run = {
        "tool": tool,
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(file)}} for file in files],
        "results": [_result(problem, rules.index(problem.code)) for problem in problems],
    }
    return _pretty({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


FORMS: dict[str, Callable[[Sequence[str], Sequence[Problem]], str]] = {
    "json": as_json,
    "line": as_lines,
    "github": as_github,
    "sarif": as_sarif,
}


def _pretty(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _place(mark: Mark) -> str:
    return f"{mark.file}:{mark.line}:{mark.column}"


def _said(problem: Problem) -> str:
    """The finding as one line."""
    return " ".join(f"{problem.code} {problem.message} {problem.hint}".split())


def _command(problem: Problem) -> str:
    mark = problem.mark
    words = {
        "file": mark.file,
        "line": str(mark.line),
        "col": str(mark.column),
        "endColumn": str(mark.column + mark.width),
        "title": problem.code,
    }
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in words.items())
    text = f"{problem.message}\n{problem.hint}".strip()
    return f"::{problem.severity} {properties}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """Text in which the signs that end a workflow command, or a property of it, are written as their numbers."""
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)


def _rule(code: str) -> dict[str, Any]:
    paragraph = CODES.get(code, "")
    level = Severity.WARNING if code in WARNINGS else Severity.ERROR
    return {
        "id": code,
        "shortDescription": {"text": f"{paragraph.partition('. ')[0].rstrip('.')}."},
        "fullDescription": {"text": paragraph},
        "help": {"text": paragraph, "markdown": paragraph},
        "defaultConfiguration": {"level": level.value},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    mark = problem.mark
    region = {"startLine": mark.line, "startColumn": mark.column, "endColumn": mark.column + mark.width}
    place = {"artifactLocation": {"uri": _uri(mark.file)}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity.value,
        "message": {"text": f"{problem.message} {problem.hint}".strip()},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """A file's name as a URI reference: relative where it was named so (RFC 3986)."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
