"""The bench of the flow machine runs, and tells its figures."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.bench
def test_quick_run_tells_the_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.machine", "--quick", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    assert found["flows"] == 20
    assert all(value > 0 for value in found.values())
