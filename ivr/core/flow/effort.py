"""What a flow costs its callers: turns, keys and seconds to each person, each outcome and each end.

Theory of operation. Actions and their exits are a graph (`ivr.core.flow.graph`), entered flows with it; each exit costs
what the caller hears, waits and presses on it (`ivr.core.flow.costs`). Three callers are looked at:

* one who **knows** the way: presses at once, before and over the prompts, wherever the flow lets them;
* one who calls for the **first** time: hears each prompt to its end, thinks, then presses;
* one who is **silent**: every question is put until its attempts or the error budget run out, and then gives up.

For the first two the cheapest way to a goal counts, found by `ivr.core.flow.search` (a condition, opening hours or an
answer from outside may make it longer); for the silent one the dearest, so that nobody waits longer. "Anywhere" keys
are ways too: from every question, and for the knowing caller also from every sentence that a key stops. A way in the
language that the call begins with goes before one that changes it. How long sentences are is `ivr.core.flow.pace`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from ivr.core.flow.actions.flow import EnterFlow
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.actions.return_ import Return
from ivr.core.flow.costs import Caller
from ivr.core.flow.graph import Graph, Place
from ivr.core.flow.model import Action, Flow
from ivr.core.flow.pace import Pace
from ivr.core.flow.search import Wanted, cheapest, dearest
from ivr.core.flow.sentence import Template
from ivr.core.flow.wording import described, main_value, shortened

_UNKNOWN = Pace()


class Interest(StrEnum):
    """What a caller may want to come to, in the order of the table."""

    PERSON = "person"
    RECORDING = "recording"
    TAG = "tag"
    OUTCOME = "outcome"
    END = "end"


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to come to: actions to begin (``begun``), or exits to take (``tag``, or any of ``through``).

    ``section`` is where it stands; of a flow that is entered it is `flow.section`.
    """

    interest: Interest
    name: str
    section: str
    begun: frozenset[Place] = frozenset()
    through: frozenset[Place] = frozenset()
    tag: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Journey:
    """The way to a goal, and what it costs; ``path`` are the sections on it."""

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
    graphs = {caller: Graph(flow, language, pace, caller) for caller in Caller}
    found = [
        Effort(
            goal, *(_journey(caller, graphs[caller], goal) for caller in (Caller.KNOWS, Caller.FIRST, Caller.SILENT))
        )
        for goal in goals(graphs[Caller.FIRST], language)
    ]
    order = list(Interest)
    return tuple(sorted(found, key=lambda item: (order.index(item.goal.interest), -_seconds(item), item.goal.name)))


def over(found: Iterable[Effort], limit: float) -> list[Effort]:
    """The ways to a person that cost a first-time caller more than ``limit`` seconds, or do not exist."""
    return [item for item in found if item.goal.interest is Interest.PERSON and _seconds(item) > limit]


def involved(flow: Flow) -> tuple[Flow, ...]:
    """A flow and all that it enters, one in the other."""
    found = {flow.name: flow}
    waiting = [flow]
    while waiting:
        for action in waiting.pop().actions():
            inner = flow.surroundings.flows.get(action.name) if isinstance(action, EnterFlow) else None
            if inner is not None and inner.name not in found:
                found[inner.name] = inner
                waiting.append(inner)
    return tuple(found.values())


def _seconds(effort: Effort) -> float:
    return effort.first.seconds if effort.first is not None else float("inf")


def goals(graph: Graph, language: str) -> Iterator[Goal]:
    """Everything of interest in a flow, and what callers can come to in the flows that it enters."""
    own = graph.visits[0].flow
    tags: dict[str, list[str]] = {}
    reached: dict[str, set[Place]] = {}
    for flow in dict.fromkeys(visit.flow for visit in graph.visits):
        for section in flow.sections.values():
            title = section.name if flow is own else f"{flow.name}.{section.name}"
            for index, action in enumerate(section.actions):
                place = (flow.name, section.name, index)
                if flow is not own and place not in graph.points:
                    continue
                yield from _goals(action, title, place, language)
                for tag in _tags(action):
                    tags.setdefault(tag, []).append(title)
                    if not isinstance(action, Menu):
                        reached.setdefault(tag, set()).add(place)
    for tag, sections in tags.items():
        yield Goal(Interest.TAG, tag, sections[0], begun=frozenset(reached.get(tag, ())), tag=tag)
    yield from _outcomes(own)


def _goals(action: Action, section: str, place: Place, language: str) -> Iterator[Goal]:
    here = frozenset([place])
    if action.reaches_person:
        yield Goal(Interest.PERSON, _called(action, language), section, here)
    elif action.kind == "record":
        yield Goal(Interest.RECORDING, getattr(action, "mailbox", "") or place[1], section, through=here)
    elif any(way.ends for way in action.exits()) and not isinstance(action, Return):
        yield Goal(Interest.END, section, section, here)


def _outcomes(flow: Flow) -> Iterator[Goal]:
    """The outcomes with which the flow goes back to one that enters it, those that it never has too."""
    places: dict[str, dict[Place, str]] = {outcome: {} for outcome in flow.signature.outcomes}
    for section in flow.sections.values():
        for index, action in enumerate(section.actions):
            if isinstance(action, Return):
                places.setdefault(action.outcome, {})[flow.name, section.name, index] = section.name
    for outcome, where in places.items():
        yield Goal(Interest.OUTCOME, outcome, next(iter(where.values()), ""), frozenset(where))


def _called(action: Action, language: str) -> str:
    return shortened(f"{action.kind} {described(action, language)}", 30)


def _tags(action: Action) -> Iterator[str]:
    if isinstance(action, Menu):
        yield from dict.fromkeys(choice.tag for choice in action.choices if choice.tag)
    elif action.kind == "tag" and isinstance(name := main_value(action), Template) and name.constant is not None:
        yield name.constant.text


def _journey(caller: Caller, graph: Graph, goal: Goal) -> Journey | None:
    found = (dearest if caller is Caller.SILENT else cheapest)(graph, _wanted(graph, goal))
    if found is None:
        return None
    path = tuple(name for name, _ in groupby(graph.section(point) for point in found.points))
    return Journey(round(found.seconds, 1), found.turns, found.keys, path)


def _wanted(graph: Graph, goal: Goal) -> Wanted:
    """A goal as the points and the ways of a graph that reach it."""
    begun = [point for place in goal.begun for point in graph.points.get(place, ())]
    through = {point for place in goal.through for point in graph.points.get(place, ())}
    taken = [
        link
        for links in graph.links.values()
        for link in links
        if link.source in through or (goal.tag and link.tag == goal.tag)
    ]
    return Wanted(tuple(sorted(begun)), tuple(taken))
