"""One call through the real session and machine, with a scripted caller on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.flows import OneFlow
from ivr.adapters.memory.leg import SOMEBODY, MemoryLeg, Move
from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.system.clock import LoopClock
from ivr.adapters.system.ids import CountedIds
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.events import Event
from ivr.core.calls.events import CallEnded, CallEvent
from ivr.core.flow.load import load
from ivr.core.flow.model import Flow
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.calls.stage import NothingAnnounced
from ivr.services.journal import Journal
from ivr.services.ports import Announcements, OpenCall, Source
from ivr.services.world import World
from tests.virtual_time import run_virtual

E = TypeVar("E", bound=Event)
EPOCH = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

FLOW = """
resume: back
on_error: person
longest: 5m
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
defaults:
  attempts: 2
  first_input: 4s
  no_input: Nothing came.
  no_match: That is not one of them.
  give_up: bye
flow:
  welcome:
    - say: Welcome to Acme.
    - menu: Press 1 for billing or 2 to leave a message.
      options:
        - {press: 1, go: billing}
        - {press: 2, go: message}
  back:
    - say: You are back.
    - go: welcome
  billing:
    - collect: Please key in your four digit code.
      as: code
      secret: yes
      length: 4
    - dial: "1001"
      within: 20s
      answered: bye
      busy: message
      no_answer: message
      unreachable: message
      refused: bye
      failed: bye
  message:
    - record: Please leave a message.
      for: billing
      longest: 30s
    - go: bye
  person:
    - say: Here is a person.
    - dial: "1002"
      answered: bye
      failed: bye
  bye:
    - say: Goodbye.
    - hangup
"""


class NoStore:
    """A store in which no call was left open, but those that a test puts there."""

    def __init__(self, *calls: OpenCall) -> None:
        self.calls = {call.channel: call for call in calls}

    async def open_calls(self) -> list[OpenCall]:
        return list(self.calls.values())

    async def open_call(self, channel: str) -> OpenCall | None:
        return self.calls.get(channel)


def flow(text: str = FLOW) -> Flow:
    """The flow of a text that has no errors."""
    loaded, problems = load(text, "main.yaml")
    assert loaded is not None, [str(problem) for problem in problems.errors]
    return loaded


@dataclass
class Told:
    """What was published, and what the caller's leg knows afterwards."""

    events: list[Event]
    leg: MemoryLeg

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def ended(self) -> CallEnded:
        """The call's one ending."""
        [ending] = self.of(CallEnded)
        assert ending is self.events[-1] or not isinstance(self.events[-1], CallEvent)
        return ending


@dataclass
class Bench:
    """A call service on memory ports."""

    calls: CallService
    world: World
    events: list[Event]
    leg: MemoryLeg


During = Callable[[Bench], Coroutine[Any, Any, None]]


def call(
    *script: Move,
    text: str | Flow = FLOW,
    voice: MemoryVoice | None = None,
    store: NoStore | None = None,
    during: During | None = None,
    sources: Mapping[str, Source] | None = None,
    announcements: Announcements | None = None,
    **leg_options: Any,
) -> Told:
    """Runs one call; ``during`` runs beside it."""

    async def main() -> Told:
        events: list[Event] = []
        journal = Journal()
        world = World(LoopClock(EPOCH), CountedIds(), journal)
        loaded = flow(text) if isinstance(text, str) else text
        away = Away(store or NoStore(), MemoryChannels(), world)
        dial_list = DialList([Route("10xx", "PJSIP/{number}")])
        ports = Ports(voice or MemoryVoice(), dial_list, sources or {}, announcements or NothingAnnounced())
        service = CallService(OneFlow(loaded), world, ports, away, Rules(7200, "UTC", "USD"))
        leg = MemoryLeg(script, **leg_options)
        with journal.subscribe(events.append):
            async with asyncio.TaskGroup() as group:
                group.create_task(service.take(leg))
                if during is not None:
                    await asyncio.sleep(0)
                    await during(Bench(service, world, events, leg))
        assert len(service) == 0
        return Told(events, leg)

    return run_virtual(main())


def returned() -> dict[str, Any]:
    """Options of a leg that the dialplan says was here before."""
    return {"caller": replace(SOMEBODY, returned=True)}
