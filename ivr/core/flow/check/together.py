"""Flows that enter each other: circles in which the caller is never asked anything."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.core.document.problems import Problems
from ivr.core.flow.actions.flow import EnterFlow
from ivr.core.flow.actions.return_ import Return
from ivr.core.flow.check.ways import Ways
from ivr.core.flow.model import Action, Flow


def check(flows: Mapping[str, Flow], problems: Problems) -> None:
    """Notes what can only be found when all flows of a folder are read."""
    if not any(isinstance(action, EnterFlow) for flow in flows.values() for action in flow.actions()):
        return
    quick = _quick(flows)
    entered = {name: _entered(flow, quick) for name, flow in flows.items()}
    told: set[str] = set()
    for name in flows:
        circle = [] if name in told else _circle(name, entered)
        if circle:
            told.update(circle)
            path = " → ".join([*circle, name])
            message = f"flows enter each other without an answer from the caller ({path})."
            hint = "ask something on the way, or go back by  - return"
            problems.add("F154", entered[name][circle[1]].place, message, hint=hint)
    for flow in flows.values():
        silent = _silent(flow, quick)
        if silent:
            Ways(flow, problems, silent).circles()


def _quick(flows: Mapping[str, Flow]) -> set[str]:
    """The flows that may come back without having asked the caller anything."""
    quick: set[str] = set()
    while True:
        found = {
            name
            for name, flow in flows.items()
            if any(isinstance(action, Return) for action in _before_input(flow, quick))
        }
        if found == quick:
            return quick
        quick = found


def _entered(flow: Flow, quick: set[str]) -> dict[str, EnterFlow]:
    """The other flows that a flow may enter before it asks the caller anything, each by the action that does."""
    found: dict[str, EnterFlow] = {}
    for action in _before_input(flow, quick):
        if isinstance(action, EnterFlow) and action.name != flow.name:
            found.setdefault(action.name, action)
    return found


def _before_input(flow: Flow, quick: set[str]) -> list[Action]:
    return Ways(flow, Problems(), _silent(flow, quick)).before_input()


def _silent(flow: Flow, quick: set[str]) -> set[Action]:
    """The actions of a flow that enter another one which may ask nothing."""
    return {action for action in flow.actions() if isinstance(action, EnterFlow) and action.name in quick}


def _circle(start: str, entered: Mapping[str, Mapping[str, EnterFlow]]) -> list[str]:
    """The shortest way from a flow back to itself, or nothing."""
    came: dict[str, str] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        for to in entered.get(name, ()):
            if to == start:
                circle = [name]
                while name != start:
                    name = came[name]
                    circle.append(name)
                return circle[::-1]
            if to not in came:
                came[to] = name
                waiting.append(to)
    return []
