"""What a call does: sections, values, people, messages, endings, and what happens after trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import CallerLeft, Dialled, DialStatus, Failed, Recorded, Said, Unsaid
from ivr.core.calls.verbs import Record, Say
from ivr.core.flow import machine
from tests.core.flow.calls import AT, END, FACTS, Call, flow


def page(actions: str, top: str = "") -> str:
    """A page with one section of actions, and a goodbye."""
    return f"{top}\nflow:\n  welcome:\n{actions}{END}"


def test_a_call_begins_in_the_first_section() -> None:
    assert Call(page("    - say: Hello.\n    - go: goodbye\n")).hears == "Hello."


def test_a_call_begins_where_the_flow_says() -> None:
    assert Call(page("    - say: Hello.\n    - go: goodbye\n", "start: goodbye")).section == "goodbye"


def test_actions_are_done_from_top_to_bottom_and_each_is_told_once() -> None:
    call = Call(page("    - say: One.\n    - say: Two.\n    - go: goodbye\n")).listens().listens()
    assert call.outcomes == ["say said", "say said", "go went", "hangup ended"]
    assert [(step.section, step.index) for step in call.trail][-2:] == [("welcome", 2), ("goodbye", 0)]


def test_hangup_completes_the_call() -> None:
    assert Call(page("    - hangup\n")).end.reason is EndReason.COMPLETED


def test_after_the_end_the_call_stays_over() -> None:
    assert Call(page("    - hangup\n")).listens().end.reason is EndReason.COMPLETED


def test_a_sentence_that_cannot_be_said_does_not_stop_the_call() -> None:
    call = Call(page("    - say: One.\n    - say: Two.\n    - go: goodbye\n")).then(Unsaid("no voice"))
    assert call.hears == "Two."
    assert (call.trail[0].outcome, call.trail[0].detail) == ("unsaid", {"reason": "no voice"})


def test_a_sentence_without_values_is_the_same_object_in_every_call() -> None:
    loaded = flow(page("    - say: Hello.\n    - go: goodbye\n"))
    turns = [machine.start(loaded, FACTS).verb for _ in range(2)]
    assert isinstance(turns[0], Say)
    assert isinstance(turns[1], Say)
    assert turns[0].sentence is turns[1].sentence


def test_a_caller_hears_the_language_of_the_call() -> None:
    text = page("    - say: {en: Hello., zh: 你好。}\n    - go: goodbye\n", "languages: [en, zh]")
    assert Call(text, replace(FACTS, language="zh")).hears == "你好。"
    assert Call(text).hears == "Hello."
    assert Call(text, replace(FACTS, language="zh-CN")).hears == "你好。"
    assert Call(text, replace(FACTS, language="de")).hears == "Hello."


def test_a_sentence_that_is_missing_in_a_language_is_said_in_the_first_and_by_its_voice() -> None:
    text = page("    - say: Hello.\n    - go: goodbye\n", "languages: [en, zh]")
    call = Call(text, replace(FACTS, language="zh"))
    assert isinstance(call.verb, Say)
    assert (call.hears, call.verb.sentence.language) == ("Hello.", "en")


def test_a_value_that_was_never_set_is_left_out_of_a_sentence() -> None:
    text = page("    - if: call.returned\n      else: b\n    - set: {n: 5}\n    - go: b\n")
    assert Call(text.replace("  goodbye", "  b:\n    - say: You have {n:number}.\n    - hangup\n  goodbye")).hears == (
        "You have ."
    )


def test_a_value_that_does_not_fit_its_way_is_said_as_it_is() -> None:
    assert Call(page("    - set: {n: many}\n    - say: You have {n:money}.\n    - go: goodbye\n")).hears == (
        "You have many."
    )


def test_two_braces_are_a_brace() -> None:
    assert Call(page("    - say: Curly {{ and }} braces.\n    - go: goodbye\n")).hears == "Curly { and } braces."


def test_a_sentence_may_compute() -> None:
    assert Call(page("    - set: {n: 5}\n    - say: 'You have {n * 2 + 1:number}.'\n    - go: goodbye\n")).hears == (
        "You have 11."
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("12.50", 12.5),
        ("-3", -3),
        ("0042", "0042"),
        ("'5'", "5"),
        ("yes", True),
        ("'yes'", "yes"),
        ("no", False),
        ("gold", "gold"),
        ("2026-12-24", "2026-12-24"),
        ("9:30", "09:30"),
        ('"{call.from}"', "+15551230001"),
        ('"{1 + 2}"', 3),
        ('"{1 + 2} for {call.name}"', "3 for Ada"),
        ('"{call.returned}"', False),
        ('"{{x}}"', "{x}"),
    ],
)
def test_a_value_that_is_set_has_the_type_it_looks_like(written: str, value: object) -> None:
    call = Call(page(f"    - set: {{x: {written}}}\n    - say: Hello.\n    - go: goodbye\n"))
    assert call.value("x") == value
    assert type(call.value("x")) is type(value)


def test_values_are_set_one_after_the_other() -> None:
    assert Call(page('    - set: {a: 1, b: "{a + 1}"}\n    - say: Hi.\n    - go: goodbye\n')).value("b") == 2


def test_an_earlier_state_is_not_changed_by_what_follows() -> None:
    loaded = flow(page("    - set: {n: 1}\n    - say: One.\n    - set: {n: 2}\n    - say: Two.\n    - go: goodbye\n"))
    first = machine.start(loaded, FACTS)
    machine.resume(loaded, first.state, Said(), AT)
    assert first.state.variables == {"n": 1}


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ('call.from == "+15551230001"', True),
        ('call.name != "Ada"', False),
        ('call.to == "100" and call.id == "call_1"', True),
        ("call.date == 2026-11-23", True),
        ("call.time >= 09:30 and call.time < 9:31", True),
        ('call.weekday in ["sat", "sun"]', False),
        ('call.weekday == "mon"', True),
        ("call.returned", False),
        ('call.language == "en"', True),
    ],
)
def test_what_is_known_of_a_call_can_be_asked(written: str, holds: bool) -> None:
    call = Call(page(f"    - if: {written}\n      say: Yes.\n    - say: After.\n    - go: goodbye\n"))
    assert (call.hears == "Yes.") is holds


def test_the_time_of_a_call_is_that_of_its_zone() -> None:
    text = page("    - say: '{call.weekday} {call.date} {call.time}'\n    - go: goodbye\n")
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert Call(text, replace(FACTS, at=late, zone="Asia/Shanghai")).hears == "tue 2026-11-24 07:30"
    assert Call(text, replace(FACTS, at=late, zone="No/Where")).hears == "mon 2026-11-23 23:30"


def test_an_if_goes_on_when_it_does_not_hold() -> None:
    assert Call(page("    - if: call.returned\n      go: welcome\n    - say: On.\n    - go: goodbye\n")).hears == "On."


def test_an_if_goes_elsewhere_when_it_holds_or_else() -> None:
    text = page("    - if: not call.returned\n      go: goodbye\n    - say: On.\n    - go: goodbye\n")
    assert Call(text).section == "goodbye"
    text = page("    - if: call.returned\n      else: goodbye\n    - say: On.\n    - go: goodbye\n")
    assert Call(text).section == "goodbye"


def test_an_if_says_something_before_it_goes() -> None:
    call = Call(page("    - if: not call.returned\n      say: So.\n      go: goodbye\n    - hangup\n"))
    assert call.hears == "So."
    assert call.listens().outcomes == ["if yes", "hangup ended"]


# record and dial


RECORD = page(
    """    - record: Speak.
      for: billing
      longest: 90s
      as: message
      failed: sorry
    - say: Thank you.
    - go: goodbye
  sorry:
    - say: Sorry.
    - go: goodbye
"""
)


def test_a_message_is_recorded_for_a_mailbox() -> None:
    verb = Call(RECORD).verb
    assert isinstance(verb, Record)
    assert (verb.mailbox, verb.longest, verb.silence, verb.end) == ("billing", 90.0, 4.0, "#")


def test_after_a_message_the_call_goes_on_and_knows_its_id() -> None:
    call = Call(RECORD).then(Recorded("recording_1", 3.5, "key"))
    assert (call.hears, call.value("message")) == ("Thank you.", "recording_1")
    assert call.trail[0].detail == {"recording": "recording_1", "seconds": 3.5, "ended": "key"}


def test_a_recording_that_fails_goes_where_the_flow_says() -> None:
    assert Call(RECORD).then(Failed("disk full")).hears == "Sorry."
    assert Call(RECORD.replace("      failed: sorry\n", "")).then(Failed("disk full")).hears == "Thank you."


DIAL = page(
    """    - dial: "20{n}"
      within: 15s
      busy: engaged
      failed: sorry
    - say: After the talk.
    - go: goodbye
  engaged:
    - say: Busy.
    - go: goodbye
  sorry:
    - say: Sorry.
    - go: goodbye
"""
).replace("  welcome:\n", '  welcome:\n    - set: {n: "01"}\n')


def test_somebody_is_rung_for_a_time() -> None:
    dialled = Call(DIAL).dials
    assert (dialled.number, dialled.ring, dialled.longest) == ("2001", 15.0, 0.0)


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        (DialStatus.ANSWERED, "After the talk."),
        (DialStatus.BUSY, "Busy."),
        (DialStatus.NO_ANSWER, "Sorry."),
        (DialStatus.UNREACHABLE, "Sorry."),
        (DialStatus.REFUSED, "Sorry."),
    ],
)
def test_the_call_goes_where_dialling_leads(status: DialStatus, heard: str) -> None:
    call = Call(DIAL).then(Dialled(status, 0.0))
    assert call.hears == heard
    assert call.trail[-1].outcome == status.value


def test_dialling_that_fails_goes_where_the_flow_says() -> None:
    assert Call(DIAL).then(Failed("unknown")).hears == "Sorry."


def test_without_any_way_the_next_action_follows() -> None:
    text = page('    - dial: "2001"\n    - say: After.\n    - go: goodbye\n')
    assert Call(text).then(Dialled(DialStatus.BUSY)).hears == "After."


# trouble


def test_a_caller_who_leaves_ends_the_call_at_the_action_that_was_done() -> None:
    call = Call(page("    - say: Hello.\n    - go: goodbye\n")).then(CallerLeft())
    assert call.end.reason is EndReason.CALLER_LEFT
    assert call.outcomes == ["say caller_left"]


def test_after_a_bug_an_apology_is_heard_and_then_the_section_for_errors() -> None:
    text = page(
        "    - say: Hello.\n    - go: goodbye\n  help:\n    - say: Help.\n    - go: goodbye\n", "on_error: help"
    )
    call = Call(text).fails()
    assert call.hears == "Sorry, something went wrong."
    assert call.listens().hears == "Help."
    assert call.outcomes == ["say bug"]


def test_without_a_section_for_errors_a_bug_ends_the_call_after_the_apology() -> None:
    call = Call(page("    - say: Hello.\n    - go: goodbye\n", "apology: Oh dear.")).fails()
    assert call.hears == "Oh dear."
    assert call.listens().end.reason is EndReason.FAILED


def test_a_second_bug_ends_the_call() -> None:
    text = page("    - say: Hello.\n    - go: goodbye\n", "on_error: welcome")
    assert Call(text).fails().listens().fails().end.reason is EndReason.FAILED


def test_a_bug_in_the_apology_ends_the_call() -> None:
    text = page("    - say: Hello.\n    - go: goodbye\n", "on_error: welcome")
    assert Call(text).fails().fails().end.reason is EndReason.FAILED


RETURN = """
languages: [en, zh]
resume: back
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
flow:
  welcome:
    - say: {en: Hello., zh: 你好。}
    - go: back
  back:
    - if: call.returned
      say: {en: Back., zh: 回来了。}
    - say: {en: On., zh: 继续。}
    - hangup
  person:
    - dial: "2001"
      failed: back
    - hangup
"""


def test_a_call_that_comes_back_hears_an_apology_and_goes_on_where_the_flow_says() -> None:
    call = Call(RETURN, returned=True)
    assert call.hears == "Sorry, we were interrupted."
    assert call.listens().hears == "Back."


def test_the_apology_for_an_interruption_can_be_chosen() -> None:
    call = Call("returned: {en: Here again., zh: 又回来了。}" + RETURN, replace(FACTS, language="zh"), returned=True)
    assert call.hears == "又回来了。"


def test_a_call_that_comes_back_may_be_told_its_section() -> None:
    assert Call(RETURN, section="welcome", returned=True).listens().hears == "Hello."
    assert Call(RETURN, section="gone", returned=True).section == "back"


def test_a_key_anywhere_counts_in_the_apology_for_an_interruption() -> None:
    assert Call(RETURN, returned=True).then(Said("0")).section == "person"
    assert Call(RETURN, returned=True).then(Said("*")).hears == "Back."


def test_a_flow_without_resume_comes_back_to_its_start() -> None:
    text = page("    - say: Hello.\n    - go: goodbye\n")
    assert Call(text, returned=True).listens().hears == "Hello."


def test_a_circle_without_a_word_ends_with_a_clear_failure() -> None:
    text = 'flow:\n  a:\n    - if: call.from != "x"\n      go: a\n    - hangup\n'
    end = Call(text).end
    assert end.reason is EndReason.FAILED
    assert "without a word to the caller" in end.detail
    assert "'a'" in end.detail


def test_a_number_that_grows_in_a_circle_stays_bounded() -> None:
    text = 'flow:\n  a:\n    - set: {n: 9}\n    - go: b\n  b:\n    - set: {n: "{n * n}"}\n'
    text += "    - if: empty(n)\n      go: c\n    - go: b\n  c:\n    - hangup\n"
    assert Call(text).end.reason is EndReason.COMPLETED


def test_a_text_that_grows_in_a_circle_stays_bounded() -> None:
    text = 'flow:\n  a:\n    - set: {n: xx}\n    - go: b\n  b:\n    - set: {n: "{n}{n}"}\n'
    text += "    - if: length(n) >= 4000\n      go: c\n    - go: b\n  c:\n    - hangup\n"
    assert Call(text).end.reason is EndReason.COMPLETED


# ahead


def test_every_fixed_sentence_in_every_language_can_be_made_ahead() -> None:
    sentences = flow(RETURN).sentences()
    told = {(sentence.language, sentence.text) for sentence in sentences}
    assert {("en", "Hello."), ("zh", "你好。"), ("en", "Sorry, we were interrupted."), ("zh", "继续。")} <= told
    assert len(sentences) == len(set(sentences))


def test_of_a_sentence_with_values_the_words_around_them_are_made_ahead() -> None:
    told = {
        item.text for item in flow(page("    - say: 'You are {call.name}, hello.'\n    - go: goodbye\n")).sentences()
    }
    assert {"You are ", ", hello."} <= told


def test_prompts_of_later_attempts_are_made_ahead() -> None:
    text = page(
        "    - menu: [Long., Short.]\n      options: [{press: 1, go: goodbye}]\n"
        "      no_input: Nothing.\n      no_match: Wrong.\n      give_up: goodbye\n"
    )
    told = {item.text for item in flow(text).sentences()}
    assert {"Long.", "Nothing. Short.", "Wrong. Short."} <= told
