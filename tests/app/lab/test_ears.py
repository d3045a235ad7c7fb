"""What counts as heard: a sentence from its beginning on, also over a line that drops packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from ivr.app.lab.ears import MOSTLY, Ears, matching
from ivr.app.lab.phone import LabCall
from ivr.core.audio.clip import TELEPHONE_RATE, Clip
from ivr.core.audio.match import Heard
from ivr.services.speech.voice import PromptVoice
from tests.virtual_time import run_virtual

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


def test_a_third_of_a_second_that_was_dropped_leaves_a_sentence_heard() -> None:
    sentence = noise(3)
    kept = np.concatenate([sentence.samples[:12000], sentence.samples[14800:]])
    assert matching(sentence, Clip(kept, TELEPHONE_RATE), 0.0) > MOSTLY


def test_a_sentence_with_other_words_in_its_middle_is_not_heard() -> None:
    beginning, end = noise(0.8), noise(0.8)
    assert matching(joined(beginning, noise(1.4), end), joined(beginning, noise(1.4), end), 0.0) < MOSTLY


@dataclass
class Growing:
    """A call of which half a second of sound arrives between two looks, until it is over."""

    sound: Clip
    arrived: float = 0.0

    def received(self, since: float = 0.0) -> Clip:
        """What has arrived."""
        self.arrived += 0.5
        return self.sound.part(since, max(since, min(self.arrived, self.sound.seconds)))

    @property
    def over(self) -> bool:
        """Whether all has arrived."""
        return self.arrived >= self.sound.seconds


def find(sound: Clip, wanted: Clip, within: float = 60.0) -> Heard | None:
    """Listens to a call that brings a sound."""
    ears = Ears(cast(PromptVoice, None))
    return run_virtual(ears.find(cast(LabCall, Growing(sound)), wanted, since=0.5, seconds=1.2, within=within))


def test_a_sentence_is_heard_while_its_sound_arrives() -> None:
    sentence = noise(1.5)
    found = find(joined(noise(9), sentence, noise(2)), sentence)
    assert found is not None
    assert abs(found.offset_seconds - 9) < 0.01


def test_a_call_that_is_over_is_not_waited_for() -> None:
    assert find(noise(3), noise(1.5), within=1e9) is None


def test_silence_says_nothing() -> None:
    silent = Clip(np.zeros(8000, np.int16), TELEPHONE_RATE)
    assert matching(silent, silent, 0.0) == 0.0
