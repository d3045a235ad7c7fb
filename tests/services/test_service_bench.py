"""The bench of the whole service runs: every call goes as its script says, and every figure is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvloop")


@pytest.mark.bench
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_quick_run_tells_every_layer_where_the_time_goes_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.service", "--quick"], capture_output=True, text=True, check=True, timeout=100
    )
    lines = done.stdout.splitlines()
    for layer in ("bare", "adapter", "unkept", "service"):
        assert sum(line.split()[:1] == [layer] for line in lines) == 2
    assert done.stdout.count("where the time of a long call goes") == 2
    assert done.stdout.count("store's thread") == 2
    assert done.stdout.count("at most 32: met") == 2
    assert "not spoken" not in done.stderr
