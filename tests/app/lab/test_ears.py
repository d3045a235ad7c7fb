"""What counts as heard: a sentence from its beginning on, also over a line that drops packets."""

from __future__ import annotations

import numpy as np

from ivr.app.lab.ears import MOSTLY, matching
from ivr.core.audio.clip import TELEPHONE_RATE, Clip

DICE = np.random.default_rng(7)


def noise(seconds: float) -> Clip:
    """Sound that is like no other."""
    return Clip((DICE.normal(0, 4000, round(seconds * TELEPHONE_RATE))).astype(np.int16), TELEPHONE_RATE)


def joined(*clips: Clip) -> Clip:
    """One after the other."""
    return Clip(np.concatenate([clip.samples for clip in clips]), TELEPHONE_RATE)


def test_a_sentence_at_its_place_is_heard_wholly() -> None:
    sentence = noise(2)
    assert matching(sentence, joined(noise(1), sentence), 1.0) == 1.0


def test_another_sentence_that_ends_alike_is_not_heard() -> None:
    beginning, other, end = noise(1.2), noise(1.2), noise(1)
    assert matching(joined(beginning, end), joined(other, end), 0.0) < MOSTLY


def test_dropped_packets_leave_a_sentence_heard() -> None:
    sentence = noise(3)
    kept = np.concatenate([sentence.samples[:4000], sentence.samples[4160:12000], sentence.samples[12160:]])
    assert matching(sentence, Clip(kept, TELEPHONE_RATE), 0.0) > MOSTLY


def test_silence_says_nothing() -> None:
    silent = Clip(np.zeros(8000, np.int16), TELEPHONE_RATE)
    assert matching(silent, silent, 0.0) == 0.0
