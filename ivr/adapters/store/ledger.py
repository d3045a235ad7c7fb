"""The writing connection and what it takes to get a batch of events through it, whatever is in the batch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ivr.adapters.store import rows
from ivr.adapters.store.connections import is_in_the_way, may_stay_open, told
from ivr.adapters.store.migrations import immediately, migrate
from ivr.adapters.store.queries import sql
from ivr.adapters.store.rows import Numbered

log = logging.getLogger(__name__)

MOST_KNOWN = 100_000  # ids of calls remembered as having a row

Opened = Callable[[Path], Database]
Job = Callable[[Database], Any]


class Ledger:
    """Owns the writing connection; used by one thread only."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self._path = path
        self._opened = opened
        self._db: Database | None = None
        self._known: set[str] = set()
        self.unwritable = 0  # events that no database would take
        self.ended_twice = 0  # calls for which a second end was told

    def open(self) -> Database:
        """The connection, with its tables up to date. Raises StoreError, sqlite3.Error, OSError."""
        if self._db is None:
            db = self._opened(self._path)
            try:
                migrate(db)
            except BaseException:
                db.close()
                raise
            self._db = db
        return self._db

    def close(self) -> None:
        """Closes the connection; the last one to do so also empties the write-ahead file."""
        if self._db is not None:
            db, self._db = self._db, None
            db.close()

    def last_seq(self) -> int:
        """The highest number that an event has."""
        row = self.open().conn.execute(sql("last_seq")).fetchone()
        return int(row[0]) if row else 0

    def write(self, batch: Sequence[Numbered]) -> None:
        """Writes a batch, wholly or not at all; events that cannot be written by their own fault are counted.

        Raises what was in the way when the same may go well later.
        """
        db = self.open()
        bad: list[tuple[Numbered, Exception]] = []
        try:
            with immediately(db):
                done = [rows.write(db.conn, batch, self._known)]
        except Exception as error:
            if is_in_the_way(error):
                raise
            with immediately(db):
                done = self._write_each(db, batch, bad)
        for written in done:
            self._remember(written)
        for (_, event), fault in bad:
            self.unwritable += 1
            call_id = getattr(event, "call_id", "no call")
            log.error("%s of %s is lost, it cannot be written: %s", type(event).__name__, call_id, fault)

    def do(self, job: Job) -> Any:
        """Does a job in a transaction of its own. Raises StoreError."""
        try:
            db = self.open()
            with immediately(db):
                return job(db)
        except Exception as error:
            self.recover(error)
            raise told(error, self._path) from error

    def recover(self, error: BaseException) -> None:
        """Drops a connection that may be of no use any more; the next write opens another."""
        if not may_stay_open(error):
            with suppress(Exception):  # it is broken; that it cannot be closed either is no news
                self.close()

    def _write_each(
        self, db: Database, batch: Sequence[Numbered], bad: list[tuple[Numbered, Exception]]
    ) -> list[rows.Written]:
        known = set(self._known)
        done: list[rows.Written] = []
        for numbered in batch:
            try:
                with db.atomic():  # a savepoint: one bad event undoes itself alone
                    written = rows.write(db.conn, [numbered], known)
            except Exception as error:
                if is_in_the_way(error):
                    raise
                bad.append((numbered, error))
            else:
                known |= written.begun
                done.append(written)
        return done

    def _remember(self, written: rows.Written) -> None:
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known |= written.begun
        self._known -= written.ended
        self.ended_twice += len(written.ended_again)
        for call_id in written.ended_again:
            log.error("%s ended a second time; its first end is kept", call_id)
