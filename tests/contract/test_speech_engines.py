"""What every speech engine keeps to, whether it is well, hangs, dies or gives rubbish. A new engine is one line here.

The engines are real ones: pyttsx3 with espeak-ng must be installed. The sick ones are the pyttsx3 adapter with a
program in the worker's place that behaves as a broken engine does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from ivr.adapters.speech.pyttsx import Pyttsx3
from ivr.adapters.speech.recorded import RecordedPrompts
from ivr.adapters.system.clock import SystemClock
from ivr.core.audio import level
from ivr.core.audio.clip import Clip, tone
from ivr.core.audio.wav import write_wav
from ivr.services.speech.engine import CannotSpeak, Engine, SpeechFailed
from ivr.services.speech.guard import Guarded

TEXT = "Please enter your account number."
OTHER = "All our agents are busy."


def _recorded(folder: Path) -> Engine:
    engine = RecordedPrompts(folder)
    for number, text in enumerate((TEXT, OTHER)):
        path = engine.path(text, "en")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(write_wav(tone(400 + 300 * number, 1.0, rate=16000)))
    return engine


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "recorded": _recorded,
    "pyttsx3": lambda folder: Pyttsx3(),
}

READY = "import json, sys, time, os\nprint('{\"id\": 0}', flush=True)\n"
SICK = {
    "hangs": READY + "time.sleep(600)",
    "hangs at start": "import time\ntime.sleep(600)",
    "dies at start": "",
    "cannot start": 'print(\'{"id": 0, "error": "pyttsx3 cannot start: no libespeak-ng"}\', flush=True)',
    "dies when asked": READY + "sys.stdin.readline()\nos._exit(1)",
    "gives rubbish": READY + "sys.stdin.readline()\nprint('Audio saved to x', flush=True)\ntime.sleep(600)",
    "gives rubbish without end": READY + "sys.stdin.readline()\nwhile True: sys.stdout.write('x' * 65536)",
    "answers another question": READY + "sys.stdin.readline()\nprint('{\"id\": 77}', flush=True)\ntime.sleep(600)",
    "writes no file": READY + "for line in sys.stdin: print(json.dumps({'id': json.loads(line)['id']}), flush=True)",
    "writes half a file": READY
    + "for line in sys.stdin:\n"
    + "  asked = json.loads(line)\n"
    + "  open(asked['path'], 'wb').write(b'RIFF\\0\\0\\0\\0WAVEfmt ')\n"
    + "  print(json.dumps({'id': asked['id']}), flush=True)",
    "is not there": "not a program",
}


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Guarded]:
    made = Guarded(ENGINES[request.param](tmp_path), SystemClock())
    yield made
    await made.aclose()


def sick(kind: str) -> Pyttsx3:
    program = (sys.executable, "-c", SICK[kind]) if kind != "is not there" else ("/nonexistent/engine",)
    return Pyttsx3(program=program, start=0.2 if "start" in kind else 15.0)


async def failing(speak: Callable[[], Awaitable[Clip]]) -> str:
    with pytest.raises(SpeechFailed) as caught:
        await speak()
    return caught.value.message


async def test_a_text_becomes_clean_telephone_sound(engine: Guarded) -> None:
    clip = await engine.speak(TEXT, "en", 20)
    assert clip.rate == 8000
    assert clip.channels == 1
    assert 0.9 < clip.seconds < 6
    assert -35 < level.rms_dbfs(clip) < -10
    assert level.clipped(clip) == 0
    spoken = level.segments(clip, above=-50)
    assert spoken[0].start < 0.1
    assert clip.seconds - spoken[-1].end < 0.1


def likeness(one: Clip, other: Clip) -> float:
    """How alike two sounds are over time and frequency, 1 for the same; espeak-ng's waves are never twice the same."""
    size = min(len(one.samples), len(other.samples)) // 160 * 160
    pictures = []
    for clip in (one, other):
        frames = clip.samples[:size].reshape(-1, 160).astype(float) * np.hanning(160)
        bands = np.abs(np.fft.rfft(frames))[:, :80].reshape(len(frames), 16, 5).sum(axis=2)
        pictures.append(np.log(bands + 100).ravel())
    return float(np.corrcoef(pictures)[0, 1])


async def test_the_same_text_sounds_the_same_and_another_differently(engine: Guarded) -> None:
    first, again, other = [await engine.speak(text, "en", 20) for text in (TEXT, TEXT, OTHER)]
    assert first.seconds == pytest.approx(again.seconds, abs=0.05)
    assert likeness(first, again) > 0.9
    assert likeness(first, other) < 0.8


async def test_the_identity_says_what_decides_the_sound(engine: Guarded) -> None:
    assert await engine.identity(TEXT, "en")
    assert await engine.identity(TEXT, "en") == await engine.identity(TEXT, "en")


async def test_a_language_that_it_does_not_speak_is_said_so_and_is_no_failure(engine: Guarded) -> None:
    for _ in range(5):
        with pytest.raises(CannotSpeak):
            await engine.speak(TEXT, "xx", 20)
    assert engine.health().state == "ready"
    assert (await engine.speak(TEXT, "en", 20)).seconds > 0


async def test_many_ask_at_once_and_each_hears_its_own(engine: Guarded) -> None:
    texts = [TEXT, OTHER] * 4
    clips = await asyncio.gather(*(engine.speak(text, "en", 30) for text in texts))
    for number, clip in enumerate(clips[2:]):
        assert likeness(clip, clips[number % 2]) > 0.9
        assert likeness(clip, clips[1 - number % 2]) < 0.8


async def test_an_asker_who_leaves_does_not_spoil_it_for_the_next(engine: Guarded) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await engine.speak(OTHER, "en", 20)
    assert (await engine.speak(TEXT, "en", 20)).seconds > 0.9


async def test_it_tells_its_voices(engine: Guarded) -> None:
    assert any(voice.language.startswith("en") for voice in await engine.voices())


@pytest.mark.parametrize("kind", SICK)
async def test_a_sick_engine_fails_in_time_with_a_reason(kind: str) -> None:
    engine = sick(kind)
    try:
        within = 0.3 if "hangs" in kind else 10
        for _ in range(2):
            assert "pyttsx3" in await failing(lambda: engine.speak(TEXT, "en", within))
    finally:
        await engine.aclose()


@pytest.mark.parametrize("kind", ["hangs", "dies when asked", "gives rubbish"])
async def test_a_sick_engine_is_left_in_peace_after_two_failures(kind: str) -> None:
    engine = Guarded(sick(kind), SystemClock())
    try:
        within = 0.3 if "hangs" in kind else 10
        for _ in range(2):
            await failing(lambda: engine.speak(TEXT, "en", within))
        assert engine.health().state == "resting"
        assert engine.health().trouble
        assert "rests" in await failing(lambda: engine.speak(TEXT, "en", within))
    finally:
        await engine.aclose()
