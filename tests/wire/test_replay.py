"""What a real Asterisk said in a real call (`capture.py`), said again to the codecs and to the service."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from ivr.adapters.asterisk.agi import AgiServer, AgiSession
from ivr.adapters.asterisk.ami import NEEDED_EVENTS, AmiClient
from ivr.adapters.asterisk.legs import Legs
from ivr.adapters.asterisk.recordings import Recordings
from ivr.adapters.asterisk.wire.agi import AgiDecoder, Environment, Notice, Reply
from ivr.adapters.asterisk.wire.ami import AmiDecoder, Message
from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.flows import OneFlow
from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.system.clock import SystemClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.base.dialling import DialList
from ivr.core.base.events import Event
from ivr.core.base.secret import Secret
from ivr.core.calls.events import CallEnded, CallStarted, EndReason, InputTaken, RecordingKept
from ivr.core.flow.load import load
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.journal import Journal
from ivr.services.world import World
from tests.services.calls import NoStore

HERE = Path(__file__).parent
AGI = [(line[0], line[2:] + "\n") for line in (HERE / "agi.txt").read_text().splitlines()]
AMI = (HERE / "ami.txt").read_bytes()
FLOW = HERE.parents[1] / "flows" / "main.yaml"


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_every_command_has_its_answer_in_whatever_pieces_it_comes(size: int) -> None:
    decoder = AgiDecoder(65_536, 8_192)
    said = "".join(line for who, line in AGI if who == "<").encode()
    items = [item for at in range(0, len(said), size) for item in decoder.feed(said[at : at + size])]
    assert isinstance(items[0], Environment)
    assert items[0].variables["agi_callerid"] == "+15551230001"
    assert items[0].variables["agi_calleridname"] == "Zoë 王"
    replies = [item for item in items if isinstance(item, Reply)]
    assert len(replies) == sum(who == ">" for who, _ in AGI)
    assert all(reply.code in (200, 511) for reply in replies)
    assert items.count(Notice.HANGUP) == 1


async def test_a_real_call_leads_the_service_the_same_way_again(tmp_path: Path) -> None:
    events: list[Event] = []
    flow, _ = load(FLOW.read_text(), str(FLOW))
    assert flow is not None
    world = World(SystemClock(), CountedIds(), Journal())
    calls = CallService(
        OneFlow(flow),
        world,
        Ports(MemoryVoice(), DialList([])),
        Away(NoStore(), MemoryChannels(), world),
        Rules(60, "UTC", "USD"),
    )
    legs = Legs(AmiClient("127.0.0.1", 1, "ivr", Secret("x")), Recordings(tmp_path, "/there"))

    async def serve(session: AgiSession) -> None:
        leg = legs.open(session)
        await calls.take(leg)
        legs.close(leg)

    with world.journal.subscribe(events.append):
        async with asyncio.timeout(20), AgiServer(serve) as server:
            await server.start("127.0.0.1", 0)
            await _say_again(server.port)
            await server.wait_closed()
    kinds = [type(event) for event in events]
    assert kinds.count(CallStarted) == kinds.count(CallEnded) == 1
    assert [event.value for event in events if isinstance(event, InputTaken)] == ["3"]
    [recording] = [event for event in events if isinstance(event, RecordingKept)]
    assert recording.seconds > 1
    assert events[-1] == CallEnded(
        at=events[-1].at, call_id=recording.call_id, reason=EndReason.CALLER_LEFT, section="voicemail"
    )


async def _say_again(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for who, line in AGI:
        if who == "<":
            writer.write(line.encode())
        else:
            asked = (await reader.readline()).decode()
            assert _move(asked) == _move(line)
    writer.close()


def _move(command: str) -> str:
    """A command without what is another in each call: files, and the time that is left."""
    command = re.sub(r'^(STREAM|RECORD) FILE ("[^"]*"|\S+)', r"\1 FILE …", command)
    return re.sub(r"^(WAIT FOR DIGIT) \d+", r"\1 …", command)


@pytest.mark.parametrize("size", [1, 13, 1 << 20])
def test_nothing_of_ami_is_lost_in_whatever_pieces_it_comes(size: int) -> None:
    decoder = AmiDecoder()
    messages: list[Message] = []
    for at in range(0, len(AMI), size):
        messages += decoder.feed(AMI[at : at + size])
    assert decoder.banner.startswith("Asterisk Call Manager/")
    assert len(messages) == AMI.count(b"\r\n\r\n")
    answers = {message.get("ActionID"): message.get("Response") for message in messages if message.get("Response")}
    assert answers == {"one": "Success", "two": "Success", "three": "Error", "four": "Goodbye"}
    [channel] = [message for message in messages if message.event == "CoreShowChannel"]
    assert channel.get("CallerIDName") == "Zoë 王"
    keys = [message.get("Digit") for message in messages if message.event == "DTMFEnd"]
    assert [key for key in keys if key] == ["3", "#"]


def test_only_the_events_that_are_needed_are_sent() -> None:
    messages = AmiDecoder().feed(AMI)
    told = {message.event for message in messages if message.event and not message.get("ActionID")}
    assert told <= set(NEEDED_EVENTS)
    assert "Hangup" in told
