"""Places one call from a phone of the lab, works its keys, and tells what happens line by line."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.adapters.system.clock import SystemClock
from ivr.app.config import load
from ivr.app.control import Control
from ivr.app.lab.keys import Listen, Move, Press, Speak, Wait
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import CALLER, LabCall, NotAnswered, Phones, Recording, phones
from ivr.app.lab.root import LabError
from ivr.app.lab.transcript import Listener, Transcript
from ivr.core.audio.clip import TELEPHONE_RATE, Clip
from ivr.core.audio.telephone import FORMATS
from ivr.core.audio.wav import read_wav, write_wav
from ivr.core.base.events import Event, from_json
from ivr.core.calls.events import CallEvent, CallStarted
from ivr.services import scope

RING_SECONDS = 30.0
PROMPT_SECONDS = 60.0
LAST_WORDS = 5.0
BLOCK_SECONDS = 0.4
"""The last of a recording is written when its channel is gone, a moment after the call's end."""
_NO_EVENTS = object()
CAUSES = {0: "no way to it", 17: "busy", 18: "no reply", 19: "no answer", 21: "rejected"}


@dataclass(frozen=True, slots=True)
class Order:
    """A call to be placed: from outside as ``caller``, or as a ``party`` of the house."""

    number: str
    caller: str = CALLER
    name: str = ""
    party: str = ""
    moves: tuple[Move, ...] = ()
    speech: Path | None = None
    record: Path | None = None
    longest: float = 60.0


@dataclass(frozen=True, slots=True)
class Placed:
    """How a call went: whether it was answered, its cause (Q.850), and prompts that did not reach the phone."""

    answered: bool
    cause: int
    unheard: tuple[str, ...] = ()


async def place(lab: Lab, order: Order, show: Callable[[str], None]) -> Placed:
    """Places the call, shows its transcript, and returns when it is over."""
    clock = SystemClock()
    transcript = Transcript(show, clock.now)
    speech = _speech(lab, order.speech) if order.speech else ""
    async with phones(lab) as bank, aclosing(_events(lab)) as events:
        follows = await anext(events, _NO_EVENTS) is not _NO_EVENTS
        if not follows:
            transcript.phone("note", "the service is not running: only what the phone hears is told")
        transcript.phone("calls", f"{order.number} as {order.party or order.caller}")
        call = await _call(bank, order)
        listener = Listener(lab.plan, call, transcript, clock.now)
        async with scope.running(_follow(events, order, listener), _pump(listener, transcript)):
            placed = await _talk(order, speech, call, listener, transcript)
            if listener.began:
                with suppress(TimeoutError):
                    await asyncio.wait_for(listener.ended.wait(), LAST_WORDS)
            await asyncio.sleep(BLOCK_SECONDS)
        listener.listen()
        transcript.flush(everything=True)
        if order.record:
            order.record.write_bytes(write_wav(stereo(call.sound())))
    return Placed(placed.answered, placed.cause, tuple(listener.unheard))


def stereo(recording: Recording) -> Clip:
    """Both directions in one clip: what the phone said on the left, what it heard on the right."""
    sent, received = recording.sent.samples, recording.received.samples
    sides = np.zeros((max(len(sent), len(received)), 2), dtype=np.int16)
    sides[: len(sent), 0] = sent
    sides[: len(received), 1] = received
    return Clip(sides, TELEPHONE_RATE)


async def _call(bank: Phones, order: Order) -> LabCall:
    return await bank.call(order.number, caller=order.caller, name=order.name, party=order.party)


async def _talk(order: Order, speech: str, call: LabCall, listener: Listener, transcript: Transcript) -> Placed:
    """The caller's part, from ringing to the end."""
    try:
        await call.answered(RING_SECONDS)
    except NotAnswered as refusal:
        transcript.phone("refused", CAUSES.get(refusal.cause, f"cause {refusal.cause}"))
        return Placed(False, refusal.cause)
    except LabError as silence:
        transcript.phone("gave up", silence.message)
        await call.hangup()
        return Placed(False, 0)
    transcript.phone("answered", "", listener.answered_at)
    async with scope.running(_act(order, speech, call, listener, transcript)):
        try:
            cause = await call.ended(order.longest)
            transcript.phone("end", "the other side hung up" if cause in (0, 16) else f"cause {cause}")
        except LabError:
            transcript.phone("hangs up", f"after {order.longest:g} s")
            await call.hangup()
            cause = await call.ended()
    return Placed(True, cause)


async def _act(order: Order, speech: str, call: LabCall, listener: Listener, transcript: Transcript) -> None:
    """Does what the caller was told to do; stops when the call is over."""
    moves = order.moves
    if speech and Speak() not in moves:
        moves = (*moves, Speak())
    for move in moves:
        try:
            match move:
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case Listen():
                    listener.prompt_ended.clear()
                    await asyncio.wait_for(listener.prompt_ended.wait(), PROMPT_SECONDS)
                case Press(keys):
                    transcript.phone("keys", keys)
                    await call.press(keys)
                case Speak():
                    transcript.phone("speaks", order.speech.name if order.speech else "nothing: there is no --say")
                    await call.say(speech)
        except (LabError, TimeoutError) as stopped:
            transcript.phone("note", f"the keys stopped here: {stopped or 'no prompt ended'}")
            return


async def _pump(listener: Listener, transcript: Transcript) -> None:
    while True:
        await asyncio.sleep(0.25)
        listener.listen()
        transcript.flush()


async def _events(lab: Lab) -> AsyncGenerator[Event | None, None]:
    """The service's events from now on; the first is None and says that they are followed."""
    if not lab.healthy():
        return
    async for document in Control(load(lab.plan.settings)).events():
        if document.get("event") == "Following":
            yield None
        elif document.get("event") in Event.registry:
            yield from_json(document)


async def _follow(events: AsyncIterator[Event | None], order: Order, listener: Listener) -> None:
    """Hands on the events of the call that this phone placed: the first that starts with its number."""
    ours = ""
    async for event in events:
        if isinstance(event, CallStarted) and not ours and _is_ours(event, order):
            ours = event.call_id
        if isinstance(event, CallEvent) and event.call_id == ours:
            await listener.follow(event)


def _is_ours(event: CallStarted, order: Order) -> bool:
    return event.caller == (order.party or order.caller) and event.called == order.number


def _speech(lab: Lab, file: Path) -> str:
    """Puts a sound file where the bank can play it; its name for the bank."""
    name = f"speech-{secrets.token_hex(4)}"
    clip = read_wav(file.read_bytes())
    (lab.plan.calls / f"{name}.wav").write_bytes(FORMATS["wav"].encode(clip))
    return lab.plan.inside("calls", name)
