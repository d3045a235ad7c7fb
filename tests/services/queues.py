"""Callers and agents on virtual time: the real dispatcher and router, scripted phones, calls that run a flow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.flows import OneFlow
from ivr.adapters.memory.leg import SOMEBODY, MemoryLeg, Move
from ivr.adapters.memory.ringer import Behaviour, MemoryRinger
from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId
from ivr.core.calls.outcomes import Dialled, DialStatus
from ivr.core.calls.verbs import Queue as Wait
from ivr.core.flow.load import load
from ivr.core.flow.surroundings import Surroundings
from ivr.services import scope
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.acd.greeting import Greeter
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.journal import Journal
from ivr.services.world import World
from tests.services.calls import EPOCH, NoStore
from tests.virtual_time import run_virtual

E = TypeVar("E", bound=Event)

FLOW = """
anywhere:
  operator: {press: "0", go: operator}
flow:
  welcome:
    - say: Welcome to Acme.
    - queue: billing
      keys: {1: message}
      answered: survey
      unanswered: message
  survey:
    - say: How was it?
    - hangup
  operator:
    - say: Here is the operator.
    - hangup
  message:
    - say: Please call again.
    - hangup
"""
BILLING = Queue(name="billing", ring=15.0)


def agent(name: str, number: str = "", **more: Any) -> Agent:
    """An agent of the queue billing, whose phone is the first one that is free by the name."""
    return Agent(
        agent_id=AgentId(name), name=name.title(), address=number or f"10{ord(name[0]) - 87:02}",
        queues=frozenset({"billing"}), **more,
    )  # fmt: skip


@dataclass
class Floor:
    """What a test works with."""

    acd: Dispatcher
    calls: CallService
    world: World
    ringer: MemoryRinger
    events: list[Event] = field(default_factory=list)
    legs: dict[str, MemoryLeg] = field(default_factory=dict)
    group: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)

    def call(self, name: str, *script: Move, talks: float = 30.0, absent: str = "") -> MemoryLeg:
        """A call comes in now; a talk in it lasts so many seconds unless the caller leaves.

        The leg ``absent`` is gone when it is to be connected with this call.
        """
        caller = replace(SOMEBODY, name=name, number=f"+1555{len(self.legs):07}", channel=f"chan-{name}")
        leg = MemoryLeg(script, caller=caller, dialled=Dialled(DialStatus.ANSWERED, talks), absent=frozenset({absent}))
        self.legs[name] = leg
        self.group.create_task(self.calls.take(leg))
        return leg

    def sign_in(self, *names: str) -> None:
        """Agents begin to work."""
        for name in names:
            self.acd.sign_in(agent(name))

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return (self.world.clock.now() - EPOCH).total_seconds()


def on_floor(
    scene: Callable[[Floor], Coroutine[Any, Any, None]],
    *,
    queues: Iterable[Queue] = (BILLING,),
    phones: Mapping[str, Behaviour] | None = None,
    text: str = FLOW,
) -> Floor:
    """Plays a scene, lets all calls come to their end, and gives what happened."""
    setup = Setup({queue.name: queue for queue in queues})

    async def main() -> Floor:
        events: list[Event] = []
        journal = Journal()
        world = World(LoopClock(EPOCH), CountedIds(), journal)
        flow, problems = load(text, "main.yaml", surroundings=Surroundings(setup=setup))
        assert flow is not None, [str(problem) for problem in problems.errors]
        ringer = MemoryRinger(dict(phones or {}))
        dialplan = DialList([Route("10xx", "PJSIP/{number}")])
        voice = MemoryVoice()
        acd = Dispatcher(world, ringer, dialplan, lambda: setup, Greeter(lambda: voice))
        ports = Ports(voice, dialplan, acd=acd)
        calls = CallService(
            OneFlow(flow), world, ports, Away(NoStore(), MemoryChannels(), world), Rules(7200, "UTC", "USD")
        )
        with journal.subscribe(events.append):
            async with scope.running(acd.run()), asyncio.TaskGroup() as group:
                floor = Floor(acd, calls, world, ringer, events, group=group)
                await scene(floor)
        assert len(calls) == 0
        return floor

    return run_virtual(main())


__all__ = ["BILLING", "EPOCH", "FLOW", "Floor", "Wait", "agent", "on_floor"]
