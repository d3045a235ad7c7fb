"""All checks of one flow, in their order."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.core.flow.check import conditions, names, words
from ivr.core.flow.check.ways import Ways
from ivr.core.flow.model import Flow, Target
from ivr.core.flow.reading import Reading


def check(flow: Flow, reading: Reading, named: Iterable[Target]) -> None:
    """Notes everything that can be found; ``named`` are the sections that the top of the page names."""
    suggested = names.targets(flow, reading)
    known = reading.known = names.variables(flow)
    names.types(known, reading)
    names.secrets(flow, known, reading)
    words.check(flow, reading)
    conditions.check(flow, known, reading)
    for action in flow.actions():
        action.check(flow, reading)
    names.unused(flow, reading)
    Ways(flow, reading.problems).check({*suggested, *(target.section for target in named)})
