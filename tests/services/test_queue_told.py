"""What callers who wait are told: their place, and the wait where what was said before has come true."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.core.acd.setup import Telling
from ivr.core.calls.events import PromptPlayed
from tests.services.queues import BILLING, EPOCH, FLOW, Floor, on_floor

TOLD = replace(BILLING, tell=Telling(first=10, every=30))


def told(floor: Floor, call: str) -> list[tuple[int, str]]:
    """What a call was told in the queue, with the seconds from the scene's beginning."""
    return [
        (round((event.began_at - EPOCH).total_seconds()), event.text)
        for event in floor.of(PromptPlayed)
        if event.call_id == call and ("queue." in event.text or "wait" in event.text or "位" in event.text)
    ]


def test_a_caller_is_told_the_place_first_after_a_while_and_then_every_so_often() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", HangUp(90))
        await asyncio.sleep(1)
        floor.call("bob", HangUp(60))

    floor = on_floor(scene, queues=[TOLD])
    assert [text for _, text in told(floor, "call_2")] == ["You are number 2 in the queue."] * 2
    ann = told(floor, "call_1")
    assert [text for _, text in ann] == ["You are the next in the queue."] * 3
    times = [at for at, _ in ann]
    assert times[0] == pytest.approx(11, abs=1.5)
    assert times[1] - times[0] == pytest.approx(32, abs=2)


def test_music_goes_on_after_each_message() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", HangUp(30))

    assert on_floor(scene, queues=[TOLD]).legs["ann"].done == ["answer", "music", "music"]


def test_an_agent_who_picks_up_cuts_a_message_short() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann")
        await asyncio.sleep(9.5)
        floor.sign_in("ada")  # picks up two seconds later, in the middle of the message

    floor = on_floor(scene, queues=[TOLD])
    assert len(told(floor, "call_1")) == 1
    [message] = [event for event in floor.of(PromptPlayed) if "queue." in event.text]
    assert (message.at - message.began_at).total_seconds() < 1.5
    assert "bridge channel-offer_1_1" in floor.legs["ann"].done


def test_a_key_that_leaves_the_queue_works_in_a_message_too() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", Press(11.5, "1"))

    assert on_floor(scene, queues=[TOLD]).legs["ann"].heard[-1] == "Please call again."


def test_nothing_is_told_where_the_queue_says_nothing_of_it() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", HangUp(120))

    assert told(on_floor(scene), "call_1") == []


def test_the_wait_is_told_once_it_has_come_true_often_enough() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        for _ in range(75):  # each waits as long as one talk lasts, which is what is worked out for it
            floor.call(f"first{floor.now}", talks=58)
            await asyncio.sleep(0.5)
            floor.call(f"second{floor.now}", talks=58)
            await asyncio.sleep(180)
        floor.call("early", talks=58)
        await asyncio.sleep(0.5)
        floor.call("late", talks=58)

    queue = replace(TOLD, tell=Telling(place=False, first=5, every=60))
    floor = on_floor(scene, queues=[queue])
    last = floor.of(PromptPlayed)[-8:]
    assert any(event.text.startswith("The wait is") for event in last), [event.text for event in last]
    early = [event.text for event in floor.of(PromptPlayed) if event.text.startswith("The wait is")]
    assert len(early) < 80  # nothing was said before it could be trusted


def test_chinese_callers_are_told_in_chinese() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", HangUp(15))

    text = "languages: zh\n" + FLOW.replace("Welcome to Acme.", "欢迎。")
    floor = on_floor(scene, queues=[TOLD], text=text)
    assert [event.text for event in floor.of(PromptPlayed) if "位" in event.text] == ["下一位就是您。"]
