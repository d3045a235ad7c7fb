"""How many calls a second `ivr test` plays on one core, and what of that is the machine's own work.

    python -m bench.scenarios [--quick]

The scenarios of the page docs/testing-flows.md are played again and again: reading the files is not counted, as a
folder is read once. The reference is the flow machine alone, in turn with it in the same process: it is given the very
outcomes that the scenarios came to, so nobody listens, presses or keeps time. The exit code is always 0: figures are
told.
"""

from __future__ import annotations

import argparse
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ivr.core.calls.outcomes import CallerLeft
from ivr.core.flow import machine
from ivr.core.flow.bundle import Bundle, read
from ivr.core.flow.scenario.judge import scenarios_of
from ivr.core.flow.scenario.model import Scenario
from ivr.core.flow.scenario.play import Played, World, play_all

PAGE = Path(__file__).parents[1] / "docs" / "testing-flows.md"
AIM = 2000


def bundle() -> Bundle:
    """The flow and the scenarios of the page."""
    blocks = re.findall(r"```yaml flows/(\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = read({name: text.encode() for name, text in blocks})
    assert found.bundle is not None, found.shown
    return found.bundle


def played(scenarios: Sequence[Scenario], world: World) -> list[Played]:
    """Every scenario once; all of them pass."""
    found = list(play_all(scenarios, world))
    assert all(one.passed for one in found)
    return found


def alone(calls: Sequence[Played]) -> None:
    """The machine with the outcomes that calls came to."""
    for one in calls:
        call = one.call
        first = call.outcomes[0][0].state.facts
        turn = machine.start(call.flow, first)
        for _, outcome in call.outcomes:
            if not isinstance(outcome, CallerLeft):
                turn = machine.resume(call.flow, turn.state, outcome, first.at)


def rate(work: Callable[[], object], calls: int, seconds: float) -> float:
    """Calls a CPU second."""
    began, done = time.process_time(), 0
    while time.process_time() - began < seconds:
        work()
        done += calls
    return done / (time.process_time() - began)


def main() -> None:
    """Measures in rounds, in turn, and tells the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, seconds = (1, 0.2) if quick else (5, 1.0)
    flows = bundle()
    scenarios = scenarios_of(flows).scenarios
    world = World(flows.flows)
    calls = played(scenarios, world)
    steps = sum(len(one.call.steps) for one in calls) / len(calls)
    virtual = sum(one.call.now for one in calls) / len(calls)
    print(f"Python {platform.python_version()}, {sys.platform}; {len(calls)} calls, on average {steps:.1f} actions,")
    print(f"{virtual:.1f} seconds long; medians of {rounds} rounds, calls a CPU second")
    scripted, bare = [], []
    for _ in range(rounds):
        scripted.append(rate(lambda: played(scenarios, world), len(calls), seconds))
        bare.append(rate(lambda: alone(calls), len(calls), seconds))
    share = statistics.median(one / other for one, other in zip(scripted, bare, strict=True))
    print(f"scenarios  {statistics.median(scripted):9,.0f}  (aim {AIM:,}: {_met(statistics.median(scripted))})")
    print(f"machine    {statistics.median(bare):9,.0f}")
    print(f"ratio      {share:9.2f}")


def _met(found: float) -> str:
    return "met" if found >= AIM else "not met"


if __name__ == "__main__":
    main()
