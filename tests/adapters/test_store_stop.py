"""The store when the service stops: what could not be written is there after the next start, or told as lost."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from ivr.adapters.store import spill, writer
from ivr.core.base.errors import StoreError
from ivr.core.base.ids import CallId
from ivr.core.calls.events import InputTaken
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


async def test_what_cannot_be_written_before_the_stop_is_written_after_the_next_start(path: Path) -> None:
    async with store_at(path) as store:
        tell(store, *a_call("call_1"), started("call_2"))
        assert await store.flushed(20)
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        secret = InputTaken(
            at=START, call_id=CallId("call_2"), section="s", index=0, mode="keys", value="411199", sensitive=True
        )
        tell(store, secret, done("call_2"), *a_call("call_3"))
        assert await store.aclose() == 6
    lines = [json.loads(line) for line in spill.place(path).read_text().splitlines()]
    assert [line["event"] for line in lines] == ["InputTaken", "ActionDone", *(type(e).__name__ for e in a_call("x"))]
    assert "411199" not in spill.place(path).read_text()
    assert stat.S_IMODE(spill.place(path).stat().st_mode) == 0o600
    other.close()

    async with store_at(path) as store:
        tell(store, ended("call_2"))
        assert await store.flushed(20)
        assert store.health().lost == 0
        await until(lambda: not spill.place(path).exists())
    assert kept(path)["call_3"] == a_call("call_3")
    assert [type(event).__name__ for event in kept(path)["call_2"]] == [
        "CallStarted",
        "InputTaken",
        "ActionDone",
        "CallEnded",
    ]


async def test_a_spill_that_was_written_before_is_not_written_twice(path: Path) -> None:
    async with store_at(path) as store:
        tell(store, *a_call("call_1"))
        assert await store.flushed(20)
    spill.save(path, list(enumerate(a_call("call_1"), 1)))
    async with store_at(path) as store:
        assert await store.flushed(20)
        assert (store.health().ended_twice, store.health().lost) == (0, 0)
    assert kept(path) == {"call_1": a_call("call_1")}


async def test_a_spill_with_unreadable_lines_is_set_aside_and_they_are_counted(path: Path) -> None:
    path.parent.mkdir()
    spill.save(path, [(7, started("call_1"))])
    with spill.place(path).open("ab") as file:
        file.write(
            b'{"seq": 8, "event": "Unheard"}\n\xff\x00\n[]\n' + b"[" * 2000 + b'\n{"seq": 9, "event": "CallEnded"'
        )
    async with store_at(path) as store:
        assert await store.flushed(20)
        assert store.health().lost == 5
        await until(lambda: not spill.place(path).exists())
    assert kept(path) == {"call_1": [started("call_1")]}
    assert (path.parent / "ivr.db.unwritten.unreadable").exists()


async def test_what_neither_the_database_nor_a_file_takes_is_lost_out_loud(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spill, "save", no_room)
    async with store_at(path) as store:
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        tell(store, *a_call("call_1"))
        await store.aclose()
        other.close()
        assert store.health().lost == 4
    assert "4 events of calls are lost" in caplog.text


async def test_a_disk_that_hangs_does_not_hang_the_stop(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HUNG", 0.02)
    answers, hangs = threading.Event(), threading.Event()

    def hang(db: Database) -> None:
        hangs.set()
        answers.wait(60)

    store = store_at(path)
    async with store:
        tell(store, started("call_1"))
        assert await store.flushed(20)
        store._writer.submit(hang)
        assert await asyncio.to_thread(hangs.wait, 20)
        tell(store, done("call_1"), ended("call_1"))
        assert await store.aclose() == 2
    answers.set()
    await asyncio.to_thread(store._writer._thread.join, 20)  # it holds the database until its disk has answered
    async with store_at(path) as after:
        assert await after.flushed(20)
    assert kept(path) == {"call_1": [started("call_1"), done("call_1"), ended("call_1")]}


async def test_what_is_asked_of_a_closed_store_is_refused(path: Path) -> None:
    async with store_at(path) as store:
        pass
    with pytest.raises(StoreError, match="closed"):
        await store.delete_inputs(START, 1)
    assert not store.health().writing
