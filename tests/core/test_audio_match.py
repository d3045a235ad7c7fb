"""Finding a sound in another: what tests of real calls listen with."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.core.audio import g711, match
from ivr.core.audio.clip import Clip, Samples, silence, tone

RATE = 8000


def babble(seed: int, seconds: float) -> Samples:
    """Noise with the spectrum and the syllables of speech, about."""
    dice = np.random.default_rng(seed)
    noise = dice.normal(size=round(seconds * RATE))
    smooth = np.convolve(noise, np.hanning(8), mode="same")
    loudness = np.repeat(dice.uniform(0.1, 1.0, size=round(seconds * 5)), RATE // 5)[: len(noise)]
    wave = smooth[: len(loudness)] * loudness
    return np.asarray(wave / np.abs(wave).max() * 12000, dtype=np.int16)


def line(samples: Samples, gain: float = 1.0, noise_dbfs: float = -50.0) -> Samples:
    """The samples as they come out of a telephone: other level, noise, u-law there and A-law back."""
    noise = np.random.default_rng(99).normal(size=len(samples)) * 32768 * 10 ** (noise_dbfs / 20)
    heard = np.clip(samples * gain + noise, -32768, 32767).astype(np.int16)
    return g711.decode_alaw(g711.encode_alaw(g711.decode_ulaw(g711.encode_ulaw(heard))))


@pytest.mark.parametrize("gain", [0.25, 1.0, 2.0])
def test_a_sound_is_found_after_a_telephone_line_at_any_level(gain: float) -> None:
    prompt = babble(1, 2.0)
    call = line(np.concatenate([silence(1.5).samples, babble(2, 3.0), prompt, babble(3, 1.0)]), gain)
    found = match.find(prompt, call, RATE)
    assert found.offset_seconds == pytest.approx(4.5, abs=0.001)
    assert found.score > 0.95


def test_another_sound_is_not_found() -> None:
    call = line(np.concatenate([silence(1.0).samples, babble(2, 5.0), silence(1.0).samples]))
    assert match.find(babble(1, 2.0), call, RATE).score < 0.3


def test_silence_and_too_much_are_never_found() -> None:
    assert match.find(babble(1, 1.0), silence(3.0).samples, RATE).score < 0.1
    assert match.find(silence(1.0).samples, babble(1, 3.0), RATE).score == 0
    assert match.find(babble(1, 3.0), babble(1, 1.0), RATE).score == 0
    assert match.find(np.zeros(0, dtype=np.int16), babble(1, 1.0), RATE).score == 0


def test_every_time_that_a_sound_is_heard_is_found_in_order() -> None:
    prompt, other = babble(1, 1.0), babble(2, 1.0)
    call = line(np.concatenate([prompt, other, prompt, other, other]))
    assert [round(m.offset_seconds, 2) for m in match.find_all(prompt, call, RATE)] == [0.0, 2.0]
    assert len(match.find_all(other, call, RATE)) == 3
    assert match.find_all(babble(5, 1.0), call, RATE) == []


def test_a_prompt_that_a_key_cut_was_heard_in_part() -> None:
    prompt = babble(1, 5.0)
    call = line(np.concatenate([silence(1.0).samples, prompt[: round(2.1 * RATE)], silence(4.0).samples]))
    found = match.heard(prompt, call, RATE)
    assert found is not None
    assert found.offset_seconds == pytest.approx(1.0, abs=0.01)
    assert found.seconds == pytest.approx(2.0, abs=0.45)
    whole = match.heard(prompt, line(np.concatenate([babble(7, 1.0), prompt])), RATE)
    assert whole is not None
    assert whole.seconds == pytest.approx(5.0, abs=0.01)
    assert match.heard(prompt, line(babble(8, 6.0)), RATE) is None


def test_a_long_prompt_is_heard_whole_although_the_line_lost_packets() -> None:
    prompt = babble(1, 6.0)
    lossy = np.concatenate([prompt[: 2 * RATE], prompt[2 * RATE + 480 : 4 * RATE], prompt[4 * RATE + 160 :]])
    found = match.heard(prompt, line(np.concatenate([silence(0.5).samples, lossy])), RATE)
    assert found is not None
    assert found.seconds == pytest.approx(6.0, abs=0.01)


def test_a_prompt_is_heard_although_the_line_lost_a_third_of_a_second() -> None:
    prompt = babble(1, 4.0)
    lossy = np.concatenate([prompt[: 2 * RATE], prompt[round(2.35 * RATE) :]])
    found = match.heard(prompt, line(lossy), RATE)
    assert found is not None
    assert found.seconds == pytest.approx(4.0, abs=0.01)


def test_of_two_prompts_that_begin_alike_the_one_that_goes_on_alike_is_heard() -> None:
    words, account, card = babble(1, 1.0), babble(2, 2.0), babble(3, 2.0)
    first = np.concatenate([words, account])
    # A loud start: the words of the other prompt match no worse than the prompt's own.
    call = np.concatenate([words, card, silence(1.0).samples, line(first)])
    found = match.heard(first, call, RATE)
    assert found is not None
    assert found.offset_seconds == pytest.approx(4.0, abs=0.01)
    assert found.seconds == pytest.approx(3.0, abs=0.01)


def test_clips_of_different_rates_are_not_compared() -> None:
    with pytest.raises(ValueError, match="16000"):
        match.find_clip(Clip(babble(1, 1.0), 8000), tone(500, 2.0, rate=16000))
