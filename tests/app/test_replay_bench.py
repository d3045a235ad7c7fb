"""The program that measures replaying works on a small load."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bench.replay import main

pytestmark = pytest.mark.bench


def test_calls_that_were_kept_are_replayed_and_all_take_the_same_way() -> None:
    result = CliRunner().invoke(main, ["--quick"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["calls"] == 200
    assert found["calls_per_cpu_s"] > 0
