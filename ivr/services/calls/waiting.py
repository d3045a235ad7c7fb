"""Time that passes for a waiting caller, and the announcements that break into it.

Theory of operation. A stretch of waiting (`pass_time`) ends with a key, at a given time, or when an event wakes it,
whichever comes first; what the caller hears meanwhile is stopped on the telephone system. Whoever has something for a
caller who waits sets the event: here an announcement, elsewhere an agent who is free.

Only an "anywhere" key means something to a caller who waits or is told an announcement. Others are kept for the next
question, and the sound goes on where the key stopped it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from ivr.core.announcements.announcement import FRONT
from ivr.core.calls import verbs
from ivr.core.calls.events import AnnouncementPlayed
from ivr.core.calls.outcomes import Announced, Digits, Outcome, Said, Unsaid
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.actions.announce import Announce
from ivr.core.flow.model import Flow
from ivr.services.calls.stage import Stage
from ivr.services.ports import Leg, Sound, Unplayable
from ivr.services.scope import beside

log = logging.getLogger(__name__)

TYPING = 1.0  # seconds
PIECE = 10.0  # seconds of a silent wait: without AMI it is woken at the end of one
AT_ONCE = 0.05  # seconds: a sound that ends sooner is not played by whoever should
REST = 1.0  # seconds until such a sound is tried again


@dataclass(slots=True)
class Music:
    """A sound that is played again and again; ``reached`` is how far into it the caller is, in seconds."""

    sound: Sound
    reached: float = 0.0

    async def play(self, stage: Stage, over: asyncio.Event) -> str:
        """Plays on until its end, a key or a stop, which sets ``over`` first; the key."""
        clock = stage.world.clock
        began = clock.monotonic()
        key = await stage.leg.play(self.sound, cut=True, start=self.reached)
        lasted = clock.monotonic() - began
        self.reached += lasted
        if self.reached > self.sound.seconds - 2 * AT_ONCE:
            self.reached = 0.0
        if not key and not over.is_set() and lasted < min(AT_ONCE, self.sound.seconds):
            return await stage.leg.key(REST)
        return key


async def pass_time(stage: Stage, until: float, music: Music | None, wake: asyncio.Event) -> str:
    """Lets time pass until a key is pressed (which is returned), ``until`` (monotonic) or ``wake``.

    Raises `Unplayable` when the telephone system cannot wait or play.
    """
    clock, leg = stage.world.clock, stage.leg
    over, key = asyncio.Event(), ""
    async with beside(_stop(leg, until - clock.monotonic(), music is not None, wake, over)) as stopping:
        while not key and not over.is_set():
            left = max(0.0, until - clock.monotonic())
            key = await (music.play(stage, over) if music is not None else leg.key(min(left, PIECE)))
        if over.is_set():
            await stopping  # what is stopped late would be the next sound
    if key:
        stage.key_at = clock.monotonic()
    return key


async def _stop(leg: Leg, within: float, sounding: bool, wake: asyncio.Event, over: asyncio.Event) -> None:
    """Sets ``over`` when the time is over or ``wake`` is set, and stops what would go on."""
    try:
        async with asyncio.timeout(within):
            await wake.wait()
    except TimeoutError:
        if not sounding:
            over.set()
            return  # a silent wait ends by itself
    over.set()
    await leg.stop_sound()


async def wait(verb: verbs.Wait, stage: Stage) -> Outcome:
    """Lets a wait pass; announcements in front of the flow are told meanwhile, and take nothing of its time."""
    await stage.answer()
    if verb.sound is None:
        return await _wait(verb, stage, None)
    sound = await stage.sound(verb.sound)
    if isinstance(sound, Unsaid):
        return sound
    began_at = stage.world.clock.now()
    try:
        async with stage.unrecorded(verb.sound.secret):
            return await _wait(verb, stage, Music(sound))
    finally:
        stage.played(verb.sound, sound.name, began_at, "")


async def _wait(verb: verbs.Wait, stage: Stage, music: Music | None) -> Outcome:
    clock, left, kept = stage.world.clock, verb.seconds, ""
    with stage.news() as wake:
        try:
            while True:
                wake.clear()
                told = await tell(stage, FRONT, stage.language, verb.always)
                if told.key:
                    return Said(told.key)
                until, typed_at = clock.monotonic() + left, stage.key_at
                key = stage.leg.typed() or await pass_time(stage, until, music, wake)
                left = until - clock.monotonic()
                if key and key in verb.always and not _typing(stage, typed_at, kept):
                    return Said(key)
                kept += key
                if left <= 0 or (key and verb.interruptible):
                    return Said()
        except Unplayable as error:
            return Unsaid(str(error))
        finally:
            _put_back(stage.leg, kept)


async def announce(verb: verbs.Announce, stage: Stage) -> Announced:
    """Tells what is announced at a point of the flow."""
    return await tell(stage, verb.point, verb.language, verb.always)


def announces_itself(flow: Flow) -> bool:
    """Whether a flow says where it tells what is announced in front of it: then nobody else does."""
    return any(isinstance(action, Announce) and action.point == FRONT for action in flow.actions())


async def told_in_front(first: verbs.Verb, stage: Stage, always: str) -> Outcome | None:
    """Tells what is announced in front of a flow, before its ``first`` verb.

    An "anywhere" key pressed meanwhile is what came of that verb; it is not performed then.
    """
    key = (await tell(stage, FRONT, stage.language, always)).key
    if not key:
        return None
    return Digits(key, "always") if isinstance(first, verbs.Ask) else Said(key)


async def tell(stage: Stage, point: str, language: str, always: str) -> Announced:
    """Tells the announcements in force at a point that the call was not told yet, each wholly.

    One that cannot be played is left out: the call is worth more.
    """
    told: list[str] = []
    for announcement_id, sentence in _untold(stage, point, language):
        await stage.answer()
        stage.announced.add(announcement_id)
        key = await _hear_out(stage, sentence, always)
        if isinstance(key, Unsaid):
            log.error("announcement %s is not heard: %s", announcement_id, key.reason)
            continue
        told.append(announcement_id)
        stage.world.journal.publish(
            AnnouncementPlayed(
                at=stage.world.clock.now(),
                call_id=stage.call_id,
                announcement_id=announcement_id,
                point=point,
                section=stage.section,
            )
        )
        if key:
            return Announced(tuple(told), key)
    return Announced(tuple(told))


def _untold(stage: Stage, point: str, language: str) -> list[tuple[str, Sentence]]:
    """What is in force for the flow that the call began with, or the one that it is in now."""
    found: dict[str, Sentence] = {}
    for flow in dict.fromkeys((stage.origin or stage.flow, stage.flow)):
        found |= dict(stage.ports.announcements.in_force(flow, point, language))
    return [(one, sentence) for one, sentence in found.items() if one not in stage.announced]


async def _hear_out(stage: Stage, sentence: Sentence, always: str) -> str | Unsaid:
    """Plays a sentence to its end; only an "anywhere" key stops it, and is returned."""
    sound = await stage.sound(sentence)
    if isinstance(sound, Unsaid):
        return sound
    clock, leg, began_at = stage.world.clock, stage.leg, stage.world.clock.now()
    kept, reached, pressed = _typed(leg), 0.0, ""
    try:
        while not pressed and (reached == 0.0 or reached < sound.seconds - AT_ONCE):
            began, typed_at = clock.monotonic(), stage.key_at
            key = await leg.play(sound, cut=True, start=reached)
            reached += clock.monotonic() - began
            if not key:
                break
            stage.key_at = clock.monotonic()
            if key in always and not _typing(stage, typed_at, ""):
                pressed = key
            else:
                kept += key
    except Unplayable as error:
        return Unsaid(str(error))
    finally:
        _put_back(leg, kept)
    stage.played(sentence, sound.name, began_at, pressed)
    return pressed


def _typing(stage: Stage, typed_at: float, kept: str) -> bool:
    """Whether the key pressed last belongs to a number that is typed ahead: its zero asks for nobody."""
    if stage.key_at == typed_at:  # it was waiting, and when it was pressed is not known
        return bool(kept)
    return stage.key_at - typed_at <= TYPING


def _typed(leg: Leg) -> str:
    keys = ""
    while key := leg.typed():
        keys += key
    return keys


def _put_back(leg: Leg, keys: str) -> None:
    for key in reversed(keys):
        leg.put_back(key)
