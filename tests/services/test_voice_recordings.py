"""Recorded sounds in sentences: alone, with words around them, and when they are not there."""

from __future__ import annotations

import asyncio

from ivr.core.audio.clip import Clip, tone
from ivr.core.calls.verbs import Recording, Sentence, Text
from ivr.services.speech.engine import CannotSpeak
from tests.services.fake_voice import FakeEngine, Room
from tests.virtual_time import run_virtual

MUSIC = Sentence("en", (Recording("music/calm"),))
MIXED = Sentence("en", (Text("Please hold. "), Recording("music/calm"), Text(" Thank you.")))


class Folder(FakeEngine):
    """An engine that has recordings by name."""

    def __init__(self, *names: str) -> None:
        super().__init__("recorded", known=set())
        self.names = set(names)

    async def recording_identity(self, name: str, language: str) -> str | None:
        return f"recorded {name}" if name in self.names else None

    async def recording(self, name: str, language: str) -> Clip:
        self.asked.append(name)
        if name not in self.names:
            raise CannotSpeak("there is none")
        return tone(700, 2.0)


def test_a_recording_alone_is_the_sound_that_was_recorded() -> None:
    async def scenario() -> None:
        folder = Folder("music/calm")
        room = Room(folder, FakeEngine())
        assert await room.prepare(MUSIC) == 0
        sound = room.voice.ready(MUSIC)
        assert sound is not None
        [clip] = room.shelf.sounds[sound.name]
        assert clip.seconds == 2.0
        assert folder.asked == ["music/calm"]

    run_virtual(scenario())


def test_a_recording_stands_between_words_in_one_sound() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(Folder("music/calm"), engine)
        sound = await room.voice.sound(MIXED)
        assert sound is not None
        made = [part for part in room.shelf.sounds[sound.name] if isinstance(part, str)]
        assert [room.shelf.sounds[key][0].seconds for key in made] == [1.0, 2.0, 1.0]
        assert engine.asked == ["Please hold.", "Thank you."]

    run_virtual(scenario())


def test_a_recording_that_is_missing_leaves_the_sentence_without_a_sound_and_is_never_spoken() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(Folder(), engine)
        assert await room.voice.sound(MIXED) is None
        assert await room.prepare(MUSIC) == 1
        assert "music/calm" not in engine.asked
        assert "[music/calm]" not in engine.asked

    run_virtual(scenario())


def test_a_recording_and_words_of_the_same_name_are_two_things() -> None:
    async def scenario() -> None:
        room = Room(Folder("hello"), FakeEngine())
        words = await room.voice.sound(Sentence("en", (Text("hello"),)))
        sound = await room.voice.sound(Sentence("en", (Recording("hello"),)))
        assert words is not None
        assert sound is not None
        assert words.name != sound.name

    run_virtual(scenario())


def test_callers_who_want_one_recording_have_it_made_once() -> None:
    async def scenario() -> None:
        folder = Folder("music/calm")
        room = Room(folder)
        sounds = await asyncio.gather(*(room.voice.sound(MUSIC) for _ in range(10)))
        assert len(set(sounds)) == 1
        assert folder.asked == ["music/calm"]

    run_virtual(scenario())


def test_a_sentence_that_was_given_up_is_not_tried_again() -> None:
    async def scenario() -> None:
        folder = Folder()
        room = Room(folder)
        await room.prepare(MUSIC)
        assert room.voice.unspoken == [MUSIC]
        room.voice.give_up([MUSIC])
        folder.names.add("music/calm")
        await room.voice.tidy()
        assert room.voice.unspoken == []
        assert folder.asked == []

    run_virtual(scenario())
