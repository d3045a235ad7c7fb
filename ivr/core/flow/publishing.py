"""What happens to the flows that are live: publications, rollbacks and refusals, as events."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ivr.core.base.events import Event

MOST_WORDS = 4000


class How(StrEnum):
    """Why a bundle became live."""

    STARTED = "started"  # the service found it in the folder when it began
    SAVED = "saved"  # somebody changed the folder
    PUBLISHED = "published"  # somebody published it
    ROLLED_BACK = "rolled_back"  # somebody went back to it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate thinks of a bundle; one that is ``binding`` and not passed keeps it from becoming live."""

    gate: str
    passed: bool
    words: str
    binding: bool = False

    @property
    def forbids(self) -> bool:
        """Whether the bundle must not become live."""
        return self.binding and not self.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsPublished(Event):
    """A bundle became live in place of ``before``; ``because`` is why a binding gate was overruled.

    ``verdicts`` has for each gate whether it passed, whether it was binding, and its words.
    """

    bundle: str
    how: str
    before: str = ""
    by: str = ""
    note: str = ""
    because: str = ""
    verdicts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsRefused(Event):
    """The folder was changed and its flows did not become live: findings forbid it, or a gate. Nothing has changed."""

    bundle: str
    findings: int
    gate: str = ""
    words: str = ""


def told(verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """Verdicts as an event has them; words beyond 4,000 characters are cut."""
    return {
        one.gate: {"passed": one.passed, "binding": one.binding, "words": one.words[:MOST_WORDS]} for one in verdicts
    }
