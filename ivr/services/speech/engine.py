"""What a speech engine is: a thing that turns a text into a clip, or says why not.

There are two kinds. One speaks any text (`Capabilities.any_text`); the other has the sounds of some texts only, such
as the folder of recorded files. Both are asked in the configured order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ivr.core.audio.clip import Clip
from ivr.core.base.errors import IvrError


class SpeechFailed(IvrError):
    """The engine is in trouble: it hung, died or gave rubbish. Asked again later it may well work."""

    code = "speech_failed"


class CannotSpeak(IvrError):
    """The engine is well, and cannot speak this: a language without a voice, a recording that is no wav file."""

    code = "cannot_speak"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do; longer texts than ``longest_text`` characters are split before it is asked."""

    name: str
    any_text: bool
    longest_text: int = 500


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice that an engine could use: ``id`` is what the settings name."""

    id: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an engine is: ``ready``, or ``resting`` for ``seconds`` more because of ``trouble``."""

    engine: str
    state: str
    trouble: str = ""
    seconds: float = 0.0


class Engine(Protocol):
    """One way to get the sound of a text."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def identity(self, text: str, language: str) -> str | None:
        """Everything that decides how ``text`` will sound (voice, rate, a file's content), as text; None when this
        engine has no sound for it. Quick, and works while the engine is in trouble."""
        ...

    async def speak(self, text: str, language: str, within: float) -> Clip:
        """The sound, mono, at any rate. Raises SpeechFailed (also after ``within`` seconds) or CannotSpeak."""
        ...

    async def voices(self) -> list[InstalledVoice]:
        """The voices that it could use. Raises SpeechFailed."""
        ...

    async def aclose(self) -> None:
        """Ends whatever it keeps running."""
        ...


@runtime_checkable
class HasRecordings(Protocol):
    """An engine that has sounds by name, too: what a flow plays as it is, such as music."""

    async def recording_identity(self, name: str, language: str) -> str | None:
        """Everything that decides how the recording sounds; None when there is none of that name."""
        ...

    async def recording(self, name: str, language: str) -> Clip:
        """The recording. Raises CannotSpeak."""
        ...
