"""The parts list: which adapter stands behind which port, for one set of settings. Nothing else decides that."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import Any

import ivr
from ivr.adapters.asterisk.agi import AgiLimits, AgiServer, AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.channels import AmiChannels
from ivr.adapters.asterisk.legs import Legs, Recordings
from ivr.adapters.speech.folder import SoundFolder
from ivr.adapters.speech.pyttsx import Pyttsx3
from ivr.adapters.speech.recorded import RecordedPrompts
from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import SystemClock
from ivr.adapters.system.ids import SystemIds
from ivr.app import flows as flow_files
from ivr.app import sources as outside_sources
from ivr.app.config import Settings
from ivr.app.prompts import known_ahead
from ivr.app.sources import Sources
from ivr.core.base.dialling import DialList
from ivr.core.base.errors import FlowError
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.bundle import Bundle
from ivr.core.flow.model import Flow
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.journal import Journal
from ivr.services.recording.retention import Days, apply_daily
from ivr.services.speech.engine import Engine
from ivr.services.speech.guard import Guarded
from ivr.services.speech.voice import PromptVoice
from ivr.services.world import World

# What `prompts: {order: …}` may name (`ivr.app.config.ENGINES`), and how it is made.
ENGINES: dict[str, Callable[[Settings], Engine]] = {
    "recorded": lambda settings: RecordedPrompts(settings.flows / "prompts"),
    "pyttsx3": lambda settings: Pyttsx3(settings.prompts.voices, rate=settings.prompts.rate),
}


@dataclass(slots=True)
class Parts:
    """Everything that runs, joined; ``state`` is what the health document says first when nothing is amiss."""

    settings: Settings
    world: World
    flows: dict[str, Flow]
    store: SqliteStore
    voice: PromptVoice
    ami: AmiClient
    agi: AgiServer
    calls: CallService
    away: Away
    sources: Sources
    state: str = "starting"

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the calls for as long as the service does."""
        retention = self.settings.retention
        days = Days(retention.calls_days, retention.inputs_days, retention.recordings_days)
        return [
            self.ami.run(),
            self.away.run(),
            self.voice.keep(),
            apply_daily(self.store, self.settings.recordings, days, self.world.clock),
        ]

    def sentences(self) -> Iterator[Sentence]:
        """All that callers may hear and that can be known now: the flows' words, and those that values are made of."""
        return known_ahead(self.flows.values())

    def health(self) -> dict[str, Any]:
        """How the service is: ``ok``, or what is amiss."""
        store = self.store.health()
        voices = self.voice.health()
        amiss = []
        if not self.ami.connected:
            amiss.append("no AMI connection")
        if store.last_error or store.lost:
            amiss.append("the database cannot be written")
        if voices and all(engine.state != "ready" for engine in voices):
            amiss.append("no engine can speak")
        return {
            "status": "degraded" if amiss and self.state == "ok" else self.state,
            "amiss": amiss,
            "version": ivr.__version__,
            "calls": {"here": len(self.calls), "away": len(self.away)},
            "ami": {"connected": self.ami.connected},
            "store": {**asdict(store), "last_write": store.last_write and store.last_write.isoformat()},
            "voice": {engine.engine: engine.state for engine in voices},
            "sources": outside_sources.health(self.sources),
            "flows": sorted(self.flows),
        }


async def build(settings: Settings, stack: AsyncExitStack) -> Parts:
    """Joins the parts; the stack closes what was opened. Raises ConfigError, FlowError, StoreError."""
    bundle = _bundle(settings)
    flows = dict(bundle.flows)
    clock = SystemClock()
    journal = Journal()
    world = World(clock, SystemIds(), journal)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = await stack.enter_async_context(SqliteStore(settings.data / "ivr.db", clock))
    stack.enter_context(journal.subscribe(store.take))
    voice = prompt_voice(settings, clock)
    stack.push_async_callback(voice.aclose)
    ami = AmiClient(settings.ami.host, settings.ami.port, settings.ami.user, settings.ami.secret)
    away = Away(store, AmiChannels(ami), world)
    rules = Rules(settings.calls.longest, settings.zone, settings.currency)

    def flow_for(called: str) -> Flow:
        chosen = bundle.numbers.flow_for(called, "", clock.now(), settings.zone)
        return flows[chosen.flow if chosen else settings.flow]

    sources = await outside_sources.opened(settings, stack)
    calls = CallService(flow_for, world, Ports(voice, DialList(settings.dial), sources), away, rules)
    agi = AgiServer(
        _Taking(calls, Legs(ami, Recordings(settings.recordings, settings.asterisk.recordings))),
        AgiLimits(sessions=settings.agi.most_calls),
    )
    return Parts(settings, world, flows, store, voice, ami, agi, calls, away, sources)


class _Taking:
    """A FastAGI connection becomes a leg, the leg a call; nothing of either is left afterwards."""

    def __init__(self, calls: CallService, legs: Legs) -> None:
        self._calls = calls
        self._legs = legs

    async def __call__(self, session: AgiSession) -> None:
        leg = self._legs.open(session)
        try:
            await self._calls.take(leg)
        finally:
            self._legs.close(leg)


def _bundle(settings: Settings) -> Bundle:
    if not flow_files.files(settings.flows):
        raise FlowError(f"there is no flow in {settings.flows}", hint="`ivr init DIR` writes a sample to begin with")
    found = flow_files.load_folder(settings.flows, settings)
    if found.bundle is None:
        raise FlowError("the flows cannot be run:\n" + "\n".join(found.shown), hint="`ivr check` shows the same")
    return found.bundle


def prompt_voice(settings: Settings, clock: SystemClock) -> PromptVoice:
    """The voice alone: engines in their order, over the shelf of finished sounds."""
    prompts = settings.prompts
    shelf = SoundFolder(
        prompts.cache,
        clock,
        seen_as=settings.asterisk.prompts,
        sound_format=settings.asterisk.sound_format,
        most_bytes=prompts.most_mb * 1024 * 1024,
    )
    engines = [Guarded(ENGINES[name](settings), clock) for name in prompts.order]
    return PromptVoice(engines, shelf, deadline=prompts.deadline)
