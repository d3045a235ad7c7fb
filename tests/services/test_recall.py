"""After a restart: who was at work is at work again, talks are over when their legs are, and places are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.leg import HangUp
from ivr.core.acd.facts import Ticket, TimePassed
from ivr.core.acd.people import Agent
from ivr.core.base.ids import AgentId, CallId, TicketId
from ivr.core.calls.queue_events import CallOffered, QueueJoined
from ivr.services import scope
from ivr.services.acd.dispatcher import Place
from ivr.services.acd.recall import Recall, Worked
from tests.services.queues import Floor, agent, on_floor


class Known:
    """A store that knows who was at work, and a roster that knows ada and bea."""

    def __init__(self, *worked: Worked) -> None:
        self._worked = list(worked)

    async def worked(self) -> list[Worked]:
        return self._worked

    def get(self, agent_id: AgentId) -> Agent | None:
        return agent(agent_id) if agent_id in ("ada", "bea") else None


Scene = Callable[[Floor, MemoryChannels], Coroutine[Any, Any, None]]


def recalled(scene: Scene, *worked: Worked, living: set[str] | None = None) -> Floor:
    """Plays a scene after a restart."""

    async def main(floor: Floor) -> None:
        known, channels = Known(*worked), MemoryChannels(living)
        recall = Recall(known, known, floor.acd, channels)  # type: ignore[arg-type]
        await recall.recall()
        async with scope.running(recall.run()):
            await scene(floor, channels)

    return on_floor(main)


def at_work(floor: Floor) -> dict[str, tuple[str, str, str]]:
    """Status, reason and state of everybody who is signed in."""
    return {seat.agent.agent_id: (seat.status, seat.reason, seat.state) for seat in floor.acd.seats()}


def test_agents_are_at_work_again_with_the_break_that_they_were_on() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        assert at_work(floor) == {"ada": ("ready", "", "idle"), "bea": ("on_break", "missed", "idle")}

    recalled(scene, Worked("ada", "ready", "idle"), Worked("bea", "on_break", "idle", "missed"))


def test_who_is_no_agent_any_more_or_was_signed_out_is_not() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        assert at_work(floor) == {}

    recalled(scene, Worked("zoe", "ready", "idle"), Worked("ada", "signed_out", "idle"))


def test_an_agent_whose_talk_goes_on_is_rung_for_nobody_until_it_is_over() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        await asyncio.sleep(5)
        assert at_work(floor)["ada"] == ("ready", "", "talking")
        floor.call("ann")
        await asyncio.sleep(60)
        assert floor.of(CallOffered) == []
        channels.end("offer_7")

    floor = recalled(scene, Worked("ada", "ready", "talking", "", "ticket_9", "billing", "offer_7"), living={"offer_7"})
    assert len(floor.of(CallOffered)) == 1


def test_an_agent_whose_talk_ended_while_nobody_listened_is_free() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        await asyncio.sleep(0.1)
        assert at_work(floor)["ada"] == ("ready", "", "idle")

    recalled(scene, Worked("ada", "ready", "talking", "", "ticket_9", "billing", "offer_7"))


@pytest.mark.parametrize("state", ["offered", "wrapping", "resting"])
def test_an_agent_in_any_other_state_is_free_again(state: str) -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        assert at_work(floor)["ada"] == ("ready", "", "idle")

    recalled(scene, Worked("ada", "ready", state, "", "ticket_9", "billing"))


def test_callers_who_come_back_in_any_order_are_served_in_that_of_before() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        floor.acd.hold()
        now = floor.world.clock.now().timestamp()

        async def comes_back(number: int, after: float) -> None:
            since = now - 100 + number
            ticket = Ticket(
                ticket_id=TicketId(f"t{number}"), call_id=CallId(f"c{number}"), queue="billing", since=since,
                entered_at=since,
            )  # fmt: skip
            await asyncio.sleep(after)
            with floor.acd.place(Place(ticket), restored=True) as place:
                await place.news.wait()
                floor.acd.connected(place)
                await asyncio.sleep(10)

        async with asyncio.TaskGroup() as group:
            group.create_task(comes_back(2, 0.5))
            group.create_task(comes_back(3, 1.0))
            group.create_task(comes_back(1, 2.2))
            floor.call("new", HangUp(1))
            await asyncio.sleep(3)
            assert floor.of(CallOffered) == []

    floor = recalled(scene, Worked("ada", "ready", "idle"))
    assert [event.ticket_id for event in floor.of(CallOffered)] == ["t1", "t2", "t3"]
    first = (floor.of(CallOffered)[0].at - floor.of(QueueJoined)[0].at).total_seconds()
    assert first < 5


def test_nothing_is_held_when_nobody_waited() -> None:
    async def scene(floor: Floor, channels: MemoryChannels) -> None:
        floor.acd.tell(TimePassed())
        floor.call("ann")

    floor = recalled(scene, Worked("ada", "ready", "idle"))
    began = datetime.fromtimestamp(floor.of(QueueJoined)[0].at.timestamp(), UTC)
    assert floor.of(CallOffered)[0].at == began
