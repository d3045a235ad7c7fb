"""The servers that bench.service compares, each in its own process.

``python -m bench.service_server KIND LOOP HOME`` prints its port and serves. KIND is ``bare`` (a plain protocol that
sends the same commands), ``adapter`` (the same on the service's AGI server), ``unkept`` (the whole service, but nobody
reads its journal) or ``service``. On SIGUSR1 the service begins to look where its time goes, on SIGUSR2 it prints that.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from bench.fastagi_servers import Bare, run
from bench.service_script import lines

LONG, SHORT = lines(20), lines(1)
GROUPS = {
    "ivr.adapters.asterisk.legs": "leg and keys",
    "ivr.adapters.asterisk.keys": "leg and keys",
    "ivr.adapters.asterisk": "AGI adapter",
    "ivr.services.calls": "session and verbs",
    "ivr.core.dialog": "session and verbs",
    "ivr.core.base.secret": "session and verbs",
    "ivr.core.flow": "flow machine",
    "ivr.core.prompts": "flow machine",
    "ivr.services.speech": "voice",
    "ivr.adapters.speech": "voice",
    "ivr.core": "events and journal",
    "ivr.services.journal": "events and journal",
    "ivr.adapters.store": "events and journal",
    "ivr.adapters.system": "clock and ids",
    "ivr.app": "session and verbs",
}


class BareCall(Bare):
    """The reference of bench.fastagi with the commands of this bench."""

    async def run(self) -> None:
        for line in LONG if int(self.env["agi_arg_1"]) > 1 else SHORT:
            await self.command(line)
        self.transport.close()


class Sampler:
    """Where the time of the event loop's thread goes, sampled each millisecond of CPU.

    A sample weighs what the thread itself has used since the one before, so that the store's thread does not count.
    Time in C counts for the Python that runs next.
    """

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._last = 0.0

    def start(self) -> None:
        """Begins."""
        self._last = time.thread_time()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)

    def tell(self) -> None:
        """Ends, and prints the groups' CPU seconds."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(self._found), flush=True)
        self._found.clear()

    def _sample(self, number: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        self._found[_group(frame)] += now - self._last  # type: ignore[assignment]
        self._last = now


def _group(frame: FrameType | None) -> str:
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        while module:
            if module in GROUPS:
                return GROUPS[module]
            module = module.rpartition(".")[0]
        frame = frame.f_back
    return "event loop"


async def bare(home: Path) -> None:
    server = await asyncio.get_running_loop().create_server(BareCall, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def adapter(home: Path) -> None:
    from ivr.adapters.asterisk.agi import AgiServer, AgiSession

    scripts = {"1": [_words(line) for line in SHORT], "20": [_words(line) for line in LONG]}

    async def serve(session: AgiSession) -> None:
        for words in scripts[session.env["agi_arg_1"]]:
            await session.command(*words)

    async with AgiServer(serve) as server:
        await server.start("127.0.0.1", 0)
        print(server.port, flush=True)
        await asyncio.Event().wait()


def _words(line: bytes) -> list[str]:
    return [word.strip('"') for word in line.decode().split()]


async def service(home: Path, *, kept: bool = True) -> None:
    from ivr.app import wiring
    from ivr.app.config import load

    loop = asyncio.get_running_loop()
    mine = home / f"{'kept' if kept else 'unkept'}-{type(loop).__module__.partition('.')[0]}"
    settings = replace(load(home / "ivr.yaml"), data=mine, recordings=mine / "recordings")
    async with AsyncExitStack() as stack:
        parts = await wiring.build(settings, stack)
        readers = parts.world.journal._readers
        if not kept:
            stack.callback(readers.extend, readers[:])
            readers.clear()
        failed = await parts.voice.prepare(parts.sentences(), lambda done, total: None)
        assert not failed, parts.voice.unspoken
        await parts.away.recall()
        sampler, stop = Sampler(), asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, sampler.start)
        loop.add_signal_handler(signal.SIGUSR2, sampler.tell)
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        async with parts.agi:
            await parts.agi.start("127.0.0.1", 0)
            print(parts.agi.port, flush=True)
            await stop.wait()
        health = parts.store.health()
        assert health.lost == 0, health


async def unkept(home: Path) -> None:
    await service(home, kept=False)


SERVERS: dict[str, Callable[[Path], Coroutine[Any, Any, None]]] = {
    "bare": bare,
    "adapter": adapter,
    "unkept": unkept,
    "service": service,
}

if __name__ == "__main__":
    run(SERVERS[sys.argv[1]](Path(sys.argv[3])), sys.argv[2])
