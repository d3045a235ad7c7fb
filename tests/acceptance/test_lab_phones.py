"""The phones of the lab behave as the directory says, and what they hear is on the recording."""

from __future__ import annotations

import socket

import pytest

from ivr.app.lab.directory import PARTIES, TRUNK_TONE, Behaviour, party
from ivr.app.lab.ear import LOUD, first_tone
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import NotAnswered, Phones, until
from ivr.app.lab.reserve import refuse_taken
from ivr.app.lab.root import LabError
from ivr.app.lab.sounds import MUSIC
from ivr.core.audio.level import tone_dbfs

pytestmark = pytest.mark.live


async def test_an_agent_answers_and_is_known_by_its_tone(bank: Phones) -> None:
    call = await bank.call("1001", party="1002")
    await call.answered()
    await call.heard_tone(party("1001").tone)
    received = call.sound().received.part(0.2)
    others = [other.tone for other in PARTIES if other.number != "1001"]
    # A short stretch of one tone is found a little in its neighbours too, 25 Hz away.
    assert max(tone_dbfs(received, hertz) for hertz in others) < tone_dbfs(received, party("1001").tone) - 10
    await call.hangup()


@pytest.mark.parametrize(("number", "cause"), [("1006", 17), ("1008", 21), ("+15550001119", 17)])
async def test_a_phone_that_refuses_gives_its_cause(bank: Phones, number: str, cause: int) -> None:
    call = await bank.call(number, party="1002")
    with pytest.raises(NotAnswered) as refusal:
        await call.answered()
    assert refusal.value.cause == cause


@pytest.mark.parametrize("number", ["1007", "+15550001118"])
async def test_a_phone_that_never_answers_rings_on(bank: Phones, number: str) -> None:
    call = await bank.call(number, party="1002")
    with pytest.raises(LabError, match="nobody answered"):
        await call.answered(within=2)
    assert not call.over


async def test_an_agent_that_leaves_ends_the_call(bank: Phones) -> None:
    assert party("1009").behaviour is Behaviour.LEAVES
    call = await bank.call("1009", party="1002")
    await call.answered()
    assert await call.ended(within=10) == 16


async def test_a_number_behind_the_trunk_answers(bank: Phones) -> None:
    call = await bank.call("+15550001110", party="1002")
    await call.answered()
    await call.heard_tone(TRUNK_TONE)


async def test_the_agent_hears_what_the_caller_says(bank: Phones, lab: Lab) -> None:
    call = await bank.call("1003", party="1002")
    await call.answered()
    await call.say(lab.plan.inside("music", "waiting"))
    when = await until(lambda: first_tone(bank.heard_by("1003"), MUSIC[0]), within=10)
    assert when is not None
    assert tone_dbfs(bank.heard_by("1003"), party("1003").tone) < LOUD


def test_nothing_is_reached_from_another_address(lab: Lab) -> None:
    ports = lab.plan.ports
    for port in (ports.pbx_ami, ports.bank_ami):
        socket.create_connection(("127.0.0.1", port), 5).close()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), 5)
    for port in (ports.pbx_sip, ports.bank_sip):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.2", port))  # impossible where somebody listens on every address
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken, pytest.raises(OSError, match="in use"):
            taken.bind(("127.0.0.1", port))


def test_ports_that_somebody_else_uses_are_told(lab: Lab) -> None:
    with pytest.raises(LabError, match=f"UDP port {lab.plan.ports.pbx_sip} is in use"):
        refuse_taken(lab.plan.ports, "pbx")
