"""Folders of flows as commands are given them: read whole, checked with what the settings allow, findings shown.

A file that is named alone is read with its folder all the same, because other flows, calendars and defaults stand
beside it; then only its own findings are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.adapters.files.folder import read_whole
from ivr.adapters.system.clock import SystemClock
from ivr.app import extensions
from ivr.app.config import Settings
from ivr.app.outside import outside
from ivr.core.base.errors import FlowError
from ivr.core.document.problems import Problem, Severity
from ivr.core.flow.bundle import Bundle, Read, is_flow, is_page, read
from ivr.core.flow.model import Flow
from ivr.core.flow.recordings import lengths
from ivr.core.flow.scenario.judge import scenarios_of
from ivr.core.flow.surroundings import OUTSIDE


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found in folders: the flows that can be run by name, the findings, and how they are shown."""

    flows: dict[str, Flow]
    problems: tuple[Problem, ...]
    shown: tuple[str, ...]
    bundles: tuple[Bundle, ...] = field(default=())

    @property
    def broken(self) -> bool:
        """Whether a finding forbids to run these flows."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def files(folder: Path) -> list[Path]:
    """The flow files of a folder, by name."""
    return sorted(path for path in folder.glob("*.y*ml") if is_flow(path.name) and not path.name.startswith((".", "#")))


def pages(folder: Path) -> list[Path]:
    """Every page of a folder that is checked, by name: flows, and what stands beside them."""
    return sorted(path for path in folder.glob("*.y*ml") if is_page(path.name) and not path.name.startswith((".", "#")))


def load_folder(folder: Path, settings: Settings | None = None, *, only: Sequence[str] = ()) -> Read:
    """A folder as one bundle, or what is wrong with it. Raises FlowError when it cannot be read."""
    content, _ = read_whole(folder)
    return read_content(content, folder, settings, only=only)


def read_content(
    content: Mapping[str, bytes], folder: Path, settings: Settings | None = None, *, only: Sequence[str] = ()
) -> Read:
    """The bundle of a folder's content, checked with what the settings allow; without settings that is not known.

    Raises ExtensionError.
    """
    extensions.load()
    known, today = lengths(content), SystemClock().now().date()
    allowed = replace(OUTSIDE, recordings=known, today=today)
    if settings is not None:
        allowed = replace(outside(settings, recordings=known, today=today), main=settings.flow)
    return read(content, allowed, folder="" if str(folder) == "." else str(folder), only=only)


def load_files(paths: Sequence[Path], settings: Settings | None = None, *, scenarios: bool = False) -> Loaded:
    """The flows of some folders and files; findings of all of them, each once. Raises FlowError.

    With ``scenarios`` the pages of scenarios are read too, of folders whose flows can be run.
    """
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    shown: list[str] = []
    bundles: list[Bundle] = []
    for folder, only in _by_folder(paths).items():
        found = load_folder(folder, settings, only=only)
        problems += found.problems
        shown += found.shown
        if found.bundle is not None:
            bundles.append(found.bundle)
        if found.bundle is not None and scenarios:
            pages = scenarios_of(found.bundle, "" if str(folder) == "." else str(folder))
            problems += pages.problems
            shown += pages.shown
        flows |= {name: flow for name, flow in found.flows.items() if not only or _is_of(flow, only)}
    return Loaded(flows, tuple(problems), tuple(shown), tuple(bundles))


def _by_folder(paths: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """The folders to read, each with the files of it that are wanted; with none all are."""
    whole = {path for path in paths if path.is_dir()}
    wanted: dict[Path, tuple[str, ...]] = {}
    for path in paths:
        if path in whole:
            wanted[path] = ()
        elif not is_page(path.name):
            raise FlowError(f"{path} is no flow", hint="a flow is a file with the ending .yaml")
        elif path.parent not in whole:
            wanted[path.parent] = (*wanted.get(path.parent, ()), path.name)
    return wanted


def _is_of(flow: Flow, only: Sequence[str]) -> bool:
    return flow.file.rsplit("/", 1)[-1] in only
