"""Findings: what is wrong in a file that a person wrote, where exactly, and how to mend it.

A `Problem` has a stable code (``F104``), the place (line and column, both from 1), a sentence and a hint. All
problems of a file are collected and shown at once; `render` draws one with the line it is about.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """Errors stop a flow or the service before it answers a call; warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: ``line`` and ``column`` from 1; ``width`` characters are underlined."""

    file: str
    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding."""

    code: str
    mark: Mark
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


class Problems:
    """A collection of findings that readers add to; sorted by place, without repetition."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, Mark, str], Problem] = {}

    def add(self, code: str, mark: Mark, message: str, *, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        """Notes a finding; the same one at the same place is noted once."""
        self._problems.setdefault((code, mark, message), Problem(code, mark, message, hint, severity))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Notes several findings."""
        for problem in problems:
            self._problems.setdefault((problem.code, problem.mark, problem.message), problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self._problems)

    @property
    def all(self) -> list[Problem]:
        """Every finding, in the order of the file."""
        return sorted(self._problems.values(), key=lambda p: (p.mark, p.code))

    @property
    def errors(self) -> list[Problem]:
        """The findings that forbid use."""
        return [problem for problem in self.all if problem.severity is Severity.ERROR]


def suggestion(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for a word that nearly is a known one, else empty."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def render(problem: Problem, lines: list[str]) -> str:
    """The finding with its place, its line and an underline; ``lines`` is the file's text."""
    mark = problem.mark
    head = f"{mark.file}:{mark.line}:{mark.column}  {problem.code}  {problem.message}"
    if problem.severity is Severity.WARNING:
        head = f"{mark.file}:{mark.line}:{mark.column}  {problem.code} (warning)  {problem.message}"
    if not 1 <= mark.line <= len(lines):
        return f"{head}\n     {problem.hint}" if problem.hint else head
    text = lines[mark.line - 1].expandtabs(1).rstrip("\n")
    number = f"{mark.line:>5} | "
    width = max(1, min(mark.width, len(text) - mark.column + 1 or 1))
    pad = _screen_width(text[: mark.column - 1])
    underline = "^" * max(1, _screen_width(text[mark.column - 1 : mark.column - 1 + width]))
    pointer = f"{'':>5} | {' ' * pad}{underline}"
    return f"{head}\n{number}{text}\n{pointer} {problem.hint}".rstrip()


def _screen_width(text: str) -> int:
    """How many cells a terminal uses: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
