"""Waiting with a sound, and announcements: what a caller hears and when, on virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ivr.adapters.memory.leg import HangUp, Move, Press
from ivr.core.calls.events import ActionDone, AnnouncementPlayed, InputTaken, PromptPlayed
from ivr.services.ports import OpenCall
from tests.services.announcements import Notices
from tests.services.calls import EPOCH, Bench, During, NoStore, Told, call, returned

MUSIC = "[music/calm]"  # 0.72 s long
FLOW = """
anywhere:
  operator: {press: "0", go: person}
flow:
  welcome:
    - play: music/calm
      for: 10s
      interruptible: no
    - collect: Code?
      as: code
      length: 2
      give_up: bye
    - go: bye
  person:
    - say: A person.
    - hangup
  bye:
    - say: Bye.
    - hangup
"""
SILENT = FLOW.replace("play: music/calm\n      for: 10s\n      interruptible: no", "wait: 10s")
POINT = FLOW.replace("play: music/calm\n      for: 10s\n      interruptible: no", "announce: delays")
OWN = FLOW.replace("play: music/calm", "announce: front\n    - play: music/calm")
DOWN = "All lines are down today."  # 1.5 s long


def heard(told: Told) -> list[str]:
    """What was heard, the same only once in a row."""
    found: list[str] = []
    for name in told.leg.heard:
        if found[-1:] != [name]:
            found.append(name)
    return found


def began(told: Told, text: str) -> float:
    """Seconds from the beginning of the call until a sentence was heard."""
    first = next(event for event in told.of(PromptPlayed) if event.text == text)
    return (first.began_at - EPOCH).total_seconds()


def announced(told: Told) -> list[str]:
    return [event.announcement_id for event in told.of(AnnouncementPlayed)]


def posting(notices: Notices, after: float, point: str = "front") -> During:
    async def during(bench: Bench) -> None:
        await asyncio.sleep(after)
        notices.post("1", DOWN, point)

    return during


def test_a_sound_is_played_again_and_again_and_stops_with_the_time() -> None:
    told = call(text=FLOW)
    assert told.leg.heard.count(MUSIC) == 14
    assert began(told, "Code?") == pytest.approx(10.0, abs=0.01)
    [music] = [event for event in told.of(PromptPlayed) if event.text == MUSIC]
    assert (music.at - music.began_at).total_seconds() == pytest.approx(10.0, abs=0.01)


def test_without_a_way_to_stop_it_the_sound_plays_out() -> None:
    told = call(text=FLOW, stoppable=False)
    assert told.leg.heard.count(MUSIC) == 14
    assert began(told, "Code?") == pytest.approx(14 * 0.72, abs=0.01)


@pytest.mark.parametrize("text", [FLOW, SILENT])
def test_keys_in_a_wait_are_kept_for_the_next_question_and_the_wait_goes_on(text: str) -> None:
    told = call(Press(3.0, "4"), Press(6.0, "2"), text=text)
    assert [event.value for event in told.of(InputTaken)] == ["42"]
    waited = next(event for event in told.of(ActionDone) if event.kind in ("play", "wait"))
    assert (waited.at - EPOCH).total_seconds() == pytest.approx(10.0, abs=0.01)


@pytest.mark.parametrize("text", [FLOW, SILENT])
def test_an_anywhere_key_ends_a_wait_at_once(text: str) -> None:
    told = call(Press(3.0, "0"), text=text)
    assert began(told, "A person.") == pytest.approx(3.0, abs=0.01)


def test_the_zero_of_a_number_typed_ahead_does_not_ask_for_a_person() -> None:
    told = call(Press(3.0, "40"), text=FLOW)
    assert [event.value for event in told.of(InputTaken)] == ["40"]
    assert "A person." not in told.leg.heard


def test_a_key_ends_a_wait_that_may_be_cut_and_is_kept() -> None:
    told = call(Press(3.0, "4"), Press(4.0, "2"), text=FLOW.replace("interruptible: no", "interruptible: yes"))
    assert [event.value for event in told.of(InputTaken)] == ["42"]
    assert (told.of(InputTaken)[0].at - EPOCH).total_seconds() == pytest.approx(4.0, abs=0.2)


def test_a_sound_that_cannot_be_played_does_not_end_the_call() -> None:
    told = call(text=FLOW, unplayable=frozenset({MUSIC}))
    assert [event.outcome for event in told.of(ActionDone) if event.kind == "play"] == ["unsaid"]
    assert "Bye." in told.leg.heard


def test_hanging_up_in_a_wait_ends_the_call() -> None:
    told = call(HangUp(3.0), text=FLOW)
    assert told.ended.reason == "caller_left"
    assert (told.ended.at - EPOCH).total_seconds() == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize("text", [FLOW, SILENT])
def test_who_waits_hears_a_new_announcement_at_once_and_then_waits_on(text: str) -> None:
    notices = Notices()
    told = call(text=text, announcements=notices, during=posting(notices, 4.0))
    assert began(told, DOWN) == pytest.approx(4.0, abs=0.01)
    assert began(told, "Code?") == pytest.approx(11.5, abs=0.01)
    assert announced(told) == ["ann_1"]
    assert notices.told == []


def test_without_a_way_to_stop_the_music_the_announcement_comes_after_it() -> None:
    notices = Notices()
    told = call(text=FLOW, announcements=notices, during=posting(notices, 4.0), stoppable=False)
    assert began(told, DOWN) == pytest.approx(4.32, abs=0.01)


def test_the_music_goes_on_after_an_announcement() -> None:
    notices = Notices()
    told = call(text=FLOW, announcements=notices, during=posting(notices, 4.0))
    assert heard(told)[:4] == [MUSIC, DOWN, MUSIC, "Code?"]


def test_an_announcement_for_another_point_wakes_nobody() -> None:
    notices = Notices()
    told = call(text=FLOW, announcements=notices, during=posting(notices, 4.0, "delays"))
    assert DOWN not in told.leg.heard
    assert began(told, "Code?") == pytest.approx(10.0, abs=0.01)


def test_a_new_call_hears_it_before_the_first_action_and_not_again_in_a_wait() -> None:
    told = call(text=FLOW, announcements=Notices(one=DOWN, two="And the web, too."))
    assert told.leg.done[0] == "answer"
    assert heard(told)[:4] == [DOWN, "And the web, too.", MUSIC, "Code?"]
    assert announced(told) == ["ann_one", "ann_two"]


def test_an_anywhere_key_in_front_leads_to_the_person_at_once() -> None:
    told = call(Press(0.5, "0"), text=FLOW, announcements=Notices(one=DOWN))
    assert heard(told) == [DOWN, "A person."]
    assert began(told, "A person.") == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "first", ["- menu: Press 1.\n      options: [{press: 1, go: bye}]\n      give_up: bye", "- say: Hello."]
)
def test_an_anywhere_key_in_front_is_understood_whatever_comes_first(first: str) -> None:
    text = FLOW.replace("- play: music/calm\n      for: 10s\n      interruptible: no", first, 1)
    assert text != FLOW
    told = call(Press(0.5, "0"), text=text, announcements=Notices(one=DOWN))
    assert heard(told) == [DOWN, "A person."]


def test_other_keys_in_front_are_kept_and_cut_nothing() -> None:
    told = call(Press(0.5, "4"), Press(1.8, "2"), text=SILENT, announcements=Notices(one=DOWN))
    assert [event.value for event in told.of(InputTaken)] == ["42"]
    played = next(event for event in told.of(PromptPlayed) if event.text == DOWN)
    assert (played.at - played.began_at).total_seconds() == pytest.approx(1.5, abs=0.01)


def test_an_announcement_without_a_sound_costs_no_call() -> None:
    told = call(text=FLOW, announcements=Notices(one=DOWN), unplayable=frozenset({DOWN}))
    assert announced(told) == []
    assert "Bye." in told.leg.heard


def test_a_flow_that_says_where_tells_it_there_and_not_in_front() -> None:
    text = OWN.replace("- announce: front", "- say: Hello.\n    - announce: front")
    told = call(text=text, announcements=Notices(one=DOWN))
    assert heard(told)[:3] == ["Hello.", DOWN, MUSIC]


def test_a_point_of_the_flow_tells_what_is_put_there_and_nothing_in_front_of_it() -> None:
    notices = Notices()
    notices.post("1", DOWN, "delays")
    told = call(text=POINT, announcements=notices)
    assert heard(told)[:2] == [DOWN, "Code?"]
    assert [event.outcome for event in told.of(ActionDone) if event.kind == "announce"] == ["announced"]
    assert [event.outcome for event in call(text=POINT).of(ActionDone) if event.kind == "announce"] == ["nothing"]


def test_a_call_that_is_back_hears_only_what_it_has_not_heard() -> None:
    options: dict[str, Any] = {"text": FLOW, "announcements": Notices(old=DOWN, new="Some are up."), **returned()}
    store = NoStore(OpenCall("call_77", "chan-1", "welcome", "en", announced=("ann_old",)))
    told = call(store=store, **options)
    assert announced(told) == ["ann_new"]
    assert DOWN not in told.leg.heard


def test_hanging_up_in_an_announcement_ends_the_call_which_was_not_told_of_it() -> None:
    moves: list[Move] = [HangUp(0.5)]
    told = call(*moves, text=FLOW, announcements=Notices(one=DOWN))
    assert told.ended.reason == "caller_left"
    assert announced(told) == []
