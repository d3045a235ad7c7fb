"""The dialplan hands calls to the service, and no caller is lost when it is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from ivr.app.lab.ear import LOUD, first_tone
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones, until
from ivr.app.lab.sounds import MUSIC
from ivr.core.audio.clip import Clip
from ivr.core.audio.level import tone_dbfs
from ivr.core.audio.match import heard
from ivr.core.audio.wav import read_wav
from tests.acceptance.agi_stub import Session, answering

pytestmark = pytest.mark.live


@pytest.fixture
def impatient(lab: Lab) -> Iterator[None]:
    """The dialplan with four seconds of patience."""
    added = lab.console("pbx", "dialplan add extension s,3,Set,IVR_PATIENCE=4 into ivr-settings replace")
    assert "IVR_PATIENCE=4" in added
    yield
    lab.console("pbx", "dialplan reload")


@pytest.fixture
def apology(lab: Lab) -> Clip:
    """What a caller hears at the end of the patience."""
    (file,) = lab.plan.root.outside("/usr/share/asterisk/sounds").glob("en_*/please-try-call-later.wav")
    return read_wav(file.read_bytes())


def hears(call: LabCall, clip: Clip) -> float | None:
    """When the call's phone has heard a clip out, in seconds from the answer; None when it has not."""
    found = heard(clip.samples, call.sound().received.samples, clip.rate)
    return found.offset_seconds if found and found.seconds > 0.8 * clip.seconds else None


async def finish(session: Session) -> None:
    """Answers and says that the call is over."""
    await session.do("ANSWER")
    await session.next("end")


async def test_a_call_comes_with_its_number_and_its_caller(bank: Phones, lab: Lab) -> None:
    async with answering(lab.plan.ports.agi, finish) as stub:
        call = await bank.call("123", caller="+15557654321", name="Ann Lee")
        assert await call.ended() == 16
    (env,) = stub.calls
    assert env["agi_extension"] == "123"
    assert env["agi_callerid"] == "+15557654321"
    assert env["agi_calleridname"] == "Ann Lee"
    assert env["agi_network_script"] == "call"
    assert "agi_arg_1" not in env


async def test_keys_pressed_at_the_phone_reach_the_service(bank: Phones, lab: Lab) -> None:
    pressed: list[str] = []

    async def listen(session: Session) -> None:
        await session.do("ANSWER")
        for _ in range(4):
            answer = await session.do("WAIT FOR DIGIT 5000")
            pressed.append(chr(int(answer.removeprefix("200 result=") or 0)))
        await session.next("end")

    async with answering(lab.plan.ports.agi, listen):
        call = await bank.call("100")
        await call.answered()
        await call.press("4#*7")
        await call.ended()
    assert pressed == list("4#*7")


async def test_a_caller_waits_with_music_and_is_brought_to_a_service_that_comes(bank: Phones, lab: Lab) -> None:
    call = await bank.call("100")
    await call.answered()
    await call.heard_tone(MUSIC[0])
    async with answering(lab.plan.ports.agi, finish) as stub:
        assert await call.ended() == 16
    assert "agi_arg_1" not in stub.calls[0]


async def test_a_caller_whose_service_dies_is_brought_back_and_said_to_be_back(bank: Phones, lab: Lab) -> None:
    async def die_once(session: Session) -> None:
        if session.env.get("agi_arg_1") == "1":
            return await finish(session)
        await session.do("ANSWER")
        return session.die()

    async with answering(lab.plan.ports.agi, die_once) as stub:
        call = await bank.call("100")
        assert await call.ended() == 16
    first, second = stub.calls
    assert first["agi_uniqueid"] == second["agi_uniqueid"]


@pytest.mark.usefixtures("impatient")
async def test_after_its_patience_a_caller_goes_to_the_fallback(bank: Phones, apology: Clip) -> None:
    call = await bank.call("100")
    await call.answered()
    assert await call.ended() == 16
    when = await until(lambda: hears(call, apology), within=2)
    assert when is not None
    assert first_tone(call.sound().received, MUSIC[0]) is not None
    assert when >= 4


@pytest.mark.usefixtures("impatient")
async def test_a_service_that_dies_at_every_call_uses_the_patience_up(bank: Phones, lab: Lab, apology: Clip) -> None:
    async def die(session: Session) -> None:
        session.die()

    async with answering(lab.plan.ports.agi, die) as stub:
        call = await bank.call("100")
        assert await call.ended() == 16
    assert len(stub.calls) > 1
    assert await until(lambda: hears(call, apology), within=2) is not None


async def test_the_service_can_send_a_call_elsewhere(bank: Phones, lab: Lab, apology: Clip) -> None:
    async def elsewhere(session: Session) -> None:
        await session.do("ANSWER")
        await session.next("ivr-away,s,1")

    async with answering(lab.plan.ports.agi, elsewhere) as stub:
        call = await bank.call("100")
        assert await call.ended() == 16
    assert len(stub.calls) == 1
    assert await until(lambda: hears(call, apology), within=2) is not None


async def test_a_place_that_is_not_in_the_dialplan_is_the_fallback(bank: Phones, lab: Lab, apology: Clip) -> None:
    async def nowhere(session: Session) -> None:
        await session.do("ANSWER")
        await session.next("no-such-place,s,1")

    async with answering(lab.plan.ports.agi, nowhere):
        call = await bank.call("100")
        assert await call.ended() == 16
    assert await until(lambda: hears(call, apology), within=2) is not None


async def test_a_caller_who_leaves_is_not_brought_back(bank: Phones, lab: Lab) -> None:
    over = asyncio.Event()

    async def wait(session: Session) -> None:
        await session.do("ANSWER")
        while (await session.reader.readline()).strip() not in (b"HANGUP", b""):
            pass
        over.set()

    async with answering(lab.plan.ports.agi, wait) as stub:
        call = await bank.call("100")
        await call.answered()
        await call.hangup()
        await asyncio.wait_for(over.wait(), 10)
        probe = await bank.call("101")
        await probe.answered()
        await probe.hangup()
    assert [env["agi_extension"] for env in stub.calls] == ["100", "101"]


async def test_what_a_caller_calls_themselves_is_never_dialplan(bank: Phones, lab: Lab) -> None:
    name = "${EXTEN},1)&Hangup(17"
    async with answering(lab.plan.ports.agi, finish) as stub:
        call = await bank.call("100", caller="+15550000001", name=name)
        assert await call.ended() == 16
    assert stub.calls[0]["agi_calleridname"] == name


async def test_music_is_no_tone_of_the_agents(bank: Phones) -> None:
    call = await bank.call("100")
    await call.answered()
    await call.heard_tone(MUSIC[0])
    assert tone_dbfs(call.sound().received, 440) < LOUD
