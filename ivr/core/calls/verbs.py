"""What the flow machine asks for: the few things that can be done to a caller, free of any telephone system.

The machine turns outcomes (`ivr.core.calls.outcomes`) into verbs; the live session, the simulator, scenario tests
and replay differ only in who performs a verb. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.base.secret import MASK, Secret


@dataclass(frozen=True, slots=True)
class Text:
    """Fixed words of a sentence: known when the flow is loaded, so their sound is made ahead."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value of a sentence, as the words it is read aloud with.

    ``text`` is how a transcript shows it (the mask for a secret one). Each word of ``words`` belongs to the
    language's finite vocabulary when ``fixed`` is true, and can then be spoken from files made ahead.
    """

    text: str
    words: tuple[str, ...]
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded sound by its file's name in the prompts folder without its ending, such as ``music/calm``."""

    name: str

    @property
    def text(self) -> str:
        """How a transcript shows it."""
        return f"[{self.name}]"


Piece = Text | Spoken | Recording


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a caller hears at once, in one language."""

    language: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The sentence as a transcript shows it."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def secret(self) -> bool:
        """Whether a secret is said in it."""
        return any(isinstance(piece, Spoken) and MASK in piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Keys:
    """Which key presses are an answer, and how long the caller has.

    An answer is complete when it equals one of ``choices`` and no longer choice begins with it, when it has
    ``most`` keys, when ``end`` is pressed, or when nothing more comes for ``between`` seconds. ``first`` counts from
    the end of the prompt. ``always`` are single keys that are an answer by themselves when pressed first (the flow's
    "anywhere" keys). Keys outside ``valid`` are still an answer: the machine says that it did not match.
    """

    choices: tuple[str, ...] = ()
    least: int = 1
    most: int = 1
    end: str = ""
    always: str = ""
    first: float = 5.0
    between: float = 3.0


@dataclass(frozen=True, slots=True)
class Say:
    """Play a sentence. Any key cuts it when ``interruptible``; the key is kept for the next question."""

    sentence: Sentence
    interruptible: bool = True
    always: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Let ``seconds`` pass, in silence or with a sound that is played again and again.

    Any key ends it when ``interruptible``; other keys than ``always`` are kept for the next question.
    """

    seconds: float
    sound: Sentence | None = None
    interruptible: bool = False
    always: str = ""


@dataclass(frozen=True, slots=True)
class Announce:
    """Play the announcements that are in force at a ``point`` of the flow, in the caller's language."""

    point: str
    language: str
    always: str = ""


@dataclass(frozen=True, slots=True)
class Consult:
    """Ask a ``source`` outside (``fetch``, ``lookup``, or one that an extension brings) for a value.

    ``request`` is the source's own; secrets in it are `Secret`. There is an answer or a failure after ``within``
    seconds. The caller hears ``meanwhile`` when it has not come after ``silence`` seconds. With ``secret`` the answer
    is written nowhere.
    """

    source: str
    request: Mapping[str, Any] = field(hash=False)
    within: float = 5.0
    meanwhile: Sentence | None = None
    silence: float = 0.7
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Play a sentence and take keys. ``flush`` forgets what was pressed before the question was put.

    Keys that come while a sentence plays that they do not stop answer it at its end; ``deaf`` forgets them then.
    """

    sentence: Sentence | None
    keys: Keys
    interruptible: bool = True
    flush: bool = False
    secret: bool = False
    deaf: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Play a sentence and a tone, then record until a key of ``end``, ``silence`` seconds of quiet or ``longest``."""

    sentence: Sentence | None
    mailbox: str
    longest: float
    silence: float
    end: str
    tone: bool = True


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring somebody for up to ``ring`` seconds and let them talk; ``number`` goes through the dial-out list.

    With ``secret`` the number is written nowhere.
    """

    number: str
    ring: float
    longest: float = 0.0
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """Wait in a queue until an agent talks to the caller, or the wait is over otherwise.

    ``needs`` are skills with the least level of each, ``priority`` is in minutes of waiting. For ``prefer_for`` seconds
    the call is kept for the agent ``prefer``. ``music`` is heard meanwhile, or else what the telephone system has.
    The keys of ``leave`` end the wait, besides those of ``always``.
    """

    queue: str
    needs: tuple[tuple[str, int], ...] = ()
    priority: float = 0.0
    prefer: str = ""
    prefer_for: float = 0.0
    music: Sentence | None = None
    leave: str = ""
    always: str = ""


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


Verb = Say | Wait | Announce | Ask | Record | Dial | Queue | Consult | Hangup
Answer = str | Secret
