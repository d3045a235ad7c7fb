"""The store when the world is in the way: no event is lost in silence, and nobody who tells one ever waits."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from ivr.adapters.store import reading
from ivr.adapters.store.connections import open_for_writing
from ivr.core.base.errors import StoreError
from ivr.core.base.ids import CallId
from ivr.core.calls.events import InputTaken
from ivr.services.insight.calls import Wanted
from tests.adapters.store_world import (
    START,
    a_call,
    done,
    ended,
    hurry,
    kept,
    started,
    store_at,
    tell,
    until,
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the database is to be; the store there tries again after milliseconds."""
    hurry(monkeypatch)
    return tmp_path / "data" / "ivr.db"


async def test_a_locked_database_holds_nobody_up_and_loses_nothing(path: Path) -> None:
    async with store_at(path) as store:
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        for number in range(50):
            tell(store, *a_call(f"call_{number:02}"))
        await until(lambda: "locked" in store.health().last_error)
        assert store.health().backlog == 200
        assert (store.health().lost, store.health().last_write) == (0, None)
        other.rollback()
        other.close()
        assert await store.flushed(20)
        assert (store.health().backlog, store.health().last_error) == (0, "")
        assert store.health().last_write is not None
    assert kept(path) == {f"call_{number:02}": a_call(f"call_{number:02}") for number in range(50)}


def limited(path: Path, pages: list[int]) -> Database:
    """A database that may have as many pages as ``pages`` says, asked at every beginning of a transaction."""

    class Limited(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                super().execute(f"pragma max_page_count = {pages[0]}")
            return super().execute(sql, *parameters)

    path.parent.mkdir(parents=True, exist_ok=True)
    db = Database(sqlite3.connect(path, timeout=0.01, factory=Limited))
    db.conn.execute("pragma journal_mode = wal")
    db.conn.execute("pragma foreign_keys = on")
    return db


async def test_a_full_disk_loses_nothing_and_what_waited_is_written_when_there_is_room(path: Path) -> None:
    pages = [1_000_000]
    async with store_at(path, opened=lambda path: limited(path, pages)) as store:
        tell(store, *a_call("call_0"))
        assert await store.flushed(20)
        pages[0] = 1  # no page more than there are
        calls = {f"call_{number}": [started(f"call_{number}", caller_name="x" * 3000)] for number in range(1, 40)}
        tell(store, *(event for events in calls.values() for event in events))
        await until(lambda: "full" in store.health().last_error)
        assert "make room" in store.health().last_error
        assert store.health().backlog == 39
        assert list(kept(path)) == ["call_0"]
        pages[0] = 1_000_000
        assert await store.flushed(20)
        assert store.health().lost == 0
    assert kept(path) == calls | {"call_0": a_call("call_0")}


async def test_events_beyond_the_backlog_are_counted_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with store_at(path, most_waiting=10) as store:
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        tell(store, *(started(f"call_{number}") for number in range(10)))
        await until(lambda: store.health().last_error != "")  # ten are in the writer's hands now
        tell(store, *(started(f"call_{number}") for number in range(10, 25)))
        assert store.health().lost == 5
        await until(lambda: "5 events of calls are lost" in caplog.text)
        other.close()
        assert await store.flushed(20)
    assert len(kept(path)) == 20


async def test_one_event_that_cannot_be_written_does_not_stop_the_others(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with store_at(path) as store:
        circle: dict[str, Any] = {}
        circle["itself"] = circle
        bad = [done("call_2", 2**70), done("call_2", None), done("call_2", **circle), done("call_2", object())]
        good = [*a_call("call_1"), *a_call("call_2"), *a_call("call_3")]
        tell(store, *good[:6], *bad, *good[6:])
        assert await store.flushed(20)
        assert (store.health().lost, store.health().backlog, store.health().last_error) == (4, 0, "")
    assert caplog.text.count("ActionDone of call_2 is lost") == 4
    assert kept(path) == {call: a_call(call) for call in ("call_1", "call_2", "call_3")}


async def test_a_second_end_is_counted_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with store_at(path) as store:
        tell(store, *a_call("call_1"), ended("call_1"))
        assert await store.flushed(20)
        tell(store, ended("call_1"))
        assert await store.flushed(20)
        assert (store.health().ended_twice, store.health().lost) == (2, 0)
    assert "call_1 ended a second time" in caplog.text


async def test_a_connection_that_breaks_is_replaced(path: Path) -> None:
    opened: list[Database] = []

    def open_one(path: Path) -> Database:
        opened.append(open_for_writing(path))
        return opened[-1]

    async with store_at(path, opened=open_one) as store:
        tell(store, started("call_1"))
        assert await store.flushed(20)

        def break_it(db: Database) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        with pytest.raises(StoreError, match="disk I/O error"):
            await asyncio.wrap_future(store._writer.submit(break_it))
        tell(store, ended("call_1"))
        assert await store.flushed(20)
    assert len(opened) == 2
    assert kept(path) == {"call_1": [started("call_1"), ended("call_1")]}


async def test_a_job_that_nobody_waits_for_any_more_hurts_nobody(path: Path) -> None:
    async with store_at(path) as store:
        store._writer.submit(lambda db: None).cancel()
        tell(store, *a_call("call_1"))
        assert await store.flushed(20)
        assert store.health().writing


KILLED = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from ivr.adapters.store import writer
from ivr.adapters.store.writer import Writer
from ivr.adapters.system.clock import SystemClock
from ivr.core.calls.events import ActionDone, CallEnded, CallStarted, EndReason

writer.GATHER, writer.BATCH = 0.001, 40
START = datetime(2026, 11, 22, 10, 4, 6, tzinfo=UTC)
store = Writer(Path(sys.argv[1]), SystemClock())
store.start().result()
print("ready", flush=True)
number = 0
while True:
    call = f"call_{number:06}"
    store.put(CallStarted(at=START, call_id=call, caller="+1", caller_name="Ann", called="100", flow="main",
                          language="en", channel=call))
    for index in range(2):
        store.put(ActionDone(at=START, call_id=call, began_at=START, section="s", index=index, kind="set",
                             outcome="set"))
    store.put(CallEnded(at=START, call_id=call, reason=EndReason.COMPLETED, section="bye"))
    number += 1
    if number % 100 == 0:
        store.wait_written(10)
        print(number, flush=True)
"""


def test_killed_in_the_middle_of_writing_the_database_is_whole(path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        while (told := child.stdout.readline().strip()) != "300":
            assert told, "the writer has died"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    db = sqlite3.connect(path)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert db.execute("pragma foreign_key_check").fetchall() == []
    db.close()
    found = kept(path)
    # What was said to be written is there; of the rest, each call up to some moment and none after a later one.
    calls = [[type(event).__name__ for event in found[call]] for call in sorted(found)]
    whole = ["CallStarted", "ActionDone", "ActionDone", "CallEnded"]
    assert len(calls) >= 300
    assert all(call == whole for call in calls[:-1])
    assert calls[-1] == whole[: len(calls[-1])]


async def test_a_sensitive_value_is_nowhere_in_the_files(path: Path) -> None:
    async with store_at(path) as store:
        secret = InputTaken(
            at=START,
            call_id=CallId("call_1"),
            section="s",
            index=0,
            mode="keys",
            value="4111222233334444",
            sensitive=True,
        )
        tell(store, started("call_1"), secret, ended("call_1"))
        assert await store.flushed(20)
        assert "●●●".encode() in b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert not any(b"4111222233334444" in file.read_bytes() for file in path.parent.iterdir())


async def test_what_retention_deleted_is_not_left_in_the_file(path: Path) -> None:
    taken = InputTaken(at=START, call_id=CallId("call_1"), section="s", index=0, mode="keys", value="99887766554433")
    async with store_at(path) as store:
        tell(store, started("call_1"), taken)
        assert await store.flushed(20)
        assert await store.delete_inputs(datetime(2027, 11, 22, tzinfo=UTC), 10) == 1
    assert not any(b"99887766554433" in file.read_bytes() for file in path.parent.iterdir())


async def test_the_files_are_their_owner_s_only(path: Path) -> None:
    async with store_at(path) as store:
        tell(store, *a_call("call_1"))
        assert await store.flushed(20)
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def rubbish(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, however long one looks at it" * 100)


async def test_a_database_that_cannot_be_opened_is_refused_with_a_reason(path: Path) -> None:
    rubbish(path)
    with pytest.raises(StoreError, match=r"ivr\.db: file is not a database .*backup"):
        async with store_at(path):
            pass
    with pytest.raises(StoreError, match="not a database"):
        reading.calls(path, Wanted())


async def test_it_can_be_read_while_a_long_transaction_writes(path: Path) -> None:
    async with store_at(path) as store:
        tell(store, *a_call("call_1"))
        assert await store.flushed(20)
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        assert [call.call_id for call in reading.calls(path, Wanted())] == ["call_1"]
        other.close()


async def test_telling_takes_no_lock_and_no_io(path: Path) -> None:
    """The whole of a call can be told while the writer cannot take a single step."""
    gate = asyncio.Event()
    async with store_at(path) as store:
        loop = asyncio.get_running_loop()

        def hold(db: Database) -> None:
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()

        held = asyncio.wrap_future(store._writer.submit(hold))
        tell(store, *(event for number in range(100) for event in a_call(f"call_{number:02}")))
        assert store.health().backlog >= 100
        gate.set()
        await held
        assert await store.flushed(20)
    assert len(kept(path)) == 100
