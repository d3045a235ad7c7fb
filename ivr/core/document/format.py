"""One way to lay out a page: `formatted` changes where things stand, never what is said.

A list stands two further than its key, one blank follows a dash or a colon, there is no more than one blank line, and
a `{…}` or `[…]` that does not fit in a line is written line by line. Values keep their quotes, since a number in quotes
is text to `set`. Comments stay in their order, those at the end of a line behind what they stood behind, others at the
depth where they stood.

Why not the round trip of ruamel.yaml: it drops comments within `{…}` and `[…]`, writes `null` where nothing was
written, and `true` for `TRUE`; to our reader that is another page. As every value is copied word for word here, there
is nothing to represent, and what is printed is read again and compared before anybody gets it.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Collection
from dataclasses import dataclass

from ivr.core.document import layout, source
from ivr.core.document.layout import Branch, Entry, Leaf, Page, Remark, Unusual, Written
from ivr.core.document.problems import Mark, Problems
from ivr.core.document.source import Mapping, Node, Scalar, Sequence

WIDEST = 120  # columns, for what is written in brackets
STEP = 2
_GAP = 2  # blanks before a comment at the end of a line


def formatted(text: str, file: str, problems: Problems, sections: Collection[str] = ()) -> str | None:
    """The page laid out anew; None, with findings, when it is not YAML or cannot be laid out without a change.

    ``sections`` are the options at the top whose own options are parted by a blank line each.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found = Problems()
    tree = source.parse(text, file, found)
    problems.extend(found)
    if len(found):
        return None
    try:
        page = layout.read(text)
        printed = _Printer(page, sections).page()
        again = layout.read(printed)
    except Unusual as error:
        problems.add("F243", Mark(file, 1, 1), f"this page cannot be formatted: {error}.", hint="write it more plainly")
        return None
    if said(source.parse(printed, file, found)) != said(tree) or _remarks(again) != _remarks(page) or len(found):
        message = "this page cannot be formatted without changing what it says."
        hint = "write it more plainly; a page should also end with a line break"
        problems.add("F243", Mark(file, 1, 1), message, hint=hint)
        return None
    return printed


def said(node: Node | None) -> object:
    """What a tree says, without places: texts, whether they stand in quotes, and their order."""
    if isinstance(node, Scalar):
        return node.text, node.quoted
    if isinstance(node, Sequence):
        return [said(item) for item in node.items]
    return [(said(key), said(value)) for key, value in node] if isinstance(node, Mapping) else None


def _remarks(page: Page) -> list[str]:
    return [remark.text for remark in page.remarks]


@dataclass(frozen=True, slots=True)
class _Level:
    """A list or set of options that is being printed: its column ``before``, and ``now``."""

    before: float
    now: int


class _Printer:
    """Prints a page line by line, comments in their order on the way."""

    def __init__(self, page: Page, sections: Collection[str]) -> None:
        self._page = page
        self._sections = sections
        self._remarks = list(page.remarks)[::-1]  # the next one last
        self._places = [remark.start for remark in page.remarks]
        self._out: list[str] = []
        self._levels: list[_Level] = []
        self._recent: tuple[_Level, ...] = ()  # the levels of the last line
        self._bare = False  # the last line may take a comment at its end
        self._opened = self._kept = 0  # behind this line stands no blank line

    def page(self) -> str:
        """The whole page."""
        if self._page.begin >= 0:
            self._comments(self._page.begin)
            self._line("---")
        if (root := self._page.root) is not None:
            self._value(root, "", 0)
        self._comments(math.inf)
        while self._out and not self._out[-1] and len(self._out) != self._kept:
            self._out.pop()
        return "".join(f"{line}\n" for line in self._out)

    # Values

    def _value(self, node: Written, head: str, indent: int, spaced: bool = False) -> None:
        """Prints a value behind ``head``, which is a dash or a key; what does not fit goes below, at ``indent``."""
        if isinstance(node, Leaf) and node.empty:
            self._line(head)
            return
        first = node.start if isinstance(node, Leaf) or not node.entries else node.entries[0].start
        waiting = self._is_remark_before(first)
        written = node.raw if isinstance(node, Leaf) else self._in_brackets(node)
        start = f"{head} " if head and not waiting else " " * indent
        if isinstance(node, Branch) and (written is None or (node.entries and len(start + written) > WIDEST)):
            if head.endswith("-") and not waiting:
                self._entries(node, indent, f"{head} ")
                return
            if head:
                self._line(head)
                self._opened = len(self._out)
            self._entries(node, indent, spaced=spaced)
            return
        if head and waiting:
            self._line(head)
            self._comments(node.start, indent)
        if isinstance(node, Leaf):
            self._leaf(node, start, indent)
        elif written is not None:
            self._line(start + written)

    def _leaf(self, leaf: Leaf, start: str, indent: int) -> None:
        first, *rest = leaf.raw.split("\n")
        if leaf.block:
            self._block(leaf, start, indent)
            return
        self._line(start + first.rstrip())
        for line in rest:
            self._line(f"{' ' * indent}{line.strip()}".rstrip())

    def _block(self, leaf: Leaf, start: str, indent: int) -> None:
        """The lines below a ``|`` or ``>``, as deep as they have to be."""
        header, *lines = leaf.raw.split("\n")
        sign, note, remark = header.partition("#")
        keep = "+" in sign
        content = next((line for line in leaf.text.split("\n") if line.strip()), "")
        written = next((line for line in lines if line.strip()), "")
        deeper = len(content) - len(content.lstrip(" "))
        cut = len(written) - len(written.lstrip(" ")) - deeper
        sign = "".join(char for char in sign if not char.isdigit()).strip()
        if deeper:
            sign = f"{sign[0]}{STEP}{sign[1:]}"
        self._line(f"{start}{sign}{' ' * _GAP if note else ''}{note}{remark}".rstrip())
        if lines and not lines[-1].strip():
            lines.pop()  # what follows the last line break
        while lines and not keep and len(lines[-1]) <= cut and not lines[-1].strip():
            lines.pop()
        self._out += [" " * indent + line[cut:] if len(line) > cut else "" for line in lines]
        self._bare = False
        self._kept = len(self._out) if keep else self._kept

    def _in_brackets(self, node: Written) -> str | None:
        """A value in one line; None when it was not in brackets, has comments in it, or goes over several lines."""
        if isinstance(node, Leaf):
            return None if node.in_lines else node.raw
        if not node.in_brackets or self._has_remarks(node):
            if node.in_brackets and not node.entries:
                raise Unusual("a comment stands between empty brackets")
            return None
        parts = []
        for entry in node.entries:
            value = self._in_brackets(entry.value)
            if value is None:
                return None
            key = entry.key.raw if entry.key else ""
            parts.append(f"{key}: {value}" if key and value else key or value)
        return f"[{', '.join(parts)}]" if node.is_list else f"{{{', '.join(parts)}}}"

    def _has_remarks(self, node: Branch) -> bool:
        return bisect(self._places, node.start) < bisect(self._places, node.end)

    # Lists and sets of options

    def _entries(self, node: Branch, indent: int, first: str = "", spaced: bool = False) -> None:
        """Prints each entry on lines of its own; the first behind ``first`` when that is begun."""
        before = math.inf if node.in_brackets else self._page.column(node.entries[0].start)
        top = not self._levels
        self._levels.append(_Level(before, indent))
        size = 0  # of the entry before, in lines
        for entry in node.entries:
            lead, parted = len(self._out), len(self._out) == self._kept
            if not first:
                self._comments(entry.start)
                self._blank(entry.start)
            at = len(self._out)
            self._entry(entry, first or " " * indent, indent)
            before_it, size, first = size, len(self._out) - at, ""
            if before_it and not parted and (spaced or (top and max(before_it, size) > 1)):
                self._part(lead, at, indent)
        self._levels.pop()

    def _entry(self, entry: Entry, start: str, indent: int) -> None:
        if entry.key is None:
            self._value(entry.value, f"{start}-", indent + STEP)
            return
        spaced = len(self._levels) == 1 and entry.key.text in self._sections
        self._value(entry.value, f"{start}{entry.key.raw}:", indent + STEP, spaced)

    def _part(self, lead: int, at: int, indent: int) -> None:
        """Puts a blank line before an entry and the comments that belong to it, when there is none."""
        if "" in self._out[lead:at]:
            return
        margin = " " * indent
        own = (number for number in range(lead, at) if self._out[number].startswith(f"{margin}#"))
        place = next(own, at)
        self._out.insert(place, "")
        self._kept += self._kept > place
        self._opened += self._opened > place

    # Lines

    def _line(self, text: str) -> None:
        self._out.append(text)
        self._bare = True
        self._recent = tuple(self._levels)

    def _blank(self, place: int) -> None:
        """A blank line where there was one, but not twice, nor at the beginning of something."""
        if self._page.blank_before(place) and len(self._out) not in (0, self._opened, self._kept) and self._out[-1]:
            self._out.append("")

    def _is_remark_before(self, place: float) -> bool:
        return bool(self._remarks) and self._remarks[-1].start < place

    def _comments(self, place: float, column: int | None = None) -> None:
        """Prints the comments that stand before a place, at a column or at the depth where they stood."""
        while self._is_remark_before(place):
            remark = self._remarks.pop()
            if not remark.alone and self._bare:
                self._out[-1] += " " * max(_GAP, remark.gap) + remark.text
            else:
                self._blank(remark.start)
                depth = self._depth(remark) if column is None else column
                self._out.append(" " * depth + remark.text)
            self._bare = False

    def _depth(self, remark: Remark) -> int:
        """The column for a comment: that of the deepest list or set of options just printed which it stood in."""
        own = self._levels[-1:]
        level, *deeper = [*own, *self._recent[len(self._levels) :]] or [_Level(0, 0)]
        for inner in deeper:
            if level.before < inner.before <= remark.column:
                level = inner
        return level.now
