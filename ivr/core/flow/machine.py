"""The flow machine: pure, and the same for a live call, the simulator, scenario tests and replay.

::

    start ──► begin actions until one needs the caller ──► Turn(verb)
                    ▲                                          │ the verb is performed elsewhere
                    └──── resume(state, outcome) ◄─────────────┘
                                   … until an action ends the call: Turn(End)

A turn does a bounded number of actions, so a flow that goes in circles without a word to the caller ends with a clear
failure. A bug in an action rises to whoever called; they come back with `fail`, which apologises and goes to the
flow's ``on_error`` section once; the second time the call ends.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import CallerLeft, Digits, Outcome, Said
from ivr.core.calls.verbs import Say, Sentence, Verb
from ivr.core.flow.model import Action, Done, Flow
from ivr.core.flow.sentence import Template, Words
from ivr.core.flow.state import End, Facts, State, Step, Turn, from_json, to_json
from ivr.core.flow.values import Value, plain
from ivr.core.prompts.say import base_language

MOST_ACTIONS = 500  # in one turn
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FACTS = {"from": "caller", "name": "caller_name", "to": "called", "id": "call_id"}
_RETURNED, _FAILED = "returned", "failed"


def start(flow: Flow, facts: Facts, *, section: str | None = None, returned: bool = False) -> Turn:
    """The first turn of a call; one that comes back begins at ``section``, or where the flow says, with an apology."""
    if section is None or section not in flow.sections:
        section = flow.resume if returned else flow.start
    state = State(facts, section, 0, _language(flow, facts.language or ""), returned=returned)
    run = _Run(flow, state, facts.at)
    if returned:
        return run.opened(_RETURNED, flow.returned)
    return run.advance()


def resume(flow: Flow, state: State, outcome: Outcome, at: datetime) -> Turn:
    """The next turn, after a verb has come to something at an instant."""
    if isinstance(outcome, CallerLeft):
        return left(flow, state, at)
    run = _Run(flow, state, at)
    key = _universal(outcome)
    universal = flow.universals.get(key) if key else None
    if state.opening:
        run.opening = ""
        if universal is not None and universal.target is not None:
            run.move(universal.target.section)
        return run.advance()
    action = run.action
    if action is None:
        return run.advance()
    if universal is None:
        return run.settle(action, action.resume(run, outcome))
    if universal.target is None:
        return run.settle(action, action.again(run))
    detail = {"press": key, "anywhere": universal.name}
    return run.settle(action, Done("anywhere", universal.target.section, detail))


def fail(flow: Flow, state: State, at: datetime) -> Turn:
    """The turn after a bug: an apology, then the ``on_error`` section or the end; the second time the end."""
    run = _Run(flow, state, at)
    run.noted("bug", flow.on_error)
    if state.failed:
        return run.turn(End(EndReason.FAILED, "a second action failed in this call"))
    run.failed = True
    run.move(flow.on_error)
    return run.opened(_FAILED, flow.apology)


def left(flow: Flow, state: State, at: datetime) -> Turn:
    """The last turn of a call whose caller has hung up."""
    run = _Run(flow, state, at)
    run.noted("caller_left", "")
    return run.turn(End(EndReason.CALLER_LEFT))


def _language(flow: Flow, wanted: str) -> str:
    """The flow's language that a caller's is: the same tag, or the same language; else the flow's first."""
    if wanted in flow.languages:
        return wanted
    base = base_language(wanted)
    return next((tag for tag in flow.languages if base and base_language(tag) == base), flow.languages[0])


def _universal(outcome: Outcome) -> str:
    """The "anywhere" key that was pressed, or empty."""
    if isinstance(outcome, Said):
        return outcome.key
    if isinstance(outcome, Digits) and outcome.ended == "always":
        return str(plain(outcome.keys))
    return ""


class _Run:
    """One turn: the state while actions work on it (`ivr.core.flow.model.Run` is what they see of it)."""

    __slots__ = (
        "_copied", "_trail", "at", "facts", "failed", "flow", "index", "language", "local", "opening", "returned",
        "section", "variables",
    )  # fmt: skip

    def __init__(self, flow: Flow, state: State, at: datetime) -> None:
        self.flow = flow
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
        self._copied = False
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

    def sentence(self, words: Words, attempt: int = 1) -> Sentence:
        """Words in the caller's language, with the values that they have now."""
        return words.at(self.language, attempt).render(self, self.facts.currency)

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

    def _call(self, name: str) -> Value:
        if name in ("date", "time", "weekday"):
            local = self.at.astimezone(_zone(self.facts.zone))
            if name == "weekday":
                return _WEEKDAYS[local.weekday()]
            return local.date().isoformat() if name == "date" else f"{local:%H:%M}"
        if name in ("language", "returned"):
            return self.language if name == "language" else self.returned
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

    def noted(self, outcome: str, to: str) -> None:
        """Notes how the action that the call is at has ended."""
        action = self.action
        if action is not None and not self.opening:
            self._trail.append(Step(self.section, self.index, action.kind, outcome, to))

    def opened(self, why: str, words: Words) -> Turn:
        """Says a sentence before the section begins."""
        self.opening = why
        return self.turn(Say(self.sentence(words), True, self.flow.always))

    def settle(self, action: Action, result: Verb | Done | End) -> Turn:
        """Goes on after an action has given a verb, or is finished."""
        if not isinstance(result, Done | End):
            return self.turn(result)
        if isinstance(result, End):
            self._trail.append(Step(self.section, self.index, action.kind, "ended"))
            return self.turn(result)
        self._finish(action, result)
        return self.advance()

    def advance(self) -> Turn:
        """Does actions until one needs the caller or ends the call."""
        for _ in range(MOST_ACTIONS):
            action = self.action
            if action is None:
                return self.turn(self._off_the_page())
            self.local = {}
            result = action.begin(self)
            if not isinstance(result, Done):
                return self.settle(action, result)
            self._finish(action, result)
        detail = f"{MOST_ACTIONS} actions were done without a word to the caller, the last in section '{self.section}'"
        return self.turn(End(EndReason.FAILED, detail))

    def turn(self, verb: Verb | End) -> Turn:
        """The turn as it stands."""
        state = State(
            self.facts, self.section, self.index, self.language, self.variables, self.local, self.opening,
            self.returned, self.failed,
        )  # fmt: skip
        return Turn(state, verb, tuple(self._trail))

    def _finish(self, action: Action, done: Done) -> None:
        self._trail.append(Step(self.section, self.index, action.kind, done.outcome, done.to, done.detail))
        if done.to:
            self.section, self.index = done.to, 0
        else:
            self.index += 1

    def _off_the_page(self) -> End:
        if self.failed and not self.section:
            return End(EndReason.FAILED, "an action failed, and the flow has no on_error section")
        return End(EndReason.FAILED, f"section '{self.section}' has no action {self.index + 1}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # settings are checked at the start; a call goes on whatever they say
        return ZoneInfo("UTC")


__all__ = ["End", "Facts", "State", "Step", "Turn", "fail", "from_json", "left", "resume", "start", "to_json"]
