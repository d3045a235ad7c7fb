"""The measurement of the hop runs: calls from SIPp go through the dialplan alone and through the whole service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.live, pytest.mark.bench]


def test_the_hop_is_measured() -> None:
    tree = Path(__file__).parents[2]
    command = [sys.executable, "-m", "bench.hop", "--quick"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "plain dialplan" in done.stdout
    assert "ratio" in done.stdout
