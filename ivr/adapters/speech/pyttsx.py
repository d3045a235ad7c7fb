"""pyttsx3 with espeak-ng as a speech engine: one worker process, one text at a time.

Theory of operation. The worker is started when it is first needed. A request that gets no answer in its time, or
whose asker leaves, ends the worker, since it may be hung; so does anything but the expected line. The next request
starts a new one. A worker that is still starting is not ended by an impatient request but by `START`, so that a slow
machine gets there in the end.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ivr.core.audio.clip import AudioError, Clip
from ivr.core.audio.wav import read_wav
from ivr.services.speech.engine import CannotSpeak, Capabilities, InstalledVoice, SpeechFailed

START = 15.0
RATE = 165
RENDERS = 2000
LARGEST_FILE = 64 * 1024**2
GRAVE = 2.0
VOICES = {"en": "gmw/en-us", "zh": "sit/cmn-latn-pinyin"}
"""The voices used where the settings name none. The languages that espeak-ng speaks are many more.

Not ``sit/cmn``: espeak-ng 1.51 turns many characters into pinyin first and then reads that as English (零 as
"ling two").
"""

WORKER = (sys.executable, "-P", str(Path(__file__).with_name("worker.py")))


class Pyttsx3:
    """An `Engine`. ``voices`` are voice names by language (empty: the usual one), ``rate`` is words per minute."""

    capabilities = Capabilities("pyttsx3", any_text=True, longest_text=500)

    def __init__(
        self,
        voices: Mapping[str, str] | None = None,
        *,
        rate: int = RATE,
        program: Sequence[str] = WORKER,
        start: float = START,
        renders: int = RENDERS,
    ) -> None:
        self._voices = VOICES | {language: name for language, name in (voices or {}).items() if name}
        self._rate = rate
        self._version = f"pyttsx3 {_version()}"  # reads a file: not while calls wait
        self._program = program
        self._start = start
        self._renders = renders
        self._turn = asyncio.Lock()
        self._worker: Process | None = None
        self._ready = False
        self._since = 0.0
        self._asked = 0
        self._ended: list[Process] = []
        self._folder: Path | None = None

    async def identity(self, text: str, language: str) -> str | None:
        """Engine, version, voice and rate. Raises CannotSpeak for a language without a voice."""
        return f"{self._version} {self._voice(language)} {self._rate}"

    async def speak(self, text: str, language: str, within: float) -> Clip:
        """The sound at 22.05 kHz."""
        text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        if not text:
            raise CannotSpeak("there is nothing to speak")
        request = {"do": "speak", "text": text, "voice": self._voice(language), "rate": self._rate}
        try:
            async with asyncio.timeout(within), self._turn:
                path = await self._out_file()
                await self._ask({**request, "path": str(path), "longest": max(1, round(within) + 1)})
                return await asyncio.to_thread(_taken, path)
        except TimeoutError:
            raise SpeechFailed(f"pyttsx3 did not finish within {within:g} s") from None

    async def voices(self) -> list[InstalledVoice]:
        """All voices of espeak-ng."""
        try:
            async with asyncio.timeout(self._start), self._turn:
                found = (await self._ask({"do": "voices"})).get("voices")
        except TimeoutError:
            raise SpeechFailed("pyttsx3 does not answer", hint="is espeak-ng installed?") from None
        if not isinstance(found, list) or not all(isinstance(row, list) and len(row) == 3 for row in found):
            raise SpeechFailed("pyttsx3 gave no list of voices")
        return [InstalledVoice(*map(str, row)) for row in found]

    async def aclose(self) -> None:
        """Ends the worker and takes its folder away."""
        self._end()
        await self._bury()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            self._folder = None

    def _voice(self, language: str) -> str:
        name = self._voices.get(language) or self._voices.get(language.replace("_", "-").split("-")[0])
        if not name:
            known = ", ".join(sorted(self._voices))
            raise CannotSpeak(
                f"pyttsx3 has no voice for the language '{language}' (it has {known})",
                hint=f"name one under settings.prompts.voices, as {language}: NAME",
            )
        return name

    async def _out_file(self) -> Path:
        if self._folder is None:
            self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="ivr-speech-"))
        return self._folder / "spoken.wav"

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request and its answer. Whatever goes wrong on the way ends the worker."""
        worker = await self._living()
        self._asked += 1
        line = json.dumps({**request, "id": self._asked}).encode() + b"\n"
        try:
            answer = await self._exchange(worker, line)
        except BaseException:
            self._end()
            raise
        if self._asked >= self._renders:
            self._end()
        if "error" not in answer:
            return answer
        kind = CannotSpeak if answer.get("kind") == "text" else SpeechFailed
        raise kind(str(answer["error"])[:300], hint="`ivr doctor` lists the voices" if kind is CannotSpeak else "")

    async def _exchange(self, worker: Process, line: bytes) -> dict[str, Any]:
        assert worker.stdin is not None
        try:
            worker.stdin.write(line)
            await worker.stdin.drain()
        except (ConnectionError, RuntimeError) as error:
            raise SpeechFailed("the worker of pyttsx3 has died") from error
        answer = await _answer(worker)
        if answer.get("id") != self._asked:
            raise SpeechFailed("the worker of pyttsx3 answered something else than what it was asked")
        return answer

    async def _living(self) -> Process:
        """The worker, started if need be, ready to be asked."""
        now = asyncio.get_running_loop().time()
        if self._worker is not None and (
            self._worker.returncode is not None or (not self._ready and now > self._since + self._start)
        ):
            self._end()
        await self._bury()
        if self._worker is None:
            self._since, self._ready, self._asked = now, False, 0
            try:
                self._worker = await asyncio.create_subprocess_exec(
                    *self._program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
                )
            except OSError as error:
                raise SpeechFailed(f"the worker of pyttsx3 cannot be started: {error}") from error
        if not self._ready:
            await self._hello(self._worker)
        return self._worker

    async def _hello(self, worker: Process) -> None:
        try:
            hello = await _answer(worker)
        except SpeechFailed:
            self._end()
            raise
        if hello.get("id") != 0 or "error" in hello:
            self._end()
            said = str(hello.get("error", "the worker of pyttsx3 does not say that it is ready"))[:300]
            raise SpeechFailed(said, hint="is espeak-ng installed?")
        self._ready = True

    def _end(self) -> None:
        if self._worker is None:
            return
        if self._worker.returncode is None:
            self._worker.kill()
        self._ended.append(self._worker)
        self._worker = None

    async def _bury(self) -> None:
        """Waits for workers that were killed, so that none stays behind as a zombie."""
        while self._ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(GRAVE):
                    await _gone(self._ended[-1])
            self._ended.pop()


async def _gone(worker: Process) -> None:
    assert worker.stdout is not None
    while await worker.stdout.read(65536):  # asyncio waits for a pipe that is full before it tells the end
        pass
    await worker.wait()


async def _answer(worker: Process) -> dict[str, Any]:
    assert worker.stdout is not None
    try:
        line = await worker.stdout.readline()
        answer = json.loads(line) if line.endswith(b"\n") else None
    except ValueError as error:  # no JSON, no UTF-8, or a line without an end
        raise SpeechFailed("the worker of pyttsx3 gave rubbish") from error
    if line == b"":
        raise SpeechFailed("the worker of pyttsx3 has died")
    if not isinstance(answer, dict):
        raise SpeechFailed("the worker of pyttsx3 gave rubbish")
    return answer


def _taken(path: Path) -> Clip:
    """The sound that the worker wrote; the file is taken away."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE)
        return read_wav(content)
    except FileNotFoundError:
        raise SpeechFailed("pyttsx3 wrote no file") from None
    except AudioError as error:
        raise SpeechFailed(f"pyttsx3 wrote a file that cannot be used: {error.message}") from error
    finally:
        path.unlink(missing_ok=True)


def _version() -> str:
    try:
        return version("pyttsx3")
    except PackageNotFoundError:
        return "unknown"
