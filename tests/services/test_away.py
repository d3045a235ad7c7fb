"""Calls that are not with the service: each is ended once, or comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.base.errors import AsteriskUnavailable
from ivr.core.base.events import Event
from ivr.core.calls.events import CallEnded, EndReason
from ivr.services import scope
from ivr.services.calls.away import Away
from ivr.services.journal import Journal
from ivr.services.ports import OpenCall
from ivr.services.world import World
from tests.virtual_time import run_virtual


class _Store:
    def __init__(self, *calls: OpenCall) -> None:
        self.calls = {call.channel: call for call in calls}

    async def open_calls(self) -> list[OpenCall]:
        return list(self.calls.values())

    async def open_call(self, channel: str) -> OpenCall | None:
        return self.calls.get(channel)


def _open(number: int) -> OpenCall:
    return OpenCall(f"call_{number}", f"chan-{number}", "menu", "en")


def _run(store: _Store, channels: MemoryChannels, scenario: Callable[[Away], Coroutine[Any, Any, None]]) -> list[Event]:
    events: list[Event] = []

    async def main() -> None:
        journal = Journal()
        world = World(LoopClock(datetime(2026, 11, 22, tzinfo=UTC)), CountedIds(), journal)
        away = Away(store, channels, world)
        with journal.subscribe(events.append):
            await away.recall()
            async with scope.running(away.run()):
                await asyncio.sleep(0.1)
                await scenario(away)
                await asyncio.sleep(0.1)

    run_virtual(main())
    return events


async def _nothing(_: Away) -> None:
    return None


def test_a_call_whose_channel_is_gone_is_ended_as_lost() -> None:
    events = _run(_Store(_open(1)), MemoryChannels(), _nothing)
    [ended] = events
    assert isinstance(ended, CallEnded)
    assert (ended.call_id, ended.reason, ended.section) == ("call_1", EndReason.LOST, "menu")


def test_a_call_on_a_living_channel_stays_open_until_it_comes_back() -> None:
    async def comes_back(away: Away) -> None:
        known = await away.returned("chan-1")
        assert known is not None
        assert known.call_id == "call_1"

    channels = MemoryChannels({"chan-1"})
    assert _run(_Store(_open(1)), channels, comes_back) == []


def test_a_caller_who_gives_up_while_waiting_for_the_service_is_recorded_once() -> None:
    channels = MemoryChannels({"chan-1"})

    async def leaves(_: Away) -> None:
        channels.end("chan-1")
        channels.end("chan-1")
        channels.connect()

    [ended] = _run(_Store(_open(1)), channels, leaves)
    assert isinstance(ended, CallEnded)
    assert ended.reason is EndReason.CALLER_LEFT


def test_a_call_that_came_back_is_not_ended_by_its_old_place() -> None:
    channels = MemoryChannels({"chan-1"})

    async def back_then_gone(away: Away) -> None:
        await away.returned("chan-1")
        channels.end("chan-1")
        channels.connect()

    assert _run(_Store(_open(1)), channels, back_then_gone) == []


def test_calls_are_looked_up_again_after_asterisk_was_out_of_reach() -> None:
    class Flaky(MemoryChannels):
        broken = True

        async def living(self) -> set[str]:
            if self.broken:
                raise AsteriskUnavailable("not connected")
            return await super().living()

    channels = Flaky()

    async def connected_later(away: Away) -> None:
        assert len(away) == 1
        channels.broken = False
        channels.connect()

    [ended] = _run(_Store(_open(1)), channels, connected_later)
    assert isinstance(ended, CallEnded)
    assert ended.reason is EndReason.LOST


def test_a_call_the_service_never_saw_is_unknown() -> None:
    async def asks(away: Away) -> None:
        assert await away.returned("chan-9") is None

    assert _run(_Store(), MemoryChannels(), asks) == []
