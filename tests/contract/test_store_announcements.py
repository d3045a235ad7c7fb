"""What every store promises of emergency announcements: nothing is lost over a restart, and who heard what is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.core.announcements.announcement import Announcement
from tests.contract.test_store_contract import START, Store, ended, opened, started, tell, told

DOWN = Announcement(
    id="ann_1",
    begins_at=START,
    until=START + timedelta(hours=24),
    words={"zh": "线路中断。", "en": 'All lines are down; it\'s "bad".'},
    by="ann",
    note="cable cut",
)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(request.param, tmp_path) as store:
        yield store


async def test_an_announcement_comes_back_as_it_was_kept_its_texts_in_their_order(store: Store) -> None:
    recorded = replace(DOWN, id="ann_2", words={}, recording="outage", flow="main", point="billing")
    await store.keep_announcement(DOWN)
    await store.keep_announcement(recorded)
    assert await store.announcements(10) == [DOWN, recorded]
    assert list((await store.announcements(10))[0].words) == ["zh", "en"]


async def test_its_end_is_kept_with_who_ended_it(store: Store) -> None:
    await store.keep_announcement(DOWN)
    over = replace(DOWN, ended_at=START + timedelta(hours=1), ended_by="bob")
    await store.keep_announcement(over)
    assert await store.announcements(10) == [over]


async def test_of_many_those_that_nobody_ended_are_never_left_out(store: Store) -> None:
    await store.keep_announcement(DOWN)
    for number in range(2, 6):
        at = START + timedelta(minutes=number)
        await store.keep_announcement(replace(DOWN, id=f"ann_{number}", begins_at=at, ended_at=at, ended_by="bob"))
    assert [one.id for one in await store.announcements(3)] == ["ann_1", "ann_4", "ann_5"]


async def test_an_open_call_knows_what_it_was_told(store: Store) -> None:
    tell(store, started("call_1"), told("ann_1"), told("ann_2", when=8), started("call_2"), started("call_3"))
    tell(store, told("ann_1", call="call_3"), ended("call_3"))
    found = {call.call_id: call.announced for call in await store.open_calls()}
    assert {name: set(ids) for name, ids in found.items()} == {"call_1": {"ann_1", "ann_2"}, "call_2": set()}


async def test_an_announcement_outlives_the_program(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as store:
        await store.keep_announcement(DOWN)
    async with opened("sqlite", tmp_path) as store:
        assert await store.announcements(10) == [DOWN]
