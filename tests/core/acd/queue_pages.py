"""Pages of queues for the tests."""

from __future__ import annotations

from ivr.core.acd.reading import read_queues
from ivr.core.acd.setup import Queue, Setup
from ivr.core.document.problems import Problem, Problems, Severity

CALENDARS = ("support", "sales")
AROUND = """\
skills: {billing: Bills and payments, contracts: Contracts, phones: Telephones}
groups: {back_office: Helps when it is full, night_shift: At night}
wrap_up_codes: {solved: The matter is settled}
queues:
  other:
    needs:
      - {require: {billing: 2, contracts: 1, phones: 1}, for: 30s}
      - {add_group: [back_office, night_shift]}
  billing:
"""


def findings(text: str, recordings: set[str] | None = None) -> tuple[Setup, list[Problem]]:
    """What is read, and what is found."""
    problems = Problems()
    return read_queues(text, "flows/queues.yaml", problems, CALENDARS, recordings), problems.all


def below(options: str) -> str:
    """A page with a queue of some options, and all that it may name."""
    return AROUND + "".join(f"    {line}\n" for line in options.splitlines())


def queue(options: str) -> Queue:
    """The queue of some options, without any finding."""
    setup, problems = findings(below(options or "about: Nothing else"))
    assert problems == []
    return setup.queues["billing"]


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A page without its marks ``‹…›``, and where they stood."""
    places, lines = [], []
    for number, written in enumerate(marked.splitlines(), 1):
        line = written.replace("›", "")
        while "‹" in line:
            places.append((number, line.index("‹") + 1))
            line = line.replace("‹", "", 1)
        lines.append(line + "\n")
    return "".join(lines), places


def told(problems: list[Problem]) -> list[str]:
    """The codes, each with its severity where that is not an error."""
    return [f"{p.code} warning" if p.severity is Severity.WARNING else p.code for p in problems]
