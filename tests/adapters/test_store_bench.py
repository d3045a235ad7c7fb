"""The measuring program of the store runs and measures what it says."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bench.store import main

pytestmark = pytest.mark.bench


def test_the_measurement_writes_all_it_tells() -> None:
    result = CliRunner().invoke(main, ["--calls", "20", "--rate", "50", "--seconds", "0.2", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [figures["events"] for figures in found.values()] == [90, 180]
