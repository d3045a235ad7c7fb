"""Folders of flows for tests: a call through one, and mistakes planted in one."""

from __future__ import annotations

from ivr.core.document.problems import Problem
from ivr.core.flow import bundle, machine
from ivr.core.flow.surroundings import OUTSIDE, Outside
from tests.core.flow.calls import FACTS, Call

Files = dict[str, str]


def problems(files: Files, outside: Outside = OUTSIDE) -> list[Problem]:
    """The findings of a folder."""
    return list(bundle.read({name: text.encode() for name, text in files.items()}, outside).problems)


def codes(files: Files, outside: Outside = OUTSIDE) -> list[str]:
    """The codes of a folder's findings."""
    return [problem.code for problem in problems(files, outside)]


class FolderCall(Call):
    """A call through the flow `main` of a folder."""

    def __init__(self, files: Files) -> None:
        read = bundle.read({name: text.encode() for name, text in files.items()})
        assert read.bundle is not None, read.shown
        self.flow = read.bundle.flows["main"]
        self.trail = []
        self.turn = self._noted(machine.start(self.flow, FACTS))


def unmarked(files: Files) -> tuple[Files, list[tuple[str, int, int]]]:
    """The pages without their marks «…», and the places (file, line, column) of the marks."""
    marks = []
    plain = {}
    for name, page in files.items():
        lines = []
        for number, written in enumerate(page.splitlines(), 1):
            line = written
            while "«" in line:
                marks.append((name, number, line.index("«") + 1))
                line = line.replace("«", "", 1).replace("»", "", 1)
            lines.append(line)
        plain[name] = "\n".join(lines) + "\n"
    return plain, marks
