"""How loud a sound is, where it is silent, and whether a tone is in it.

Levels are dBFS: 0 is the root mean square of a full-scale square wave, so a full-scale sine has -3; silence is -inf.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.core.audio.clip import Clip

FULL = 32768.0
FRAME = 0.02
"""Seconds over which a level is measured when a sound is cut: the length of a telephone's packet."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of sound above a level, in seconds from the start."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


def rms_dbfs(clip: Clip) -> float:
    """The level of the whole clip."""
    if not clip.samples.size:
        return -math.inf
    return _dbfs(float(np.sqrt(np.mean(np.square(clip.samples, dtype=np.float64)))))


def peak_dbfs(clip: Clip) -> float:
    """The level of the loudest sample."""
    return _dbfs(float(np.max(np.abs(clip.samples.astype(np.int32)))) if clip.samples.size else 0.0)


def clipped(clip: Clip) -> float:
    """The share of samples (0 to 1) that stand at the limit in runs of three and more: distortion that is heard."""
    flat = clip.mono().samples
    at_limit = (flat >= 32764) | (flat <= -32764)
    if len(flat) < 3:
        return 0.0
    runs = at_limit[:-2] & at_limit[1:-1] & at_limit[2:]
    return float(np.count_nonzero(runs)) / len(flat)


def tone_dbfs(clip: Clip, hertz: float) -> float:
    """The level of one frequency: a pure tone gives the same as `rms_dbfs`. A single bin of the Fourier transform
    (Goertzel's question) with a Hann window, so that speech and neighbouring tones leak little."""
    wave = clip.mono().samples.astype(np.float64)
    if len(wave) < 2:
        return -math.inf
    window = np.hanning(len(wave))
    turn = np.exp(-2j * np.pi * hertz / clip.rate * np.arange(len(wave)))
    amplitude = 2 * abs(complex(np.dot(wave * window, turn))) / float(window.sum())
    return _dbfs(amplitude / math.sqrt(2))


def frame_levels(clip: Clip, frame: float = FRAME) -> NDArray[np.float64]:
    """The level of each ``frame`` seconds; a last, shorter frame counts."""
    wave = clip.mono().samples.astype(np.float64)
    size = max(1, round(frame * clip.rate))
    count = -(-len(wave) // size)
    padded = np.zeros(count * size)
    padded[: len(wave)] = wave
    power = np.square(padded.reshape(count, size)).mean(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(power / FULL**2), dtype=np.float64)


def segments(clip: Clip, *, above: float = -45.0, gap: float = 0.3, least: float = 0.04) -> list[Segment]:
    """The stretches that are louder than ``above`` dBFS; quiet of less than ``gap`` seconds does not part them, and
    what lasts less than ``least`` seconds (a click) is left out."""
    loud = frame_levels(clip) > above
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    found: list[Segment] = []
    for first, last in zip(edges[::2] * FRAME, edges[1::2] * FRAME, strict=True):
        if found and first - found[-1].end < gap - 1e-9:
            found[-1] = Segment(found[-1].start, float(last))
        else:
            found.append(Segment(float(first), float(last)))
    whole = clip.seconds
    return [Segment(s.start, min(s.end, whole)) for s in found if s.seconds >= least - 1e-9]


def silences(clip: Clip, *, above: float = -45.0, least: float = 0.3) -> list[Segment]:
    """The stretches of at least ``least`` seconds in which nothing is louder than ``above`` dBFS."""
    edges = [0.0]
    for segment in segments(clip, above=above, gap=least):
        edges += [segment.start, segment.end]
    edges.append(clip.seconds)
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Segment(start, end) for start, end in pairs if end - start >= least - 1e-9]


def trimmed(clip: Clip, *, above: float = -50.0, keep: float = 0.03) -> Clip:
    """The clip without quiet edges: ``keep`` seconds stay on both sides. A clip of silence becomes empty."""
    loud = np.flatnonzero(frame_levels(clip, 0.01) > above)
    if not len(loud):
        return clip.part(0, 0)
    return clip.part(loud[0] * 0.01 - keep, (loud[-1] + 1) * 0.01 + keep)


def _dbfs(amplitude: float) -> float:
    return 20 * math.log10(amplitude / FULL) if amplitude > 0 else -math.inf
