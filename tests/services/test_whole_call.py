"""A whole call is recorded where its flow says so, and never while a secret is asked for or said."""

from __future__ import annotations

import pytest

from ivr.adapters.memory.leg import HangUp, MemoryLeg, Press
from ivr.core.calls.events import CallEnded, RecordingKept
from ivr.services.ports import Unplayable
from tests.services.calls import call

FLOW = """
record: yes
flow:
  welcome:
    - say: Welcome to Acme.
    - collect: Please key in your code.
      as: code
      length: 4
      secret: yes
      give_up: bye
    - say: Your code is {code:digits}.
      allow_secret: the caller hears only their own code
    - say: Thank you.
    - go: bye
  bye:
    - hangup
"""


def test_the_recording_stands_still_while_a_secret_is_asked_for_and_while_it_is_said() -> None:
    told = call(Press(2.0, "2468"), text=FLOW)
    moves = [move for move in told.leg.done if move.startswith("record")]
    assert moves[0] == "record off"  # whatever ran before the call came back
    assert moves[1].startswith("record calls/")
    assert moves[2:] == ["record off", "record on", "record off", "record on"]


def test_the_recording_is_kept_once_and_is_shorter_than_the_call() -> None:
    told = call(Press(2.0, "2468"), text=FLOW)
    [kept] = told.of(RecordingKept)
    assert kept.kind == "call"
    assert kept.path == f"{told.leg.done[2].removeprefix('record ')}.wav"
    [ended] = told.of(CallEnded)
    lasted = (ended.at - told.events[0].at).total_seconds()
    assert 0 < kept.seconds < lasted - 1


def test_a_flow_that_does_not_say_so_records_nothing() -> None:
    told = call(Press(2.0, "2468"), text=FLOW.replace("record: yes\n", ""))
    assert told.of(RecordingKept) == []
    assert not any(move.startswith("record") for move in told.leg.done)


def test_a_caller_who_leaves_while_keying_in_a_secret_leaves_no_recording_running() -> None:
    told = call(Press(2.0, "24"), HangUp(3.0), text=FLOW)
    assert [move for move in told.leg.done if move.startswith("record")][-1] == "record off"
    assert len(told.of(RecordingKept)) == 1


def test_a_call_that_cannot_be_recorded_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(leg: MemoryLeg, name: str, *, append: bool) -> None:
        raise Unplayable("no MixMonitor")

    monkeypatch.setattr(MemoryLeg, "start_recording", refuse)
    told = call(Press(2.0, "2468"), text=FLOW)
    assert told.ended.reason == "completed"
    assert told.of(RecordingKept) == []
    assert "the call is not recorded: no MixMonitor" in caplog.text
