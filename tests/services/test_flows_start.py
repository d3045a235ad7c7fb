"""Which flows the service begins with, and which ones calls run that come back after it was started again."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.core.base.errors import FlowError
from ivr.core.calls.events import CallHandedBack, CallReturned
from tests.services.publishing import (
    ANN,
    BROKEN,
    NEW,
    OLD,
    House,
    Saying,
    opened,
    told,
    virtually,
)


def test_the_service_comes_up_with_the_last_flows_when_the_folder_is_broken(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        house = House(main=OLD)
        await opened(house)
        house.folder.write(main=BROKEN)
        run = await opened(house)
        assert await run.call(HangUp(0.1)) == ["old."]
        assert run.publisher.health()["refused"]
        assert told(house) == [("started", "the folder")]

    with caplog.at_level(logging.ERROR):
        virtually(main)
    assert any("main.yaml:7" in record.message for record in caplog.records)


def test_the_service_comes_up_with_the_folder_when_it_is_sound_and_else_does_not_when_nothing_was_published() -> None:
    async def main() -> None:
        house = House(main=BROKEN)
        with pytest.raises(FlowError, match=r"main\.yaml:7"):
            await opened(house)
        house.folder.write(main=OLD)
        await opened(house)
        house.folder.write(main=NEW)
        run = await opened(house)
        assert await run.call(HangUp(0.1)) == ["new."]
        assert [how for how, _ in told(house)] == ["started", "started"]

    virtually(main)


def test_at_the_start_binding_gates_judge_and_nobody_waits_for_advice() -> None:
    async def main() -> None:
        house = House(main=OLD)
        scenarios, replay = Saying(), Saying("replay", binding=False, takes=30.0)
        house.gates = [scenarios, replay]
        await opened(house)
        assert (len(scenarios.judged), replay.judged) == (1, [])
        await opened(house)
        assert len(scenarios.judged) == 1  # the same flows were judged before
        scenarios.passed = False
        house.folder.write(main=NEW)
        run = await opened(house)
        assert await run.call(HangUp(0.1)) == ["old."]
        assert run.publisher.health()["refused"] == "scenarios: 3 of 3"
        with pytest.raises(FlowError, match="scenarios"):
            await opened(_another(house, NEW))

    virtually(main)


def _another(house: House, text: bytes) -> House:
    """A house where nothing was published yet, with the same gates."""
    other = House(main=text)
    other.gates = house.gates
    return other


def test_an_empty_folder_is_no_beginning() -> None:
    async def main() -> None:
        with pytest.raises(FlowError, match="no flow in the folder"):
            await opened(House())

    virtually(main)


def test_without_on_save_the_service_comes_up_with_what_was_published() -> None:
    async def main() -> None:
        house = House(main=OLD)
        await opened(house, on_save=False)
        house.folder.write(main=NEW)
        run = await opened(house, on_save=False)
        assert await run.call(HangUp(0.1)) == ["old."]

    virtually(main)


def test_flows_that_cannot_be_run_any_more_give_way_to_the_latest_that_can() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        house.folder.write(main=NEW)
        await run.publisher.publish(ANN)
        del house.archive.bundles[run.live]
        house.folder.write(main=BROKEN)
        again = await opened(house, on_save=False)
        assert await again.call(HangUp(0.1)) == ["old."]

    virtually(main)


def test_a_damaged_note_of_what_is_live_keeps_nobody_from_starting() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        house.archive.damaged = True
        house.folder.write(main=BROKEN)
        again = await opened(house)
        assert again.live == run.live
        assert await again.call(HangUp(0.1)) == ["old."]
        assert (await again.publisher.status())["live"]["bundle"] == run.live
        assert len(await again.library.history(9)) == 2

    virtually(main)


def test_a_publication_that_the_store_has_lost_is_told_again() -> None:
    async def main() -> None:
        house = House(main=OLD)
        await opened(house)
        house.store._published.clear()  # killed between the note on disk and the writing of the event
        await opened(house)
        await opened(house)
        assert [one.how for one in await house.store.publications(9)] == ["started"]

    virtually(main)


def test_a_call_that_comes_back_runs_the_flows_that_it_began_with() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(run.call(channel="chan-7"))
            await asyncio.sleep(5)
            await run.calls.stop(1)
            assert (await first)[0] == "old."
        house.folder.write(main=NEW)
        again = await opened(house)
        heard = await again.call(Press(20, "1"), channel="chan-7", returned=True)
        assert "Press 1 for old." in heard
        assert await again.call(HangUp(0.1), channel="chan-8") == ["new."]
        kinds = [type(event) for event in house.events]
        assert kinds.count(CallHandedBack) == kinds.count(CallReturned) == 1
        assert [one.bundle.name for one in again.editions.in_use()] == [again.live]

    virtually(main)


def test_a_call_that_comes_back_runs_the_live_flows_when_its_own_are_gone() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        old = run.live
        async with asyncio.TaskGroup() as group:
            group.create_task(run.call(channel="chan-7"))
            await asyncio.sleep(5)
            await run.calls.stop(1)
        house.folder.write(main=NEW)
        again = await opened(house)
        del house.archive.bundles[old]
        assert "Press 1 for new." in await again.call(Press(20, "1"), channel="chan-7", returned=True)

    virtually(main)


def test_calls_that_come_back_together_read_their_flows_once() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        channels = [f"chan-{number}" for number in range(20)]
        async with asyncio.TaskGroup() as group:
            for channel in channels:
                group.create_task(run.call(channel=channel))
            await asyncio.sleep(5)
            await run.calls.stop(1)
        old = run.live
        house.folder.write(main=NEW)
        again = await opened(house)
        house.archive.read.clear()
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(again.call(Press(20, "1"), channel=one, returned=True)) for one in channels]
        assert all("Press 1 for old." in call.result() for call in calls)
        assert house.archive.read == [old]

    virtually(main)
