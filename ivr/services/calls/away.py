"""Calls that were begun and are not with the service: what becomes of them while it is not looking.

After a restart some calls of the store have no end. Each is in one of three places: gone with the outage, still on
a living channel (waiting in the dialplan, or talking), or about to come back. `Away` settles it: what has no channel
any more is ended as ``lost``, what leaves while it waits is ended when its channel goes, and what returns is taken
out. It looks again whenever the connection to Asterisk was gone for a while, because news may have been missed.
"""

from __future__ import annotations

import asyncio
import logging

from ivr.core.base.errors import AsteriskError, StoreError
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallEnded, EndReason
from ivr.services.ports import CallStore, Channels, OpenCall
from ivr.services.world import World

log = logging.getLogger(__name__)


class Away:
    """Owns the open calls that no session has."""

    def __init__(self, store: CallStore, channels: Channels, world: World) -> None:
        self._store = store
        self._channels = channels
        self._world = world
        self._calls: dict[str, OpenCall] = {}
        self._look = asyncio.Event()

    async def recall(self) -> int:
        """Reads the open calls from the store; their number. To be called before the first call is taken."""
        self._calls = {call.channel: call for call in await self._store.open_calls()}
        self._channels.on_gone(self._gone)
        self._channels.on_connected(self._look.set)
        return len(self._calls)

    async def returned(self, channel: str) -> OpenCall | None:
        """The open call of a channel that is here again, or None when the store knows none or cannot say."""
        known = self._calls.pop(channel, None)
        if known is not None:
            return known
        try:
            return await self._store.open_call(channel)
        except StoreError as error:
            log.warning("a call that came back is taken for a new one: %s", error)
            return None

    async def run(self) -> None:
        """Ends the calls whose channel is gone, at each new connection to Asterisk, until cancelled."""
        while True:
            await self._look.wait()
            self._look.clear()
            try:
                living = await self._channels.living()
            except AsteriskError as error:
                log.warning("the open calls cannot be looked up now: %s", error)
                continue
            for channel in [channel for channel in self._calls if channel not in living]:
                self._end(channel, EndReason.LOST, "gone while the service was down")

    def _gone(self, channel: str) -> None:
        if channel in self._calls:
            self._end(channel, EndReason.CALLER_LEFT, "left while waiting for the service")

    def _end(self, channel: str, reason: EndReason, detail: str) -> None:
        call = self._calls.pop(channel)
        now = self._world.clock.now()
        self._world.journal.publish(
            CallEnded(at=now, call_id=CallId(call.call_id), reason=reason, section=call.section, detail=detail)
        )

    @property
    def in_queues(self) -> int:
        """How many of them have a place in a queue."""
        return sum(call.place is not None for call in self._calls.values())

    def __len__(self) -> int:
        return len(self._calls)
