"""The whole voice with nothing replaced: real engine, real folder, real files, asserted on the sound."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from ivr.adapters.speech.folder import SoundFolder
from ivr.adapters.speech.pyttsx import Pyttsx3
from ivr.adapters.speech.recorded import RecordedPrompts
from ivr.adapters.system.clock import SystemClock
from ivr.core.audio import level, match
from ivr.core.audio.clip import Clip, tone
from ivr.core.audio.telephone import FORMATS
from ivr.core.audio.wav import write_wav
from ivr.core.calls.verbs import Piece, Sentence, Spoken, Text
from ivr.services.ports import Sound
from ivr.services.speech.guard import Guarded
from ivr.services.speech.voice import PromptVoice

BEFORE, VALUE, AFTER = Text("Your code is "), Spoken("1234", ("one", "two", "three", "four")), Text(". Thank you.")


class Booth:
    """A voice over a folder of recordings and a cache."""

    def __init__(self, folder: Path, sound_format: str = "ulaw") -> None:
        clock = SystemClock()
        self.recorded = RecordedPrompts(folder / "prompts")
        self.format = FORMATS[sound_format]
        self.cache = folder / "cache"
        shelf = SoundFolder(self.cache, clock, sound_format=sound_format)
        self.voice = PromptVoice([Guarded(self.recorded, clock), Guarded(Pyttsx3(), clock)], shelf, deadline=20)

    def record(self, text: str, clip: Clip) -> None:
        path = self.recorded.path(text, "en")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_wav(clip))

    def listen(self, sound: Sound | None) -> Clip:
        assert sound is not None
        clip = self.format.decode(Path(f"{sound.name}.{self.format.name}").read_bytes())
        assert clip.seconds == pytest.approx(sound.seconds)
        return clip

    async def heard(self, *pieces: Piece) -> Clip:
        return self.listen(await self.voice.sound(Sentence("en", pieces)))


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    yield made
    await made.voice.aclose()


async def test_a_sentence_is_heard_as_its_pieces_in_order(booth: Booth) -> None:
    whole = await booth.heard(BEFORE, VALUE, AFTER)
    places = []
    for piece in (BEFORE, VALUE, AFTER):
        found = match.find_clip(await booth.heard(piece), whole)
        assert found.score > 0.99
        places.append(found.offset_seconds)
    assert places == sorted(places)
    assert match.find_clip(await booth.heard(Text("Goodbye for now.")), whole).score < 0.5
    assert -30 < level.rms_dbfs(whole) < -12


async def test_a_recording_is_heard_between_spoken_words(booth: Booth) -> None:
    booth.record("Your code is", tone(700, 1.0, rate=44100))
    whole = await booth.heard(BEFORE, VALUE, AFTER)
    assert level.tone_dbfs(whole.part(0.1, 0.9), 700) == pytest.approx(-12, abs=0.5)
    assert level.tone_dbfs(whole.part(1.05), 700) < -30


async def test_a_bad_recording_is_spoken_instead(booth: Booth) -> None:
    booth.record("Your code is", tone(700, 1.0))
    path = booth.recorded.path("Your code is", "en")
    path.write_bytes(path.read_bytes()[:5000])
    heard = await booth.heard(BEFORE)
    assert level.tone_dbfs(heard, 700) < -25
    assert level.rms_dbfs(heard) > -30


@pytest.mark.parametrize("kind", FORMATS)
async def test_every_telephone_format_sounds_the_same(tmp_path: Path, kind: str) -> None:
    booth = Booth(tmp_path, kind)
    booth.record("Your code is", tone(700, 1.0))
    booth.record("Thank you.", tone(1100, 1.0))
    try:
        heard = await booth.heard(BEFORE, AFTER)
    finally:
        await booth.voice.aclose()
    assert heard.seconds == pytest.approx(2.35)
    assert level.tone_dbfs(heard.part(0, 1), 700) == pytest.approx(-12, abs=0.3)
    assert level.tone_dbfs(heard.part(1.35), 1100) == pytest.approx(-12, abs=0.3)


async def test_a_second_process_finds_everything_made(booth: Booth, tmp_path: Path) -> None:
    sentence = Sentence("en", (BEFORE, VALUE, AFTER))
    first = await booth.voice.sound(sentence)
    other = Booth(tmp_path)
    try:
        assert await other.voice.prepare([sentence], lambda done, total: None) == 0
        assert other.voice.ready(sentence) == first
        assert [health.state for health in other.voice.health()] == ["ready", "ready"]
    finally:
        await other.voice.aclose()


async def test_the_loop_is_never_blocked_while_sounds_are_made(booth: Booth) -> None:
    booth.record("Thank you.", tone(700, 1.0))
    with blockbuster_ctx():
        assert await booth.voice.sound(Sentence("en", (BEFORE, VALUE, AFTER)))
        assert await booth.voice.sound(Sentence("zh", (Text("欢迎致电艾克米。"),)))
        await booth.voice.tidy()
