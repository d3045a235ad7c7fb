"""Calls run the flows that they began with, whatever becomes live meanwhile."""

from __future__ import annotations

import asyncio
import random
import re
from contextlib import suppress

from ivr.adapters.memory.leg import HangUp, Press
from ivr.core.base.errors import Refused
from ivr.core.calls.events import CallStarted
from ivr.services.scope import running
from tests.services.publishing import (
    ANN,
    BROKEN,
    NEW,
    OLD,
    House,
    opened,
    page,
    virtually,
)


def test_a_call_in_progress_finishes_on_the_flows_that_it_began_with() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        async with running(run.publisher.watch()), asyncio.TaskGroup() as group:
            first = group.create_task(run.call(Press(20, "1")))
            await asyncio.sleep(5)
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
            assert await run.call(Press(5, "1")) == ["new.", "Press 1 for new.", "Still new."]
            assert [(one.calls, one is run.editions.live) for one in run.editions.in_use()] == [(1, False), (0, True)]
            assert await first == ["old.", "Press 1 for old.", "Still old."]
        assert [one.bundle.name for one in run.editions.in_use()] == [run.live]
        began = [event.bundle for event in house.events if isinstance(event, CallStarted)]
        assert len(set(began)) == 2
        assert began[1] == run.live

    virtually(main)


def test_flows_that_are_entered_are_those_of_the_calls_own_bundle() -> None:
    entering = b"flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: b}]\n      give_up: b\n"
    entering += b"      first_input: 30s\n  b:\n    - flow: inner\n    - hangup\n"
    inner = b"flow:\n  a:\n    - say: %s.\n    - return: done\noutcomes: [done]\n"

    async def main() -> None:
        house = House(main=entering, inner=inner % b"old")
        run = await opened(house)
        async with running(run.publisher.watch()), asyncio.TaskGroup() as group:
            first = group.create_task(run.call(Press(20, "1")))
            await asyncio.sleep(5)
            house.folder.write(inner=inner % b"new")
            await asyncio.sleep(5)
            assert await run.call(Press(1, "1")) == ["Press 1.", "new."]
            assert await first == ["Press 1.", "old."]

    virtually(main)


def test_numbers_of_the_bundle_choose_the_flow() -> None:
    async def main() -> None:
        house = House(main=OLD, sales=page("sales"), numbers=b'"200": sales\n')
        run = await opened(house)
        assert await run.call(HangUp(0.1), called="200") == ["sales."]
        assert await run.call(HangUp(0.1), called="100") == ["old."]
        async with running(run.publisher.watch()):
            house.folder.write(numbers=b'"100": sales\n')
            await asyncio.sleep(5)
        assert await run.call(HangUp(0.1), called="200") == ["old."]
        assert await run.call(HangUp(0.1), called="100") == ["sales."]

    virtually(main)


def test_no_call_ever_hears_two_editions_however_often_flows_change() -> None:
    async def main() -> None:
        dice = random.Random(7)
        house = House(main=page("words 0"))
        house.voice_takes = 2.0
        run = await opened(house)
        heard: list[list[str]] = []

        async def call(after: float, script: list[Press | HangUp]) -> None:
            await asyncio.sleep(after)
            heard.append(await run.call(*script))

        async def edits() -> None:
            for number in range(1, 40):
                await asyncio.sleep(dice.uniform(0.1, 12))
                text = BROKEN if dice.random() < 0.2 else page(f"words {number}")
                house.folder.write(main=text)
                if dice.random() < 0.1:
                    with suppress(Refused):
                        await run.publisher.rollback(ANN)

        async with running(run.publisher.watch()), asyncio.TaskGroup() as group:
            group.create_task(edits())
            for _ in range(300):
                leave = HangUp(dice.uniform(1, 60))
                moves: list[Press | HangUp] = [Press(dice.uniform(1, 60), "1"), leave]
                group.create_task(call(dice.uniform(0, 240), moves))
        assert len(heard) == 300
        words = [{re.sub(r"\D", "", sentence.replace("Press 1", "")) for sentence in told} for told in heard]
        assert all(len(said) == 1 for said in words)
        assert len(set.union(*words)) > 10
        assert [one.calls for one in run.editions.in_use()] == [0]

    virtually(main)
