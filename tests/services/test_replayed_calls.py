"""A call of the real session replays identically, whatever happened in it: bugs, keys in front, the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.adapters.memory.leg import Press
from ivr.core.calls.events import CallTaped, EndReason
from ivr.core.calls.outcomes import Outcome
from ivr.core.calls.verbs import Verb
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.actions.set import Set
from ivr.core.flow.model import Result, Run
from ivr.core.flow.replay import Replayed, Verdict, replay
from ivr.core.flow.tape import read
from ivr.services.calls import session
from ivr.services.calls.perform import perform
from ivr.services.calls.stage import Stage
from tests.services.announcements import Notices
from tests.services.calls import EPOCH, FLOW, Told, call, flow

SETS_FIRST = FLOW.replace("  welcome:\n", "  welcome:\n    - set: {tries: 0}\n", 1)
DIALS_FIRST = """
anywhere:
  operator: {press: "0", go: person}
flow:
  welcome:
    - dial: "1001"
      answered: bye
      failed: bye
  person:
    - say: Here is a person.
    - go: bye
  bye:
    - hangup
"""


def again(told: Told, text: str = FLOW) -> Replayed:
    """The call, run again through a flow as strictly as can be."""
    [taped] = told.of(CallTaped)
    return replay(read(taped.tape), {"main": flow(text)}, strictly=True)


def broken(run: Run, *rest: object) -> Result:
    """What a kind of action with a bug does."""
    raise ZeroDivisionError


def test_a_bug_while_something_is_done_to_the_caller_is_met_again(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[Verb] = []

    async def once(verb: Verb, stage: Stage) -> Outcome:
        if not met and stage.index == 1:
            met.append(verb)
            raise ZeroDivisionError
        return await perform(verb, stage)

    monkeypatch.setattr(session, "perform", once)
    told = call()
    assert met
    assert again(told).verdict is Verdict.SAME


def test_a_bug_in_an_action_is_met_again_and_its_mending_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Menu, "resume", broken)
        told = call(Press(3.0, "1"))
        assert "Here is a person." in told.leg.heard
        assert again(told).verdict is Verdict.SAME
    assert again(told).verdict is Verdict.DIFFERENT


def test_a_draft_with_a_bug_is_a_difference_and_ends_no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    told = call(Press(3.0, "2"))
    monkeypatch.setattr(Menu, "resume", broken)
    found = again(told)
    assert found.verdict is Verdict.DIFFERENT
    assert found.difference is not None
    assert found.difference.now is not None
    assert found.difference.now.outcome == "bug"


def test_a_bug_in_the_first_action_reaches_the_person_and_is_met_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Set, "begin", broken)
    told = call(text=SETS_FIRST)
    assert "sorry" in told.leg.heard[0].lower()
    assert "Here is a person." in told.leg.heard
    assert told.ended.reason is EndReason.COMPLETED
    assert again(told, SETS_FIRST).verdict is Verdict.SAME


def test_a_key_pressed_while_something_is_announced_in_front_is_pressed_again() -> None:
    told = call(Press(0.5, "0"), text=DIALS_FIRST, announcements=Notices(one="All lines are down today."))
    assert "Here is a person." in told.leg.heard
    assert again(told, DIALS_FIRST).verdict is Verdict.SAME


def test_a_replay_sees_the_clock_of_the_call_to_the_microsecond() -> None:
    [taped] = call(Press(3.0004004, "2")).of(CallTaped)
    tape = read(taped.tape)
    times = [tape.facts.at + timedelta(seconds=turn.after) for turn in tape.turns]
    assert EPOCH + timedelta(seconds=3, microseconds=400) in times
