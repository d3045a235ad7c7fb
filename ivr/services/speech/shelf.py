"""Where finished sounds are kept, by key, in the telephone's format."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.core.audio.clip import Clip
from ivr.core.base.errors import IvrError
from ivr.services.ports import Sound

ONCE = "once-"
"""Prefix of the keys of sounds that are for one use and are taken away soon."""


class ShelfFailed(IvrError):
    """A sound cannot be written or read: the disk is full, or the folder may not be used."""

    code = "shelf"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sound on the shelf."""

    key: str
    sound: Sound


class Shelf(Protocol):
    """Finished sounds. Several processes may use one shelf: what is there under a key is always whole."""

    async def find(self, key: str) -> Kept | None:
        """The sound of a key, or None when it is not there or is damaged."""
        ...

    async def keep(self, key: str, clip: Clip) -> Kept:
        """Writes a clip. Raises ShelfFailed."""
        ...

    async def join(self, key: str, parts: Sequence[str | float]) -> Kept:
        """Writes one sound made of others (keys) and of seconds of silence. Raises ShelfFailed, also when a part is
        not there any more."""
        ...

    async def tidy(self, used: Collection[str]) -> set[str]:
        """Marks ``used`` as used now and takes out what was used longest ago beyond the shelf's size; gives the
        keys of ``used`` that are not there any more."""
        ...

    async def forget(self, key: str) -> None:
        """Takes a sound out; nothing happens when it is not there."""
        ...
