"""The folder of recordings, which the service and Asterisk share under two names."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from ivr.services.ports import Unplayable


class Recordings:
    """The recordings folder from both sides: where the service finds it and where Asterisk does."""

    def __init__(self, here: Path, there: str) -> None:
        self._here = here
        self._there = there.rstrip("/")
        self._made: set[Path] = set()

    async def make_room(self, name: str) -> None:
        """Makes the folder of a recording; Asterisk, which may be another user, writes into it. Raises Unplayable."""
        folder = (self._here / name).parent
        if folder in self._made:
            return
        try:
            await asyncio.to_thread(self._make, folder)  # a disk that hangs costs this call alone
        except OSError as error:
            raise Unplayable(f"the folder {folder} cannot be made: {error.strerror}") from error
        self._made.add(folder)

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):
            # The group is the one that the service and Asterisk share; setgid hands it down.
            for made in (folder, *folder.parents):
                if made == self._here:
                    break
                made.chmod(0o2770)

    def for_asterisk(self, name: str) -> str:
        """The recording's path as Asterisk is told it."""
        return f"{self._there}/{name}"
