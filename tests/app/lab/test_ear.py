"""What counts as heard: a prompt must be in the sound, whatever the service says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from ivr.app.lab import ear
from ivr.app.lab.sounds import MUSIC
from ivr.core.audio.clip import TELEPHONE_RATE, Clip, silence, tone
from ivr.core.base.ids import CallId
from ivr.core.calls.events import PromptPlayed

ANSWERED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def words(seconds: float, seed: int) -> Clip:
    """Something that changes as speech does and is like nothing else."""
    steps = np.random.default_rng(seed).normal(0, 1, round(seconds * TELEPHONE_RATE))
    smooth = np.convolve(steps, np.ones(8) / 8, mode="same")
    return Clip(np.asarray(smooth * 9000, dtype=np.int16), TELEPHONE_RATE)


def joined(*clips: Clip) -> Clip:
    """One clip after the other."""
    return Clip(np.concatenate([clip.samples for clip in clips]), TELEPHONE_RATE)


def played(start: float, end: float, cut_by: str = "") -> PromptPlayed:
    """The event of a prompt, in seconds from the answer."""
    return PromptPlayed(
        at=ANSWERED + timedelta(seconds=end),
        began_at=ANSWERED + timedelta(seconds=start),
        call_id=CallId("call_1"),
        section="main",
        index=0,
        language="en",
        text="Hello.",
        sound="",
        cut_by=cut_by,
    )


def test_a_prompt_that_arrived_is_heard_where_it_is() -> None:
    prompt = words(2, 1)
    proof = ear.proof(prompt, played(1.2, 3.2), joined(silence(1), prompt, silence(1)), ANSWERED)
    assert proof is not None
    assert proof.heard is not None
    assert proof.is_heard
    assert proof.heard.offset_seconds == pytest.approx(1, abs=0.01)


def test_a_prompt_whose_end_is_missing_is_not_heard() -> None:
    prompt = words(2, 1)
    proof = ear.proof(prompt, played(0, 2), joined(prompt.part(0, 1), silence(3)), ANSWERED)
    assert proof is not None
    assert not proof.is_heard


def test_another_prompt_is_not_heard() -> None:
    proof = ear.proof(words(2, 1), played(0, 2), joined(words(2, 2), silence(1)), ANSWERED)
    assert proof is not None
    assert not proof.is_heard


def test_the_same_prompt_long_before_does_not_count() -> None:
    prompt = words(2, 1)
    proof = ear.proof(prompt, played(10, 12), joined(prompt, silence(12)), ANSWERED)
    assert proof is not None
    assert not proof.is_heard


def test_a_prompt_that_a_key_stopped_is_heard_as_far_as_it_went() -> None:
    prompt = words(4, 1)
    received = joined(prompt.part(0, 1.6), silence(3))
    proof = ear.proof(prompt, played(0, 2, cut_by="1"), received, ANSWERED)
    assert proof is not None
    assert proof.is_heard


def test_a_prompt_that_was_stopped_at_once_is_not_judged() -> None:
    assert ear.proof(words(4, 1), played(0, 0.2, cut_by="1"), silence(1), ANSWERED) is None


def test_a_prompt_that_ends_with_the_call_is_heard() -> None:
    prompt = words(0.58, 1)
    proof = ear.proof(prompt, played(1, 1.58), joined(silence(1), prompt.part(0, 0.575)), ANSWERED)
    assert proof is not None
    assert proof.is_heard


def test_a_short_prompt_bears_a_lost_packet_in_its_last_syllable() -> None:
    prompt = words(0.58, 1)
    received = joined(silence(1), prompt.part(0, 0.5), silence(0.02), prompt.part(0.52))
    proof = ear.proof(prompt, played(1, 1.6), received, ANSWERED)
    assert proof is not None
    assert proof.is_heard


@pytest.mark.parametrize(("hertz", "what"), list(ear.TONES.items()))
def test_every_tone_of_the_lab_is_told_from_the_others(hertz: int, what: str) -> None:
    assert ear.pure_tone(tone(hertz, ear.WINDOW, dbfs=-20)) == hertz
    assert what


def test_speech_and_silence_are_no_tone() -> None:
    assert ear.pure_tone(words(ear.WINDOW, 3)) is None
    assert ear.pure_tone(silence(ear.WINDOW)) is None


def test_the_tones_lie_apart_from_each_other_and_from_the_keys() -> None:
    keys = [697, 770, 852, 941, 1209, 1336, 1477, 1633]
    tones = sorted([*set(ear.TONES), *keys])
    assert all(above - below >= 20 for below, above in pairwise(tones))
    assert set(MUSIC) <= set(ear.TONES)
