"""What flows cost their callers: each figure is worked out by hand from the constants that the modules state."""

from __future__ import annotations

import pytest

from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.effort import Effort, Interest, efforts, over
from ivr.core.flow.load import load
from ivr.core.flow.model import Flow
from ivr.core.flow.pace import Pace, spoken

FOURTEEN = "Press 1 please"  # 14 characters: one second of English
MENU = f"""
anywhere: {{operator: {{press: "0", go: person}}}}
flow:
  welcome:
    - say: {FOURTEEN}
    - go: choices
  choices:
    - menu: {FOURTEEN}
      options: [{{press: 1, tag: sales, go: person}}, {{press: 2, go: bye}}]
      attempts: 2
      first_input: 5s
      no_input: {FOURTEEN}
      give_up: bye
  person:
    - say: {FOURTEEN}
    - dial: "2001"
      within: 20s
      failed: mail
      answered: bye
  mail:
    - record: {FOURTEEN}
      for: sales
      silence: 4s
    - go: bye
  bye:
    - hangup
"""


def flow_of(text: str) -> Flow:
    """The flow of a page without errors."""
    flow, problems = load(text, "x.yaml")
    assert flow is not None, problems.all
    return flow


def found(text: str, language: str = "en", pace: Pace | None = None) -> dict[str, Effort]:
    """The efforts of a page by interest and name."""
    flow = flow_of(text)
    items = efforts(flow, language, pace) if pace else efforts(flow, language)
    return {f"{item.goal.interest.value} {item.goal.name}": item for item in items}


def cost(effort: Effort) -> tuple[float | None, float | None, float | None]:
    """Seconds of the first-time caller, the one who knows and the silent one."""
    first, knows, silent = (item.seconds if item else None for item in (effort.first, effort.knows, effort.silent))
    return first, knows, silent


def test_a_person_behind_a_menu() -> None:
    person = found(MENU)["person dial 2001"]
    # first: say 1 + menu 1 + thinking 1 + key 1 + say 1. knows: 0 in the first sentence (0.5), then the say (1).
    # silence gives up to bye, so that a silent caller never comes to a person.
    assert cost(person) == (5.0, 1.5, None)
    assert person.first is not None
    assert (person.first.turns, person.first.keys) == (1, 1)
    assert person.first.path == ("welcome", "choices", "person")
    assert person.knows is not None
    assert person.knows.path == ("welcome", "person")


def test_a_tag_is_reached_when_its_option_is_chosen() -> None:
    assert cost(found(MENU)["tag sales"]) == (4.0, 0.5, None)


def test_silence_costs_every_attempt_and_its_wait() -> None:
    # say 1, menu 1 + 5, "no input" and menu (28 characters: 2) + 5
    assert cost(found(MENU)["end bye"])[2] == 1 + 1 + 5 + 2 + 5


def test_a_recording_costs_its_prompt_and_the_trouble_before_it() -> None:
    # as to the person, then 2 s of trouble, then the prompt before the tone, which a key stops
    recording = found(MENU)["recording sales"]
    assert cost(recording) == (8.0, 4.0, None)
    assert recording.first is not None
    assert recording.knows is not None
    assert (recording.first.keys, recording.knows.keys) == (1, 2)


def test_keys_of_anywhere_are_ways_from_a_question() -> None:
    page = MENU.replace("{press: 1, tag: sales, go: person}", "{press: 1, tag: sales, go: bye}")
    person = found(page)["person dial 2001"]
    assert cost(person)[0] == 5.0
    page = page.replace('anywhere: {operator: {press: "0", go: person}}', "")
    assert cost(found(page)["person dial 2001"]) == (None, None, None)


QUESTION = f"""
flow:
  a:
    - say: {FOURTEEN}
    - collect: {FOURTEEN}
      as: account
      length: 4..10
      between: 3s
      give_up: b
    - go: b
  b:
    - dial: "2001"
      failed: c
    - go: c
  c:
    - hangup
"""


def silenced(page: str) -> Effort:
    """The effort to the person of a page where giving up hangs up."""
    return found(page.replace("give_up: b", "give_up: c"))["person dial 2001"]


def test_an_answer_of_several_keys_ends_with_its_end_key_or_a_pause_or_when_it_is_full() -> None:
    # say 1 + question 1 + thinking 1 + 4 keys and hash; who knows it presses five keys, half a second each
    assert cost(silenced(QUESTION)) == (8.0, 2.5, None)
    assert cost(silenced(QUESTION.replace("4..10", "4"))) == (7.0, 2.0, None)
    menu = QUESTION.replace("length: 4..10", "length: 4").replace("as: account", "as: account\n      type_ahead: flush")
    assert cost(silenced(menu)) == (7.0, 3.0, None)  # keys of before are forgotten: the sentence is heard


def test_a_prompt_that_no_key_stops_is_heard_by_all() -> None:
    page = QUESTION.replace("length: 4..10", "length: 4\n      interruptible: no")
    assert cost(silenced(page)) == (7.0, 3.0, None)
    page = QUESTION.replace("4..10", "4").replace(f"say: {FOURTEEN}", f"say: {FOURTEEN}\n      interruptible: no")
    assert cost(silenced(page)) == (7.0, 3.0, None)


def test_a_confirmation_is_a_second_turn() -> None:
    page = QUESTION.replace("length: 4..10", f"length: 4\n      confirm: {FOURTEEN}\n      accept: {FOURTEEN}")
    person = silenced(page)
    assert person.first is not None
    assert (person.first.turns, person.first.keys) == (2, 5)
    assert person.first.seconds == 7 + 2 + 1 + 1
    assert cost(person)[1] == 2.5


def test_a_choice_that_begins_another_waits_for_the_next_key() -> None:
    page = """
flow:
  a:
    - menu: One or twelve
      options: [{press: 1, go: b}, {press: 12, go: c}]
      between: 3s
      give_up: c
  b:
    - dial: "2001"
      failed: c
    - go: c
  c:
    - hangup
"""
    assert cost(found(page)["person dial 2001"])[1] == 3.5


def test_the_silent_caller_comes_to_a_person_where_giving_up_leads_there() -> None:
    # say 1, question 1 + 5; once more the sentence and the question (2), and 5
    page = QUESTION.replace("length: 4..10", f"length: 4\n      attempts: 2\n      no_input: {FOURTEEN}")
    assert cost(found(page)["person dial 2001"])[2] == 1 + 6 + 2 + 5


def test_chinese_is_slower_by_the_character_and_blanks_do_not_count() -> None:
    assert spoken("欢迎致电 艾克米。", "zh") == pytest.approx(8 / 4.5)
    assert spoken("Hello   you", "en-GB") == pytest.approx(9 / 14)
    page = QUESTION.replace("flow:", "languages: [en, zh]\nflow:", 1).replace(
        f"say: {FOURTEEN}", f"say: {{en: {FOURTEEN}, zh: 欢迎致电艾克米的热线}}"
    )
    page = page.replace("length: 4..10", "length: 4").replace("give_up: b", "give_up: c")
    first = found(page, "zh")["person dial 2001"].first
    assert first is not None
    assert first.seconds == pytest.approx(10 / 4.5 + 14 / 14 + 1 + 4, abs=0.5)


def test_sounds_that_are_there_are_as_long_as_they_are() -> None:
    long = Pace({Sentence("en", (Text(FOURTEEN),)): 30.0})
    assert found(MENU, pace=long)["person dial 2001"].first is not None
    assert cost(found(MENU, pace=long)["person dial 2001"]) == (92.0, 30.5, None)


def test_people_come_first_the_costliest_on_top_and_unreachable_ones_before_all() -> None:
    page = MENU.replace("go: bye}]", "go: other}]") + (
        "  other:\n    - say: A long sentence, so that it takes a while.\n"
        '    - dial: "2002"\n      failed: bye\n    - go: bye\n'
        '  lost:\n    - dial: "2003"\n      failed: bye\n    - go: bye\n'
    )
    items = efforts(flow_of(page), "en")
    assert [item.goal.name for item in items][:3] == ["dial 2003", "dial 2002", "dial 2001"]
    assert [item.goal.interest for item in items[3:]] == [Interest.RECORDING, Interest.TAG, Interest.END]
    assert [item.goal.name for item in over(items, 5.0)] == ["dial 2003", "dial 2002"]
    assert [item.goal.name for item in over(items, 100.0)] == ["dial 2003"]
