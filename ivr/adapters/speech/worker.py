"""The program in which pyttsx3 runs: one JSON object a line in, one out. Started by `pyttsx`, by its path.

Asked ``{"id": 1, "do": "speak", "text": .., "voice": .., "language": .., "rate": .., "path": .., "longest": ..}`` it
writes a wav file to ``path`` and answers ``{"id": 1}``; ``{"id": 2, "do": "voices"}`` is answered with a list. What is
wrong is answered as ``{"id": 1, "error": .., "kind": "text" | "engine"}``. When it is ready to be asked it says
``{"id": 0}``.

pyttsx3 runs espeak-ng in a thread of that library's own and does not always wait for it. The first file of a process
may not be there yet when ``runAndWait`` returns; and what is begun while the library still counts as playing (a text,
a change of voice or rate) is cancelled by ``runAndWait``, which leaves an empty file or the wrong rate. So the library
is waited for before and after each step, and a text is tried again unless it was told to be finished.

It needs nothing of ``ivr``. It ends when its input ends, when a text takes longer than ``longest`` seconds (an alarm
of the system, which also ends a library that hangs in C code), or when it is killed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import time
from contextlib import suppress
from typing import IO, Any

LARGEST_FILE = 64 * 1024**2


TRIES = 4
EMPTY = 44
"""Bytes of a wav file without sound."""


class CannotSpeak(Exception):
    """No installed voice is called so, or nothing in the text can be spoken."""


def main() -> None:
    """Answers until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    # pyttsx3 prints; the answers go out on a descriptor that it does not know.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        import pyttsx3

        engine = pyttsx3.init("espeak")
        engine.runAndWait()  # until it has run once, it only notes what it is told
    except BaseException as error:  # noqa: BLE001  whatever it was, the service is told
        _answer(answers, {"id": 0, "error": f"pyttsx3 cannot start: {error or type(error).__name__}", "kind": "engine"})
        return
    _answer(answers, {"id": 0})
    folder = ""
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        signal.alarm(int(asked.get("longest", 30)))
        try:
            found = _voices(engine) if asked["do"] == "voices" else _speak(engine, asked)
            _answer(answers, {"id": asked["id"], **found})
        except CannotSpeak as error:
            _answer(answers, {"id": asked["id"], "error": str(error), "kind": "text"})
        except Exception as error:  # noqa: BLE001  the boundary of one request
            _answer(answers, {"id": asked["id"], "error": f"{type(error).__name__}: {error}", "kind": "engine"})
        signal.alarm(0)
        folder = os.path.dirname(asked["path"]) if "path" in asked else folder
    if folder:  # the service is gone without taking its folder away
        shutil.rmtree(folder, ignore_errors=True)


def _answer(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _voices(engine: Any) -> dict[str, Any]:
    voices = engine.getProperty("voices")
    return {"voices": [[voice.id, voice.name, _language(voice)] for voice in voices]}


def _language(voice: Any) -> str:
    first = voice.languages[0] if voice.languages else ""
    return first.decode(errors="replace").strip("\x05\x02") if isinstance(first, bytes) else str(first)


def _speak(engine: Any, asked: dict[str, Any]) -> dict[str, Any]:
    voice = _voice_id(engine, asked["voice"])
    finished: list[bool] = []
    listening = engine.connect("finished-utterance", lambda name, completed: finished.append(completed))
    try:
        for _ in range(TRIES):
            finished.clear()
            size = _render(engine, asked, voice)
            if finished[:1] == [True] and size > EMPTY:
                return {}
            _in_force.clear()
    finally:
        engine.disconnect(listening)
    raise CannotSpeak("espeak-ng spoke nothing")


def _render(engine: Any, asked: dict[str, Any], voice: str) -> int:
    """Writes the file, when all goes well; gives its size in bytes."""
    with suppress(FileNotFoundError):
        os.unlink(asked["path"])
    _settle()
    if _in_force != [voice, asked["rate"]]:  # a change costs 20 ms
        engine.setProperty("voice", voice)
        engine.setProperty("rate", asked["rate"])
        _settle()
        _in_force[:] = [engine.getProperty("voice"), asked["rate"]]
        if _in_force[0] != voice:
            return 0
    engine.save_to_file(asked["text"], asked["path"])
    engine.runAndWait()
    _settle()
    try:
        return os.path.getsize(asked["path"])
    except FileNotFoundError:
        return 0


def _settle() -> None:
    """Waits until espeak-ng does nothing more; the alarm bounds it."""
    from pyttsx3.drivers import _espeak

    _espeak.Synchronize()
    while _espeak.IsPlaying():
        time.sleep(0.001)


_KNOWN_VOICES: dict[str, str] = {}
_in_force: list[Any] = []
"""The voice and the rate that were set last."""


def _voice_id(engine: Any, wanted: str) -> str:
    """The id of the voice that is called so, looked for once."""
    if wanted not in _KNOWN_VOICES:
        _KNOWN_VOICES[wanted] = _look_for_voice(engine, wanted)
    return _KNOWN_VOICES[wanted]


def _look_for_voice(engine: Any, wanted: str) -> str:
    """The id of the voice that is called so: by id, the end of an id, language or name."""
    voices = engine.getProperty("voices")
    for known in (
        lambda voice: voice.id,
        lambda voice: voice.id.rsplit("/", 1)[-1],
        _language,
        lambda voice: voice.name.lower(),
    ):
        for voice in voices:
            if known(voice) == wanted.lower():
                return str(voice.id)
    raise CannotSpeak(f"espeak-ng has no voice '{wanted}'")


if __name__ == "__main__":
    main()
