"""A caller's leg on a FastAGI connection, with AMI as the second ear for keys.

The moves are AGI commands: ``STREAM FILE`` stops at a key, ``WAIT FOR DIGIT`` waits for one, ``RECORD FILE``
records, ``EXEC Dial`` connects. Their answers are read after Asterisk's own source of meaning (the ``result`` and
``endpos`` of res_agi): ``-1`` says "error or hang-up", and which of the two is known from the session.

Values of a caller reach Asterisk only as single quoted words of a command, or as a number that the dial-out list
has let through.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from ivr.adapters.asterisk.agi import AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.keys import KeyEar
from ivr.adapters.asterisk.recordings import Recordings
from ivr.adapters.asterisk.wire.agi import AgiError, Reply
from ivr.adapters.asterisk.wire.ami import Message
from ivr.core.base.errors import AsteriskError, Hangup
from ivr.core.calls.outcomes import Dialled, DialStatus
from ivr.services.ports import Caller, Sound, Taken, Unplayable

log = logging.getLogger(__name__)

ALL_KEYS = "0123456789*#"
SAMPLE_RATE = 8000
_KEYS = {str(ord(key)): key for key in ALL_KEYS}
SLICE = 2.0  # seconds of the first wait for a key; each further one is twice as long
SETTLE = 20  # milliseconds
LONGEST_KEY = 10_000  # milliseconds that a key is held
NEAR = 0.1  # seconds before its end in which a sound may have ended by itself when it was stopped
STOP_ANSWER = 1.0  # seconds in which Asterisk must say that it stops a sound
LAST_ANSWER = 2.0  # seconds after a hang-up until a command that still runs is given up
NAME_LENGTH = 80  # characters kept of a caller's name
_MOST_FIGURES = 12  # of a number in an answer: some thousand years of samples

_DIAL_STATUS = {
    "ANSWER": DialStatus.ANSWERED,
    "BUSY": DialStatus.BUSY,
    "NOANSWER": DialStatus.NO_ANSWER,
    "CANCEL": DialStatus.NO_ANSWER,
    "CONGESTION": DialStatus.UNREACHABLE,
    "CHANUNAVAIL": DialStatus.UNREACHABLE,
}


Stop = Callable[[str], Awaitable[None]]


class AgiLeg:
    """One caller, as `ivr.services.ports.Leg`."""

    # fmt: off
    __slots__ = ("_listening", "_on_gone", "_recordings", "_running", "_session", "_stale", "_stop", "_stoppable",
                 "_stopped", "caller", "ear")
    # fmt: on

    def __init__(self, session: AgiSession, recordings: Recordings, stop: Stop | None = None) -> None:
        self._session = session
        self._recordings = recordings
        self._stop = stop
        self._stoppable = self._stopped = self._stale = False
        self.caller = caller_of(session)
        self.ear = KeyEar()
        self._running = False
        self._listening = False
        self._on_gone: Callable[[], None] | None = None
        session.on_hangup(self._hung_up)

    # What the session asks for

    async def answer(self) -> None:
        """Picks up."""
        await self._command("ANSWER")

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Plays a file; ``200 result=0 endpos=0`` is how Asterisk says that it could not open it."""
        begin = round(start * SAMPLE_RATE)
        while True:
            words = ["STREAM", "FILE", sound.name, ALL_KEYS if cut else ""]
            with self._can_be_stopped():
                reply = await self._listen(*words, *([str(begin)] if begin > 0 else []), listens=cut)
            ended = _count(reply.rest.get("endpos", "")) or 0
            key = self._key_of(reply)
            if key or reply.result not in _KEYS or self._stopped:
                break
            begin = ended  # an echo has cut it
        if not key and (reply.result == "-1" or (reply.rest.get("endpos") == "0" and not self._stopped)):
            await self._raise_if_gone()
            raise Unplayable(f"Asterisk cannot play {sound.name}")
        self._stale = self._stopped and (bool(key) or ended > (sound.seconds - NEAR) * SAMPLE_RATE)
        return key

    async def key(self, within: float) -> str:
        """The next key; the wait is cut into slices so that a key that only AMI heard is found.

        Such a key falls between two commands, most often before the first wait. Slices grow, so that long waits of many
        callers cost little: a key between two of them is found when the caller has waited about twice as long.
        """
        left, longest = within, SLICE
        while True:
            if key := self.ear.take():
                return key
            span, began = min(left, longest), _now()
            with self._can_be_stopped():
                reply = await self._listen("WAIT", "FOR", "DIGIT", str(max(1, round(span * 1000))), listens=True)
            if key := self._key_of(reply):
                self._stale = self._stopped
                return key
            if reply.result == "-1":
                await self._raise_if_gone()
                raise Unplayable("Asterisk cannot wait for a key on this channel")
            self._stale = self._stopped
            if reply.result in _KEYS:
                left -= min(span, _now() - began)  # an echo ended the slice
            else:
                left -= span
                longest *= 2
            if left <= 0 or self._stopped:
                return self.ear.take()

    async def stop_sound(self) -> None:
        """Ends what plays or waits by AMI's ``ControlPlayback``; Asterisk answers once the channel has been told.

        A stop that comes when the sound has just ended stays with the channel and would cut the next one (seen in 16
        of 40 tries), so it is taken out of the way before the next command (`_settled`; none of 100 were cut then).
        """
        if self._stoppable and self._stop is not None:
            self._stopped = True
            await self._stop(self.caller.channel)

    def typed(self) -> str:
        """Takes one key that waits."""
        return self.ear.take()

    def put_back(self, key: str) -> None:
        """Puts a key before all that wait."""
        self.ear.put_back(key)

    def forget_keys(self) -> None:
        """Drops the keys that wait."""
        self.ear.forget()

    async def record(self, name: str, *, longest: float, silence: float, end: str, tone: bool) -> Taken:
        """Records to a file; what was said before a hang-up is kept."""
        await self._recordings.make_room(name)
        words = [self._recordings.for_asterisk(name), "wav", end, str(round(longest * 1000))]
        words += ["BEEP"] if tone else []
        words += [f"s={max(1, round(silence))}"] if silence else []
        reply = await self._listen("RECORD", "FILE", *words, listens=True)
        self._key_of(reply)  # the key that ended it is no answer to the next question, nor is any pressed meanwhile
        self.ear.forget()
        samples = _count(reply.rest.get("endpos", ""))
        if reply.data in ("writefile", "randomerror") or samples is None:
            await self._raise_if_gone()
            raise Unplayable(f"Asterisk cannot record to {self._recordings.for_asterisk(name)}")
        seconds = samples / SAMPLE_RATE
        return Taken(f"{name}.wav", round(seconds, 2), _recording_ended(reply, seconds, longest))

    async def start_recording(self, name: str, *, append: bool) -> None:
        """Records both directions of the channel, mixed, until it is stopped or the channel ends."""
        await self._recordings.make_room(name)
        file = self._recordings.for_asterisk(name)
        reply = await self._command("EXEC", "MixMonitor", f"{file}.wav" + (",a" if append else ""))
        if reply.result == "-2":
            raise Unplayable("Asterisk has no MixMonitor: load app_mixmonitor.so")

    async def stop_recording(self) -> None:
        """Asterisk has closed the file when this returns."""
        await self._command("EXEC", "StopMixMonitor")

    async def dial(self, address: str, *, ring: float, longest: float) -> Dialled:
        """Rings and connects; ``g`` lets the caller go on when the other party hangs up.

        How it went is asked also of a caller who hung up first (Asterisk answers for a dead channel), so that the
        talk is accounted for; the next move on the leg tells that they are gone.
        """
        options = "g" + (f"L({round(longest * 1000)})" if longest else "")
        await self._command("EXEC", "Dial", f"{address},{max(1, round(ring))},{options}")
        status = (await self._command("GET", "VARIABLE", "DIALSTATUS")).data
        talked = (await self._command("GET", "VARIABLE", "ANSWEREDTIME")).data
        known = _DIAL_STATUS.get(status, DialStatus.UNREACHABLE)
        return Dialled(known, float(_count(talked) or 0))

    async def start_music(self) -> None:
        """Music on hold costs nothing: no command runs meanwhile, and one that waits for a key leaves it alone."""
        await self._command("EXEC", "StartMusicOnHold")

    async def stop_music(self) -> None:
        """Ends it."""
        await self._command("EXEC", "StopMusicOnHold")

    async def bridge(self, channel: str) -> bool:
        """Takes the other leg out of what it does and connects both; ``x`` ends it when the talk is over.

        As for `dial`, how it went is asked also of a caller who hung up first.
        """
        await self._command("EXEC", "Bridge", f"{channel},x")
        return (await self._command("GET", "VARIABLE", "BRIDGERESULT")).data == "SUCCESS"

    async def hangup(self) -> None:
        """Ends the call."""
        with suppress(Hangup):
            await self._command("HANGUP")

    def hand_back(self) -> None:
        """Closes the connection: the dialplan finds no word of what comes next, and brings the caller back."""
        self._session.close()

    def on_gone(self, told: Callable[[], None]) -> None:
        """Calls ``told`` when the caller is gone and no command is there to say so."""
        self._on_gone = told
        if self._session.hung_up:
            told()

    @property
    def lost(self) -> bool:
        """Whether the connection broke without Asterisk saying that the caller hung up."""
        return self._session.hung_up and not self._session.told

    # How commands are run

    @contextmanager
    def _can_be_stopped(self) -> Iterator[None]:
        self._stoppable, self._stopped = True, False
        try:
            yield
        finally:
            self._stoppable = False

    async def _settled(self) -> None:
        """Lets the channel take a stop that came too late: a short wait for a key reads what waits in the channel."""
        if self._stale:
            self._stale = False
            reply = await self._session.command("WAIT", "FOR", "DIGIT", str(SETTLE))
            if key := self._key_of(reply):
                self.ear.keep(key)

    async def _listen(self, *words: str, listens: bool) -> Reply:
        """A command that ends with a key, or not; what AMI alone heard meanwhile is settled after it."""
        self._listening = listens
        self._running = True
        try:
            await self._settled()
            reply = await self._session.command(*words)
        except AgiError as error:
            raise Hangup(error.message) from error
        finally:
            self._listening = self._running = False
        if not listens or reply.result in ("0", "-1"):
            self.ear.command_over()
        return reply

    async def _command(self, *words: str) -> Reply:
        """Raises `Hangup` also when the peer broke the protocol: the connection has ended, and with it the leg."""
        self._running = True
        try:
            await self._settled()
            return await self._session.command(*words)
        except AgiError as error:
            raise Hangup(error.message) from error
        finally:
            self._running = False

    def _key_of(self, reply: Reply) -> str:
        """The key that ended a command: ``result`` is its character code."""
        key = _KEYS.get(reply.result)
        return self.ear.by_agi(key, _now()) if key else ""

    async def _raise_if_gone(self) -> None:
        """Raises `Hangup` when the caller has left: the answer to a command may come before the line that says so.

        Asterisk refuses ``CHANNEL STATUS`` on a dead channel (511), and has looked at the channel again before it
        reads one more command.
        """
        if not self._session.hung_up:
            await self._command("CHANNEL", "STATUS")
        if self._session.hung_up:
            raise Hangup

    def _hung_up(self) -> None:
        if self._on_gone is None:
            return
        if self._running and self._session.told:
            # The running command answers first: a recording still has to say how long it is.
            asyncio.get_running_loop().call_later(LAST_ANSWER, self._on_gone)
        else:
            self._on_gone()

    def heard(self, key: str, lasted: float = 0.0) -> None:
        """AMI heard a key that was held for so many seconds."""
        self.ear.by_ami(key, command_listens=self._listening, at=_now(), lasted=lasted)


class Legs:
    """Hands AMI's news to the legs it is about, by Asterisk's own id of the channel."""

    def __init__(self, ami: AmiClient, recordings: Recordings) -> None:
        self._recordings = recordings
        self._ami = ami
        self._legs: dict[str, AgiLeg] = {}
        ami.on("DTMFEnd", self._dtmf)
        ami.on_connected(self._reconnected)

    def __len__(self) -> int:
        return len(self._legs)

    def open(self, session: AgiSession) -> AgiLeg:
        """The leg of a new connection."""
        leg = AgiLeg(session, self._recordings, self._stop)
        self._legs[leg.caller.channel] = leg
        return leg

    def close(self, leg: AgiLeg) -> None:
        """Forgets a leg whose call is over."""
        if self._legs.get(leg.caller.channel) is leg:
            del self._legs[leg.caller.channel]

    async def _stop(self, channel: str) -> None:
        """Stops the sound of a channel; without AMI, or without the module for it, the sound plays to its end."""
        try:
            await self._ami.send("ControlPlayback", ("Channel", channel), ("Control", "stop"), within=STOP_ANSWER)
        except AsteriskError as error:
            log.info("a sound could not be stopped: %s", error.message)

    def _dtmf(self, event: Message) -> None:
        if event.get("Direction") == "Received" and (leg := self._legs.get(event.get("Uniqueid"))):
            key = event.get("Digit")
            if key in ALL_KEYS and key:
                leg.heard(key, min(_count(event.get("DurationMs")) or 0, LONGEST_KEY) / 1000)

    def _reconnected(self) -> None:
        for leg in self._legs.values():
            leg.ear.reconnected()


def caller_of(session: AgiSession) -> Caller:
    """Who is calling: AGI's variables, with control characters taken out and lengths bounded."""
    env = session.env
    number = _clean(env.get("agi_callerid", ""), 40)
    name = _clean(env.get("agi_calleridname", ""), NAME_LENGTH)
    called = env.get("agi_dnid", "")
    called = env.get("agi_extension", "") if called in ("", "unknown") else called
    return Caller(
        number="" if number == "unknown" else number,
        name="" if name == "unknown" else name,
        called=_clean(called, 40),
        channel=_clean(env.get("agi_uniqueid", ""), 150),
        returned=bool(session.args and session.args[0].strip()),
    )


def _now() -> float:
    return asyncio.get_running_loop().time()


def _clean(text: str, most: int) -> str:
    return "".join(char for char in text[: most * 2] if char.isprintable())[:most]


def _count(text: str) -> int | None:
    """A number of samples, seconds or a key's code; None for what is none, whoever wrote it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_FIGURES else None


def _recording_ended(reply: Reply, seconds: float, longest: float) -> str:
    if reply.data == "hangup" or reply.result == "-1":
        return "hangup"
    if reply.data == "dtmf":
        return "key"
    return "longest" if seconds >= longest - 1.0 else "silence"
