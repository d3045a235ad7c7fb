"""Agents' phones that follow a script, on the loop's own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.core.acd.facts import Trouble
from ivr.core.base.errors import Hangup
from ivr.services.acd.ports import NotPickedUp, Ring
from ivr.services.ports import Sound


@dataclass(frozen=True, slots=True)
class PicksUp:
    """A phone that is picked up ``after`` so many seconds, and put down ``then`` so many later unless it is connected.

    Below 0 it is put down in the moment in which it was picked up. Whoever is asked presses ``keys``, one each time.
    """

    after: float = 2.0
    then: float = 60.0
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Fails:
    """A phone that is not picked up, which is known ``after`` so many seconds (None: when it has rung long enough)."""

    trouble: Trouble
    after: float | None = None


Behaviour = PicksUp | Fails


class MemoryPhone:
    """`ivr.services.acd.ports.Phone` without a telephone."""

    def __init__(self, channel: str, stays: float, keys: str = "") -> None:
        self.channel = channel
        self._keys = list(keys)
        self.heard: list[str] = []
        self.gone = False
        self._told: list[Callable[[], None]] = []
        self._end = asyncio.get_running_loop().call_later(max(0.0, stays), self.put_down)
        if stays < 0:
            self.put_down()

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Lets the sound's time pass."""
        self.heard.append(sound.name)
        await asyncio.sleep(sound.seconds)
        if self.gone:
            raise Hangup
        return ""

    async def key(self, within: float) -> str:
        """The next key of the script after a second, or nothing."""
        if self._keys:
            await asyncio.sleep(min(1.0, within))
            return self._keys.pop(0)
        await asyncio.sleep(within)
        return ""

    def on_gone(self, told: Callable[[], None]) -> None:
        """Notes whom to tell."""
        self._told.append(told)
        if self.gone:
            told()

    async def hangup(self) -> None:
        """Ends the leg."""
        self.put_down()

    def put_down(self) -> None:
        """The leg is over, or is connected."""
        self._end.cancel()
        if not self.gone:
            self.gone = True
            for told in self._told:
                told()


@dataclass
class MemoryRinger:
    """`ivr.services.acd.ports.Ringer`: ``behaviours`` by dial string, else a phone that is picked up.

    ``rung`` tells who was rung, ``most`` how many phones rang at once for one dial string, ``phones`` those that were
    picked up.
    """

    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    rung: list[Ring] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    phones: dict[str, MemoryPhone] = field(default_factory=dict)
    _now: dict[str, int] = field(default_factory=dict)
    most: int = 0

    async def ring(self, ring: Ring) -> MemoryPhone:
        """Rings by the script."""
        self.rung.append(ring)
        self._now[ring.address] = self._now.get(ring.address, 0) + 1
        self.most = max(self.most, self._now[ring.address])
        try:
            return await self._rings(ring)
        except asyncio.CancelledError:
            self.stopped.append(ring.ring_id)
            raise
        finally:
            self._now[ring.address] -= 1

    async def _rings(self, ring: Ring) -> MemoryPhone:
        match self.behaviours.get(ring.address, PicksUp()):
            case PicksUp(after, then, keys) if after < ring.within:
                await asyncio.sleep(after)
                phone = self.phones[ring.ring_id] = MemoryPhone(f"channel-{ring.ring_id}", then, keys)
                return phone
            case Fails(trouble, after):
                await asyncio.sleep(ring.within if after is None else after)
                raise NotPickedUp(trouble)
            case _:
                await asyncio.sleep(ring.within)
                raise NotPickedUp(Trouble.NO_ANSWER)
