"""The roster: a record is written before it holds, then it is told; what is refused has changed nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.adapters.store.memory import MemoryStore
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.acd.events import AgentDropped, AgentKept
from ivr.core.acd.people import Agent
from ivr.core.acd.record import BadAgent, document
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.errors import Refused, StoreError
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId
from ivr.services.acd import roster as roster_module
from ivr.services.acd.roster import Roster
from ivr.services.journal import Journal
from ivr.services.world import World

EPOCH = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SETUP = Setup(queues={"billing": Queue(name="billing")}, skills={"billing": ""})
ANN = Agent(agent_id=AgentId("ann"), name="Ann", address="201", queues=frozenset({"billing"}), skills={"billing": 3})
BOB = Agent(agent_id=AgentId("bob"), address="202")


class Store(MemoryStore):
    """A store that can be full, and slow."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False
        self.writes = 0

    async def keep_agents(self, agents: Sequence[Agent], at: datetime, by: str) -> None:
        await self._write()
        await super().keep_agents(agents, at, by)

    async def drop_agent(self, agent_id: AgentId) -> None:
        await self._write()
        await super().drop_agent(agent_id)

    async def _write(self) -> None:
        await asyncio.sleep(0)
        self.writes += 1
        if self.full:
            raise StoreError("the disk is full")


@dataclass
class Office:
    """A roster, and what it stands on."""

    store: Store
    roster: Roster
    events: list[Event] = field(default_factory=list)
    told: list[tuple[Agent | None, str]] = field(default_factory=list)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office(Store()) as office:
        yield office


@asynccontextmanager
async def an_office(store: Store) -> AsyncIterator[Office]:
    """A roster that has recalled what a store has."""
    world = World(LoopClock(EPOCH), CountedIds(), Journal())
    roster = Roster(store, world, lambda: SETUP, DialList([Route("2xx", "PJSIP/{number}")]))
    office = Office(store, roster)
    roster.on_change(lambda agent, agent_id: office.told.append((agent, agent_id)))
    with world.journal.subscribe(office.events.append):
        await roster.recall()
        yield office


async def test_a_new_agent_is_kept_told_and_found(office: Office) -> None:
    saved = await office.roster.save(ANN, "carol")
    assert (saved.new, saved.changed, saved.warnings) == (("ann",), (), ())
    assert office.roster.get(AgentId("ann")) == ANN
    assert await office.store.agents() == [ANN]
    assert office.told == [(ANN, "ann")]
    [kept] = office.events
    assert isinstance(kept, AgentKept)
    assert (kept.agent_id, kept.agent, kept.new, kept.by) == ("ann", document(ANN), True, "carol")


async def test_a_restart_knows_them_all_and_tells_nobody(office: Office) -> None:
    await office.roster.save_all([BOB, ANN], "carol")
    async with an_office(office.store) as again:
        assert again.roster.all() == [ANN, BOB]
        assert len(again.roster) == 2
        assert (len(again.told), len(again.events)) == (0, 0)


async def test_what_is_not_another_one_is_neither_written_nor_told(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    saved = await office.roster.save(ANN, "dan")
    assert (saved.new, saved.changed, saved.unchanged) == ((), (), 1)
    assert (office.store.writes, len(office.told), len(office.events)) == (1, 1, 1)


async def test_parts_are_changed(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    saved = await office.roster.change(AgentId("ann"), {"skills": {"billing": 5}, "drop_queues": ["sales"]}, "carol")
    assert saved.changed == ("ann",)
    assert saved.warnings == ("ann has no 'sales' among queues",)
    assert office.told[-1] == (replace(ANN, skills={"billing": 5}), "ann")


async def test_of_changes_that_meet_none_is_lost(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    changes: list[dict[str, Any]] = [{"skills": {f"skill_{number}": 1}} for number in range(20)]
    await asyncio.gather(*(office.roster.change(AgentId("ann"), change, "carol") for change in changes))
    assert len(office.roster.known(AgentId("ann")).skills) == 21
    assert await office.store.agents() == office.roster.all()


async def test_an_agent_is_removed(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    assert await office.roster.remove(AgentId("ann"), "dan") == ANN
    assert office.roster.all() == await office.store.agents() == []
    assert office.told[-1] == (None, "ann")
    dropped = office.events[-1]
    assert isinstance(dropped, AgentDropped)
    assert (dropped.agent_id, dropped.by) == ("ann", "dan")


async def test_what_cannot_be_written_has_changed_nothing(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    office.store.full = True
    with pytest.raises(StoreError, match="full"):
        await office.roster.save(BOB, "carol")
    with pytest.raises(StoreError, match="full"):
        await office.roster.change(AgentId("ann"), {"name": "Annie"}, "carol")
    with pytest.raises(StoreError, match="full"):
        await office.roster.remove(AgentId("ann"), "carol")
    assert office.roster.all() == [ANN]
    assert (len(office.told), len(office.events)) == (1, 1)


async def test_a_record_that_cannot_be_used_is_refused_wherever_it_comes_from(office: Office) -> None:
    for bad in (replace(ANN, address="PJSIP/1&PJSIP/2"), replace(ANN, skills={"billing": 9}), replace(ANN, order=-1)):
        with pytest.raises(BadAgent):
            await office.roster.save_all([BOB, bad], "carol")
    assert office.roster.all() == []
    assert office.store.writes == 0


async def test_what_nobody_knows_is_kept_with_a_warning(office: Office) -> None:
    saved = await office.roster.save(replace(BOB, queues=frozenset({"biling"}), address="+4930"), "carol")
    assert saved.warnings == (
        "bob: queues.yaml has no queue 'biling'; did you mean 'billing'?",
        "bob: no line of dial: in the settings allows +4930, so it cannot be rung",
    )
    assert len(office.roster) == 1


async def test_many_are_looked_at_without_a_change(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    saved = await office.roster.save_all([replace(ANN, name="Annie"), BOB], "carol", only_look=True)
    assert (saved.new, saved.changed) == (("bob",), ("ann",))
    assert office.roster.all() == [ANN]
    assert office.store.writes == 1


async def test_a_new_agent_does_not_take_the_place_of_another(office: Office) -> None:
    await office.roster.save(ANN, "carol", new=True)
    with pytest.raises(Refused, match="already"):
        await office.roster.save(replace(ANN, name="Annie"), "carol", new=True)
    assert office.roster.all() == [ANN]


async def test_who_is_not_there_is_neither_changed_nor_removed(office: Office) -> None:
    await office.roster.save(ANN, "carol")
    for ask in (office.roster.change(AgentId("anne"), {}, "x"), office.roster.remove(AgentId("anne"), "x")):
        with pytest.raises(Refused, match=r"there is no agent 'anne'.*did you mean 'ann'") as refused:
            await ask
        assert refused.value.code == "unknown_agent"


async def test_one_that_is_given_twice_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="twice"):
        await office.roster.save_all([ANN, replace(ANN, name="Annie")], "carol")


async def test_there_is_an_end_to_agents(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "MOST_AGENTS", 1)
    await office.roster.save(ANN, "carol")
    await office.roster.save(replace(ANN, name="Annie"), "carol")
    with pytest.raises(Refused, match="1 agents at most"):
        await office.roster.save(BOB, "carol")


async def test_who_listens_can_stop(office: Office) -> None:
    told: list[str] = []
    stop = office.roster.on_change(lambda _, agent_id: told.append(agent_id))
    await office.roster.save(ANN, "carol")
    stop()
    await office.roster.save(BOB, "carol")
    assert told == ["ann"]
