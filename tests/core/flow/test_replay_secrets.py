"""What secrets decided in a call is on its tape, and no digit of them: the same flow replays identically, always."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.base.secret import Secret
from ivr.core.calls.outcomes import Digits, Outcome, Said
from ivr.core.calls.verbs import Ask, Verb
from ivr.core.flow import machine
from ivr.core.flow.replay import Verdict, replay
from ivr.core.flow.state import End
from ivr.core.flow.tape import Recorder
from ivr.core.flow.tape import read as read_tape
from tests.core.flow.test_replay import AT, facts, fitting, flows, recorded

# Secret questions of every type, and everything that may be decided by what they took.
SECRETS = """
anywhere:
  operator: {press: "0", go: bye}
  repeat: {press: "*"}
  back: {press: "9"}
defaults: {give_up: bye, attempts: 2}
error_budget: {errors: 6, go: bye}
flow:
  first:
    - collect: Your customer code.
      as: customer
      pattern: "4xxxxx"
      secret: yes
    - collect: Your plan.
      as: plan
      one_of: ["10", "200", "3000"]
      secret: yes
      confirm: yes
      allow_secret: the caller hears their own
    - collect: Your date of birth.
      as: born
      type: date
      format: DDMMYYYY
      earliest: 1900-01-01
      latest: today
      secret: yes
    - collect: How much.
      as: much
      type: number
      range: 10..500
      secret: yes
      confirm: You keyed in {much:number}.
      allow_secret: the caller hears their own
    - set:
        rich: "{number(much) > 100}"
        year: "{lower(born)}"
        twice: "{number(customer) * 2}"
        none: "{number(join(customer, plan, born, plan, customer))}"
      allow_secret: for later
    - if: rich
      go: second
    - if: starts_with(year, "1990") or empty(none)
      go: second
      else: third
  second:
    - choose: plan
      options: {"10": third, "200": bye}
      allow_secret: it is no secret which plan
    - choose: much
      options: {"30": third, "450": bye}
      else: third
      allow_secret: it is no secret how much
  third:
    - tag: "plan {plan}"
      allow_secret: for the test
    - lookup: select balance, open from accounts where customer = :customer
      in: crm
      with: {customer: "{customer}"}
      as: found
      secret: yes
      none: bye
      failed: fourth
      allow_secret: the database is ours
    - if: number(found.balance) > 50
      go: bye
    - if: found.open
      go: bye
      else: fourth
  fourth:
    - fetch: https://pay.example.com/{none}
      failed: fifth
      allow_secret: the bank is theirs
    - go: bye
  fifth:
    - fetch: https://pay.example.com/{twice}?plan={plan}
      as: paid
      failed: bye
      allow_secret: the bank is theirs
    - set: {good: "{paid.ok == 'yes'}", enough: "{length(paid.names) > 1}"}
    - if: good or enough
      go: first
    - dial: "{customer}"
      allow_secret: for the test
      failed: bye
    - go: bye
  bye:
    - say: Good bye, {customer:digits}.
      allow_secret: for the test
    - hangup
"""
DEEP = flows(main=SECRETS)["main"]
LIKELY = {
    "customer": ("456789", "456789", "456790", "123456", "45#"),
    "plan": ("10", "200", "3000", "11"),
    "birth": ("24121990", "01021985", "31022000"),
    "much": ("30", "450", "120", "5", "4**"),
}


def likely(verb: Verb) -> st.SearchStrategy[Outcome]:
    """What most callers answer, so that calls come far."""
    if not isinstance(verb, Ask) or verb.sentence is None:
        return fitting(verb)
    if not verb.secret:
        return st.sampled_from([*verb.keys.choices] or ["1"]).map(Digits)
    keys = next(keys for word, keys in LIKELY.items() if word in verb.sentence.text)
    return st.sampled_from(keys).map(lambda pressed: Digits(Secret(pressed), "length"))


@given(st.data())
def test_whatever_secrets_decide_the_same_flow_replays_identically(data: st.DataObject) -> None:
    tape = recorded(DEEP, lambda verb: data.draw(likely(verb)))
    strict = replay(tape, {"main": DEEP}, strictly=True)
    assert strict.verdict is Verdict.SAME, strict.difference
    assert replay(tape, {"main": DEEP}).verdict is Verdict.SAME


def test_what_secrets_decided_is_remembered_and_no_digit_of_them() -> None:
    main = flows(main=SECRETS)["main"]
    given: list[Outcome] = [
        Digits(Secret("456789"), "length"),
        Digits(Secret("200"), "end_key"),
        Digits("1"),
        Digits(Secret("24121990"), "length"),
        Digits(Secret("450"), "end_key"),
        Digits("1"),
        Said(),
    ]
    recorder = Recorder("main", "", facts())
    turn = machine.start(main, facts())
    for outcome in given:
        assert not isinstance(turn.verb, End)
        recorder.told(turn.verb, outcome, AT)
        turn = machine.resume(main, turn.state, outcome, AT)
        recorder.moved(turn)
    written = json.dumps(recorder.document())
    for secret in ("456789", "200", "1990", "450", "913578"):
        assert secret not in written.replace(AT.isoformat(), "")
    again = replay(read_tape(json.loads(written)), {"main": main}, strictly=True)
    assert again.verdict is Verdict.SAME
    assert [(step.kind, step.outcome, step.to) for step in again.steps if step.kind in ("if", "choose")] == [
        ("if", "yes", "second"),
        ("choose", "chosen", "bye"),
    ]
