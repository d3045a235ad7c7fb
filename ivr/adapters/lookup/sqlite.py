"""Looks things up in SQLite databases of others, on a few threads of its own, so that no call ever waits for a disk.

A database is opened for each question (a file that was replaced is seen at once), read-only by its URI, with
``query_only``, and with an authorizer that refuses everything but reading (https://sqlite.org/c3ref/set_authorizer.html).
Time ends a statement in its progress handler, and so does a caller who hangs up; SQLite's own limits bound its values.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ivr.core.base.secret import Secret
from ivr.services.ports import SourceFailed

THREADS = 4
MOST_ROWS = 100
LARGEST_VALUE = 65_536  # bytes, of one cell or anything that is worked out on the way
STEPS = 1000  # instructions of SQLite's machine between two looks at the clock
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer"})
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LARGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


@dataclass(slots=True)
class _Question:
    """One question on its way through a thread; ``given_up`` is set when nobody waits for the answer any more."""

    file: Path
    sql: str
    values: dict[str, Any]
    every: bool
    deadline: float  # of `time.monotonic`
    given_up: threading.Event = field(default_factory=threading.Event)

    def over(self) -> bool:
        """Whether it is too late for an answer."""
        return self.given_up.is_set() or time.monotonic() >= self.deadline


class SqliteSource:
    """`ivr.services.ports.Source` over SQLite files by name; used as a context."""

    def __init__(self, databases: Mapping[str, Path], *, threads: int = THREADS) -> None:
        self._databases = databases
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="lookup")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._pool is not None
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The first row by its columns' names (None when there is none), or all rows. Raises SourceFailed."""
        file = self._databases.get(request["database"])
        if file is None:
            raise SourceFailed("no such database", str(request["database"]))
        values = {name: _value(value) for name, value in request["with"].items()}
        deadline = time.monotonic() + within
        question = _Question(file, request["sql"], values, request["rows"] == "all", deadline)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _answer, question)
        except sqlite3.Error as error:
            raise _told(error, request["database"]) from None
        finally:
            question.given_up.set()


def _value(value: Any) -> Any:
    """A value as SQLite takes one: whole numbers have 64 bits, and text is whole characters."""
    value = value.reveal() if isinstance(value, Secret) else value
    if isinstance(value, int) and value.bit_length() > 63:
        value = str(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _answer(question: _Question) -> Any:
    """Runs on a thread. Raises sqlite3.Error, SourceFailed."""
    if question.over():
        raise SourceFailed("timeout")
    with closing(_opened(question)) as conn:
        cursor = conn.execute(question.sql, question.values)
        names = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchmany(MOST_ROWS if question.every else 1)
        found = [dict(zip(names, map(_cell, row), strict=True)) for row in rows]
    if question.every:
        return found
    return found[0] if found else None


def _opened(question: _Question) -> sqlite3.Connection:
    wait = max(0.0, question.deadline - time.monotonic())
    conn = sqlite3.connect(f"{question.file.absolute().as_uri()}?mode=ro", uri=True, timeout=wait, isolation_level=None)
    try:
        conn.execute("pragma query_only = on")
        conn.execute("pragma trusted_schema = off")
        for limit, most in _LIMITS.items():
            conn.setlimit(limit, most)
        conn.set_progress_handler(question.over, STEPS)
        conn.set_authorizer(_allowed)
    except BaseException:
        conn.close()
        raise
    return conn


def _allowed(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Whether a statement may do one thing that it wants to do: read."""
    if action not in _READING or (action == sqlite3.SQLITE_FUNCTION and second in _FORBIDDEN):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _cell(value: Any) -> Any:
    if isinstance(value, bytes):
        raise SourceFailed("a column is binary")
    return None if isinstance(value, float) and not math.isfinite(value) else value


# What SQLite says, by the beginning of the names of its result codes (https://sqlite.org/rescode.html).
_CALLED = {
    "SQLITE_AUTH": "more than reading",
    "SQLITE_BUSY": "the database is locked",
    "SQLITE_CANTOPEN": "the database cannot be opened",
    "SQLITE_CORRUPT": "the database is damaged",
    "SQLITE_INTERRUPT": "timeout",
    "SQLITE_LOCKED": "the database is locked",
    "SQLITE_NOTADB": "this is no database",
    "SQLITE_PERM": "the database cannot be opened",
    "SQLITE_READONLY": "more than reading",
    "SQLITE_TOOBIG": "the answer is too large",
}


def _told(error: sqlite3.Error, database: str) -> SourceFailed:
    """What an error is called here; SQLite's own words for the log are about the statement and hold no value."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for begin, reason in _CALLED.items():
        if name.startswith(begin):
            return SourceFailed(reason, database)
    if "not authorized" in str(error):  # a function; its code is only that of any wrong statement
        return SourceFailed("more than reading", database)
    if "decode" in str(error):
        return SourceFailed("a column is not UTF-8", database)
    return SourceFailed("the statement is wrong", f"{database}: {error}")
