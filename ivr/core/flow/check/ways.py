"""The ways that calls can take through a flow, as a graph of actions.

Each action has its exits (`Action.exits`), to a section, to the next action, or out. A broken action counts as able to
go to every section that it mentions, so that one mistake is one finding.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from ivr.core.document.problems import Problems, Severity
from ivr.core.flow.model import Action, Flow
from ivr.core.flow.question import Asking

Point = tuple[str, int]  # a section and the index of an action in it
WARNING = Severity.WARNING


class Ways:
    """The graph of a flow's actions; ``silent`` are those on whose exits the caller is asked nothing after all."""

    def __init__(self, flow: Flow, problems: Problems, silent: Container[Action] = ()) -> None:
        self._flow = flow
        self._problems = problems
        self._silent = silent
        self._exits = {
            (name, index): action.exits()
            for name, section in flow.sections.items()
            for index, action in enumerate(section.actions)
        }
        self._reached = self._walk(self._roots())

    def check(self, wanted: Container[str]) -> None:
        """Notes what the graph shows; sections of ``wanted`` need no way that leads to them."""
        for name, section in self._flow.sections.items():
            if (name, 0) not in self._reached and name not in wanted:
                message = f"no way leads to section '{name}'."
                hint = "take it out, or go to it from somewhere"
                self._problems.add("F106", section.mark, message, hint=hint, severity=WARNING)
                continue
            self._section(name, section.actions)
        if not self.circles():  # a circle is the reason then, and one mistake is one finding
            self._no_way_out()
        self._person()

    def _roots(self) -> list[Point]:
        flow = self._flow
        if flow.start not in flow.sections:
            return [(name, 0) for name in flow.sections]
        universals = [item.target.section for item in flow.universals.values() if item.target is not None]
        return [(name, 0) for name in (flow.start, flow.resume, flow.on_error, *universals) if name in flow.sections]

    def _action(self, point: Point) -> Action:
        return self._flow.sections[point[0]].actions[point[1]]

    def _next(self, point: Point, *, silent: bool = False) -> Iterator[Point]:
        """Where a call can go from an action; only the ways without input when ``silent``."""
        section, index = point
        for way in self._exits[point]:
            if way.ends or (silent and way.input and self._action(point) not in self._silent):
                continue
            if way.target is None:
                if index + 1 < len(self._flow.sections[section].actions):
                    yield section, index + 1
            elif way.target.section in self._flow.sections:
                yield way.target.section, 0

    def _walk(self, roots: Iterable[Point], *, silent: bool = False) -> set[Point]:
        reached: set[Point] = set()
        waiting = list(roots)
        while waiting:
            point = waiting.pop()
            if point not in reached:
                reached.add(point)
                waiting.extend(self._next(point, silent=silent))
        return reached

    def _section(self, name: str, actions: tuple[Action, ...]) -> None:
        for index, action in enumerate(actions):
            if (name, index) not in self._reached:
                if (name, 0) in self._reached:
                    message = "no call comes to this action."
                    hint = "the one before it always goes elsewhere"
                    self._problems.add("F108", action.place, message, hint=hint, severity=WARNING)
                return
        last = actions[-1]
        open_ways = [way.outcome for way in last.exits() if way.target is None and not way.ends]
        if open_ways and last.kind:
            message = f"section '{name}' can run off its end here."
            hint = f"after '{open_ways[0]}' nothing follows: add  - go: section  or  - hangup"
            self._problems.add("F105", last.place, message, hint=hint)

    def before_input(self) -> list[Action]:
        """The actions that a call may come to before the caller is asked anything, in the order of the page."""
        roots = [(self._flow.start, 0)] if self._flow.start in self._flow.sections else []
        return [self._action(point) for point in self._in_page_order(self._walk(roots, silent=True))]

    def circles(self) -> bool:
        """Notes circles in which the caller is never asked; one that a value may end is let be."""
        points = {point for point in self._reached if not self._action(point).decides}
        ways = _knots({point: [to for to in self._next(point, silent=True) if to in points] for point in points})
        told: set[Point] = set()
        for point in self._in_page_order(ways):
            circle = _circle(point, ways)
            if circle and not told.intersection(circle):
                told.update(circle)
                sections = list(dict.fromkeys(section for section, _ in circle))
                path = " → ".join([*sections, sections[0]])
                message = f"the call can go round here without an answer from the caller ({path})."
                hint = "ask something on the way, or leave it after some time"
                self._problems.add("F112", self._action(circle[-1]).place, message, hint=hint)
        return bool(told)

    def _in_page_order(self, points: Iterable[Point]) -> list[Point]:
        order = {name: at for at, name in enumerate(self._flow.sections)}
        return sorted(points, key=lambda point: (order[point[0]], point[1]))

    def _no_way_out(self) -> None:
        """Sections from which the end of the call cannot be reached."""
        good = self._before(point for point in self._reached if self._may_end(point))
        for name, section in self._flow.sections.items():
            if (name, 0) in self._reached and (name, 0) not in good:
                message = f"from section '{name}' a call can never end."
                self._problems.add("F113", section.mark, message, hint="let one way lead to  - hangup")

    def _may_end(self, point: Point) -> bool:
        """Whether the call may end at an action, or cannot be followed from there."""
        action = self._action(point)
        last = point[1] + 1 == len(self._flow.sections[point[0]].actions)
        return (
            not action.kind
            or action.elsewhere
            or any(
                way.ends or (last if way.target is None else way.target.section not in self._flow.sections)
                for way in action.exits()
            )
        )

    def _person(self) -> None:
        """Questions from which no caller can come to talk to anybody, by an answer or by a key of ``anywhere``."""
        reached = self._in_page_order(self._reached)
        if any(not self._action(point).kind for point in reached):
            return
        # Another flow may have a way to a person: what it lacks is found there.
        good = self._before(p for p in reached if self._action(p).reaches_person or self._action(p).elsewhere)
        questions = [point for point in reached if isinstance(self._action(point), Asking)]
        lost = [point for point in questions if point not in good and not self._called(point, good)]
        message = "from this question no caller can reach a person."
        marks = [self._action(point).place for point in lost]
        if lost and len(lost) == len(questions) and self._flow.start in self._flow.sections:
            message, marks = "no caller can reach a person in this flow.", [self._flow.sections[self._flow.start].mark]
        hint = 'add a section with  - dial: number, and  anywhere: {operator: {press: "0", go: section}}'
        for mark in marks:
            self._problems.add("F114", mark, message, hint=hint, severity=WARNING)

    def _called(self, point: Point, good: Container[Point]) -> bool:
        """Whether a key of ``anywhere`` leads to a person; not one that the question takes for itself."""
        question = self._action(point)
        assert isinstance(question, Asking)
        keys = question.keys(self._flow.always).always
        targets = (item.target for key, item in self._flow.universals.items() if key in keys)
        return any(target is not None and (target.section, 0) in good for target in targets)

    def _before(self, ends: Iterable[Point]) -> set[Point]:
        """The points from which one of some others can be reached, and those themselves."""
        backwards: dict[Point, list[Point]] = {}
        for point in self._reached:
            for to in self._next(point):
                backwards.setdefault(to, []).append(point)
        good = set(ends)
        waiting = list(good)
        while waiting:
            new = set(backwards.get(waiting.pop(), ())) - good
            good |= new
            waiting += new
        return good


def _knots(ways: dict[Point, list[Point]]) -> dict[Point, list[Point]]:
    """The ways without those that lead nowhere: what is left goes round, or into something that does."""
    before: dict[Point, list[Point]] = {}
    for point, following in ways.items():
        for to in following:
            before.setdefault(to, []).append(point)
    left = {point: len(following) for point, following in ways.items()}
    ends = [point for point, number in left.items() if not number]
    while ends:
        end = ends.pop()
        del left[end]
        for point in before.get(end, ()):
            left[point] -= 1
            if not left[point]:
                ends.append(point)
    return {point: [to for to in ways[point] if to in left] for point in left}


def _circle(start: Point, ways: Mapping[Point, list[Point]]) -> list[Point]:
    """A way from a point back to itself, or nothing."""
    came: dict[Point, Point] = {}
    waiting = [start]
    while waiting:
        point = waiting.pop(0)
        for to in ways[point]:
            if to == start:
                circle = [point]
                while point != start:
                    point = came[point]
                    circle.append(point)
                return circle[::-1]
            if to not in came:
                came[to] = point
                waiting.append(to)
    return []
