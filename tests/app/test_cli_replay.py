"""`ivr replay`: what a change would have meant for calls of before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.ledger import Ledger
from ivr.app.cli.replay import replay
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallEnded, CallStarted, CallTaped, EndReason
from ivr.core.calls.outcomes import Digits, Outcome, Said
from ivr.core.flow import machine
from ivr.core.flow.load import load
from ivr.core.flow.state import End, Facts
from ivr.core.flow.tape import Recorder

START = datetime(2026, 11, 22, 10, 4, 6, tzinfo=UTC)
FLOW = """flow:
  welcome:
    - say: Welcome.
    - menu: Press 1 for billing, 2 to leave.
      options:
        - {press: 1, go: billing}
        - {press: 2, go: bye}
      give_up: bye
  billing:
    - say: Your account is settled.
    - go: bye
  bye:
    - hangup
"""


def a_call(call_id: str, *outcomes: Outcome) -> list[Event]:
    """The events of a call of the flow as it was."""
    flow, _ = load(FLOW, "main.yaml")
    assert flow is not None
    facts = Facts(call_id, "+15551230001", "", "100", START)
    recorder, turn = Recorder("main", "", facts), machine.start(flow, facts)
    recorder.moved(turn)
    for outcome in outcomes:
        assert not isinstance(turn.verb, End)
        recorder.told(turn.verb, outcome, START)
        turn = machine.resume(flow, turn.state, outcome, START)
        recorder.moved(turn)
    begun = CallStarted(
        at=START,
        call_id=CallId(call_id),
        caller="+15551230001",
        caller_name="",
        called="100",
        flow="main",
        language="en",
        channel=call_id,
    )
    over = START + timedelta(seconds=20)
    tape = CallTaped(at=over, call_id=CallId(call_id), flow="main", tape=recorder.document())
    return [begun, tape, CallEnded(at=over, call_id=CallId(call_id), reason=EndReason.COMPLETED, section="bye")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A database with three calls, and a folder of flows beside it."""
    kept = [
        *a_call("call_01A", Said(), Digits("1"), Said()),
        *a_call("call_02B", Said(), Digits("2")),
        *a_call("call_03C", Said(), Digits("1"), Said()),
    ]
    ledger = Ledger(tmp_path / "ivr.db", open_for_writing)
    ledger.write(list(enumerate(kept, 1)))
    ledger.close()
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    return tmp_path


def run(place: Path, *words: str) -> Result:
    return CliRunner().invoke(replay, [*words, "--database", str(place / "ivr.db"), "--flows", str(place / "flows")])


def test_the_same_flows_show_the_same_way(place: Path) -> None:
    one = run(place, "call_01")
    assert (one.exit_code, "same" in one.output) == (0, True)
    many = run(place, "--last", "2026-11-01")
    assert (many.exit_code, many.output) == (0, "3 calls: 3 take the same way, 0 do not\n")


def test_the_first_difference_of_a_call_is_shown_and_the_exit_code_is_1(place: Path) -> None:
    (place / "flows" / "main.yaml").write_text(FLOW.replace("{press: 1, go: billing}", "{press: 1, go: bye}"))
    result = run(place, "call_01")
    assert result.exit_code == 1
    assert "then welcome: menu chosen → billing" in result.output
    assert "now  welcome: menu chosen → bye" in result.output


def test_all_calls_of_some_days_are_grouped(place: Path) -> None:
    (place / "flows" / "main.yaml").write_text(FLOW.replace("{press: 1, go: billing}", "{press: 1, go: bye}"))
    result = run(place, "--last", "2026-11-01", "--json")
    assert result.exit_code == 1
    document = json.loads(result.output)
    assert (document["calls"], document["same"]) == (3, 1)
    assert [group["calls"] for group in document["groups"]] == [["call_01A", "call_03C"]]


def test_no_call_of_that_time_is_no_success(place: Path) -> None:
    result = run(place, "--last", "2030-01-01")
    assert (result.exit_code, "no call" in result.output) == (1, True)


def test_flows_with_mistakes_are_not_replayed(place: Path) -> None:
    (place / "flows" / "main.yaml").write_text("flow:\n  a:\n    - go: nowhere\n")
    result = run(place, "last")
    assert result.exit_code == 1
    assert "F104" in result.output


def test_a_call_or_some_days_have_to_be_named(place: Path) -> None:
    assert run(place).exit_code == 2
    assert run(place, "last", "--last", "7d").exit_code == 2
