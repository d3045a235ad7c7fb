"""pyttsx3 with espeak-ng, really: what it says, and that its worker is replaced when it must be."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.adapters.speech.pyttsx import VOICES, Pyttsx3
from ivr.adapters.system.clock import SystemClock
from ivr.core.audio import level, match
from ivr.core.audio.wav import read_wav
from ivr.core.prompts.say import vocabulary
from ivr.services.speech.engine import CannotSpeak, SpeechFailed
from ivr.services.speech.guard import Guarded
from tests.contract.test_speech_engines import likeness

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def engine() -> AsyncIterator[Pyttsx3]:
    made = Pyttsx3()
    yield made
    await made.aclose()


def worker(engine: Pyttsx3) -> int:
    assert engine._worker is not None
    return engine._worker.pid


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


async def test_chinese_is_spoken_and_is_not_english(engine: Pyttsx3) -> None:
    chinese = await engine.speak("欢迎致电艾克米。", "zh", 20)
    assert 1.0 < chinese.seconds < 5
    assert level.rms_dbfs(chinese) > -30
    english = await engine.speak("Welcome to Acme, thank you for calling us today.", "en", 20)
    assert match.find_clip(level.trimmed(chinese), english).score < 0.4


async def test_the_settings_decide_how_it_sounds() -> None:
    slow, quick, british = Pyttsx3(rate=120), Pyttsx3(rate=240), Pyttsx3({"en": "en-gb", "zh": ""})
    try:
        text = "Your call is important to us."
        clips = [await engine.speak(text, "en", 20) for engine in (slow, quick, british)]
        identities = {await engine.identity(text, "en") for engine in (slow, quick, british)}
        assert clips[0].seconds > 1.5 * clips[1].seconds
        assert len(identities) == 3
        assert await british.identity(text, "zh")
    finally:
        for engine in (slow, quick, british):
            await engine.aclose()


async def test_a_language_or_voice_that_is_not_there_is_told_with_the_setting_to_change() -> None:
    engine = Pyttsx3({"en": "gmw/klingon"})
    try:
        with pytest.raises(CannotSpeak, match=r"'tlh'.*en, zh.*settings\.prompts\.voices"):
            await engine.identity("nuqneH", "tlh")
        with pytest.raises(CannotSpeak, match="no voice 'gmw/klingon'"):
            await engine.speak("Hello.", "en", 20)
        assert (await engine.speak("你好。", "zh", 20)).seconds > 0.3
    finally:
        await engine.aclose()


async def test_a_language_with_a_region_has_the_language_s_voice(engine: Pyttsx3) -> None:
    assert await engine.identity("Hello.", "en-GB") == await engine.identity("Hello.", "en")


async def test_a_long_text_is_spoken_to_its_end(engine: Pyttsx3) -> None:
    guarded = Guarded(engine, SystemClock())
    line, end = "We are open from nine to five, and on most days longer.", "Goodbye until tomorrow evening."
    whole = await guarded.speak(" ".join([*[line] * 40, end]), "en", 60)
    one = await guarded.speak(line, "en", 20)
    last = await guarded.speak(end, "en", 20)
    assert whole.seconds > 40 * one.seconds * 0.9
    assert likeness(last, whole.part(whole.seconds - last.seconds)) > 0.9


async def test_nothing_to_speak_is_said_so(engine: Pyttsx3) -> None:
    for text in ("", "  "):
        with pytest.raises(CannotSpeak, match="nothing to speak"):
            await engine.speak(text, "en", 20)


@pytest.mark.parametrize("text", ["a\x00b\x1b[2J", '{"id": 9}\n{"do": "voices"}', "<speak>hi</speak>", "-h --help %n"])
async def test_no_text_can_break_the_worker(engine: Pyttsx3, text: str) -> None:
    with suppress(CannotSpeak):
        await engine.speak(text, "en", 20)
    assert (await engine.speak("Still here.", "en", 20)).seconds > 0.5


async def test_a_worker_that_was_killed_is_replaced(engine: Pyttsx3) -> None:
    await engine.speak("One.", "en", 20)
    first = worker(engine)
    os.kill(first, signal.SIGKILL)
    with suppress(SpeechFailed):  # it may only now find out that the worker is dead
        await engine.speak("Two.", "en", 20)
    assert (await engine.speak("Three.", "en", 20)).seconds > 0.2
    assert worker(engine) != first


async def test_a_worker_that_is_stopped_in_the_middle_is_ended_and_replaced(engine: Pyttsx3) -> None:
    await engine.speak("One.", "en", 20)
    first = worker(engine)
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(SpeechFailed, match="did not finish"):
        await engine.speak("Two.", "en", 0.3)
    assert (await engine.speak("Three.", "en", 20)).seconds > 0.2
    assert not alive(first)


async def test_a_worker_is_replaced_after_so_many_texts() -> None:
    engine = Pyttsx3(renders=2)
    try:
        seen = set()
        for text in ("One.", "Two.", "Three.", "Four."):
            assert (await engine.speak(text, "en", 20)).seconds > 0.2
            seen |= {engine._worker.pid} if engine._worker else set()
        assert len(seen) == 2
    finally:
        await engine.aclose()


def test_the_worker_ends_with_the_service_even_when_that_is_killed() -> None:
    program = """
import asyncio, os
from ivr.adapters.speech.pyttsx import VOICES, Pyttsx3
async def main():
    engine = Pyttsx3()
    await engine.speak("One.", "en", 20)
    print(engine._worker.pid, engine._folder, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT) as service:
        assert service.stdout is not None
        process, folder = service.stdout.readline().decode().split()
        left = os.pidfd_open(int(process))
        service.kill()
    ended, _, _ = select.select([left], [], [], 30)
    os.close(left)
    assert ended
    assert not Path(folder).exists()


async def test_nothing_is_left_behind(engine: Pyttsx3) -> None:
    await engine.speak("One.", "en", 20)
    left, folder = worker(engine), engine._folder
    assert folder is not None
    assert os.listdir(folder) == []
    await engine.aclose()
    assert not alive(left)
    with pytest.raises(FileNotFoundError):
        os.listdir(folder)


def test_chinese_is_spoken_with_chinese_sounds_only() -> None:
    """espeak-ng marks sounds that it borrows from English with ``(en)``."""
    voice = VOICES["zh"].rpartition("/")[2]
    text = "\n".join(
        [*sorted(vocabulary("zh")), "欢迎致电艾克米。账单请按 1，技术支持请按 2。", "您的余额是十二元五角。"]
    )
    said = subprocess.run(
        ["espeak-ng", "-q", "-x", "-v", voice, "--stdin"], input=text, capture_output=True, text=True, check=True
    )
    assert len(said.stdout.split()) > 100
    assert "(en)" not in said.stdout


async def test_the_chinese_voice_is_the_one_that_is_named(engine: Pyttsx3, tmp_path: Path) -> None:
    spoken = level.trimmed(await engine.speak("幺零零八六", "zh", 20))
    alike = {}
    for voice in ("cmn-latn-pinyin", "cmn"):
        file = tmp_path / f"{voice}.wav"
        command = ["espeak-ng", "-v", voice, "-s", "165", "-w", str(file), "幺零零八六"]
        await asyncio.to_thread(subprocess.run, command, check=True)
        alike[voice] = likeness(spoken, level.trimmed(read_wav(await asyncio.to_thread(file.read_bytes))))
    assert alike["cmn-latn-pinyin"] > 0.85
    assert alike["cmn"] < 0.7
