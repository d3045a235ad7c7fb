"""The sample flows as real calls: every scenario, in each of its languages, heard and keyed in by phones of the lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.app.lab.lab import Lab
from ivr.app.live import run
from ivr.app.scenarios import Suite, Wanted, results, suite
from ivr.core.calls.events import EndReason
from ivr.core.flow.scenario.play import Played

pytestmark = pytest.mark.live

FLOWS = Path(__file__).parents[2] / "flows"
TRADES = {"main", "clinic", "shop", "utility", "verify"}
JOBS = 12  # calls at a time: sixteen were too many for the sound of two slow cores


@pytest.mark.timeout(900)  # forty minutes of calls
async def test_every_scenario_of_the_sample_flows_is_lived_as_it_says(lab: Lab) -> None:
    found = suite(FLOWS, Wanted())
    assert isinstance(found, Suite), found.shown
    played = [result.played for result in results(found)]
    assert {one.scenario.flow for one in played} == TRADES
    lived = await run.run(lab, found.world, played, jobs=JOBS, told=lambda result: None)
    assert len(lived) == len(played)
    wrong = [line for one in lived if not one.passed for line in run.shown(one, verbose=True)]
    assert wrong == []
    others = [one.played.name for one in lived if not one.is_same and not _leaves(one.played)]
    assert others == [], "these finished other actions than on virtual time"


def _leaves(played: Played) -> bool:
    """Whether the caller hangs up: how far the call has come then depends on how quick they are."""
    return played.call.end is not None and played.call.end.reason is EndReason.CALLER_LEFT
