"""The bench of the call router runs, tells its figures, and finds the router and two scans to take the same calls."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.bench
def test_quick_run_tells_the_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.router", "--quick", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    assert (found["waiting"], found["agents"]) == (500, 100)
    assert {"talk_ended", "offer_answered", "call_queued", "caller_gone", "call_queued, idle"} <= set(found["facts"])
    assert all(figure > 0 for figures in found["facts"].values() for figure in figures.values())
    assert found["to_textbook"] > 1
    assert set(found["us_a_match_by_waiting"]) == {"100", "1000"}
