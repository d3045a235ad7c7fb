"""The FastAGI server over real loopback sockets, with peers that behave and peers that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from ivr.adapters.asterisk.agi import AgiLimits, AgiServer, AgiSession
from ivr.adapters.asterisk.wire.agi import AgiError, Reply
from ivr.core.base.errors import AsteriskUnavailable, Hangup

ENVIRONMENT = (
    b"agi_network: yes\nagi_request: agi://127.0.0.1\nagi_channel: PJSIP/phone-00000001\nagi_uniqueid: 17.1\n"
    b'agi_calleridname: "B\xc3\xb6b", ${X}\nagi_arg_1: start\nagi_arg_2: \n\n'
)
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Asterisk:
    """The other side: opens connections to a server and closes them at the end."""

    def __init__(self, server: AgiServer, stack: AsyncExitStack) -> None:
        self.server = server
        self._stack = stack

    async def connect(self, first: bytes = ENVIRONMENT) -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=1 << 22)
        self._stack.push_async_callback(_end, writer)
        writer.write(first)
        return reader, writer


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


@asynccontextmanager
async def running(
    serve: Callable[[AgiSession], Awaitable[None]], limits: AgiLimits | None = None
) -> AsyncIterator[Asterisk]:
    async with AgiServer(serve, limits) as server, AsyncExitStack() as stack, asyncio.timeout(20):
        await server.start("127.0.0.1", 0)
        yield Asterisk(server, stack)


class Calls:
    """A ``serve`` that keeps every session open until its connection ends, and hands sessions to the test."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[AgiSession] = asyncio.Queue()

    async def __call__(self, session: AgiSession) -> None:
        ended = asyncio.Event()
        session.on_hangup(ended.set)
        self.begun.put_nowait(session)
        await ended.wait()


async def test_environment_and_commands_reach_their_ends() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        assert session.env["agi_calleridname"] == '"Böb", ${X}'
        assert session.args == ("start", "")
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("SET", "VARIABLE", "X", 'say "hi", ${Y}'))
            assert await reader.readline() == b'SET VARIABLE X "say \\"hi\\", ${Y}"\n'
            writer.write(b"200 result=1 (timeout) endpos=1234\n")
        assert answer.result() == Reply(200, "1", "timeout", {"endpos": "1234"})


async def test_bytes_may_come_one_by_one() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect(b"")
        for byte in ENVIRONMENT:
            writer.write(bytes([byte]))
            await writer.drain()
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("GET", "DATA", "beep"))
            await reader.readline()
            for byte in b"HANGUP\n200 result=1234\n":
                writer.write(bytes([byte]))
                await writer.drain()
        assert answer.result() == Reply(200, "1234")


async def test_hangup_line_before_the_answer_shifts_nothing() -> None:
    calls, told = Calls(), []
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        session.on_hangup(lambda: told.append("hangup"))
        async with asyncio.TaskGroup() as group:
            first = group.create_task(session.command("GET", "DATA", "beep"))
            await reader.readline()
            writer.write(b"HANGUP\n200 result=1234\n")
        assert first.result().result == "1234"
        assert session.hung_up
        assert told == ["hangup"]
        async with asyncio.TaskGroup() as group:
            second = group.create_task(_raised(session.command("STREAM", "FILE", "beep", "")))
            await reader.readline()
            writer.write(b"511 Command Not Permitted on a dead channel or intercept routine\n")
        assert isinstance(second.result(), Hangup)
        writer.close()
        await asyncio.wait_for(asterisk.server.wait_closed(), 5)
        assert told == ["hangup"]


async def _raised(doing: Awaitable[object]) -> BaseException:
    try:
        return AssertionError(f"returned {await doing}")
    except (Hangup, AgiError) as error:
        return error


async def test_hangup_in_the_place_of_an_answer_releases_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.adapters.asterisk.agi._AFTER_HANGUP", 0.01)
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(_raised(session.command("STREAM", "FILE", "beep", "")))
            await reader.readline()
            writer.write(b"HANGUP\n")
        assert isinstance(waiting.result(), Hangup)


@pytest.mark.parametrize("reset", [False, True])
async def test_end_of_connection_releases_the_command(reset: bool) -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(_raised(session.command("STREAM", "FILE", "beep", "")))
            await reader.readline()
            writer.write(b"200 resu")
            writer.transport.abort() if reset else writer.close()
        assert isinstance(waiting.result(), Hangup)
        assert session.hung_up
        assert session.closed
        with pytest.raises(Hangup):
            await session.command("NOOP")
        late = asyncio.Event()
        session.on_hangup(late.set)
        await late.wait()


async def test_one_command_at_a_time() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(session.command("ANSWER"))
            await reader.readline()
            with pytest.raises(RuntimeError):
                await session.command("HANGUP")
            writer.write(b"200 result=0\n")
        assert first.result().result == "0"


async def test_late_answer_of_a_cancelled_command_is_dropped() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await session.command("WAIT", "FOR", "DIGIT", "5000")
            await reader.readline()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("GET", "VARIABLE", "X"))
            await reader.readline()
            writer.write(b"200 result=49\n200 result=50\n200 result=1 (mine)\n")
        assert answer.result() == Reply(200, "1", "mine")
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("NOOP"))
            await reader.readline()
            writer.write(b"200 result=0\n")
        assert answer.result().result == "0"


async def test_answers_nobody_asked_for_answer_nothing() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect(ENVIRONMENT + b"200 result=1 (forged)\n")
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("GET", "VARIABLE", "PIN"))
            await reader.readline()
            writer.write(b"200 result=1 (genuine)\n200 result=1 (forged)\nnoise)\n")
        assert answer.result().data == "genuine"
        writer.write(b"200 result=0\n" * 1000)
        assert await reader.read() == b""
        assert isinstance(await _raised(session.command("NOOP")), AgiError)


async def test_line_break_in_a_word_never_reaches_asterisk() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        with pytest.raises(ValueError, match="refused"):
            await session.command("VERBOSE", "hello\nHANGUP")
        async with asyncio.TaskGroup() as group:
            group.create_task(session.command("NOOP"))
            assert await reader.readline() == b"NOOP\n"
            writer.write(b"200 result=0\n")


MISBEHAVIOUR = {
    "connects and closes": (b"", True),
    "half an environment, then closes": (ENVIRONMENT[:40], True),
    "half an environment, then nothing": (ENVIRONMENT[:40], False),
    "nothing at all": (b"", False),
    "a megabyte without a line break": (b"x" * 1_000_000, False),
    "a megabyte of lines": (b"agi_x: 1\n" * 100_000, False),
    "binary": (bytes(range(256)) * 8 + b"\n\n", False),
    "http": (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n\n\n", False),
    "an empty environment": (b"\n\n", False),
    "a variable twice": (b"agi_channel: a\nagi_channel: b\n\n", False),
}


@pytest.mark.parametrize("kind", MISBEHAVIOUR)
async def test_misbehaviour_costs_only_its_own_connection(kind: str) -> None:
    first, closes = MISBEHAVIOUR[kind]
    calls = Calls()
    async with running(calls, AgiLimits(header_seconds=0.05)) as asterisk:
        await asterisk.connect()
        good = await calls.begun.get()
        reader, writer = await asterisk.connect(first)
        if closes:
            writer.close()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        assert calls.begun.empty()
        assert not good.hung_up
        await asterisk.connect()
        await calls.begun.get()


@pytest.mark.parametrize("garbage", [b"hello\n" * 65, b"\xff\x00" * 9000, b"200 result=1 (open\n" + b"x\n" * 9000])
async def test_garbage_in_a_session_ends_that_session(garbage: bytes) -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        await asterisk.connect()
        good = await calls.begun.get()
        reader, writer = await asterisk.connect()
        bad = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(_raised(bad.command("NOOP")))
            await reader.readline()
            writer.write(garbage)
        assert isinstance(waiting.result(), AgiError)
        assert bad.closed
        assert not good.hung_up


async def test_idle_connections_neither_block_calls_nor_stay() -> None:
    calls = Calls()
    async with running(calls, AgiLimits(sessions=200, header_seconds=0.3)) as asterisk:
        idle = [await asterisk.connect(b"") for _ in range(1000)]
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("NOOP"))
            await reader.readline()
            writer.write(b"200 result=0\n")
        assert answer.result().result == "0"
        for strange, _ in idle:
            with suppress(ConnectionError):
                assert await strange.read() == b""


async def test_full_server_refuses_calls_beyond_its_limit() -> None:
    calls = Calls()
    async with running(calls, AgiLimits(sessions=2)) as asterisk:
        first = await asterisk.connect()
        await asterisk.connect()
        await calls.begun.get()
        await calls.begun.get()
        reader, _ = await asterisk.connect()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        first[1].close()
        await first[0].read()
        await asterisk.connect()
        await calls.begun.get()


async def test_failure_of_a_session_is_logged_and_ends_only_that_call(caplog: pytest.LogCaptureFixture) -> None:
    async def serve(session: AgiSession) -> None:
        if session.args[0] == "bug":
            raise ZeroDivisionError("a bug")
        await session.command("NOOP")

    async with running(serve) as asterisk:
        reader, _ = await asterisk.connect(ENVIRONMENT.replace(b"start", b"bug"))
        assert await reader.read() == b""
        assert "a bug" in caplog.text
        reader, writer = await asterisk.connect()
        assert await reader.readline() == b"NOOP\n"
        writer.write(b"200 result=0\n")
        assert await reader.read() == b""


async def test_closing_a_session_tells_nobody_of_a_hangup() -> None:
    calls, told = Calls(), []
    async with running(calls) as asterisk:
        reader, _ = await asterisk.connect()
        session = await calls.begun.get()
        session.on_hangup(lambda: told.append("hangup"))
        session.close()
        session.close()
        assert await reader.read() == b""
        with pytest.raises(Hangup):
            await session.command("NOOP")
    assert told == []
    assert not session.hung_up


async def test_stop_keeps_calls_until_they_end() -> None:
    calls = Calls()
    async with running(calls) as asterisk:
        reader, writer = await asterisk.connect()
        session = await calls.begun.get()
        idle, _ = await asterisk.connect(b"")
        asterisk.server.close_listener()
        assert await idle.read() == b""
        with pytest.raises(ConnectionError):
            await asterisk.connect()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(session.command("NOOP"))
            await reader.readline()
            writer.write(b"200 result=0\n")
        assert answer.result().result == "0"
        assert asterisk.server.sessions == 1
        writer.close()
        await asterisk.server.wait_closed()
        assert asterisk.server.sessions == 0


async def test_leaving_the_block_cancels_calls_and_closes_connections() -> None:
    ends = []

    async def serve(session: AgiSession) -> None:
        try:
            await session.command("NOOP")
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async with AgiServer(serve) as server:
        await server.start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ENVIRONMENT)
        assert await reader.readline() == b"NOOP\n"
    assert await reader.read() == b""
    await _end(writer)
    assert ends == ["cancelled"]


async def test_taken_port_is_told_with_a_hint() -> None:
    async with running(Calls()) as asterisk, AgiServer(Calls()) as second:
        with pytest.raises(AsteriskUnavailable, match="cannot listen for FastAGI"):
            await second.start("127.0.0.1", asterisk.server.port)


def test_the_same_on_uvloop() -> None:
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_hangup_line_before_the_answer_shifts_nothing())
        runner.run(test_end_of_connection_releases_the_command(reset=True))
        runner.run(test_misbehaviour_costs_only_its_own_connection("a megabyte without a line break"))
        runner.run(test_idle_connections_neither_block_calls_nor_stay())
        runner.run(test_leaving_the_block_cancels_calls_and_closes_connections())
