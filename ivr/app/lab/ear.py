"""What is in the sound that a phone received: prompts that can be found again, and the tones of other phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ivr.app.lab.directory import PARTIES, TRUNK_TONE
from ivr.app.lab.plan import Plan
from ivr.app.lab.sounds import MUSIC
from ivr.core.audio.clip import AudioError, Clip, silence
from ivr.core.audio.level import rms_dbfs, tone_dbfs
from ivr.core.audio.match import Heard, heard
from ivr.core.audio.telephone import FORMATS
from ivr.core.calls.events import PromptPlayed

WINDOW = 0.3
"""Seconds of sound in which a tone is looked for."""
LOUD = -35.0
"""The level (dBFS) from which a tone counts as heard; the lab's own are at about -16 and -21."""
PURE = 1.0
"""By how many dB all sound may be louder than a tone for it to be nothing but that tone."""
SLACK = 1.5
"""Seconds before and after the time that the service gives, in which a prompt is looked for."""
ENOUGH = 0.65
"""The part of a prompt that was played to its end which must be found."""
SHORTEST = 0.5
"""A prompt that was cut sooner (seconds) cannot be told from others."""

TONES = {party.tone: f"the tone of {party.role} {party.number}" for party in PARTIES} | {
    TRUNK_TONE: "the tone of a number behind the trunk",
    **dict.fromkeys(MUSIC, "the waiting music"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What the recording says of a prompt: ``heard`` with its place, or None where it is not there."""

    heard: Heard | None
    wanted: float

    @property
    def is_heard(self) -> bool:
        """Whether the prompt, or what was played of it, was heard."""
        return self.heard is not None and self.heard.seconds >= self.wanted


def prompt_of(plan: Plan, sound: str) -> Clip | None:
    """The prompt that an event names, from the service's cache; None when its file is gone."""
    for name, kind in FORMATS.items():
        file = plan.root.outside(f"{sound}.{name}")
        if file.is_file():
            try:
                return kind.decode(file.read_bytes())
            except AudioError:
                return None
    return None


def proof(prompt: Clip, event: PromptPlayed, received: Clip, answered_at: datetime) -> Proof | None:
    """Looks for what was played of a prompt in what the phone received; None when it was too short to be known."""
    lasted = (event.at - event.began_at).total_seconds()
    played = min(lasted, prompt.seconds)
    if played < SHORTEST or rms_dbfs(prompt.part(0, played)) < LOUD:
        return None
    start = max(0.0, (event.began_at - answered_at).total_seconds() - SLACK)
    window = received.part(start, start + lasted + 2 * SLACK)
    # The last packet of a call may not arrive whole: some silence lets the last part of the prompt be compared.
    padded = np.concatenate((window.samples, silence(0.5).samples))
    found = heard(prompt.part(0, played).samples, padded, window.rate)
    # A key stops a prompt some tenths of a second before the service knows of it.
    wanted = ENOUGH * played if not event.cut_by else min(ENOUGH * played, max(0.0, played - 0.6))
    if found is None:
        return Proof(None, wanted)
    return Proof(Heard(found.offset_seconds + start, found.seconds), wanted)


def first_tone(clip: Clip, hertz: float) -> float | None:
    """When a tone is heard first in a clip, in seconds; None when it is not."""
    at = 0.0
    while at + WINDOW <= clip.seconds:
        if tone_dbfs(clip.part(at, at + WINDOW), hertz) >= LOUD:
            return at
        at += WINDOW / 2
    return None


def pure_tone(clip: Clip) -> int | None:
    """The one tone of the lab that a short clip consists of; None when it is something else."""
    level = rms_dbfs(clip)
    if level < LOUD:
        return None
    loudest = max(TONES, key=lambda hertz: tone_dbfs(clip, hertz))
    return loudest if tone_dbfs(clip, loudest) >= level - PURE else None
