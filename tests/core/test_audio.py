"""Sound as numbers: what is written can be read, levels are what a meter shows, bad files are told apart."""

from __future__ import annotations

import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.audio import g711, level
from ivr.core.audio.clip import AudioError, Clip, silence, tone
from ivr.core.audio.telephone import FORMATS, format_named, resample
from ivr.core.audio.wav import read_wav, write_wav


def ramp() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)


@pytest.mark.parametrize(
    ("byte", "value"), [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xFE, 8), (0x7E, -8), (0xF0, 120)]
)
def test_ulaw_bytes_have_the_values_of_the_standard(byte: int, value: int) -> None:
    assert g711.decode_ulaw(bytes([byte]))[0] == value


@pytest.mark.parametrize(("byte", "value"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0xD4, 24)])
def test_alaw_bytes_have_the_values_of_the_standard(byte: int, value: int) -> None:
    assert g711.decode_alaw(bytes([byte]))[0] == value


def test_every_g711_byte_survives_decoding_and_encoding() -> None:
    every = bytes(range(256))
    assert g711.encode_alaw(g711.decode_alaw(every)) == every
    assert g711.encode_ulaw(g711.decode_ulaw(every)) == every.replace(b"\x7f", b"\xff")  # u-law has two zeros


@pytest.mark.parametrize(("name", "worst"), [("ulaw", 0.035), ("alaw", 0.035)])
def test_g711_is_never_further_off_than_its_step(name: str, worst: float) -> None:
    kind = FORMATS[name]
    heard = kind.to_samples(kind.to_bytes(ramp())).astype(np.int64)
    spoken = ramp().astype(np.int64)
    assert np.all(np.abs(heard - spoken) <= np.abs(spoken) * worst + 8)


def test_silence_is_written_as_the_telephone_writes_it() -> None:
    assert FORMATS["ulaw"].silence(0.001) == bytes([g711.ULAW_SILENCE]) * 8
    assert FORMATS["alaw"].silence(0.001) == bytes([g711.ALAW_SILENCE]) * 8
    assert FORMATS["sln"].silence(0.001) == bytes(16)


@given(st.binary(max_size=400), st.sampled_from([8000, 16000, 44100]), st.sampled_from([1, 2]))
def test_wav_written_is_read_back(body: bytes, rate: int, channels: int) -> None:
    samples = np.frombuffer(body[: len(body) // (2 * channels) * 2 * channels], dtype=np.int16)
    clip = Clip(samples.reshape(-1, channels) if channels > 1 else samples, rate)
    if not len(samples):
        return
    again = read_wav(write_wav(clip))
    assert again.rate == rate
    assert again.channels == channels
    assert np.array_equal(again.samples, clip.samples)


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_wav_file_is_sound_or_a_clear_error(rubbish: bytes) -> None:
    good = write_wav(tone(440, 0.01))
    for content in (rubbish, b"RIFF\x00\x00\x00\x00WAVE" + rubbish, good[:24] + rubbish, good[:36] + rubbish):
        seconds = 0.0
        with suppress(AudioError):
            seconds = read_wav(content).seconds
        assert 0 <= seconds < 0.1


def test_a_wav_file_whose_recorder_was_killed_is_read_to_its_end() -> None:
    content = bytearray(write_wav(tone(440, 0.5)))
    for unknown in (0, 0x7FFFF000, 0xFFFFFFFF):
        struct.pack_into("<I", content, 40, unknown)
        assert read_wav(bytes(content)).seconds == pytest.approx(0.5)


def test_a_wav_file_with_other_chunks_and_an_extensible_header_is_read() -> None:
    sound = write_wav(tone(440, 0.1))
    extended = struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 16000, 2, 16) + struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    content = (
        b"RIFF\x00\x00\x00\x00WAVE"
        + (b"LIST" + struct.pack("<I", 3) + b"abc\x00")
        + (b"fmt " + struct.pack("<I", len(extended)) + extended)
        + sound[36:]
    )
    assert read_wav(content).seconds == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a wav file"),
        (b"ID3\x04" + bytes(100), "not a wav file"),
        (write_wav(tone(440, 0.5))[:2000], "cut short"),
        (write_wav(tone(440, 0.5))[:40], "no sound"),
        (write_wav(tone(440, 0.5))[:30], "header is cut short"),
        (write_wav(tone(440, 0.1)).replace(struct.pack("<HH", 2, 16), struct.pack("<HH", 3, 24), 1), "24 bits"),
    ],
)
def test_a_bad_wav_file_is_told_what_is_wrong(content: bytes, said: str) -> None:
    with pytest.raises(AudioError, match=said):
        read_wav(content)


def test_a_wav_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(AudioError) as caught:
        read_wav(write_wav(tone(440, 1.0)), most_bytes=1000)
    assert caught.value.code == "audio_too_large"


@pytest.mark.parametrize("name", FORMATS)
def test_a_telephone_format_keeps_tone_level_and_length(name: str) -> None:
    kind = format_named(name)
    stereo = tone(1000, 1.0, rate=44100)
    content = kind.encode(Clip(np.stack([stereo.samples, stereo.samples], axis=1), 44100))
    heard = kind.decode(content)
    assert heard.rate == 8000
    assert kind.seconds(len(content)) == pytest.approx(1.0, abs=0.002)
    assert level.tone_dbfs(heard, 1000) == pytest.approx(-12, abs=0.3)
    assert level.tone_dbfs(heard, 700) < -50


@pytest.mark.parametrize("name", FORMATS)
def test_sounds_are_joined_without_loss(name: str) -> None:
    kind = format_named(name)
    low, high = kind.encode(tone(400, 0.2)), kind.encode(tone(900, 0.3))
    joined = kind.join([kind.sound_of(low), kind.silence(0.1), kind.sound_of(high)])
    heard = kind.decode(joined)
    assert kind.seconds(len(joined)) == pytest.approx(0.6)
    assert np.array_equal(heard.part(0, 0.2).samples, kind.decode(low).samples)
    assert level.rms_dbfs(heard.part(0.2, 0.3)) < -70
    assert np.array_equal(heard.part(0.3).samples, kind.decode(high).samples)


def test_an_unknown_format_is_told_which_are_known() -> None:
    with pytest.raises(AudioError, match="ulaw, alaw"):
        format_named("mp3")


def test_resampling_takes_out_what_a_telephone_cannot_carry() -> None:
    heard = resample(tone(6000, 1.0, rate=22050), 8000)
    assert level.rms_dbfs(heard.part(0.1, 0.9)) < -60


def test_resampling_a_loud_sound_does_not_wrap_around() -> None:
    square = Clip(np.where(np.arange(44100) // 50 % 2, 32767, -32768).astype(np.int16), 44100)
    heard = resample(square, 8000).samples.astype(np.int32)
    assert np.abs(np.diff(heard[100:-100])).max() < 65536
    assert level.peak_dbfs(Clip(heard.astype(np.int16), 8000)) == pytest.approx(0, abs=0.1)


def test_levels_are_those_of_a_meter() -> None:
    assert level.rms_dbfs(tone(1000, 1.0, dbfs=-20)) == pytest.approx(-20, abs=0.05)
    assert level.peak_dbfs(tone(1000, 1.0, dbfs=-20)) == pytest.approx(-17, abs=0.05)
    assert level.rms_dbfs(silence(1.0)) == float("-inf")
    assert level.rms_dbfs(silence(0.0)) == float("-inf")
    assert level.clipped(tone(1000, 1.0, dbfs=-6)) == 0
    loud = np.clip(tone(200, 1.0, dbfs=-4).samples.astype(np.int32) * 3, -32768, 32767).astype(np.int16)
    assert level.clipped(Clip(loud, 8000)) > 0.3


def test_segments_are_the_loud_stretches() -> None:
    clip = Clip(
        np.concatenate(
            [
                p.samples
                for p in (silence(0.5), tone(500, 1.0), silence(0.1), tone(700, 0.5), silence(1.0), tone(900, 1.0))
            ]
        ),
        8000,
    )
    found = level.segments(clip)
    assert [(round(s.start, 1), round(s.end, 1)) for s in found] == [(0.5, 2.1), (3.1, 4.1)]
    assert [(round(s.start, 1), round(s.end, 1)) for s in level.silences(clip)] == [(0.0, 0.5), (2.1, 3.1)]
    assert level.segments(silence(1.0)) == []
    assert [s.seconds for s in level.silences(silence(1.0))] == [pytest.approx(1.0)]


def test_trimming_leaves_the_sound_and_a_little_room() -> None:
    clip = Clip(np.concatenate([silence(0.7).samples, tone(500, 1.0).samples, silence(0.9).samples]), 8000)
    short = level.trimmed(clip)
    assert short.seconds == pytest.approx(1.06, abs=0.02)
    assert level.tone_dbfs(short.part(0.03, 1.03), 500) == pytest.approx(-12, abs=0.2)
    assert level.trimmed(silence(1.0)).seconds == 0


def test_channels_are_taken_apart_and_mixed() -> None:
    both = Clip(np.stack([tone(500, 0.5).samples, tone(900, 0.5).samples], axis=1), 8000)
    assert level.tone_dbfs(both.channel(0), 500) == pytest.approx(-12, abs=0.1)
    assert level.tone_dbfs(both.channel(1), 500) < -60
    assert level.tone_dbfs(both.mono(), 900) == pytest.approx(-18, abs=0.1)
    with pytest.raises(IndexError):
        tone(500, 0.1).channel(1)
