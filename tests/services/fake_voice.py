"""A voice with everything behind it replaced: engines that do as they are told, a shelf in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ivr.adapters.system.clock import LoopClock
from ivr.core.audio.clip import Clip, tone
from ivr.core.calls.verbs import Sentence
from ivr.services.ports import Sound
from ivr.services.speech.engine import CannotSpeak, Capabilities, InstalledVoice
from ivr.services.speech.guard import Guarded
from ivr.services.speech.shelf import Kept, ShelfFailed
from ivr.services.speech.voice import PromptVoice


class MemoryShelf:
    """Sounds as the list of what they are made of."""

    def __init__(self) -> None:
        self.sounds: dict[str, list[Any]] = {}
        self.full = False
        self.asked: list[str] = []

    async def find(self, key: str) -> Kept | None:
        self.asked.append(key)
        return Kept(key, Sound(key, 1.0)) if key in self.sounds else None

    async def keep(self, key: str, clip: Clip) -> Kept:
        return self._put(key, [clip])

    async def join(self, key: str, parts: Sequence[str | float]) -> Kept:
        if any(isinstance(part, str) and part not in self.sounds for part in parts):
            raise ShelfFailed("a sound is missing")
        return self._put(key, list(parts))

    def _put(self, key: str, made: list[Any]) -> Kept:
        if self.full:
            raise ShelfFailed("the disk is full")
        self.sounds[key] = made
        return Kept(key, Sound(key, 1.0))

    async def tidy(self, used: Collection[str]) -> set[str]:
        return set(used) - self.sounds.keys()

    async def forget(self, key: str) -> None:
        self.sounds.pop(key, None)


@dataclass
class FakeEngine:
    """Speaks what it knows, or everything, after ``takes`` seconds; fails while ``broken`` is set."""

    name: str = "engine"
    known: set[str] | None = None
    takes: float = 0.02
    broken: Exception | None = None
    clip: Clip = field(default_factory=lambda: tone(440, 1.0))
    asked: list[str] = field(default_factory=list)
    voice: str = "one"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(self.name, any_text=self.known is None, longest_text=100)

    async def identity(self, text: str, language: str) -> str | None:
        if language == "xx":
            raise CannotSpeak("no voice for xx")
        return f"{self.name} {self.voice}" if self.known is None or text in self.known else None

    async def speak(self, text: str, language: str, within: float) -> Clip:
        self.asked.append(text)
        await asyncio.sleep(self.takes)
        if self.broken:
            raise self.broken
        return self.clip

    async def voices(self) -> list[InstalledVoice]:
        return []

    async def aclose(self) -> None:
        pass


class Room:
    """A voice with fakes behind it, on virtual time."""

    def __init__(self, *engines: FakeEngine, **settings: Any) -> None:
        clock = LoopClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.shelf = MemoryShelf()
        self.guards = [Guarded(engine, clock) for engine in engines]
        self.voice = PromptVoice(self.guards, self.shelf, **settings)

    async def prepare(self, *sentences: Sentence) -> int:
        return await self.voice.prepare(sentences, lambda done, total: None)
