"""Published bundles as folders, each under its name, which is made of its content.

::

    bundles/
      1a2b3c4d5e6f/main.yaml, prompts/en/…     a bundle
      objects/…                                recordings, each once: bundles have hard links to them
      live.json                                which bundle is live, and how it became so

A bundle is written into a folder of another name, brought to the disk, and renamed; ``live.json`` likewise. So whatever
moment a crash or a kill chooses, a bundle is there wholly or not at all, and the one that is live is one that is there.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ivr.core.base.errors import FlowError
from ivr.core.base.events import from_json, to_json
from ivr.core.flow.bundle import name_of
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.flows.ports import Live

T = TypeVar("T")

KEPT = 50
LIVE = "live.json"
OBJECTS = "objects"
NEW = ".new-"
_NAME = re.compile(r"[0-9a-f]{12}")


class BundleFolder:
    """An `Archive` in a folder; one process writes it, any may read it."""

    def __init__(self, folder: Path, *, most: int = KEPT) -> None:
        self._folder = folder.absolute()
        self._most = most

    def prompts(self, name: str) -> Path:
        """The folder of a kept bundle's recordings."""
        return self._path(name) / "prompts"

    async def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Keeps a bundle, wholly or not at all."""
        await self._in_thread(lambda: self._keep(name, files))

    async def files(self, name: str) -> Mapping[str, bytes]:
        """The content of a kept bundle."""
        return await self._in_thread(lambda: self._files(name))

    async def names(self) -> list[str]:
        """The kept bundles, the one that was live last at the end."""
        return await self._in_thread(self._names)

    async def live(self) -> Live | None:
        """Which one is live."""
        return await self._in_thread(self._live)

    async def set_live(self, live: Live) -> None:
        """Notes which one is live."""
        await self._in_thread(lambda: self._set_live(live))

    async def tidy(self, used: Collection[str]) -> None:
        """Drops bundles that were live long ago, what a kill has left, and recordings that no bundle has."""
        await self._in_thread(lambda: self._tidy(set(used)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            hint = "free some space" if full else "the service's user needs to write there"
            raise FlowError(f"{self._folder}: {error.strerror or error}", hint=hint) from error

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FlowError(f"'{name[:40]}' is not the name of a bundle", hint="`ivr flows history` lists them")
        return self._folder / name

    def _keep(self, name: str, files: Mapping[str, bytes]) -> None:
        goal = self._path(name)
        if goal.is_dir():
            with suppress(FlowError):
                self._files(name)
                return
            shutil.rmtree(goal)  # somebody changed it, or the disk did
        self._folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=NEW, dir=self._folder))
        try:
            for name_of_file, content in files.items():
                path = making / _inside(name_of_file)
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.parent == making:
                    _written(path, content)
                else:
                    self._write_sound(path, content)
            for folder in (*(path for path in making.rglob("*") if path.is_dir()), making):
                _sync(folder)
            making.chmod(0o755)
            making.rename(goal)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        _sync(self._folder)

    def _write_sound(self, path: Path, content: bytes) -> None:
        """Links a recording to the one copy that all bundles share."""
        kept = self._folder / OBJECTS / blake2b(content, digest_size=16).hexdigest()
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            making = kept.with_name(f"{NEW}{kept.name}")
            _written(making, content)
            making.rename(kept)
        try:
            path.hardlink_to(kept)
        except OSError:  # no hard links here, or too many of one file
            _written(path, content)

    def _files(self, name: str) -> Mapping[str, bytes]:
        folder = self._path(name)
        if not folder.is_dir():
            raise FlowError(f"the bundle {name} is not kept", hint="`ivr flows history` lists those that are")
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        if name_of(found) != name:
            raise FlowError(f"the kept bundle {name} is damaged", hint=f"{folder} was changed by hand; publish again")
        return found

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        found = [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
        return [path.name for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def _live(self) -> Live | None:
        try:
            document = json.loads((self._folder / LIVE).read_text(encoding="utf-8"))
            publication = from_json(document["publication"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            hint = "take it out, and start the service: it begins with the folder of flows"
            raise FlowError(f"{self._folder / LIVE} cannot be read: {error}", hint=hint) from error
        if not isinstance(publication, FlowsPublished):
            raise FlowError(f"{self._folder / LIVE} is not what was written", hint="take it out")
        return Live(publication, str(document.get("aside", "")))

    def _set_live(self, live: Live) -> None:
        document = {"publication": to_json(live.publication), "aside": live.aside}
        making = self._folder / f"{NEW}{LIVE}"
        _written(making, json.dumps(document, ensure_ascii=False, indent=2).encode())
        os.utime(self._path(live.publication.bundle))  # the newest of all
        making.rename(self._folder / LIVE)
        _sync(self._folder)

    def _tidy(self, used: set[str]) -> None:
        live = self._live()
        used |= {live.publication.bundle} if live else set()
        names = self._names()
        for name in names[: max(0, len(names) - self._most)]:
            if name not in used:
                shutil.rmtree(self._folder / name, ignore_errors=True)
        for left in self._folder.glob(f"{NEW}*"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
        for kept in (self._folder / OBJECTS).glob("*"):
            if kept.stat().st_nlink == 1:
                kept.unlink(missing_ok=True)


def _inside(name: str) -> Path:
    """A file's name as a path that cannot lead out of its folder."""
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise FlowError(f"'{name}' is no name of a file in a bundle")
    return Path(*parts)


def _written(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
