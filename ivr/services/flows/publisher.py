"""How flows become live: checked, judged by the gates, made ready, swapped — or nothing has changed.

Theory of operation::

    folder changed ─┐
    somebody asks ──┴► look ─► check ─► gates ─► keep ─► prompts ─► note it on disk ─► swap ─► tell

One at a time: whoever comes while another is on its way waits, and then sees the folder as it is by then. A folder that
was changed again while its prompts were made is left, and looked at anew. Up to the note on disk nothing is live that
was not; after it the next start begins with the new flows, so a kill at any moment leaves the one or the other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ivr.core.base.errors import FlowError, IvrError, Refused, StoreError
from ivr.core.flow.bundle import Bundle
from ivr.core.flow.publishing import FlowsPublished, FlowsRefused, How, Verdict, told
from ivr.services.flows.editions import Editions
from ivr.services.flows.library import Condition, Draft, Library
from ivr.services.flows.ports import Gate, Live
from ivr.services.world import World

log = logging.getLogger(__name__)

MOST_WORDS = 500  # characters of what somebody says about a publication
FOLDER = "the folder"  # who publishes what is saved there
_SAME_MOMENT = timedelta(milliseconds=1)  # what the store cuts off


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants flows to be live, and what they say about it; ``because`` overrules binding gates."""

    by: str = FOLDER
    note: str = ""
    because: str = ""

    def bounded(self) -> Wish:
        """The same with words of a bearable length."""
        cut = (" ".join(text.split())[:MOST_WORDS] for text in (self.by, self.note, self.because))
        return Wish(*cut)


class _Superseded(Exception):
    """The folder was changed while its flows were made ready."""


class Publisher:
    """Puts flows into the place of the live ones; all raise FlowError for what the disk does not allow."""

    def __init__(
        self, library: Library, editions: Editions, gates: Sequence[Gate], world: World, *, on_save: bool
    ) -> None:
        self._library = library
        self._editions = editions
        self._gates = gates
        self._world = world
        self._on_save = on_save
        self._lock = asyncio.Lock()
        self._live: Live | None = None
        self._seen: Hashable = None
        self._draft: Draft | None = None
        self._verdicts: tuple[Verdict, ...] = ()
        self._refused = ""  # the content that was told to be refused
        self._why = ""

    async def open(self) -> None:
        """Finds the flows to begin with: the folder's or the last ones. Raises FlowError when none can be run."""
        async with self._lock:
            self._live = await self._known()
            draft = await self._look()
            if self._live is None or (self._on_save and draft.name != self._live.aside):
                try:
                    await self._begin(draft)
                    return
                except FlowError as error:
                    if self._live is None:
                        raise
                    self._tell_refused(draft, error.message)
            await self._begin_with_last()

    async def prepare(self) -> None:
        """Makes the sounds of the flows that the service begins with."""
        await self._editions.prepare(self._editions.live)

    async def watch(self) -> None:
        """Publishes what is saved in the folder, until cancelled; ends at once when that is not wanted."""
        while self._on_save:
            await self._library.folder.changed(self._seen)
            async with self._lock:
                try:
                    await self._saved()
                except _Superseded:
                    log.info("the flows were changed again while they were made ready")
                except IvrError as error:
                    self._tell_refused(self._draft, error.message)
                except Exception:
                    log.exception("the changed flows could not be taken in; those that are live go on")

    async def publish(self, wish: Wish) -> FlowsPublished:
        """Makes the folder's flows live. Raises Refused when they are, have mistakes, or a binding gate forbids it."""
        wish = wish.bounded()
        async with self._lock:
            draft = await self._look()
            if self._live is not None and draft.name == self._live.publication.bundle:
                raise Refused("these flows are live already")
            bundle = _sound(draft)
            await self._judge(bundle)
            no = [verdict for verdict in self._verdicts if verdict.forbids]
            if no and not wish.because:
                words = "; ".join(f"{verdict.gate}: {verdict.words}" for verdict in no)
                self._tell_refused(draft, words)
                hint = 'mend it, or overrule with --because "reason", which is kept'
                raise Refused(f"the flows were not published. {words}", hint=hint)
            return await self._become(bundle, How.PUBLISHED, wish)

    async def rollback(self, wish: Wish, given: str = "") -> FlowsPublished:
        """Makes an earlier bundle live, without asking the gates. Raises Refused when there is none that can be run."""
        wish = wish.bounded()
        async with self._lock:
            if self._live is None:
                raise Refused("nothing was published yet")
            name = await (self._library.named(given) if given else self._library.before(self._live))
            if name == self._live.publication.bundle:
                raise Refused("these flows are live already")
            try:
                bundle = await self._library.kept(name)
            except FlowError as error:
                raise Refused(error.message, hint=error.hint) from error
            draft = await self._look()
            self._verdicts = ()
            return await self._become(bundle, How.ROLLED_BACK, wish, aside=draft.name)

    async def status(self) -> dict[str, Any]:
        """What is live, what the folder is, and which flows calls run, as a JSON object."""
        status = await self._library.status(self._on_save)
        if self._draft is not None and status["folder"]["bundle"] == self._draft.name:
            status["folder"]["verdicts"] = told(self._verdicts)
            if self._refused == self._draft.name and status["folder"]["state"] in (Condition.WAITING, Condition.DRAFT):
                status["folder"] |= {"state": Condition.REFUSED, "words": self._why}
        live = self._editions.live
        status["editions"] = [
            {"bundle": edition.bundle.name, "calls": edition.calls, "live": edition is live}
            for edition in self._editions.in_use()
        ]
        return status

    def health(self) -> dict[str, Any]:
        """Which flows are live, and whether the folder's were refused."""
        return {"bundle": self._editions.live.bundle.name, "refused": self._why if self._refused else ""}

    # -- what happens to the folder's content ---------------------------------------------------------------------

    async def _look(self) -> Draft:
        draft = await self._library.look(whole=True)
        if self._draft is None or draft.name != self._draft.name:
            self._verdicts = ()
        self._draft, self._seen = draft.without_sounds(), draft.stamp
        return draft

    async def _saved(self) -> None:
        draft = await self._look()
        live = self._live
        if live is not None and draft.name == live.publication.bundle:
            self._refused = ""
            if live.aside:  # whoever edits has come to the same flows as the rollback
                self._live = replace(live, aside="")
                await self._library.archive.set_live(self._live)
            return
        if live is not None and draft.name and draft.name == live.aside:
            return
        bundle = _sound(draft)
        await self._judge(bundle)
        self._forbidden()
        await self._become(bundle, How.SAVED, Wish(), unless_changed=draft.stamp)

    async def _judge(self, bundle: Bundle, *, advice: bool = True) -> None:
        self._verdicts = ()
        for gate in self._gates:
            if not (gate.binding or advice):
                continue
            verdict = await gate.judge(bundle, self._editions.bundle)
            self._verdicts += (replace(verdict, binding=gate.binding),)
            if not verdict.passed:
                log.warning("%s: %s", gate.name, verdict.words)

    def _forbidden(self) -> None:
        """Raises FlowError when a binding gate forbids these flows."""
        for verdict in self._verdicts:
            if verdict.forbids:
                hint = "mend it, or make the gate advisory under publish: in the settings"
                raise FlowError(f"{verdict.gate}: {verdict.words}", hint=hint)

    async def _become(
        self, bundle: Bundle, how: How, wish: Wish, *, aside: str = "", unless_changed: Hashable = None
    ) -> FlowsPublished:
        """Makes a bundle live; nothing has changed when this fails."""
        archive = self._library.archive
        await archive.keep(bundle.name, bundle.files)
        edition = self._editions.made(bundle)
        if how is not How.STARTED:  # at the start the control API answers first
            await self._editions.prepare(edition)
        if unless_changed is not None and await self._library.folder.stamp() != unless_changed:
            raise _Superseded
        publication = FlowsPublished(
            at=self._world.clock.now(),
            bundle=bundle.name,
            how=how,
            before=self._live.publication.bundle if self._live is not None else "",
            by=wish.by,
            note=wish.note,
            because=wish.because,
            verdicts=told(self._verdicts),
        )
        live = Live(publication, aside)
        await archive.set_live(live)
        self._editions.swap(edition)
        self._live, self._refused = live, ""
        self._world.journal.publish(publication)
        log.info("the flows %s are live (%s by %s)", bundle.name, how, wish.by)
        await archive.tidy([one.bundle.name for one in self._editions.in_use()])
        return publication

    def _tell_refused(self, draft: Draft | None, words: str) -> None:
        """Tells once for each content that it did not become live."""
        name = draft.name if draft is not None else ""
        content = name or words
        if self._refused == content:
            return
        self._refused, self._why = content, words.partition("\n")[0]
        findings = draft.errors if draft is not None else ()
        log.error("the flows in the folder are not live, those before go on: %s", "\n".join([self._why, *findings]))
        gate = next((verdict.gate for verdict in self._verdicts if verdict.forbids), "")
        now = self._world.clock.now()
        self._world.journal.publish(
            FlowsRefused(at=now, bundle=name, findings=len(findings), gate=gate, words=self._why[:MOST_WORDS])
        )

    # -- the start ------------------------------------------------------------------------------------------------

    async def _known(self) -> Live | None:
        """What was live before the service began; a publication that was not kept by the store is told again."""
        try:
            live = await self._library.live()
        except FlowError as error:
            log.error("which flows were live is not known any more: %s", error)
            return await self._presumed()
        if live is not None:
            try:
                last = await self._library.history(1)
            except StoreError as error:
                log.warning("the publications cannot be read: %s", error)
                return live
            if not last or not _is_same(last[0], live.publication):
                self._world.journal.publish(live.publication)
        return live

    async def _presumed(self) -> Live | None:
        """The bundle that was live last as far as the archive shows; None when it has none."""
        names = await self._library.archive.names()
        if not names:
            return None
        note = "which flows were live was not known any more"
        live = Live(FlowsPublished(at=self._world.clock.now(), bundle=names[-1], how=How.STARTED, note=note))
        await self._library.archive.set_live(live)
        self._world.journal.publish(live.publication)
        return live

    async def _begin(self, draft: Draft) -> None:
        """Begins with the folder's flows. Raises FlowError when they cannot be run."""
        bundle = _sound(draft)
        if self._live is not None and draft.name == self._live.publication.bundle:
            await self._library.archive.keep(bundle.name, bundle.files)
            self._editions.swap(self._editions.made(bundle))
            return
        await self._judge(bundle, advice=False)  # callers wait for the service: nobody would read the advice now
        self._forbidden()
        await self._become(bundle, How.STARTED, Wish())

    async def _begin_with_last(self) -> None:
        """Begins with the flows that were live before, or with the latest that can be run."""
        assert self._live is not None
        last = self._live.publication.bundle
        names = await self._library.archive.names()
        trouble = FlowError(f"the flows {last} are not kept")
        for name in dict.fromkeys([last, *reversed(names)]):
            try:
                bundle = await self._library.kept(name)
            except FlowError as error:
                log.error("%s", error)
                trouble = error
                continue
            self._editions.swap(self._editions.made(bundle))
            if name != last:
                log.error("the flows %s cannot be run, %s answer calls", last, name)
            return
        raise trouble


def _sound(draft: Draft) -> Bundle:
    """The folder's bundle. Raises FlowError with its findings, drawn."""
    if draft.bundle is None or draft.trouble:
        shown = "\n".join(draft.errors)
        raise FlowError(f"the flows cannot be run:\n{shown}", hint="`ivr check` shows the same")
    return draft.bundle


def _is_same(kept: FlowsPublished, publication: FlowsPublished) -> bool:
    return kept.bundle == publication.bundle and abs(kept.at - publication.at) <= _SAME_MOMENT
