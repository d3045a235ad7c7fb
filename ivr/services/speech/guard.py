"""An engine, guarded: texts it cannot take are split, rubbish is noticed, and a failing engine is left in peace.

Theory of operation. Two failures in a row open the circuit: for 5 seconds, doubled with each further failure up to 5
minutes, the engine is not asked at all, so no call waits for it again and again. After that one text is tried while
all others still fail at once; when it is spoken, the circuit is closed.
"""

from __future__ import annotations

import asyncio
import logging
import math

import numpy as np

from ivr.core.audio import level
from ivr.core.audio.clip import TELEPHONE_RATE, Clip, silence
from ivr.core.audio.telephone import resample
from ivr.core.base.clock import Clock
from ivr.services.speech.engine import (
    CannotSpeak,
    Capabilities,
    Engine,
    HasRecordings,
    Health,
    InstalledVoice,
    SpeechFailed,
)
from ivr.services.speech.wording import STOP, split

log = logging.getLogger(__name__)

FAILURES = 2
FIRST_REST = 5.0
LONGEST_REST = 300.0
LONGEST_TEXT = 8000
QUIETEST = -55.0
"""Level in dBFS below which the loudest 20 ms of a sound count as silence."""


class Guarded:
    """Wraps an engine; is one itself."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._failures = 0
        self._rests_until = -math.inf
        self._trying = False
        self._trouble = ""

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""
        return self._engine.capabilities

    @property
    def rest(self) -> float:
        """Seconds until it is asked again; 0 when it may be asked now."""
        return max(0.0, self._rests_until - self._clock.monotonic())

    def health(self) -> Health:
        """How the engine is."""
        resting = self._failures >= FAILURES
        return Health(self.capabilities.name, "resting" if resting else "ready", self._trouble, self.rest)

    async def identity(self, text: str, language: str) -> str | None:
        """As the engine says."""
        return await self._engine.identity(text, language)

    async def speak(self, text: str, language: str, within: float) -> Clip:
        """The sound at 8 kHz, its quiet edges cut off when the engine made it. Raises SpeechFailed or CannotSpeak."""
        if len(text) > LONGEST_TEXT:
            raise CannotSpeak(f"a text of {len(text):,} characters is too long to be spoken")
        if self.rest or self._trying:
            raise SpeechFailed(f"{self.capabilities.name} rests after failures: {self._trouble}")
        self._trying = self._failures >= FAILURES
        try:
            async with asyncio.timeout(within):
                clip = await self._whole(text, language, within)
        except (SpeechFailed, TimeoutError) as error:
            failure = error if isinstance(error, SpeechFailed) else self._too_slow(within)
            self._failed(failure)
            raise failure from error
        finally:
            self._trying = False
        self._failures, self._trouble = 0, ""
        return clip

    async def recording_identity(self, name: str, language: str) -> str | None:
        """As the engine says; None from one that has no sounds by name."""
        engine = self._engine
        return await engine.recording_identity(name, language) if isinstance(engine, HasRecordings) else None

    async def recording(self, name: str, language: str, within: float) -> Clip:
        """The recording at 8 kHz, as it is. Raises SpeechFailed or CannotSpeak."""
        if not isinstance(self._engine, HasRecordings):
            raise CannotSpeak(f"{self.capabilities.name} has no recordings")
        try:
            async with asyncio.timeout(within):
                return self._sound(await self._engine.recording(name, language))
        except TimeoutError as error:
            raise self._too_slow(within) from error

    async def _whole(self, text: str, language: str, within: float) -> Clip:
        parts = []
        for part in split(text, self.capabilities.longest_text) if self.capabilities.any_text else [text]:
            parts.append(self._sound(await self._engine.speak(part, language, within)).samples)
            parts.append(silence(STOP).samples)
        return Clip(np.concatenate(parts[:-1]), TELEPHONE_RATE)

    def _sound(self, clip: Clip) -> Clip:
        if not np.any(level.frame_levels(clip) > QUIETEST):
            raise CannotSpeak(f"{self.capabilities.name} gave silence", hint="record it again, or reword the text")
        heard = resample(clip.mono(), TELEPHONE_RATE)
        return level.trimmed(heard) if self.capabilities.any_text else heard

    def _too_slow(self, within: float) -> SpeechFailed:
        return SpeechFailed(f"{self.capabilities.name} did not finish within {within:g} s")

    def _failed(self, failure: SpeechFailed) -> None:
        self._failures += 1
        self._trouble = failure.message
        if self._failures < FAILURES:
            return
        rest = min(LONGEST_REST, FIRST_REST * 2.0 ** min(self._failures - FAILURES, 10))
        self._rests_until = self._clock.monotonic() + rest
        log.warning("speech engine %s rests for %.0f s: %s", self.capabilities.name, rest, failure.message)

    async def voices(self) -> list[InstalledVoice]:
        """As the engine says."""
        return await self._engine.voices()

    async def aclose(self) -> None:
        """Ends the engine."""
        await self._engine.aclose()
