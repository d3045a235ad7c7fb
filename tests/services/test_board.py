"""The board: what goes up, what is refused, and how it comes down."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.store.memory import MemoryStore
from ivr.core.announcements.events import AnnouncementEnded, AnnouncementMade
from ivr.core.base.errors import Refused
from ivr.core.calls.verbs import Recording, Sentence, Text
from ivr.services.announcements.order import BadOrder, Order, read
from tests.services.announcements import EPOCH, FullStore, a_wall
from tests.virtual_time import run_virtual

DOWN = Order(text="All lines are down.", by="ann")


def test_what_is_put_up_is_heard_and_kept_and_told() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            put_up = await wall.board.announce(DOWN)
            one = put_up.announcement
            assert wall.board.in_force("main", "front", "en") == [
                (one.id, Sentence("en", (Text("All lines are down."),)))
            ]
            assert wall.board.in_force("main", "billing", "en") == []
            assert await wall.store.announcements(10) == [one]
            [made] = wall.events
            assert isinstance(made, AnnouncementMade)
            assert (made.announcement_id, made.by, made.words) == (one.id, "ann", {"en": "All lines are down."})
            assert one.until == EPOCH + timedelta(hours=24)

    run_virtual(scenario())


def test_a_language_without_a_text_is_warned_of_and_hears_the_first() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            put_up = await wall.board.announce(DOWN)
            assert put_up.warnings == ("there is no text for zh: these callers hear the one for en",)
            [(_, said)] = wall.board.in_force("main", "front", "zh")
            assert said == Sentence("en", (Text("All lines are down."),))
            both = await wall.board.announce(Order(text="Hello.", words={"zh": "你好。"}))
            assert both.warnings == ()
            assert wall.board.in_force("main", "front", "zh")[1][1] == Sentence("zh", (Text("你好。"),))

    run_virtual(scenario())


def test_a_recording_is_heard_in_every_language() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            await wall.board.announce(Order(recording="outage", flow="shop"))
            [(_, said)] = wall.board.in_force("shop", "front", "en")
            assert said == Sentence("en", (Recording("outage"),))
            assert wall.board.in_force("main", "front", "en") == []

    run_virtual(scenario())


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(text="Hello.", flow="nowhere"), "no flow 'nowhere'"),
        (Order(text="Hello.", words={"fr": "Bonjour."}), "runs in fr"),
        (Order(text="Mute."), "nothing can speak the text for en"),
        (Order(recording="none"), "no recording 'none' that can be played for en, zh"),
        (Order(text="Hello.", until=EPOCH), "is over"),
        (Order(text="Hello.", until=EPOCH + timedelta(days=400)), "more than 366 days"),
        (Order(text="Hello.", words={"en": "Hi.", "zh": "你好。"}), "every language has a text"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason_and_nothing_goes_up(order: Order, said: str) -> None:
    async def scenario() -> None:
        async with a_wall(voice=MemoryVoice(mute=["Mute.", "[none]"])) as wall:
            with pytest.raises(Refused, match=said) as refused:
                await wall.board.announce(order)
            assert refused.value.hint
            assert wall.board.now() == []
            assert wall.events == []
            assert await wall.store.announcements(10) == []

    run_virtual(scenario())


def test_it_ends_by_its_time_and_by_a_word_each_told_once() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            short = (await wall.board.announce(Order(text="Hello.", lasting=timedelta(minutes=5)))).announcement
            long = (await wall.board.announce(DOWN)).announcement
            await asyncio.sleep(299)
            assert len(wall.board.now()) == 2
            await asyncio.sleep(2)
            assert wall.board.now() == [long]
            ended = await wall.board.end("", "bob")
            assert (ended.id, ended.ended_by) == (long.id, "bob")
            assert wall.board.in_force("main", "front", "en") == []
            over = [event for event in wall.events if isinstance(event, AnnouncementEnded)]
            assert [(event.announcement_id, event.by) for event in over] == [(short.id, ""), (long.id, "bob")]
            kept = await wall.store.announcements(10)
            assert [(one.ended_by, one.ended_at) for one in kept] == [
                ("", EPOCH + timedelta(minutes=5)),
                ("bob", EPOCH + timedelta(seconds=301)),
            ]

    run_virtual(scenario())


def test_one_is_named_by_a_part_of_its_id_that_is_its_own() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            with pytest.raises(Refused, match="nothing is announced"):
                await wall.board.end("", "bob")
            for _ in range(2):
                await wall.board.announce(DOWN)
            with pytest.raises(Refused, match="2 announcements are meant"):
                await wall.board.end("ann", "bob")
            with pytest.raises(Refused, match="'9'"):
                await wall.board.end("9", "bob")
            assert (await wall.board.end("ANN_2", "bob")).id == "ann_2"
            assert [one.id for one in wall.board.now()] == ["ann_1"]

    run_virtual(scenario())


def test_a_restart_loses_nothing_and_ends_what_was_over_meanwhile() -> None:
    async def scenario() -> None:
        store = MemoryStore()
        async with a_wall(store) as wall:
            world = wall.world
            await wall.board.announce(Order(text="Hello.", lasting=timedelta(minutes=5)))
            await wall.board.announce(DOWN)
        await asyncio.sleep(3600)
        async with a_wall(store, world=world) as wall:
            assert [one.id for one in wall.board.now()] == ["ann_2"]
            assert [type(event) for event in wall.events] == [AnnouncementEnded]
            assert [one.id for one in wall.board.every()] == ["ann_1", "ann_2"]

    run_virtual(scenario())


def test_a_full_disk_keeps_nobody_from_being_told() -> None:
    async def scenario() -> None:
        async with a_wall(FullStore()) as wall:
            put_up = await wall.board.announce(DOWN)
            assert "a restart of the service forgets this: the disk is full" in put_up.warnings[-1]
            assert wall.board.now() == [put_up.announcement]

    run_virtual(scenario())


def test_who_listens_is_told_of_what_goes_up_and_of_nothing_else() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            told: list[str] = []
            forget = wall.board.on_news(lambda: told.append("news"))
            assert wall.board.waiting == 1
            await wall.board.announce(DOWN)
            await wall.board.end("", "bob")
            assert told == ["news"]
            forget()
            await wall.board.announce(DOWN)
            assert told == ["news"]

    run_virtual(scenario())


def test_there_is_an_end_to_how_many_are_in_force() -> None:
    async def scenario() -> None:
        async with a_wall() as wall:
            for _ in range(20):
                await wall.board.announce(DOWN)
            with pytest.raises(Refused, match="20 announcements are in force"):
                await wall.board.announce(DOWN)

    run_virtual(scenario())


def test_an_order_is_cleaned() -> None:
    order = read({"text": " All\nlines\x1b are down. ", "by": "ann\x07", "flow": "all", "seconds": 60})
    assert (order.text, order.by, order.flow) == ("All lines are down.", "ann", "")
    assert order.lasting == timedelta(minutes=1)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"text": ""},
        {"text": "\x1b\n"},
        {"text": 5},
        {"text": "x" * 1001},
        {"text": "Hello.", "recording": "outage"},
        {"words": {"en": " "}},
        {"words": ["en"]},
        {"words": {f"x{number}": "Hello." for number in range(21)}},
        {"text": "Hello.", "point": "../x"},
        {"text": "Hello.", "until": "noon"},
        {"text": "Hello.", "until": "2026-11-23T18:00"},
        {"text": "Hello.", "until": 5},
        {"text": "Hello.", "seconds": 0},
        {"text": "Hello.", "seconds": True},
        {"text": "Hello.", "seconds": float("nan")},
        {"text": "Hello.", "seconds": 1e12},
        {"text": "Hello.", "by": ["ann"]},
        {"text": "Hello.", "colour": "red"},
    ],
)
def test_an_order_that_says_something_else_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(BadOrder):
        read(document)
