"""G.711, the two ways (u-law and A-law) in which a telephone writes a sample in 8 bits; ITU-T G.711.

Both directions are table look-ups. Decoding and encoding again gives the same byte, except u-law's negative zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.core.audio.clip import Samples

ULAW_SILENCE = 0xFF
ALAW_SILENCE = 0xD5


def _ulaw_values() -> NDArray[np.int32]:
    """The 16-bit value of every u-law byte: bits are inverted, sign, 3 bits exponent, 4 bits mantissa, bias 132."""
    byte = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 132 << ((byte >> 4) & 7)) - 132
    return np.where(byte & 0x80, -magnitude, magnitude).astype(np.int32)


def _alaw_values() -> NDArray[np.int32]:
    """The 16-bit value of every A-law byte: even bits are inverted, the sign bit is set for positive values."""
    byte = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = (byte >> 4) & 7
    mantissa = (byte & 0x0F) << 4
    magnitude = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(byte & 0x80, magnitude, -magnitude).astype(np.int32)


def _nearest(values: NDArray[np.int32], preferred: int) -> NDArray[np.uint8]:
    """For each of the 65,536 samples the byte whose value is nearest; ``preferred`` stands for 0."""
    order = np.argsort(values, kind="stable").astype(np.int32)
    rising = values[order]
    wanted = np.arange(-32768, 32768, dtype=np.int32)
    right = np.clip(np.searchsorted(rising, wanted), 1, 255)
    left = right - 1
    nearer = np.where(wanted - rising[left] < rising[right] - wanted, left, right)
    table = order[nearer].astype(np.uint8)
    table[wanted == 0] = preferred
    return np.roll(table, 32768)  # so that a sample seen as unsigned is its own index


_ULAW = _ulaw_values()
_ALAW = _alaw_values()
_TO_ULAW = _nearest(_ULAW, ULAW_SILENCE)
_TO_ALAW = _nearest(_ALAW, ALAW_SILENCE)
_FROM_ULAW = _ULAW.astype(np.int16)
_FROM_ALAW = _ALAW.astype(np.int16)


def decode_ulaw(encoded: bytes) -> Samples:
    """u-law bytes as samples."""
    return np.asarray(_FROM_ULAW[np.frombuffer(encoded, dtype=np.uint8)], dtype=np.int16)


def encode_ulaw(samples: Samples) -> bytes:
    """Samples as u-law bytes."""
    return _TO_ULAW[np.ascontiguousarray(samples).view(np.uint16)].tobytes()


def decode_alaw(encoded: bytes) -> Samples:
    """A-law bytes as samples."""
    return np.asarray(_FROM_ALAW[np.frombuffer(encoded, dtype=np.uint8)], dtype=np.int16)


def encode_alaw(samples: Samples) -> bytes:
    """Samples as A-law bytes."""
    return _TO_ALAW[np.ascontiguousarray(samples).view(np.uint16)].tobytes()
