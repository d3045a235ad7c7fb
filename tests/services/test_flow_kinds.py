"""The newer kinds of action in a whole call: time, sounds, marks, other flows."""

from __future__ import annotations

from ivr.adapters.memory.leg import HangUp, Press
from ivr.core.calls.events import ActionDone, EndReason, PromptPlayed
from ivr.core.flow import bundle
from ivr.core.flow.model import Flow
from tests.services.calls import Told, call


def loaded(**pages: str) -> Flow:
    """The flow `main` of a folder."""
    read = bundle.read({f"{name}.yaml": text.encode() for name, text in pages.items()})
    assert read.bundle is not None, read.shown
    return read.bundle.flows["main"]


def heard(told: Told) -> list[str]:
    """What the caller heard."""
    return [event.text for event in told.of(PromptPlayed)]


def seconds(told: Told) -> float:
    """How long the call was."""
    return (told.events[-1].at - told.events[0].at).total_seconds()


def test_time_passes_and_the_call_goes_on() -> None:
    told = call(text="flow:\n  a:\n    - wait: 30s\n    - say: Hi.\n    - hangup\n")
    assert heard(told) == ["Hi."]
    assert 30 <= seconds(told) < 40


def test_a_file_is_played_again_and_again_until_a_key_that_answers_the_next_question() -> None:
    page = "flow:\n  a:\n    - play: music/calm\n      for: 60s\n    - menu: Press 1.\n"
    page += "      options: [{press: 1, tag: billing, go: b}]\n      give_up: b\n"
    page += '  b:\n    - dial: "1001"\n      failed: c\n    - go: c\n  c:\n    - hangup\n'
    told = call(Press(20, "1"), text=page)
    assert heard(told)[0] == "[music/calm]"
    assert "Press 1." not in heard(told)
    assert [(done.kind, done.outcome) for done in told.of(ActionDone)][:2] == [("play", "played"), ("menu", "chosen")]


def test_another_flow_is_entered_in_the_middle_of_a_call_and_comes_back() -> None:
    main = loaded(
        main="""anywhere: {operator: {press: "0", go: person}}
flow:
  a:
    - flow: verify
      with: {account: "{call.from}"}
      as: who
      go: {unknown: person}
    - tag: verified
    - say: Hello {who.name}.
    - hangup
  person:
    - say: A person.
    - hangup
""",
        verify="""takes: {account: text}
gives: {name: text}
outcomes: [verified, unknown]
flow:
  ask:
    - confirm: Are you Ada?
      no: nobody
      give_up: nobody
    - return: verified
      give: {name: Ada}
  nobody:
    - return: unknown
""",
    )
    told = call(Press(2, "1"), text=main)
    assert heard(told) == ["Are you Ada? For yes, press 1. For no, press 2.", "Hello Ada."]
    assert told.ended.reason is EndReason.COMPLETED
    assert [done.section for done in told.of(ActionDone)] == ["a", "verify.ask", "verify.ask", "a", "a", "a", "a"]
    assert heard(call(Press(2, "2"), text=main))[-1] == "A person."
    assert heard(call(Press(2, "0"), text=main))[-1] == "A person."


def test_a_caller_may_leave_inside_of_another_flow() -> None:
    main = loaded(
        main="flow:\n  a:\n    - flow: other\n    - hangup\n", other="flow:\n  a:\n    - wait: 60s\n    - return\n"
    )
    told = call(HangUp(10), text=main)
    assert told.ended.reason is EndReason.CALLER_LEFT


def test_an_announcement_point_where_nothing_is_announced_is_silent() -> None:
    told = call(text="flow:\n  a:\n    - announce: delays\n    - say: Hi.\n    - hangup\n")
    assert heard(told) == ["Hi."]
    assert told.of(ActionDone)[0].outcome == "nothing"


def test_another_language_is_heard_from_then_on() -> None:
    page = "languages: [en, zh]\nflow:\n  a:\n    - language: zh\n    - say: {en: Hello., zh: 你好。}\n    - hangup\n"
    told = call(text=page)
    assert [(event.text, event.language) for event in told.of(PromptPlayed)] == [("你好。", "zh")]
