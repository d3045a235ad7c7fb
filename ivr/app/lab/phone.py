"""Phones that are worked from Python: place a call, press keys, speak, hear, hang up.

A call is a real SIP call from the phone bank to the PBX; its keys and its speech are sent by the bank, and the bank
records both directions apart. So what a caller heard is asked of the sound that arrived, not of what was meant.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from ivr.adapters.asterisk.ami import AmiClient, Pace
from ivr.adapters.asterisk.wire.ami import Message
from ivr.app.lab.ear import first_tone
from ivr.app.lab.lab import Lab
from ivr.app.lab.root import LabError
from ivr.core.audio.clip import TELEPHONE_RATE, Clip
from ivr.core.base.errors import AsteriskError
from ivr.core.base.secret import Secret
from ivr.services import scope

Found = TypeVar("Found")
EVENTS = ("OriginateResponse", "Hangup", "UserEvent")
FORMAT, FORMAT_RATE = "sln48", 48000
"""Asterisk writes recordings in blocks of 32 KiB: 48,000 samples a second arrive 0.3 seconds late, 8,000 two seconds.
Nothing above 4 kHz is in them, so every sixth sample is the telephone's sound again."""
KEY_SECONDS = 0.1
BETWEEN_KEYS = 0.1
CALLER = "+15551230001"


class NotAnswered(LabError):
    """The call was not answered; ``cause`` is the number that the network gave (Q.850: 17 is busy, 21 rejected)."""

    code = "not_answered"

    def __init__(self, cause: int, text: str) -> None:
        super().__init__(f"the call was not answered: {text or cause}")
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Recording:
    """Both directions of a call, as the phone had them, from the moment it was answered."""

    received: Clip
    sent: Clip


class Hands:
    """The bank's connections that press keys, lent one key at a time to whoever has waited longest.

    A caller who is kept waiting types with pauses, and the service rightly takes a long one for the end of the answer.
    (An `asyncio.Queue` of connections keeps callers waiting: who comes just when one is put back takes it, and the
    one that was woken for it goes to the end of the line. Of four callers on one hand, one was starved for 3.4 s.)
    """

    def __init__(self, clients: Sequence[AmiClient]) -> None:
        self._free = deque(clients)
        self._line = asyncio.Semaphore(len(clients))  # first come, first served

    @asynccontextmanager
    async def one(self) -> AsyncIterator[AmiClient]:
        """A hand, for the length of a block."""
        async with self._line:
            hand = self._free.popleft()
            try:
                yield hand
            finally:
                self._free.append(hand)


@dataclass(eq=False)
class LabCall:
    """One call from a phone of the bank. Times are seconds from its answer."""

    id: str
    client: AmiClient
    folder: Path
    hands: Hands
    answer: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    ending: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def answered(self, within: float = 15.0) -> None:
        """Waits for the answer. Raises NotAnswered when it was refused, LabError when nothing came."""
        await self._first(self.answer, self.ending, within=within)
        if not self.answer.done():
            if self.ending.done():
                raise NotAnswered(self.ending.result(), "")
            raise LabError(f"nobody answered within {within:g} s")

    async def ended(self, within: float = 30.0) -> int:
        """Waits until the call is over; its cause (Q.850: 16 is normal). Raises LabError when it goes on."""
        await self._first(self.ending, within=within)
        if not self.ending.done():
            raise LabError(f"the call is still up after {within:g} s")
        return self.ending.result()

    def over_with(self, cause: int) -> None:
        """Notes the end of the call; the first cause stands."""
        if not self.ending.done():
            self.ending.set_result(cause)

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.ending.done()

    @property
    def elapsed(self) -> float:
        """Seconds since the answer; 0 before it."""
        return time.monotonic() - self.answer.result() if self.answer.done() and not self.answer.cancelled() else 0.0

    async def press(self, keys: str) -> None:
        """Presses keys, each for a tenth of a second, as a thumb does. Raises LabError when the call is over."""
        for key in keys:
            async with self.hands.one() as hand:  # the bank answers when the key is let go
                await self._do("PlayDTMF", ("Digit", key), ("Duration", str(round(KEY_SECONDS * 1000))), by=hand)
            await asyncio.sleep(BETWEEN_KEYS)

    async def say(self, sound: str) -> None:
        """Plays a sound file into the call (a path as the bank sees it, without extension)."""
        await self._do("Setvar", ("Variable", "SPEECH"), ("Value", sound))
        await self._do("Redirect", ("Context", "call"), ("Exten", "speak"), ("Priority", "1"))

    async def hangup(self) -> None:
        """Hangs up and waits until the call is over. Nothing happens when it is already."""
        if not self.ending.done():
            try:
                await self.client.send("Hangup", ("Channel", self.id), ("Cause", "16"))
            except AsteriskError:
                if not self.ending.done():
                    raise
            await self.ended()

    def sound(self) -> Recording:
        """What was received and sent so far; what came in the last moment may not be written yet."""
        sides = [read_sound(self.folder / f"{self.id}-{side}.{FORMAT}") for side in ("received", "sent")]
        return Recording(*sides)

    def received(self, since: float = 0.0) -> Clip:
        """What was received from a time of the call on, so far."""
        return read_sound(self.folder / f"{self.id}-received.{FORMAT}", since)

    async def heard_tone(self, hertz: float, *, within: float = 15.0) -> float:
        """Waits until a tone is heard; when, in seconds from the answer. Raises LabError when it does not come."""
        found = await until(lambda: first_tone(self.sound().received, hertz), within)
        if found is None:
            raise LabError(f"no tone of {hertz:g} Hz was heard within {within:g} s")
        return found

    async def _do(self, action: str, *headers: tuple[str, str], by: AmiClient | None = None) -> None:
        if self.ending.done():
            raise LabError("the call is over")
        try:
            await (by or self.client).send(action, ("Channel", self.id), *headers)
        except AsteriskError as error:
            raise LabError(f"{action} was not possible: {error.message}") from error

    @staticmethod
    async def _first(*waited: asyncio.Future[float] | asyncio.Future[int], within: float) -> None:
        await asyncio.wait(waited, timeout=within, return_when=asyncio.FIRST_COMPLETED)


class Phones:
    """The phone bank of a running lab."""

    def __init__(self, lab: Lab, client: AmiClient, hands: Sequence[AmiClient] = ()) -> None:
        self.lab = lab
        self._client = client
        self._hands = Hands(hands or [client])
        self._calls: dict[str, LabCall] = {}
        self._before: set[Path] = set()
        self._before = self._recordings()
        client.on("UserEvent", self._answered)
        client.on("OriginateResponse", self._originated)
        client.on("Hangup", self._hung_up)

    async def call(self, number: str, *, caller: str = CALLER, name: str = "", party: str = "") -> LabCall:
        """Places a call from outside, or as a ``party`` of the house; returns while it rings."""
        number_id = f"lab-{secrets.token_hex(6)}"
        plan = self.lab.plan
        call = LabCall(number_id, self._client, plan.calls, self._hands)
        self._calls[number_id] = call
        line = f"as-{party}" if party else "pbx"
        await self._client.send(
            "Originate",
            ("Channel", f"PJSIP/{number}@{line}"),
            ("ChannelId", number_id),
            ("Context", "call"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("CallerID", f'"{name}" <{caller}>'),
            ("Timeout", "120000"),
            ("Async", "true"),
            ("Variable", f"CALL={number_id}"),
            ("Variable", f"RECEIVED={plan.inside('calls')}/{number_id}-received.{FORMAT}"),
            ("Variable", f"SENT={plan.inside('calls')}/{number_id}-sent.{FORMAT}"),
        )
        return call

    def heard_by(self, number: str) -> Clip:
        """What a phone has received so far in the last call to it since the bank was taken up; empty without one."""
        files = [file for file in self._recordings() if file.name.startswith(f"{number}-")]
        return read_sound(max(files, key=lambda file: file.stat().st_mtime, default=Path()))

    def _recordings(self) -> set[Path]:
        return set(self.lab.plan.calls.glob(f"*-received.{FORMAT}")) - self._before

    async def hang_up_all(self) -> None:
        """Ends every call that was placed here."""
        for call in list(self._calls.values()):
            await call.hangup()

    def _answered(self, event: Message) -> None:
        call = self._calls.get(event.get("Call"))
        if call is not None and not call.answer.done():
            call.answer.set_result(time.monotonic())

    def _originated(self, event: Message) -> None:
        call = self._calls.get(event.get("Uniqueid"))
        if call is not None and event.get("Response") != "Success":
            # The hang-up with its cause comes at the same moment, unless there was not even a channel.
            asyncio.get_running_loop().call_later(0.5, call.over_with, 0)

    def _hung_up(self, event: Message) -> None:
        call = self._calls.get(event.get("Uniqueid"))
        if call is not None:
            call.over_with(int(event.get("Cause") or 0))


@asynccontextmanager
async def phones(lab: Lab, *, hands: int = 0) -> AsyncIterator[Phones]:
    """The phone bank of a running lab, for the length of a block; calls that are still up at its end are ended.

    The bank presses one key after the other for whoever is connected: with more ``hands`` so many calls press keys at
    the same time.
    """

    def client(*events: str) -> AmiClient:
        secret = Secret(lab.secrets["bank-lab"])
        return AmiClient("127.0.0.1", lab.plan.ports.bank_ami, "bank-lab", secret, events=events, pace=Pace(first=0.1))

    clients = [client(*EVENTS), *(client() for _ in range(hands))]
    async with scope.running(*(one.run() for one in clients)):
        for one in clients:
            await one.wait_connected(10)
        bank = Phones(lab, clients[0], clients[1:])
        try:
            yield bank
        finally:
            await bank.hang_up_all()


def read_sound(file: Path, since: float = 0.0) -> Clip:
    """A recording of the bank as it is now, from so many seconds on, as telephone sound; empty without any."""
    step, written = FORMAT_RATE // TELEPHONE_RATE, b""
    if file.is_file():
        with file.open("rb") as stream:
            stream.seek(round(since * TELEPHONE_RATE) * step * 2)
            written = stream.read()
    samples = np.frombuffer(written[: len(written) // 2 * 2], dtype="<i2")
    return Clip(np.ascontiguousarray(samples[::step]), TELEPHONE_RATE)


async def until(look: Callable[[], Found | None], within: float) -> Found | None:
    """Looks every 200 ms until something is found; None when it is not within so many seconds."""
    for _ in range(max(1, round(within / 0.2))):
        if (found := look()) is not None:
            return found
        await asyncio.sleep(0.2)
    return look()
