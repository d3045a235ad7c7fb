"""A caller's ears: sentences are found in the sound that a phone received.

The sound of a sentence is asked of a voice that shares the shelf of finished sounds with the service, because an engine
speaks no sentence twice alike; nothing that the service says of its calls is believed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from ivr.app.lab.phone import LabCall
from ivr.app.lab.root import LabError
from ivr.core.audio.clip import Clip
from ivr.core.audio.level import rms_dbfs
from ivr.core.audio.match import LIKELY, Heard, find_clip, heard
from ivr.core.audio.telephone import format_named
from ivr.core.calls.verbs import Sentence
from ivr.services.speech.voice import PromptVoice

MOSTLY = 0.6
"""The share of a sentence that must be there: an engine's pauses and a line's gaps are not."""
PART, SLIP = 0.2, 0.1
MOST_SLIPS = 5
"""How much more may have been dropped where several parts in a row are missing."""
SURE = 0.75
"""The score of a part that is found in a wider place."""
BEGINNING = 3.0
"""Seconds at the end of what was received in which a sentence may have begun and is not known yet."""
WRITTEN = 2.0
"""Seconds after the end of a call until all of its sound is in the file."""
QUIET = -50.0
"""Below this level (dBFS) a part says nothing."""


class Ears:
    """Renders sentences and finds them in what a phone heard; ``file_of`` is where a sound's name lies here."""

    def __init__(self, voice: PromptVoice, file_of: Callable[[str], Path] = Path, sound_format: str = "ulaw") -> None:
        self._voice = voice
        self._file_of = file_of
        self._format = sound_format
        self._known: dict[Sentence, Clip] = {}

    async def clip(self, sentence: Sentence) -> Clip:
        """What a sentence sounds like on a telephone. Raises LabError when nothing can speak it."""
        known = self._known.get(sentence)
        if known is None:
            sound = self._voice.ready(sentence) or await self._voice.sound(sentence)
            if sound is None:
                raise LabError(f"nothing can speak {sentence.text!r}", hint="`ivr doctor` says why")
            file = self._file_of(f"{sound.name}.{self._format}")
            known = format_named(self._format).decode(await asyncio.to_thread(file.read_bytes))
            self._known[sentence] = known
        return known

    async def find(
        self, call: LabCall, wanted: Clip, *, since: float = 0.0, seconds: float, within: float
    ) -> Heard | None:
        """Waits until so many seconds of a clip were heard from its beginning on, ``since`` a time of the call."""
        clock = asyncio.get_running_loop().time
        until, known = clock() + within, since
        while True:
            last = clock() >= until
            received = call.received(since)
            if since + received.seconds > known or last:
                known = since + received.seconds
                # Seconds of sound of many calls are a lot of work: those that speak meanwhile must not wait for it.
                found, again = await asyncio.to_thread(_look, wanted, received, seconds)
                if found is not None:
                    return Heard(found.offset_seconds + since, found.seconds)
                since += again
            if last:
                return None
            if call.over:
                until = min(until, clock() + WRITTEN)
            await asyncio.sleep(0.2)


def _look(wanted: Clip, received: Clip, seconds: float) -> tuple[Heard | None, float]:
    """A clip of which so many seconds are in a sound, or from where on it is worth looking again when there is more."""
    found = heard(wanted.samples, received.samples, received.rate)
    if found is None:
        return None, max(0.0, received.seconds - BEGINNING)
    if found.seconds >= seconds and matching(wanted.part(0, found.seconds), received, found.offset_seconds) >= MOSTLY:
        return found, 0.0
    return None, max(0.0, found.offset_seconds - SLIP)  # not whole yet, or only its end: other sentences may end alike


def matching(wanted: Clip, received: Clip, offset: float) -> float:
    """The share (0 to 1) of a clip's audible parts that are in a recording, each near its place.

    What a busy line drops or repeats moves all that follows, so a part that is found says where the next one is.
    """
    found = audible = missing = 0
    at = 0.0
    while at + PART / 2 < wanted.seconds:
        piece = wanted.part(at, at + PART)
        if rms_dbfs(piece) > QUIET:
            audible += 1
            slip = SLIP * min(1 + missing, MOST_SLIPS)
            start = max(0.0, offset + at - slip)
            match = find_clip(piece, received.part(start, offset + at + piece.seconds + slip))
            if match.score >= (SURE if missing else LIKELY):
                found, missing = found + 1, 0
                offset = start + match.offset_seconds - at
            else:
                missing += 1
        at += PART
    return found / audible if audible else 0.0
