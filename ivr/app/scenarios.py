"""Scenarios of folders, played on virtual time: what `ivr test` runs and shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

from ivr.app.config import Settings
from ivr.app.flows import load_folder
from ivr.core.document.problems import Problem
from ivr.core.flow.bundle import SCENARIOS, Bundle
from ivr.core.flow.scenario.coverage import Coverage, FlowCoverage, total
from ivr.core.flow.scenario.judge import scenarios_of
from ivr.core.flow.scenario.model import Scenario
from ivr.core.flow.scenario.play import Played, World, play
from ivr.core.flow.scenario.report import conversation, difference


@dataclass(frozen=True, slots=True)
class Suite:
    """The scenarios of one folder that were asked for, with the flows that they run on."""

    folder: Path
    bundle: Bundle
    scenarios: tuple[Scenario, ...]
    world: World


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scenarios are played: of these files (none: of all), of this flow, with this text in the name."""

    files: frozenset[str] = frozenset()
    flow: str = ""
    text: str = ""

    def has(self, scenario: Scenario) -> bool:
        """Whether a scenario is wanted."""
        own = not self.files or Path(scenario.mark.file).name in self.files
        return own and self.flow in ("", scenario.flow) and self.text.casefold() in scenario.name.casefold()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Flows or scenarios that cannot be used: the findings, and as they are shown."""

    problems: tuple[Problem, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario that was played, and the seconds that it took here."""

    played: Played
    took: float


def folders(paths: Iterable[Path]) -> dict[Path, frozenset[str]]:
    """The folders of some paths, each with the pages of scenarios that were named in it; none when all are meant.

    A flow's file stands for the scenarios beside it.
    """
    found: dict[Path, set[str]] = {}
    whole: set[Path] = set()
    for path in paths:
        if path.is_dir():
            whole.add(path)
            found.setdefault(path, set())
        else:
            stem = path.stem.removesuffix(SCENARIOS)
            found.setdefault(path.parent, set()).update(f"{stem}{SCENARIOS}{ending}" for ending in (".yaml", ".yml"))
    return {folder: frozenset() if folder in whole else frozenset(names) for folder, names in found.items()}


def suite(folder: Path, wanted: Wanted, settings: Settings | None = None) -> Suite | Unreadable:
    """The wanted scenarios of a folder, or what is wrong with it. Raises FlowError when it cannot be read."""
    found = load_folder(folder, settings)
    if found.bundle is None:
        return Unreadable(found.problems, found.shown)
    pages = scenarios_of(found.bundle, "" if str(folder) == "." else str(folder))
    if pages.problems:
        return Unreadable(pages.problems, pages.shown)
    zone = found.bundle.surroundings.outside.zone
    world = World(found.bundle.flows, zone, settings.currency if settings is not None else "USD")
    return Suite(folder, found.bundle, tuple(one for one in pages.scenarios if wanted.has(one)), world)


def results(found: Suite) -> Iterator[Result]:
    """Plays what was asked for, one scenario after the other."""
    for scenario in found.scenarios:
        for language in scenario.languages:
            began = perf_counter()
            played = play(scenario, language, found.world)
            yield Result(played, perf_counter() - began)


def covered(found: Suite, played: Iterable[Result], flow: str = "") -> list[FlowCoverage]:
    """What the scenarios have tried of the flows of their folder."""
    coverage = Coverage(found.bundle.flows)
    for result in played:
        coverage.add(result.played.call)
    return coverage.of([flow] if flow else ())


# How it is shown


def shown(result: Result, flows: Mapping[str, Any], *, verbose: bool) -> list[str]:
    """A scenario that differs, with its conversation; one that passed only when asked for."""
    played = result.played
    if not played.passed:
        return difference(played, flows)
    if not verbose:
        return []
    mark = played.scenario.mark
    return [f"{mark.file}:{mark.line}  {played.name}: passed", *conversation(played.call, flows)]


def coverage_lines(found: Sequence[FlowCoverage]) -> list[str]:
    """A line for each flow, below it what is missing, and a line for all."""
    lines = []
    for one in found:
        counts = f"actions {one.actions_tried}/{one.actions}, outcomes {one.outcomes_tried}/{one.outcomes}"
        lines.append(f"{one.percent:5.1f} %  {one.flow:<20} {counts}")
        lines += [f"         {item.mark.file}:{item.mark.line}  {item.what}" for item in one.missing]
    return [*lines, f"{total(found):5.1f} %  all flows"]


def document(played: Sequence[Result], coverage: Sequence[FlowCoverage]) -> dict[str, Any]:
    """All results for other programs."""
    return {
        "passed": sum(result.played.passed for result in played),
        "failed": sum(not result.played.passed for result in played),
        "scenarios": [_scenario(result) for result in played],
        "coverage": coverage_document(coverage),
    }


def coverage_document(coverage: Sequence[FlowCoverage]) -> dict[str, Any]:
    """What was tried of flows, for other programs."""
    return {"percent": total(coverage), "flows": [_flow(one) for one in coverage]}


def _scenario(result: Result) -> dict[str, Any]:
    played = result.played
    found: dict[str, Any] = {
        "scenario": played.scenario.name,
        "language": played.language,
        "flow": played.scenario.flow,
        "file": played.scenario.mark.file,
        "line": played.scenario.mark.line,
        "passed": played.passed,
        "call_seconds": round(played.call.now, 1),
        "ended": played.call.end.reason.value if played.call.end is not None else None,
    }
    if played.difference is not None:
        found["difference"] = {
            "expected": played.difference.wanted,
            "came": played.difference.came,
            "file": played.difference.mark.file,
            "line": played.difference.mark.line,
        }
    return found


def _flow(one: FlowCoverage) -> dict[str, Any]:
    return {
        "flow": one.flow,
        "percent": one.percent,
        "actions": {"tried": one.actions_tried, "of": one.actions},
        "outcomes": {"tried": one.outcomes_tried, "of": one.outcomes},
        "missing": [{"what": item.what, "file": item.mark.file, "line": item.mark.line} for item in one.missing],
    }


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario as JUnit's XML has it: what ``came`` where it differs, with the whole ``story``, or why not tried."""

    played: Played
    took: float
    came: str = ""
    story: str = ""
    skipped: str = ""


def cases(played: Iterable[Result], flows: Mapping[str, Any]) -> list[Case]:
    """Calls on virtual time as cases."""
    return [
        Case(one.played, one.took, one.played.difference.came, "\n".join(difference(one.played, flows)))
        if one.played.difference is not None
        else Case(one.played, one.took)
        for one in played
    ]


def junit(found: Sequence[Case]) -> bytes:
    """The results as JUnit's XML, which build servers read."""
    suites = ElementTree.Element("testsuites", name="ivr test")
    for file in dict.fromkeys(case.played.scenario.mark.file for case in found):
        own = [case for case in found if case.played.scenario.mark.file == file]
        counts = {
            "tests": len(own),
            "failures": sum(bool(case.came) for case in own),
            "errors": 0,
            "skipped": sum(bool(case.skipped) for case in own),
        }
        time = f"{sum(case.took for case in own):.4f}"
        named = {"name": file, **{name: str(count) for name, count in counts.items()}, "time": time}
        page = ElementTree.SubElement(suites, "testsuite", named)
        for case in own:
            _case(page, case)
    ElementTree.indent(suites)
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written


def _case(page: ElementTree.Element, case: Case) -> None:
    mark = case.played.scenario.mark
    named = {
        "name": case.played.name,
        "classname": case.played.scenario.flow,
        "file": mark.file,
        "line": str(mark.line),
        "time": f"{case.took:.4f}",
    }
    element = ElementTree.SubElement(page, "testcase", named)
    if case.skipped:
        ElementTree.SubElement(element, "skipped", message=_clean(case.skipped))
    elif case.came:
        failure = ElementTree.SubElement(element, "failure", message=_clean(case.came))
        failure.text = _clean(case.story)


def _clean(text: str) -> str:
    """Without the control characters that XML cannot have."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable())
