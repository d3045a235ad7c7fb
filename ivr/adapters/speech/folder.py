"""The shelf of finished sounds as a folder of files that the telephone system plays.

A file is written under another name and renamed, so two processes may share the folder and nobody ever plays half a
sound. Its time of change is the time of its last use: what was used longest ago goes first when the folder has more
than ``most_bytes``; what was used in the last quarter of an hour, by any process, stays.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import stat
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ivr.core.audio.clip import Clip
from ivr.core.audio.telephone import format_named
from ivr.core.base.clock import Clock
from ivr.services.ports import Sound
from ivr.services.speech.shelf import ONCE, Kept, ShelfFailed

T = TypeVar("T")

MOST_BYTES = 1024**3
OLDEST = 90 * 86400.0
YOUNGEST = 900.0
LARGEST_FILE = 64 * 1024**2
_KEY = re.compile(r"[a-z0-9-]{8,80}")


class SoundFolder:
    """A `Shelf`. ``seen_as`` is the folder as the telephone system sees it; empty when it is the same path."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        seen_as: str = "",
        sound_format: str = "ulaw",
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._folder = folder.absolute()
        self._seen_as = str(self._folder) if seen_as in ("", str(folder)) else seen_as.rstrip("/")
        self._clock = clock
        self._format = format_named(sound_format)
        self._most_bytes = most_bytes

    async def find(self, key: str) -> Kept | None:
        """The sound of a key, marked as used now."""
        return await self._in_thread(lambda: self._find(key))

    async def keep(self, key: str, clip: Clip) -> Kept:
        """Writes a clip in the telephone's format."""
        return await self._in_thread(lambda: self._write(key, self._format.encode(clip)))

    async def join(self, key: str, parts: Sequence[str | float]) -> Kept:
        """Writes one sound made of others and of silence."""
        return await self._in_thread(lambda: self._write(key, self._joined(parts)))

    async def tidy(self, used: Collection[str]) -> set[str]:
        """Marks what is used, takes out what is old, and tells what is missing."""
        return await self._in_thread(lambda: self._tidy(used))

    async def forget(self, key: str) -> None:
        """Takes a sound out."""
        await self._in_thread(lambda: self._path(key).unlink(missing_ok=True))

    def path(self, key: str) -> Path:
        """The file of a key, as this process sees it."""
        return self._path(key)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"'{key}' is not a key")
        return self._folder / key[-2:] / f"{key}.{self._format.name}"

    def _kept(self, key: str, size: int) -> Kept:
        return Kept(key, Sound(f"{self._seen_as}/{key[-2:]}/{key}", self._format.seconds(size)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            hint = (
                "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "look at settings.prompts.cache"
            )
            raise ShelfFailed(f"{self._folder}: {error.strerror or error}", hint=hint) from error

    def _find(self, key: str) -> Kept | None:
        path = self._path(key)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return None
        # A crash of the machine can leave a file without its content; it is made again.
        if self._format.seconds(size) <= 0 or (size - self._format.head) % self._format.width:
            path.unlink(missing_ok=True)
            return None
        self._touch(path)
        return self._kept(key, size)

    def _touch(self, path: Path) -> None:
        now = self._clock.now().timestamp()
        with suppress(FileNotFoundError, PermissionError):
            os.utime(path, (now, now))

    def _write(self, key: str, content: bytes) -> Kept:
        path = self._path(key)
        if not path.parent.is_dir():
            self._make_room(path.parent)
        number, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with open(number, "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), 0o644)  # the telephone system is another user
                self._give(name)
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
        self._touch(path)
        return self._kept(key, len(content))

    def _make_room(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        shared = self._folder.stat().st_mode & stat.S_ISGID
        with suppress(PermissionError):  # another user's process was quicker
            folder.chmod(0o755 | shared)
            self._give(str(folder))

    def _give(self, path: str) -> None:
        """What root makes belongs to the folder's owner, so that the service can look after it."""
        if os.geteuid() == 0:
            owner = self._folder.stat()
            os.chown(path, owner.st_uid, owner.st_gid)

    def _joined(self, parts: Sequence[str | float]) -> bytes:
        sounds = []
        for part in parts:
            if isinstance(part, str):
                path = self._path(part)
                if path.stat().st_size > LARGEST_FILE:
                    raise ShelfFailed(f"{path} is too large to be a prompt")
                sounds.append(self._format.sound_of(path.read_bytes()))
            else:
                sounds.append(self._format.silence(part))
        return self._format.join(sounds)

    def _tidy(self, used: Collection[str]) -> set[str]:
        gone = {key for key in used if self._find(key) is None}
        now = self._clock.now().timestamp()
        files = []
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                seen = path.stat()
                files.append((now - seen.st_mtime, seen.st_size, path))
        files.sort(key=lambda file: file[0])
        total = 0
        for age, size, path in files:
            total += size
            passing = path.name.startswith((ONCE, ".new-"))
            if age > YOUNGEST and (passing or age > OLDEST or total > self._most_bytes):
                path.unlink(missing_ok=True)
                total -= size
        return gone
