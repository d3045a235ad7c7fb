"""The clock on the wall of a zone, and the instants at which it shows something.

A wall time may come at no instant (the clocks are set forward over it) or at two (they are set back).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone of a name, or None when there is none."""
    try:
        return ZoneInfo(name) if name and not name.startswith((".", "/")) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, such as Europe, is an OSError
        return None


def zone_or_utc(name: str) -> ZoneInfo:
    """The IANA zone of a name; UTC when there is none, because a caller is waiting and settings are checked before."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def instants(wall: datetime, zone: ZoneInfo) -> set[datetime]:
    """The instants, in UTC, at which a clock could show a naive wall time.

    Both are the same but where the clocks are set; in the hour that is left out they stand before and after it.
    """
    return {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def changes(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The instant between two others at which the zone's clocks are set, to the second; nothing when they are not."""
    before = first.astimezone(zone).utcoffset()
    if before == last.astimezone(zone).utcoffset():
        return
    low, high = 0, int((last - first).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (first + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    yield first + timedelta(seconds=high)
