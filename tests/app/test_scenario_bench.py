"""The bench of scenarios runs, and tells its figures."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.bench
def test_quick_run_tells_the_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.scenarios", "--quick"], capture_output=True, text=True, check=True, timeout=60
    )
    words = [line.split()[0] for line in done.stdout.splitlines()]
    assert words[-3:] == ["scenarios", "machine", "ratio"]
