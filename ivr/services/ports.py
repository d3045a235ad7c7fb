"""What ``services`` needs of the world, as protocols; ``adapters`` implement them, ``app.wiring`` joins the two.

All durations are seconds. A method on a leg raises `ivr.core.base.errors.Hangup` when the caller has left, and does
so at once also when the caller leaves while it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ivr.core.acd.facts import Ticket
from ivr.core.calls.outcomes import Dialled
from ivr.core.calls.verbs import Sentence


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file, ready to be played: ``name`` is what the telephone system is told (no extension)."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished recording: ``path`` is relative to the recordings folder; ``ended`` as in `outcomes.Recorded`."""

    path: str
    seconds: float
    ended: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is there, as the telephone system told it (bounded and cleaned, but still the caller's own words)."""

    number: str
    name: str
    called: str
    channel: str  # the telephone system's own id of the call: the same when it comes back
    returned: bool  # the dialplan says that this call was here before


class Leg(Protocol):
    """The caller's leg: what can be done to one living call."""

    @property
    def caller(self) -> Caller:
        """Who is calling."""
        ...

    async def answer(self) -> None:
        """Picks up. Nothing happens when the call is answered already."""
        ...

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Plays a sound from ``start`` on; with ``cut`` any key stops it at once. The key, or empty at its end."""
        ...

    async def stop_sound(self) -> None:
        """Has a `play` or `key` that runs on this leg end soon, with no key. Nothing happens when neither runs, or
        when the telephone system cannot be told: it ends by itself then."""
        ...

    async def key(self, within: float) -> str:
        """The next key pressed (one that is waiting comes first), or empty after ``within`` seconds."""
        ...

    def typed(self) -> str:
        """Takes one key that was pressed before anybody asked for it, or empty."""
        ...

    def put_back(self, key: str) -> None:
        """Puts a key before all that wait, for the next question."""
        ...

    def forget_keys(self) -> None:
        """Drops keys that were pressed and not asked for yet."""
        ...

    async def record(self, name: str, *, longest: float, silence: float, end: str, tone: bool) -> Taken:
        """Records the caller to ``name`` (relative, no extension). A hang-up while recording keeps what was said."""
        ...

    async def start_recording(self, name: str, *, append: bool) -> None:
        """Records the whole call from now on to ``name`` (relative, no extension). Raises Unplayable."""
        ...

    async def stop_recording(self) -> None:
        """Records no more; when it returns, nothing further reaches the file."""
        ...

    async def dial(self, address: str, *, ring: float, longest: float) -> Dialled:
        """Rings ``address`` (a dial string that the dial-out list gave) and lets both talk until one hangs up."""
        ...

    async def start_music(self) -> None:
        """Lets the caller hear the telephone system's music until `stop_music`, whatever else is done meanwhile."""
        ...

    async def stop_music(self) -> None:
        """Ends the music."""
        ...

    async def bridge(self, channel: str) -> bool:
        """Connects the caller with another leg until one of the two hangs up; no when that leg is not there."""
        ...

    async def hangup(self) -> None:
        """Ends the call."""
        ...

    def hand_back(self) -> None:
        """Gives the caller to the dialplan, which keeps them and brings them back; never waits and never fails."""
        ...

    def on_gone(self, told: Callable[[], None]) -> None:
        """Calls ``told`` once when the caller leaves while nothing runs on the leg that would raise `Hangup`."""
        ...

    @property
    def lost(self) -> bool:
        """Whether the leg ended because the telephone system went away, not because the caller hung up."""
        ...


class Voice(Protocol):
    """Turns sentences into sounds: recorded files first or spoken by an engine, as configured."""

    def ready(self, sentence: Sentence) -> Sound | None:
        """The sentence's sound when it is there already: no waiting, safe on a call's critical path."""
        ...

    async def sound(self, sentence: Sentence) -> Sound | None:
        """The sentence's sound, made now if need be, within a stated time; None when nothing can speak it."""
        ...

    async def prepare(self, sentences: Iterable[Sentence], progress: Callable[[int, int], None]) -> int:
        """Makes the sounds of all sentences ahead; the number that could not be made."""
        ...

    async def forget(self, sound: Sound) -> None:
        """Takes away a sound that was made for one use, with a secret in it; nothing happens to any other."""
        ...

    def give_up(self, sentences: Iterable[Sentence]) -> None:
        """Tries no longer to make the sounds of sentences that could not be made ahead."""
        ...


class DialPlan(Protocol):
    """The dial-out list: which numbers may be dialled, and how."""

    def address(self, number: str) -> str | None:
        """The telephone system's address for a number, or None when it may not be dialled."""
        ...


class Source(Protocol):
    """Where a flow gets values from outside: HTTP, a database, or what an extension brings."""

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The value that the request asks for, as JSON has them, within so many seconds. Raises SourceFailed."""
        ...


class SourceFailed(Exception):
    """A source has no value to give; ``reason`` is a word or two for the flow's author: ``timeout``, ``status 404``.

    ``detail`` is for the log, and like the reason free of secrets and of what the caller said.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Announcements(Protocol):
    """What is announced now."""

    def in_force(self, flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
        """The ids of the announcements in force at a point of a flow, each with its sentence in a language."""
        ...

    def on_news(self, told: Callable[[], None]) -> Callable[[], None]:
        """Calls ``told`` whenever an announcement comes into force; the result ends that."""
        ...


class Unplayable(Exception):
    """Something could not be played, recorded or waited for although the caller is there: a file, or the channel."""


class Channels(Protocol):
    """What the telephone system knows of its channels, for calls that are not with the service at the moment."""

    async def living(self) -> set[str]:
        """The ids (`Caller.channel`) of all channels that exist. Raises AsteriskUnavailable."""
        ...

    def on_gone(self, told: Callable[[str], None]) -> None:
        """Calls ``told`` with a channel's id whenever one ends."""
        ...

    def on_connected(self, told: Callable[[], None]) -> None:
        """Calls ``told`` whenever the connection is there (again)."""
        ...


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A place in a queue that a call has still: its ticket, and where in the flow the caller waits."""

    ticket: Ticket
    section: str
    index: int


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call in the store that has no end yet: recovery at start asks what became of it.

    ``flow`` of ``bundle`` is what it began with, ``announced`` the ids of the announcements that the caller was told,
    ``place`` the one that the call had in a queue when it was interrupted.
    """

    call_id: str
    channel: str
    section: str
    language: str
    flow: str = ""
    bundle: str = ""
    announced: tuple[str, ...] = ()
    place: KeptPlace | None = None


class CallStore(Protocol):
    """What the service itself asks of the store: only what recovery needs, never to decide about a living call."""

    async def open_calls(self) -> list[OpenCall]:
        """Every call that was begun and not ended."""
        ...

    async def open_call(self, channel: str) -> OpenCall | None:
        """The call of a channel that was begun and not ended. Raises StoreError when the store cannot be read."""
        ...
