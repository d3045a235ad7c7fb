"""Recorded prompts: which file is a text's, what files are taken, and what is said of the bad ones."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ivr.adapters.speech.recorded import LARGEST, RecordedPrompts
from ivr.core.audio import level
from ivr.core.audio.clip import Clip, silence, tone
from ivr.core.audio.telephone import FORMATS
from ivr.core.audio.wav import write_wav
from ivr.services.speech.engine import CannotSpeak

TEXT = "Press 1 for sales."


@pytest.fixture
def prompts(tmp_path: Path) -> RecordedPrompts:
    (tmp_path / "prompts" / "en").mkdir(parents=True)
    return RecordedPrompts(tmp_path / "prompts")


def put(prompts: RecordedPrompts, content: bytes, kind: str = "wav") -> Path:
    path = prompts.path(TEXT, "en").with_suffix(f".{kind}")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
async def test_wav_of_any_usual_kind_is_played_as_recorded(prompts: RecordedPrompts, rate: int, channels: int) -> None:
    mono = tone(700, 1.0, rate=rate)
    put(prompts, write_wav(mono if channels == 1 else Clip(np.stack([mono.samples] * 2, axis=1), rate)))
    clip = await prompts.speak(TEXT, "en", 1)
    heard = FORMATS["ulaw"].decode(FORMATS["ulaw"].encode(clip))
    assert heard.seconds == pytest.approx(1.0, abs=0.01)
    assert level.tone_dbfs(heard, 700) == pytest.approx(-12, abs=0.3)


@pytest.mark.parametrize("kind", ["ulaw", "alaw", "sln"])
async def test_telephone_files_are_played(prompts: RecordedPrompts, kind: str) -> None:
    put(prompts, FORMATS[kind].encode(tone(700, 1.0)), kind)
    assert level.tone_dbfs(await prompts.speak(TEXT, "en", 1), 700) == pytest.approx(-12, abs=0.3)


async def test_a_recording_is_only_for_its_exact_text_and_language(prompts: RecordedPrompts) -> None:
    put(prompts, write_wav(tone(700, 1.0)))
    assert await prompts.identity(TEXT, "en")
    assert await prompts.identity("Press 2 for sales.", "en") is None
    assert await prompts.identity("Press 1 for sales!", "en") is None
    assert await prompts.identity(TEXT, "zh") is None
    for text in (TEXT, TEXT + "!"):
        with pytest.raises(CannotSpeak, match="no recording"):
            await prompts.speak(text, "../en", 1)


async def test_a_recording_that_was_changed_has_another_identity(prompts: RecordedPrompts) -> None:
    put(prompts, write_wav(tone(700, 1.0)))
    before = await prompts.identity(TEXT, "en")
    put(prompts, write_wav(tone(701, 1.1)))
    assert await prompts.identity(TEXT, "en") not in (None, before)


def _distorted() -> bytes:
    loud = np.clip(tone(200, 1.0, dbfs=-4).samples.astype(np.int32) * 3, -32768, 32767)
    return write_wav(Clip(loud.astype(np.int16), 8000))


@pytest.mark.parametrize(
    ("content", "said", "usable"),
    [
        (b"", "not a wav file", False),
        (b"\xff\xfb\x90\x00" * 100, "not a wav file", False),
        (write_wav(tone(700, 1.0))[:9000], "cut short", False),
        (write_wav(tone(700, 1.0)).replace(struct.pack("<HH", 2, 16), struct.pack("<HH", 3, 24), 1), "24 bits", False),
        (write_wav(silence(0)), "no sound", False),
        (write_wav(silence(2)), "silent", False),
        (write_wav(tone(700, 1.0, dbfs=-48)), "quiet", True),
        (_distorted(), "distorted", True),
    ],
)
async def test_what_is_wrong_with_a_file_is_told(
    prompts: RecordedPrompts, content: bytes, said: str, usable: bool
) -> None:
    fault = prompts.fault(put(prompts, content))
    assert fault is not None
    assert said in fault.message
    assert fault.hint
    assert fault.usable is usable
    assert (await prompts.identity(TEXT, "en") is not None) is usable


def test_a_good_file_has_no_fault(prompts: RecordedPrompts) -> None:
    assert prompts.fault(put(prompts, write_wav(tone(700, 1.0)))) is None


def _link_out(path: Path) -> None:
    outside = path.parents[2] / "secret.wav"
    outside.write_bytes(write_wav(tone(700, 1.0)))
    path.symlink_to(outside)


def _large(path: Path) -> None:
    path.touch()
    os.truncate(path, LARGEST + 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_link_out, "leads out of the folder"),
        (_large, "10 MB"),
        (os.mkfifo, "not a file"),
        (Path.mkdir, "cannot be read|not a file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: path.symlink_to(path.parent / "gone.wav"), "cannot be read"),
    ],
)
async def test_nothing_in_the_folder_can_harm(
    prompts: RecordedPrompts, make: Callable[[Path], None], said: str
) -> None:
    path = prompts.path(TEXT, "en")
    make(path)
    assert await prompts.identity(TEXT, "en") is None
    with pytest.raises(CannotSpeak, match=said):
        await prompts.speak(TEXT, "en", 1)


def test_without_a_folder_there_are_no_recordings(tmp_path: Path) -> None:
    prompts = RecordedPrompts(tmp_path / "none")
    assert prompts.languages() == []
    assert prompts.files("en") == []
    assert prompts.find(TEXT, "en") is None


def put_named(prompts: RecordedPrompts, name: str, hertz: int = 440, seconds: float = 1.0) -> Path:
    path = prompts.folder / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_wav(tone(hertz, seconds)))
    return path


async def test_a_sound_by_name_is_the_languages_own_before_the_one_for_all(prompts: RecordedPrompts) -> None:
    put_named(prompts, "music/calm", 440)
    put_named(prompts, "zh/music/calm", 700)
    for language, hertz in (("en", 440), ("zh", 700)):
        clip = await prompts.recording("music/calm", language)
        assert level.tone_dbfs(clip, hertz) == pytest.approx(-12, abs=0.3)
    assert await prompts.recording_identity("music/calm", "en") != await prompts.recording_identity("music/calm", "zh")


@pytest.mark.parametrize(
    "name", ["../outside", "music/../../outside", "/etc/passwd", "", ".", "..", "a//b", "~/x", "a\0b", "a\n", "x" * 201]
)
async def test_a_name_leads_nowhere_but_into_the_prompts(prompts: RecordedPrompts, name: str) -> None:
    put_named(prompts, "../outside")
    assert await prompts.recording_identity(name, "en") is None
    with pytest.raises(CannotSpeak, match="no recording"):
        await prompts.recording(name, "en")


async def test_a_link_that_leads_out_is_no_sound(prompts: RecordedPrompts) -> None:
    outside = put_named(prompts, "../outside")
    (prompts.folder / "leak.wav").symlink_to(outside)
    assert await prompts.recording_identity("leak", "en") is None
    assert "leak" not in prompts.lengths()


def test_the_lengths_of_all_recordings_are_known_by_name(prompts: RecordedPrompts) -> None:
    put_named(prompts, "music/calm", seconds=2.5)
    put_named(prompts, "en/welcome-1a2b3c", seconds=1.0)
    (prompts.folder / "beep.ulaw").write_bytes(FORMATS["ulaw"].encode(tone(700, 0.5)))
    (prompts.folder / "notes.txt").write_text("no sound")
    (prompts.folder / "broken.wav").write_bytes(b"RIFF")
    cut = put_named(prompts, "cut", seconds=1.0)
    cut.write_bytes(cut.read_bytes()[: 44 + 8000])
    assert prompts.lengths() == pytest.approx(
        {"music/calm": 2.5, "en/welcome-1a2b3c": 1.0, "beep": 0.5, "cut": 0.5}, abs=0.01
    )


def test_no_folder_has_no_recordings(tmp_path: Path) -> None:
    assert RecordedPrompts(tmp_path / "none").lengths() == {}
