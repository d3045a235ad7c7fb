"""Reads Asterisk's own configuration files, with the file and line of everything that is read.

The lines themselves are parsed by pyst2's `asterisk.config`. It knows neither ``#include`` nor templates (``[a](b)``),
escaped semicolons nor block comments, so these are resolved here before it sees a line. ``#exec`` is never run, only
noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asterisk.config import Category, Config, Item, ParseError

MOST_BYTES = 5_000_000
MOST_FILES = 500
DEEPEST = 10
_SEMICOLON = "\x00"  # stands for an escaped semicolon while pyst2 cuts comments

_DIRECTIVE = re.compile(r"#\s*(include|tryinclude|exec)\s*(.*)", re.IGNORECASE)
_HEAD = re.compile(r"(\[[^\]]*\])\s*\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``name = value``."""

    name: str
    value: str
    file: Path
    line: int

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Section:
    """A ``[section]``; ``parents`` are the templates that it takes over."""

    name: str
    file: Path
    line: int
    parents: tuple[str, ...] = ()
    template: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class AsteriskFile:
    """A configuration file with all that it includes."""

    path: Path
    exists: bool = False
    sections: list[Section] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)  # where, what

    def section(self, name: str) -> Section | None:
        """The section of that name, with its parents' entries first and all its continuations, or None."""
        parts = [section for section in self.sections if section.name == name]
        if not parts:
            return None
        whole = Section(name, parts[0].file, parts[0].line, parts[0].parents, parts[0].template)
        whole.entries = list(self._entries(name, set()))
        return whole

    def last(self, section: str, name: str) -> Entry | None:
        """The entry that holds: the last of that name in a section."""
        found = self.section(section)
        entries = [entry for entry in found.entries if entry.name.lower() == name] if found else []
        return entries[-1] if entries else None

    def _entries(self, name: str, seen: set[str]) -> Iterator[Entry]:
        if name in seen:
            return
        seen.add(name)
        for section in (section for section in self.sections if section.name == name):
            for parent in section.parents:
                yield from self._entries(parent, seen)
            yield from section.entries


def read(path: Path) -> AsteriskFile:
    """A configuration file of Asterisk and its includes; what cannot be read is noted under ``troubles``."""
    found = AsteriskFile(path)
    _Reader(found, path.parent).file(path, f"{path}", 0)
    return found


class _Reader:
    def __init__(self, found: AsteriskFile, folder: Path) -> None:
        self._found = found
        self._folder = folder
        self._current: Section | None = None
        self._comment = 0

    def file(self, path: Path, asked_at: str, depth: int) -> None:
        try:
            with path.open("rb") as stream:
                lines = stream.read(MOST_BYTES).decode(errors="replace").splitlines()
        except OSError as error:
            if depth or not isinstance(error, FileNotFoundError):
                self._found.exists |= not depth
                self._trouble(asked_at, f"{path} cannot be read: {error.strerror}")
            return
        self._found.exists = True
        self._found.files.append(path)
        pending: list[str] = []
        for number, line in enumerate(lines, 1):
            clean = self._clean(line, path, number)
            directive = _DIRECTIVE.match(clean)
            pending.append("" if directive else clean)
            if directive:
                self._parse(pending, path)
                pending = [""] * number
                self._follow(directive, f"{path}:{number}", depth)
        self._parse(pending, path)

    def _clean(self, line: str, path: Path, number: int) -> str:
        """The line without block comments and without what pyst2 cannot read; templates are noted."""
        kept = ""
        while line:
            if self._comment:
                ends = line.find("--;")
                self._comment, line = (0, line[ends + 3 :]) if ends >= 0 else (1, "")
                continue
            begins = re.search(r";--(?!-)", line)
            kept += line[: begins.start()] if begins else line
            self._comment, line = (1, line[begins.end() :]) if begins else (0, "")
        return kept.replace("\\;", _SEMICOLON).strip()

    def _parse(self, lines: list[str], path: Path) -> None:
        """Has pyst2 read some lines; a line that it refuses is noted and left out."""
        heads = {number: head for number, line in enumerate(lines, 1) if (head := _HEAD.match(line))}
        plain = [heads[number][1] if number in heads else line for number, line in enumerate(lines, 1)]
        for line in self._parsed(plain, path):
            if isinstance(line, Category):
                self._head(line.name, path, line.number, heads.get(line.number))
            elif isinstance(line, Item):
                self._item(line, path)

    def _parsed(self, lines: list[str], path: Path) -> list[object]:
        while True:
            try:
                return list(_Lines(str(path), lines).lines)
            except ParseError as error:
                number, what = error.args
                lines[number - 1] = ""
                self._trouble(f"{path}:{number}", str(what))

    def _head(self, name: str, path: Path, number: int, head: re.Match[str] | None) -> None:
        words = [word.strip() for word in head[2].split(",")] if head else []
        parents = tuple(word for word in words if word not in ("!", "+", ""))
        self._current = Section(name, path, number, parents, "!" in words)
        self._found.sections.append(self._current)

    def _item(self, item: Item, path: Path) -> None:
        if self._current is None:
            self._trouble(f"{path}:{item.number}", "an entry before the first [section]")
            return
        name, value = (str(part).replace(_SEMICOLON, ";").strip() for part in (item.name, item.value))
        self._current.entries.append(Entry(name.removesuffix("+").strip(), value, path, item.number))

    def _follow(self, directive: re.Match[str], where: str, depth: int) -> None:
        kind, target = directive[1].lower(), re.split(r"\s;|;", directive[2])[0].strip().strip("\"'<>")
        if kind == "exec":
            self._trouble(where, "#exec is not run here, so what it gives is not seen")
            return
        if depth >= DEEPEST or len(self._found.files) >= MOST_FILES:
            self._trouble(where, "too many files include each other")
            return
        path = self._folder / target
        if any(sign in target for sign in "*?["):
            base = Path(path.anchor)
            for match in sorted(base.glob(str(path.relative_to(base)))):
                self.file(match, where, depth + 1)
        elif path.is_file() or kind == "include":
            self.file(path, where, depth + 1)

    def _trouble(self, where: str, what: str) -> None:
        self._found.troubles.append((where, what))


class _Lines(Config):  # type: ignore[misc]  # pyst2 has no types
    """pyst2's parser on lines that are in memory already."""

    def __init__(self, filename: str, lines: list[str]) -> None:
        self._given = lines
        super().__init__(filename)

    def load(self) -> None:
        self.raw_lines = self._given
