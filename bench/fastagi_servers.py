"""The servers that bench.fastagi compares, each in its own process: ``python -m bench.fastagi_servers KIND LOOP``.

Each prints its port and then serves. The first argument of a call (``agi_arg_1``) says how often the script of
commands is run, or ``idle``: then the call waits for ever after one command.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

SCRIPT = (
    ("ANSWER",),
    ("SET", "VARIABLE", "CHOICE", "billing"),
    ("GET", "VARIABLE", "CHOICE"),
    ("STREAM", "FILE", "ivr/welcome", "0123456789"),
    ("GET", "DATA", "ivr/enter-pin", "5000", "4"),
    ("VERBOSE", "pin taken", "3"),
    ("HANGUP",),
)
LINES = tuple(" ".join(f'"{word}"' if " " in word else word for word in words) for words in SCRIPT)
COMMAND_LINES = tuple(line.encode() + b"\n" for line in LINES)


class Bare(asyncio.Protocol):
    """The reference: a future for each command and nothing checked, bounded or decoded but the environment."""

    def __init__(self) -> None:
        self.buffer = b""
        self.waiter: asyncio.Future[bytes] | None = None
        self.env: dict[str, str] = {}
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data
        if not self.env:
            head, found, buffer = buffer.partition(b"\n\n")
            if not found:
                self.buffer = head
                return
            self.env = dict(cast(Any, [line.split(": ", 1) for line in head.decode().split("\n")]))
            self.task = self.loop.create_task(self.run())
        *lines, self.buffer = buffer.split(b"\n")
        for line in lines:
            if self.waiter is not None:
                self.waiter.set_result(line)
                self.waiter = None

    def command(self, line: bytes) -> asyncio.Future[bytes]:
        self.waiter = waiter = self.loop.create_future()
        self.transport.write(line)
        return waiter

    async def run(self) -> None:
        passes = self.env["agi_arg_1"]
        if passes == "idle":
            await self.command(b"NOOP\n")
            await self.loop.create_future()
        for _ in range(int(passes)):
            for line in COMMAND_LINES:
                await self.command(line)
        self.transport.close()


async def bare() -> None:
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def ivr() -> None:
    from ivr.adapters.asterisk.agi import AgiLimits, AgiServer, AgiSession

    async def serve(session: AgiSession) -> None:
        if session.args[0] == "idle":
            await session.command("NOOP")
            await asyncio.Event().wait()
        for _ in range(int(session.args[0])):
            for words in SCRIPT:
                await session.command(*words)

    async with AgiServer(serve, AgiLimits(sessions=20_000)) as server:
        await server.start("127.0.0.1", 0)
        print(server.port, flush=True)
        await asyncio.Event().wait()


async def panoramisk() -> None:
    from panoramisk.fast_agi import Application

    async def serve(request: Any) -> None:
        if request.headers["agi_arg_1"] == "idle":
            await request.send_command("NOOP")
            await asyncio.Event().wait()
        for _ in range(int(request.headers["agi_arg_1"])):
            for line in LINES:
                await request.send_command(line)

    application = Application(loop=asyncio.get_running_loop())
    application.add_route("call", serve)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


SERVERS: dict[str, Callable[[], Awaitable[None]]] = {"bare": bare, "ivr": ivr, "panoramisk": panoramisk}


def run(program: Awaitable[None], loop: str) -> None:
    """Runs one program on the loop asked for, with as many open files as the system lets it have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    factory = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(cast(Any, program))


if __name__ == "__main__":
    run(SERVERS[sys.argv[1]](), sys.argv[2])
