"""A publisher on memory: a folder that a test writes, an archive, gates that say what they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.leg import SOMEBODY, MemoryLeg, Move
from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.store.memory import MemoryStore
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.base.dialling import DialList
from ivr.core.base.errors import FlowError
from ivr.core.base.events import Event
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.bundle import Bundle, Read, read
from ivr.core.flow.publishing import FlowsPublished, FlowsRefused, Verdict
from ivr.core.flow.surroundings import Outside
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.flows.editions import Answering, Editions
from ivr.services.flows.library import Library
from ivr.services.flows.ports import Files, Gate, Live, Snapshot
from ivr.services.flows.publisher import Publisher, Wish
from ivr.services.journal import Journal
from ivr.services.ports import Caller
from ivr.services.speech.engine import Health
from ivr.services.world import World
from tests.services.calls import EPOCH
from tests.virtual_time import run_virtual

ANN = Wish("ann", "a reason")


def page(words: str, more: str = "") -> bytes:
    """A flow that says some words, asks, and says them again."""
    return f"""
flow:
  welcome:
    - say: {words}.
    - menu: Press 1 for {words}.
      options:
        - {{press: 1, go: again}}
      give_up: again
      first_input: 30s
  again:
    - say: Still {words}.
    - hangup
{more}""".encode()


class MemoryFolder:
    """A `FlowFolder` that a test writes."""

    def __init__(self, **pages: bytes) -> None:
        self.files: dict[str, bytes] = {f"{name}.yaml": text for name, text in pages.items()}
        self.broken: FlowError | None = None
        self.version = 0

    def write(self, **pages: bytes) -> None:
        """Changes pages."""
        self.files |= {f"{name}.yaml": text for name, text in pages.items()}
        self.version += 1

    async def read(self) -> Snapshot:
        if self.broken is not None:
            raise self.broken
        return Snapshot(dict(self.files), self.version)

    async def stamp(self) -> Hashable:
        return self.version

    async def changed(self, since: Hashable) -> Hashable:
        while self.version == since:  # noqa: ASYNC110 - as the folder on disk is looked at
            await asyncio.sleep(1)
        return self.version


@dataclass
class MemoryArchive:
    """An `Archive` that outlives the publisher."""

    bundles: dict[str, Files] = field(default_factory=dict)
    note: Live | None = None
    full: bool = False
    damaged: bool = False
    read: list[str] = field(default_factory=list)

    async def keep(self, name: str, files: Files) -> None:
        if self.full:
            raise FlowError("the disk is full")
        self.bundles[name] = dict(files)

    async def files(self, name: str) -> Files:
        self.read.append(name)
        if name not in self.bundles:
            raise FlowError(f"the bundle {name} is not kept")
        return self.bundles[name]

    async def names(self) -> list[str]:
        return list(self.bundles)

    async def live(self) -> Live | None:
        if self.damaged:
            raise FlowError("live.json cannot be read")
        return self.note

    async def set_live(self, live: Live) -> None:
        self.note, self.damaged = live, False
        self.bundles[live.publication.bundle] = self.bundles.pop(live.publication.bundle)

    async def tidy(self, used: Collection[str]) -> None:
        pass


class Voice(MemoryVoice):
    """A voice of one bundle."""

    def __init__(self, takes: float) -> None:
        super().__init__()
        self.takes = takes
        self.made = 0

    async def prepare(self, sentences: Iterable[Sentence], progress: Callable[[int, int], None]) -> int:
        """Takes its time."""
        await asyncio.sleep(self.takes)
        self.made += len(list(sentences))
        return 0

    async def tidy(self) -> None:
        """Nothing."""

    @property
    def unspoken(self) -> list[Sentence]:
        """Nothing."""
        return []

    def health(self) -> list[Health]:
        """No engine."""
        return []


@dataclass
class Saying:
    """A gate that says what a test tells it."""

    name: str = "scenarios"
    binding: bool = True
    passed: bool = True
    words: str = "3 of 3"
    takes: float = 0.0
    judged: list[tuple[str, str]] = field(default_factory=list)
    bug: Exception | None = None

    async def judge(self, bundle: Bundle, live: Bundle | None) -> Verdict:
        self.judged.append((bundle.name, live.name if live is not None else ""))
        await asyncio.sleep(self.takes)
        if self.bug is not None:
            raise self.bug
        return Verdict(self.name, self.passed, self.words)


class House:
    """A service's flows: what is on disk stays when the service is started again."""

    def __init__(self, **pages: bytes) -> None:
        self.folder = MemoryFolder(**pages)
        self.archive = MemoryArchive()
        self.store = MemoryStore()
        self.gates: list[Saying] = []
        self.events: list[Event] = []
        self.voices: dict[str, Voice] = {}
        self.voice_takes = 0.0

    def start(self, *, on_save: bool = True) -> Running:
        """The parts of a service that begins now."""
        return Running(self, on_save)


class Running:
    """One run of the service."""

    def __init__(self, house: House, on_save: bool) -> None:
        self.house = house
        journal = Journal()
        self._listening = ExitStack()
        for listener in (house.events.append, house.store.take):
            self._listening.enter_context(journal.subscribe(listener))
        self.world = World(LoopClock(EPOCH), CountedIds(), journal)

        async def reader(files: Files) -> Read:
            return read(files, Outside(main="main"), folder="flows")

        def voice(bundle: Bundle) -> Voice:
            return house.voices.setdefault(bundle.name, Voice(house.voice_takes))

        library = Library(house.folder, house.archive, house.store, reader)
        self.library = library
        self.editions = Editions(voice, library.kept, Answering("main", "UTC"))
        gates: list[Gate] = list(house.gates)
        self.publisher = Publisher(library, self.editions, gates, self.world, on_save=on_save)
        away = Away(house.store, MemoryChannels(), self.world)
        ports = Ports(MemoryVoice(), DialList([]))
        self.calls = CallService(self.editions, self.world, ports, away, Rules(7200, "UTC", "USD"))

    async def call(self, *script: Move, caller: Caller = SOMEBODY, **changed: Any) -> list[str]:
        """A call from begin to end; what the caller heard."""
        leg = MemoryLeg(script, caller=replace(caller, **changed))
        await self.calls.take(leg)
        return leg.heard

    @property
    def live(self) -> str:
        """The live bundle."""
        return self.editions.live.bundle.name


def virtually(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a test on virtual time."""
    run_virtual(main())


OLD, NEW, NEWER = page("old"), page("new"), page("newer")
BROKEN = page("broken").replace(b"go: again", b"go: nowhere")


def told(house: House) -> list[tuple[str, str]]:
    """How and by whom flows became live."""
    return [(event.how, event.by) for event in house.events if isinstance(event, FlowsPublished)]


def refused(house: House) -> list[FlowsRefused]:
    """What was told to be refused."""
    return [event for event in house.events if isinstance(event, FlowsRefused)]


async def opened(house: House, *, on_save: bool = True) -> Running:
    """The service when it has begun."""
    run = house.start(on_save=on_save)
    await run.publisher.open()
    return run
