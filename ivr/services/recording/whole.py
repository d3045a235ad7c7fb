"""The recording of a whole call, which stands still while a secret is asked for or said.

It stands still by not running at all: what Asterisk does not record cannot be found in a file. The file goes on where
it stopped, so a recording is as much shorter than the call as the secrets took.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr.core.base.ids import CallId, RecordingId
from ivr.core.calls.events import RecordingKept
from ivr.services.ports import Leg, Unplayable
from ivr.services.world import World

log = logging.getLogger(__name__)

KIND = "call"


class WholeCall:
    """The recording of one call; `begin` it once the call is answered."""

    __slots__ = ("_began_at", "_depth", "_leg", "_name", "_recording_id", "_seconds", "_world")

    def __init__(self, leg: Leg, world: World) -> None:
        self._leg = leg
        self._world = world
        self._recording_id = RecordingId("")
        self._name = ""
        self._seconds = 0.0  # that are on disk
        self._began_at: float | None = None  # since when it runs
        self._depth = 0  # of the blocks that keep it still

    async def begin(self) -> None:
        """Begins it. That nothing can be recorded ends no call; the log says so."""
        self._recording_id = RecordingId(self._world.ids.new("rec"))
        self._name = f"calls/{self._world.clock.now():%Y-%m-%d}/{self._recording_id}"
        # A call that outlived the service is still being recorded, and nobody would stop that one for a secret.
        await self._leg.stop_recording()
        await self._run()

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Nothing is recorded within the block. Raises `Hangup` when the caller is gone; the block is not run then."""
        self._depth += 1
        try:
            if self._began_at is not None:
                self._seconds += self._world.clock.monotonic() - self._began_at
                self._began_at = None
                await self._leg.stop_recording()
            yield
        finally:
            self._depth -= 1
        if self._name and not self._depth:
            await self._run()

    def kept(self, call_id: CallId) -> RecordingKept | None:
        """What is on disk now that the call is over; None when nothing is."""
        if self._began_at is not None:
            self._seconds += self._world.clock.monotonic() - self._began_at
            self._began_at = None
        if not self._seconds:
            return None
        return RecordingKept(
            at=self._world.clock.now(),
            call_id=call_id,
            recording_id=self._recording_id,
            kind=KIND,
            mailbox="",
            path=f"{self._name}.wav",
            seconds=round(self._seconds, 2),
        )

    async def _run(self) -> None:
        try:
            await self._leg.start_recording(self._name, append=self._seconds > 0)
        except (Unplayable, OSError) as error:
            log.error("the call is not recorded: %s", error)
            self._name = ""
        else:
            self._began_at = self._world.clock.monotonic()
