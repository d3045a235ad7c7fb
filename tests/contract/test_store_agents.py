"""What every store promises of agents: a record comes back as it was kept, all or none, also after a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.acd.people import Agent
from ivr.core.base.errors import StoreError
from ivr.core.base.ids import AgentId
from tests.contract.test_store_contract import START, Store, opened

ANN = Agent(
    agent_id=AgentId("ann"),
    name="Ann O'Neil 安",
    address="+15551230001",
    queues=frozenset({"billing", "sales"}),
    groups=frozenset({"back_office"}),
    skills={"billing": 3, "contracts": 1},
    languages=("zh", "en"),
    order=2,
)
BOB = Agent(agent_id=AgentId("bob"), address="202")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(request.param, tmp_path) as store:
        yield store


async def test_agents_come_back_as_they_were_kept_in_the_order_of_their_ids(store: Store) -> None:
    assert await store.agents() == []
    await store.keep_agents([BOB], START, "ann")
    await store.keep_agents([ANN], START, "ann")
    assert await store.agents() == [ANN, BOB]
    assert (await store.agents())[0].languages == ("zh", "en")


async def test_a_record_takes_the_place_of_what_was(store: Store) -> None:
    await store.keep_agents([ANN, BOB], START, "ann")
    changed = replace(ANN, skills={}, queues=frozenset(), languages=("en",), order=0, name="", address="7")
    await store.keep_agents([changed], START, "ann")
    assert await store.agents() == [changed, BOB]


async def test_one_is_taken_away_and_only_that(store: Store) -> None:
    await store.keep_agents([ANN, BOB], START, "ann")
    await store.drop_agent(AgentId("ann"))
    await store.drop_agent(AgentId("nobody"))
    assert await store.agents() == [BOB]


async def test_agents_outlive_the_program_with_who_changed_them(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as store:
        await store.keep_agents([ANN, BOB], START, "carol")
    async with opened("sqlite", tmp_path) as store:
        assert await store.agents() == [ANN, BOB]
    with closing(sqlite3.connect(tmp_path / "ivr.db")) as db:
        [found] = db.execute("select changed_at, changed_by, skills from agents where agent_id = 'ann'")
    assert found == ("2026-11-22T10:04:06.120Z", "carol", '{"billing": 3, "contracts": 1}')


async def test_of_several_all_are_kept_or_none(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as store:
        nameless = replace(BOB, name=None)  # type: ignore[arg-type]
        with pytest.raises(StoreError):
            await store.keep_agents([ANN, nameless], START, "ann")
        assert await store.agents() == []
