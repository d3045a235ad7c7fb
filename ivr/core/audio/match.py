"""Where one sound is heard in another: normalised cross-correlation, by Fourier transform.

The score is the correlation coefficient of the sound and the stretch it is compared with: 1 for the same sound at
any level, about 0 for another. G.711 and noise 20 dB below leave it above 0.9; different speech stays below 0.3. A
telephone line that drops or repeats a packet shifts what follows, which a long sound's score suffers from: `heard`
asks for its parts one after the other and bears that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.core.audio.clip import Clip, Samples

LIKELY = 0.6
"""A score from which a sound counts as heard."""


@dataclass(frozen=True, slots=True)
class Match:
    """The best place of a sound in another: seconds from the start, and its score (-1 to 1)."""

    offset_seconds: float
    score: float


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of a sound was heard from its beginning on, and where that began."""

    offset_seconds: float
    seconds: float


def find(needle: Samples, haystack: Samples, rate: int) -> Match:
    """The best match. A needle that is empty, silent or longer than the haystack scores 0."""
    scores = _scores(needle, haystack)
    if not scores.size:
        return Match(0.0, 0.0)
    best = int(np.argmax(scores))
    return Match(best / rate, float(scores[best]))


def find_all(needle: Samples, haystack: Samples, rate: int, *, least: float = LIKELY) -> list[Match]:
    """Every match of at least ``least``, in order; two of them are at least half the needle apart."""
    scores = _scores(needle, haystack)
    apart = max(1, len(needle) // 2)
    found: list[Match] = []
    while scores.size:
        best = int(np.argmax(scores))
        if scores[best] < least:
            break
        found.append(Match(best / rate, float(scores[best])))
        scores[max(0, best - apart) : best + apart] = -1
    return sorted(found, key=lambda match: match.offset_seconds)


def heard(needle: Samples, haystack: Samples, rate: int, *, part: float = 0.4, least: float = LIKELY) -> Heard | None:
    """How much of the needle was heard before it was cut, in steps of ``part`` seconds; None when not its beginning.

    Each part is sought within 0.25 seconds of where the one before says that it is. A lost packet spoils the part that
    it falls into and no other: one part may be missing at a time, also the first; quiet parts say nothing.
    """
    size = max(1, round(part * rate))
    lead = _first_audible(needle, size)
    parts = [(at, needle[at : at + size]) for at in range(lead, len(needle), size)]
    begun = _begun(parts[:_MAY_BEGIN], haystack, rate)
    if begun is None:
        return None
    first, shift = begun
    start, until, missing = shift, parts[first][0] + size, 0
    slip = round(0.25 * rate)
    for at, piece in parts[first + 1 :]:
        low = max(0, shift + at - slip)
        match = find(piece, haystack[low : shift + at + len(piece) + slip], rate)
        if match.score >= least:
            until, missing = at + len(piece), 0
            shift = low + round(match.offset_seconds * rate) - at
        elif np.abs(piece.astype(np.int32)).max(initial=0) > _AUDIBLE:
            missing += 1
            if missing > 1:
                break
    return Heard(max(0.0, start / rate), min(until, len(needle)) / rate)


_MAY_BEGIN = 3
"""How many parts from the beginning are tried for the place where the sound was heard."""
_SURE = 0.8
"""A score from which a single part is taken for its place: over a long call, less is met by chance."""
_AUDIBLE = 500


def _begun(parts: list[tuple[int, Samples]], haystack: Samples, rate: int) -> tuple[int, int] | None:
    """The first part that is found, and by how many samples the haystack is behind the needle there."""
    for number, (at, piece) in enumerate(parts):
        match = find(piece, haystack, rate)
        if match.score >= _SURE:
            return number, round(match.offset_seconds * rate) - at
    return None


def _first_audible(needle: Samples, size: int) -> int:
    """Where the needle begins to be heard: matching silence says nothing."""
    loud = np.flatnonzero(np.abs(needle.astype(np.int32)) > _AUDIBLE)
    return min(int(loud[0]), max(0, len(needle) - size)) if loud.size else 0


def _scores(needle: Samples, haystack: Samples) -> NDArray[np.float64]:
    """The correlation coefficient at every offset."""
    size, room = len(needle), len(haystack) - len(needle) + 1
    if size < 2 or room < 1:
        return np.zeros(0)
    wave = needle.astype(np.float64)
    wave -= wave.mean()
    energy = float(np.sqrt(np.dot(wave, wave)))
    if energy == 0:
        return np.zeros(0)
    field = haystack.astype(np.float64)
    sums = np.concatenate(([0.0], np.cumsum(field)))
    squares = np.concatenate(([0.0], np.cumsum(np.square(field))))
    total = sums[size:] - sums[:-size]
    spread = np.maximum(squares[size:] - squares[:-size] - np.square(total) / size, 0.0)
    points = 1 << (len(haystack) + size - 2).bit_length()
    product = np.fft.rfft(field, points) * np.conj(np.fft.rfft(wave, points))
    correlation = np.fft.irfft(product, points)[:room]
    # Near silence the quotient is noise divided by nothing: a floor of one step of a sample keeps it near 0.
    return np.asarray(correlation / (energy * np.sqrt(np.maximum(spread, float(size)))), dtype=np.float64)


def find_clip(needle: Clip, haystack: Clip) -> Match:
    """`find` for two clips of one rate, both taken as mono."""
    if needle.rate != haystack.rate:
        raise ValueError(f"the clips have {needle.rate} and {haystack.rate} samples per second")
    return find(needle.mono().samples, haystack.mono().samples, needle.rate)
