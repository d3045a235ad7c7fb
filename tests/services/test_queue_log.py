"""The queue log of calls as they really happen: whole stories on the floor, and the lines that come of them."""

from __future__ import annotations

import asyncio

from ivr.adapters.memory.leg import HangUp, Press
from ivr.adapters.memory.ringer import Fails
from ivr.core.acd.facts import SignOut, Trouble
from ivr.core.acd.queue_log import QueueLog
from ivr.core.base.ids import AgentId
from tests.services.queues import Floor, on_floor


def lines(floor: Floor) -> list[str]:
    """Queue, agent, event and values of each line; calls by the order in which they came."""
    log = QueueLog(lambda _: ["billing"])
    told = [line for event in floor.events for line in log.take(event)] + log.close(floor.events[-1].at)
    return [line.split("|", 2)[2] for line in told]


def test_a_call_that_is_answered_and_one_that_leaves_while_it_rings() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=40)
        await asyncio.sleep(60)
        floor.call("bob", HangUp(2))
        await asyncio.sleep(10)
        floor.acd.ask(SignOut(AgentId("ada")))

    assert lines(on_floor(scene)) == [
        "billing|ada|ADDMEMBER|",
        "billing|NONE|ENTERQUEUE||+15550000000|1",
        "billing|ada|CONNECT|2|offer_1_1|2",
        "billing|ada|COMPLETEAGENT|2|40|1",
        "billing|NONE|ENTERQUEUE||+15550000001|1",
        "billing|ada|RINGCANCELED|1040",
        "billing|NONE|ABANDON|1|1|1",
        "billing|ada|REMOVEMEMBER|",
    ]


def test_phones_that_are_not_answered_and_a_caller_who_presses_a_key() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", Press(30, "1"))

    assert lines(on_floor(scene, phones={"PJSIP/1010": Fails(Trouble.NO_ANSWER)})) == [
        "billing|ada|ADDMEMBER|",
        "billing|NONE|ENTERQUEUE||+15550000000|1",
        "billing|ada|RINGNOANSWER|15000",
        "billing|ada|PAUSE|missed",
        "billing|NONE|EXITWITHKEY|1|1|1|29",
    ]


def test_a_leg_that_is_gone_when_it_is_connected() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=20, absent="channel-offer_1_1")

    assert [line.split("|")[2] for line in lines(on_floor(scene))] == [
        "ADDMEMBER", "ENTERQUEUE", "CONNECT", "SYSCOMPAT", "CONNECT", "COMPLETEAGENT",
    ]  # fmt: skip


def test_a_caller_who_ends_the_talk() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", HangUp(12), talks=99)

    assert lines(on_floor(scene))[-1].startswith("billing|ada|COMPLETECALLER|2|")
