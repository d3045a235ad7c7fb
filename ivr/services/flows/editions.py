"""Which flows a call runs: those that are live when it begins, to its end.

Theory of operation. An *edition* is a bundle with a voice of its own, because the recordings belong to the bundle. One
is live; `Editions.swap` puts another in its place between two steps of the event loop, so every call begins with the
one or the other. A call holds a `Pin` on its edition; an edition that is not live any more is forgotten when its last
call is over. Flows that are entered by others are of the same bundle, so the pin holds for them, too.

A call that comes back after the service was restarted is pinned to the bundle that it began with, while that is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.base.errors import FlowError
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.bundle import Bundle
from ivr.core.flow.model import Flow
from ivr.services.ports import Caller, Voice
from ivr.services.speech.ahead import known_ahead
from ivr.services.speech.engine import Health

log = logging.getLogger(__name__)

PREPARE_WITHIN = 600.0  # seconds; what is not made by then is made when a caller needs it
UPKEEP = 300.0
PROGRESS_EVERY = 50
AT_ONCE = 100  # sentences between two looks at the rest of the service


class EditionVoice(Voice, Protocol):
    """The voice of one edition."""

    async def tidy(self) -> None:
        """Looks after the sounds that it has made."""
        ...

    @property
    def unspoken(self) -> list[Sentence]:
        """The sentences that should have been made ahead and could not be."""
        ...

    def health(self) -> list[Health]:
        """How each engine is."""
        ...


@dataclass(slots=True, eq=False)
class Edition:
    """A bundle that calls run; ``calls`` are those that hold it now."""

    bundle: Bundle
    voice: EditionVoice
    calls: int = 0


@dataclass(slots=True)
class Pin:
    """A call's hold on an edition, and the flow that it runs; without a ``voice`` it has the service's own."""

    flow: Flow
    bundle: str
    voice: Voice | None
    release: Callable[[], None]


class Flows(Protocol):
    """What a call asks for its flow."""

    def take(self, caller: Caller, at: datetime) -> Pin:
        """The flow of a call that begins now."""
        ...

    async def again(self, caller: Caller, at: datetime, bundle: str, flow: str) -> Pin:
        """The flow of a call that comes back, which began with a flow of a bundle."""
        ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers numbers that no line is for, and the zone (IANA) of calendars that name none."""

    flow: str
    zone: str


class Editions:
    """The live edition, and those that calls still run."""

    def __init__(
        self,
        voice: Callable[[Bundle], EditionVoice],
        kept: Callable[[str], Awaitable[Bundle]],
        answering: Answering,
    ) -> None:
        self._voice = voice
        self._kept = kept
        self._answering = answering
        self._live: Edition | None = None
        self._used: dict[str, Edition] = {}
        self._loading = asyncio.Lock()

    @property
    def live(self) -> Edition:
        """The edition that new calls run. Raises FlowError before there is one."""
        if self._live is None:
            raise FlowError("no flows are live yet")
        return self._live

    @property
    def bundle(self) -> Bundle | None:
        """The live bundle; None before there is one."""
        return self._live.bundle if self._live is not None else None

    def made(self, bundle: Bundle) -> Edition:
        """An edition of a bundle, which is not live yet; the one there is when calls run that bundle."""
        return self._used.get(bundle.name) or Edition(bundle.without_sounds(), self._voice(bundle))

    async def prepare(self, edition: Edition, within: float = PREPARE_WITHIN) -> int:
        """Makes an edition's sounds ahead, for so many seconds; how many sentences have none."""

        def progress(done: int, total: int) -> None:
            if done == total or done % PROGRESS_EVERY == 0:
                log.info("prompts: %d of %d ready", done, total)

        try:
            async with asyncio.timeout(within):
                failed = await edition.voice.prepare(await _sentences(edition.bundle), progress)
        except TimeoutError:
            log.warning("not all prompts were made within %g s; the others are made when they are needed", within)
            return 0
        if failed:
            log.warning("%d sentences have no sound; `ivr prompts` lists them", failed)
        return failed

    def swap(self, edition: Edition) -> None:
        """Makes an edition live: every call that begins from now on runs it."""
        before, self._live = self._live, edition
        self._used[edition.bundle.name] = edition
        if before is not None and before is not edition:
            self._forget(before)

    def take(self, caller: Caller, at: datetime) -> Pin:
        """The flow of a call that begins now."""
        return self._pin(self.live, caller, at, "")

    async def again(self, caller: Caller, at: datetime, bundle: str, flow: str) -> Pin:
        """The flow of a call that comes back: of its own bundle while that is kept, else of the live one."""
        edition = self._used.get(bundle) or (await self._from_archive(bundle) if bundle else None)
        return self._pin(edition or self.live, caller, at, flow)

    async def _from_archive(self, name: str) -> Edition | None:
        async with self._loading:  # many calls come back at once
            if name in self._used:
                return self._used[name]
            try:
                edition = self.made(await self._kept(name))
            except FlowError as error:
                log.warning("calls that began with the flows %s go on with those that are live: %s", name, error)
                return None
            return self._used.setdefault(name, edition)

    def _pin(self, edition: Edition, caller: Caller, at: datetime, known: str) -> Pin:
        flow = self._chosen(edition.bundle, caller, at, known)
        edition.calls += 1
        self._used.setdefault(edition.bundle.name, edition)
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                edition.calls -= 1
                self._forget(edition)

        return Pin(flow, edition.bundle.name, edition.voice, release)

    def _chosen(self, bundle: Bundle, caller: Caller, at: datetime, known: str) -> Flow:
        if known in bundle.flows:
            return bundle.flows[known]
        chosen = bundle.numbers.flow_for(caller.called, caller.number, at, self._answering.zone)
        return bundle.flows[chosen.flow if chosen is not None else self._answering.flow]

    def _forget(self, edition: Edition) -> None:
        """Lets an edition go that no call runs and that is not live."""
        name = edition.bundle.name
        if not edition.calls and edition is not self._live and self._used.get(name) is edition:
            del self._used[name]

    def in_use(self) -> list[Edition]:
        """Every edition that is live or has calls."""
        return list(self._used.values())

    async def keep(self, every: float = UPKEEP) -> None:
        """Looks after the sounds of all editions until cancelled: call it once, beside the service."""
        while True:
            await asyncio.sleep(every)
            for edition in self.in_use():
                await edition.voice.tidy()


async def _sentences(bundle: Bundle) -> list[Sentence]:
    """All that callers may hear, gathered in small parts: a large folder must not hold up living calls."""
    found: dict[Sentence, None] = {}
    for number, sentence in enumerate(known_ahead(bundle.flows.values(), bundle.setup), 1):
        found[sentence] = None
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    return list(found)
