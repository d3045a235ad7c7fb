"""The pages of the docs, as tests look at them: their blocks of code, each with the line that it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: ``kind`` and ``file`` are the words after the fence."""

    page: Path
    line: int
    kind: str
    file: str
    body: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def pages() -> list[Path]:
    """Every page that users read: the README, when there is one, and the docs."""
    readme = ROOT / "README.md"
    return [*([readme] if readme.exists() else []), *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, without the indent of the list that they stand in."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        kind, _, file = found["info"].strip().partition(" ")
        indent = len(found["indent"])
        body = "".join(line[indent:] if line.strip() else "\n" for line in found["body"].splitlines(keepends=True))
        yield Block(page, text.count("\n", 0, found.start()) + 1, kind, file, body)


def patched(text: str, change: str) -> str:
    """A text with a change: lines after a blank must stand there together, minus ones go, plus ones come.

    Raises ValueError when the place is not there exactly once.
    """
    lines = [(line[:1], line[1:]) for line in change.splitlines(keepends=True)]
    before = "".join(line for mark, line in lines if mark in " -")
    after = "".join(line for mark, line in lines if mark in " +")
    if f"\n{text}".count(f"\n{before}") != 1:
        raise ValueError(f"these lines do not stand there once:\n{before}")
    return f"\n{text}".replace(f"\n{before}", f"\n{after}")[1:]
