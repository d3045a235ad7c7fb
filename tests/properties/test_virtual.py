"""The virtual caller against the real session: the same keys at the same times lead to the same steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.memory.leg import SOMEBODY, HangUp, Move
from ivr.adapters.memory.leg import Press as Pressed
from ivr.adapters.memory.voice import MemoryVoice
from ivr.core.calls.events import ActionDone
from ivr.core.calls.outcomes import Dialled, DialStatus
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.moments import Act, Comes, Doing, Leave, Moment, Press
from ivr.core.flow.state import Facts
from ivr.core.flow.virtual import VirtualCall
from ivr.services.ports import Sound
from tests.services.calls import EPOCH, FLOW, call, flow

TALK = 30.0

LONG_KEYS = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
  back: {press: "9"}
defaults:
  {attempts: 3, first_input: 4s, between: 2s, no_input: Nothing., no_match: [Not that., Nor that.], give_up: person}
flow:
  welcome:
    - say: This call may be recorded, and this sentence cannot be stopped.
      interruptible: no
    - say: This one can be stopped by any key.
    - menu: Press 1, 12 or 3.
      options:
        - {press: 1, go: account}
        - {press: 12, go: notice}
        - {press: 3, go: message}
  account:
    - collect: Your account number, then hash.
      as: account
      length: 2..5
      confirm: You said {account:digits}.
      accept: Press 1 if that is right, or 2 to change it.
    - say: Thank you very much.
    - menu: Press 5 or star.
      interruptible: no
      type_ahead: flush
      options:
        - {press: 5, go: notice}
        - {press: "*", go: message}
  notice:
    - say: A short notice.
    - collect: A secret code of two digits.
      as: code
      length: 2
      secret: yes
    - go: bye
  message:
    - record: Speak now.
      for: us
      longest: 20s
      end: "#"
    - say: Kept.
    - go: bye
  person:
    - say: A person comes.
    - dial: "1001"
      answered: bye
      failed: bye
  bye:
    - say: Goodbye.
    - hangup
"""
WAITING = """
languages: [en]
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
  back: {press: "9"}
  help: {press: "8"}
defaults: {attempts: 3, first_input: 4s, between: 2s, give_up: bye}
error_budget: {errors: 4, go: bye}
flow:
  welcome:
    - say: Please wait a moment.
    - wait: 5s
    - collect: Your date of birth.
      as: birth
      type: digits
      length: 6
      help: Six digits.
    - confirm: Is that right?
      yes: quiet
      no: welcome
    - go: quiet
  quiet:
    - wait: 3s
    - menu: Press 1 or 2.
      options:
        - {press: 1, go: welcome}
        - {press: 2, go: bye}
  person:
    - say: A person comes.
    - dial: "1001"
      answered: bye
      failed: bye
  bye:
    - say: Goodbye.
    - hangup
"""
FLOWS = {"services": FLOW, "long keys": LONG_KEYS, "waiting": WAITING}


class OddVoice(MemoryVoice):
    """Sentences end at odd times, so that no key is pressed in the very instant when one ends."""

    def ready(self, sentence: Sentence) -> Sound | None:
        sound = super().ready(sentence)
        return None if sound is None else Sound(sound.name, sound.seconds + 0.0031713)


def timed(moves: list[Move]) -> Callable[[Moment], Act | None]:
    """A caller who presses and leaves at given times."""
    events: deque[Press | Leave] = deque(
        sorted(
            (
                event
                for move in moves
                for event in (
                    [Leave(move.after)]
                    if isinstance(move, HangUp)
                    else [Press(key, move.after + number / 10) for number, key in enumerate(move.keys)]
                )
            ),
            key=lambda event: event.at,
        )
    )
    talks: dict[int, float] = {}

    def act(moment: Moment) -> Act | None:
        until = moment.until
        if moment.doing is Doing.RINGS:
            until = talks.setdefault(id(moment), moment.since + TALK)
        if events and events[0].at <= until:
            return events.popleft()
        return Comes(Dialled(DialStatus.ANSWERED, TALK), until) if moment.doing is Doing.RINGS else None

    return act


def virtual(text: str, moves: list[Move]) -> list[tuple[object, ...]]:
    """The steps of a virtual call."""
    voice = OddVoice()

    def seconds(sentence: Sentence) -> float:
        sound = voice.ready(sentence)
        assert sound is not None
        return sound.seconds

    facts = Facts("call_1", SOMEBODY.number, SOMEBODY.name, SOMEBODY.called, EPOCH, language="en")
    run = VirtualCall(flow(text), facts, seconds=seconds)
    talk, act, caller = run.talk(), None, timed(moves)
    while True:
        try:
            moment = talk.send(act)
        except StopIteration:
            break
        act = caller(moment)
    assert run.end is not None
    steps = [
        (step.section, step.index, step.kind, step.outcome, step.to, shown(step.detail))
        for step in run.steps
        if step.outcome != "caller_left"
    ]
    return [*steps, (run.end.reason,)]


def real(text: str, moves: list[Move]) -> list[tuple[object, ...]]:
    """The steps of a call through the session, the legs' own device and the event loop."""
    told = call(*moves, text=text, voice=OddVoice())
    steps = [
        (event.section, event.index, event.kind, event.outcome, event.to, shown(event.detail))
        for event in told.of(ActionDone)
    ]
    return [*steps, (told.ended.reason,)]


def shown(detail: dict[str, object]) -> str:
    """Details without what is another one in each call, and without the odd end of a length."""
    kept = {name: round(value, 1) if isinstance(value, float) else value for name, value in detail.items()}
    return repr({name: value for name, value in kept.items() if name != "recording"})


moments = st.floats(0.05, 60, allow_nan=False).map(lambda at: at + 0.000731)
keys = st.text("0123456789*#", min_size=1, max_size=8)
likely = st.sampled_from(["1", "12", "3", "2", "11", "1234", "1234#1", "34#", "5", "0", "*", "9", "8352", "1#"])
pressed = st.lists(st.tuples(moments, likely | keys), max_size=8)


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=150, deadline=None)
@given(script=pressed, leaves=st.none() | moments)
def test_the_same_keys_lead_to_the_same_steps(name: str, script: list[tuple[float, str]], leaves: float | None) -> None:
    # No two things are done in the same instant: which comes first is nobody's promise.
    moves: list[Move] = [Pressed(at + 0.0173 * number, text) for number, (at, text) in enumerate(script)]
    moves += [HangUp(leaves + 0.00937)] if leaves is not None else []
    assert virtual(FLOWS[name], moves) == real(FLOWS[name], moves)
