"""What publishing flows needs of the world: the folder that people edit, and the bundles that were kept of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.core.flow.bundle import Bundle, Read
from ivr.core.flow.publishing import FlowsPublished, Verdict

Files = Mapping[str, bytes]
Reader = Callable[[Files], Awaitable[Read]]
"""Reads a folder's content as a bundle, off the event loop."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder's content at one moment; the stamp is another one when anything has changed."""

    files: Files
    stamp: Hashable


class FlowFolder(Protocol):
    """The folder of flows that people edit."""

    async def read(self) -> Snapshot:
        """Everything in it, as it was at one moment. Raises FlowError."""
        ...

    async def stamp(self) -> Hashable:
        """What it looks like now, without reading it; a folder that cannot be looked at has a stamp, too."""
        ...

    async def changed(self, since: Hashable) -> Hashable:
        """Waits until it looks different and nobody writes any more; what it looks like then."""
        ...


@dataclass(frozen=True, slots=True)
class Live:
    """Which bundle is live, as it stands on disk: how it became so, and content that was set aside by a rollback."""

    publication: FlowsPublished
    aside: str = ""


class Archive(Protocol):
    """Every bundle that was live, as files, and a note of the one that is. All raise FlowError when the disk fails."""

    async def keep(self, name: str, files: Files) -> None:
        """Keeps a bundle, wholly or not at all; does nothing when it is kept already."""
        ...

    async def files(self, name: str) -> Files:
        """The content of a kept bundle. Raises FlowError when it is not kept, or damaged."""
        ...

    async def names(self) -> list[str]:
        """The kept bundles, the one that was live last at the end."""
        ...

    async def live(self) -> Live | None:
        """Which one is live; None before the first publication."""
        ...

    async def set_live(self, live: Live) -> None:
        """Notes which one is live, at one stroke; other bundles may be dropped that were live long ago."""
        ...

    async def tidy(self, used: Collection[str]) -> None:
        """Drops the oldest bundles beyond those that are to be kept, but none that is used or live."""
        ...


class Publications(Protocol):
    """The publications that are kept."""

    async def publications(self, most: int) -> list[FlowsPublished]:
        """The latest ones, newest first. Raises StoreError."""
        ...


class Gate(Protocol):
    """Judges flows before they become live; scenarios and replay are gates."""

    @property
    def name(self) -> str:
        """A word for people: ``scenarios``."""
        ...

    @property
    def binding(self) -> bool:
        """Whether its no keeps flows from becoming live."""
        ...

    async def judge(self, bundle: Bundle, live: Bundle | None) -> Verdict:
        """What it thinks of a bundle that is to take the place of the live one; ends within a bounded time."""
        ...
