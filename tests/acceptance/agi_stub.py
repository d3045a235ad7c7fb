"""The smallest FastAGI server that the dialplan can be tried with, on the service's port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Session:
    """One call that Asterisk handed over; ``env`` is what it said of it."""

    env: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def do(self, command: str) -> str:
        """Sends a command and gives the answer's line."""
        self.writer.write(f"{command}\n".encode())
        return (await self.reader.readline()).decode().strip()

    async def next(self, value: str) -> None:
        """Says where the call goes when this session is over."""
        await self.do(f"SET VARIABLE IVR_NEXT {value}")

    def die(self) -> None:
        """Goes away in the middle of the call, as a killed process does."""
        self.writer.transport.abort()


class Stub:
    """Takes calls with ``script``; ``calls`` are all that came."""

    def __init__(self, script: Callable[[Session], Awaitable[None]]) -> None:
        self.calls: list[dict[str, str]] = []
        self.taking: set[asyncio.Task[None]] = set()
        self._script = script

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call."""
        task = asyncio.current_task()
        assert task is not None
        self.taking.add(task)
        env = {}
        while line := (await reader.readline()).decode().strip():
            name, _, value = line.partition(": ")
            env[name] = value
        self.calls.append(env)
        try:
            await self._script(Session(env, reader, writer))
        finally:
            writer.close()


@asynccontextmanager
async def answering(port: int, script: Callable[[Session], Awaitable[None]]) -> AsyncIterator[Stub]:
    """A stub that listens for the length of a block."""
    stub = Stub(script)
    server = await asyncio.start_server(stub.take, "127.0.0.1", port)
    try:
        yield stub
    finally:
        server.close()
        for task in stub.taking:
            task.cancel()
        await asyncio.gather(*stub.taking, return_exceptions=True)
        await server.wait_closed()
