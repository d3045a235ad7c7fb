"""The formats in which a telephone system plays sound without converting: 8 kHz, mono, one file for each sound.

In each of them sounds are joined by their bytes alone, so composing a sentence costs nothing and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import soxr

from ivr.core.audio import g711
from ivr.core.audio.clip import TELEPHONE_RATE, AudioError, Clip, Samples
from ivr.core.audio.wav import read_wav, write_wav

_WAV_HEAD = 44


def _linear_bytes(samples: Samples) -> bytes:
    return samples.astype("<i2").tobytes()


def _linear_samples(content: bytes) -> Samples:
    return np.frombuffer(content[: len(content) // 2 * 2], dtype="<i2").astype(np.int16)


def _wav_bytes(samples: Samples) -> bytes:
    return write_wav(Clip(samples, TELEPHONE_RATE))


def _wav_samples(content: bytes) -> Samples:
    return resample(read_wav(content).mono(), TELEPHONE_RATE).samples


@dataclass(frozen=True, slots=True)
class Format:
    """A file format of the telephone system: ``name`` is also the file's extension."""

    name: str
    width: int
    head: int
    to_bytes: Callable[[Samples], bytes]
    to_samples: Callable[[bytes], Samples]

    def encode(self, clip: Clip) -> bytes:
        """Any clip as this format's bytes: mixed to mono and brought to 8 kHz."""
        return self.to_bytes(resample(clip.mono(), TELEPHONE_RATE).samples)

    def decode(self, content: bytes) -> Clip:
        """This format's bytes as a clip at 8 kHz."""
        return Clip(self.to_samples(content), TELEPHONE_RATE)

    def seconds(self, size: int) -> float:
        """How long a file of ``size`` bytes lasts."""
        return max(0, size - self.head) / self.width / TELEPHONE_RATE

    def sound_of(self, content: bytes) -> bytes:
        """The bytes without their head: what can be joined."""
        return content[self.head :]

    def silence(self, seconds: float) -> bytes:
        """A headless stretch of silence, to join with."""
        return self.sound_of(self.to_bytes(np.zeros(max(0, round(seconds * TELEPHONE_RATE)), dtype=np.int16)))

    def join(self, parts: Iterable[bytes]) -> bytes:
        """Headless parts as one file."""
        body = b"".join(parts)
        return self.to_bytes(_linear_samples(body)) if self.head else body


FORMATS = {
    "ulaw": Format("ulaw", 1, 0, g711.encode_ulaw, g711.decode_ulaw),
    "alaw": Format("alaw", 1, 0, g711.encode_alaw, g711.decode_alaw),
    "sln": Format("sln", 2, 0, _linear_bytes, _linear_samples),
    "wav": Format("wav", 2, _WAV_HEAD, _wav_bytes, _wav_samples),
}


def format_named(name: str) -> Format:
    """The format of a name or file extension. Raises AudioError with the known ones."""
    if name not in FORMATS:
        raise AudioError(f"'{name}' is not a telephone sound format", hint="it is one of " + ", ".join(FORMATS))
    return FORMATS[name]


def resample(clip: Clip, rate: int) -> Clip:
    """The clip with another number of samples per second (soxr, high quality); values that overshoot are held."""
    if clip.rate == rate or len(clip.samples) == 0:
        return Clip(clip.samples, rate)
    wave = soxr.resample(clip.samples.astype(np.float32), clip.rate, rate)
    return Clip(np.clip(np.rint(wave), -32768, 32767).astype(np.int16), rate)
