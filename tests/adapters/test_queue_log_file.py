"""The queue log on disk: files that are rotated away, disks that are full, folders that are not there."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.adapters.files.queue_log import QueueLogFile
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.queue_log import QueueLog
from ivr.core.base.ids import AgentId, TicketId
from ivr.services.scope import running

NOW = datetime.fromtimestamp(1_000, UTC)
START = "1000|NONE|NONE|NONE|QUEUESTART|\n"


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def written(path: Path, most: int = 100, every: float = 0.01) -> QueueLogFile:
    return QueueLogFile(path, QueueLog(lambda _: ["billing"]), Still(), every=every, most=most)


def sign_in(name: str) -> AgentStateChanged:
    return AgentStateChanged(at=NOW, agent_id=AgentId(name), status="ready", state="idle", ticket_id=TicketId(""))


def added(*names: str) -> str:
    return "".join(f"1000|NONE|billing|{name}|ADDMEMBER|\n" for name in names)


async def test_lines_are_written_behind_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text("999|NONE|NONE|NONE|QUEUESTART|\n")
    log = written(path)
    log.take(sign_in("ada"))
    assert path.read_text().count("\n") == 1, "taking an event writes nothing"
    await log.flush()
    assert path.read_text() == "999|NONE|NONE|NONE|QUEUESTART|\n" + START + added("ada")
    log.take(sign_in("bea"))
    await log.aclose()
    assert path.read_text().endswith(added("ada", "bea"))


async def test_lines_are_written_while_the_service_runs_and_at_its_stop(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    log = written(path)
    async with running(log.run()):
        log.take(sign_in("ada"))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if path.exists() and "ada" in path.read_text():
                break
        log.take(sign_in("bea"))
    await log.aclose()
    assert path.read_text() == START + added("ada", "bea")


async def test_a_file_that_was_rotated_away_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    log = written(path)
    await log.flush()
    path.rename(tmp_path / "queue_log.1")
    log.take(sign_in("ada"))
    await log.flush()
    assert (tmp_path / "queue_log.1").read_text() == START
    assert path.read_text() == added("ada")


async def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    await written(path).flush()
    assert path.stat().st_mode & 0o007 == 0


async def test_a_full_disk_is_told_once_and_its_lines_wait(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "queue_log"
    path.symlink_to("/dev/full")
    log = written(path)
    for name in ("ada", "bea"):
        log.take(sign_in(name))
        await log.flush()
    assert [record.message for record in caplog.records] == [
        f"the queue log cannot be written to {path}: No space left on device; its lines wait"
    ]
    path.unlink()
    await log.flush()
    assert path.read_text() == START + added("ada")
    await log.flush()
    assert path.read_text() == START + added("ada", "bea")
    assert caplog.records[-1].message == "the queue log is written again; 0 lines were lost meanwhile"


async def test_a_line_of_which_a_part_was_written_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, whole = tmp_path / "queue_log", os.write
    log = written(path)

    def a_part(file: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", no_more)
        return whole(file, data[:7])

    def no_more(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", a_part)
    await log.flush()
    assert path.read_text() == START[:7]
    monkeypatch.setattr(os, "write", whole)
    await log.flush()
    assert path.read_text() == START


async def test_a_folder_that_is_not_there_loses_the_newest_lines_and_counts_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    path = tmp_path / "logs" / "queue_log"
    log = written(path, most=2)
    await log.flush()
    for name in ("ada", "bea", "cid"):
        log.take(sign_in(name))
    await log.flush()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    path.parent.mkdir()
    await log.flush()
    assert caplog.records[-1].message == "the queue log is written again; 1 lines were lost meanwhile"
    await log.flush()
    assert path.read_text() == START + added("ada", "bea")


async def test_what_cannot_be_written_at_the_stop_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = written(tmp_path)  # a folder
    log.take(sign_in("ada"))
    await log.aclose()
    assert caplog.records[-1].message == "2 lines of the queue log are lost: Is a directory"


async def test_a_pipe_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "queue_log")
    log = written(tmp_path / "queue_log")
    async with asyncio.timeout(5):
        await log.aclose()
