"""Does to a caller what the flow machine asks for, and says what came of it.

One function a verb, each a few moves on the leg. Foreseen trouble comes back as an outcome; that the caller leaves
is raised by the leg (`Hangup`) and passes through here untouched.

Keys that a caller presses ahead of a question are kept on the leg. An interruptible sentence is not even begun when
a key waits: whoever knows the way is not held up. An "anywhere" key in a sentence is obeyed at once, but for one that
follows another key within `TYPING`: that is an account number typed ahead, and its zero does not ask for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from ivr.core.base.ids import CallId, LegId, RecordingId
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls import verbs
from ivr.core.calls.events import InputTaken, LegEnded, LegStarted, PromptPlayed, RecordingKept
from ivr.core.calls.outcomes import (
    CallerLeft,
    Dialled,
    DialStatus,
    Digits,
    Failed,
    Outcome,
    Recorded,
    Said,
    Unsaid,
)
from ivr.core.dialog.digits import Collector
from ivr.services.ports import DialPlan, Leg, Unplayable, Voice
from ivr.services.world import World

TYPING = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Ports:
    """What a call needs besides its leg."""

    voice: Voice
    dialplan: DialPlan


@dataclass(slots=True)
class Stage:
    """Where a verb is performed: the call, its leg, and the place in the flow that events name."""

    call_id: CallId
    leg: Leg
    world: World
    ports: Ports
    section: str = ""
    index: int = 0
    answered: bool = False
    key_at: float = float("-inf")  # when a key was pressed last (monotonic)

    async def answer(self) -> None:
        """Picks up before the first sound; a call that is only passed on is never answered by us."""
        if not self.answered:
            await self.leg.answer()
            self.answered = True


async def perform(verb: verbs.Verb, stage: Stage) -> Outcome:
    """Performs one verb. Raises `Hangup` when the caller leaves."""
    match verb:
        case verbs.Say():
            return await _say(verb, stage)
        case verbs.Ask():
            return await _ask(verb, stage)
        case verbs.Record():
            return await _record(verb, stage)
        case verbs.Dial():
            return await _dial(verb, stage)
        case verbs.Hangup():
            await stage.leg.hangup()
            return CallerLeft()
        case _:
            assert_never(verb)


async def _say(verb: verbs.Say, stage: Stage) -> Outcome:
    await stage.answer()
    if verb.interruptible and (ahead := stage.leg.typed()):
        stage.leg.put_back(ahead)  # meant for the question that it was typed ahead of
        return Said()
    typed_at = stage.key_at
    key = await _play(verb.sentence, stage, cut=verb.interruptible)
    if isinstance(key, Unsaid):
        return key
    if key and key in verb.always and stage.key_at - typed_at > TYPING:
        return Said(key)
    if key:
        stage.leg.put_back(key)
    return Said()


async def _play(sentence: verbs.Sentence, stage: Stage, *, cut: bool, secret: bool = False) -> str | Unsaid:
    """The key that cut the sentence, or empty; the sound is there already for all that could be known ahead.

    With ``secret`` the trace says that a key cut it, and not which: it is the first of the answer.
    """
    sound = stage.ports.voice.ready(sentence) or await stage.ports.voice.sound(sentence)
    if sound is None:
        return Unsaid("no voice could speak it")
    began_at = stage.world.clock.now()
    try:
        key = await stage.leg.play(sound, cut=cut)
    except Unplayable as error:
        return Unsaid(str(error))
    if key:
        stage.key_at = stage.world.clock.monotonic()
    shown = MASK if secret and key else key
    stage.world.journal.publish(_prompt_played(sentence, sound.name, stage, began_at, shown))
    return key


def _prompt_played(sentence: verbs.Sentence, sound: str, stage: Stage, began_at: datetime, key: str) -> PromptPlayed:
    return PromptPlayed(
        at=stage.world.clock.now(),
        call_id=stage.call_id,
        began_at=began_at,
        section=stage.section,
        index=stage.index,
        language=sentence.language,
        text=sentence.text,
        sound=sound,
        cut_by=key,
    )


async def _ask(verb: verbs.Ask, stage: Stage) -> Outcome:
    await stage.answer()
    leg = stage.leg
    if verb.flush:
        leg.forget_keys()
    collector = Collector(verb.keys)
    answer = await _prompt(verb, collector, stage)
    while answer is None:
        now = stage.world.clock.monotonic()
        assert collector.deadline is not None
        try:
            key = await leg.key(max(0.0, collector.deadline - now))
        except Unplayable as error:
            return Failed(str(error))
        now = stage.world.clock.monotonic()
        if key:
            stage.key_at = now
            answer = collector.key(key, now)
        elif now >= collector.deadline:
            answer = collector.expire(now)
    if isinstance(answer, Digits):
        answer = _taken(answer, verb, stage)
    return answer


async def _prompt(verb: verbs.Ask, collector: Collector, stage: Stage) -> Outcome | None:
    """Puts the question unless the caller typed ahead; the answer when the keys so far are one already."""
    clock = stage.world.clock
    while verb.interruptible and (key := stage.leg.typed()):
        answer = collector.key(key, clock.monotonic())
        if answer is not None:
            return answer
        if not collector.pressed:
            continue
    if verb.sentence is not None and not collector.pressed:
        played = await _play(verb.sentence, stage, cut=verb.interruptible, secret=verb.secret)
        if isinstance(played, Unsaid):
            return played
        if played:
            answer = collector.key(played, clock.monotonic())
            if answer is not None:
                return answer
    return collector.prompt_ended(clock.monotonic())


def _taken(answer: Digits, verb: verbs.Ask, stage: Stage) -> Digits:
    keys = answer.keys.reveal() if isinstance(answer.keys, Secret) else answer.keys
    secret = verb.secret and answer.ended != "always"
    stage.world.journal.publish(
        InputTaken(
            at=stage.world.clock.now(),
            call_id=stage.call_id,
            section=stage.section,
            index=stage.index,
            mode="keys",
            value=MASK if secret else keys,
            sensitive=secret,
        )
    )
    return Digits(Secret(keys), answer.ended) if secret else answer


async def _record(verb: verbs.Record, stage: Stage) -> Outcome:
    await stage.answer()
    if verb.sentence is not None:
        played = await _play(verb.sentence, stage, cut=True)
        if isinstance(played, Unsaid):
            return played
    stage.leg.forget_keys()
    recording_id = RecordingId(stage.world.ids.new("rec"))
    name = f"voicemail/{stage.world.clock.now():%Y-%m-%d}/{recording_id}"
    try:
        taken = await stage.leg.record(name, longest=verb.longest, silence=verb.silence, end=verb.end, tone=verb.tone)
    except Unplayable as error:
        return Failed(str(error))
    stage.world.journal.publish(
        RecordingKept(
            at=stage.world.clock.now(),
            call_id=stage.call_id,
            recording_id=recording_id,
            kind="voicemail",
            mailbox=verb.mailbox,
            path=taken.path,
            seconds=taken.seconds,
        )
    )
    return Recorded(recording_id, taken.seconds, taken.ended)


async def _dial(verb: verbs.Dial, stage: Stage) -> Outcome:
    address = stage.ports.dialplan.address(verb.number)
    if address is None:
        return Dialled(DialStatus.REFUSED)
    leg_id = LegId(stage.world.ids.new("leg"))
    publish, clock = stage.world.journal.publish, stage.world.clock
    publish(LegStarted(at=clock.now(), call_id=stage.call_id, leg_id=leg_id, role="dialled", address=verb.number))
    status, talked = "unknown", 0.0
    try:
        dialled = await stage.leg.dial(address, ring=verb.ring, longest=verb.longest)
        status, talked = dialled.status.value, dialled.talked
        return dialled
    finally:
        publish(LegEnded(at=clock.now(), call_id=stage.call_id, leg_id=leg_id, status=status, talked=talked))
