"""The load of bench.fastagi: plays Asterisk to a FastAGI server, in its own process.

``python -m bench.fastagi_load PORT PASSES TOTAL AT_ONCE`` runs TOTAL calls, AT_ONCE of them at a time, and prints one
JSON object: commands answered, wall seconds, and the server's turnaround (from an answer sent to the next command
received) in microseconds. PASSES ``idle`` opens TOTAL calls, answers their first command, says so and waits for its
standard input to end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter
from typing import cast

from bench.fastagi_servers import run

ENVIRONMENT = """agi_network: yes
agi_network_script: call
agi_request: agi://127.0.0.1/call
agi_channel: PJSIP/trunk-0000{number:04x}
agi_language: en
agi_type: PJSIP
agi_uniqueid: 1700000000.{number}
agi_version: 22.10.1
agi_callerid: +1555123{number:04d}
agi_calleridname: Caller {number}
agi_callingpres: 0
agi_callingani2: 0
agi_callington: 0
agi_callingtns: 0
agi_dnid: 100
agi_rdnis: unknown
agi_context: ivr
agi_extension: 100
agi_priority: 3
agi_enhanced: 0.0
agi_accountcode:{space}
agi_threadid: 140123456789504
agi_arg_1: {passes}

"""
ANSWERS = {
    b"ANSW": b"200 result=0\n",
    b"SET ": b"200 result=1\n",
    b"GET V": b"200 result=1 (billing)\n",
    b"STRE": b"200 result=0 endpos=12800\n",
    b"GET D": b"200 result=1234\n",
    b"VERB": b"200 result=1\n",
    b"HANG": b"200 result=1\n",
    b"NOOP": b"200 result=0\n",
}


class Load:
    """The calls of one run."""

    def __init__(self, port: int, passes: str, total: int) -> None:
        self.port, self.passes, self.total = port, passes, total
        self.started = self.ended = self.commands = 0
        self.turnarounds: list[float] = []
        self.done = asyncio.Event()

    async def start(self) -> None:
        if self.started < self.total:
            self.started += 1
            number = self.started % 10_000
            head = ENVIRONMENT.format(number=number, passes=self.passes, space=" ").encode()
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: Call(self, head), "127.0.0.1", self.port)

    def finished(self) -> None:
        self.ended += 1
        if self.ended == self.total:
            self.done.set()


class Call(asyncio.Protocol):
    """One call: answers each command at once."""

    def __init__(self, load: Load, head: bytes) -> None:
        self.load, self.head = load, head
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        now = perf_counter()
        if self.sent_at:
            self.load.turnarounds.append(now - self.sent_at)
        self.load.commands += 1
        self.sent_at = perf_counter()
        self.transport.write(ANSWERS[data[:5] if data.startswith(b"GET") else data[:4]])
        if self.load.passes == "idle":
            self.load.finished()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.load.passes != "idle":
            self.load.finished()
            task = asyncio.get_running_loop().create_task(self.load.start())
            TASKS.add(task)
            task.add_done_callback(TASKS.discard)


TASKS: set[asyncio.Task[None]] = set()


async def main(port: int, passes: str, total: int, at_once: int) -> None:
    load = Load(port, passes, total)
    begin = perf_counter()
    while load.started < min(at_once, total):
        await asyncio.gather(*(load.start() for _ in range(min(100, at_once - load.started))))
    await load.done.wait()
    times = sorted(load.turnarounds) or [0.0]
    result = {
        "commands": load.commands,
        "sessions": load.ended,
        "wall": perf_counter() - begin,
        "p50": times[len(times) // 2] * 1e6,
        "p99": times[len(times) * 99 // 100] * 1e6,
    }
    print(json.dumps(result), flush=True)
    if passes == "idle":
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])), "uvloop")
