"""What is different between two bundles: their pages line by line, and which recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from posixpath import dirname

MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Difference:
    """``text`` is a unified diff of all pages; recordings are told by their names."""

    text: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether there is no difference."""
        return not (self.text or self.added or self.changed or self.gone)


def difference(old: Mapping[str, bytes], new: Mapping[str, bytes], old_name: str, new_name: str) -> Difference:
    """From one set of files to another; the names stand before those of the files. At most 20,000 lines are told."""
    names = sorted(old.keys() | new.keys())
    lines: list[str] = []
    for name in names:
        if not dirname(name) and old.get(name) != new.get(name):
            lines += _page(old.get(name), new.get(name), f"{old_name}/{name}", f"{new_name}/{name}")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES:,} more lines\n"]
    sounds = [name for name in names if dirname(name)]
    return Difference(
        "".join(lines),
        tuple(name for name in sounds if name not in old),
        tuple(name for name in sounds if name in old and name in new and old[name] != new[name]),
        tuple(name for name in sounds if name not in new),
    )


def _page(old: bytes | None, new: bytes | None, old_name: str, new_name: str) -> Iterator[str]:
    before, after = _lines(old), _lines(new)
    names = ("/dev/null" if old is None else old_name, "/dev/null" if new is None else new_name)
    if max(len(before), len(after)) > MOST_LINES:
        yield f"--- {names[0]}\n+++ {names[1]}\n(more than {MOST_LINES:,} lines: too many to compare)\n"
        return
    for line in unified_diff(before, after, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
    if not before and not after:
        yield f"--- {names[0]}\n+++ {names[1]}\n"


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", "replace").splitlines(keepends=True)
