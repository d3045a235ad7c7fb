"""What a flow costs its callers at least: turns, keys and seconds to each person and each outcome.

Theory of operation. Actions and their exits are a graph; each exit costs what the caller hears, waits and presses on
it. The cheapest way to a goal is found by Dijkstra's algorithm, from the goal backwards, for three callers:

* one who **knows** the way: presses at once, before and over the prompts, wherever the flow lets them;
* one who calls for the **first** time: hears each prompt to its end, thinks, then presses;
* one who is **silent**: every question is put until its attempts run out, and then gives up.

Backwards, because a prompt costs the knowing caller nothing when a question that takes keys pressed before it comes
next, and what comes next is known from that side. "Anywhere" keys are ways too: from every question, and for the
knowing caller also from every sentence that a key stops. How long sentences are is `ivr.core.flow.pace`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.costs import Caller, Link, Point, links
from ivr.core.flow.model import Action, Flow
from ivr.core.flow.pace import Pace
from ivr.core.flow.sentence import Template
from ivr.core.flow.wording import described, main_value, shortened

_UNKNOWN = Pace()


class Interest(StrEnum):
    """What a caller may want to come to, in the order of the table."""

    PERSON = "person"
    RECORDING = "recording"
    TAG = "tag"
    END = "end"


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to come to: actions to begin (``points``), or exits to take (``tag``, or any of ``through``)."""

    interest: Interest
    name: str
    section: str
    points: frozenset[Point] = frozenset()
    through: frozenset[Point] = frozenset()
    tag: str = ""

    def reached_by(self, link: Link) -> bool:
        """Whether taking this exit is what was wanted."""
        return link.source in self.through or (bool(self.tag) and link.tag == self.tag)


@dataclass(frozen=True, slots=True, order=True)
class Journey:
    """The cheapest way to a goal, and what it costs; ``path`` are the sections on it."""

    seconds: float
    turns: int
    keys: int
    path: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Effort:
    """What a goal costs each of the three callers; None where there is no way for them."""

    goal: Goal
    knows: Journey | None
    first: Journey | None
    silent: Journey | None


def efforts(flow: Flow, language: str, pace: Pace = _UNKNOWN) -> tuple[Effort, ...]:
    """What everything of interest costs in a language: people first, the costliest (or unreachable) on top."""
    graphs = {caller: tuple(links(flow, language, pace, caller)) for caller in Caller}
    found = [
        Effort(goal, *(_journey(flow, graphs[caller], goal) for caller in (Caller.KNOWS, Caller.FIRST, Caller.SILENT)))
        for goal in goals(flow, language)
    ]
    order = list(Interest)
    return tuple(sorted(found, key=lambda item: (order.index(item.goal.interest), -_seconds(item), item.goal.name)))


def over(found: Iterable[Effort], limit: float) -> list[Effort]:
    """The ways to a person that cost a first-time caller more than ``limit`` seconds, or do not exist."""
    return [item for item in found if item.goal.interest is Interest.PERSON and _seconds(item) > limit]


def _seconds(effort: Effort) -> float:
    return effort.first.seconds if effort.first is not None else float("inf")


def goals(flow: Flow, language: str) -> Iterator[Goal]:
    """Everything of interest in a flow: people, recordings, tags and ends."""
    tags: dict[str, list[str]] = {}
    reached: dict[str, set[Point]] = {}
    for section in flow.sections.values():
        for index, action in enumerate(section.actions):
            point = (section.name, index)
            if action.reaches_person:
                yield Goal(Interest.PERSON, _called(action, language), section.name, frozenset([point]))
            elif action.kind == "record":
                name = getattr(action, "mailbox", "") or section.name
                yield Goal(Interest.RECORDING, name, section.name, through=frozenset([point]))
            elif any(way.ends for way in action.exits()):
                yield Goal(Interest.END, section.name, section.name, frozenset([point]))
            for tag in _tags(action):
                tags.setdefault(tag, []).append(section.name)
                if not isinstance(action, Menu):
                    reached.setdefault(tag, set()).add(point)
    for tag, sections in tags.items():
        yield Goal(Interest.TAG, tag, sections[0], points=frozenset(reached.get(tag, ())), tag=tag)


def _called(action: Action, language: str) -> str:
    return shortened(f"{action.kind} {described(action, language)}", 30)


def _tags(action: Action) -> Iterator[str]:
    if isinstance(action, Menu):
        yield from dict.fromkeys(choice.tag for choice in action.choices if choice.tag)
    elif action.kind == "tag" and isinstance(name := main_value(action), Template) and name.constant is not None:
        yield name.constant.text


Price = tuple[float, int, int, int]  # seconds, turns, keys and actions
State = tuple[Point, bool]  # and whether the next question's key has been pressed already


@dataclass(slots=True)
class _Search:
    """Dijkstra's algorithm from a goal backwards: what is left to pay from each state, and the state after it."""

    into: dict[Point | None, list[Link]]
    best: dict[State, Price] = field(default_factory=dict)
    following: dict[State, State | None] = field(default_factory=dict)
    waiting: list[tuple[Price, State]] = field(default_factory=list)

    def offer(self, state: State, cost: Price, following: State | None) -> None:
        """Notes a way from a state when it is the cheapest so far."""
        if state not in self.best or cost < self.best[state]:
            self.best[state] = cost
            self.following[state] = following
            heapq.heappush(self.waiting, (cost, state))

    def over(self, link: Link, rest: Price, following: State | None) -> None:
        """Notes the way over an exit to where ``rest`` is left to pay."""
        pressed = following is not None and following[1]
        seconds = link.pressed if pressed else link.seconds
        state = (link.source, pressed if link.ahead is None else link.ahead)
        cost = (round(rest[0] + seconds, 6), rest[1] + link.turns, rest[2] + link.keys, rest[3] + 1)
        self.offer(state, cost, following)

    def run(self) -> None:
        """Settles every state, the cheapest first."""
        done: set[State] = set()
        while self.waiting:
            cost, state = heapq.heappop(self.waiting)
            if state not in done:
                done.add(state)
                for link in self.into.get(state[0], ()):
                    self.over(link, cost, state)

    def path(self, state: State) -> Iterator[Point]:
        """The cheapest way from a state."""
        at: State | None = state
        while at is not None:
            yield at[0]
            at = self.following[at]


def _journey(flow: Flow, graph: tuple[Link, ...], goal: Goal) -> Journey | None:
    into: dict[Point | None, list[Link]] = {}
    for link in graph:
        into.setdefault(link.target, []).append(link)
    search = _Search(into)
    for point in sorted(goal.points):
        search.offer((point, False), (0.0, 0, 0, 0), None)
    for link in graph:
        if goal.reached_by(link):
            search.over(link, (0.0, 0, 0, 0), None)
    search.run()
    begin = [
        (search.best[state], state)
        for state in (((flow.start, 0), False), ((flow.start, 0), True))
        if state in search.best
    ]
    if not begin:
        return None
    (seconds, turns, keys, _), at = min(begin)
    path = [name for name, _ in groupby(section for section, _ in search.path(at))]
    return Journey(round(seconds, 1), turns, keys, tuple(path))
