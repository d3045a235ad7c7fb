"""What a page of scenarios says: who calls, what sources answer, and what the caller hears and does, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.core.calls.outcomes import DialStatus, QueueEnding
from ivr.core.document.problems import Mark

CALLER, CALLED = "+15551230001", "100"
EVERY_POINT = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are listened for: one text for all languages (under ``""``), or one for each."""

    by_language: Mapping[str, str]

    def at(self, language: str) -> str:
        """The words in a language that the scenario runs in."""
        known = self.by_language
        return known.get(language) or known.get("") or next(iter(known.values()))


@dataclass(frozen=True, slots=True)
class Hears:
    """The caller listens until the words have been said; other sentences may come before."""

    words: Words
    mark: Mark


@dataclass(frozen=True, slots=True)
class HearsNot:
    """From here to the next words that the caller listens for, and in that sentence, these are not said."""

    words: Words
    mark: Mark


@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses keys, a fifth of a second apart."""

    keys: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """The caller is silent until the question has waited in vain, or the recording has ended."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Waits:
    """The caller does nothing for some seconds."""

    seconds: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Leaves:
    """The caller leaves a message; ``failed``: nothing can be recorded."""

    words: Words
    mark: Mark
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Rings:
    """What comes of dialling: a status (None: it fails), and the seconds that both talk."""

    status: DialStatus | None
    talked: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Queues:
    """What comes of the wait in a queue (None: it fails), and the seconds that both talk."""

    ending: QueueEnding | None
    talked: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller hangs up."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is expected: ``name`` of the fact, and its ``value``."""

    name: str
    value: Any
    mark: Mark


@dataclass(frozen=True, slots=True)
class Expect:
    """What is true of the call now; with ``ended`` it goes on to its end first."""

    wishes: tuple[Wish, ...]
    mark: Mark

    @property
    def ends(self) -> bool:
        """Whether the call has to be over."""
        return any(wish.name == "ended" for wish in self.wishes)


Act = Hears | HearsNot | Presses | SaysNothing | Waits | Leaves | Rings | Queues | HangsUp | Expect


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source outside fails, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answers when its request has ``text`` in it: one value after the other, the last for ever."""

    source: str
    text: str
    values: tuple[Any, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Given:
    """The world of a scenario: what sources answer, and what is announced by point and language."""

    answers: tuple[Answer, ...] = ()
    announced: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario; ``languages`` are those it runs in, each once ("" is the flow's first)."""

    name: str
    mark: Mark
    flow: str
    call: tuple[Act, ...]
    at: datetime
    caller: str = CALLER
    called: str = CALLED
    caller_name: str = ""
    languages: tuple[str, ...] = ("",)
    returned: bool = False
    given: Given = Given()
