"""The one thread that writes: it works off a backlog of events.

Theory of operation::

    event loop                 writer thread
    put(event) ─► backlog ──►  take up to 500 ─► BEGIN IMMEDIATE … COMMIT ─► next
                                  │ the world is in the way (locked, full, unreadable):
                                  │     the batch is kept and tried again, 0.1 s … 5 s later
                                  │ the batch itself cannot be written (a row breaks a constraint):
                                  │     each event by itself, the bad ones counted as lost
                                  └ close: try until the deadline, then spill what is left to a file

`put` is a length check and an append: no conversion, no lock. Everything that could wait is on the thread's side.
Between batches the thread does jobs: other writing work (retention), each a short transaction of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ivr.adapters.store import spill
from ivr.adapters.store.connections import open_for_writing, told
from ivr.adapters.store.ledger import Job, Ledger, Opened
from ivr.adapters.store.rows import Numbered
from ivr.core.base.clock import Clock
from ivr.core.base.errors import StoreError
from ivr.core.base.events import Event

log = logging.getLogger(__name__)

MOST_WAITING = 200_000  # events; at some 600 bytes each
BATCH = 500  # events in a transaction
GATHER = 0.2  # seconds in which events are gathered: a transaction costs as much as 20 events in it
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds until a failed batch is tried again
CLOSING_PAUSE = 0.2
HUNG = 1.0  # seconds past its deadline after which a closing thread is no longer waited for


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """How the writing goes: ``backlog`` events wait to be written, ``lost`` ones never will be.

    ``last_error`` is what is in the way now, empty while nothing is.
    """

    backlog: int
    lost: int
    ended_twice: int
    last_error: str
    last_write: datetime | None
    writing: bool


class Writer:
    """Writes events from a backlog, on a thread of its own."""

    def __init__(
        self, path: Path, clock: Clock, *, most_waiting: int = MOST_WAITING, opened: Opened = open_for_writing
    ) -> None:
        self._path = path
        self._clock = clock
        self._most = most_waiting
        self._ledger = Ledger(path, opened)
        self._backlog: deque[Event] = deque()
        self._batch: list[Numbered] = []  # taken, numbered, not written yet
        self._spilled: deque[Numbered] = deque()  # read from the spill, not written yet
        self._spill_is_there = False
        self._bad_lines = 0
        self._jobs: deque[tuple[Job, Future[Any]]] = deque()
        self._seq = 0
        self._accepted = self._settled = 0
        self._refused = self._refused_told = self._unspilled = 0
        self._last_error = ""
        self._last_write: datetime | None = None
        self._pause = 0.0
        self._idle = False
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._progress = threading.Condition()
        self._closing_by: float | None = None
        self._left = 0
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="ivr-store", daemon=True)

    # -- the event loop's side ------------------------------------------------------------------------------------

    def put(self, event: Event) -> None:
        """Takes an event; never waits, never raises. With a full backlog it is counted as lost."""
        if len(self._backlog) >= self._most:
            self._refused += 1
            return
        self._accepted += 1
        self._backlog.append(event)
        if self._idle:
            self._idle = False
            self._wake.set()

    def start(self) -> Future[None]:
        """Begins; the future is done when the database is open and up to date, or fails with StoreError."""
        self._ready.set_running_or_notify_cancel()  # from here on it cannot be cancelled, only be no longer awaited
        self._thread.start()
        return self._ready

    def submit(self, job: Job) -> Future[Any]:
        """Has ``job`` done on the thread, in a transaction of its own, between two batches. Fails with StoreError."""
        done: Future[Any] = Future()
        self._jobs.append((job, done))
        self._wake.set()
        self._hurry.set()
        if not self._thread.is_alive():
            self._refuse_jobs()
        return done

    def wait_written(self, timeout: float) -> bool:
        """Waits (never on the event loop) until all that was put so far is written; whether it came to that."""
        goal = self._accepted
        self._hurry.set()
        with self._progress:
            return self._progress.wait_for(lambda: self._settled >= goal, timeout)

    def health(self) -> StoreHealth:
        """The figures, at once."""
        return StoreHealth(
            backlog=len(self._backlog) + len(self._batch) + len(self._spilled),
            lost=self._refused + self._unspilled + self._bad_lines + self._ledger.unwritable,
            ended_twice=self._ledger.ended_twice,
            last_error=self._last_error,
            last_write=self._last_write,
            writing=self._thread.is_alive(),
        )

    def close(self, within: float) -> int:
        """Writes for up to ``within`` seconds (never on the event loop), spills the rest; how many those were."""
        if self._closing_by is not None:
            return self._left
        self._closing_by = time.monotonic() + within
        self._wake.set()
        self._hurry.set()
        if self._thread.ident is not None:
            self._thread.join(within + HUNG)
        self._refuse_jobs()
        self._left = self._spill()
        return self._left

    def _refuse_jobs(self) -> None:
        while self._jobs:
            _, done = self._jobs.popleft()
            if done.set_running_or_notify_cancel():
                done.set_exception(StoreError("the store is closed", hint="start the service again"))

    def _spill(self) -> int:
        left = [*self._batch, *self._spilled]
        first = max([self._seq, *(seq for seq, _ in left)]) + 1
        left += enumerate(list(self._backlog), first)
        if not left:
            return 0
        try:
            where = spill.save(self._path, left)
        except OSError as error:
            self._unspilled += len(left)
            log.error("%d events of calls are lost: neither the database nor a file took them (%s)", len(left), error)
        else:
            log.error("%d events could not be written before the stop; %s is read at the next start", len(left), where)
        return len(left)

    # -- the thread's side ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._begin()
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits for the start
            self._ledger.close()
            self._ready.set_exception(error if isinstance(error, StoreError) else told(error, self._path))
            return
        self._ready.set_result(None)
        try:
            while not self._over():
                self._rest()
                self._round()
        finally:
            self._ledger.close()

    def _begin(self) -> None:
        last = self._ledger.last_seq()
        events, self._bad_lines = spill.read(self._path)
        self._seq = max([last, *(seq for seq, _ in events)])
        self._spilled.extend(events)
        self._accepted += len(events)
        self._spill_is_there = bool(events or self._bad_lines)
        if self._bad_lines:
            log.error("%d lines of %s cannot be read and are lost", self._bad_lines, spill.place(self._path))

    def _work(self) -> bool:
        return bool(self._batch or self._spilled or self._backlog or self._jobs or self._spill_is_there)

    def _over(self) -> bool:
        if self._closing_by is None:
            return False
        return not self._work() or time.monotonic() >= self._closing_by

    def _rest(self) -> None:
        """Waits for work, then for a little more of it, so that a transaction is worth its while."""
        if self._pause:
            self._wake.wait(self._pause if self._closing_by is None else min(self._pause, CLOSING_PAUSE))
        elif self._closing_by is None and not self._work():
            self._idle = True
            if not self._work() and self._closing_by is None:  # once more: it may have come before the flag was up
                self._wake.wait()
            self._idle = False
        self._wake.clear()
        if not self._pause and self._closing_by is None and len(self._backlog) < BATCH:
            self._hurry.wait(GATHER)
            self._hurry.clear()

    def _round(self) -> None:
        """Writes one batch and does one job."""
        try:
            self._write()
            if self._spill_is_there and not self._spilled:
                spill.discard(self._path, keep_for_reading=bool(self._bad_lines))
                self._spill_is_there = False
        except Exception as error:  # noqa: BLE001 - the thread outlives any trouble: events wait for it
            self._in_the_way(error)
        else:
            self._out_of_the_way()
        self._tell_refused()
        if self._jobs:
            self._do(*self._jobs.popleft())

    def _write(self) -> None:
        if not self._batch:
            self._take()
        if not self._batch:
            return
        self._ledger.write(self._batch)
        self._out_of_the_way()
        self._last_write = self._clock.now()
        count, self._batch = len(self._batch), []
        with self._progress:
            self._settled += count
            self._progress.notify_all()

    def _take(self) -> None:
        if self._spilled:  # numbered already, and older than all that is new
            self._batch = [self._spilled.popleft() for _ in range(min(BATCH, len(self._spilled)))]
            return
        for _ in range(min(BATCH, len(self._backlog))):
            self._seq += 1
            self._batch.append((self._seq, self._backlog.popleft()))

    def _do(self, job: Job, done: Future[Any]) -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            result = self._ledger.do(job)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever gave the job
            done.set_exception(error)
        else:
            done.set_result(result)

    def _out_of_the_way(self) -> None:
        if self._last_error:
            log.warning("%s is written again", self._path)
        self._last_error, self._pause = "", 0.0

    def _in_the_way(self, error: Exception) -> None:
        self._ledger.recover(error)
        text = str(told(error, self._path))
        if text != self._last_error:
            log.error("%s; %d events wait to be written", text, len(self._backlog) + len(self._batch))
        self._last_error = text
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)

    def _tell_refused(self) -> None:
        if self._refused > self._refused_told:
            count, self._refused_told = self._refused - self._refused_told, self._refused
            log.error("%d events of calls are lost: more than %d waited for the database", count, self._most)
