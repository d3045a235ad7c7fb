"""The voice of a call: one sound for a sentence, in time, whatever the engines do; nothing made twice."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ivr.core.audio.clip import Clip, silence
from ivr.core.base.secret import MASK
from ivr.core.calls.verbs import Sentence, Spoken, Text
from ivr.services.ports import Sound
from ivr.services.speech.engine import CannotSpeak, SpeechFailed
from ivr.services.speech.shelf import ONCE
from ivr.services.speech.voice import word_sentences
from tests.services.fake_voice import FakeEngine, Room
from tests.virtual_time import run_virtual

HELLO = Sentence("en", (Text("Hello, and welcome."),))
CODE = Sentence("en", (Text("Your code is "), Spoken("12", ("one", "two")), Text(". Thank you.")))


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_sentence_made_ahead_is_there_at_once() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        seen: list[tuple[int, int]] = []
        assert room.voice.ready(HELLO) is None
        assert await room.voice.prepare([HELLO, HELLO, CODE], lambda done, total: seen.append((done, total))) == 0
        assert seen == [(1, 2), (2, 2)]
        sound = room.voice.ready(HELLO)
        assert sound is not None
        assert await room.voice.sound(Sentence("en", (Text("Hello, and welcome."),))) == sound
        assert engine.asked == ["Hello, and welcome.", "Your code is", "one two", "Thank you."]

    run_virtual(scenario())


def test_a_sentence_is_one_sound_of_its_pieces_with_pauses() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        sound = await room.voice.sound(CODE)
        assert sound is not None
        made = room.shelf.sounds[sound.name]
        assert made[1::2] == [0.05, 0.35]
        assert len({*made[::2]}) == 3
        assert all(isinstance(room.shelf.sounds[key][0], Clip) for key in made[::2])

    run_virtual(scenario())


def test_only_what_changed_is_made_for_another_value() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        first = await room.voice.sound(CODE)
        engine.asked.clear()
        other = await room.voice.sound(Sentence("en", (CODE.pieces[0], Spoken("13", ("one", "three")), CODE.pieces[2])))
        assert engine.asked == ["one three"]
        assert other != first

    run_virtual(scenario())


def test_ten_callers_who_want_one_sound_make_it_once() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        sounds = await asyncio.gather(*(room.voice.sound(HELLO) for _ in range(10)))
        assert len(set(sounds)) == 1
        assert sounds[0] is not None
        assert engine.asked == ["Hello, and welcome."]

    run_virtual(scenario())


def test_callers_who_want_one_value_at_once_put_it_together_once() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        await room.voice.prepare([Sentence("en", (piece,)) for piece in CODE.pieces], lambda done, total: None)
        room.shelf.asked.clear()
        sounds = await asyncio.gather(*(room.voice.sound(CODE) for _ in range(200)))
        assert len(set(sounds)) == 1
        assert sounds[0] is not None
        assert room.shelf.asked == [sounds[0].name], "what was made ahead is not looked for on the shelf"

    run_virtual(scenario())


def test_a_piece_that_somebody_deleted_is_made_again_for_the_call() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        await room.voice.prepare([Sentence("en", (piece,)) for piece in CODE.pieces], lambda done, total: None)
        first = room.voice.ready(Sentence("en", (CODE.pieces[0],)))
        assert first is not None
        await room.shelf.forget(first.name)
        engine.asked.clear()
        assert await room.voice.sound(CODE) is not None
        assert engine.asked == ["Your code is"]

    run_virtual(scenario())


def test_a_caller_who_leaves_does_not_take_the_sound_from_the_next() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine(takes=1.0))

        async def leaves() -> None:
            async with asyncio.timeout(0.5):
                await room.voice.sound(HELLO)

        results = await asyncio.gather(leaves(), room.voice.sound(HELLO), return_exceptions=True)
        assert isinstance(results[0], TimeoutError)
        assert isinstance(results[1], Sound)

    run_virtual(scenario())


def test_recordings_win_and_the_engine_speaks_the_rest() -> None:
    async def scenario() -> None:
        recorded, engine = FakeEngine("recorded", known={"Hello, and welcome.", "one", "two"}), FakeEngine()
        room = Room(recorded, engine)
        await room.prepare(HELLO, CODE)
        assert recorded.asked == ["Hello, and welcome.", "one", "two"]
        assert engine.asked == ["Your code is", "Thank you."]

    run_virtual(scenario())


def test_the_order_is_the_settings() -> None:
    async def scenario() -> None:
        recorded, engine = FakeEngine("recorded", known={"Hello, and welcome."}), FakeEngine()
        await Room(engine, recorded).prepare(HELLO)
        assert recorded.asked == []

    run_virtual(scenario())


def test_a_changed_voice_or_recording_is_heard_after_the_next_load() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        await room.prepare(HELLO)
        before = room.voice.ready(HELLO)
        engine.voice = "two"
        await room.prepare(HELLO)
        assert room.voice.ready(HELLO) not in (None, before)

    run_virtual(scenario())


@pytest.mark.parametrize("takes", [10.0, 0.01])
def test_a_value_is_put_together_from_words_when_the_engine_is_slow_or_broken(takes: float) -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        words = word_sentences("en", ["one,", "one", "two"])
        assert await room.prepare(*words, Sentence("en", CODE.pieces[:1]), Sentence("en", CODE.pieces[2:])) == 0
        assert engine.asked == ["one", "two", "Your code is", "Thank you."]
        engine.takes = takes
        engine.broken = SpeechFailed("it crashed") if takes < 1 else None
        began = now()
        sound = await room.voice.sound(CODE)
        assert now() - began < 2
        assert sound is not None
        assert len(room.shelf.sounds[sound.name]) == 7

    run_virtual(scenario())


@pytest.mark.parametrize(
    "engine",
    [
        FakeEngine(takes=1000.0),
        FakeEngine(broken=SpeechFailed("it crashed")),
        FakeEngine(clip=silence(1.0)),
        FakeEngine(clip=silence(0.0)),
    ],
)
def test_nothing_that_an_engine_does_holds_a_call_longer_than_the_deadline(engine: FakeEngine) -> None:
    async def scenario() -> None:
        room = Room(engine, deadline=4.0)
        began = now()
        assert await room.voice.sound(CODE) is None
        assert now() - began <= 4.0
        assert room.shelf.sounds == {}

    run_virtual(scenario())


def test_a_hung_engine_is_waited_for_twice_and_then_rests_until_it_is_well() -> None:
    async def scenario() -> None:
        engine = FakeEngine(takes=1000.0)
        room = Room(engine)
        others = [Sentence("en", (Text(f"Sentence {number}"),)) for number in range(6)]
        for sentence in others[:2]:
            assert await room.voice.sound(sentence) is None
        began = now()
        assert await room.voice.sound(others[2]) is None
        assert now() == began
        assert [(health.state, health.seconds) for health in room.voice.health()] == [("resting", 5.0)]
        await asyncio.sleep(5)
        assert await room.voice.sound(others[3]) is None
        assert room.voice.health()[0].seconds == pytest.approx(10.0)
        await asyncio.sleep(10)
        engine.takes = 0.02
        assert await room.voice.sound(others[4]) is not None
        assert room.voice.health()[0].state == "ready"
        assert len(engine.asked) == 4

    run_virtual(scenario())


def test_only_one_caller_tries_an_engine_that_was_broken() -> None:
    async def scenario() -> None:
        engine = FakeEngine(broken=SpeechFailed("it crashed"))
        room = Room(engine)
        others = [Sentence("en", (Text(f"Sentence {number}"),)) for number in range(12)]
        for sentence in others[:2]:
            await room.voice.sound(sentence)
        await asyncio.sleep(5)
        engine.asked.clear()
        assert set(await asyncio.gather(*map(room.voice.sound, others[2:]))) == {None}
        assert len(engine.asked) == 1

    run_virtual(scenario())


def test_the_next_engine_speaks_for_a_broken_one() -> None:
    async def scenario() -> None:
        broken, well = FakeEngine("first", broken=SpeechFailed("it crashed")), FakeEngine("second")
        room = Room(broken, well)
        assert await room.voice.sound(CODE) is not None
        assert [health.state for health in room.voice.health()] == ["resting", "ready"]

    run_virtual(scenario())


def test_trouble_at_the_start_does_not_cost_all_sentences() -> None:
    async def scenario() -> None:
        engine = FakeEngine(broken=SpeechFailed("it crashed"))
        room = Room(engine)
        sentences = [Sentence("en", (Text(f"Sentence {number}"),)) for number in range(20)]

        async def recovers() -> None:
            await asyncio.sleep(12)
            engine.broken = None

        failed, _ = await asyncio.gather(room.prepare(*sentences), recovers())
        assert failed < 3
        assert len(room.voice.unspoken) == failed
        await room.voice.tidy()
        assert room.voice.unspoken == []
        assert all(room.voice.ready(sentence) for sentence in sentences)

    run_virtual(scenario())


def test_a_language_without_a_voice_and_a_full_disk_are_no_sound_and_no_failure() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        assert await room.voice.sound(Sentence("xx", HELLO.pieces)) is None
        assert await room.prepare(Sentence("xx", HELLO.pieces), HELLO) == 1
        room.shelf.full = True
        assert await room.voice.sound(CODE) is None
        assert await room.prepare(CODE) == 1
        room.shelf.full = False
        assert await room.voice.sound(CODE) is not None
        assert room.voice.health()[0].state == "ready"

    run_virtual(scenario())


def test_a_sentence_in_which_nothing_is_spoken_is_a_short_silence() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        sound = await room.voice.sound(Sentence("en", (Text(" "), Spoken("", ()), Text("..."))))
        assert sound is not None
        assert room.shelf.sounds[sound.name] == [0.1]
        assert engine.asked == []

    run_virtual(scenario())


def test_a_secret_leaves_no_sound_that_could_be_recognised() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        for words, fixed in ((("one", "two"), True), (("one",), True), (("Ann Lee",), False)):
            secret = Sentence("en", (Text("Your card is "), Spoken(MASK, words, fixed)))
            alone = Sentence("en", (Spoken(MASK, words, fixed),))
            for sentence in (secret, alone):
                first, again = [await room.voice.sound(sentence) for _ in range(2)]
                assert first is not None
                assert again is not None
                assert first.name.startswith(ONCE)
                assert again.name != first.name
                assert room.voice.ready(sentence) is None
        assert "one two" not in engine.asked

    run_virtual(scenario())


def test_the_sound_of_a_secret_is_taken_away_when_it_was_played_and_what_it_was_made_of_at_once() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        await room.prepare(HELLO)
        for words, fixed in ((("one", "two"), True), (("Ann Lee",), False)):
            sound = await room.voice.sound(Sentence("en", (Text("Hello, and welcome."), Spoken(MASK, words, fixed))))
            assert sound is not None
            assert [key for key in room.shelf.sounds if key.startswith(ONCE)] == [sound.name]
            await room.voice.forget(sound)
            assert not [key for key in room.shelf.sounds if key.startswith(ONCE)]
        hello = room.voice.ready(HELLO)
        assert hello is not None
        await room.voice.forget(hello)
        assert hello.name in room.shelf.sounds

    run_virtual(scenario())


def test_what_an_engine_says_of_a_secret_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        engine.broken = CannotSpeak("no sound of 'seven' and 'Ann Lee'")
        room = Room(engine)
        for words, fixed in ((("seven",), True), (("Ann Lee",), False)):
            assert await room.voice.sound(Sentence("en", (Spoken(MASK, words, fixed),))) is None

    with caplog.at_level(logging.DEBUG):
        run_virtual(scenario())
    assert "did not speak" in caplog.text
    assert "CannotSpeak" in caplog.text
    assert "Ann" not in caplog.text
    assert "seven" not in caplog.text


def test_a_sound_that_somebody_deleted_is_made_again() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        await room.prepare(HELLO)
        other = await room.voice.sound(CODE)
        assert other is not None
        room.shelf.sounds.clear()
        await room.voice.tidy()
        ready = room.voice.ready(HELLO)
        assert ready is not None
        assert ready.name in room.shelf.sounds
        assert room.voice.ready(CODE) is None

    run_virtual(scenario())


def test_values_that_nobody_asks_for_any_more_are_forgotten() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        await room.voice.sound(CODE)
        await room.voice.tidy()
        assert room.voice.ready(CODE) is not None
        await room.voice.tidy()
        assert room.voice.ready(CODE) is not None
        for _ in range(2):
            await room.voice.tidy()
        assert room.voice.ready(CODE) is None

    run_virtual(scenario())


def test_a_long_text_is_asked_for_in_parts() -> None:
    async def scenario() -> None:
        engine = FakeEngine()
        room = Room(engine)
        text = "This sentence is said several times. " * 8
        sound = await room.voice.sound(Sentence("en", (Text(text),)))
        assert sound is not None
        assert len(engine.asked) == 4
        assert " ".join(engine.asked) == text.strip()
        assert room.shelf.sounds[sound.name][0].seconds == pytest.approx(4 + 3 * 0.35, abs=0.1)

    run_virtual(scenario())


def test_upkeep_goes_on_until_it_is_cancelled() -> None:
    async def scenario() -> None:
        room = Room(FakeEngine())
        await room.prepare(HELLO)
        room.shelf.sounds.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1000):
                await room.voice.keep(every=300)
        assert room.shelf.sounds

    run_virtual(scenario())
