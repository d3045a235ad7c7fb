"""The life of a call: what the caller hears, and every way a call can end, each recorded exactly once."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.adapters.memory.voice import MemoryVoice
from ivr.core.base.errors import Refused
from ivr.core.base.events import to_json
from ivr.core.base.secret import MASK
from ivr.core.calls.events import (
    ActionDone,
    CallEnded,
    CallHandedBack,
    CallReturned,
    CallStarted,
    EndReason,
    InputTaken,
    LegEnded,
    LegStarted,
    PromptPlayed,
    RecordingKept,
)
from ivr.core.calls.outcomes import Dialled, DialStatus, Outcome
from ivr.core.calls.verbs import Verb
from ivr.services.calls import session
from ivr.services.calls.perform import Stage, perform
from ivr.services.ports import OpenCall
from tests.services.calls import FLOW, Bench, NoStore, call, returned


def test_a_caller_who_does_nothing_is_asked_again_and_then_let_go() -> None:
    told = call()
    assert told.leg.heard[0] == "Welcome to Acme."
    assert sum("Press 1 for billing" in text for text in told.leg.heard) == 2
    assert told.leg.heard[-1] == "Goodbye."
    assert told.ended.reason is EndReason.COMPLETED
    assert told.leg.done == ["answer", "hangup"]


def test_everything_that_happened_can_be_read_afterwards() -> None:
    told = call(Press(1.0, "2"), Press(8.0, "#"))
    [started] = told.of(CallStarted)
    assert (started.caller, started.caller_name, started.called, started.flow) == ("+15551230001", "Ada", "100", "main")
    kinds = [(step.section, step.kind, step.to) for step in told.of(ActionDone)]
    assert kinds[:2] == [("welcome", "say", ""), ("welcome", "menu", "message")]
    [recording] = told.of(RecordingKept)
    assert recording.mailbox == "billing"
    assert recording.path == f"voicemail/2026-11-22/{recording.recording_id}.wav"
    assert told.ended.reason is EndReason.COMPLETED


def test_a_key_cuts_the_welcome_and_answers_the_menu_that_follows() -> None:
    told = call(Press(0.2, "2"), Press(5.0, "#"))
    assert not any("Press 1 for billing" in text for text in told.leg.heard)
    [welcome] = [event for event in told.of(PromptPlayed) if event.text.startswith("Welcome")]
    assert welcome.cut_by == MASK  # the menu that took it tells which key it was
    assert told.of(RecordingKept)


def test_the_operator_key_works_in_a_sentence_and_in_a_menu() -> None:
    for at in (0.2, 2.0):
        told = call(Press(at, "0"))
        assert "Here is a person." in told.leg.heard
        assert "dial PJSIP/1002" in told.leg.done


def test_keys_typed_before_a_sentence_wait_for_the_question_they_were_meant_for() -> None:
    text = FLOW.replace("    - collect: Please key", "    - say: One moment.\n    - collect: Please key")
    told = call(Press(0.2, "10711"), text=text)
    assert "dial PJSIP/1001" in told.leg.done
    assert "Here is a person." not in told.leg.heard


def test_a_secret_is_in_no_event() -> None:
    told = call(Press(0.2, "1"), Press(2.0, "4711"))
    assert "dial PJSIP/1001" in told.leg.done
    text = repr([to_json(event) for event in told.events]) + repr(told.events)
    assert "4711" not in text
    [secret] = [event for event in told.of(InputTaken) if event.sensitive]
    assert secret.value == "●●●"
    assert not any(event.cut_by == "4" for event in told.of(PromptPlayed))


def test_the_other_party_is_a_leg_of_its_own() -> None:
    told = call(Press(0.2, "1"), Press(2.0, "4711"))
    [begun], [ended] = told.of(LegStarted), told.of(LegEnded)
    assert begun.address == "1001"
    assert (ended.leg_id, ended.status, ended.talked) == (begun.leg_id, "answered", 30.0)


def test_a_busy_extension_takes_the_flow_where_it_says() -> None:
    told = call(Press(0.2, "1"), Press(2.0, "4711"), HangUp(30), dialled=Dialled(DialStatus.BUSY))
    assert "Please leave a message." in told.leg.heard


@pytest.mark.parametrize("at", [0.3, 2.5, 6.0, 9.0])
def test_a_caller_who_hangs_up_anywhere_is_recorded_once(at: float) -> None:
    told = call(HangUp(at))
    assert told.ended.reason is EndReason.CALLER_LEFT


def test_a_hangup_while_recording_keeps_the_message() -> None:
    told = call(Press(0.2, "2"), HangUp(10.0))
    [recording] = told.of(RecordingKept)
    assert recording.seconds > 5
    assert told.ended.reason is EndReason.CALLER_LEFT


def test_a_hangup_while_talking_ends_the_other_leg_too() -> None:
    told = call(Press(0.2, "1"), Press(2.0, "4711"), HangUp(20.0))
    assert len(told.of(LegEnded)) == 1
    assert told.ended.reason is EndReason.CALLER_LEFT


def test_asterisk_going_away_is_not_put_on_the_caller() -> None:
    assert call(HangUp(3.0), lost=True).ended.reason is EndReason.LOST


def test_a_call_does_not_last_longer_than_it_may() -> None:
    told = call(Press(0.2, "1"), Press(2.0, "4711"), dialled=Dialled(DialStatus.ANSWERED, 100_000.0))
    assert told.ended.reason is EndReason.TOO_LONG
    assert told.leg.done[-1] == "hangup"
    assert len(told.of(LegEnded)) == 1


def test_somebody_with_the_right_to_can_end_a_call() -> None:
    async def end(bench: Bench) -> None:
        await asyncio.sleep(1)
        [living] = bench.calls.living()
        assert living["section"] == "welcome"
        bench.calls.end(living["call_id"], "Kim")
        with pytest.raises(Refused):
            bench.calls.end("call_99", "Kim")

    told = call(during=end)
    assert (told.ended.reason, told.ended.detail) == (EndReason.ENDED_BY, "Kim")


def test_a_stopping_service_lets_the_caller_finish_and_hands_the_call_back() -> None:
    async def stop(bench: Bench) -> None:
        await asyncio.sleep(0.5)
        await bench.calls.stop(grace=10)

    told = call(during=stop)
    assert told.leg.heard == ["Welcome to Acme."]
    assert told.leg.done == ["answer", "hand_back"]
    assert len(told.of(CallHandedBack)) == 1
    assert not told.of(CallEnded)


def test_a_stopping_service_does_not_wait_for_a_talk_to_end() -> None:
    async def stop(bench: Bench) -> None:
        await asyncio.sleep(10)
        await bench.calls.stop(grace=5)

    told = call(Press(0.2, "1"), Press(2.0, "4711"), during=stop, dialled=Dialled(DialStatus.ANSWERED, 200.0))
    assert told.leg.done[-1] == "hand_back"
    assert not told.of(CallEnded)


def test_a_service_that_stops_takes_no_more_calls() -> None:
    async def stop(bench: Bench) -> None:
        await bench.calls.stop(grace=1)
        await bench.calls.take(bench.leg)

    told = call(during=stop)
    assert told.leg.done.count("hand_back") == 2
    assert len(told.of(CallStarted)) == 1


def test_a_call_that_comes_back_keeps_its_id_and_goes_where_its_flow_says() -> None:
    store = NoStore(OpenCall("call_77", "chan-1", "billing", "en"))
    told = call(store=store, **returned())
    [back] = told.of(CallReturned)
    assert (back.call_id, back.section) == ("call_77", "back")
    assert "sorry" in told.leg.heard[0].lower()
    assert told.leg.heard[1] == "You are back."
    assert not told.of(CallStarted)
    assert told.ended.call_id == "call_77"


def test_a_call_that_comes_back_and_is_not_known_is_a_new_call() -> None:
    told = call(**returned())
    assert len(told.of(CallStarted)) == 1
    assert told.leg.heard[1] == "You are back."


def test_a_bug_is_apologised_for_and_the_caller_reaches_the_person(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[Verb] = []

    async def once(verb: Verb, stage: Stage) -> Outcome:
        if not broken and stage.index == 1:
            broken.append(verb)
            raise ZeroDivisionError
        return await perform(verb, stage)

    monkeypatch.setattr(session, "perform", once)
    with caplog.at_level(logging.ERROR):
        told = call()
    assert "sorry" in told.leg.heard[1].lower()
    assert "Here is a person." in told.leg.heard
    assert told.ended.reason is EndReason.COMPLETED
    assert "welcome, action 2" in caplog.text


def test_a_bug_that_stays_ends_the_call_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(verb: Verb, stage: Stage) -> Outcome:
        raise ZeroDivisionError

    monkeypatch.setattr(session, "perform", never)
    assert call().ended.reason is EndReason.FAILED


def test_a_sentence_that_cannot_be_spoken_does_not_end_the_call() -> None:
    told = call(voice=MemoryVoice(mute=["Welcome to Acme."]))
    assert any("Press 1 for billing" in text for text in told.leg.heard)
    assert told.ended.reason is EndReason.COMPLETED


def test_a_number_outside_the_dial_list_is_not_dialled() -> None:
    text = """
flow:
  start:
    - dial: "+15550001111"
      refused: no
      failed: no
      answered: no
  no:
    - say: That is not possible.
    - hangup
"""
    told = call(text=text)
    assert told.leg.heard == ["That is not possible."]
    assert not told.of(LegStarted)
    assert not [move for move in told.leg.done if move.startswith("dial")]


def test_a_call_that_is_only_passed_on_is_not_answered_by_us() -> None:
    text = 'flow:\n  start:\n    - dial: "1001"\n      answered: end\n      failed: end\n  end:\n    - hangup\n'
    assert call(text=text).leg.done[0] == "dial PJSIP/1001"
