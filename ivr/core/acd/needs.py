"""What a call needs of an agent, and how that loosens while the call waits.

A queue's steps and a call's own needs become a *course*: stages that follow each other, each with a `Need`. Calls with
the same needs share their course, and calls in the same stage share a `Need`, which is what the line is sorted by: the
router looks at as many needs as an agent fits, not at as many calls as wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import LEAST_LEVEL, Levels, Queue, Step
from ivr.core.base.quick import frozen


@dataclass(frozen=True, slots=True)
class Need:
    """Who may serve a call: agents of the queue or of one of the ``groups``, with every skill of ``require``.

    Of several, those with more of ``prefer`` come first. With ``reserved_for`` it is that agent alone, whatever else.
    """

    queue: str
    require: Levels = ()
    prefer: Levels = ()
    groups: tuple[str, ...] = ()
    reserved_for: str = ""

    def fits(self, agent: Agent) -> bool:
        """Whether an agent may serve such a call."""
        return self.missing(agent) is None

    def missing(self, agent: Agent) -> Missing | None:
        """The first thing that an agent lacks, or None."""
        if self.reserved_for:
            return None if agent.agent_id == self.reserved_for else Missing("reserved", self.reserved_for)
        if self.queue not in agent.queues and not any(group in agent.groups for group in self.groups):
            return Missing("queue", self.queue)
        for skill, level in self.require:
            has = agent.level(skill)
            if has < level:
                return Missing("skill", skill, level, has)
        return None

    def preference(self, agent: Agent) -> int:
        """How many of the preferred skills an agent has."""
        return sum(agent.level(skill) >= level for skill, level in self.prefer)

    def proficiency(self, agent: Agent) -> int:
        """The sum of an agent's levels in all that is required and preferred."""
        return sum(agent.level(skill) for skill, _ in (*self.require, *self.prefer))


@frozen
class Missing:
    """What an agent lacks: ``what`` is ``queue``, ``skill`` or ``reserved``."""

    what: str
    name: str
    wanted: int = 0
    has: int = 0

    def __str__(self) -> str:
        match self.what:
            case "queue":
                return f"is not in the queue {self.name}, nor in a group that was added"
            case "reserved":
                return f"the call was kept for {self.name}"
            case _:
                return f"{self.name} {self.has} where {self.wanted} is needed"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a course: it begins so many seconds after the call came to the queue."""

    begins: float
    need: Need
    skip_if_none: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """The stages of a call's needs, the first of which begins at 0."""

    stages: tuple[Stage, ...]

    def at(self, waited: float) -> int:
        """The stage that a call is in by time alone, after so many seconds."""
        found = 0
        for number, stage in enumerate(self.stages):
            if stage.begins <= waited:
                found = number
        return found


@dataclass(slots=True)
class _Loosening:
    """The needs while the steps of a queue are gone through."""

    require: dict[str, int]
    prefer: dict[str, int] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)

    def take(self, step: Step) -> None:
        for skill, level in step.require:
            self.require[skill] = max(level, self.require.get(skill, LEAST_LEVEL))
        for skill, level in step.lower:
            if skill in self.require:
                self.require[skill] = min(level, self.require[skill])
        for skill in step.drop:
            self.require.pop(skill, None)
            self.prefer.pop(skill, None)
        self.prefer.update(step.prefer)
        self.groups += [group for group in step.add_groups if group not in self.groups]

    def need(self, queue: str) -> Need:
        return Need(
            queue, tuple(sorted(self.require.items())), tuple(sorted(self.prefer.items())), tuple(sorted(self.groups))
        )


def course(queue: Queue, own: Levels = ()) -> Course:
    """The course of a call with needs of its ``own`` in a queue; steps that change nothing of it leave no stage."""
    loosening, begins = _Loosening(dict(own)), 0.0
    stages: list[Stage] = []
    for step in queue.steps or (Step(),):
        loosening.take(step)
        need = loosening.need(queue.name)
        if not stages or stages[-1].need != need:
            stages.append(Stage(begins, need, step.skip_if_none))
        if step.lasts is None:
            break
        begins += step.lasts
    return Course(tuple(stages))


def anybody(need: Need, agents: Iterable[Agent]) -> bool:
    """Whether one of the agents may serve such a call."""
    return any(need.fits(agent) for agent in agents)
