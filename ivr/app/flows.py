"""The flows of a folder, all of them or none: what answers which dialled number.

A file that holds something else (queues, numbers, defaults, scenarios) is not a flow. One broken flow stops the
start before a call is answered, with every finding of every file shown at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.app.config import Settings
from ivr.core.base.dialling import Pattern
from ivr.core.base.errors import FlowError
from ivr.core.document.problems import Problem, Problems, Severity, render
from ivr.core.flow.load import Source, load
from ivr.core.flow.model import Flow
from ivr.core.flow.severity import Severities, apply, read_severities

NOT_FLOWS = frozenset({"queues", "numbers", "defaults", "hours", "checks"})
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found in a folder: the flows that can be run, and the findings as they are shown."""

    flows: dict[str, Flow]
    problems: tuple[Problem, ...]
    shown: tuple[str, ...]

    @property
    def broken(self) -> bool:
        """Whether a finding forbids to run these flows."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def files(folder: Path) -> list[Path]:
    """The flow files of a folder, by name."""
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return [path for path in found if path.stem not in NOT_FLOWS and not path.stem.endswith(".scenarios")]


def load_files(paths: list[Path]) -> Loaded:
    """Reads flows, each with ``defaults.yaml`` and ``checks.yaml`` beside it; findings of all files, each once."""
    flows: dict[str, Flow] = {}
    shown: dict[Problem, str] = {}
    for path in paths:
        severities, noted = _severities(path.parent)
        shown |= noted
        text = _read(path)
        shared = _defaults(path.parent)
        lines = {str(path): text.splitlines()}
        if shared is not None:
            lines[shared.file] = shared.text.splitlines()
        flow, found = load(text, str(path), defaults=shared)
        shown |= {problem: render(problem, lines[problem.mark.file]) for problem in apply(found, severities)}
        if flow is not None:
            flows[path.stem] = flow
    return Loaded(flows, tuple(shown), tuple(shown.values()))


def _defaults(folder: Path) -> Source | None:
    """What holds for all flows of a folder."""
    path = folder / "defaults.yaml"
    return Source(_read(path), str(path)) if path.is_file() else None


def _severities(folder: Path) -> tuple[Severities, dict[Problem, str]]:
    """What a folder's project thinks of findings, and what is wrong in that page."""
    path = folder / "checks.yaml"
    if not path.is_file():
        return {}, {}
    text, problems = _read(path), Problems()
    severities = read_severities(text, str(path), problems)
    return severities, {problem: render(problem, text.splitlines()) for problem in problems}


def _read(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise FlowError(f"{path} is larger than {MOST_BYTES:,} bytes", hint="a flow is a page, not a database")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FlowError(f"{path} is not UTF-8 text (byte {error.start})", hint="save it as UTF-8") from error


class Numbers:
    """Which flow answers a dialled number: the number itself, then patterns in their order, then the default."""

    def __init__(self, settings: Settings, flows: dict[str, Flow]) -> None:
        wanted = {settings.flow, *settings.numbers.values()}
        if missing := sorted(wanted - flows.keys()):
            raise FlowError(
                f"there is no flow '{missing[0]}' in {settings.flows}",
                hint=f"there is {', '.join(sorted(flows)) or 'none'}; see flow: and numbers: in {settings.file}",
            )
        self._default = flows[settings.flow]
        self._exact = {number: flows[name] for number, name in settings.numbers.items()}
        self._patterns = [
            (Pattern(match), flows[name]) for match, name in settings.numbers.items() if _is_pattern(match)
        ]

    def flow_for(self, called: str) -> Flow:
        """The flow of a dialled number."""
        if flow := self._exact.get(called):
            return flow
        return next((flow for pattern, flow in self._patterns if pattern.matches(called)), self._default)


def _is_pattern(number: str) -> bool:
    return "x" in number or number.endswith("*")
