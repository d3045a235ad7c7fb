"""What a flow means, checked before a caller hears it: names and types first, then the way calls can take through it.

The ways are a graph of actions: each has its exits (`Action.exits`), to a section, to the next action, or out. A
broken action counts as able to go to every section that it mentions, so that one mistake is one finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivr.core.document.problems import Mark, Severity, suggestion
from ivr.core.flow.actions.dial import Dial
from ivr.core.flow.actions.if_ import If
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.model import Action, Flow, Target
from ivr.core.flow.question import Asking
from ivr.core.flow.reading import Reading
from ivr.core.flow.values import Type, Variable

Point = tuple[str, int]  # a section and the index of an action in it
WARNING = Severity.WARNING


def check(flow: Flow, reading: Reading, named: Iterable[Target]) -> None:
    """Notes everything that can be found; ``named`` are the sections that the top of the page names."""
    _targets(flow, reading)
    _names_and_types(flow, reading)
    _languages(flow, reading)
    _secrets(flow, reading)
    _keys(flow, reading)
    _Ways(flow, reading).check(named)


def variables(flow: Flow) -> dict[str, Variable]:
    """Every variable that an action sets; one that has several types may be anything."""
    takes = dict(flow.signature.takes)
    known: dict[str, Variable] = takes
    for _ in range(5):  # a value that is computed from others is known when they are
        found = dict(takes)
        for action in flow.actions():
            for name, variable in action.sets(known).items():
                before = found.get(name, variable)
                type_ = variable.type if variable.type is before.type else Type.ANY
                found[name] = Variable(type_, variable.secret or before.secret)
        if found == known:
            break
        known = found
    return known


def _targets(flow: Flow, reading: Reading) -> None:
    for target in reading.targets:
        if target.section in flow.sections:
            continue
        subject = "this" if target.what == "go" else target.what
        hint = suggestion(target.section, flow.sections) or "sections are " + ", ".join(flow.sections)
        if target.section == "hangup":
            hint = "go to a section that says goodbye and ends with  - hangup"
        message = f"{subject} goes to '{target.section}', which is not a section of this flow."
        reading.problems.add("F104", target.mark, message, hint=hint)


def _names_and_types(flow: Flow, reading: Reading) -> None:
    known = variables(flow)
    for expression, yes_no in reading.expressions:
        if yes_no:
            expression.condition(known, reading.problems)
        else:
            expression.type(known, reading.problems)
    for template in reading.templates:
        for slot in template.slots:
            slot.expression.type(known, reading.problems)


def _languages(flow: Flow, reading: Reading) -> None:
    for words, mark in reading.words:
        missing = [language for language in flow.languages if language not in words.ladders]
        if missing:
            first = next(iter(words.ladders))
            message = f"there are no words for {', '.join(missing)}."
            hint = f"write {{{first}: …, {missing[0]}: …}}; until then callers hear it in {first}"
            reading.problems.add("F103", mark, message, hint=hint, severity=WARNING)


def _secrets(flow: Flow, reading: Reading) -> None:
    known = variables(flow)
    for action in flow.actions():
        if getattr(action, "allow_secret", ""):
            continue
        for expression in action.reads():
            for name in expression.secrets(known):
                message = f"'{name}' is a secret, and '{action.kind}' would give it away."
                hint = "take it out, or say why it may be:  allow_secret: the reason"
                reading.problems.add("F119", expression.mark, message, hint=hint)


def _keys(flow: Flow, reading: Reading) -> None:
    for action in flow.actions():
        if not isinstance(action, Menu):
            continue
        seen: dict[str, Mark] = {}
        for press, mark in action.pressed():
            if press in seen:
                hint = f"the first one is in line {seen[press].line}"
                reading.problems.add("F107", mark, f"the key {press} is an option twice.", hint=hint)
            seen.setdefault(press, mark)
            universal = flow.universals.get(press[0])
            if universal is not None and universal.press == press[0]:
                message = f"option {press} takes the key of '{universal.name}': here it no longer means that."
                reading.problems.add("F109", mark, message, severity=WARNING)


class _Ways:
    """The graph of a flow's actions."""

    def __init__(self, flow: Flow, reading: Reading) -> None:
        self._flow = flow
        self._problems = reading.problems
        self._reached = self._walk(self._roots())

    def check(self, named: Iterable[Target]) -> None:
        """Notes what the graph shows."""
        wanted = {target.section for target in named}
        for name, section in self._flow.sections.items():
            if (name, 0) not in self._reached and name not in wanted:
                message = f"no way leads to section '{name}'."
                hint = "take it out, or go to it from somewhere"
                self._problems.add("F106", section.mark, message, hint=hint, severity=WARNING)
                continue
            self._section(name, section.actions)
        if not self._circles():  # a circle is the reason then, and one mistake is one finding
            self._no_way_out()
        self._person()
        self._unanswered()

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
        for way in self._action(point).exits():
            if way.ends or (silent and way.input):
                continue
            if way.target is None:
                if index + 1 < len(self._flow.sections[section].actions):
                    yield section, index + 1
            elif way.target.section in self._flow.sections:
                yield way.target.section, 0

    def _walk(self, roots: Iterable[Point]) -> set[Point]:
        reached: set[Point] = set()
        waiting = list(roots)
        while waiting:
            point = waiting.pop()
            if point not in reached:
                reached.add(point)
                waiting.extend(self._next(point))
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

    def _circles(self) -> bool:
        """Circles in which the caller is never asked; one with an `if` in it may end, so it is let be."""
        points = {point for point in self._reached if not isinstance(self._action(point), If)}
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
        backwards: dict[Point, set[Point]] = {}
        ends: list[Point] = []
        for point in self._reached:
            for to in self._next(point):
                backwards.setdefault(to, set()).add(point)
            exits = self._action(point).exits()
            off_the_page = point[1] + 1 == len(self._flow.sections[point[0]].actions)
            lost = any(way.target is not None and way.target.section not in self._flow.sections for way in exits)
            broken = not self._action(point).kind
            if broken or lost or any(way.ends or (way.target is None and off_the_page) for way in exits):
                ends.append(point)
        good = set(ends)
        while ends:
            for before in backwards.get(ends.pop(), ()):
                if before not in good:
                    good.add(before)
                    ends.append(before)
        for name, section in self._flow.sections.items():
            if (name, 0) in self._reached and (name, 0) not in good:
                message = f"from section '{name}' a call can never end."
                self._problems.add("F113", section.mark, message, hint="let one way lead to  - hangup")

    def _person(self) -> None:
        reached = [self._action(point) for point in self._reached]
        if not any(isinstance(action, Asking) for action in reached) or any(not action.kind for action in reached):
            return
        if not any(isinstance(action, Dial) for action in reached):
            mark = self._flow.sections[self._flow.start].mark if self._flow.start in self._flow.sections else None
            if mark is not None:
                hint = 'add a section with  - dial: number, and  anywhere: {operator: {press: "0", go: section}}'
                message = "no caller can reach a person in this flow."
                self._problems.add("F114", mark, message, hint=hint, severity=WARNING)

    def _unanswered(self) -> None:
        for action in map(self._action, self._reached):
            if isinstance(action, Dial) and not any(way.target for way in action.exits() if way.outcome != "answered"):
                message = "nothing is said about a call that is not answered."
                hint = "add  failed: section, or busy:, no_answer:, unreachable:"
                self._problems.add("F115", action.place, message, hint=hint, severity=WARNING)


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
