"""The voices of calls: which engine stands behind which name, over one shelf of finished sounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ivr.adapters.speech.folder import SoundFolder
from ivr.adapters.speech.pyttsx import Pyttsx3
from ivr.adapters.speech.recorded import RecordedPrompts
from ivr.adapters.system.clock import SystemClock
from ivr.app.config import Settings
from ivr.services.speech.engine import Engine
from ivr.services.speech.guard import Guarded
from ivr.services.speech.voice import PromptVoice

# What `prompts: {order: …}` may name beside `recorded` (`ivr.app.config.ENGINES`), and how it is made.
ENGINES: dict[str, Callable[[Settings], Engine]] = {
    "pyttsx3": lambda settings: Pyttsx3(settings.prompts.voices, rate=settings.prompts.rate),
}


class Voices:
    """Voices over one shelf of finished sounds and the same engines; the recordings are those of a bundle."""

    def __init__(self, settings: Settings, clock: SystemClock) -> None:
        prompts = settings.prompts
        self._order = prompts.order
        self._clock = clock
        self._deadline = prompts.deadline
        self._shelf = SoundFolder(
            prompts.cache,
            clock,
            seen_as=settings.asterisk.prompts,
            sound_format=settings.asterisk.sound_format,
            most_bytes=prompts.most_mb * 1024 * 1024,
        )
        self._shared = {name: Guarded(make(settings), clock) for name, make in ENGINES.items() if name in prompts.order}

    def over(self, recordings: Path) -> PromptVoice:
        """A voice that takes recordings from a folder."""
        engines = [
            self._shared[name] if name in self._shared else Guarded(RecordedPrompts(recordings), self._clock)
            for name in self._order
        ]
        return PromptVoice(engines, self._shelf, deadline=self._deadline)

    async def aclose(self) -> None:
        """Ends all engines."""
        for engine in self._shared.values():
            await engine.aclose()
