"""The FastAGI server: Asterisk connects once a call, and that connection is one session and one task.

Theory of operation. `AgiServer` accepts, `_Connection` (a protocol of asyncio) decodes, `AgiSession` is what a call
sees. A session begins when its environment is complete; until then a connection has a deadline and counts against
the limit, and gives way first when the limit is reached, so that idle strangers cannot keep calls out.

Answers are counted, not matched by content: Asterisk answers each command once and in order. A command whose waiting
was cancelled still owes its answer, which is dropped when it comes; the line ``HANGUP`` is outside the count.

On asyncio's own loop the protocol is a `BufferedProtocol` with one small buffer for all connections of a server:
asyncio would otherwise allocate 256 KiB for each read, which glibc maps and unmaps every time, at twice the cost.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from asyncio import Future, Task
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import cast

from ivr.adapters.asterisk.wire.agi import AgiDecoder, AgiError, Environment, Item, Notice, Reply, command
from ivr.core.base.errors import AsteriskUnavailable, Hangup
from ivr.services import scope

log = logging.getLogger(__name__)

_BUFFER_BYTES = 16384
_MOST_OWED = 64  # answers owed to cancelled commands, and answers nobody asked for: beyond this the peer is no Asterisk
_AFTER_HANGUP = 5.0  # seconds in which a command that was under way at the line HANGUP is answered


@dataclass(frozen=True, slots=True)
class AgiLimits:
    """What a FastAGI server bears: numbers of sessions and bytes, and seconds until the environment is complete."""

    sessions: int = 10_000
    header_seconds: float = 5.0
    header_bytes: int = 65_536
    line_bytes: int = 8_192


class AgiSession:
    """One call's connection to Asterisk: its environment, and commands one at a time."""

    # fmt: off
    __slots__ = ("_callbacks", "_error", "_loop", "_owed", "_strays", "_transport", "_waiter",
                 "args", "env", "hung_up", "told")
    # fmt: on

    def __init__(self, environment: Environment, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.env: Mapping[str, str] = environment.variables
        self.args: tuple[str, ...] = environment.args
        self.hung_up = False  # the line HANGUP came, or the connection ended
        self.told = False  # the line HANGUP came: the caller left, as opposed to Asterisk going away
        self._transport: asyncio.Transport | None = transport  # None when the connection has ended
        self._loop = loop
        self._waiter: Future[Reply | None] | None = None
        self._owed = 0
        self._strays = 0
        self._callbacks: tuple[Callable[[], None], ...] = ()
        self._error = ""

    @property
    def closed(self) -> bool:
        """Whether the connection has ended, from either side."""
        return self._transport is None

    async def command(self, *words: str) -> Reply:
        """Sends one command and waits for its answer.

        Raises `Hangup` when the channel is dead (511) or the connection has ended, `AgiError` when the peer broke the
        protocol, ValueError for words that no line can carry, RuntimeError while another command is under way.
        After the line HANGUP commands are still sent: Asterisk permits some, such as GET VARIABLE, on a dead channel.
        """
        waiter = self._waiter
        if waiter is not None:
            if not waiter.done():
                raise RuntimeError("an AGI command is under way; a session runs one at a time")
            self._owed += 1  # it was cancelled
            self._waiter = None
            if self._owed > _MOST_OWED:
                self._break("too many AGI commands were cancelled and not answered")
        line = command(*words)
        if self._transport is None:
            raise self._gone()
        self._waiter = waiter = self._loop.create_future()
        self._transport.write(line)
        answer = await waiter
        if answer is None:
            raise self._gone()
        if answer.code == 511:
            raise Hangup("the channel is dead (511)")
        return answer

    def on_hangup(self, callback: Callable[[], None]) -> None:
        """Has ``callback`` called once, from the loop, when the caller hangs up or the connection ends (or did)."""
        if self.hung_up:
            self._loop.call_soon(callback)
        else:
            self._callbacks = (*self._callbacks, callback)

    def close(self) -> None:
        """Ends the connection after what was sent: Asterisk goes on in the dialplan. Nobody is told of a hang-up."""
        transport, self._transport = self._transport, None
        if transport is not None:
            self._callbacks = ()
            transport.close()
            self._release()

    def _gone(self) -> Exception:
        return AgiError(self._error) if self._error else Hangup("the AGI connection has ended")

    def _answered(self, answer: Reply) -> None:
        waiter = self._waiter
        if self._owed:
            self._owed -= 1
        elif waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(answer)
        else:
            self._stray()

    def _heard(self, item: Item) -> None:
        if isinstance(item, Reply):
            self._answered(item)
        elif item is Notice.HANGUP:
            self._told_hangup()
        else:
            self._stray()

    def _stray(self) -> None:
        # The rest of a variable's value that imitates answers: it must not answer the next command, nor end the call.
        self._strays += 1
        if self._strays > _MOST_OWED:
            self._break("the peer sends lines that nobody asked for")

    def _told_hangup(self) -> None:
        self.told = True
        self._mark_hung_up()
        if self._waiter is not None:
            self._loop.call_later(_AFTER_HANGUP, self._unanswered, self._waiter)

    def _unanswered(self, waiter: Future[Reply | None]) -> None:
        if self._waiter is waiter:
            self._lost()

    def _mark_hung_up(self) -> None:
        callbacks, self._callbacks = self._callbacks, ()
        self.hung_up = True
        for callback in callbacks:
            self._loop.call_soon(callback)

    def _break(self, why: str) -> None:
        """Ends a session whose peer broke the protocol."""
        log.warning("FastAGI session of %s ended: %s", self.env.get("agi_channel", "?")[:80], why)
        self._error = why
        self._lost()

    def _lost(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:  # otherwise it was closed by us
            transport.abort()
            self._mark_hung_up()
            self._release()

    def _release(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class _Connection(asyncio.BaseProtocol):
    """Bytes to session; knows its server, which starts the session's task."""

    __slots__ = ("_decoder", "_server", "_view", "session", "transport")

    def __init__(self, server: AgiServer) -> None:
        self._server = server
        self._view = server.buffer
        self._decoder = AgiDecoder(server.limits.header_bytes, server.limits.line_bytes)
        self.session: AgiSession | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._server.connected(self)

    def received(self, data: bytes) -> None:
        """A piece has come."""
        session = self.session
        answer = self._decoder.answer(data)
        if answer is not None and session is not None:
            session._answered(answer)
            return
        try:
            self._take(self._decoder.feed(data))
        except AgiError as error:
            self._take(error.decoded)
            self._broken(error.message)

    def _take(self, items: Sequence[Item]) -> None:
        for item in items:
            if self.session is not None:
                self.session._heard(item)
            elif isinstance(item, Environment) and self.transport is not None:
                self.session = AgiSession(item, self.transport, self._server.loop)
                self._server.began(self, self.session)

    def _broken(self, why: str) -> None:
        if self.session is not None:
            self.session._break(why)
        elif self.transport is not None and not self.transport.is_closing():
            log.warning("FastAGI connection from %s refused: %s", self.transport.get_extra_info("peername"), why)
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._server.disconnected(self)
        if self.session is not None:
            self.session._lost()


class _Plain(_Connection, asyncio.Protocol):
    """For loops that read into memory of their own (uvloop): one call less for each piece."""

    __slots__ = ()
    data_received = _Connection.received


class _Buffered(_Connection, asyncio.BufferedProtocol):
    """For asyncio's own loop, which otherwise allocates 256 KiB for each read."""

    __slots__ = ()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        self.received(self._view[:nbytes].tobytes())


Serve = Callable[[AgiSession], Awaitable[None]]


class AgiServer:
    """Accepts FastAGI connections and runs ``serve`` in one task for each; leaving the block ends them all."""

    def __init__(self, serve: Serve, limits: AgiLimits | None = None) -> None:
        self.limits = limits or AgiLimits()
        self.buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._serve = serve
        self._tasks: dict[AgiSession, Task[None]] = {}
        self._heads: dict[_Connection, float] = {}  # connections without an environment, by deadline, oldest first
        self._live: set[_Connection] = set()
        self._idle = asyncio.Event()  # no task is left
        self._gone = asyncio.Event()  # no connection is left
        self._sweep: asyncio.TimerHandle | None = None
        self._group = scope.TaskGroup()
        self._listener: asyncio.Server | None = None
        self._full = False
        self.port = 0

    async def __aenter__(self) -> AgiServer:
        self.loop = asyncio.get_running_loop()
        await self._group.__aenter__()
        self._idle.set()
        self._gone.set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_listener()
        for task in list(self._tasks.values()):
            task.cancel()
        await self._group.__aexit__(None, None, None)  # the block's own exception stays what it is
        for session in list(self._tasks):  # cancelled before their first step
            self._ended(session)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._gone.wait()
        for connection in list(self._live):
            self._drop(connection)

    @property
    def sessions(self) -> int:
        """How many calls are being served."""
        return len(self._tasks)

    async def start(self, host: str, port: int) -> None:
        """Listens on an address; ``port`` 0 takes a free one, told by `port`. Raises `AsteriskUnavailable`."""
        try:
            listening = await self._bound(host, port)
            kind = _Buffered if isinstance(self.loop, asyncio.SelectorEventLoop) else _Plain
            self._listener = await self.loop.create_server(lambda: kind(self), sock=listening, backlog=1024)
        except OSError as error:
            hint = "choose another agi address in the settings, or stop what uses this one"
            raise AsteriskUnavailable(f"cannot listen for FastAGI on {host}:{port}: {error}", hint=hint) from error
        self.port = listening.getsockname()[1]

    async def _bound(self, host: str, port: int) -> socket.socket:
        found = await self.loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, proto, _, address = found[0]
        listening = socket.socket(family, kind, proto)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Some Asterisk versions send the last byte of HANGUP as urgent data, which would otherwise go missing.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
            listening.setblocking(False)
            listening.bind(address)
        except OSError:
            listening.close()
            raise
        return listening

    def close_listener(self) -> None:
        """Stops accepting; sessions go on, connections without an environment are closed (the dialplan tries again)."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._heads):
            self._drop(connection)

    async def wait_closed(self) -> None:
        """Waits until no call is being served any more."""
        await self._idle.wait()

    def connected(self, connection: _Connection) -> None:
        """A peer has connected: it must send its environment in time, and gives way when there are too many."""
        self._live.add(connection)
        self._gone.clear()
        present = len(self._heads) + len(self._tasks)
        if self._listener is None:
            self._drop(connection)
        elif present >= self.limits.sessions:
            if not self._full:
                log.warning("FastAGI is full: %d sessions, %d connections", len(self._tasks), len(self._heads))
            self._full = True
            self._drop(next(iter(self._heads), connection))
        elif present < self.limits.sessions * 0.9:
            self._full = False
        if connection.transport is not None and not connection.transport.is_closing():
            self._heads[connection] = self.loop.time() + self.limits.header_seconds
            if self._sweep is None:
                self._sweep = self.loop.call_later(self.limits.header_seconds, self._drop_late)

    def began(self, connection: _Connection, session: AgiSession) -> None:
        """The environment is there: the session's task starts."""
        self._heads.pop(connection, None)
        self._idle.clear()
        self._tasks[session] = self._group.create_task(self._run(session))

    def disconnected(self, connection: _Connection) -> None:
        """A connection has ended."""
        self._heads.pop(connection, None)
        self._live.discard(connection)
        if not self._live:
            self._gone.set()

    def _drop(self, connection: _Connection) -> None:
        self._heads.pop(connection, None)
        if connection.transport is not None:
            connection.transport.abort()

    def _drop_late(self) -> None:
        now = self.loop.time()
        self._sweep = None
        for connection, deadline in list(self._heads.items()):
            if deadline > now:
                self._sweep = self.loop.call_at(deadline, self._drop_late)
                break
            self._drop(connection)

    async def _run(self, session: AgiSession) -> None:
        try:
            await self._serve(session)
        except Hangup:
            pass
        except Exception:  # the boundary of one connection: the server and all other calls go on
            log.exception("FastAGI session of %s failed", session.env.get("agi_channel", "?")[:80])
        finally:
            self._ended(session)

    def _ended(self, session: AgiSession) -> None:
        session.close()
        del self._tasks[session]
        if not self._tasks:
            self._idle.set()
