"""A call of before takes the same way through the same flow, always; through a changed one, the difference is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.secret import Secret
from ivr.core.calls.outcomes import (
    Announced,
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
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Record, Verb
from ivr.core.flow import machine
from ivr.core.flow.bundle import read
from ivr.core.flow.model import Flow
from ivr.core.flow.replay import Group, Verdict, grouped, replay
from ivr.core.flow.state import End, Facts
from ivr.core.flow.tape import Recorder, Tape, shape
from ivr.core.flow.tape import read as read_tape
from tests.core.flow.samples import bundle

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CARD_NUMBER = "4111111111111111"
CARD = """
flow:
  welcome:
    - say: Welcome.
    - menu: Press 1 to pay, 2 to leave.
      options:
        - {press: 1, go: pay}
        - {press: 2, go: bye}
      give_up: bye
  pay:
    - collect: Your card number, please.
      as: card
      type: card
      give_up: bye
    - if: starts_with(card, "41")
      go: known
    - go: bye
  known:
    - collect: Your code, please.
      as: code
      length: 4
      secret: yes
      give_up: bye
    - if: code == "2468"
      go: paid
    - go: bye
  paid:
    - say: Thank you.
    - hangup
  bye:
    - hangup
"""


def flows(**pages: str) -> dict[str, Flow]:
    """The flows of some pages."""
    found = read({f"{name}.yaml": text.encode() for name, text in pages.items()})
    assert found.bundle is not None, "\n".join(map(str, found.shown))
    return dict(found.bundle.flows)


def facts() -> Facts:
    return Facts("call_1", "+15551230001", "Ada", "100", AT)


def taped(flow: Flow, *outcomes: Outcome) -> Tape:
    """The tape of a call in which these came of the verbs, as it comes back from the database."""
    given = iter(outcomes)
    return recorded(flow, lambda verb: next(given, None))


def recorded(flow: Flow, answer: object) -> Tape:
    """The tape of a call whose verbs are answered until there is None."""
    assert callable(answer)
    recorder = Recorder(flow.name, "", facts())
    turn = machine.start(flow, facts())
    recorder.moved(turn)
    now = AT
    for _ in range(200):
        outcome = None if isinstance(turn.verb, End) else answer(turn.verb)
        if isinstance(turn.verb, End) or outcome is None:
            break
        now += timedelta(seconds=1.5)
        recorder.told(turn.verb, outcome, now)
        turn = machine.resume(flow, turn.state, outcome, now)
        recorder.moved(turn)
    return read_tape(json.loads(json.dumps(recorder.document())))


LOOP = """
flow:
  a:
    - menu: Press 1.
      options:
        - {press: 1, go: a}
        - {press: 2, go: b}
      give_up: b
  b:
    - hangup
"""
PAID = (
    Said(),
    Digits("1"),
    Digits(Secret(CARD_NUMBER), "end_key"),
    Digits(Secret("2468"), "length"),
    Said(),
)


def test_a_call_takes_the_same_way_through_the_same_flow() -> None:
    card = flows(main=CARD)["main"]
    assert replay(taped(card, *PAID), {"main": card}, strictly=True).verdict is Verdict.SAME


def test_the_tape_holds_no_secret_and_conditions_over_secrets_are_remembered() -> None:
    card = flows(main=CARD)["main"]
    recorder = Recorder("main", "", facts())
    turn = machine.start(card, facts())
    for outcome in PAID:
        assert not isinstance(turn.verb, End)
        recorder.told(turn.verb, outcome, AT)
        turn = machine.resume(card, turn.state, outcome, AT)
        recorder.moved(turn)
    written = json.dumps(recorder.document())
    assert CARD_NUMBER not in written
    assert "2468" not in written
    again = replay(read_tape(json.loads(written)), {"main": card})
    assert again.verdict is Verdict.SAME
    assert [step.to for step in again.steps if step.kind == "if"] == ["known", "paid"]


def test_where_a_secret_led_is_remembered() -> None:
    page = CARD.replace(
        '    - if: code == "2468"\n      go: paid\n',
        '    - choose: code\n      options: {"2468": paid}\n      allow_secret: only one code is compared\n',
    )
    chosen = flows(main=page)
    again = replay(taped(chosen["main"], *PAID), chosen, strictly=True)
    assert again.verdict is Verdict.SAME
    assert [(step.outcome, step.to) for step in again.steps if step.kind == "choose"] == [("chosen", "paid")]


def test_a_sentence_more_or_less_is_no_other_way() -> None:
    before = flows(main=CARD)["main"]
    tape = taped(before, *PAID)
    more = CARD.replace("    - say: Welcome.\n", "    - say: Welcome.\n    - say: This call may be recorded.\n")
    less = CARD.replace("    - say: Welcome.\n", "")
    assert replay(tape, flows(main=more)).verdict is Verdict.SAME
    assert replay(tape, flows(main=less)).verdict is Verdict.SAME
    assert replay(tape, flows(main=more), strictly=True).verdict is not Verdict.SAME


def test_the_first_difference_is_shown() -> None:
    tape = taped(flows(main=CARD)["main"], *PAID)
    changed = flows(main=CARD.replace("{press: 1, go: pay}", "{press: 1, go: bye}"))
    found = replay(tape, changed)
    assert found.verdict is Verdict.DIFFERENT
    assert found.difference is not None
    assert found.difference.number == 1
    assert found.difference.before is not None
    assert found.difference.now is not None
    assert (found.difference.before.to, found.difference.now.to) == ("pay", "bye")


def test_a_question_that_the_caller_never_answered_ends_the_comparison_and_says_why() -> None:
    tape = taped(flows(main=CARD)["main"], *PAID)
    asks = CARD.replace("  paid:\n", "  paid:\n    - dial: '2001'\n      failed: bye\n")
    found = replay(tape, flows(main=asks))
    assert found.verdict is Verdict.DIFFERENT
    assert found.difference is not None
    assert found.difference.now is None
    assert "how dialling went" in found.difference.why


def test_a_new_condition_over_a_secret_is_undecided() -> None:
    tape = taped(flows(main=CARD)["main"], *PAID)
    moved = CARD.replace("  known:\n", "  known:\n    - if: starts_with(card, '42')\n      go: bye\n")
    found = replay(tape, flows(main=moved))
    assert found.verdict is Verdict.UNDECIDED


def test_a_flow_that_is_gone_is_said_to_be_gone() -> None:
    tape = taped(flows(main=CARD)["main"], *PAID)
    assert replay(tape, flows(other=CARD)).verdict is Verdict.GONE


def test_a_caller_who_left_is_compared_as_far_as_they_came() -> None:
    tape = taped(flows(main=CARD)["main"], Said(), Digits("1"))
    assert tape.ended is None
    later = CARD.replace("go: paid", "go: bye")
    assert replay(tape, flows(main=later)).verdict is Verdict.SAME


def test_calls_are_grouped_by_what_changes_the_largest_group_first() -> None:
    before = flows(main=CARD)["main"]
    changed = flows(main=CARD.replace("{press: 1, go: pay}", "{press: 1, go: bye}").replace("{press: 2,", "{press: 3,"))
    pays, leaves = taped(before, *PAID), taped(before, Said(), Digits("2"))
    found = grouped((f"call_{n}", replay(tape, changed)) for n, tape in enumerate([pays, leaves, pays]))
    assert [(group.before, group.now, group.calls) for group in found] == [
        ("welcome: menu chosen → pay", "welcome: menu chosen → bye", ("call_0", "call_2")),
        ("welcome: menu chosen → bye", "—", ("call_1",)),
    ]
    assert isinstance(found[0], Group)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("2468", "0001"), (CARD_NUMBER, "0" * 16), ("12*34#", "00*01#"), ("0", "0"), ("", ""), ("*", "*")],
)
def test_the_shape_of_a_secret_tells_no_digit_of_it(keys: str, shown: str) -> None:
    assert shape(keys) == shown


def test_a_long_call_is_cut_and_replays_as_far_as_its_tape_goes() -> None:
    loop = flows(main=LOOP)
    recorder = Recorder("main", "", facts())
    turn = machine.start(loop["main"], facts())
    for _ in range(2_500):
        assert not isinstance(turn.verb, End)
        recorder.told(turn.verb, Digits("1"), AT)
        turn = machine.resume(loop["main"], turn.state, Digits("1"), AT)
        recorder.moved(turn)
    assert not isinstance(turn.verb, End)
    recorder.told(turn.verb, Digits("2"), AT)
    recorder.moved(machine.resume(loop["main"], turn.state, Digits("2"), AT))
    tape = read_tape(recorder.document())
    assert tape.cut
    assert tape.ended == "completed"
    assert len(tape.turns) == 2_000
    assert replay(tape, loop).verdict is Verdict.SAME


@pytest.mark.parametrize("document", [{}, {"flow": 1}, {"turns": [[0, {"what": 1}]]}])
def test_what_is_no_tape_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no tape"):
        read_tape(document)


KEYS = st.text(alphabet="0123456789*#", max_size=20)
DIGITS = st.builds(Digits, KEYS, st.sampled_from(["choice", "length", "end_key", "pause"]))
SECRET = st.builds(Digits, KEYS.map(Secret), st.sampled_from(["length", "end_key"]))


def fitting(verb: Verb) -> st.SearchStrategy[Outcome]:  # noqa: PLR0911 - one for each verb
    """What may come of a verb."""
    if isinstance(verb, Ask):
        good = (CARD_NUMBER, "456789", "10", "200", "3000", "24121990", "31022000", "30", "450", "123456")
        likely = st.sampled_from([*verb.keys.choices, *verb.keys.always, *good])
        pressed = likely.map(lambda keys: Digits(keys, "always" if keys in verb.keys.always else "choice"))
        if verb.secret:
            pressed = likely.map(lambda keys: Digits(Secret(keys), "length"))
            return st.one_of(pressed, SECRET, st.just(NoInput()))
        return st.one_of(pressed, DIGITS, st.just(NoInput()), st.just(Failed("x")))
    if isinstance(verb, Record):
        return st.sampled_from([Recorded("rec_1", 3.0, "key"), Failed("disk")])
    if isinstance(verb, Dial):
        return st.builds(Dialled, st.sampled_from(DialStatus), st.floats(0, 100)) | st.just(Failed("x"))
    if isinstance(verb, Consult):
        echo = {"ok": Secret("yes"), "names": [Secret("456789"), "b"], "c456789": Secret("456789")}
        row = {"balance": 72.5, "open": True}
        return st.sampled_from([Given({"balance": 12.5}), Given(row), Given(echo), Given(None), Failed("timeout")])
    if isinstance(verb, Announce):
        return st.just(Announced())
    return st.sampled_from([Said(), Said("0"), Unsaid("no voice")])


def every_flow() -> Iterator[tuple[str, dict[str, Flow]]]:
    samples = bundle().flows
    for name in samples:
        yield name, dict(samples)
    yield "main", flows(main=CARD)


ALL = list(every_flow())


@given(st.sampled_from(ALL), st.data())
def test_whatever_a_caller_does_the_same_flows_replay_identically(
    which: tuple[str, dict[str, Flow]], data: st.DataObject
) -> None:
    name, around = which
    tape = recorded(around[name], lambda verb: data.draw(st.none() | fitting(verb)))
    strict = replay(tape, around, strictly=True)
    assert strict.verdict is Verdict.SAME, strict.difference
    assert replay(tape, around).verdict is Verdict.SAME
