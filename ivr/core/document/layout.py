"""A page as it is written: every value word for word, every comment, and where they stand; for `format`.

Values come from YAML's own events, so this sees what `source` reads. What lies between two values is layout: dashes,
colons, brackets and comments. Whatever else is found there (a tag, a directive) makes a page `Unusual`: nobody may lose
what is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LAYOUT = re.compile(r"(?:[-:,?\[\]{}]|\.\.\.)*")


class Unusual(Exception):
    """The page has something that cannot be laid out anew without risk; the message says what."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value as it is written (``raw``), from ``start`` to ``end``; ``text`` is what it means."""

    start: int
    end: int
    raw: str
    text: str
    style: str  # a quote, | or >, or nothing

    @property
    def empty(self) -> bool:
        """Whether nothing is written there."""
        return self.start == self.end

    @property
    def in_lines(self) -> bool:
        """Whether it goes over several lines."""
        return "\n" in self.raw

    @property
    def block(self) -> bool:
        """Whether its lines stand below a ``|`` or ``>``."""
        return self.style in ("|", ">")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list or a set of options: ``start`` is its dash or its key."""

    start: int
    key: Leaf | None
    value: Written


@dataclass(frozen=True, slots=True)
class Branch:
    """A list or a set of options; ``in_brackets`` when it is written with them."""

    start: int
    end: int
    is_list: bool
    in_brackets: bool
    entries: tuple[Entry, ...]


Written = Leaf | Branch


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment: ``alone`` on its line or after something, ``gap`` characters behind it."""

    start: int
    column: int
    text: str
    alone: bool
    gap: int


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page; ``begin`` is where ``---`` stands, -1 without it."""

    text: str
    root: Written | None
    remarks: tuple[Remark, ...]
    begin: int

    def column(self, place: int) -> int:
        """The column of a place, from 0."""
        return place - (self.text.rfind("\n", 0, place) + 1)

    def blank_before(self, place: int) -> bool:
        """Whether the line before that of a place is blank."""
        line = self.text.rfind("\n", 0, place) + 1
        return line > 0 and not self.text[self.text.rfind("\n", 0, line - 1) + 1 : line].strip()


def read(text: str) -> Page:
    """The page of a text that `source.parse` reads without a finding. Raises Unusual."""
    reader = _Reader(text)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reader.take(event)
    except yaml.YAMLError as error:  # pragma: no cover - the caller has parsed it before
        raise Unusual("it is not YAML") from error
    return Page(text, reader.root, tuple(_remarks(text, reader.leaves, reader.begin)), reader.begin)


class _Reader:
    """Makes the tree from events; the places of dashes come from YAML's tokens."""

    def __init__(self, text: str) -> None:
        tokens = yaml.scan(text, Loader=_Loader)
        self._dashes = (token.start_mark.index for token in tokens if isinstance(token, yaml.BlockEntryToken))
        self._text = text
        self._open: list[tuple[Any, int, list[tuple[int, Written]]]] = []
        self.root: Written | None = None
        self.leaves: list[Leaf] = []
        self.begin = -1

    def take(self, event: Any) -> None:
        """Reads one event."""
        start, end = event.start_mark.index, event.end_mark.index
        match event:
            case yaml.DocumentStartEvent():
                if event.version or event.tags:
                    raise Unusual("a directive of YAML (%) stands at its top")
                self.begin = self._text.index("---", start) if event.explicit else -1
            case yaml.CollectionStartEvent():
                self._open.append((event, self._entry_start(start), []))
            case yaml.CollectionEndEvent():
                begun, at, children = self._open.pop()
                self._add(at, self._branch(begun, end, children))
            case yaml.ScalarEvent():
                leaf = Leaf(start, end, self._text[start:end], event.value, event.style or "")
                self.leaves.append(leaf)
                self._add(self._entry_start(start), leaf)
            case _:
                pass

    def _entry_start(self, start: int) -> int:
        """The place of the dash before a value of a list, else the value's own."""
        parent = self._open[-1][0] if self._open else None
        return next(self._dashes) if isinstance(parent, yaml.SequenceStartEvent) and not parent.flow_style else start

    def _add(self, at: int, node: Written) -> None:
        if self._open:
            self._open[-1][2].append((at, node))
        else:
            self.root = node

    def _branch(self, begun: Any, end: int, children: list[tuple[int, Written]]) -> Branch:
        start = begun.start_mark.index
        if isinstance(begun, yaml.SequenceStartEvent):
            entries = tuple(Entry(at, None, node) for at, node in children)
            return Branch(start, end, True, bool(begun.flow_style), entries)
        pairs = []
        for (at, key), (_, value) in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Leaf) or key.empty or key.in_lines:
                raise Unusual("the name of an option is empty or goes over several lines")
            pairs.append(Entry(at, key, value))
        return Branch(start, end, False, bool(begun.flow_style), tuple(pairs))


def _remarks(text: str, leaves: list[Leaf], begin: int) -> Iterator[Remark]:
    """The comments between the values; anything there that is neither a comment nor layout is Unusual."""
    place = 0
    for start, end in [*((leaf.start, leaf.end) for leaf in leaves), (len(text), len(text))]:
        rest = ""
        for line in re.finditer(r"[^\n]*(?:\n|$)", text[place:start]):
            layout, sign, said = line[0].partition("#")
            rest += layout
            if sign:
                at = place + line.start() + len(layout)
                before = text[text.rfind("\n", 0, at) + 1 : at]
                gap = len(before) - len(before.rstrip())
                yield Remark(at, len(before), f"#{said}".rstrip(), not before.strip(), gap)
        if not _LAYOUT.fullmatch("".join(rest.replace("---", "", 1 if place <= begin < start else 0).split())):
            raise Unusual("a tag of YAML (!) stands there")
        place = max(place, end)
