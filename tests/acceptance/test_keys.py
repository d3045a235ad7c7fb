"""What callers press on real calls is taken once and in order, also across the ends of commands."""

from __future__ import annotations

import asyncio
import random

import pytest

from ivr.adapters.asterisk.agi import AgiServer, AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.legs import Legs
from ivr.adapters.asterisk.recordings import Recordings
from ivr.app.config import load
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import Phones, phones
from ivr.core.base.errors import Hangup
from ivr.services import scope

pytestmark = pytest.mark.live

CALLERS = 6
WAIT, PAUSE = 0.11, 0.04  # seconds: keys are held for 0.1, and many of them are let go in a pause


async def test_no_key_that_is_let_go_between_two_commands_is_lost_or_doubled(lab: Lab) -> None:
    settings = load(lab.plan.settings)
    ami = AmiClient(settings.ami.host, settings.ami.port, settings.ami.user, settings.ami.secret)
    legs = Legs(ami, Recordings(settings.recordings, settings.asterisk.recordings))
    taken: dict[str, str] = {}

    async def listens(session: AgiSession) -> None:
        leg = legs.open(session)
        name = leg.caller.name
        taken[name] = ""
        try:
            await leg.answer()
            while True:
                taken[name] += await leg.key(WAIT)
                await asyncio.sleep(PAUSE)
        except Hangup:
            pass
        finally:
            legs.close(leg)

    async with scope.running(ami.run()), phones(lab, hands=CALLERS) as bank, AgiServer(listens) as agi:
        await agi.start(settings.agi.host, settings.agi.port)
        await ami.wait_connected(10)
        pressed = await asyncio.gather(*(_presses(bank, f"caller {number}") for number in range(CALLERS)))
    assert taken == dict(pressed)


async def _presses(bank: Phones, name: str) -> tuple[str, str]:
    """Presses keys from the first moment on; the caller's name and the keys."""
    keys = "".join(random.Random(name).choices("0123456789*#", k=16))
    call = await bank.call("100", name=name)
    await call.answered(20)
    await call.press(keys)
    await asyncio.sleep(1)  # the last key is told
    await call.hangup()
    return name, keys
