"""The HTTP source against servers that do not speak HTTP as they should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.adapters.fetch.http import HttpSource
from ivr.services.ports import SourceFailed
from tests.adapters.test_fetch import request

OK = b"HTTP/1.1 200 OK\r\n"


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[str]:
    """A server that says some bytes to whoever connects, and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "connection lost"),
        (b"\x00\xff" * 500, "no valid answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no valid answer"),
        (b"HTTP/1.1 999999 No\r\n\r\n", "no valid answer"),
        (OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n1", "no valid answer"),
        (OK + b"A: b\r\n" * 100_000 + b"\r\n1", None),
        (OK + b"Content-Length: -5\r\n\r\n1", "no valid answer"),
        (OK + b"Content-Length: 5\r\n\r\n1", "connection lost"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n1\r\n0\r\n\r\n", None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n1", "connection lost"),
        (OK + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\n1", "the answer is compressed"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50, "connection lost"),
    ],
)
async def test_what_is_not_http_is_a_clear_reason(answer: bytes, reason: str | None) -> None:
    async with saying(answer) as here, HttpSource(frozenset({here}), {}) as source:
        with pytest.raises(SourceFailed) as failed:
            await source.ask(request(here), 2.0)
    assert failed.value.reason in ((reason,) if reason else ("no valid answer", "connection lost"))


@pytest.mark.parametrize("answer", [OK + b"\r\n[1]", OK + b"Connection: close\r\n\r\n[1]", b"HTTP/1.0 200\r\n\r\n[1]"])
async def test_an_answer_without_a_length_ends_with_the_connection(answer: bytes) -> None:
    async with saying(answer) as here, HttpSource(frozenset({here}), {}) as source:
        assert await source.ask(request(here), 2.0) == [1]
