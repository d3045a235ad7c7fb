"""The load of bench.service: plays Asterisk to a server, in its own process.

``python -m bench.service_load PORT SCRIPT TOTAL AT_ONCE`` runs TOTAL calls, AT_ONCE of them at a time, and prints one
JSON object. SCRIPT is ``short`` (17 commands), ``long`` (188), ``fresh`` (short, each call with an account number of
its own) or ``wait``: then TOTAL calls go into a menu and press nothing, every WAIT FOR DIGIT is answered when its time
is over, and the load says so, and how many commands came, until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from time import perf_counter
from typing import cast

from bench.fastagi_load import ENVIRONMENT, TASKS
from bench.fastagi_servers import run
from bench.service_script import PLAYED, Step, steps

PASSES = {"short": 1, "fresh": 1, "long": 20, "wait": 0}


class Load:
    """The calls of one run; ``plain`` is for the servers that play by script and are told how often."""

    def __init__(self, port: int, script: str, total: int, plain: bool) -> None:
        self.plain = plain
        self.port, self.script, self.total = port, script, total
        self.started = self.ended = self.commands = 0
        self.fault = ""
        self.seed = os.getpid() * 7919  # no two runs with the same numbers
        self.done = asyncio.Event()
        self._steps = list(steps(PASSES[script]))

    def steps(self, number: int) -> list[Step]:
        """What one call is asked and answers."""
        if self.script == "fresh":
            return list(steps(1, str(100_000 + (self.seed + number) % 800_000)))
        return self._steps

    async def start(self) -> None:
        if self.started < self.total:
            self.started += 1
            number = self.started
            called = "200" if self.script == "wait" else "100"
            head = ENVIRONMENT.format(number=number, passes=PASSES[self.script], space=" ")
            head = head.replace("agi_dnid: 100", f"agi_dnid: {called}")
            # To the service an argument says that the call was here before.
            head = head if self.plain else head.replace(f"agi_arg_1: {PASSES[self.script]}\n", "agi_arg_1: \n")
            loop = asyncio.get_running_loop()
            kind = Waiting if self.script == "wait" else Call
            await loop.create_connection(lambda: kind(self, head.encode(), self.steps(number)), "127.0.0.1", self.port)

    def finished(self, fault: str = "") -> None:
        self.ended += 1
        self.fault = self.fault or fault
        if self.ended == self.total or fault:
            self.done.set()


class Call(asyncio.Protocol):
    """One call: answers each command at once, as the script says."""

    def __init__(self, load: Load, head: bytes, script: list[Step]) -> None:
        self.load, self.head, self.script = load, head, script
        self.at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        begin, answer = self.script[self.at] if self.at < len(self.script) else (b"nothing", b"")
        if not data.startswith(begin):
            self.load.finished(f"command {self.at + 1} of a call is {data!r} and not {begin!r}")
            self.transport.abort()
            return
        self.at += 1
        self.load.commands += 1
        self.transport.write(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.finished("" if self.at == len(self.script) else f"a call ended after {self.at} commands")
        task = asyncio.get_running_loop().create_task(self.load.start())
        TASKS.add(task)
        task.add_done_callback(TASKS.discard)


class Waiting(Call):
    """A caller who presses nothing."""

    def data_received(self, data: bytes) -> None:
        self.load.commands += 1
        if data.startswith(b"WAIT FOR DIGIT "):
            if not self.at:
                self.at = 1
                self.load.finished()
            milliseconds = int(data.split()[3].strip(b'"'))
            asyncio.get_running_loop().call_later(milliseconds / 1000, self.transport.write, b"200 result=0\n")
        else:
            self.transport.write(PLAYED[1] if data.startswith(PLAYED[0]) else b"200 result=0\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """The server was stopped."""


async def main(port: int, script: str, total: int, at_once: int, plain: bool) -> None:
    load = Load(port, script, total, plain)
    begin = perf_counter()
    while load.started < min(at_once, total):
        await asyncio.gather(*(load.start() for _ in range(min(100, at_once - load.started))))
    await load.done.wait()
    if load.fault:
        raise SystemExit(load.fault)
    seconds = perf_counter() - begin
    print(json.dumps({"commands": load.commands, "calls": load.ended, "wall": seconds}), flush=True)
    if script == "wait":
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps({"commands": load.commands}), flush=True)


if __name__ == "__main__":
    run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5] == "plain"), "uvloop")
