"""All scenarios of a folder: read, played on virtual time, and judged.

`judge` is the gate before a folder of flows is published; it is bounded in time by the clock that it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.core.document.problems import Problem, Problems, render
from ivr.core.flow.bundle import SCENARIOS, Bundle, is_page, stem_of
from ivr.core.flow.load import Source
from ivr.core.flow.scenario.coverage import Coverage, FlowCoverage
from ivr.core.flow.scenario.model import Scenario
from ivr.core.flow.scenario.play import Played, World, play
from ivr.core.flow.scenario.reading import read_scenarios
from ivr.core.flow.scenario.report import difference

WITHIN = 30.0  # seconds that judging may take
MOST_TOLD = 5  # scenarios that differ, in full


@dataclass(frozen=True, slots=True)
class Pages:
    """The scenarios of a folder, and what is wrong in their pages, also as it is shown."""

    scenarios: tuple[Scenario, ...]
    problems: tuple[Problem, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every scenario went as it says; ``words`` tell it, with every difference."""

    passed: bool
    words: str
    played: int
    coverage: tuple[FlowCoverage, ...] = ()


def scenarios_of(bundle: Bundle, folder: str = "") -> Pages:
    """The scenarios that stand beside the flows of a bundle; ``folder`` stands before names in findings."""
    problems = Problems()
    found: list[Scenario] = []
    texts: dict[str, list[str]] = {}
    for name in sorted(bundle.files):
        if not is_page(name) or not stem_of(name).endswith(SCENARIOS):
            continue
        shown = f"{folder.rstrip('/')}/{name}" if folder else name
        text = bundle.files[name].decode("utf-8", "replace")
        texts[shown] = text.splitlines()
        stem = stem_of(name).removesuffix(SCENARIOS)
        page = Source(text, shown)
        found += read_scenarios(page, stem, bundle.flows, bundle.surroundings.outside.zone, problems)
    all_found = tuple(problems.all)
    return Pages(tuple(found), all_found, tuple(render(one, texts.get(one.mark.file, [])) for one in all_found))


def judge(
    bundle: Bundle,
    *,
    currency: str = "USD",
    monotonic: Callable[[], float] = lambda: 0.0,
    within: float = WITHIN,
) -> Verdict:
    """Plays all scenarios of a bundle; one that cannot be read or differs, or too little time, does not pass.

    ``monotonic`` is a clock in seconds; after ``within`` of them nothing more is played.
    """
    pages = scenarios_of(bundle)
    if pages.problems:
        return Verdict(False, "\n".join(pages.shown), 0)
    world = World(bundle.flows, bundle.surroundings.outside.zone, currency)
    coverage, began, played, differ = Coverage(bundle.flows), monotonic(), 0, list[Played]()
    for scenario in pages.scenarios:
        for language in scenario.languages:
            if monotonic() - began > within:
                return Verdict(False, f"{played} scenarios were played in {within:g} s, and there are more", played)
            one = play(scenario, language, world)
            coverage.add(one.call)
            played += 1
            if not one.passed:
                differ.append(one)
    words = f"{played} played, {len(differ)} differ" if played else "there are no scenarios"
    told = ["\n".join(difference(one, bundle.flows)) for one in differ[:MOST_TOLD]]
    return Verdict(not differ, "\n\n".join([*told, words]), played, tuple(coverage.of()))
