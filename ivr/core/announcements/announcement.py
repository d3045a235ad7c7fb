"""An emergency announcement, and which ones are in force at an instant.

It is in force from its beginning until its end, or until somebody ends it. The words are texts by language, or one
recording by its name in the prompts folder; a language without a text hears the one that was given first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FRONT = "front"
"""The point before the first action of a flow, where every caller comes by."""

LONGEST_TEXT = 1000  # characters
LONGEST_NAME = 80  # characters of who made it, of a note, of a point
MOST_IN_FORCE = 20
USUAL = timedelta(hours=24)  # when nobody says until when
LONGEST = timedelta(days=366)

_UNSPOKEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A message that people put in front of flows. An empty ``flow`` is every flow.

    ``words`` are texts by language, in the order in which they were given; ``recording`` stands instead of them.
    """

    id: str
    begins_at: datetime
    until: datetime
    flow: str = ""
    point: str = FRONT
    words: Mapping[str, str]
    recording: str = ""
    by: str = ""
    note: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""  # empty when its time was over

    def in_force(self, at: datetime) -> bool:
        """Whether it is announced at an instant."""
        return self.begins_at <= at < (self.until if self.ended_at is None else min(self.until, self.ended_at))

    def concerns(self, flow: str, point: str) -> bool:
        """Whether callers of a flow hear it at a point."""
        return self.flow in ("", flow) and self.point == point

    def text_in(self, language: str) -> tuple[str, str]:
        """The language and the text that callers in ``language`` hear: the same tag, the same language, the first."""
        base = language.partition("-")[0]
        for wanted in (language, base):
            if wanted in self.words:
                return wanted, self.words[wanted]
        near = next((tag for tag in self.words if tag.partition("-")[0] == base), next(iter(self.words), ""))
        return near, self.words.get(near, "")

    @property
    def text(self) -> str:
        """What it says in short: the first text, or the recording's name in brackets."""
        return next(iter(self.words.values()), f"[{self.recording}]")


def heard_at(made: Iterable[Announcement], flow: str, point: str, at: datetime) -> list[Announcement]:
    """What callers of a flow hear at a point, the oldest first."""
    found = [one for one in made if one.in_force(at) and one.concerns(flow, point)]
    return sorted(found, key=lambda one: (one.begins_at, one.id))


def cleaned(text: str, most: int = LONGEST_NAME) -> str:
    """A text without control characters, with single blanks, and of at most ``most`` characters."""
    kept = "".join(" " if unicodedata.category(char) in _UNSPOKEN else char for char in text[: most * 4])
    return " ".join(kept.split())[:most]
