"""YAML text to a tree of nodes with places, every scalar as the text that was written.

With `layout`, the only module that imports ``yaml``. It takes YAML's events and never constructs: `0123`, `10:30`,
`no` stay what the admin typed and are converted by the option that asks for them. Anchors, tags and repeated keys are
findings, because a page that is read aloud has no place for them; so are the two marks of a telephone that YAML takes
for its own (``*`` and ``#``), with the sentence that says to quote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from ivr.core.document.problems import Mark, Problems
from ivr.core.document.traps import syntax_problem, unreadable, visible

MOST_CHARACTERS = 2_000_000
DEEPEST = 40

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One written value; ``quoted`` when it stood in quotes, which makes it text whatever it looks like."""

    text: str
    mark: Mark
    quoted: bool = False

    what = "a single value"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark

    what = "a list"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Options: keys with their own places, in the order of the page."""

    entries: tuple[tuple[Scalar, Node], ...]
    mark: Mark

    what = "a set of options"

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping

FURTHEST = 400  # how many characters of layout (indents, quotes, line breaks) may stand between two of a text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a written value stands: ``scalar`` in a file of ``lines``, from the character ``offset`` on."""

    scalar: Scalar
    lines: tuple[str, ...]
    offset: int = 0

    def at(self, offset: int) -> Place:
        """The same value, from ``offset`` characters further on."""
        return Place(self.scalar, self.lines, self.offset + offset)

    def mark(self, start: int = 0, width: int = 1) -> Mark:
        """The place in the file of ``width`` characters from ``start`` on, also in quotes and over several lines."""
        return locate(self.scalar, self.lines, self.offset + start, width)


def locate(scalar: Scalar, lines: tuple[str, ...], start: int, width: int) -> Mark:
    """The place of a part of a scalar's text; the whole scalar's place where escapes hide it."""
    row, column = scalar.mark.line - 1, scalar.mark.column - 1
    found = scalar.mark
    for char in scalar.text[: start + 1]:
        if char.isspace():
            continue
        for _ in range(FURTHEST):
            if row >= len(lines):
                return scalar.mark
            if column >= len(lines[row]):
                row, column = row + 1, 0
            elif lines[row][column] == char:
                break
            else:
                column += 1
        else:
            return scalar.mark
        found = Mark(scalar.mark.file, row + 1, column + 1, max(1, width))
        column += 1
    past_end = start >= len(scalar.text) or scalar.text[start].isspace()
    return Mark(found.file, found.line, found.column + 1, 1) if past_end and start else found


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """The tree of one YAML document, or None when the text is empty or is not YAML (then there is a finding)."""
    if len(text) > MOST_CHARACTERS:
        problems.add("F001", Mark(file, 1, 1), f"the file has more than {MOST_CHARACTERS:,} characters.")
        return None
    try:
        return _Builder(file, problems).tree(yaml.parse(visible(text), Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        syntax_problem(error, text, file, problems)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        unreadable(error, text, file, problems)
    return None


class _Builder:
    """Makes the tree from YAML's events, with a stack of its own: YAML's composer would go as deep as a page is nested.

    Every finding is noted and the building goes on, except for a page that is nested too deep.
    """

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._open: list[tuple[Any, list[Node]]] = []
        self._roots: list[Node] = []

    def tree(self, events: Iterable[Any]) -> Node | None:
        for event in events:
            if isinstance(event, yaml.CollectionStartEvent):
                self._begin(event)
                if len(self._open) > DEEPEST:
                    self._note("F001", event, f"options are nested more than {DEEPEST} deep.")
                    return None
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
            elif isinstance(event, yaml.ScalarEvent):
                self._words_of_yaml(event)
                self._add(Scalar(event.value, self._mark(event), quoted=event.style in ("'", '"')))
            elif isinstance(event, yaml.AliasEvent):
                self._words_of_yaml(event)
                self._add(Scalar(f"*{event.anchor}", self._mark(event)))
            elif isinstance(event, yaml.DocumentStartEvent) and self._roots:
                self._note("F001", event, "a second page begins here.", hint="take the line --- out")
                return None
        return self._roots[0] if self._roots and self._roots[0] != Scalar("", self._roots[0].mark) else None

    def _begin(self, event: Any) -> None:
        self._words_of_yaml(event)
        self._open.append((event, []))

    def _end(self) -> None:
        event, children = self._open.pop()
        mark = replace(self._mark(event), width=1)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        self._add(Sequence(tuple(children), mark) if is_list else self._mapping(children, mark))

    def _add(self, node: Node) -> None:
        (self._open[-1][1] if self._open else self._roots).append(node)

    def _mapping(self, children: list[Node], mark: Mark) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = "the name of an option is a word, not a list or a set of options."
                self._problems.add("F003", key.mark, message)
            elif key.text in entries:
                hint = f"the first one is in line {entries[key.text][0].mark.line}"
                self._problems.add("F004", key.mark, f"'{key.text}' is said twice here.", hint=hint)
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), mark)

    def _words_of_yaml(self, event: Any) -> None:
        """Notes tags, anchors and aliases: a page that is read aloud has no place for them."""
        tag = getattr(event, "tag", None)
        if tag and not tag.startswith("tag:yaml.org,2002:"):
            self._note("F002", event, f"the YAML tag '{tag}' has no meaning here.", hint="take it out")
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"the YAML shortcut '{sign}{event.anchor}' has no meaning here."
            mark = replace(self._mark(event), width=len(event.anchor) + 1)
            self._problems.add("F002", mark, message, hint="put it in quotes, or write it out")

    def _note(self, code: str, event: Any, message: str, hint: str = "") -> None:
        self._problems.add(code, self._mark(event), message, hint=hint)

    def _mark(self, event: Any) -> Mark:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Mark(self._file, start.line + 1, start.column + 1, max(1, width))
