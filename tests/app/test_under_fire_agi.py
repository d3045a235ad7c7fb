"""Bad input against the whole service, by way of its FastAGI port: after each attack a good call is served and kept."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from ivr.core.base.events import Event
from ivr.core.calls.events import ActionDone, CallStarted, EndReason
from ivr.services.calls import session
from tests.app.whole import ANSWERS, GOOD, Channel, environment, service

pytestmark = pytest.mark.slow

MEGABYTE = 2**20
HELLO = environment()


async def attack(port: int, data: bytes) -> None:
    """Sends bytes, ends its side, and waits until the service has closed the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        while await reader.read(65536):
            pass
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


BEFORE_THE_CALL = {
    "nothing at all": b"",
    "half a line": b"agi_netw",
    "half of the variables": HELLO[:60],
    "no end of the variables": HELLO[:-1],
    "an empty environment": b"\n\n",
    "a megabyte without a line break": b"x" * MEGABYTE,
    "a megabyte in one value": HELLO.replace(b"Ann Lee", b"x" * MEGABYTE),
    "a megabyte of lines": b"agi_x: y\n" * (MEGABYTE // 9),
    "more variables than there are": b"".join(b"agi_%d: x\n" % number for number in range(5000)) + b"\n",
    "a variable twice": HELLO.replace(b"Ann Lee", b"Ann\nagi_extension: 900"),
    "binary": bytes(range(256)) * 400,
    "zero bytes": b"\0" * 100_000,
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xa5" * 500,
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("data", BEFORE_THE_CALL.values(), ids=BEFORE_THE_CALL.keys())
async def test_what_is_no_call_becomes_none_and_the_next_call_is_served(tmp_path: Path, data: bytes) -> None:
    async with service(tmp_path) as whole:
        async with asyncio.timeout(5):
            await attack(whole.parts.agi.port, data)
        assert whole.events == []
        await whole.is_well()


async def test_a_thousand_idle_connections_keep_no_caller_out(tmp_path: Path) -> None:
    async with service(tmp_path) as whole, AsyncExitStack() as stack:
        for _ in range(1000):
            _, writer = await asyncio.open_connection("127.0.0.1", whole.parts.agi.port)
            stack.callback(writer.close)
        await whole.is_well()


async def test_more_connections_than_may_be_make_room_for_a_caller(tmp_path: Path) -> None:
    async with service(tmp_path) as whole, AsyncExitStack() as stack:
        for number in range(whole.parts.settings.agi.most_calls + 20):
            _, writer = await asyncio.open_connection("127.0.0.1", whole.parts.agi.port)
            writer.write(HELLO[: number % 50])
            stack.callback(writer.close)
        await whole.is_well()


LINES = {
    "not a line of AGI": b"\xff\xfe\x00 what\n",
    "no result": b"200\n",
    "an empty result": b"200 result=\n",
    "a result that only looks like a number": "200 result=\u00b2\n".encode(),
    "a result of 5,000 figures": b"200 result=" + b"9" * 5000 + b"\n",
    "a result beyond all keys": b"200 result=1114112 endpos=1\n",
    "no length": b"200 result=0 endpos=\n",
    "a length that is none": b"200 result=35 (dtmf) endpos=-1e9\n",
    "a length of 5,000 figures": b"200 result=35 (dtmf) endpos=" + b"9" * 5000 + b"\n",
    "a length that only looks like one": "200 result=35 (dtmf) endpos=\u00b2\n".encode(),
    "a value that only looks like a number": "200 result=1 (\u00b2)\n".encode(),
    "a value that is none": b"200 result=1 (${SHELL(id)})\n",
    "the end of a caller in quotes": b'200 result=1 ("HANGUP")\n',
    "a command that is not known": b"510 Invalid or unknown command\n",
    "a usage": b"520-Invalid command syntax.\nUsage: x\n520 End of proper usage.\n",
    "a usage without end": b"520-Invalid command syntax.\n" + b"x\n" * 8000,
    "a value without end": b"200 result=1 (" + b"x\n" * 8000,
    "a megabyte without a line break": b"2" * MEGABYTE,
    "a thousand answers": b"200 result=49\n" * 1000,
    "a thousand ends": b"HANGUP\n" * 1000,
    "a dead channel": b"511 Command Not Permitted on a dead channel or intercept routine\n",
    "an error": b"200 result=-1\n",
    "a hundred empty lines": b"\n" * 100,
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
async def test_a_bad_answer_to_any_command_ends_in_one_recorded_ending(
    tmp_path: Path, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with service(tmp_path) as whole:
        for number, command in enumerate(("ANSWER", *ANSWERS), 1):
            async with asyncio.timeout(5):
                await whole.call({command: line + ANSWERS.get(command, b"200 result=0\n")})
            assert len(whole.ended()) == number, command
        await whole.is_well()
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_answers_that_never_come_end_with_the_longest_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LAST_WORDS", 0.05)
    async with service(tmp_path, "calls: {longest: 1s}\n") as whole:
        async with asyncio.timeout(10):
            await asyncio.gather(*(whole.call({command: b""}) for command in ANSWERS if command != "HANGUP"))
        assert {ended.reason for ended in whole.ended()} == {EndReason.TOO_LONG}
        assert len(whole.ended()) == len(ANSWERS) - 1
        await whole.is_well()


async def test_a_caller_who_is_cut_off_at_any_byte_of_the_talk_is_recorded_as_gone(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        for commands in range(1, 9):
            reader, writer = await asyncio.open_connection("127.0.0.1", whole.parts.agi.port)
            writer.write(environment(uniqueid=f"9.{commands}"))
            for number in range(commands):
                line = await reader.readline()
                answer = next((a for name, a in ANSWERS.items() if line.startswith(name.encode())), b"200 result=0\n")
                writer.write(answer if number < commands - 1 else answer[:7])
            writer.close()
            await whole.parts.agi.wait_closed()
        assert [ended.reason for ended in whole.ended()] == [EndReason.LOST] * 8
        await whole.is_well()


NAMES = {
    "quotes": 'Ann "The" O\'Lee\\',
    "commas and pipes": "Lee, Ann | 1 & 2; rm -rf /",
    "a variable of Asterisk": "${SHELL(reboot)} $[1+1] %s %n {call.from}",
    "line ends of others": "Ann\r\x0b\x0c\x85\u2028\u2029EXEC Dial PJSIP/1",
    "zero and control characters": "Ann\x00\x01\x1b[2J\x7fLee",
    "Chinese": "李安" * 50,
    "right to left": "\u202eeeL\u202c ann\u200b",
    "half a surrogate": "Ann \ud83d Lee \udcff",
    "long": "x" * 60_000,
    "only blanks": " " * 500,
    "an answer of AGI": "200 result=1 (HANGUP)",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
async def test_a_callers_name_is_bounded_and_reaches_no_command(tmp_path: Path, name: str) -> None:
    async with service(tmp_path) as whole:
        channel = await whole.call(calleridname=name)
        known = (b"ANSWER", b"STREAM", b"WAIT", b"RECORD", b"EXEC Dial", b"GET", b"HANGUP")
        assert [
            line for line in channel.lines if not line.startswith(known) or name[:4].encode("utf-8", "replace") in line
        ] == []
        started = next(event for event in whole.events if isinstance(event, CallStarted))
        assert len(started.caller_name) <= 80
        assert started.caller_name.isprintable()
        [kept] = await whole.kept()
        assert (kept.caller_name, kept.reason) == (started.caller_name, EndReason.COMPLETED)
        await whole.is_well()


NUMBERS = (
    "+15551230001&PJSIP/900@trunk", "+15551230001,20,g", "${EXTEN}", "+1555123x000", "1" * 30_000, "\ud800",
    "+1555 OR 1=1 --", "+1555'; drop table calls; --", "一二三", "\u0661\u0662\u0663", "PJSIP/900", "*#*#", "",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: ascii(number)[:24])
async def test_a_callers_number_that_is_none_is_not_dialled(tmp_path: Path, number: str) -> None:
    async with service(tmp_path) as whole:
        channel = await whole.call(callerid=number, dnid=number)
        assert not any(line.startswith(b"EXEC") for line in channel.lines)
        assert "dial refused" in done(whole.events)
        await whole.is_well()
        assert len(await whole.kept()) == 2


async def test_a_good_call_takes_its_whole_way(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        await whole.call()
        assert done(whole.events)[: len(GOOD)] == GOOD


async def test_two_connections_that_claim_one_channel_are_two_calls(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        first = Channel({"WAIT FOR DIGIT": b""})
        async with asyncio.TaskGroup() as group:
            talking = group.create_task(first.call(whole.parts.agi.port, environment(uniqueid="7.7")))
            await first.silent.wait()
            await Channel().call(whole.parts.agi.port, environment(uniqueid="7.7", arg_1="1"))
            assert [ended.reason for ended in whole.ended()] == [EndReason.COMPLETED]
            assert len(whole.parts.calls) == 1
            talking.cancel()
        await whole.parts.agi.wait_closed()
        await whole.is_well()


def done(events: list[Event]) -> list[str]:
    """The actions that were done, each with its outcome."""
    return [f"{event.kind} {event.outcome}" for event in events if isinstance(event, ActionDone)]
