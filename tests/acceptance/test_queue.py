"""Callers wait in a queue and talk to agents, on a real Asterisk: who hears whom, in which order, and what is left."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivr.app.lab.directory import party
from ivr.app.lab.ear import LOUD, WINDOW, pure_tone
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones
from ivr.app.lab.sounds import MUSIC
from ivr.core.audio.level import tone_dbfs
from ivr.core.calls.events import CallEnded, LegEnded
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft
from tests.acceptance.listening import Book, Ears, ears

pytestmark = pytest.mark.live

FLOWS = Path(__file__).parent / "queue"
TONES = {number: party(number).tone for number in ("1001", "1002", "1003", "1009")}
WHISPER = "A call from billing for you."
THANKS = "Thank you for talking to us today."
OPERATOR = "Here is the operator of our house."
NOBODY = "Nobody is free for you at the moment."


class Desk:
    """What agents and supervisors do over the control API."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.book = Book(lab)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request; the answer's document."""
        token = self._lab.plan.token_file.read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._lab.plan.ports.control}{path}",
            data=json.dumps(body or {}).encode() if method != "GET" else None,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            document: dict[str, Any] = json.load(answer)
            return document

    def sign_in(self, *numbers: str) -> None:
        """The agents behind these phones begin to work."""
        for number in numbers:
            self.ask("PUT", f"/v1/agents/a{number}", {"name": number, "address": number, "queues": ["billing"]})
            self.ask("POST", f"/v1/desk/a{number}/sign-in")

    def sign_out_all(self) -> None:
        """Nobody works any more."""
        for agent in self.agents():
            self.ask("POST", f"/v1/desk/{agent}/sign-out")
        for _ in range(100):
            if not self.agents():
                return
            time.sleep(0.1)
        raise AssertionError(f"somebody is still talking: {self.agents()}")

    def agents(self) -> dict[str, dict[str, Any]]:
        """Those who are signed in, by id."""
        return {one["agent"]: one for one in self.ask("GET", "/v1/desk")["agents"]}

    def waiting(self) -> list[dict[str, Any]]:
        """The calls that wait, in their order."""
        [queue] = self.ask("GET", "/v1/queues")["queues"]
        found: list[dict[str, Any]] = queue["waiting"]
        return found


@pytest.fixture(scope="module")
def service(lab: Lab) -> Iterator[Desk]:
    """The service beside the lab's Asterisk, with the flow and the queue of these tests."""
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)
    settings = lab.plan.settings
    text = settings.read_text()
    flows = next(line for line in text.splitlines() if line.startswith("flows:"))
    settings.write_text(text.replace(flows, f'flows: "{FLOWS}"'))
    lab.start_service()
    yield Desk(lab)
    lab.service.stop()
    settings.write_text(text)


@pytest.fixture
def desk(service: Desk) -> Iterator[Desk]:
    """The desk, with nobody signed in before and after."""
    yield service
    service.sign_out_all()


@pytest.fixture
async def caller(service: Desk, lab: Lab) -> AsyncIterator[Ears]:
    """Ears."""
    async with ears(lab.plan.prompts) as listening:
        yield listening


async def calls(bank: Phones, number: str) -> LabCall:
    """A caller comes to the queue."""
    call = await bank.call("100", caller=number)
    await call.answered()
    return call


async def until_waiting(desk: Desk, count: int) -> None:
    """Waits until so many calls stand in the line."""
    for _ in range(50):
        if len(await asyncio.to_thread(desk.waiting)) == count:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{count} calls never waited at once: {desk.waiting()}")


async def test_a_caller_waits_with_music_talks_to_an_agent_and_goes_on(desk: Desk, bank: Phones, caller: Ears) -> None:
    call = await calls(bank, "+15556000001")
    await until_waiting(desk, 1)
    await asyncio.sleep(2)
    desk.sign_in("1009")  # talks for three seconds
    assert await agent_of(call) == "1009"
    assert desk.agents()["a1009"]["state"] == "talking"
    await caller.hears(call, THANKS)
    assert desk.agents()["a1009"]["state"] in ("wrapping", "idle")
    await call.ended()
    kept = await desk.book.call_of("+15556000001")
    events = await desk.book.events(kept.call_id)
    [talk] = [event for event in events if isinstance(event, LegEnded)]
    assert talk.status == "answered"
    assert 0.5 < talk.talked < 5
    [left] = [event for event in events if isinstance(event, QueueLeft)]
    assert left.how == "answered"
    assert left.waited > 2


async def test_a_caller_is_told_the_place_between_the_music(desk: Desk, bank: Phones, caller: Ears) -> None:
    first = await calls(bank, "+15556000071")
    await until_waiting(desk, 1)
    second = await calls(bank, "+15556000072")
    await caller.hears(first, "You are the next in the queue.", within=20)
    await caller.hears(second, "You are number", within=20)
    await asyncio.sleep(2)
    for call in (first, second):
        received = call.received(call.elapsed - 1.5)
        assert max(tone_dbfs(received, hertz) for hertz in MUSIC) > LOUD, "the music does not go on"
        await call.hangup()


async def test_the_agent_hears_which_queue_it_is_and_the_caller_does_not(
    desk: Desk, bank: Phones, caller: Ears
) -> None:
    call = await calls(bank, "+15556000081")
    await until_waiting(desk, 1)
    desk.sign_in("1003")
    assert await agent_of(call) == "1003"
    await call.hangup()
    await asyncio.sleep(1)
    whispered = await caller.heard(bank.heard_by("1003"), WHISPER)
    assert whispered is not None
    assert whispered.seconds > 0.6 * (await caller.sound(WHISPER)).seconds
    heard = await caller.heard(call.sound().received, WHISPER)
    assert heard is None or heard.seconds < 0.4 * (await caller.sound(WHISPER)).seconds


async def test_callers_are_served_in_their_order(desk: Desk, bank: Phones) -> None:
    first = await calls(bank, "+15556000011")
    await until_waiting(desk, 1)
    second = await calls(bank, "+15556000012")
    await until_waiting(desk, 2)
    desk.sign_in("1002")
    assert await agent_of(first) == "1002"
    assert len(desk.waiting()) == 1
    await first.hangup()
    assert await agent_of(second) == "1002"
    await second.hangup()
    assert (await desk.book.call_of("+15556000011")).started_at < (await desk.book.call_of("+15556000012")).started_at


async def test_a_caller_who_leaves_while_the_phone_rings_frees_the_agent(desk: Desk, bank: Phones) -> None:
    desk.sign_in("1007")  # never answers
    call = await calls(bank, "+15556000021")
    await _state(desk, "a1007", "offered")
    await call.hangup()
    await _state(desk, "a1007", "idle")
    kept = await desk.book.call_of("+15556000021")
    outcomes = [event.outcome for event in await desk.book.events(kept.call_id) if isinstance(event, OfferEnded)]
    assert outcomes == ["withdrawn"]


@pytest.mark.parametrize(
    ("number", "outcome"), [("1006", "busy"), ("1007", "no_answer"), ("1008", "rejected"), ("1999", "unreachable")]
)
async def test_a_phone_that_does_not_take_the_call_passes_it_on(
    desk: Desk, bank: Phones, number: str, outcome: str
) -> None:
    desk.sign_in(number)
    caller = f"+1555600{number}"
    call = await calls(bank, caller)
    await asyncio.sleep(1)
    desk.sign_in("1001")
    assert await agent_of(call) == "1001"
    await call.hangup()
    kept = await desk.book.call_of(caller)
    events = await desk.book.events(kept.call_id)
    ended = [event.outcome for event in events if isinstance(event, OfferEnded)]
    assert set(ended) == {outcome, "answered"}
    assert ended[-1] == "answered"
    status = desk.agents()[f"a{number}"]
    assert (status["status"], status["reason"]) == (("on_break", "missed") if outcome == "no_answer" else ("ready", ""))


async def test_a_key_leaves_the_queue_and_the_operators_key_is_obeyed(desk: Desk, bank: Phones, caller: Ears) -> None:
    for number, key, words in (("+15556000031", "1", NOBODY), ("+15556000032", "0", OPERATOR)):
        call = await calls(bank, number)
        await until_waiting(desk, 1)
        await asyncio.sleep(1)
        await call.press(key)
        await caller.hears(call, words)
        await call.ended()
    assert desk.waiting() == []


async def test_ten_callers_and_three_agents_are_all_accounted_for(desk: Desk, bank: Phones) -> None:
    desk.sign_in("1001", "1002", "1003")
    waiting = [await calls(bank, f"+1555600004{number}") for number in range(10)]

    async def talks(call: LabCall) -> str:
        """Hangs up a moment after an agent is heard."""
        agent = await agent_of(call)
        await asyncio.sleep(1)
        await call.hangup()
        return agent

    served = await asyncio.gather(*(talks(call) for call in waiting))
    assert set(served) == {"1001", "1002", "1003"}
    offered: list[CallOffered] = []
    for number in range(10):
        kept = await desk.book.call_of(f"+1555600004{number}")
        events = await desk.book.events(kept.call_id)
        assert len([event for event in events if isinstance(event, CallEnded)]) == 1
        assert [event.how for event in events if isinstance(event, QueueLeft)] == ["answered"]
        offered += [event for event in events if isinstance(event, CallOffered)]
    assert len(offered) == 10
    assert desk.waiting() == []


async def agent_of(call: LabCall, within: float = 60.0) -> str:
    """The phone of the agent whom the caller hears, and nothing else: prompts and music have parts of all tones."""
    for _ in range(round(within / 0.2)):
        received = await asyncio.to_thread(call.received, max(0.0, call.elapsed - 1.5))
        found = {pure_tone(received.part(at, at + WINDOW)) for at in np.arange(0, received.seconds - WINDOW, WINDOW)}
        heard = [number for number, hertz in TONES.items() if hertz in found]
        if heard:
            assert len(heard) == 1, heard
            return heard[0]
        await asyncio.sleep(0.2)
    raise AssertionError(f"no agent was heard within {within:g} s")


async def _state(desk: Desk, agent: str, state: str) -> None:
    for _ in range(50):
        found = await asyncio.to_thread(desk.agents)
        if found.get(agent, {}).get("state") == state:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{agent} was never {state}: {desk.agents()}")


async def test_a_killed_service_loses_no_place_and_no_talk(desk: Desk, bank: Phones, caller: Ears) -> None:
    desk.sign_in("1001")
    talking = await calls(bank, "+15556000051")
    assert await agent_of(talking) == "1001"
    first = await calls(bank, "+15556000052")
    await until_waiting(desk, 1)
    second = await calls(bank, "+15556000053")
    await until_waiting(desk, 2)
    lab = desk.book.lab
    await asyncio.to_thread(lab.service.kill)
    await asyncio.sleep(3)
    assert await agent_of(talking, within=3) == "1001"  # they talk on
    await asyncio.to_thread(lab.start_service)
    await until_waiting(desk, 2)
    assert desk.agents()["a1001"]["state"] == "talking"
    kept = [await desk.book.call_of(f"+1555600005{number}", open_too=True) for number in (2, 3)]
    assert [one["call"] for one in desk.waiting()] == [call.call_id for call in kept]
    await talking.hangup()
    assert await agent_of(first) == "1001"
    assert [one["call"] for one in desk.waiting()] == [kept[1].call_id]
    await first.hangup()
    assert await agent_of(second) == "1001"
    await second.hangup()
    for call in kept:
        ended = await desk.book.call_of(call.caller)
        assert ended.call_id == call.call_id
        events = await desk.book.events(call.call_id)
        assert [event.how for event in events if isinstance(event, QueueLeft)] == ["answered"]
        vtimes = {event.vtime for event in events if isinstance(event, QueueJoined)}
        assert len(vtimes) == 1


async def test_a_service_that_is_stopped_hands_waiting_callers_to_the_next_one(desk: Desk, bank: Phones) -> None:
    first = await calls(bank, "+15556000061")
    await until_waiting(desk, 1)
    second = await calls(bank, "+15556000062")
    await until_waiting(desk, 2)
    before = [one["call"] for one in desk.waiting()]
    lab = desk.book.lab
    await asyncio.to_thread(lab.service.stop)
    await asyncio.to_thread(lab.start_service)
    await until_waiting(desk, 2)
    assert [one["call"] for one in desk.waiting()] == before
    desk.sign_in("1002")
    assert await agent_of(first) == "1002"
    await first.hangup()
    assert await agent_of(second) == "1002"
    await second.hangup()
