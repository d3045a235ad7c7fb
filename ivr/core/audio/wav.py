"""wav files, read with tolerance and within bounds, and written plainly.

Read: 16-bit PCM, u-law and A-law, 1 to 8 channels, 4 to 192 kHz. A recorder that was killed leaves a size of 0 or of
"not known yet" in the header; then everything to the end of the file is the sound. Unknown chunks are stepped over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from ivr.core.audio import g711
from ivr.core.audio.clip import AudioError, Clip

PCM, ALAW, ULAW, EXTENSIBLE = 1, 6, 7, 0xFFFE
MOST_BYTES = 512 * 1024 * 1024
MOST_CHUNKS = 1000
_UNKNOWN_SIZES = (0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF)  # the second is that of `espeak-ng --stdout`


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    rate: int
    bits: int


def read_wav(content: bytes, *, most_bytes: int = MOST_BYTES) -> Clip:
    """The sound of a wav file's bytes. Raises AudioError with what is wrong."""
    if len(content) > most_bytes:
        raise AudioError(f"the file has {len(content):,} bytes; {most_bytes:,} are allowed", code="audio_too_large")
    if len(content) < 12 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise AudioError("this is not a wav file", hint="save it as wav, PCM, 16 bit")
    found: _Format | None = None
    at = 12
    for _ in range(MOST_CHUNKS):
        if at + 8 > len(content):
            break
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        body = at + 8
        if name == b"fmt ":
            found = _read_format(content[body : body + min(size, 64)])
        elif name == b"data":
            return _samples(content, body, size, found)
        at = body + size + (size & 1)
    raise AudioError("the wav file has no sound in it", hint="it was cut short, or is empty: save it again")


def _read_format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise AudioError("the wav file's header is cut short", hint="save it again")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == EXTENSIBLE and len(chunk) >= 26:
        tag = struct.unpack_from("<H", chunk, 24)[0]
    if not 1 <= channels <= 8:
        raise AudioError(f"the wav file says that it has {channels} channels", hint="save it as mono")
    if not 4000 <= rate <= 192_000:
        raise AudioError(f"the wav file says that it has {rate} samples per second", hint="save it with 8000 to 48000")
    if (tag, bits) not in ((PCM, 16), (ALAW, 8), (ULAW, 8)):
        kind = {PCM: "PCM", ALAW: "A-law", ULAW: "u-law", 3: "float"}.get(tag, f"compressed (kind {tag})")
        raise AudioError(f"the wav file is {kind} with {bits} bits", hint="save it as wav, PCM, 16 bit")
    return _Format(tag, channels, rate, bits)


def _samples(content: bytes, start: int, size: int, found: _Format | None) -> Clip:
    if found is None:
        raise AudioError("the wav file's sound comes before its header", hint="save it again")
    left = len(content) - start
    if size in _UNKNOWN_SIZES:
        size = left
    elif size > left + 1:  # one byte short is a forgotten padding byte
        raise AudioError(
            f"the wav file is cut short: {left:,} of {size:,} bytes of sound", hint="copy it again", code="audio_cut"
        )
    frame = found.channels * found.bits // 8
    size = min(size, left) // frame * frame
    body = content[start : start + size]
    if found.tag == PCM:
        samples = np.frombuffer(body, dtype="<i2").astype(np.int16)
    else:
        samples = g711.decode_ulaw(body) if found.tag == ULAW else g711.decode_alaw(body)
    if found.channels > 1:
        samples = samples.reshape(-1, found.channels)
    return Clip(samples, found.rate)


def write_wav(clip: Clip) -> bytes:
    """The clip as a wav file, 16-bit PCM."""
    body = np.ascontiguousarray(clip.samples, dtype="<i2").tobytes()
    frame = 2 * clip.channels
    head = struct.pack("<HHIIHH", PCM, clip.channels, clip.rate, clip.rate * frame, frame, 16)
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVE",
            b"fmt " + struct.pack("<I", 16) + head,
            b"data" + struct.pack("<I", len(body)) + body,
        )
    )
