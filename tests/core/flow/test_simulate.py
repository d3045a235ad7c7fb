"""A flow tried at the keyboard: what is typed, and the transcript."""

from __future__ import annotations

from ivr.core.base.secret import MASK
from ivr.core.calls.events import EndReason
from ivr.core.flow.simulate import Simulation
from tests.core.flow.calls import FACTS, flow

PAGE = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
flow:
  welcome:
    - say: Hello.
    - menu: Press 1 or 2.
      options:
        - {press: 1, go: pin}
        - {press: 2, go: message}
      no_match: Not that.
      give_up: person
  pin:
    - collect: Your code?
      as: code
      secret: yes
      length: 4
      give_up: person
    - say: Thank you.
    - go: goodbye
  message:
    - record: Speak.
      for: us
      failed: goodbye
    - go: goodbye
  person:
    - dial: "2001"
      answered: goodbye
      busy: message
      failed: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""


def call(*typed: str) -> tuple[Simulation, list[str]]:
    """A simulated call in which lines are typed, and its transcript."""
    simulation = Simulation(flow(PAGE), FACTS)
    lines = simulation.begin()
    for line in typed:
        lines += simulation.line(line)
    return simulation, [f"{line.who}: {line.text}" for line in lines]


def test_the_caller_hears_what_the_flow_says_until_it_asks() -> None:
    simulation, lines = call()
    assert lines == ["ivr: Hello.", "ivr: Press 1 or 2."]
    assert simulation.over is None


def test_keys_are_answers_and_moves_are_told() -> None:
    _, lines = call("1")
    assert lines[2:] == ["caller: 1", "flow: welcome: menu chosen (press 1)", "flow: → pin", "ivr: Your code?"]


def test_keys_that_are_typed_ahead_answer_the_next_question() -> None:
    simulation, lines = call("11234")
    assert "ivr: Thank you." in lines
    assert simulation.over is not None
    assert simulation.over.reason is EndReason.COMPLETED


def test_an_empty_line_is_silence_and_time_passes() -> None:
    simulation, lines = call("")
    assert lines[2] == "caller: (silence)"
    assert (simulation.at - FACTS.at).total_seconds() > 5


def test_a_wrong_key_is_told_so() -> None:
    assert call("7")[1][-1] == "ivr: Not that. Press 1 or 2."


def test_a_secret_is_masked_wherever_the_transcript_shows_it() -> None:
    _, lines = call("1", "1234")
    assert f"caller: {MASK}" in lines
    assert not any("1234" in line for line in lines)


def test_a_message_is_typed() -> None:
    _, lines = call("2", "my heater is broken")
    assert "caller: leaves a message: my heater is broken" in lines
    assert lines[-1] == "end: the call is over: completed"


def test_a_recording_may_fail() -> None:
    assert "flow: message: record failed (reason simulated)" in call("2", "fail")[1]


def test_how_dialling_goes_is_asked_for() -> None:
    _, lines = call("0", "perhaps", "busy", "")
    assert "hint: ringing 2001: answered, busy, no_answer, unreachable, refused, failed [answered]" in lines
    assert any(line.startswith("hint: how did it go?") for line in lines)
    assert "flow: → message" in lines


def test_dialling_is_answered_when_nothing_else_is_typed() -> None:
    assert "flow: person: dial answered (talked 60)" in call("0", "")[1]


def test_the_caller_may_hang_up() -> None:
    simulation, lines = call("hangup")
    assert lines[-1] == "end: the call is over: caller_left"
    assert simulation.line("1") == []
    assert simulation.hang_up() == []


def test_what_no_telephone_has_is_told() -> None:
    assert call("help")[1][-1].startswith("hint: keys are 0 to 9")


def test_repeat_says_the_question_again() -> None:
    assert call("*")[1][-1] == "ivr: Press 1 or 2."
