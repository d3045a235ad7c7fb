"""Bad input against the whole service from AMI, the database, recorded files and the control API."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from ivr.adapters.store import spill
from ivr.adapters.web import api
from ivr.adapters.web.server import application, token_from
from ivr.app.cli.main import main
from ivr.core.calls.events import CallReturned, EndReason
from tests.adapters.fake_ami import block
from tests.app.test_under_fire_agi import done
from tests.app.whole import GOOD, TEXTS, Channel, environment, recording, service, write_home

pytestmark = pytest.mark.slow

MEGABYTE = 2**20

FROM_ASTERISK = {
    "binary": bytes(range(256)) * 4096 + b"\r\n\r\n",
    "a megabyte without a line break": b"x" * MEGABYTE + b"\r\n\r\n",
    "a message without end": b"Event: DTMFEnd\r\n" + b"X: y\r\n" * (MEGABYTE // 6) + b"\r\n",
    "keys of nobody": block(("Event", "DTMFEnd"), ("Uniqueid", "no such"), ("Direction", "Received"), ("Digit", "1"))
    * 5000,
    "keys that are none": b"".join(
        block(("Event", "DTMFEnd"), ("Uniqueid", "17.1"), ("Direction", "Received"), ("Digit", digit))
        for digit in ("", "12", "A", "\u0661", "\U0001f600", "x" * 9000)
    ),
    "hang-ups of nobody": block(("Event", "Hangup"), ("Uniqueid", "x" * 5000)) * 100,
    "answers to nothing": block(("Response", "Success"), ("ActionID", "ivr-0-1"), ("EventList", "start")) * 5000,
    "empty messages": b"\r\n" * 100_000,
}


@pytest.mark.parametrize("data", FROM_ASTERISK.values(), ids=FROM_ASTERISK.keys())
async def test_rubbish_from_ami_harms_no_call(tmp_path: Path, data: bytes) -> None:
    async with service(tmp_path) as whole:
        channel = Channel({"WAIT FOR DIGIT": b""})
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            talking = group.create_task(channel.call(whole.parts.agi.port, environment(uniqueid="17.1")))
            await channel.silent.wait()
            whole.ami.send(data)
            await whole.parts.ami.send("Ping")  # what was sent before it has been read
            assert len(whole.parts.calls) == 1
            talking.cancel()
        await whole.parts.agi.wait_closed()
        await whole.is_well()


async def test_a_flood_of_keys_is_bounded(tmp_path: Path) -> None:
    key = block(("Event", "DTMFEnd"), ("Uniqueid", "17.1"), ("Direction", "Received"), ("Digit", "9"))
    async with service(tmp_path) as whole:
        channel = Channel({"WAIT FOR DIGIT": b""})
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            talking = group.create_task(channel.call(whole.parts.agi.port, environment(uniqueid="17.1")))
            await channel.silent.wait()
            whole.ami.send(key * 20_000)
            await whole.parts.ami.send("Ping")
            talking.cancel()
        await whole.parts.agi.wait_closed()
        await whole.is_well()


async def test_a_connection_to_ami_that_breaks_in_a_call_costs_nothing(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        await whole.ami.stop()
        await whole.call()
        assert done(whole.events)[: len(GOOD)] == GOOD
        assert whole.parts.health()["amiss"] == ["no AMI connection"]
        await whole.ami.start()
        await whole.parts.ami.wait_connected(5)
        await whole.is_well()


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_database_is_told_at_the_start(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_home(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ivr.db").write_bytes(content)
    monkeypatch.setattr("ivr.app.cli.serve.set_up", lambda _: None)  # pytest's log would be written by it later
    monkeypatch.setattr(sys, "argv", ["ivr", "serve", "--config", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert str(tmp_path / "data" / "ivr.db") in said
    assert "the file is damaged: stop the service, move it away and restore a backup" in said
    assert "Traceback" not in said


async def test_a_damaged_file_of_unwritten_events_is_counted_and_calls_are_taken(tmp_path: Path) -> None:
    write_home(tmp_path)
    (tmp_path / "data").mkdir()
    spill.place(tmp_path / "data" / "ivr.db").write_bytes(b'{"event": "CallStarted"}\n\xff\xfe\n[]\n' + b"x" * 100_000)
    async with service(tmp_path) as whole:
        await whole.call()
        [kept] = await whole.kept()
        assert kept.reason == EndReason.COMPLETED
        assert whole.parts.health()["store"]["lost"] == 4


async def test_a_locked_database_costs_no_call_and_no_line(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        await whole.is_well()
        other = sqlite3.connect(tmp_path / "data" / "ivr.db", isolation_level=None)
        other.execute("begin immediate")
        await whole.call(calleridname="Meanwhile")
        assert done(whole.events)[-len(GOOD) - 1 :][: len(GOOD)] == GOOD
        assert not await whole.parts.store.flushed(0.6)
        assert whole.parts.health()["amiss"] == ["the database cannot be written"]
        other.execute("rollback")
        other.close()
        await whole.is_well()
        assert "Meanwhile" in [call.caller_name for call in await whole.kept()]


async def test_a_caller_who_comes_back_is_served_without_the_database(tmp_path: Path) -> None:
    database, away = tmp_path / "data" / "ivr.db", tmp_path / "data" / "away.db"
    async with service(tmp_path) as whole:
        database.rename(away)
        await whole.call(arg_1="1")
        assert done(whole.events) == ["say said", "go went", "say said", "hangup ended"]
        assert not any(isinstance(event, CallReturned) for event in whole.events)
        away.rename(database)
        await whole.is_well()


async def test_a_recordings_folder_that_cannot_be_made_costs_the_message_and_not_the_call(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        (tmp_path / "recordings").write_text("in the way")
        await whole.call()
        assert done(whole.events)[3:5] == ["record failed", "dial answered"]
        (tmp_path / "recordings").unlink()
        await whole.is_well()


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def _huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(2**36)


def _outside(path: Path) -> None:
    secret = path.parents[4] / "outside.wav"
    path.rename(secret)
    path.symlink_to(secret)


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _lying(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"  # the length of the samples
    content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content[:60])


SPOILT = (_garbage, _huge, _outside, _circle, _pipe, _folder, _lying)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: str(spoil.__name__))
async def test_a_recording_that_is_none_is_left_out_and_the_call_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    home = tmp_path / "site"
    home.mkdir()
    write_home(home)
    spoil(recording(home, TEXTS[0]))
    async with asyncio.timeout(10), service(home) as whole:
        await whole.call()
        assert done(whole.events)[:2] in (["say unsaid", "say unsaid"], ["say said", "say unsaid"])
        if spoil is not _lying:
            assert done(whole.events)[0] == "say unsaid"
        await whole.is_well()


REQUESTS = {
    "no token": (b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    "a token of other bytes": (b"GET /v1/health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n", 401),
    "a body that is no JSON": (
        b"POST /v1/calls/x/end HTTP/1.1\r\nHost: x\r\nTOKEN\r\nContent-Length: 2\r\n\r\n{\xff",
        400,
    ),
    "a body too deep": (
        b"POST /v1/calls/x/end HTTP/1.1\r\nHost: x\r\nTOKEN\r\nContent-Length: 60000\r\n\r\n" + b"[" * 60_000,
        400,
    ),
    "a body too long": (
        b"POST /v1/calls/x/end HTTP/1.1\r\nHost: x\r\nTOKEN\r\nContent-Length: 99999\r\n\r\n" + b"1" * 99_999,
        413,
    ),
    "a call of odd characters": (b"POST /v1/calls/%00%ff%2e%2e/end HTTP/1.1\r\nHost: x\r\nTOKEN\r\n\r\n", 409),
    "no HTTP": (b"\x16\x03\x01" + b"\xff" * 500 + b"\r\n\r\n", 400),
    "a path of a hundred thousand": (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
}


@pytest.mark.parametrize(("request_", "status"), REQUESTS.values(), ids=REQUESTS.keys())
async def test_the_control_api_refuses_what_is_no_request_of_ours(
    tmp_path: Path, request_: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with service(tmp_path) as whole:
        parts = whole.parts
        token = await asyncio.to_thread(token_from, parts.settings.control.token_file)
        app = application(api.Services(parts.calls, parts.world.journal, parts.health, parts.board), token)
        async with TestServer(app) as server, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(request_.replace(b"TOKEN", b"Authorization: Bearer " + token.reveal().encode()))
            line = await reader.readline()
            writer.close()
        assert line.split()[1:2] == [str(status).encode()]
        await whole.is_well()
    assert [record.getMessage() for record in caplog.records if record.exc_info and record.name.startswith("ivr")] == []
