"""Sounds that the lab makes itself: the music of a caller who waits, and tones to be known by."""

from __future__ import annotations

import numpy as np

from ivr.core.audio.clip import Clip
from ivr.core.audio.wav import write_wav

RATE = 8000
MUSIC = (330, 392, 494, 392)
"""The notes (hertz) of the waiting music, one after the other."""


def music(seconds: float = 8.0) -> bytes:
    """A quiet run of notes as a wav file."""
    note = np.arange(round(RATE * 0.5)) / RATE
    shape = np.minimum(1, np.minimum(note, note[::-1]) / 0.03)
    notes = [np.sin(2 * np.pi * hertz * note) * shape for hertz in MUSIC]
    wave = np.concatenate([notes[index % len(notes)] for index in range(round(seconds / 0.5))])
    return write_wav(Clip(np.asarray(wave * 4000, dtype=np.int16), RATE))
