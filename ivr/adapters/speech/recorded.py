"""Recorded prompts: files under ``prompts/<language>/`` whose name is made of the text (`wording.slug`).

Sounds that a flow asks for by name (`Recording`) are there, too: ``prompts/<language>/<name>.wav``, else
``prompts/<name>.wav``; a name may have folders in it, and never leads out of the prompts.

A file is wav (any usual rate, mono or stereo, 16 bits) or raw ulaw, alaw or sln at 8 kHz. Its level is left alone.
What is wrong with a file is a finding, and the text is then left to the next engine. Nothing outside the folder is
read, wherever a link in it points.
"""

from __future__ import annotations

import asyncio
import io
import math
import os
import re
import stat
import wave
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ivr.core.audio import level
from ivr.core.audio.clip import AudioError, Clip
from ivr.core.audio.telephone import FORMATS
from ivr.core.audio.wav import read_wav
from ivr.services.speech.engine import CannotSpeak, Capabilities, InstalledVoice
from ivr.services.speech.wording import slug

KINDS = ("wav", "ulaw", "alaw", "sln")
LARGEST = 10 * 1024**2
REMEMBERED = 5000
CLIPPED = 0.001
QUIET = -40.0
SILENT = -60.0
MOST_LISTED = 20_000
LONGEST_NAME = 200
_NAME = re.compile(r"\w[\w .-]*(/\w[\w .-]*){0,5}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}")

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RecordingFault:
    """What is wrong with a recorded file; ``usable`` when it is played all the same."""

    path: Path
    message: str
    hint: str
    usable: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    stamp: Stamp
    digest: str
    fault: RecordingFault | None


class RecordedPrompts:
    """An `Engine` that has the sounds of some texts: those that somebody recorded."""

    capabilities = Capabilities("recorded", any_text=False, longest_text=100_000)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, _Seen] = {}

    async def identity(self, text: str, language: str) -> str | None:
        """The digest of the recording's content; None without a recording that can be played."""
        return await asyncio.to_thread(self._identity, text, language)

    async def speak(self, text: str, language: str, within: float) -> Clip:
        """The recording."""
        return await asyncio.to_thread(self._speak, text, language)

    async def recording_identity(self, name: str, language: str) -> str | None:
        """The digest of the content of a recording by name; None without one that can be played."""

        def look() -> str | None:
            path = self.named(name, language)
            return None if path is None else self._digest_of(path)

        return await asyncio.to_thread(look)

    async def recording(self, name: str, language: str) -> Clip:
        """A recording by name."""

        def read() -> Clip:
            path = self.named(name, language)
            if path is None:
                raise CannotSpeak(f"there is no recording {name!r} in {self.folder}")
            return self._clip(path)

        return await asyncio.to_thread(read)

    async def voices(self) -> list[InstalledVoice]:
        """One for each language that has a folder."""
        return [InstalledVoice(name, "recorded files", name) for name in await asyncio.to_thread(self.languages)]

    async def aclose(self) -> None:
        """Nothing is kept running."""

    def path(self, text: str, language: str) -> Path:
        """Where a wav recording of a text belongs."""
        return self.folder / language / f"{slug(text)}.wav"

    def find(self, text: str, language: str) -> Path | None:
        """The recording of a text, whether it can be played or not."""
        if not _LANGUAGE.fullmatch(language):
            return None
        name = slug(text)
        candidates = (self.folder / language / f"{name}.{kind}" for kind in KINDS)
        return next((path for path in candidates if os.path.lexists(path)), None)

    def named(self, name: str, language: str) -> Path | None:
        """The file of a recording by name: the language's own, else the one for all; None without one."""
        if not recording_name(name):
            return None
        folders = [self.folder / language] if _LANGUAGE.fullmatch(language) else []
        candidates = (folder / f"{name}.{kind}" for folder in (*folders, self.folder) for kind in KINDS)
        return next((path for path in candidates if os.path.lexists(path)), None)

    def lengths(self) -> dict[str, float]:
        """The seconds of every recording that can be played, by its name without ending, such as ``music/calm``."""
        found: dict[str, float] = {}
        for path in sorted(self.folder.rglob("*"))[:MOST_LISTED] if self.folder.is_dir() else []:
            name = path.relative_to(self.folder).with_suffix("").as_posix()
            if path.suffix[1:] in KINDS and recording_name(name):
                with suppress(AudioError):
                    found.setdefault(name, _seconds(path, self.folder))
        return found

    def fault(self, path: Path) -> RecordingFault | None:
        """What is wrong with a file."""
        return self._look(path).fault

    def languages(self) -> list[str]:
        """The languages that have a folder of recordings."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir() and _LANGUAGE.fullmatch(path.name))

    def files(self, language: str) -> list[Path]:
        """All files of a language's folder, so that those no text asks for can be told."""
        folder = self.folder / language
        if not _LANGUAGE.fullmatch(language) or not folder.is_dir():
            return []
        return [path for path in sorted(folder.rglob("*"))[:MOST_LISTED] if not path.is_dir()]

    def _identity(self, text: str, language: str) -> str | None:
        path = self.find(text, language)
        return None if path is None else self._digest_of(path)

    def _digest_of(self, path: Path) -> str | None:
        seen = self._look(path)
        return None if seen.fault and not seen.fault.usable else f"recorded {seen.digest}"

    def _speak(self, text: str, language: str) -> Clip:
        path = self.find(text, language)
        if path is None:
            raise CannotSpeak(f"there is no recording {self.path(text, language)}")
        return self._clip(path)

    def _clip(self, path: Path) -> Clip:
        try:
            return _decode(path, _content(path, self.folder))
        except AudioError as error:
            raise CannotSpeak(f"{path}: {error.message}", hint=error.hint) from error

    def _look(self, path: Path) -> _Seen:
        """The file's digest and fault, read once for as long as it does not change."""
        stamp = _stamp(path)
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            seen = self._read(path, stamp)
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[path] = seen
        return seen

    def _read(self, path: Path, stamp: Stamp) -> _Seen:
        try:
            content = _content(path, self.folder)
            fault = _judged(path, _decode(path, content))
            return _Seen(stamp, blake2b(content, digest_size=16).hexdigest(), fault)
        except AudioError as error:
            return _Seen(stamp, "", RecordingFault(path, error.message, error.hint))


def recording_name(name: str) -> bool:
    """Whether a text can be a recording's name: it leads nowhere but into the prompts folder."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def _seconds(path: Path, folder: Path) -> float:
    """How long a file is; its sound is only read where its head does not tell. Raises AudioError."""
    content = _content(path, folder)
    if path.suffix == ".wav":
        with suppress(wave.Error, EOFError, ZeroDivisionError), wave.open(io.BytesIO(content)) as file:
            there = len(content) // (file.getsampwidth() * file.getnchannels())  # a killed recorder wrote no size
            return float(min(file.getnframes(), there) / file.getframerate())
    return _decode(path, content).seconds


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _content(path: Path, folder: Path) -> bytes:
    """The file's bytes, within bounds and within the folder. Raises AudioError."""
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise AudioError("the file is a link that leads out of the folder", hint="copy the file itself")
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(number, "rb") as file:
            found = os.fstat(number)
            if not stat.S_ISREG(found.st_mode):
                raise AudioError("this is not a file", hint="take it out of the folder")
            if found.st_size > LARGEST:
                allowed = LARGEST // 1024**2
                raise AudioError(
                    f"the file has {found.st_size:,} bytes; {allowed} MB are allowed", hint="save it with 8000 Hz, mono"
                )
            return file.read(LARGEST)
    except (OSError, RuntimeError) as error:
        raise AudioError(f"the file cannot be read: {error}", hint="look at its rights") from error


def _decode(path: Path, content: bytes) -> Clip:
    kind = path.suffix[1:]
    clip = read_wav(content) if kind == "wav" else FORMATS[kind].decode(content)
    if not len(clip.samples):
        raise AudioError("the file has no sound in it", hint="record it again")
    return clip


def _judged(path: Path, clip: Clip) -> RecordingFault | None:
    loudest = float(level.frame_levels(clip).max(initial=-math.inf))
    if loudest < SILENT:
        return RecordingFault(path, "the recording is silent", "record it again")
    if level.clipped(clip) > CLIPPED:
        return RecordingFault(path, "the recording is too loud and distorted", "record it again, lower", usable=True)
    if loudest < QUIET:
        return RecordingFault(
            path, f"the recording is very quiet ({loudest:.0f} dBFS)", "record it louder", usable=True
        )
    return None
