"""A virtual caller in queues against the real session, dispatcher and router: the same keys lead to the same steps."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.flows import OneFlow
from ivr.adapters.memory.leg import SOMEBODY, HangUp, MemoryLeg, Move
from ivr.adapters.memory.leg import Press as Pressed
from ivr.adapters.memory.ringer import MemoryRinger, PicksUp
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId
from ivr.core.calls.events import ActionDone, CallEnded
from ivr.core.calls.outcomes import Dialled, DialStatus, Queued, QueueEnding
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.load import load
from ivr.core.flow.model import Flow
from ivr.core.flow.moments import Act, Comes, Doing, Leave, Moment, Press
from ivr.core.flow.state import Facts
from ivr.core.flow.surroundings import Surroundings
from ivr.core.flow.virtual import VirtualCall
from ivr.services import scope
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.journal import Journal
from ivr.services.world import World
from tests.properties.test_virtual import OddVoice, moments, pressed, shown
from tests.services.calls import EPOCH, NoStore
from tests.virtual_time import run_virtual

RINGS, TALKS = 7.0031, 30.0  # until the agent of `served` picks up, and how long both talk then
LONGEST = {"served": 600.0, "nobody": 40.0}
SETUP = Setup(
    {
        "served": Queue(name="served", longest=LONGEST["served"], music="music/calm"),
        "nobody": Queue(name="nobody", longest=LONGEST["nobody"]),
    }
)
ADA = Agent(agent_id=AgentId("ada"), name="Ada", address="1010", queues=frozenset({"served"}))
FLOW = """
anywhere:
  operator: {press: "0", go: served}
  repeat: {press: "*"}
  back: {press: "9"}
defaults: {attempts: 2, first_input: 4s, between: 2s, give_up: bye}
flow:
  welcome:
    - say: One moment, please.
    - queue: nobody
      keys: {5: served, "#": asked}
      waited_too_long: asked
      unanswered: bye
    - go: asked
  asked:
    - menu: Press 1 or 2.
      options:
        - {press: 1, go: nobody}
        - {press: 2, go: served}
  nobody:
    - queue: nobody
      keys: {0: asked}
      music: music/lively
      unanswered: bye
    - go: bye
  served:
    - say: I connect you.
    - queue: served
      keys: {3: asked}
      unanswered: bye
    - menu: Press 2 for another talk.
      options: [{press: 2, go: served}]
  bye:
    - say: Goodbye.
    - hangup
"""


def flow() -> Flow:
    """The flow, with its queues."""
    found, problems = load(FLOW, "main.yaml", surroundings=Surroundings(setup=SETUP))
    assert found is not None, [str(problem) for problem in problems.errors]
    return found


def virtual(moves: list[Move]) -> list[tuple[object, ...]]:
    """The steps of a virtual call: an agent of `served` always picks up, and nobody works in `nobody`."""
    voice = OddVoice()

    def seconds(sentence: Sentence) -> float:
        sound = voice.ready(sentence)
        assert sound is not None
        return sound.seconds

    facts = Facts("call_1", SOMEBODY.number, SOMEBODY.name, SOMEBODY.called, EPOCH, language="en")
    run = VirtualCall(flow(), facts, seconds=seconds)
    events = deque(
        Leave(move.after) if isinstance(move, HangUp) else Press(key, move.after + number / 10)
        for move in moves
        for number, key in enumerate(getattr(move, "keys", " "))
    )
    events = deque(sorted(events, key=lambda event: event.at))

    def caller(moment: Moment) -> Act | None:
        answered = moment.until - LONGEST["served"] + RINGS  # whatever was pressed since the wait began
        served = moment.doing is Doing.QUEUES and getattr(run.turn.verb, "queue", "") == "served"
        if events and events[0].at <= (answered if served else moment.until):
            return events.popleft()
        if served:
            return Comes(Queued(QueueEnding.ANSWERED, talked=TALKS, agent="ada"), answered)
        return None

    talk, act = run.talk(), None
    while run.end is None:
        try:
            act = caller(talk.send(act))
        except StopIteration:
            break
    assert run.end is not None
    steps = [
        (step.section, step.index, step.kind, step.outcome, step.to, shown(step.detail))
        for step in run.steps
        if step.outcome != "caller_left"
    ]
    return [*steps, (run.end.reason,)]


def real(moves: list[Move]) -> list[tuple[object, ...]]:
    """The steps of a call through the session, the dispatcher and the router, with one agent."""

    async def main() -> list[Event]:
        events: list[Event] = []
        journal = Journal()
        world = World(LoopClock(EPOCH), CountedIds(), journal)
        dialplan = DialList([Route("10xx", "PJSIP/{number}")])
        acd = Dispatcher(world, MemoryRinger({"PJSIP/1010": PicksUp(RINGS)}), dialplan, lambda: SETUP)
        ports = Ports(OddVoice(), dialplan, acd=acd)
        away = Away(NoStore(), MemoryChannels(), world)
        calls = CallService(OneFlow(flow()), world, ports, away, Rules(7200, "UTC", "USD"))
        leg = MemoryLeg(tuple(moves), dialled=Dialled(DialStatus.ANSWERED, TALKS))
        with journal.subscribe(events.append):
            async with scope.running(acd.run()):
                acd.sign_in(ADA)
                await calls.take(leg)
        return events

    told = run_virtual(main())
    steps = [
        (event.section, event.index, event.kind, event.outcome, event.to, shown(event.detail))
        for event in told
        if isinstance(event, ActionDone)
    ]
    return [*steps, *((event.reason,) for event in told if isinstance(event, CallEnded))]


@settings(max_examples=150, deadline=None)
@given(script=pressed, leaves=st.none() | moments)
def test_the_same_keys_lead_to_the_same_steps(script: list[tuple[float, str]], leaves: float | None) -> None:
    moves: list[Move] = [Pressed(at + 0.0173 * number, text) for number, (at, text) in enumerate(script)]
    moves += [HangUp(leaves + 0.00937)] if leaves is not None else []
    assert virtual(moves) == real(moves)


def test_a_caller_who_does_nothing_is_asked_and_leaves() -> None:
    steps = [(step[2], step[3]) for step in real([]) if len(step) > 1]
    assert steps == [
        ("say", "said"),
        ("queue", "waited_too_long"),
        ("menu", "give_up"),
        ("say", "said"),
        ("hangup", "ended"),
    ]


@pytest.mark.parametrize("keys", ["5", "0", "52", "#2"])
def test_who_presses_in_time_talks_to_the_agent(keys: str) -> None:
    moves: list[Move] = [Pressed(10.0, keys)]
    assert ("queue", "answered") in [(step[2], step[3]) for step in real(moves) if len(step) > 1]
    assert virtual(moves) == real(moves)
