"""The FastAGI bench runs, and tells every figure it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("panoramisk")


@pytest.mark.bench
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_quick_run_tells_ratios_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.fastagi", "--quick"], capture_output=True, text=True, check=True, timeout=100
    )
    for loop in ("asyncio", "uvloop"):
        for server in ("bare", "ivr", "panoramisk"):
            assert done.stdout.count(f"{server}, {loop}") == 2
    assert done.stdout.count("goal at least 0.80") == 2
    assert done.stdout.count("goal at most 12 KiB") == 2
