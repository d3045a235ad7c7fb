"""Calendars by name, as pages use them: in `hours`, and in ``is_open("support")``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.document import fields as typed
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Node
from ivr.core.flow.expr import Expression
from ivr.core.flow.functions import IS_OPEN
from ivr.core.flow.tree import Literal, calls

if TYPE_CHECKING:
    from ivr.core.flow.reading import Reading


def read_calendar(node: Node, reading: Reading) -> str | None:
    """A calendar's name; one that is not there is a finding."""
    name = typed.words(node, reading.problems)
    return name if name is not None and _known(name, node.mark, reading) else None


def check_calendars(expression: Expression, reading: Reading) -> None:
    """Notes every calendar that an expression asks for and that is not there."""
    for call in calls(expression.tree):
        if call.name != IS_OPEN or len(call.arguments) != 1:
            continue
        (asked,) = call.arguments
        mark = expression.place.mark(asked.start, asked.width)
        if isinstance(asked, Literal):
            _known(str(asked.content), mark, reading)
        else:
            message = "the opening hours that are asked for stand here by their name."
            reading.problems.add("F139", mark, message, hint=f'write {IS_OPEN}("support")')


def _known(name: str, mark: Mark, reading: Reading) -> bool:
    """Whether there is such a calendar; a finding when there is not."""
    calendars = reading.surroundings.hours
    if name in calendars:
        return True
    hint = suggestion(name, calendars) or f"there is {', '.join(calendars)}"
    if not calendars:
        hint = "write them in hours.yaml beside this page"
    reading.problems.add("F139", mark, f"there are no opening hours '{name}'.", hint=hint)
    return False
