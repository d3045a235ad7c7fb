"""All living calls: taking them, ending one on demand, and stopping without dropping anybody.

A call that comes back — it outlived the service, or was handed back at a stop — is the same call: it keeps its id,
and goes on at the section that its flow names (``resume``), after a short apology. It runs the flows that it began
with, whatever became live meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

from ivr.core.base.errors import Refused
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallReturned, CallStarted, EndReason
from ivr.core.flow import machine
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.session import HANDED_BACK, Beginning, Call, Ending
from ivr.services.flows.editions import Flows, Pin
from ivr.services.ports import Leg, OpenCall
from ivr.services.world import World

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every call of this service: the longest duration in seconds, and how values are read."""

    longest: float
    zone: str
    currency: str


class CallService:
    """Owns the calls that are with the service now."""

    def __init__(self, flows: Flows, world: World, ports: Ports, away: Away, rules: Rules) -> None:
        self._flows = flows
        self._world = world
        self._ports = ports
        self._away = away
        self._rules = rules
        self._calls: dict[CallId, Call] = {}
        self._stopping = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def take(self, leg: Leg) -> None:
        """Runs one call from here to its end; returns when nothing of it is left."""
        if self._stopping:
            leg.hand_back()
            return
        caller, now = leg.caller, self._world.clock.now()
        known = await self._away.returned(caller.channel) if caller.returned else None
        if known is not None:
            pin = await self._flows.again(caller, now, known.bundle, known.flow)
        else:
            pin = self._flows.take(caller, now)
        try:
            await self._run(leg, pin, known)
        finally:
            pin.release()

    async def _run(self, leg: Leg, pin: Pin, known: OpenCall | None) -> None:
        flow = pin.flow
        beginning = self._begin(leg, pin, known)
        longest = flow.longest if flow.longest is not None else self._rules.longest
        ports = self._ports if pin.voice is None else replace(self._ports, voice=pin.voice)
        call = Call(flow, leg, self._world, ports, longest)
        call.bundle = pin.bundle
        self._calls[beginning.call_id] = call
        self._empty.clear()
        try:
            await call.run(beginning, self._facts(leg, beginning))
        finally:
            del self._calls[beginning.call_id]
            if not self._calls:
                self._empty.set()

    def _begin(self, leg: Leg, pin: Pin, known: OpenCall | None) -> Beginning:
        caller, flow, now = leg.caller, pin.flow, self._world.clock.now()
        section = (flow.resume or flow.start) if caller.returned else ""
        if known is not None and CallId(known.call_id) not in self._calls:  # else its old connection is still here
            call_id, place = CallId(known.call_id), known.place
            if place is not None and place.section in flow.sections:
                section = place.section
            else:
                place = None
            self._world.journal.publish(CallReturned(at=now, call_id=call_id, section=section))
            return Beginning(
                call_id,
                now,
                known.language,
                section,
                returned=True,
                announced=known.announced,
                index=place.index if place is not None else 0,
                kept=place.ticket if place is not None else None,
            )
        call_id = CallId(self._world.ids.new("call"))
        language = flow.languages[0]
        self._world.journal.publish(
            CallStarted(
                at=now,
                call_id=call_id,
                caller=caller.number,
                caller_name=caller.name,
                called=caller.called,
                flow=flow.name,
                language=language,
                channel=caller.channel,
                bundle=pin.bundle,
            )
        )
        return Beginning(call_id, now, language, section, returned=caller.returned)

    def _facts(self, leg: Leg, beginning: Beginning) -> machine.Facts:
        return machine.Facts(
            call_id=beginning.call_id,
            caller=leg.caller.number,
            caller_name=leg.caller.name,
            called=leg.caller.called,
            at=beginning.at,
            zone=self._rules.zone,
            language=beginning.language,
            currency=self._rules.currency,
        )

    def end(self, call_id: str, by: str) -> None:
        """Ends a call on somebody's word. Raises Refused when there is no such call."""
        call = self._calls.get(CallId(call_id))
        if call is None:
            raise Refused(f"there is no call {call_id} now", hint="`ivr calls --open` lists those there are")
        call.interrupt(Ending(EndReason.ENDED_BY, by))

    def living(self) -> list[dict[str, Any]]:
        """Every call that is with the service now, for people to look at."""
        return [
            {
                "call_id": call_id,
                "caller": call.stage.leg.caller.number,
                "called": call.stage.leg.caller.called,
                "flow": call.flow.name,
                "bundle": call.bundle,
                "section": call.stage.section,
                "in_action_s": round(call.lasted.total_seconds(), 1),
            }
            for call_id, call in self._calls.items()
        ]

    def __len__(self) -> int:
        return len(self._calls)

    async def stop(self, grace: float) -> None:
        """Takes no more calls and hands the living ones back: at a safe point, or after ``grace`` seconds at once."""
        self._stopping = True
        for call in self._calls.values():
            call.stop_at_safe_point()
        try:
            async with asyncio.timeout(grace):
                await self._empty.wait()
        except TimeoutError:
            log.info("%d calls are handed back in the middle of an action", len(self._calls))
            for call in list(self._calls.values()):
                call.interrupt(HANDED_BACK)
            await self._empty.wait()
