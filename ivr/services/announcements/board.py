"""The board: what is announced now, by whom, and until when.

Theory of operation. An order becomes an announcement in three steps, each before the next: its sounds are made, it is
written to the store, it goes up. From then on every call that asks is told of it, and whoever waits is woken. It
comes down by its time or by somebody's word. At the start of the service the board is read from the store, so that a
restart ends nothing.

When the store cannot be written it goes up all the same: callers come first, and the answer says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ivr.core.announcements.announcement import MOST_IN_FORCE, Announcement, heard_at
from ivr.core.announcements.events import AnnouncementEnded, AnnouncementMade
from ivr.core.base.errors import Refused, StoreError
from ivr.core.calls.verbs import Recording, Sentence, Text
from ivr.services.announcements.order import BadOrder, Order
from ivr.services.ports import Voice
from ivr.services.world import World

log = logging.getLogger(__name__)

MOST_KEPT = 500  # announcements that are read at the start and can be listed


class AnnouncementStore(Protocol):
    """Where announcements are kept."""

    async def keep_announcement(self, announcement: Announcement) -> None:
        """Writes one as it is now, and returns when it is safe. Raises StoreError."""
        ...

    async def announcements(self, most: int) -> list[Announcement]:
        """The newest, oldest first, and all that nobody has ended. Raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the board asks of the rest: the languages of each live flow, by its name, and the voice they have."""

    languages: Callable[[], Mapping[str, Sequence[str]]]
    voice: Callable[[], Voice]


@dataclass(frozen=True, slots=True)
class PutUp:
    """An announcement that is in force, and what whoever made it should know."""

    announcement: Announcement
    warnings: tuple[str, ...]


class Board:
    """Owns all announcements; the `Announcements` port of every call."""

    def __init__(self, store: AnnouncementStore, surroundings: Surroundings, world: World) -> None:
        self._store = store
        self._around = surroundings
        self._world = world
        self._known: dict[str, Announcement] = {}
        self._open: dict[str, Announcement] = {}  # those that nobody has ended and whose time is not over
        self._told: list[Callable[[], None]] = []
        self._changed = asyncio.Event()
        self._one = asyncio.Lock()

    async def recall(self) -> int:
        """Reads what is kept, and makes the sounds of what is in force; how many those are. Raises StoreError."""
        for one in await self._store.announcements(MOST_KEPT):
            self._known[one.id] = one
            if one.ended_at is None:
                self._open[one.id] = one
        for one in self.now():
            await self._unspoken(one, self._languages(one.flow))
        self._changed.set()
        return len(self._open)

    async def announce(self, order: Order) -> PutUp:
        """Puts up what was ordered. Raises Refused, and nothing was announced then."""
        async with self._one:
            now = self._world.clock.now()
            if len(self.now()) >= MOST_IN_FORCE:
                raise Refused(f"{MOST_IN_FORCE} announcements are in force already", hint="end one: `ivr announce end`")
            languages = self._languages(order.flow)
            one = Announcement(
                id=self._world.ids.new("ann"),
                begins_at=now,
                until=order.end(now),
                flow=order.flow,
                point=order.point,
                words=self._words(order, languages),
                recording=order.recording,
                by=order.by,
                note=order.note,
            )
            unspoken = await self._unspoken(one, languages)
            if unspoken:
                self._around.voice().give_up(unspoken.values())
                raise Refused(_cannot(one, unspoken), hint=_instead(one))
            return PutUp(one, (*_warnings(one, languages), *await self._put_up(one)))

    async def end(self, announcement_id: str, by: str) -> Announcement:
        """Takes one down; a part of its id is enough, and none when only one is up. Raises Refused."""
        async with self._one:
            return await self._end(self._meant(announcement_id), by)

    def now(self) -> list[Announcement]:
        """What is in force, the oldest first."""
        at = self._world.clock.now()
        return [one for one in self._open.values() if one.in_force(at)]

    def every(self) -> list[Announcement]:
        """All that is known, also what is over, the oldest first."""
        return list(self._known.values())

    def in_force(self, flow: str, point: str, language: str) -> list[tuple[str, Sentence]]:
        """What callers of a flow hear at a point, in their language."""
        if not self._open:
            return []
        at = self._world.clock.now()
        return [(one.id, sentence(one, language)) for one in heard_at(self._open.values(), flow, point, at)]

    def on_news(self, told: Callable[[], None]) -> Callable[[], None]:
        """Calls ``told`` whenever an announcement is put up; the result ends that."""
        self._told.append(told)
        return lambda: self._told.remove(told)

    @property
    def waiting(self) -> int:
        """How many calls would be woken by an announcement now."""
        return len(self._told)

    async def run(self) -> None:
        """Ends announcements whose time is over, until cancelled: call it once, beside the service."""
        while True:
            self._changed.clear()
            now = self._world.clock.now()
            for one in [one for one in self._open.values() if one.until <= now]:
                await self._end(one, "")
            next_end = min((one.until for one in self._open.values()), default=None)
            try:
                async with asyncio.timeout(None if next_end is None else self._seconds_to(next_end)):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _seconds_to(self, end: datetime) -> float:
        """How long to sleep; not longer than a minute at once, because a machine's clock may be set."""
        return min(60.0, max(0.01, (end - self._world.clock.now()).total_seconds()))

    async def _put_up(self, one: Announcement) -> list[str]:
        warnings = await self._keep(one)
        self._known[one.id] = self._open[one.id] = one
        self._world.journal.publish(
            AnnouncementMade(
                at=one.begins_at,
                announcement_id=one.id,
                flow=one.flow,
                point=one.point,
                words=dict(one.words),
                recording=one.recording,
                until=one.until,
                by=one.by,
                note=one.note,
            )
        )
        log.info("announcement %s is in force until %s", one.id, one.until.isoformat(timespec="seconds"))
        self._changed.set()
        for told in tuple(self._told):
            told()
        return warnings

    async def _keep(self, one: Announcement) -> list[str]:
        try:
            await self._store.keep_announcement(one)
        except StoreError as error:
            log.error("announcement %s is not kept: %s", one.id, error)
            return [f"it could not be written, so a restart of the service forgets this: {error.message}"]
        return []

    async def _end(self, one: Announcement, by: str) -> Announcement:
        now = self._world.clock.now()
        ended = replace(one, ended_at=now if by else one.until, ended_by=by)
        self._open.pop(one.id, None)
        self._known[one.id] = ended
        self._world.journal.publish(AnnouncementEnded(at=now, announcement_id=one.id, by=by))
        log.info("announcement %s is over", one.id)
        await self._keep(ended)
        return ended

    def _meant(self, part: str) -> Announcement:
        up = self.now()
        wanted = part.strip().lower()
        found = [one for one in up if one.id.lower() == wanted]
        found = found or [one for one in up if wanted in one.id.lower()]
        if len(found) == 1:
            return found[0]
        if not up:
            raise Refused("nothing is announced now", hint="`ivr announce list --all` shows what was")
        if not found:
            raise Refused(f"no announcement in force has {part!r} in its id", hint="`ivr announce list` shows them")
        raise Refused(f"{len(found)} announcements are meant", hint="name one: " + ", ".join(one.id for one in found))

    def _languages(self, flow: str) -> tuple[str, ...]:
        """The languages of a flow, or of all. Raises BadOrder when there is no such flow."""
        flows = self._around.languages()
        if flow and flow not in flows:
            raise BadOrder(f"there is no flow {flow!r}", hint=f"there are {', '.join(sorted(flows))}, or all")
        wanted = [flows[flow]] if flow else list(flows.values())
        return tuple(dict.fromkeys(language for languages in wanted for language in languages))

    def _words(self, order: Order, languages: Sequence[str]) -> dict[str, str]:
        strange = [language for language in order.words if language not in languages]
        if strange:
            hint = f"they run in {', '.join(languages)}"
            raise BadOrder(f"no flow that would be announced to runs in {', '.join(strange)}", hint=hint)
        if not order.text:
            return dict(order.words)
        first = next((language for language in languages if language not in order.words), None)
        if first is None:
            raise BadOrder("every language has a text already", hint="leave out the text that has no language")
        return {first: order.text, **order.words}

    async def _unspoken(self, one: Announcement, languages: Sequence[str]) -> dict[str, Sentence]:
        """Makes the sounds ahead; the languages that have none, with what cannot be said in them."""
        voice = self._around.voice()
        wanted = {language: sentence(one, language) for language in languages}
        await voice.prepare(dict.fromkeys(wanted.values()), lambda done, total: None)
        return {language: said for language, said in wanted.items() if voice.ready(said) is None}


def sentence(one: Announcement, language: str) -> Sentence:
    """What callers in a language hear."""
    if one.recording:
        return Sentence(language, (Recording(one.recording),))
    spoken_in, text = one.text_in(language)
    return Sentence(spoken_in, (Text(text),))


def _cannot(one: Announcement, unspoken: Iterable[str]) -> str:
    if one.recording:
        return f"there is no recording {one.recording!r} that can be played for {', '.join(unspoken)}"
    spoken = dict.fromkeys(one.text_in(language)[0] for language in unspoken)
    return f"nothing can speak the text for {', '.join(spoken)}"


def _instead(one: Announcement) -> str:
    if one.recording:
        return f"record it as prompts/{one.recording}.wav beside the flows, or give a text"
    return "`ivr doctor` says why; a recording in the prompts folder needs no engine: --recording NAME"


def _warnings(one: Announcement, languages: Sequence[str]) -> list[str]:
    if one.recording:
        return []
    borrowed = [(language, one.text_in(language)[0]) for language in languages]
    return [
        f"there is no text for {language}: these callers hear the one for {spoken}"
        for language, spoken in borrowed
        if spoken.partition("-")[0] != language.partition("-")[0]
    ]
