"""What calls have tried of the flows: every action, every way out of one, every key that means something anywhere.

What only a fault of the machine causes is not counted (`FAULTS`): no caller can bring it about, so no scenario has to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.calls.outcomes import Announced, Digits, Outcome, Queued, Said
from ivr.core.calls.verbs import Queue
from ivr.core.document.problems import Mark
from ivr.core.flow.model import Action, Flow
from ivr.core.flow.state import State, Step, Turn
from ivr.core.flow.values import plain
from ivr.core.flow.virtual import VirtualCall

FAULTS = frozenset(
    {("dial", "failed"), ("queue", "failed"), ("record", "failed"), ("say", "unsaid"), ("play", "unsaid")}
)
BUDGET = "budget_spent"
Point = tuple[str, str, int]  # flow, section, index of the action


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that no call has tried."""

    what: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class FlowCoverage:
    """How much of one flow was tried."""

    flow: str
    file: str
    actions: int
    actions_tried: int
    outcomes: int
    outcomes_tried: int
    missing: tuple[Missing, ...]

    @property
    def percent(self) -> float:
        """Of actions and outcomes together, 0 to 100."""
        return percent(self.actions_tried + self.outcomes_tried, self.actions + self.outcomes)


def percent(tried: int, of: int) -> float:
    """A share in percent, cut after one digit, so that 100 means all; nothing of nothing is all."""
    return 100.0 if tried == of else int(1000 * tried / of) / 10


@dataclass(slots=True)
class Coverage:
    """Counts what calls try of the ``flows`` of a folder."""

    flows: Mapping[str, Flow]
    _actions: set[Point] = field(default_factory=set)
    _outcomes: set[tuple[Point, str]] = field(default_factory=set)
    _anywhere: set[tuple[str, str]] = field(default_factory=set)

    def add(self, call: VirtualCall) -> None:
        """Counts a call."""
        for turn, outcome in call.outcomes:
            self._reached(turn.state)
            if key := _key(turn, outcome):
                self._pressed(key, turn.state)
        self._reached(call.turn.state)
        for step in call.steps:
            self._stepped(step, call.flow)

    def of(self, names: Iterable[str] = ()) -> list[FlowCoverage]:
        """How much of each flow was tried, or of the named ones."""
        wanted = set(names)
        return [self._flow(flow) for name, flow in sorted(self.flows.items()) if not wanted or name in wanted]

    def _reached(self, state: State) -> None:
        if not state.opening:
            self._actions.add((state.flow, state.section, state.index))

    def _pressed(self, key: str, state: State) -> None:
        for name in (state.flow, *(frame.flow for frame in reversed(state.frames))):
            flow = self.flows.get(name)
            if flow is not None and key in flow.universals:
                self._anywhere.add((name, key))
                return

    def _stepped(self, step: Step, root: Flow) -> None:
        name, _, section = step.section.rpartition(".")
        flow = self.flows.get(name or root.name)
        if flow is None or section not in flow.sections or step.index >= len(flow.sections[section].actions):
            return
        point = (flow.name, section, step.index)
        self._actions.add(point)
        if step.outcome == BUDGET:
            self._anywhere.add((flow.name, BUDGET))
        way = way_of(flow.sections[section].actions[step.index], step)
        if way:
            self._outcomes.add((point, way))

    def _flow(self, flow: Flow) -> FlowCoverage:
        actions = ways = actions_tried = ways_tried = 0
        missing: list[Missing] = []
        for point, action in _points(flow):
            actions += 1
            known = counted(action)
            ways += len(known)
            if point not in self._actions:
                missing.append(Missing(f"{action.kind} is never reached", action.place))
                continue
            actions_tried += 1
            left = [way for way in known if (point, way) not in self._outcomes]
            ways_tried += len(known) - len(left)
            missing += [Missing(f"{action.kind}: '{way}' never happens", action.place) for way in left]
        for key, universal in flow.universals.items():
            ways += 1
            if (flow.name, key) in self._anywhere:
                ways_tried += 1
            else:
                missing.append(Missing(f"anywhere: nobody presses {key} ({universal.name})", universal.mark))
        if flow.budget is not None:
            ways += 1
            if (flow.name, BUDGET) in self._anywhere:
                ways_tried += 1
            else:
                missing.append(Missing("the error budget is never spent", flow.budget.go.mark))
        missing.sort(key=lambda item: item.mark)
        return FlowCoverage(flow.name, flow.file, actions, actions_tried, ways, ways_tried, tuple(missing))


def total(found: Iterable[FlowCoverage]) -> float:
    """The percentage of several flows together."""
    known = list(found)
    tried = sum(one.actions_tried + one.outcomes_tried for one in known)
    return percent(tried, sum(one.actions + one.outcomes for one in known))


def counted(action: Action) -> list[str]:
    """The outcomes of an action that a scenario can bring about."""
    ways = (way.outcome for way in action.exits())
    return [way for way in dict.fromkeys(ways) if (action.kind, way) not in FAULTS]


def way_of(action: Action, step: Step) -> str:
    """Which of an action's exits a step has taken, or empty.

    A step says ``chosen`` where the exits are told apart by what was pressed, or by the value (``option 1``), and
    ``key`` where a key has left a queue (``key 1``).
    """
    ways = [way.outcome for way in action.exits()]
    if step.outcome in ways:
        return step.outcome
    word = {"chosen": "option", "key": "key"}.get(step.outcome, "")
    way = f"{word} {step.detail.get('press', step.detail.get('option', ''))}"
    return way if way in ways else ""


def _points(flow: Flow) -> Iterator[tuple[Point, Action]]:
    for section in flow.sections.values():
        for index, action in enumerate(section.actions):
            yield (flow.name, section.name, index), action


def _key(turn: Turn, outcome: Outcome) -> str:
    """The key of anywhere that was obeyed, or empty."""
    if isinstance(outcome, Queued) and isinstance(turn.verb, Queue) and outcome.key in turn.verb.leave:
        return ""  # the queue's own
    if isinstance(outcome, Said | Announced | Queued):
        return outcome.key
    if isinstance(outcome, Digits) and outcome.ended == "always":
        return str(plain(outcome.keys))
    return ""
