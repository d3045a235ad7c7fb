"""The whole service: what a call costs with a real flow, its trace and the store, and where the time goes.

    python -m bench.service [--quick] [--rounds N]

The load plays Asterisk from another process and answers every command at once, so only the service's own work is
measured. It is built up in layers, each in its own process, on asyncio's loop and on uvloop: ``bare`` (a plain asyncio
protocol that sends the same commands), ``adapter`` (the service's AGI server sends them), ``unkept`` (the whole
service, whose journal nobody reads) and ``service`` (with the store). Ranked by CPU seconds of the process with all its
threads, medians of rounds that are run in turn. ``long`` is 188 commands a call, ``short`` 17; ``fresh`` is ``short``
with a number in each call that was never read aloud before, so that a sound has to be put together for it.

Then callers wait in a menu and press nothing: memory, and CPU. The exit code is always 0: figures are told.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bench import fastagi, need_proc
from bench.fastagi import LOOPS, WARM
from bench.service_script import write_site

LAYERS = ("bare", "adapter", "unkept", "service")
COMMANDS = {"short": 17, "fresh": 17, "long": 188}
AT_ONCE = {"short": 200, "fresh": 10, "long": 100}
SETTLE = 0.4  # seconds: longer than the store gathers events
AIM, MOST_KIB = 0.4, 32


class Server(fastagi.Server):
    """A server in its own process."""

    def __init__(self, kind: str, loop: str, home: Path) -> None:
        self.kind, self.loop = kind, loop
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.service_server", kind, loop, str(home)],
            stdout=subprocess.PIPE,
            env=os.environ | (WARM if kind == "bare" else {}),
            text=True,
        )
        self.port = 0

    def ready(self) -> Server:
        """Waits until it serves."""
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def cpu_of_calls(self, script: str, total: int) -> float:
        """CPU seconds of ``total`` calls, with the writing of what they told."""
        before = self.cpu()
        subprocess.run(
            self._load(script, total, min(AT_ONCE[script], total)), stdout=subprocess.PIPE, check=True, timeout=300
        )
        return self.settled() - before

    def settled(self) -> float:
        """CPU seconds when nothing is done any more: the store writes on after the last call."""
        last, cpu = 0.0, self.cpu()
        while self.kind == "service" and cpu - last > 0.001:
            time.sleep(SETTLE)
            last, cpu = cpu, self.cpu()
        return cpu

    def profile(self, script: str, total: int) -> dict[str, float]:
        """Where CPU seconds of calls go, by part of the service."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        loop = tasks / str(self.process.pid) / "schedstat"
        self.process.send_signal(signal.SIGUSR1)
        others = self.cpu() - int(loop.read_text().split()[0]) / 1e9
        self.cpu_of_calls(script, total)
        others = self.cpu() - int(loop.read_text().split()[0]) / 1e9 - others
        self.process.send_signal(signal.SIGUSR2)
        assert self.process.stdout is not None
        found: dict[str, float] = json.loads(self.process.stdout.readline())
        return found | {"store's thread": others}

    def waiting(self, total: int, seconds: float) -> tuple[float, float, float]:
        """Bytes a call, CPU share and commands a second while ``total`` callers wait in a menu."""
        self.cpu_of_calls("short", 200)  # what is made once is there before anything is measured
        before = self.resident()
        load = subprocess.Popen(
            self._load("wait", total, total), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert load.stdout is not None
        assert load.stdin is not None
        commands = int(json.loads(load.stdout.readline())["commands"])
        time.sleep(SETTLE)
        size, cpu, began = self.resident() - before, self.cpu(), time.perf_counter()
        time.sleep(seconds)
        share = (self.cpu() - cpu) / (time.perf_counter() - began)
        load.stdin.write("\n")
        load.stdin.flush()
        commands = int(json.loads(load.stdout.readline())["commands"]) - commands
        self.process.kill()
        load.communicate()
        self.process.communicate()
        return size / total, share, commands / (time.perf_counter() - began)

    def stop(self) -> None:
        """Ends the process; a service writes what it has."""
        self.process.terminate()
        self.process.communicate()

    def _load(self, script: str, total: int, at_once: int) -> list[str]:
        plain = "plain" if self.kind in ("bare", "adapter") else "flow"
        return [sys.executable, "-m", "bench.service_load", str(self.port), script, str(total), str(at_once), plain]


Figures = dict[tuple[str, str, str], list[float]]  # (layer, loop, script): CPU µs a command, one for each round


def measure(servers: dict[tuple[str, str], Server], rounds: int, scale: float) -> Figures:
    """CPU microseconds a command of every layer and script, round by round."""
    loads = {"short": int(1000 * scale), "long": int(100 * scale), "fresh": int(300 * scale)}
    figures: Figures = defaultdict(list)
    for number in range(rounds + 1):
        for script, total in loads.items():
            for (kind, loop), server in servers.items():
                if script == "fresh" and kind != "service":
                    continue
                cpu = server.cpu_of_calls(script, total)
                if number:  # the first round only warms up
                    figures[kind, loop, script].append(cpu / total / COMMANDS[script] * 1e6)
        print(f"  round {number} of {rounds} done", file=sys.stderr, flush=True)
    return figures


def table(figures: Figures, loop: str) -> None:
    """Prints the medians, and the medians of the rounds' ratios to the bare protocol."""
    heads = ("long µs/cmd", "cmd/CPU s", "to bare", "short µs/cmd", "calls/CPU s", "to bare")
    print(f"\n{loop:<9}" + "".join(f"{head:>14}" for head in heads))
    for kind in LAYERS:
        row = f"{kind:<9}"
        for script, commands in (("long", 1), ("short", COMMANDS["short"])):
            spent, least = figures[kind, loop, script], figures["bare", loop, script]
            middle = statistics.median(spent)
            ratio = statistics.median(theirs / mine for theirs, mine in zip(least, spent, strict=True))
            row += f"{middle:>14.1f}{1e6 / middle / commands:>14,.0f}{ratio:>14.2f}"
        print(row)
    fresh = statistics.median(figures["service", loop, "fresh"]) - statistics.median(figures["service", loop, "short"])
    print(f"a value that was never said before costs {fresh * COMMANDS['fresh'] / 1000:.2f} ms more")


def where(server: Server, total: int) -> None:
    """Prints where the time goes."""
    found = Counter(server.profile("long", total))
    whole = sum(found.values()) or 1.0
    shares = "  ".join(f"{name} {spent / whole:.0%}" for name, spent in found.most_common())
    print(f"\nwhere the time of a long call goes, {server.loop}\n  {shares}")


def waiting(home: Path, total: int, seconds: float) -> None:
    """Prints memory and CPU of callers who wait."""
    print(f"\n{total:,} callers waiting a minute in a menu: KiB a call, CPU, commands a second")
    for loop in LOOPS:
        size, share, commands = Server("service", loop, home).ready().waiting(total, seconds)
        good = "met" if size <= MOST_KIB * 1024 else "NOT MET"
        print(
            f"  {loop:<9}{size / 1024:6.1f} KiB (at most {MOST_KIB}: {good})  {share:6.2%}  {commands:,.0f}", flush=True
        )


def main(argv: list[str] | None = None) -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench.service", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small load, to see that it works: figures mean little")
    parser.add_argument("--rounds", type=int, default=5, help="rounds measured (default 5)")
    options: Any = parser.parse_args(argv)
    need_proc()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {platform.machine()}"
    print(f"{versions}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    scale = 0.02 if options.quick else 1.0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_site(home)
        servers: dict[tuple[str, str], Server] = {}
        try:
            for loop in LOOPS:
                servers |= {(kind, loop): Server(kind, loop, home) for kind in LAYERS}
            for server in servers.values():
                server.ready()
            figures = measure(servers, 1 if options.quick else options.rounds, scale)
            for loop in LOOPS:
                table(figures, loop)
            print(f"aim: service at least {AIM} of bare, by commands of long calls")
            for loop in LOOPS:
                where(servers["service", loop], int(200 * scale))
        finally:
            for server in servers.values():
                server.stop()
        waiting(home, min(100 if options.quick else 10_000, most - 200), 0.5 if options.quick else 12.0)


if __name__ == "__main__":
    main()
