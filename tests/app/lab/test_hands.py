"""Keys of several callers on one hand of the bank: in turn, so that nobody types with pauses."""

from __future__ import annotations

import asyncio
from typing import cast

from ivr.adapters.asterisk.ami import AmiClient
from ivr.app.lab.phone import Hands
from tests.virtual_time import run_virtual

KEY = 0.1  # seconds


def test_who_gives_a_hand_back_and_wants_it_again_waits_for_those_who_waited() -> None:
    async def scene() -> str:
        hands, pressed = Hands([_client()]), list[str]()

        async def press(caller: str) -> None:
            for _ in range(3):
                async with hands.one():
                    await asyncio.sleep(KEY)
                    pressed.append(caller)

        await asyncio.gather(*(press(caller) for caller in "abc"))
        return "".join(pressed)

    assert run_virtual(scene()) == "abcabcabc"


def test_several_hands_press_at_the_same_time_and_come_back_when_a_key_fails() -> None:
    async def scene() -> float:
        hands, loop = Hands([_client(), _client()]), asyncio.get_running_loop()

        async def press(number: int) -> None:
            async with hands.one():
                await asyncio.sleep(KEY)
                raise OSError(number)

        began = loop.time()
        ended = await asyncio.gather(*(press(number) for number in range(6)), return_exceptions=True)
        assert [type(one) for one in ended] == [OSError] * 6
        return loop.time() - began

    assert abs(run_virtual(scene()) - 3 * KEY) < KEY / 2


def _client() -> AmiClient:
    return cast(AmiClient, object())
