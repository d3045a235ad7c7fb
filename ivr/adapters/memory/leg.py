"""A caller who follows a script: presses keys and hangs up at given times, on the loop's own clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ivr.core.base.errors import Hangup
from ivr.core.calls.outcomes import Dialled, DialStatus
from ivr.services.ports import Caller, Sound, Taken, Unplayable

SOMEBODY = Caller("+15551230001", "Ada", "100", "chan-1", returned=False)


@dataclass(frozen=True, slots=True)
class Press:
    """Keys pressed ``after`` seconds from the beginning of the call, a tenth of a second apart."""

    after: float
    keys: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up ``after`` seconds from the beginning."""

    after: float


Move = Press | HangUp


@dataclass
class MemoryLeg:
    """`ivr.services.ports.Leg` without a telephone; ``heard`` and ``done`` tell afterwards what happened."""

    script: Iterable[Move] = ()
    caller: Caller = SOMEBODY
    dialled: Dialled = field(default_factory=lambda: Dialled(DialStatus.ANSWERED, 30.0))
    unplayable: frozenset[str] = frozenset()
    lost: bool = False
    stoppable: bool = True
    absent: frozenset[str] = frozenset()  # legs that are not there any more when they are to be connected
    heard: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._keys: deque[str] = deque()
        self._news = asyncio.Event()
        self._gone = False
        self._told: Callable[[], None] | None = None
        self._busy = False
        self._stopped = False
        start = self._loop.time()
        for move in self.script:
            if isinstance(move, HangUp):
                self._loop.call_at(start + move.after, self.leave)
                continue
            for number, key in enumerate(move.keys):
                self._loop.call_at(start + move.after + number / 10, self._pressed, key)

    def leave(self) -> None:
        """The caller hangs up now."""
        self._gone = True
        self._news.set()
        if not self._busy and self._told is not None:
            self._told()

    async def answer(self) -> None:
        """Picks up."""
        self._here()
        self.done.append("answer")

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Lets the sound's time pass, or less when a key cuts it."""
        self._here()
        if sound.name in self.unplayable:
            raise Unplayable(sound.name)
        self.heard.append(sound.name)
        left = max(0.0, sound.seconds - start)
        if not cut:
            await self._wait(left, until_key=False)
            return ""
        if not self._keys:
            await self._wait(left, until_key=True)
        return self.typed()

    async def stop_sound(self) -> None:
        """Ends a `play` or `key` that runs, if the telephone system can be told (``stoppable``)."""
        if self._busy and self.stoppable:
            self._stopped = True
            self._news.set()

    async def key(self, within: float) -> str:
        """The next key, in virtual or real time alike."""
        self._here()
        if not self._keys:
            await self._wait(within, until_key=True)
        return self.typed()

    def typed(self) -> str:
        """Takes a key that waits."""
        return self._keys.popleft() if self._keys else ""

    def put_back(self, key: str) -> None:
        """Puts a key first."""
        self._keys.appendleft(key)

    def forget_keys(self) -> None:
        """Drops the keys that wait."""
        self._keys.clear()

    async def record(self, name: str, *, longest: float, silence: float, end: str, tone: bool) -> Taken:
        """Records until a key of ``end``, the hang-up or ``longest``."""
        self._here()
        began = self._loop.time()
        ended = "longest"
        while (left := began + longest - self._loop.time()) > 0:
            try:
                await self._wait(left, until_key=True)
            except Hangup:
                ended = "hangup"
                break
            if (key := self.typed()) and key in end:
                ended = "key"
                break
        return Taken(f"{name}.wav", round(self._loop.time() - began, 2), ended)

    async def start_recording(self, name: str, *, append: bool) -> None:
        """Notes that the call is recorded from now on."""
        self._here()
        self.done.append(f"record {name}" if not append else "record on")

    async def stop_recording(self) -> None:
        """Notes that nothing is recorded any more."""
        self._here()
        self.done.append("record off")

    async def dial(self, address: str, *, ring: float, longest: float) -> Dialled:
        """Talks for as long as the leg was told that a talk lasts."""
        self._here()
        self.done.append(f"dial {address}")
        await self._wait(self.dialled.talked, until_key=False)
        return self.dialled

    async def start_music(self) -> None:
        """Notes that music begins."""
        self._here()
        self.done.append("music")

    async def stop_music(self) -> None:
        """Notes that it is over."""
        self._here()
        self.done.append("music off")

    async def bridge(self, channel: str) -> bool:
        """Talks for as long as the leg was told that a talk lasts, or until the other leg is gone."""
        self._here()
        self.done.append(f"bridge {channel}")
        if channel in self.absent:
            return False
        await self._wait(self.dialled.talked, until_key=False)
        return True

    async def hangup(self) -> None:
        """Ends the call."""
        self.done.append("hangup")

    def hand_back(self) -> None:
        """Gives the caller back."""
        self.done.append("hand_back")

    def on_gone(self, told: Callable[[], None]) -> None:
        """Notes whom to tell."""
        self._told = told

    def _pressed(self, key: str) -> None:
        self._keys.append(key)
        self._news.set()

    def _here(self) -> None:
        if self._gone:
            raise Hangup

    async def _wait(self, seconds: float, *, until_key: bool) -> None:
        """Passes time; ends early at a key when asked to. Raises `Hangup` when the caller leaves."""
        self._busy, self._stopped = True, False
        deadline = self._loop.time() + seconds
        try:
            while True:
                self._news.clear()
                try:
                    async with asyncio.timeout_at(deadline):
                        await self._news.wait()
                except TimeoutError:
                    return
                self._here()
                if self._stopped or (until_key and self._keys):
                    return
        finally:
            self._busy = False
