"""The flow machine: pure, and the same for a live call, the simulator, scenario tests and replay.

::

    start ──► begin actions until one needs the caller ──► Turn(verb)
                    ▲                                          │ the verb is performed elsewhere
                    └──── resume(state, outcome) ◄─────────────┘
                                   … until an action ends the call: Turn(End)

A turn does a bounded number of actions, so a flow that goes in circles without a word to the caller ends with a clear
failure. A bug in an action rises to whoever called; they come back with `fail`, which apologises and goes to the
flow's ``on_error`` section once; the second time the call ends.

An action that enters another flow puts a frame on the state; the flow that is entered has variables of its own. What
is pressed "anywhere" is looked for in the flow that runs, then in those that entered it: a person is in reach wherever
the call is, and going there leaves the flows in between.
"""

from __future__ import annotations

from datetime import datetime

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import Announced, CallerLeft, Digits, Outcome, Queued, Said
from ivr.core.flow.model import Flow
from ivr.core.flow.spoken import spoken_in
from ivr.core.flow.state import End, Facts, State, Step, Turn, from_json, to_json
from ivr.core.flow.turning import Memory, Turning
from ivr.core.flow.values import plain

_KEYED = (Said, Announced, Queued)
_RETURNED, _FAILED = "returned", "failed"


def start(
    flow: Flow,
    facts: Facts,
    *,
    section: str | None = None,
    index: int = 0,
    returned: bool = False,
    memory: Memory | None = None,
) -> Turn:
    """The first turn of a call; one that comes back begins at ``section``, or where the flow says, with an apology.

    With an ``index`` it is the action of that section in which the caller waited. A replay has a ``memory`` of what
    conditions over secrets came to.
    """
    run = Turning(flow, beginning(flow, facts, section=section, index=index, returned=returned), facts.at, memory)
    if returned:
        return run.opened(_RETURNED, flow.returned)
    return run.advance()


def beginning(flow: Flow, facts: Facts, *, section: str | None = None, index: int = 0, returned: bool = False) -> State:
    """Where a call is before anything was done; `fail` goes on from here when already `start` meets a bug."""
    if section is None or section not in flow.sections:
        section, index = flow.resume if returned else flow.start, 0
    if index >= len(flow.sections[section].actions):
        index = 0
    return State(facts, section, index, spoken_in(flow, facts.language or ""), returned=returned, flow=flow.name)


def resume(flow: Flow, state: State, outcome: Outcome, at: datetime, *, memory: Memory | None = None) -> Turn:
    """The next turn, after a verb has come to something at an instant; ``flow`` is the one that the call began with."""
    if isinstance(outcome, CallerLeft):
        return left(flow, state, at)
    run = Turning(flow, state, at, memory)
    key = _universal(outcome)
    pressed = run.universal(key) if key else None
    if state.opening:
        run.opening = ""
        if pressed is not None and pressed[1].target is not None:
            run.leave_to(pressed[0])
            run.move(pressed[1].target.section)
        return run.advance()
    action = run.action
    if action is None:
        return run.advance()
    if pressed is not None and not (isinstance(outcome, Queued) and key in action.leave):
        return run.anywhere(action, *pressed)
    return run.settle(action, action.resume(run, outcome))


def fail(flow: Flow, state: State, at: datetime, *, memory: Memory | None = None) -> Turn:
    """The turn after a bug: an apology, then the ``on_error`` section or the end; the second time the end."""
    run = Turning(flow, state, at, memory)
    depth = next((depth for depth in range(len(state.frames), -1, -1) if run.flow_at(depth).on_error), 0)
    run.noted("bug", run.flow_at(depth).on_error)
    run.leave_to(depth, "bug")
    if state.failed:
        return run.turn(End(EndReason.FAILED, "a second action failed in this call"))
    run.failed = True
    run.move(run.flow.on_error)
    return run.opened(_FAILED, run.flow.apology)


def left(flow: Flow, state: State, at: datetime) -> Turn:
    """The last turn of a call whose caller has hung up."""
    run = Turning(flow, state, at)
    run.noted("caller_left", "")
    return run.turn(End(EndReason.CALLER_LEFT))


def _universal(outcome: Outcome) -> str:
    """The "anywhere" key that was pressed, or empty."""
    if isinstance(outcome, _KEYED):
        return outcome.key
    if isinstance(outcome, Digits) and outcome.ended == "always":
        return str(plain(outcome.keys))
    return ""


__all__ = ["End", "Facts", "State", "Step", "Turn", "fail", "from_json", "left", "resume", "start", "to_json"]
