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


def heard(needle: Samples, haystack: Samples, rate: int, *, part: float = 0.2) -> Heard | None:
    """How much of the needle was heard before it was cut, in steps of ``part`` seconds; None when not its beginning.

    A busy line drops a packet, or inserts one, every few tenths of a second, which spoils the part it falls into and
    shifts what follows. So the parts are short; each is sought within 0.1 seconds of where the one before says that it
    is, and some may be missing. A part that is found by itself says little: two near each other begin the chain. Where
    sounds begin alike (two prompts with the same first words), the place counts where most of this one was heard.
    """
    size = max(1, round(part * rate))
    lead = _first_audible(needle, size)
    parts = [(at, needle[at : at + size]) for at in range(lead, len(needle) - size // 2, size)]
    best: Heard | None = None
    for first in range(min(len(parts), _MAY_BEGIN)):
        at, piece = parts[first]
        for match in find_all(piece, haystack, rate, least=_SURE):
            shift = round(match.offset_seconds * rate) - at
            until, found = _followed(parts[first + 1 :], haystack, rate, shift)
            seconds = min(until or at + size, len(needle)) / rate
            if (found or len(parts) == 1) and (best is None or seconds > best.seconds):
                best = Heard(max(0.0, shift / rate), seconds)
        if best is not None and best.seconds > _MOST * len(needle) / rate:
            break
    return best


_MAY_BEGIN = 6
"""How many parts from the beginning are tried for the place where the sound was heard."""
_MOST = 0.9
"""The share of a sound from which no better place is looked for."""
_SURE, _AFTER_GAP, _LIKELY_THERE = 0.85, 0.75, 0.6
"""Scores from which a part is found: anywhere in a long call, at its place after a gap, at its place."""
_MAY_MISS = 4
"""How many parts in a row may be missing."""
_AUDIBLE = 500


def _followed(parts: list[tuple[int, Samples]], haystack: Samples, rate: int, shift: int) -> tuple[int, int]:
    """Where the last part that follows ends in the needle, and how many were found."""
    until = found = missing = 0
    for at, piece in parts:
        slip = round(0.1 * (1 + missing) * rate)  # the more is missing, the more may have been dropped
        low = max(0, shift + at - slip)
        match = find(piece, haystack[low : shift + at + len(piece) + slip], rate)
        # What follows a prompt that was cut is somewhere alike, and must not be taken for its end.
        if match.score >= (_AFTER_GAP if missing else _LIKELY_THERE):
            until, found, missing = at + len(piece), found + 1, 0
            shift = low + round(match.offset_seconds * rate) - at
        elif np.abs(piece.astype(np.int32)).max(initial=0) > _AUDIBLE:
            missing += 1
            if missing > _MAY_MISS:
                break
    return until, found


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
