"""Keys as tones (DTMF, ITU-T Q.23): made for a phone that sends them in its sound, and found again in a recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.core.audio.clip import Clip

LOW = (697.0, 770.0, 852.0, 941.0)
HIGH = (1209.0, 1336.0, 1477.0, 1633.0)
PAD = ("123A", "456B", "789C", "*0#D")
RATE = 8000
FRAME, STEP = 320, 160  # samples: 40 ms, every 20 ms
LOUD = 300.0  # amplitude of each of the two tones
CLEAR = 2.0  # how many times louder than the others of its group


def tones(keys: str, *, on: float = 0.1, off: float = 0.1) -> Clip:
    """The tones of keys, with silence between them."""
    wave: list[NDArray[np.float64]] = []
    at = np.arange(round(on * RATE)) / RATE
    for key in keys:
        row = next(number for number, line in enumerate(PAD) if key in line)
        pair = LOW[row], HIGH[PAD[row].index(key)]
        wave += [np.sin(2 * np.pi * np.outer(pair, at)).sum(axis=0) * 6000, np.zeros(round(off * RATE))]
    return Clip(np.concatenate(wave).astype(np.int16), RATE)


def keys_in(clip: Clip) -> str:
    """The keys whose tones are in a sound, in their order: both tones for 40 ms, and clear of the others."""
    wave = clip.mono().samples.astype(np.float64)
    count = max(0, (len(wave) - FRAME) // STEP + 1)
    if not count:
        return ""
    frames = np.lib.stride_tricks.sliding_window_view(wave, FRAME)[::STEP] * np.hanning(FRAME)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(FRAME), LOW + HIGH) / clip.rate)
    found = 4 * np.abs(frames @ turns) / FRAME
    keys = [_key(levels[:4], levels[4:]) for levels in found]
    return "".join(
        key
        for before, key, after in zip(["", *keys], keys, [*keys[1:], ""], strict=False)
        if key == after and key != before
    )


def _key(low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    if min(low.max(), high.max()) < LOUD or not (_clear(low) and _clear(high)):
        return ""
    return PAD[int(low.argmax())][int(high.argmax())]


def _clear(levels: NDArray[np.float64]) -> bool:
    second, first = np.sort(levels)[-2:]
    return bool(first > CLEAR * second)
