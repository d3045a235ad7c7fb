"""What happens to emergency announcements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.core.base.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementMade(Event):
    """Somebody put an announcement in force; ``flow`` is empty for every flow, ``words`` are texts by language."""

    announcement_id: str
    flow: str
    point: str
    words: dict[str, Any]
    recording: str
    until: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementEnded(Event):
    """An announcement is not in force any more; ``by`` is empty when its time was over."""

    announcement_id: str
    by: str
