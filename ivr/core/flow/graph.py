"""Every point that a call of a flow can come to, also in flows that are entered, and what the ways between cost.

Theory of operation. An entered flow is a part of the graph for each place that enters it: its `return` leads on where
that place says, and keys of `anywhere` and error budgets lead out of it to the flows around, as in a call. A point also
knows the language that is heard there, which a `language` action changes, and how many failed inputs were counted, as
long as some flow has a budget. Only points that a call can come to are looked at, from the start on.

What bounds it: a flow is not entered again while it is being visited (no cheapest way needs that, and the machine
allows `MOST_DEEP` at once), and after `MOST_VISITS` places an entered flow costs nothing, whatever its outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ivr.core.flow.actions.flow import EnterFlow
from ivr.core.flow.actions.language import Language
from ivr.core.flow.actions.return_ import Return
from ivr.core.flow.costs import Caller, Here, Leaving, Prices
from ivr.core.flow.model import Action, Exit, Flow, Target
from ivr.core.flow.pace import Pace
from ivr.core.flow.spoken import matching, spoken_in
from ivr.core.flow.turning import MOST_DEEP

MOST_VISITS = 500

Place = tuple[str, str, int]  # a flow, a section of it, and the index of an action there


class Point(NamedTuple):
    """Where a call may be: in which visit to a flow, at which action, in which language, after how many errors."""

    visit: int
    section: str
    action: int
    language: str
    errors: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A flow that the call is in, and where it was entered; ``outer`` is the number of the visit around it.

    ``language`` is what was heard there, and ``around`` the flows of this visit and of those around it, innermost
    first. The call's own flow has the number 0 and an ``outer`` of -1.
    """

    flow: Flow
    outer: int
    section: str
    action: int
    language: str
    around: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way between two points and its price; without a ``target`` the call is over.

    ``changed`` counts changes of the language; the others are as in `Leaving`.
    """

    source: Point
    target: Point | None
    seconds: float
    pressed: float
    turns: int = 0
    keys: int = 0
    ahead: bool | None = None
    tag: str = ""
    changed: int = 0


class Graph:
    """The points of a flow and their ways, for one caller who hears ``language`` first."""

    def __init__(self, flow: Flow, language: str, pace: Pace, caller: Caller) -> None:
        self._prices = Prices(pace, caller)
        self._most = max(
            (one.budget.errors for one in (flow, *flow.surroundings.flows.values()) if one.budget), default=0
        )
        self._numbers: dict[tuple[int, str, int, str], int] = {}
        self.visits = [Visit(flow, -1, "", 0, language, (flow,))]
        self.start = Point(0, flow.start, 0, language, 0)
        self.links: dict[Point, tuple[Link, ...]] = {}
        self.into: dict[Point | None, list[Link]] = {}
        self.points: dict[Place, list[Point]] = {}
        self._grow()

    def place(self, point: Point) -> Place:
        """The action that a point stands at."""
        return self.visits[point.visit].flow.name, point.section, point.action

    def section(self, point: Point) -> str:
        """The section as events name it: in an entered flow with the flow's name before it."""
        return f"{self.visits[point.visit].flow.name}.{point.section}" if point.visit else point.section

    def _grow(self) -> None:
        waiting = [self.start]
        while waiting:
            point = waiting.pop()
            if point in self.links:
                continue
            links = self.links[point] = tuple(self._ways(point))
            self.points.setdefault(self.place(point), []).append(point)
            for link in links:
                self.into.setdefault(link.target, []).append(link)
                if link.target is not None:
                    waiting.append(link.target)

    def _ways(self, point: Point) -> Iterator[Link]:
        action = self._action(point)
        visit = self.visits[point.visit]
        inner = visit.flow.surroundings.flows.get(action.name) if isinstance(action, EnterFlow) else None
        if isinstance(action, EnterFlow) and inner is not None:
            if inner in visit.around or len(visit.around) > MOST_DEEP:
                return
            number = self._entered(point, inner)
            if number:
                to = Point(number, inner.start, 0, spoken_in(inner, point.language), point.errors)
                yield Link(point, to, 0.0, 0.0)
                return
        if isinstance(action, Return) and visit.outer >= 0:
            yield Link(point, self._back(point, action.outcome), 0.0, 0.0)
        elif action is not None:
            yield from self._leaving(point, action)

    def _action(self, point: Point) -> Action | None:
        """The action at a point; None behind a section's end."""
        section = self.visits[point.visit].flow.sections.get(point.section)
        return section.actions[point.action] if section and point.action < len(section.actions) else None

    def _entered(self, point: Point, inner: Flow) -> int:
        """The number of the visit to a flow that is entered at a point; 0 when there are too many."""
        at = point[:4]
        if at not in self._numbers and len(self.visits) < MOST_VISITS:
            self._numbers[at] = len(self.visits)
            around = (inner, *self.visits[point.visit].around)
            self.visits.append(Visit(inner, *at, around))
        return self._numbers.get(at, 0)

    def _leaving(self, point: Point, action: Action) -> Iterator[Link]:
        around = self.visits[point.visit].around
        always = "".join(dict.fromkeys("".join(flow.always for flow in around)))
        here = Here(point.language, always, point.errors, tuple(flow.budget for flow in around))
        for found in self._prices.of(action, here):
            counted = point._replace(errors=min(found.errors, self._most))
            if found.way is not None:
                to, changed = self._after(counted, found.way, action)
            elif (gone := self._gone(counted, found)) is not None:
                to, changed = gone, 0
            else:
                continue
            yield Link(
                point, to, found.seconds, found.pressed, found.turns, found.keys, found.ahead, found.tag, changed
            )

    def _after(self, point: Point, way: Exit, action: Action) -> tuple[Point | None, int]:
        """The point that an exit leads to, and how often the language changes on it."""
        if way.ends:
            return None, 0
        changed = 0
        if isinstance(action, Language) and way.outcome == "set" and action.tag.constant is not None:
            language = matching(self.visits[point.visit].flow, action.tag.constant.text) or point.language
            changed = int(language != point.language)
            point = point._replace(language=language)
        return _to(point, way.target), changed

    def _gone(self, point: Point, found: Leaving) -> Point | None:
        """The point that a key of anywhere or a spent budget leads to, in this flow or one around it."""
        for out, flow in enumerate(self.visits[point.visit].around):
            if found.spent is not None:
                target = flow.budget.go if out == found.spent and flow.budget is not None else None
            else:
                universal = flow.universals.get(found.key)
                target = universal.target if universal is not None else None
                if universal is not None and target is None:
                    return None
            if target is not None:
                for _ in range(out):
                    point = self._left(point)
                return _to(point, target)
        return None

    def _back(self, point: Point, outcome: str) -> Point:
        """The point that a `return` leads to."""
        outer = self._left(point)
        action = self._action(outer)
        return _to(outer, action.target(outcome) if isinstance(action, EnterFlow) else None)

    def _left(self, point: Point) -> Point:
        """The point that entered the flow, as the call comes back to it."""
        visit = self.visits[point.visit]
        outer = self.visits[visit.outer].flow
        changed = point.language != spoken_in(visit.flow, visit.language)
        language = spoken_in(outer, point.language) if changed else visit.language
        return Point(visit.outer, visit.section, visit.action, language, point.errors)


def _to(point: Point, target: Target | None) -> Point:
    """The beginning of a section; without one the action after this."""
    if target is None:
        return point._replace(action=point.action + 1)
    return point._replace(section=target.section, action=0)
