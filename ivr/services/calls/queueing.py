"""A caller waits in a queue: music, announcements and keys until an agent's leg is there, then the talk.

Nothing is asked again and again meanwhile. The call's place has one event (`Place.news`) that breaks off whatever the
caller hears: an agent's leg to connect with, the end of the wait, or an announcement that came into force.
"""

from __future__ import annotations

import logging
import math

from ivr.core.acd.facts import Ticket
from ivr.core.announcements.announcement import FRONT
from ivr.core.base.ids import AgentId, LegId, TicketId
from ivr.core.calls import verbs
from ivr.core.calls.events import LegEnded, LegStarted
from ivr.core.calls.outcomes import Failed, Outcome, Queued, QueueEnding, Unsaid
from ivr.core.calls.verbs import Sentence
from ivr.core.prompts import queueing
from ivr.services.acd.dispatcher import Dispatcher, Place
from ivr.services.calls.stage import Stage
from ivr.services.calls.waiting import Music, pass_time, tell
from ivr.services.ports import Unplayable

log = logging.getLogger(__name__)

LONGEST_STRETCH = 3600.0  # seconds of waiting without any news; then it goes on all the same


async def queue(verb: verbs.Queue, stage: Stage) -> Outcome:
    """Waits for an agent and lets both talk. Raises `Hangup` when the caller leaves; their place is given up then."""
    acd = stage.ports.acd
    if acd is None:
        return Failed("there are no queues here")
    await stage.answer()
    sound = None
    if verb.music is not None:
        found = await stage.sound(verb.music)
        if isinstance(found, Unsaid):
            log.warning("the music of %s is not heard: %s", verb.queue, found.reason)
        else:
            sound = Music(found)
    caller, kept = stage.leg.caller, stage.kept
    restored = kept is not None and kept.queue == verb.queue
    ticket = kept if kept is not None and restored else _ticket(verb, stage)
    stage.kept = None
    place = Place(ticket, caller.number, caller.name, stage.section, stage.index)
    with acd.place(place, restored=restored):
        forget = stage.ports.announcements.on_news(place.news.set)
        stage.in_line = True
        try:
            return await _Queueing(verb, stage, acd, place, sound).run()
        except Unplayable as error:
            return Failed(str(error))
        finally:
            stage.in_line = False
            forget()


def _ticket(verb: verbs.Queue, stage: Stage) -> Ticket:
    now = stage.world.clock.now().timestamp()
    return Ticket(
        ticket_id=TicketId(stage.world.ids.new("ticket")),
        call_id=stage.call_id,
        queue=verb.queue,
        since=now,
        entered_at=now,
        needs=verb.needs,
        priority=verb.priority,
        prefer=AgentId(verb.prefer),
        prefer_for=verb.prefer_for,
    )


class _Queueing:
    """One caller's wait."""

    def __init__(self, verb: verbs.Queue, stage: Stage, acd: Dispatcher, place: Place, sound: Music | None) -> None:
        self._verb = verb
        self._stage = stage
        self._acd = acd
        self._place = place
        self._sound = sound
        self._began = stage.world.clock.monotonic()
        self._playing = False
        self._telling = acd.told_in(verb.queue)
        self._tell_at = math.inf if self._telling is None else self._began + self._telling.first

    async def run(self) -> Queued:
        place, kept = self._place, ""
        try:
            while True:
                place.news.clear()
                if place.leaving:
                    await self._stop_music()
                    return Queued(QueueEnding(place.leaving), self._waited)
                if place.phone is not None:
                    came = await self._talk()
                    if came is not None:
                        return came
                    continue
                key = await self._stretch()
                if key and key in self._verb.leave + self._verb.always:
                    place.how = "key"
                    await self._stop_music()
                    return Queued(QueueEnding.KEY, self._waited, key=key)
                kept += key
        finally:
            for key in reversed(kept):
                self._stage.leg.put_back(key)

    @property
    def _waited(self) -> float:
        return self._stage.world.clock.monotonic() - self._began

    async def _stretch(self) -> str:
        """A stretch of waiting until there are news, or a key, which is returned."""
        stage = self._stage
        told = await tell(stage, FRONT, stage.language, self._verb.always)
        if told.ids:
            self._playing = False  # a sound that is played ends the music
        if told.key or self._place.news.is_set():
            return told.key
        if (key := stage.leg.typed()) != "":
            return key
        if self._sound is None and not self._playing:
            await stage.leg.start_music()
            self._playing = True
        until = stage.world.clock.monotonic() + LONGEST_STRETCH
        key = await pass_time(stage, min(until, self._tell_at), self._sound, self._place.news)
        if not key and not self._place.news.is_set() and stage.world.clock.monotonic() >= self._tell_at:
            key = await self._tell()
        return key

    async def _tell(self) -> str:
        """Tells the caller the place and the wait; an agent who picks up cuts it short, and so does a key."""
        stage, telling, clock = self._stage, self._telling, self._stage.world.clock
        assert telling is not None
        outlook = self._acd.outlook(self._place, wait=telling.wait)
        pieces = queueing.told_place(stage.language, outlook.place) if telling.place and outlook.place else []
        if outlook.wait is not None:
            found = outlook.wait.range
            pieces += queueing.told_wait(stage.language, found.least, found.most, worse=outlook.wait.worse)
        key = ""
        if pieces:
            sentence, began_at = Sentence(stage.language, tuple(pieces)), clock.now()
            sound = await stage.sound(sentence)
            if not isinstance(sound, Unsaid) and not self._place.news.is_set():
                until = clock.monotonic() + sound.seconds
                key = await pass_time(stage, until, Music(sound), self._place.news)
                self._playing = False
                stage.played(sentence, sound.name, began_at, key)
        self._tell_at = clock.monotonic() + telling.every
        return key

    async def _stop_music(self) -> None:
        if self._playing:
            self._playing = False
            await self._stage.leg.stop_music()

    async def _talk(self) -> Queued | None:
        """Connects the two; None when the agent's leg was gone by then, and the wait goes on."""
        stage, place, phone = self._stage, self._place, self._place.phone
        assert phone is not None
        waited, agent_id = self._waited, place.agent_id
        self._acd.connected(place)
        stage.in_line = False
        leg_id = LegId(str(place.offer_id))
        now = stage.world.clock.now
        stage.world.journal.publish(
            LegStarted(at=now(), call_id=stage.call_id, leg_id=leg_id, role="agent", address=agent_id)
        )
        began, status = stage.world.clock.monotonic(), "unknown"
        try:
            await self._stop_music()
            status = "answered" if await stage.leg.bridge(phone.channel) else "unreachable"
        finally:
            talked = stage.world.clock.monotonic() - began
            stage.world.journal.publish(
                LegEnded(at=now(), call_id=stage.call_id, leg_id=leg_id, status=status, talked=round(talked, 3))
            )
        if status == "answered":
            return Queued(QueueEnding.ANSWERED, waited, talked, agent_id)
        self._acd.not_connected(place)
        stage.in_line = True
        return None
