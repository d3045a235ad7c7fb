"""Connections to the database: one kind that writes, and one that can only read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from ivr.adapters.store.migrations import is_current
from ivr.core.base.errors import StoreError

WAIT_WRITING = 0.25  # seconds that the writer waits for a lock before it tries again later
WAIT_READING = 2.0
_IN_THE_WAY = (sqlite3.OperationalError, sqlite3.InternalError, OSError)
_BUSY_OR_FULL = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


def open_for_writing(path: Path) -> Database:
    """The writing connection; a new database file can be read by its owner only. Raises sqlite3.Error, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = Database(sqlite3.connect(path, timeout=WAIT_WRITING))
    try:
        for pragma in ("journal_mode = wal", "synchronous = normal", "foreign_keys = on", "secure_delete = on"):
            db.conn.execute(f"pragma {pragma}")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def open_for_reading(path: Path) -> Iterator[Database]:
    """A connection that cannot write, also while the service runs.

    Raises StoreError when there is no such database, when it cannot be read, or is of another version.
    """
    if not path.is_file():
        raise StoreError(
            f"there is no database {path}",
            hint="the service makes it when it first starts; is `data` in ivr.yaml, or --database, what you mean?",
            code="no_database",
        )
    db: Database | None = None
    try:
        db = Database(_connect_read_only(path))
        if not is_current(db):
            raise StoreError(
                f"{path} is of an older version, or none of ours", hint="start the service once: it upgrades it"
            )
        yield db
    except sqlite3.Error as error:
        raise told(error, path) from error
    finally:
        if db is not None:
            db.close()


def _connect_read_only(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    conn = sqlite3.connect(uri, uri=True, timeout=WAIT_READING)
    try:
        conn.execute("select 1 from sqlite_master").fetchone()
    except sqlite3.OperationalError:
        conn.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        # Nobody writes, and we may not make the shared-memory file that WAL asks for: the file cannot change.
        conn = sqlite3.connect(f"{uri}&immutable=1", uri=True)
    return conn


def is_in_the_way(error: BaseException) -> bool:
    """Whether the world was in the way (locked, full, unreadable), so that the same may go well later."""
    return isinstance(error, _IN_THE_WAY) or type(error) is sqlite3.DatabaseError


def may_stay_open(error: BaseException) -> bool:
    """Whether a connection is still of use after this error: one that is locked out, or whose disk is full, is."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY_OR_FULL


def told(error: BaseException, path: Path) -> StoreError:
    """The error as one that says which file it is about and how to mend it."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            hint = "the disk is full: make room"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            hint = "another program holds it locked: end that one"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            hint = "the file is damaged: stop the service, move it away and restore a backup"
        case _:
            hint = "see the disk and the file's owner and rights"
    return StoreError(f"{path}: {error}", hint=hint)
