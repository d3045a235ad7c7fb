"""Whatever comes of the verbs of a flow, a call goes on or ends; whatever a page holds, it is a flow or a finding."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import (
    Announced,
    CallerLeft,
    Dialled,
    DialStatus,
    Digits,
    Failed,
    Given,
    NoInput,
    Outcome,
    Recorded,
    Said,
    Unsaid,
)
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Record, Say, Wait
from ivr.core.flow import machine
from ivr.core.flow.load import load
from ivr.core.flow.machine import End, Facts, State, Turn
from ivr.core.flow.model import Flow
from ivr.core.flow.simulate import Simulation
from tests.core.flow.samples import bundle

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CARD = """
anywhere:
  repeat: {press: "*"}
flow:
  a:
    - set: {n: 0}
    - go: b
  b:
    - collect: Card?
      as: card
      type: card
      confirm: It is {card:digits}.
      give_up: c
      allow_secret: the caller hears only their own number
    - set: {n: "{n + 1}", copy: "{card}", half: "{number(card) / 2}"}
      allow_secret: kept for the end of the call
    - say: Again, for the {n:ordinal} time, {copy}.
      allow_secret: the caller hears only their own number
    - if: n > 2
      go: c
    - go: b
  c:
    - dial: "2001"
      failed: d
    - hangup
  d:
    - hangup
"""


def _flow(text: str) -> Flow:
    flow, problems = load(text, "x.yaml")
    assert flow is not None, problems.all
    return flow


FLOWS = [*bundle().flows.values(), _flow(CARD)]
KEYS = st.text(alphabet="0123456789*#", max_size=20)
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Said, st.sampled_from(["", "0", "*", "9"])),
    st.builds(Unsaid, st.text(max_size=5)),
    st.builds(Digits, KEYS, st.sampled_from(["choice", "length", "end_key", "pause", "always"])),
    st.builds(Digits, KEYS.map(Secret), st.sampled_from(["length", "end_key", "always"])),
    st.builds(Digits, st.sampled_from(["1", "2", "4567", "2468", "4111111111111111"])),
    st.just(NoInput()),
    st.builds(Recorded, st.just("recording_1"), st.floats(0, 100), st.sampled_from(["key", "silence", "hangup"])),
    st.builds(Dialled, st.sampled_from(DialStatus), st.floats(0, 100)),
    st.builds(Failed, st.text(max_size=5)),
    st.builds(Announced, st.just(()), st.sampled_from(["", "0"])),
    st.builds(
        Given, st.sampled_from([None, 1, "x", {"balance": 12.5, "state": "sent"}, [{"a": [1]}], {"language": "zh"}])
    ),
)
LANGUAGES = st.sampled_from([None, "en", "zh", "de"])


def _facts(language: str | None) -> Facts:
    return Facts("call_1", "+15551230001", 'Ada "${x}"', "100", AT, language=language)


def _is_sound(flow: Flow, turn: Turn) -> None:
    assert isinstance(turn.verb, Say | Wait | Announce | Ask | Record | Dial | Consult | End)
    inner = flow.surroundings.flows[turn.state.flow] if turn.state.frames else flow
    assert turn.state.section in inner.sections or turn.state.section == ""
    document = json.loads(json.dumps(machine.to_json(turn.state)))
    back = machine.from_json(document)
    assert isinstance(back, State)
    assert machine.to_json(back) == document
    for step in turn.trail:
        name, _, section = step.section.rpartition(".")
        around = flow.surroundings.flows[name] if name else flow
        assert section in around.sections
        assert step.to == "" or any(step.to in one.sections for one in (around, flow))


@given(st.sampled_from(FLOWS), LANGUAGES, st.booleans(), st.lists(OUTCOMES, max_size=40))
def test_any_outcomes_lead_on_or_to_an_end_and_the_state_is_json(
    flow: Flow, language: str | None, returned: bool, outcomes: list[Outcome]
) -> None:
    turn = machine.start(flow, _facts(language), returned=returned)
    _is_sound(flow, turn)
    for number, outcome in enumerate(outcomes):
        if isinstance(turn.verb, End):
            break
        turn = machine.resume(flow, turn.state, outcome, AT + timedelta(seconds=number))
        _is_sound(flow, turn)
    left = machine.resume(flow, turn.state, CallerLeft(), AT)
    assert isinstance(left.verb, End)


@given(st.sampled_from(FLOWS), st.lists(OUTCOMES, max_size=10), st.integers(1, 4))
def test_a_bug_anywhere_ends_the_call_the_second_time_at_the_latest(
    flow: Flow, outcomes: list[Outcome], bugs: int
) -> None:
    turn = machine.start(flow, _facts(None))
    for outcome in outcomes:
        if not isinstance(turn.verb, End):
            turn = machine.resume(flow, turn.state, outcome, AT)
    for _ in range(bugs):
        turn = machine.fail(flow, turn.state, AT)
    assert isinstance(turn.verb, End if bugs > 1 else Say)


@given(st.sampled_from(FLOWS), st.lists(OUTCOMES, max_size=20))
def test_the_same_outcomes_give_the_same_call(flow: Flow, outcomes: list[Outcome]) -> None:
    def replayed() -> list[Turn]:
        turns = [machine.start(flow, _facts(None))]
        for outcome in outcomes:
            turns.append(machine.resume(flow, turns[-1].state, outcome, AT))
        return turns

    assert replayed() == replayed()


@given(st.sampled_from(FLOWS))
def test_a_silent_caller_is_never_asked_for_ever(flow: Flow) -> None:
    turn = machine.start(flow, _facts(None))
    for _ in range(60):
        if isinstance(turn.verb, End):
            return
        silent: Outcome = NoInput() if isinstance(turn.verb, Ask) else Said()
        if isinstance(turn.verb, Dial):
            silent = Dialled(DialStatus.NO_ANSWER)
        if isinstance(turn.verb, Record):
            silent = Recorded("recording_1", 0.0, "silence")
        turn = machine.resume(flow, turn.state, silent, AT)
    raise AssertionError("the call goes on and on")


@given(st.lists(st.sampled_from(["4111111111111111", "1", "2", "*", ""]), max_size=12))
def test_a_card_number_is_nowhere_in_state_or_trace(keys: list[str]) -> None:
    flow = FLOWS[-1]
    turn = machine.start(flow, _facts(None))
    seen = ""
    for pressed in keys:
        if isinstance(turn.verb, End):
            break
        outcome: Outcome = Said()
        if isinstance(turn.verb, Ask):
            outcome = Digits(Secret(pressed) if turn.verb.secret else pressed, "length") if pressed else NoInput()
        turn = machine.resume(flow, turn.state, outcome, AT)
        seen += json.dumps(machine.to_json(turn.state), ensure_ascii=False) + repr(turn.trail)
        if isinstance(turn.verb, Ask | Say) and turn.verb.sentence is not None:
            seen += turn.verb.sentence.text
    assert "4111" not in seen
    assert "2055555555555555" not in seen
    if keys[:1] == ["4111111111111111"]:
        assert MASK in seen


@settings(max_examples=60)
@given(st.sampled_from(FLOWS), st.lists(st.text(alphabet="0123456789*# abhugnp", max_size=8), max_size=20))
def test_whatever_is_typed_the_simulator_goes_on(flow: Flow, typed: list[str]) -> None:
    simulation = Simulation(flow, _facts(None))
    simulation.begin()
    for line in typed:
        simulation.line(line)
    simulation.hang_up()
    assert simulation.over is not None


@given(st.data())
def test_a_page_with_anything_cut_out_of_it_is_a_flow_or_findings_at_places_that_exist(data: st.DataObject) -> None:
    text = (ROOT / "flows" / "main.yaml").read_text()
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 200))
    put = data.draw(st.sampled_from(["", "x", "{", "}", "[", ":", '"', "\n", "- ", "*", "#", "一"]))
    broken = text[:start] + put + text[start + length :]
    flow, problems = load(broken, "x.yaml")
    assert flow is not None or problems.errors
    lines = broken.split("\n")
    for problem in problems:
        assert 1 <= problem.mark.line <= len(lines) + 1
        assert problem.mark.column >= 1
        assert problem.message
