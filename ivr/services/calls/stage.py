"""Where a verb is performed: the call, its leg, and what both need of the world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ivr.core.acd.facts import Ticket
from ivr.core.base.ids import CallId
from ivr.core.base.secret import MASK
from ivr.core.calls.events import PromptPlayed
from ivr.core.calls.outcomes import Unsaid
from ivr.core.calls.verbs import Sentence
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.ports import Announcements, DialPlan, Leg, Sound, Source, Unplayable, Voice
from ivr.services.recording.whole import WholeCall
from ivr.services.world import World


class NothingAnnounced:
    """The `Announcements` port where nothing ever is."""

    def in_force(self, flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
        """Nothing."""
        return ()

    def on_news(self, told: Callable[[], None]) -> Callable[[], None]:
        """There never are any."""
        return lambda: None


@dataclass(frozen=True, slots=True)
class Ports:
    """What a call needs besides its leg; ``sources`` are those outside that a flow may ask, by name.

    Without ``acd`` there are no queues.
    """

    voice: Voice
    dialplan: DialPlan
    sources: Mapping[str, Source] = field(default_factory=dict)
    announcements: Announcements = field(default_factory=NothingAnnounced)
    acd: Dispatcher | None = None


@dataclass(slots=True)
class Stage:
    """One call while verbs are performed; ``flow``, ``section`` and ``index`` are the place that events name.

    ``origin`` is the flow that the call began with, ``announced`` what it was told already, ``kept`` the place in a
    queue that it had before it was interrupted.
    """

    call_id: CallId
    leg: Leg
    world: World
    ports: Ports
    flow: str = ""
    section: str = ""
    index: int = 0
    language: str = ""
    origin: str = ""
    announced: set[str] = field(default_factory=set)
    kept: Ticket | None = None
    in_line: bool = False  # whether the caller waits in a queue now, where the wait may be broken off at any moment
    answered: bool = False
    key_at: float = float("-inf")  # when a key was pressed last (monotonic)
    recording: WholeCall | None = None

    async def answer(self) -> None:
        """Picks up before the first sound; a call that is only passed on is never answered by us."""
        if not self.answered:
            await self.leg.answer()
            self.answered = True
            if self.recording is not None:
                await self.recording.begin()

    @asynccontextmanager
    async def unrecorded(self, secret: bool) -> AsyncIterator[None]:
        """A block in which a secret is taken or said: no recording runs."""
        if not secret or self.recording is None:
            yield
            return
        async with self.recording.still():
            yield

    async def play(self, sentence: Sentence, *, cut: bool, shown: Collection[str] = "") -> str | Unsaid:
        """The key that cut the sentence, or empty; the sound is there already for all that could be known ahead.

        The trace says which key of ``shown`` cut it, and of others only that one did: it may be the first of a secret.
        """
        sound = await self.sound(sentence)
        if isinstance(sound, Unsaid):
            return sound
        began_at = self.world.clock.now()
        try:
            async with self.unrecorded(sentence.secret):
                key = await self.leg.play(sound, cut=cut)
        except Unplayable as error:
            return Unsaid(str(error))
        finally:
            if sentence.secret:
                await self.ports.voice.forget(sound)
        if key:
            self.key_at = self.world.clock.monotonic()
        self.played(sentence, sound.name, began_at, MASK if key and key not in shown else key)
        return key

    async def sound(self, sentence: Sentence) -> Sound | Unsaid:
        """What a sentence sounds like: there already, or made now within the voice's deadline."""
        sound = self.ports.voice.ready(sentence) or await self.ports.voice.sound(sentence)
        return sound or Unsaid("no voice could speak it")

    @contextmanager
    def news(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever an announcement comes into force, for as long as the block."""
        wake = asyncio.Event()
        forget = self.ports.announcements.on_news(wake.set)
        try:
            yield wake
        finally:
            forget()

    def played(self, sentence: Sentence, sound: str, began_at: datetime, key: str) -> None:
        """Tells what the caller heard until now."""
        self.world.journal.publish(
            PromptPlayed(
                at=self.world.clock.now(),
                call_id=self.call_id,
                began_at=began_at,
                section=self.section,
                index=self.index,
                language=sentence.language,
                text=sentence.text,
                sound=sound,
                cut_by=key,
            )
        )
