"""Agents as a table for spreadsheets: CSV, a line for each agent, with ``;`` between several values of a cell::

    id,name,address,queues,groups,skills,languages,order
    ann,Ann Lee,201,billing;sales,,billing=3;contracts=1,en;zh,0

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula and runs it. `write` puts a ``'``
before such a cell, also behind a ``;`` or ``,``, where some of them begin a cell of their own; `read` takes it away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ivr.core.acd import record
from ivr.core.acd.people import Agent
from ivr.core.acd.record import FIELDS, BadAgent
from ivr.core.document.problems import suggestion

MOST_AGENTS = 5_000
MOST_BYTES = 4 * 1024 * 1024

_FORMULA = r"(?='*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])"
_EXPOSED = re.compile(rf"(^|[;,])( *){_FORMULA}")
_PROTECTED = re.compile(rf"(^|[;,])( *)'{_FORMULA}")
_LISTS = ("queues", "groups", "languages")


class Wrong(NamedTuple):
    """A mistake of a table: the line, the column by its name (empty for the whole line), and why."""

    line: int
    column: str
    message: str


def write(agents: Iterable[Agent]) -> str:
    """The table of some agents."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(FIELDS)
    lines.writerows([_EXPOSED.sub(r"\1\2'", cell) for cell in _cells(record.document(agent))] for agent in agents)
    return text.getvalue()


def read(content: bytes) -> tuple[list[Agent], list[Wrong]]:
    """The agents of a table, and every mistake in it; with one, the agents are not to be used."""
    if len(content) > MOST_BYTES:
        return [], [Wrong(1, "", f"the file has more than {MOST_BYTES // 1024 // 1024} MB")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [], [Wrong(line, "", "this is not UTF-8; save the table as 'CSV UTF-8'")]
    return _Table(text).read()


class _Table:
    def __init__(self, text: str) -> None:
        top = text.lstrip("\r\n").partition("\n")[0]
        # Where the comma is the decimal sign, spreadsheets write a semicolon between cells.
        self._lines = csv.reader(
            io.StringIO(text, newline=""), strict=True, delimiter=";" if ";" in top and "," not in top else ","
        )
        self._wrong: list[Wrong] = []
        self._agents: dict[str, tuple[int, Agent]] = {}

    def read(self) -> tuple[list[Agent], list[Wrong]]:
        header: Sequence[str] | None = None
        for line, cells in self._rows():
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if not self._is_header(line, header):
                    break
            elif len(cells) != len(header):
                self._wrong.append(Wrong(line, "", f"there are {len(cells)} cells, and {len(header)} columns"))
            elif len(self._agents) >= MOST_AGENTS:
                self._wrong.append(Wrong(line, "", f"there are more than {MOST_AGENTS:,} agents"))
                break
            else:
                self._agent(line, dict(zip(header, cells, strict=True)))
        if header is None and not self._wrong:
            self._wrong.append(Wrong(1, "", f"there is nothing; the first line is {','.join(FIELDS)}"))
        return [agent for _, agent in self._agents.values()], self._wrong

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The lines with something in them, each with its number."""
        while True:
            line = self._lines.line_num + 1
            try:
                cells = next(self._lines)
            except StopIteration:
                return
            except csv.Error as error:
                self._wrong.append(Wrong(line, "", f"this is no line of a table: {error}"))
                return
            if any(cell.strip() for cell in cells):
                yield line, [_PROTECTED.sub(r"\1\2", cell) for cell in cells]

    def _is_header(self, line: int, header: Sequence[str]) -> bool:
        before = len(self._wrong)
        for name in header:
            if name not in FIELDS:
                close = suggestion(name, FIELDS) or f"there are {', '.join(FIELDS)}"
                self._wrong.append(Wrong(line, name[:40], f"there is no such column; {close}"))
        for name in FIELDS:
            if header.count(name) != 1:
                self._wrong.append(Wrong(line, name, "the column is missing" if name not in header else "stands twice"))
        return len(self._wrong) == before

    def _agent(self, line: int, cells: dict[str, str]) -> None:
        before = len(self._wrong)
        document = {
            **{name: cells[name].strip() for name in ("id", "name", "address")},
            **{name: _values(cells[name]) for name in _LISTS},
            "skills": self._skills(line, cells["skills"]),
            "order": self._order(line, cells["order"].strip()),
        }
        try:
            agent = record.read(document)
        except BadAgent as error:
            self._wrong += [Wrong(line, *mistake) for mistake in error.mistakes]
            return
        if agent.agent_id in self._agents:
            first = self._agents[agent.agent_id][0]
            self._wrong.append(Wrong(line, "id", f"'{agent.agent_id}' stands in line {first} already"))
        elif len(self._wrong) == before:
            self._agents[agent.agent_id] = (line, agent)

    def _skills(self, line: int, cell: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for text in _values(cell):
            try:
                name, level = record.skill(text)
            except ValueError as error:
                self._wrong.append(Wrong(line, "skills", str(error)))
                continue
            if name in found:
                self._wrong.append(Wrong(line, "skills", f"'{name[:40]}' stands twice"))
            found[name] = level
        return found

    def _order(self, line: int, cell: str) -> int | None:
        if re.fullmatch(r"[0-9]{1,9}", cell):
            return int(cell)
        if cell:
            self._wrong.append(Wrong(line, "order", f"'{cell[:40]}' should be a whole number"))
        return None


def _values(cell: str) -> list[str]:
    return [value for value in (one.strip() for one in cell.split(";")) if value]


def _cells(document: dict[str, Any]) -> list[str]:
    cells = {name: str(document[name]) for name in FIELDS}
    cells |= {name: ";".join(document[name]) for name in _LISTS}
    cells["skills"] = ";".join(f"{name}={level}" for name, level in document["skills"].items())
    return [cells[name] for name in FIELDS]
