"""The parts list: which adapter stands behind which port, for one set of settings. Nothing else decides that."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import ivr
from ivr.adapters.asterisk.agi import AgiLimits, AgiServer, AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.channels import AmiChannels
from ivr.adapters.asterisk.legs import Legs
from ivr.adapters.asterisk.recordings import Recordings
from ivr.adapters.asterisk.ringing import AmiRinger, is_agent
from ivr.adapters.files.queue_log import QueueLogFile
from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import SystemClock
from ivr.adapters.system.ids import SystemIds
from ivr.app import publishing
from ivr.app import sources as outside_sources
from ivr.app.config import Settings
from ivr.app.prompts import known_ahead
from ivr.app.sources import Sources
from ivr.app.voices import Voices
from ivr.core.acd.queue_log import QueueLog
from ivr.core.base.dialling import DialList
from ivr.core.base.ids import AgentId
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.model import Flow
from ivr.services.acd.desk import AgentDesk
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.acd.greeting import Greeter
from ivr.services.acd.recall import Recall
from ivr.services.acd.roster import Roster
from ivr.services.announcements.board import Board, Surroundings
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.flows.editions import Editions, EditionVoice
from ivr.services.flows.library import Library
from ivr.services.flows.publisher import Publisher
from ivr.services.journal import Journal
from ivr.services.recording.retention import Days, apply_daily
from ivr.services.world import World


@dataclass(slots=True)
class Parts:
    """Everything that runs, joined; ``state`` is what the health document says first when nothing is amiss."""

    settings: Settings
    world: World
    store: SqliteStore
    library: Library
    editions: Editions
    publisher: Publisher
    ami: AmiClient
    agi: AgiServer
    calls: CallService
    away: Away
    board: Board
    sources: Sources
    acd: Dispatcher
    roster: Roster
    desk: AgentDesk
    recall: Recall
    queue_log: QueueLogFile | None = None
    state: str = "starting"

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the calls for as long as the service does."""
        retention = self.settings.retention
        days = Days(retention.calls_days, retention.inputs_days, retention.recordings_days)
        return [
            self.ami.run(),
            self.away.run(),
            self.board.run(),
            self.acd.run(),
            self.recall.run(),
            self.editions.keep(),
            self.publisher.watch(),
            apply_daily(self.store, self.settings.recordings, days, self.world.clock),
            *([self.queue_log.run()] if self.queue_log is not None else []),
        ]

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows that new calls run."""
        return self.editions.live.bundle.flows

    @property
    def voice(self) -> EditionVoice:
        """The voice of the flows that new calls run."""
        return self.editions.live.voice

    def sentences(self) -> Iterator[Sentence]:
        """All that callers may hear and that can be known now: the flows' words, and those that values are made of."""
        return known_ahead(self.flows.values(), self.editions.live.bundle.setup)

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
        published = self.publisher.health()
        if published["refused"]:
            amiss.append("the flows in the folder are not live (`ivr flows status`)")
        return {
            "status": "degraded" if amiss and self.state == "ok" else self.state,
            "amiss": amiss,
            "version": ivr.__version__,
            "calls": {"here": len(self.calls), "away": len(self.away)},
            "ami": {"connected": self.ami.connected},
            "store": {**asdict(store), "last_write": store.last_write and store.last_write.isoformat()},
            "voice": {engine.engine: engine.state for engine in voices},
            "announcements": len(self.board.now()),
            "sources": outside_sources.health(self.sources),
            "flows": sorted(self.flows),
            "published": published,
        }


async def build(settings: Settings, stack: AsyncExitStack) -> Parts:
    """Joins the parts; the stack closes what was opened. Raises ConfigError, FlowError, StoreError."""
    clock = SystemClock()
    journal = Journal()
    world = World(clock, SystemIds(), journal)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = await stack.enter_async_context(SqliteStore(settings.data / "ivr.db", clock))
    stack.enter_context(journal.subscribe(store.take))
    voices = Voices(settings, clock)
    stack.push_async_callback(voices.aclose)
    library = publishing.library(settings, store)
    editions = publishing.editions(settings, voices, library)
    publisher = publishing.publisher(settings, world, library, editions)
    await publisher.open()
    ami = AmiClient(settings.ami.host, settings.ami.port, settings.ami.user, settings.ami.secret)
    away = Away(store, AmiChannels(ami), world)
    rules = Rules(settings.calls.longest, settings.zone, settings.currency)
    sources = await outside_sources.opened(settings, stack)
    board = Board(store, Surroundings(partial(_languages, editions), lambda: editions.live.voice), world)
    dialplan = DialList(settings.dial)
    legs = Legs(ami, Recordings(settings.recordings, settings.asterisk.recordings))
    ringer = AmiRinger(ami, legs)
    greeter = Greeter(lambda: editions.live.voice)
    acd = Dispatcher(world, ringer, dialplan, lambda: editions.live.bundle.setup, greeter)
    roster = Roster(store, world, lambda: editions.live.bundle.setup, dialplan)
    roster.on_change(acd.changed)
    queue_log = _queue_log(settings, world, roster, stack)
    recall = Recall(store, roster, acd, AmiChannels(ami))
    desk = AgentDesk(acd, roster.get, lambda: editions.live.bundle.setup, world)
    ports = Ports(editions.live.voice, dialplan, sources, board, acd)
    calls = CallService(editions, world, ports, away, rules)
    agi = AgiServer(
        _Taking(calls, legs, ringer),
        AgiLimits(sessions=settings.agi.most_calls),
    )
    return Parts(
        settings, world, store, library, editions, publisher, ami, agi, calls, away, board, sources, acd, roster,
        desk, recall, queue_log,
    )  # fmt: skip


def _queue_log(settings: Settings, world: World, roster: Roster, stack: AsyncExitStack) -> QueueLogFile | None:
    """What writes the queue log along, when there is to be one."""
    if settings.queue_log.file is None:
        return None

    def queues_of(agent_id: AgentId) -> frozenset[str]:
        agent = roster.get(agent_id)
        return agent.queues if agent is not None else frozenset()

    queue_log = QueueLogFile(settings.queue_log.file, QueueLog(queues_of), world.clock)
    stack.push_async_callback(queue_log.aclose)
    stack.enter_context(world.journal.subscribe(queue_log.take))
    return queue_log


def _languages(editions: Editions) -> dict[str, tuple[str, ...]]:
    """The languages of each flow that is live."""
    return {name: flow.languages for name, flow in editions.live.bundle.flows.items()}


class _Taking:
    """A FastAGI connection becomes a leg, the leg a call; nothing of either is left afterwards."""

    def __init__(self, calls: CallService, legs: Legs, ringer: AmiRinger) -> None:
        self._calls = calls
        self._legs = legs
        self._ringer = ringer

    async def __call__(self, session: AgiSession) -> None:
        if is_agent(session):
            await self._ringer.arrived(session)
            return
        leg = self._legs.open(session)
        try:
            await self._calls.take(leg)
        finally:
            self._legs.close(leg)
