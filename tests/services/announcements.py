"""A board on memory ports, for tests on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.store.memory import MemoryStore
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.announcements.announcement import Announcement
from ivr.core.base.errors import StoreError
from ivr.core.base.events import Event
from ivr.core.calls.verbs import Sentence, Text
from ivr.services.announcements.board import Board, Surroundings
from ivr.services.journal import Journal
from ivr.services.scope import running
from ivr.services.world import World

EPOCH = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LANGUAGES = {"main": ("en", "zh"), "shop": ("en",)}


class FullStore(MemoryStore):
    """A store that cannot be written."""

    async def keep_announcement(self, announcement: Announcement) -> None:
        raise StoreError("the disk is full")


@dataclass
class Wall:
    """A board, and what it stands on."""

    world: World
    board: Board
    store: MemoryStore
    events: list[Event] = field(default_factory=list)


@asynccontextmanager
async def a_wall(
    store: MemoryStore | None = None, voice: MemoryVoice | None = None, world: World | None = None
) -> AsyncIterator[Wall]:
    """A board that has recalled what is kept, and runs."""
    world = world or World(LoopClock(EPOCH), CountedIds(), Journal())
    store, spoken = store or MemoryStore(), voice or MemoryVoice()
    board = Board(store, Surroundings(lambda: LANGUAGES, lambda: spoken), world)
    wall = Wall(world, board, store)
    await board.recall()
    with world.journal.subscribe(wall.events.append):
        async with running(board.run()):
            await asyncio.sleep(0)
            yield wall


class Notices:
    """What is announced, as a test says: texts at points of flows."""

    def __init__(self, **texts: str) -> None:
        self.texts = {f"ann_{name}": ("front", text) for name, text in texts.items()}
        self.told: list[Callable[[], None]] = []

    def post(self, name: str, text: str, point: str = "front") -> None:
        """Puts one up."""
        self.texts[f"ann_{name}"] = (point, text)
        for told in tuple(self.told):
            told()

    def in_force(self, flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
        found = [(one, text) for one, (where, text) in self.texts.items() if where == point]
        return [(one, Sentence(language, (Text(text),))) for one, text in found]

    def on_news(self, told: Callable[[], None]) -> Callable[[], None]:
        self.told.append(told)
        return lambda: self.told.remove(told)
