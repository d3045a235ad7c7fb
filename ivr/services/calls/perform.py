"""Does to a caller what the flow machine asks for, and says what came of it.

One function a verb, each a few moves on the leg. Foreseen trouble comes back as an outcome; that the caller leaves
is raised by the leg (`Hangup`) and passes through here untouched.

Keys that a caller presses ahead of a question are kept on the leg. An interruptible sentence is not even begun when
a key waits: whoever knows the way is not held up. An "anywhere" key in a sentence is obeyed at once, but for one that
follows another key within `TYPING`: that is an account number typed ahead, and its zero does not ask for a person.
"""

from __future__ import annotations

from typing import assert_never

from ivr.core.base.ids import LegId, RecordingId
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls import verbs
from ivr.core.calls.events import InputTaken, LegEnded, LegStarted, RecordingKept
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
from ivr.core.dialog.digits import KEYPAD, Collector
from ivr.services.calls.consult import consult
from ivr.services.calls.queueing import queue
from ivr.services.calls.stage import Ports, Stage
from ivr.services.calls.waiting import TYPING, announce, wait
from ivr.services.ports import Unplayable


async def perform(verb: verbs.Verb, stage: Stage) -> Outcome:  # noqa: PLR0911 - one for each verb
    """Performs one verb. Raises `Hangup` when the caller leaves."""
    match verb:
        case verbs.Say():
            return await _say(verb, stage)
        case verbs.Wait():
            return await wait(verb, stage)
        case verbs.Announce():
            return await announce(verb, stage)
        case verbs.Consult():
            return await consult(verb, stage)
        case verbs.Ask():
            return await _ask(verb, stage)
        case verbs.Record():
            return await _record(verb, stage)
        case verbs.Dial():
            return await _dial(verb, stage)
        case verbs.Queue():
            return await queue(verb, stage)
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
    key = await stage.play(verb.sentence, cut=verb.interruptible, shown=verb.always)
    if isinstance(key, Unsaid):
        return key
    if key and key in verb.always and stage.key_at - typed_at > TYPING:
        return Said(key)
    if key:
        stage.leg.put_back(key)
    return Said()


async def _ask(verb: verbs.Ask, stage: Stage) -> Outcome:
    await stage.answer()
    async with stage.unrecorded(verb.secret):
        return await _asked(verb, stage)


async def _asked(verb: verbs.Ask, stage: Stage) -> Outcome:
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
        shown = "" if verb.secret else KEYPAD
        played = await stage.play(verb.sentence, cut=verb.interruptible, shown=shown)
        if isinstance(played, Unsaid):
            return played
        if verb.deaf:
            stage.leg.forget_keys()
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
        played = await stage.play(verb.sentence, cut=True)
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
    shown = MASK if verb.secret else verb.number
    publish(LegStarted(at=clock.now(), call_id=stage.call_id, leg_id=leg_id, role="dialled", address=shown))
    status, talked = "unknown", 0.0
    try:
        dialled = await stage.leg.dial(address, ring=verb.ring, longest=verb.longest)
        status, talked = dialled.status.value, dialled.talked
        return dialled
    finally:
        publish(LegEnded(at=clock.now(), call_id=stage.call_id, leg_id=leg_id, status=status, talked=talked))


__all__ = ["Ports", "Stage", "perform"]
