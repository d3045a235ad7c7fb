"""One stretch of sound: samples and their rate, and the error for sound that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.core.base.errors import IvrError

Samples = NDArray[np.int16]

TELEPHONE_RATE = 8000
"""Samples per second of a telephone call (narrow band)."""


class AudioError(IvrError):
    """Sound that cannot be read: the message says what is wrong with it, the hint what would be right."""

    code = "audio"


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound in 16-bit samples: one dimension when mono, else (time, channels)."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    @property
    def channels(self) -> int:
        """1 for mono, 2 for stereo."""
        return 1 if self.samples.ndim == 1 else int(self.samples.shape[1])

    def channel(self, number: int) -> Clip:
        """One channel alone, from 0. Raises IndexError when there is no such channel."""
        if self.samples.ndim == 1:
            if number:
                raise IndexError(f"a mono clip has no channel {number}")
            return self
        return Clip(np.ascontiguousarray(self.samples[:, number]), self.rate)

    def mono(self) -> Clip:
        """All channels mixed to one, at their mean."""
        if self.samples.ndim == 1:
            return self
        mixed = np.rint(self.samples.astype(np.float64).mean(axis=1)).astype(np.int16)
        return Clip(mixed, self.rate)

    def part(self, start: float, end: float | None = None) -> Clip:
        """The sound from ``start`` to ``end`` (seconds, both cut to what there is)."""
        first = max(0, round(start * self.rate))
        last = None if end is None else max(first, round(end * self.rate))
        return Clip(self.samples[first:last], self.rate)


def silence(seconds: float, rate: int = TELEPHONE_RATE) -> Clip:
    """Nothing to hear for a while (mono)."""
    return Clip(np.zeros(max(0, round(seconds * rate)), dtype=np.int16), rate)


def tone(hertz: float, seconds: float, rate: int = TELEPHONE_RATE, dbfs: float = -12.0) -> Clip:
    """A pure tone whose level, as `level.rms_dbfs` measures it, is ``dbfs``."""
    time = np.arange(round(seconds * rate)) / rate
    peak = 32768.0 * 10 ** (dbfs / 20) * np.sqrt(2.0)
    wave = np.clip(np.rint(peak * np.sin(2 * np.pi * hertz * time)), -32768, 32767)
    return Clip(wave.astype(np.int16), rate)
