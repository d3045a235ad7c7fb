"""One turn of the machine: the state of a call while actions work on it.

`ivr.core.flow.machine` begins and ends turns; `ivr.core.flow.model.Run` is what actions see of one. Nothing here
outlives a turn: what is kept of it is the `State` that it ends with.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import Returned
from ivr.core.calls.verbs import Say, Sentence, Verb
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Flow, Result, Universal
from ivr.core.flow.sentence import Template, Words
from ivr.core.flow.spoken import matching, spoken_in
from ivr.core.flow.state import Asked, End, Enter, Frame, Leave, Spent, State, Step, Turn
from ivr.core.flow.values import Value, truth

MOST_ACTIONS = 500  # in one turn
MOST_DEEP = 10  # flows that are entered, one in the other
MOST_TAGS = 50
MOST_ASKED = 20
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TURNS = (Enter, Leave, Spent, End)  # what an action may give besides a verb and `Done`
_FACTS = {"from": "caller", "name": "caller_name", "to": "called", "id": "call_id"}


class Memory(Protocol):
    """What a replay knows of the recorded call."""

    def decided(self, place: str, index: int, *, secret: bool) -> bool | tuple[str, str] | None:
        """What a condition over a secret came to in the action of a place, or what a secret chose and the section that
        it led to (empty: the next action); None when that is not known. It is asked each time that the call is there.
        """
        ...

    def turned_out(self, place: str, index: int) -> bool | None:
        """The next yes or no that was made of a secret in the action of a place; None when that is not known."""
        ...

    @property
    def fits(self) -> bool | None:
        """Whether the secret that is given in this turn was one that the question took."""
        ...


class Turning:
    """One turn: the state while actions work on it (`ivr.core.flow.model.Run` is what they see of it)."""

    __slots__ = (
        "_asked", "_copied", "_fits", "_memory", "_root", "_trail", "_turned_out", "at", "errors", "facts", "failed",
        "flow", "frames", "index", "language", "local", "opening", "returned", "section", "tags", "variables",
    )  # fmt: skip

    def __init__(self, root: Flow, state: State, at: datetime, memory: Memory | None = None) -> None:
        self._root = root
        self._memory = memory
        self.flow = root if not state.frames else root.surroundings.flows[state.flow]
        self.at = at
        self.facts = state.facts
        self.section = state.section
        self.index = state.index
        self.language = state.language
        self.variables = state.variables
        self.local = state.local
        self.opening = state.opening
        self.returned = state.returned
        self.failed = state.failed
        self.frames = state.frames
        self.tags = state.tags
        self.errors = state.errors
        self._asked = state.asked
        self._copied = False
        self._fits: bool | None = None
        self._turned_out: list[tuple[str, int, bool]] = []
        self._trail: list[Step] = []

    # What actions see

    def lookup(self, path: tuple[str, ...]) -> Value:
        """The value of a dotted name; empty where there is none."""
        if path[0] == "call":
            return self._call(path[1] if len(path) > 1 else "")
        value = self.variables.get(path[0])
        for part in path[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_open(self, calendar: str) -> bool:
        """Whether it is open now, by a calendar's name; not when there is none of that name."""
        found = self.flow.surroundings.hours.get(calendar)
        return found is not None and found.state(self.at, self.facts.zone).open

    def sentence(self, words: Words, attempt: int = 1) -> Sentence:
        """Words in the caller's language, with the values that they have now."""
        return words.at(self.language, attempt).render(self, self.facts.currency)

    def holds(self, condition: Expression) -> bool:
        """Whether a condition holds now; a replay takes the recorded answer where a secret decides."""
        known = self._remembered(condition)
        return known if isinstance(known, bool) else truth(condition.value(self))

    def decides(self, value: Expression, outcome: str, to: str) -> tuple[str, str]:
        """What a value comes to, and where it leads; a replay takes what is recorded where a secret decides."""
        known = self._remembered(value)
        return known if isinstance(known, tuple) else (outcome, to)

    def _remembered(self, expression: Expression) -> bool | tuple[str, str] | None:
        if self._memory is None:
            return None
        secret = expression.touches(self)
        known = self._memory.decided(self.place, self.index, secret=secret)
        return known if secret else None

    def fits(self, found: bool) -> bool:
        """Notes whether a secret fits its question; a replay takes the recorded answer."""
        known = self._memory.fits if self._memory is not None else None
        self._fits = found if known is None else known
        return self._fits

    def turned_out(self, found: bool) -> bool:
        """Notes a yes or no that was made of a secret; a replay takes the recorded one."""
        known = self._memory.turned_out(self.place, self.index) if self._memory is not None else None
        found = found if known is None else known
        self._turned_out.append((self.place, self.index, found))
        return found

    def render(self, template: Template) -> Sentence:
        """A template with the values that it has now."""
        return template.render(self, self.facts.currency)

    def set(self, name: str, value: Value) -> None:
        """Gives a variable a value; None takes it away."""
        if not self._copied:
            self.variables = dict(self.variables)
            self._copied = True
        if value is None:
            self.variables.pop(name, None)
        else:
            self.variables[name] = value

    @property
    def always(self) -> str:
        """The keys that mean something anywhere now."""
        if not self.frames:
            return self.flow.always
        return "".join(dict.fromkeys("".join(self.flow_at(depth).always for depth in range(len(self.frames), -1, -1))))

    @property
    def away(self) -> str:
        """Those of `always` that take the call elsewhere; ``back`` only while there is a question to go back to."""
        back = any(one.depth == len(self.frames) for one in self._asked)
        meant = [found[1] for key in self.always if (found := self.universal(key)) is not None]
        return "".join(one.press for one in meant if one.target is not None or (back and one.name == "back"))

    def speak(self, language: str) -> bool:
        """Changes the language that the caller hears; no when the flow does not have it."""
        found = matching(self.flow, language)
        self.language = found or self.language
        return bool(found)

    def tag(self, name: str) -> None:
        """Notes a milestone or a call driver; each once."""
        if name and name not in self.tags and len(self.tags) < MOST_TAGS:
            self.tags = (*self.tags, name)

    def asked(self) -> None:
        """Notes that the action puts a question, for ``back``."""
        depth, section, index = len(self.frames), self.section, self.index
        before = [
            one
            for one in self._asked
            if one.depth < depth or (one.depth == depth and (one.index != index or one.section != section))
        ]
        self._asked = (*before[-MOST_ASKED + 1 :], Asked(depth, section, index))

    def erred(self) -> bool:
        """Counts an input that failed against the call's error budget; whether that is spent now."""
        self.errors += 1
        return any(
            budget is not None and self.errors >= budget.errors
            for budget in (self.flow_at(depth).budget for depth in range(len(self.frames) + 1))
        )

    def understood(self) -> None:
        """Counts a good answer: it halves what was spent of the call's error budget."""
        self.errors //= 2

    def _call(self, name: str) -> Value:
        if name in ("date", "time", "weekday"):
            local = self.at.astimezone(_zone(self.facts.zone))
            if name == "weekday":
                return _WEEKDAYS[local.weekday()]
            return local.date().isoformat() if name == "date" else f"{local:%H:%M}"
        if name in ("language", "returned"):
            return self.language if name == "language" else self.returned
        if name == "tags":
            return list(self.tags)
        return getattr(self.facts, _FACTS[name]) if name in _FACTS else None

    # What the machine does

    @property
    def action(self) -> Action | None:
        """The action that the call is at."""
        section = self.flow.sections.get(self.section)
        return section.actions[self.index] if section and self.index < len(section.actions) else None

    def move(self, section: str) -> None:
        """Goes to a section's beginning; an empty one is the end of the call."""
        self.section, self.index, self.local = section, 0, {}

    def flow_at(self, depth: int) -> Flow:
        """The flow that is so many flows deep; 0 is the call's own."""
        if depth == 0:
            return self._root
        return self.flow if depth == len(self.frames) else self._root.surroundings.flows[self.frames[depth].flow]

    def universal(self, key: str) -> tuple[int, Universal] | None:
        """What a key means anywhere, and in which of the flows around; the inner one comes first."""
        for depth in range(len(self.frames), -1, -1):
            if found := self.flow_at(depth).universals.get(key):
                return depth, found
        return None

    def leave_to(self, depth: int, outcome: str = "anywhere") -> None:
        """Leaves the flows that were entered, down to a depth."""
        while len(self.frames) > depth:
            self._pop()
            self.noted(outcome, "")

    def gone(self, action: Action, done: Done, depth: int) -> None:
        """Goes to a section of the flow at a depth; the flows in between are left."""
        self._trail.append(Step(self.place, self.index, action.kind, done.outcome, done.to, done.detail))
        self.leave_to(depth)
        self.move(done.to)

    def anywhere(self, action: Action, depth: int, universal: Universal) -> Turn:
        """Does what a key means anywhere, in the flow at a depth."""
        if universal.target is not None:
            detail = {"press": universal.press, "anywhere": universal.name}
            self.gone(action, Done("anywhere", universal.target.section, detail), depth)
            return self.advance()
        match universal.name:
            case "help":
                return self.settle(action, action.help(self))
            case "back":
                return self._back(action, universal.press)
            case _:
                return self.settle(action, action.again(self))

    def _back(self, action: Action, key: str) -> Turn:
        """Goes to the question before this one, in the same flow; puts this one again when there is none."""
        own = action.back(self)
        if own is not None:
            return self.settle(action, own)
        here = Asked(len(self.frames), self.section, self.index)
        before = [one for one in self._asked if one.depth == here.depth and one != here]
        if not before:
            return self.settle(action, action.again(self))
        to = before[-1]
        self._asked = self._asked[: self._asked.index(to)]
        detail = {"press": key, "anywhere": "back"}
        self._trail.append(Step(self.place, self.index, action.kind, "back", to.section, detail))
        self.section, self.index = to.section, to.index
        return self.advance()

    @property
    def place(self) -> str:
        """The section as events name it."""
        return f"{self.flow.name}.{self.section}" if self.frames else self.section

    def noted(self, outcome: str, to: str) -> None:
        """Notes how the action that the call is at has ended."""
        action = self.action
        if action is not None and not self.opening:
            self._trail.append(Step(self.place, self.index, action.kind, outcome, to))

    def opened(self, why: str, words: Words) -> Turn:
        """Says a sentence before the section begins."""
        self.opening = why
        return self.turn(Say(self.sentence(words), True, self.always))

    def settle(self, action: Action, result: Result) -> Turn:
        """Goes on after an action has given a verb, or is finished."""
        if isinstance(result, Done):
            self._finish(action, result)
            return self.advance()
        verb = self._taken(action, result)
        return self.advance() if verb is None else self.turn(verb)

    def advance(self) -> Turn:
        """Does actions until one needs the caller or ends the call."""
        for _ in range(MOST_ACTIONS):
            section = self.flow.sections.get(self.section)
            if section is None or self.index >= len(section.actions):
                return self.turn(self._off_the_page())
            action = section.actions[self.index]
            self.local = {}
            result = action.begin(self)
            if isinstance(result, Done):
                self._finish(action, result)
            elif (verb := self._taken(action, result)) is not None:
                return self.turn(verb)
        detail = f"{MOST_ACTIONS} actions were done without a word to the caller, the last in section '{self.place}'"
        return self.turn(End(EndReason.FAILED, detail))

    def turn(self, verb: Verb | End) -> Turn:
        """The turn as it stands."""
        state = State(
            self.facts, self.section, self.index, self.language, self.variables, self.local, self.opening,
            self.returned, self.failed, self.flow.name, self.frames, self._asked, self.tags, self.errors,
        )  # fmt: skip
        return Turn(state, verb, tuple(self._trail), self._fits, tuple(self._turned_out))

    def _taken(self, action: Action, result: Result) -> Verb | End | None:
        """What an action gave: a verb, or None when the next action can begin."""
        if isinstance(result, Done):
            self._finish(action, result)
            return None
        if not isinstance(result, _TURNS):
            return result
        match result:
            case Enter():
                return self._enter(action, result)
            case Leave():
                return self._leave(action, result)
            case Spent():
                self._spend(action, result)
                return None
            case End():
                self._trail.append(Step(self.place, self.index, action.kind, "ended"))
                return result

    def _leave(self, action: Action, left: Leave) -> Verb | End | None:
        """Comes back to the flow that entered this one; the call's own flow ends the call."""
        self._trail.append(Step(self.place, self.index, action.kind, left.outcome))
        if not self.frames:
            return End(EndReason.COMPLETED)
        self._pop()
        outer = self.action
        return None if outer is None else self._taken(outer, outer.resume(self, Returned(left.outcome, left.values)))

    def _enter(self, action: Action, entered: Enter) -> End | None:
        inner = self._root.surroundings.flows.get(entered.flow)
        if inner is None or len(self.frames) >= MOST_DEEP:
            why = "there is no such flow" if inner is None else f"{MOST_DEEP} flows are entered already"
            return End(EndReason.FAILED, f"flow '{entered.flow}' cannot be entered: {why}")
        self._trail.append(Step(self.place, self.index, action.kind, "entered", detail={"flow": entered.flow}))
        self.frames = (*self.frames, Frame(self.flow.name, self.section, self.index, self.language, self.variables))
        self.flow, self.language = inner, spoken_in(inner, self.language)
        self.variables, self._copied = dict(entered.values), True
        self.move(inner.start)
        return None

    def _spend(self, action: Action, spent: Spent) -> None:
        """Goes where the innermost flow says whose error budget is spent; from there the count begins anew."""
        for depth in range(len(self.frames), -1, -1):
            budget = self.flow_at(depth).budget
            if budget is not None and self.errors >= budget.errors:
                detail = {"errors": self.errors, **spent.detail}
                self.errors = 0
                self.gone(action, Done("budget_spent", budget.go.section, detail), depth)
                return
        self._finish(action, Done("budget_spent", "", spent.detail))

    def _pop(self) -> None:
        """Comes back to the action that entered the flow."""
        frame = self.frames[-1]
        changed = self.language != spoken_in(self.flow, frame.language)
        self.frames = self.frames[:-1]
        self.flow = self._root.surroundings.flows[frame.flow] if self.frames else self._root
        self.section, self.index, self.local = frame.section, frame.index, {}
        self.variables, self._copied = frame.variables, False
        self.language = spoken_in(self.flow, self.language) if changed else frame.language
        self._asked = tuple(one for one in self._asked if one.depth <= len(self.frames))

    def _finish(self, action: Action, done: Done) -> None:
        place = self.place if self.frames else self.section
        self._trail.append(Step(place, self.index, action.kind, done.outcome, done.to, done.detail))
        if done.to:
            self.section, self.index = done.to, 0
        else:
            self.index += 1

    def _off_the_page(self) -> End:
        if self.failed and not self.section:
            return End(EndReason.FAILED, "an action failed, and the flow has no on_error section")
        return End(EndReason.FAILED, f"section '{self.place}' has no action {self.index + 1}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # settings are checked at the start; a call goes on whatever they say
        return ZoneInfo("UTC")
