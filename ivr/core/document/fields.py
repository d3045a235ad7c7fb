"""Typed readers: a node becomes a value, or a finding that says what was expected and how it is written.

A reader is a function ``(node, problems) -> value | None``; None means that a finding was noted. `Options` reads a
set of options: it hands out each by name and, when it is closed, reports every key that nobody asked for, with the
nearest known name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import TypeVar

from ivr.core.document.problems import Mark, Problems, suggestion
from ivr.core.document.source import Mapping, Node, Scalar, Sequence

T = TypeVar("T")
Reader = Callable[[Node, Problems], T | None]

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_RANGE = re.compile(r"(\d+)(?:\.\.(\d+))?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
RECORDED = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*")
LONGEST_PATH = 100
_COUNTLESS = 1e9  # seconds

YES = frozenset({"yes", "true", "on"})
NO = frozenset({"no", "false", "off"})


def text(node: Node, problems: Problems) -> str | None:
    """A single value, as it was written."""
    if isinstance(node, Scalar):
        return node.text
    problems.add("F010", node.mark, f"this should be a single value, and is {node.what}.")
    return None


def words(node: Node, problems: Problems) -> str | None:
    """A sentence or word that is not empty."""
    value = text(node, problems)
    if value is not None and not value.strip():
        problems.add("F011", node.mark, "there is nothing here.", hint="write the words, or take the option out")
        return None
    return value.strip() if value is not None else None


def name(node: Node, problems: Problems) -> str | None:
    """A name: small letters, digits and underscores, a letter first."""
    value = words(node, problems)
    if value is not None and not _NAME.fullmatch(value):
        problems.add(
            "F012", node.mark, f"'{value}' is not a name.", hint="names are small letters, digits and _, a letter first"
        )
        return None
    return value


def duration(node: Node, problems: Problems) -> float | None:
    """A length of time such as ``3s``, ``500ms``, ``2m``, ``1m30s``; in seconds."""
    value = words(node, problems)
    if value is None:
        return None
    compact = value.replace(" ", "")
    parts = _DURATION.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        problems.add(
            "F013", node.mark, f"'{value}' is not a length of time.", hint="write it as 3s, 500ms, 2m or 1m30s"
        )
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def lasting(least: float, most: float) -> Reader[float]:
    """A length of time between two bounds, in seconds."""

    def read(node: Node, problems: Problems) -> float | None:
        seconds = duration(node, problems)
        if seconds is not None and not least <= seconds <= most:
            bounds = f"{length(least)} to {length(most)}"
            problems.add("F015", node.mark, f"this lasts {length(seconds)}, and should last {bounds}.")
            return None
        return seconds

    return read


def length(seconds: float) -> str:
    """A length of time in the largest unit that it is a whole number of: ``2m``, ``90s``, ``500ms``."""
    if seconds > _COUNTLESS:  # so many digits may have been written that it is no finite number
        return "more than 30 years"
    for unit, size in (("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{round(seconds * 1000)}ms"


def recorded(node: Node, problems: Problems) -> str | None:
    """A recorded file by its path in the folder of prompts, without its ending: ``music/calm``."""
    name = words(node, problems)
    if name is not None and (len(name) > LONGEST_PATH or not RECORDED.fullmatch(name)):
        hint = "write it as  music/calm : small letters, digits, - and _, without the file's ending"
        problems.add("F161", node.mark, f"'{name[:LONGEST_PATH]}' is not the name of a recorded file.", hint=hint)
        return None
    return name


def yes_no(node: Node, problems: Problems) -> bool | None:
    """``yes`` or ``no``."""
    value = words(node, problems)
    if value is None:
        return None
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    problems.add("F014", node.mark, f"'{value}' should be yes or no.")
    return None


def whole(least: int = 0, most: int = 2**31) -> Reader[int]:
    """A whole number between two bounds."""

    def read(node: Node, problems: Problems) -> int | None:
        value = words(node, problems)
        if value is None:
            return None
        if not re.fullmatch(r"\d{1,12}", value):
            problems.add("F015", node.mark, f"'{value}' is not a whole number.")
            return None
        if not least <= int(value) <= most:
            problems.add("F015", node.mark, f"{value} should be between {least} and {most}.")
            return None
        return int(value)

    return read


def span(least: int = 0, most: int = 100) -> Reader[tuple[int, int]]:
    """A number or a range of numbers: ``4`` or ``6..10``."""

    def read(node: Node, problems: Problems) -> tuple[int, int] | None:
        value = words(node, problems)
        if value is None:
            return None
        match = _RANGE.fullmatch(value.replace(" ", ""))
        if not match:
            problems.add("F016", node.mark, f"'{value}' is not a number or a range.", hint="write 4 or 6..10")
            return None
        low, high = int(match[1]), int(match[2] or match[1])
        if low > high or low < least or high > most:
            problems.add("F016", node.mark, f"'{value}' should rise, between {least} and {most}.")
            return None
        return low, high

    return read


def keys(node: Node, problems: Problems) -> str | None:
    """Telephone keys: digits, ``"*"`` and ``"#"``."""
    value = text(node, problems)
    if value is None:
        return None
    value = value.strip()
    if not re.fullmatch(r"[0-9*#]{1,20}", value):
        hint = 'a key is one of 0 to 9, "*" or "#"; the last two stand in quotes'
        plain = unicodedata.normalize("NFKC", value.strip("“”‘’„「」")).replace(",", "").replace(" ", "")
        if value and re.fullmatch(r"[0-9*#]{1,20}", plain):
            hint = f'write "{plain}" as it is on an English keyboard'
        shown = f"'{value}' is not a key" if value else "a key is missing"
        problems.add("F017", node.mark, f"{shown}.", hint=hint)
        return None
    return value


def choice(known: Collection[str]) -> Reader[str]:
    """One of some known words."""

    def read(node: Node, problems: Problems) -> str | None:
        value = words(node, problems)
        if value is None or value in known:
            return value
        hint = suggestion(value, known) or "it is one of " + ", ".join(known)
        problems.add("F018", node.mark, f"'{value}' is not known here.", hint=hint)
        return None

    return read


def listed(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """One value or a list of them."""

    def read_list(node: Node, problems: Problems) -> tuple[T, ...] | None:
        nodes = node.items if isinstance(node, Sequence) else (node,)
        values = [read(item, problems) for item in nodes]
        return None if any(value is None for value in values) else tuple(value for value in values if value is not None)

    return read_list


class Options:
    """A set of options that is read by name; what nobody asked for is a finding when it is closed."""

    def __init__(self, mapping: Mapping, problems: Problems, what: str) -> None:
        self.mapping = mapping
        self.problems = problems
        self.what = what
        self._nodes = {key.text: value for key, value in mapping}
        self._asked: set[str] = set()

    @property
    def mark(self) -> Mark:
        """Where the options begin."""
        return self.mapping.mark

    def node(self, key: str) -> Node | None:
        """The option's node as it is written, or None when it is not there."""
        self._asked.add(key)
        return self._nodes.get(key)

    def place(self, key: str) -> Mark:
        """The place of an option's value, or of the whole set when it is not there."""
        value = self.mapping.get(key)
        return value.mark if value is not None else self.mapping.mark

    def get(self, key: str, read: Reader[T]) -> T | None:
        """The option's value, or None when it is not there or is wrong (then there is a finding)."""
        node = self.node(key)
        return None if node is None else read(node, self.problems)

    def get_or(self, key: str, read: Reader[T], default: T) -> T:
        """The option's value, or the default."""
        value = self.get(key, read)
        return default if value is None else value

    def need(self, key: str, read: Reader[T], hint: str = "") -> T | None:
        """The option's value; that it is missing is a finding."""
        if self.node(key) is None:
            self.problems.add("F020", self.mapping.mark, f"{self.what} needs '{key}'.", hint=hint)
            return None
        return self.get(key, read)

    def close(self, hints: dict[str, str] | None = None) -> None:
        """Reports every key that was not asked for; ``hints`` answers for words that people are likely to try."""
        for key, value in self.mapping:
            if key.text in self._asked:
                continue
            hint = (hints or {}).get(key.text) or suggestion(key.text, self._asked)
            if key.text != key.text.strip():
                hint = "there is a blank in it that is none of the keyboard's; use spaces"
            if not hint and isinstance(value, Scalar) and not value.text and not value.quoted:
                hint = "is it a part of a sentence that a comma has cut? then put the sentence in quotes"
            hint = hint or "it can have " + ", ".join(sorted(self._asked))
            self.problems.add("F021", key.mark, f"{self.what} has no option '{key.text}'.", hint=hint)


def options(node: Node, problems: Problems, what: str) -> Options | None:
    """The node as a set of options, or a finding."""
    if isinstance(node, Mapping):
        return Options(node, problems, what)
    problems.add("F022", node.mark, f"{what} should be a set of options, and is {node.what}.")
    return None
