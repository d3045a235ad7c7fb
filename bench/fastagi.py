"""FastAGI: what one command and one call cost, beside a bare asyncio protocol and panoramisk's fast_agi.

    python -m bench.fastagi [--quick] [--rounds N]

Every server runs in its own process on asyncio's loop and on uvloop; the load plays Asterisk from another process.
Servers are ranked by CPU seconds of their process, medians of rounds that are run in turn, so that a busy machine
disturbs all alike; only the ratios carry over to another machine. The exit code is always 0: figures are told.

The references run warm: with glibc told to keep blocks of 256 KiB, without which asyncio's plain protocols and streams
take up to three times the CPU (shown as ``bare, cold``). This project's server runs as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench import need_proc

WARM = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "8388608"}
CONTENDERS = ("bare", "ivr", "panoramisk")
LOOPS = ("asyncio", "uvloop")
GOALS = {
    ("ivr", "bare", "long"): 0.80,
    ("ivr", "bare", "short"): 0.75,
    ("ivr", "panoramisk", "long"): 1.3,
}


class Server:
    """A server in its own process."""

    def __init__(self, kind: str, loop: str, warm: bool) -> None:
        self.kind, self.loop = kind, loop
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.fastagi_servers", kind, loop],
            stdout=subprocess.PIPE,
            env=os.environ | (WARM if warm else {}),
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def cpu(self) -> float:
        """CPU seconds of all threads so far."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9

    def resident(self) -> int:
        """Bytes of memory that this process alone holds."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Private_"))

    def load(self, passes: str, total: int, at_once: int) -> dict[str, float]:
        """Runs a load against this server; its figures with the CPU seconds that the server took."""
        before = self.cpu()
        done = subprocess.run(self._load(passes, total, at_once), capture_output=True, check=True, timeout=300)
        result: dict[str, float] = json.loads(done.stdout)
        return result | {"cpu": self.cpu() - before}

    def idle(self, total: int, seconds: float) -> tuple[float, float]:
        """Bytes a session and CPU share while ``total`` calls wait."""
        before = self.resident()
        load = subprocess.Popen(
            self._load("idle", total, total), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert load.stdout is not None
        load.stdout.readline()
        size, cpu, begin = self.resident() - before, self.cpu(), time.perf_counter()
        time.sleep(seconds)
        share = (self.cpu() - cpu) / (time.perf_counter() - begin)
        self.stop()
        load.communicate()
        return size / total, share

    def stop(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.communicate()

    def _load(self, passes: str, total: int, at_once: int) -> list[str]:
        return [sys.executable, "-m", "bench.fastagi_load", str(self.port), passes, str(total), str(at_once)]


Key = tuple[str, str]
Figures = dict[tuple[str, str, str], list[float]]  # (kind, loop, what), one for each round


def measure(servers: dict[Key, Server], rounds: int, scale: float) -> Figures:
    """Commands per CPU second of every server and script, and light-load turnaround, round by round."""
    loads = {"short": ("1", int(4000 * scale), 200), "long": ("20", int(400 * scale), 200)}
    figures: Figures = defaultdict(list)
    for number in range(rounds + 1):
        for (kind, loop), server in servers.items():
            for name, (passes, total, at_once) in loads.items():
                result = server.load(passes, total, min(at_once, total))
                if number:  # the first round only warms up
                    figures[kind, loop, name].append(result["commands"] / result["cpu"])
            light = server.load("20", max(4, int(80 * scale)), 4)
            if number:
                figures[kind, loop, "p50"].append(light["p50"])
                figures[kind, loop, "p99"].append(light["p99"])
        print(f"  round {number} of {rounds} done", file=sys.stderr, flush=True)
    return figures


def ratios(figures: Figures, one: Key, other: Key, what: str) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(figures[*one, what], figures[*other, what], strict=True)
    return statistics.median(mine / theirs for mine, theirs in pairs)


def table(figures: Figures, servers: dict[Key, Server]) -> None:
    """Prints the medians."""
    print(
        f"\n{'server':<22}{'long cmd/CPU s':>16}{'short cmd/CPU s':>17}{'sessions/CPU s':>16}{'light p50/p99 us':>20}"
    )
    for kind, loop in servers:
        long, short, p50, p99 = (
            statistics.median(figures[kind, loop, what]) for what in ("long", "short", "p50", "p99")
        )
        print(f"{kind + ', ' + loop:<22}{long:>16,.0f}{short:>17,.0f}{short / 7:>16,.0f}{p50:>13.0f} / {p99:.0f}")


def verdicts(figures: Figures) -> None:
    """Prints the ratios beside their goals."""
    print("\nratios (medians of the rounds' ratios) on the same loop")
    for loop in LOOPS:
        for (kind, other, what), goal in GOALS.items():
            ratio = ratios(figures, (kind, loop), (other, loop), what)
            print(
                f"  {loop:<8} {what:<6} to {other:<11} {ratio:5.2f}   goal at least {goal:.2f}  {_met(ratio >= goal)}"
            )
        ratio = ratios(figures, ("ivr", loop), ("bare", loop), "p99")
        print(f"  {loop:<8} light p99 to bare  {ratio:5.2f}   goal at most  2.00  {_met(ratio <= 2)}")
    cold = ratios(figures, ("ivr", "asyncio"), ("bare, cold", "asyncio"), "long")
    print(f"  asyncio  long   to bare, cold  {cold:5.2f}")


def idle(total: int, seconds: float) -> None:
    """Prints memory and CPU of calls that wait."""
    print(f"\n{total:,} calls waiting: KiB a call, CPU")
    for loop in LOOPS:
        for kind in CONTENDERS:
            size, share = Server(kind, loop, warm=kind != "ivr").idle(total, seconds)
            goal = f"   goal at most 12 KiB  {_met(size <= 12 * 1024)}" if kind == "ivr" else ""
            print(f"  {kind + ', ' + loop:<22}{size / 1024:6.1f} KiB  {share:6.2%}{goal}", flush=True)


def _met(good: bool) -> str:
    return "met" if good else "NOT MET"


def main(argv: list[str] | None = None) -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench.fastagi", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="a small load, to see that it works: the figures mean little"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds measured (default 5)")
    options: Any = parser.parse_args(argv)
    need_proc()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    waiting = min(100 if options.quick else 10_000, most - 200)
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {platform.machine()}"
    print(f"{versions}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    servers = {(kind, loop): Server(kind, loop, warm=kind != "ivr") for loop in LOOPS for kind in CONTENDERS}
    servers["bare, cold", "asyncio"] = Server("bare", "asyncio", warm=False)
    try:
        figures = measure(servers, 1 if options.quick else options.rounds, 0.02 if options.quick else 1.0)
    finally:
        for server in servers.values():
            server.stop()
    table(figures, servers)
    verdicts(figures)
    idle(waiting, 0.1 if options.quick else 3.0)


if __name__ == "__main__":
    main()
