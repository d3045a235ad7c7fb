"""How long things are kept: calls, what callers keyed in, and recordings are deleted after their days.

Everything goes in small batches with a breath between them, so the writing of living calls is never held up. A
recording's file goes before its row is marked, and a call goes only when none of its recordings is on disk any more:
no file is ever forgotten. So a call lives at least as long as its recordings.

Deleted inputs are gone, and so are the details of the actions that collected or set them. A value that a flow read
aloud is part of what was heard and goes with the call; one that must not last belongs in a sensitive input, which is
never kept at all.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from ivr.core.base.clock import Clock
from ivr.core.base.errors import StoreError

log = logging.getLogger(__name__)

BATCH = 100
BREATH = 0.01  # seconds between batches
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Days:
    """Days that each kind is kept; 0 is for ever."""

    calls: int = 365
    inputs: int = 90
    recordings: int = 90


@dataclass(frozen=True, slots=True)
class Expired:
    """A recording that is due: ``path`` is relative to the recordings folder, ``place`` its position in the list."""

    place: int
    recording_id: str
    path: str


@dataclass(slots=True)
class Removed:
    """What was deleted; ``failed`` are the recordings that could not be, with the reason."""

    calls: int = 0
    inputs: int = 0
    recordings: int = 0
    failed: list[str] = field(default_factory=list)


class Keeper(Protocol):
    """What retention needs of the store; each call is one short transaction. All raise StoreError."""

    async def expired_recordings(self, before: datetime, after: int, most: int) -> list[Expired]:
        """Recordings older than ``before`` that are still kept, the next ``most`` after a place."""
        ...

    async def recordings_deleted(self, ids: list[str], at: datetime) -> None:
        """Notes that recordings are no longer on disk."""
        ...

    async def delete_inputs(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` inputs older than ``before``, also where an action tells them; how many there were."""
        ...

    async def delete_calls(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` calls that ended before ``before``, with all their rows; how many there were."""
        ...


async def apply_retention(store: Keeper, recordings_folder: Path, days: Days, now: datetime) -> Removed:
    """Deletes what is older than its days. Raises StoreError; what was deleted until then stays deleted."""
    removed = Removed()
    if days.recordings:
        await _recordings(store, recordings_folder, now - timedelta(days=days.recordings), now, removed)
    if days.inputs:
        while count := await store.delete_inputs(now - timedelta(days=days.inputs), BATCH):
            removed.inputs += count
            await asyncio.sleep(BREATH)
    if days.calls:
        while count := await store.delete_calls(now - timedelta(days=days.calls), BATCH):
            removed.calls += count
            await asyncio.sleep(BREATH)
    return removed


async def apply_daily(store: Keeper, recordings_folder: Path, days: Days, clock: Clock) -> None:
    """Applies the retention now and every 24 hours, until cancelled; trouble is logged and tried again a day later."""
    while True:
        try:
            removed = await apply_retention(store, recordings_folder, days, clock.now())
        except StoreError as error:
            log.error("what is due to be deleted was not, it is tried again in a day: %s", error)
        else:
            log.info("deleted %d calls, %d inputs, %d recordings", removed.calls, removed.inputs, removed.recordings)
            for failure in removed.failed:
                log.error("a recording is due to be deleted and is not: %s", failure)
        await asyncio.sleep(DAY)


async def _recordings(store: Keeper, folder: Path, before: datetime, now: datetime, removed: Removed) -> None:
    after = 0
    while due := await store.expired_recordings(before, after, BATCH):
        after = due[-1].place
        gone = []
        for recording in due:
            failure = await asyncio.to_thread(delete_file, folder, recording.path)
            if failure:
                removed.failed.append(failure)
            else:
                gone.append(recording.recording_id)
        if gone:
            await store.recordings_deleted(gone, now)
        removed.recordings += len(gone)
        await asyncio.sleep(BREATH)


def delete_file(folder: Path, path: str) -> str:
    """Deletes a file inside ``folder``; why not, or empty when it is gone. Whatever leads outside is left alone."""
    try:
        home = folder.resolve()
        file = folder / path
        inside = file.parent.resolve() / file.name  # the folders are followed, a link is deleted itself
        if ".." in Path(path).parts or not inside.is_relative_to(home) or inside == home:
            return f"{path!r} is not inside {folder}"
        inside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        return f"{path!r}: {error}"
    return ""
