"""The queue log on disk: lines are gathered and written about once a second, on another thread.

The file is opened anew for each writing, so one that was rotated away is never written again. What cannot be written
waits, and its bytes go on exactly where they stopped; when too much waits, the newest lines are lost and counted. No
trouble with the file reaches a call: it is told in the log, once until it is over.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from pathlib import Path

from ivr.core.acd.queue_log import QueueLog
from ivr.core.base.clock import Clock
from ivr.core.base.events import Event

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
MOST_LINES = 100_000  # that wait to be written; some 10 MB
MODE = 0o640  # callers' numbers are in it
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK  # which a pipe without a reader needs


class QueueLogFile:
    """Writes what `QueueLog` makes of events. ``take`` is a reader of the journal; `run` and `aclose` write."""

    def __init__(
        self, path: Path, lines: QueueLog, clock: Clock, *, every: float = EVERY, most: int = MOST_LINES
    ) -> None:
        self._path = path
        self._log = lines
        self._clock = clock
        self._every = every
        self._most = most
        self._lines: deque[str] = deque()
        self._rest = b""  # taken from the lines, not written yet; only the writing thread touches it
        self._writing = threading.Lock()
        self._trouble = ""
        self._lost = 0
        self._keep(lines.begin(clock.now()))

    def take(self, event: Event) -> None:
        """Notes the lines of an event; never waits."""
        self._keep(self._log.take(event))

    async def run(self) -> None:
        """Writes for as long as the service runs."""
        while True:
            await asyncio.sleep(self._every)
            await self.flush()

    async def flush(self) -> None:
        """Writes what there is."""
        self._keep(self._log.due(self._clock.now()))
        if self._lines or self._rest:
            await asyncio.to_thread(self._write)

    async def aclose(self) -> None:
        """Writes what is left; what cannot be is lost, and told."""
        self._keep(self._log.close(self._clock.now()))
        await asyncio.to_thread(self._write)
        left = len(self._lines) + self._rest.count(b"\n") + self._lost
        if left:
            log.error("%d lines of the queue log are lost: %s", left, self._trouble)

    def _keep(self, lines: list[str]) -> None:
        room = max(0, self._most - len(self._lines))
        self._lines.extend(lines[:room])
        self._lost += len(lines[room:])

    def _write(self) -> None:
        """On a thread of its own; one that a stop has left behind is waited for."""
        with self._writing:
            if not self._rest:
                taken = [self._lines.popleft() for _ in range(len(self._lines))]
                self._rest = "".join(f"{line}\n" for line in taken).encode()
            try:
                self._append()
            except OSError as error:
                self._failed(error)
            else:
                self._went_well()

    def _append(self) -> None:
        file = os.open(self._path, _FLAGS, MODE)
        try:
            while self._rest:
                self._rest = self._rest[os.write(file, self._rest) :]
        finally:
            os.close(file)

    def _failed(self, error: OSError) -> None:
        trouble = error.strerror or str(error)
        if trouble != self._trouble:
            self._trouble = trouble
            log.error("the queue log cannot be written to %s: %s; its lines wait", self._path, trouble)

    def _went_well(self) -> None:
        if self._trouble:
            lost, self._lost, self._trouble = self._lost, 0, ""
            log.warning("the queue log is written again; %d lines were lost meanwhile", lost)
