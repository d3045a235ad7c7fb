"""The folder of flows and the bundles that were kept of it, to be looked at: nothing here changes what is live.

It works with the service and without it, so that commands can ask when nothing runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ivr.core.base.errors import FlowError, Refused, StoreError
from ivr.core.base.events import to_json
from ivr.core.document.problems import Severity
from ivr.core.flow.bundle import Bundle, Read, is_flow, name_of
from ivr.core.flow.difference import Difference, difference
from ivr.core.flow.publishing import FlowsPublished, How
from ivr.services.flows.ports import Archive, Files, FlowFolder, Live, Publications, Reader

LIVE, FOLDER = "live", "folder"
SHORTEST = 4  # characters of a bundle's name that are enough
FURTHEST = 500  # publications that are looked through


class Condition(StrEnum):
    """How the folder compares with what is live."""

    SAME = "same"
    DRAFT = "draft"  # sound, and published when somebody says so
    WAITING = "waiting"  # sound, and published by itself in a moment, or when the service starts
    BROKEN = "broken"  # a finding forbids it
    REFUSED = "refused"  # a gate forbids it
    ASIDE = "aside"  # set aside by a rollback, until it is changed


@dataclass(frozen=True, slots=True)
class Draft:
    """What is in the folder: its name as a bundle, the bundle or its findings, or why it cannot be read at all."""

    name: str
    stamp: Hashable
    read: Read | None
    trouble: str = ""

    @property
    def bundle(self) -> Bundle | None:
        """The bundle when it can be run."""
        return self.read.bundle if self.read is not None else None

    @property
    def shown(self) -> tuple[str, ...]:
        """The findings as people read them."""
        return (self.trouble,) if self.trouble else self.read.shown if self.read is not None else ()

    def without_sounds(self) -> Draft:
        """The same without the content of recordings, to be remembered."""
        if self.read is None or self.read.bundle is None:
            return self
        return replace(self, read=replace(self.read, bundle=self.read.bundle.without_sounds()))

    @property
    def errors(self) -> tuple[str, ...]:
        """Those of them that forbid to run it."""
        if self.trouble or self.read is None:
            return self.shown
        told = zip(self.read.problems, self.read.shown, strict=True)
        return tuple(shown for problem, shown in told if problem.severity is Severity.ERROR)


class Library:
    """Reads the folder and the archive."""

    def __init__(self, folder: FlowFolder, archive: Archive, publications: Publications, read: Reader) -> None:
        self.folder = folder
        self.archive = archive
        self._publications = publications
        self._read = read
        self._last: Draft | None = None

    async def look(self, *, whole: bool = False) -> Draft:
        """What is in the folder now, with ``whole`` also the content of its recordings.

        What is the same as before is not read again, as far as it is remembered.
        """
        stamp = await self.folder.stamp()
        if not whole and self._last is not None and self._last.stamp == stamp and not self._last.trouble:
            return self._last
        try:
            snapshot = await self.folder.read()
        except FlowError as error:
            return Draft("", stamp, None, str(error))
        name = name_of(snapshot.files)
        last = self._last
        read = last.read if last is not None and last.name == name else await self._read(snapshot.files)
        trouble = "" if any(map(is_flow, snapshot.files)) else "there is no flow in the folder"
        if read is not None and read.bundle is not None:
            read = replace(read, bundle=replace(read.bundle, files=snapshot.files))
        draft = Draft(name, snapshot.stamp, read, trouble)
        self._last = draft.without_sounds()
        return draft if whole else self._last

    async def live(self) -> Live | None:
        """Which bundle is live, as it stands on disk."""
        return await self.archive.live()

    async def kept(self, name: str) -> Bundle:
        """A kept bundle, ready to be run. Raises FlowError when it is not kept, or has findings by now."""
        read = await self._read(await self.archive.files(name))
        if read.bundle is None:
            shown = "\n".join(read.shown)
            raise FlowError(f"the kept flows {name} cannot be run any more:\n{shown}")
        return read.bundle

    async def named(self, given: str) -> str:
        """The whole name of a kept bundle, given the beginning of it, or `live`. Raises Refused."""
        if given == LIVE:
            live = await self.live()
            if live is None:
                raise Refused("nothing was published yet", hint="`ivr flows publish`")
            return live.publication.bundle
        names = await self.archive.names()
        found = [name for name in names if name == given or (len(given) >= SHORTEST and name.startswith(given))]
        if len(found) != 1:
            what = f"several bundles begin with '{given}'" if found else f"no bundle '{given[:40]}' is kept"
            raise Refused(f"{what}.", hint="`ivr flows history` lists them", code="unknown_bundle")
        return found[0]

    async def content(self, given: str) -> tuple[str, Files]:
        """The files of the folder, of the live bundle, or of a kept one, with what they are called."""
        if given == FOLDER:
            snapshot = await self.folder.read()
            return FOLDER, snapshot.files
        name = await self.named(given)
        return name, await self.archive.files(name)

    async def diff(self, old: str, new: str) -> Difference:
        """What is different between two of: `live`, `folder`, a bundle's name."""
        old_name, before = await self.content(old)
        new_name, after = await self.content(new)
        return await asyncio.to_thread(difference, before, after, old_name, new_name)

    async def show(self, given: str, file: str = "") -> dict[str, Any]:
        """The files of a bundle with their sizes, or the text of one of them. Raises Refused for a file it lacks."""
        name, files = await self.content(given)
        if not file:
            return {"bundle": name, "files": {one: len(content) for one, content in files.items()}}
        if file not in files:
            raise Refused(f"there is no {file} in {name}", hint="there is " + ", ".join(files), code="unknown_file")
        if "/" in file:
            raise Refused(f"{file} is a recording", hint="only pages can be shown", code="unknown_file")
        return {"bundle": name, "file": file, "text": files[file].decode("utf-8", "replace")}

    async def history(self, most: int) -> list[FlowsPublished]:
        """The latest publications, newest first. Raises StoreError."""
        return await self._publications.publications(most)

    async def before(self, live: Live) -> str:
        """The bundle that was published before the live one, rollbacks left aside. Raises Refused when none is kept."""
        kept = set(await self.archive.names())
        now = live.publication.bundle
        try:
            published = [one.bundle for one in await self.history(FURTHEST) if one.how != How.ROLLED_BACK]
        except StoreError:
            published = []
        earlier = published[published.index(now) + 1 :] if now in published else [live.publication.before]
        found = next((name for name in earlier if name != now and name in kept), "")
        if not found:
            raise Refused("there is nothing to go back to: no earlier flows are kept")
        return found

    async def condition(self, draft: Draft, live: Live | None, on_save: bool) -> Condition:
        """How the folder compares with what is live, as far as no gate has judged it."""
        if live is not None and draft.name == live.publication.bundle:
            return Condition.SAME
        if live is not None and draft.name and draft.name == live.aside:
            return Condition.ASIDE
        if draft.bundle is None or draft.trouble:
            return Condition.BROKEN
        return Condition.WAITING if on_save else Condition.DRAFT

    async def status(self, on_save: bool) -> dict[str, Any]:
        """What is live and how the folder compares with it, as a JSON object."""
        live, draft = await self.live(), await self.look()
        condition = await self.condition(draft, live, on_save)
        return {
            "live": document(live.publication) if live is not None else None,
            "on_save": on_save,
            "folder": {
                "state": condition,
                "bundle": draft.name,
                "findings": list(draft.shown),
                "verdicts": {},
                "words": "",
            },
            "editions": [],
        }


def as_document(found: Difference) -> dict[str, Any]:
    """A difference as a JSON object."""
    return {"text": found.text, "added": found.added, "changed": found.changed, "gone": found.gone}


def document(publication: FlowsPublished) -> dict[str, Any]:
    """A publication as a JSON object."""
    return {name: value for name, value in to_json(publication).items() if name != "event"}
