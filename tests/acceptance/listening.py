"""A caller with ears: what was said is recognised in the sound that the phone received.

The sound of a sentence is asked of a voice of the test's own, which shares the shelf of finished sounds with the
service (the engine speaks no sentence twice alike); nothing that the service says of its calls is believed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.speech.folder import SoundFolder
from ivr.adapters.speech.pyttsx import Pyttsx3
from ivr.adapters.store import reading
from ivr.adapters.system.clock import SystemClock
from ivr.app.lab import ears as ears_of
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall
from ivr.core.audio.clip import Clip
from ivr.core.audio.match import Heard, heard
from ivr.core.base.events import Event
from ivr.core.calls.verbs import Sentence, Text
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.speech.guard import Guarded
from ivr.services.speech.voice import PromptVoice


class Ears:
    """Finds English sentences in what a phone heard."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self._voice = PromptVoice(
            [Guarded(Pyttsx3(rate=170), clock)], SoundFolder(folder, clock, sound_format="ulaw"), deadline=15
        )
        self._ears = ears_of.Ears(self._voice)

    async def aclose(self) -> None:
        """Ends the engine."""
        await self._voice.aclose()

    async def sound(self, text: str, language: str = "en") -> Clip:
        """What a sentence sounds like on a telephone."""
        return await self._ears.clip(Sentence(language, (Text(text),)))

    async def hears(self, call: LabCall, text: str, *, within: float = 15.0, part: float = 0.5) -> Heard:
        """Waits until a sentence was heard, at least ``part`` of it. Fails when it does not come."""
        wanted = await self.sound(text)
        found = await self._ears.find(call, wanted, seconds=part * wanted.seconds, within=within)
        assert found is not None, f"{text!r} was not heard within {within:g} s"
        return found

    async def heard(self, clip: Clip, text: str) -> Heard | None:
        """How much of a sentence is in a recording."""
        wanted = await self.sound(text)
        return heard(wanted.samples, clip.samples, clip.rate)


@asynccontextmanager
async def ears(folder: Path) -> AsyncIterator[Ears]:
    """Ears for the length of a block."""
    listening = Ears(folder)
    try:
        yield listening
    finally:
        await listening.aclose()


@dataclass(frozen=True, slots=True)
class Book:
    """What the service wrote down, read from its database."""

    lab: Lab

    @property
    def path(self) -> Path:
        """The database."""
        return self.lab.plan.folder / "data" / "ivr.db"

    async def call_of(self, caller: str, *, within: float = 10.0, open_too: bool = False) -> CallSummary:
        """The one call of a caller, once it has its end."""
        for _ in range(round(within / 0.2)):
            found = await self._calls(caller)
            if found and (open_too or found[0].ended_at is not None):
                assert len(found) == 1, found
                return found[0]
            await asyncio.sleep(0.2)
        raise AssertionError(f"no call of {caller} was ended within {within:g} s")

    async def _calls(self, caller: str) -> list[CallSummary]:
        return await asyncio.to_thread(reading.calls, self.path, Wanted(caller=caller))

    async def events(self, call_id: str) -> list[Event]:
        """Everything that was kept of a call."""
        return await asyncio.to_thread(reading.events, self.path, call_id)

    def everything_written(self) -> bytes:
        """All bytes of the database and the service's log."""
        files = [*self.path.parent.glob("ivr.db*"), self.lab.service.log]
        return b"".join(file.read_bytes() for file in files)
