"""What doctor says: findings with a level, a sentence, a place and a fix; and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GOOD, FINDINGS, WORLD_BROKEN = 0, 1, 3


class Level(StrEnum):
    """How bad it is: an error keeps calls from working, unknown is what could not be looked at from here."""

    GOOD = "good"
    UNKNOWN = "unknown"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``where`` is a file with its line, or empty."""

    check: str
    level: Level
    what: str
    where: str = ""
    fix: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return {"check": self.check, "level": str(self.level), "what": self.what, "where": self.where, "fix": self.fix}


def good(check: str, what: str) -> Finding:
    """All is well."""
    return Finding(check, Level.GOOD, what)


def unknown(check: str, what: str, fix: str = "") -> Finding:
    """It could not be looked at."""
    return Finding(check, Level.UNKNOWN, what, "", fix)


def warning(check: str, what: str, where: str = "", fix: str = "") -> Finding:
    """It works, and should be changed."""
    return Finding(check, Level.WARNING, what, where, fix)


def error(check: str, what: str, where: str = "", fix: str = "") -> Finding:
    """It does not work."""
    return Finding(check, Level.ERROR, what, where, fix)


def exit_code(findings: Iterable[Finding], *, reached: bool) -> int:
    """0 when there is no error, 1 when there is one, 3 when Asterisk could not be reached at all."""
    if not reached:
        return WORLD_BROKEN
    return FINDINGS if any(finding.level is Level.ERROR for finding in findings) else GOOD


_SIGN = {Level.GOOD: "ok     ", Level.UNKNOWN: "?      ", Level.WARNING: "warning", Level.ERROR: "ERROR  "}

_SHORT = {Level.ERROR: "to mend", Level.WARNING: "to look at", Level.UNKNOWN: "not seen from here", Level.GOOD: "good"}


def drawn(finding: Finding) -> str:
    """The finding as text, its place and its fix on lines of their own."""
    lines = [f"{_SIGN[finding.level]}  {finding.check}: {finding.what}"]
    lines += [f"         at   {finding.where}"] if finding.where else []
    lines += [f"         fix  {line}" for line in finding.fix.splitlines()]
    return "\n".join(lines)


def summary(findings: list[Finding]) -> str:
    """How many of each, in one line."""
    counts = {level: sum(finding.level is level for finding in findings) for level in reversed(Level)}
    words = {
        Level.ERROR: "to mend",
        Level.WARNING: "to look at",
        Level.UNKNOWN: "not seen from here",
        Level.GOOD: "good",
    }
    return ", ".join(f"{count} {words[level]}" for level, count in counts.items() if count)
