"""The folder of flows that people edit: read on demand, and looked at once a second for changes.

Looking means names, sizes and times only, on another thread. Editors and copying programs write in several steps, so a
change counts when nothing more has happened for a moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from pathlib import Path

from ivr.adapters.files.folder import read_whole, stamp
from ivr.core.base.errors import FlowError
from ivr.services.flows.ports import Snapshot

EVERY = 1.0  # seconds
SETTLED = 0.3


class WatchedFolder:
    """A `FlowFolder` on disk."""

    def __init__(self, folder: Path, *, every: float = EVERY, settled: float = SETTLED) -> None:
        self._folder = folder
        self._every = every
        self._settled = settled

    async def read(self) -> Snapshot:
        """Everything in it, as it was at one moment."""
        files, seen = await asyncio.to_thread(read_whole, self._folder)
        return Snapshot(files, seen)

    async def stamp(self) -> Hashable:
        """What it looks like now; what keeps it from being looked at is a stamp, too."""
        try:
            return await asyncio.to_thread(stamp, self._folder)
        except (FlowError, OSError) as error:
            return str(error)

    async def changed(self, since: Hashable) -> Hashable:
        """Waits until it looks different and nobody writes any more."""
        seen = await self.stamp()
        while seen == since:
            await asyncio.sleep(self._every)
            seen = await self.stamp()
        while True:
            await asyncio.sleep(self._settled)
            before, seen = seen, await self.stamp()
            if seen == before:
                return seen
