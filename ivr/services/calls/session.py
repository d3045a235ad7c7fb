"""The life of one call.

::

    take ──► converse ──────────────► finish (exactly one ending)
               │  ▲
      perform a verb, hand its outcome to the machine

What ends a call, and how it is recorded:

==============================  ======================================  =====================================
cause                           arrives as                              recorded as
==============================  ======================================  =====================================
the flow reaches an end         the machine's `End`                     ``completed`` (or ``failed``)
the caller leaves               `Hangup` from the leg, or `interrupt`   ``caller_left``
Asterisk goes away              the same, and the leg is ``lost``       ``lost``
the longest duration            the time limit of the block             ``too_long``
somebody ends it                `interrupt`                             ``ended_by`` with the name
the service stops               `interrupt` or cancellation             no ending: handed back, it comes again
a bug                           any other exception                     the machine's ``on_error``; then ``failed``
==============================  ======================================  =====================================

One time limit is the single device that breaks into a waiting call: whoever interrupts notes why and moves the
limit to now.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.acd.facts import Ticket
from ivr.core.base.errors import Hangup
from ivr.core.base.ids import CallId
from ivr.core.calls.events import ActionDone, CallEnded, CallHandedBack, CallTaped, EndReason
from ivr.core.calls.outcomes import Outcome
from ivr.core.flow import machine
from ivr.core.flow.model import Flow
from ivr.core.flow.tape import Recorder
from ivr.services.calls.perform import Ports, Stage, perform
from ivr.services.calls.waiting import announces_itself, told_in_front
from ivr.services.ports import Leg
from ivr.services.recording.whole import WholeCall
from ivr.services.world import World

log = logging.getLogger(__name__)
call_in_log: contextvars.ContextVar[str] = contextvars.ContextVar("call_id", default="")

LINGER = 0.5  # seconds before hanging up: the last word is still on its way, through networks and jitter buffers
LAST_WORDS = 2.0  # seconds that hanging up may take before the call is given up


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a call is over; without a ``reason`` it is not over but handed back."""

    reason: EndReason | None
    detail: str = ""


HANDED_BACK = Ending(None)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a call begins: anew, or ``returned`` at an action of a section.

    ``announced`` is what it was told before it went away, ``kept`` the place in a queue that it had.
    """

    call_id: CallId
    at: datetime
    language: str
    section: str = ""
    returned: bool = False
    announced: tuple[str, ...] = ()
    index: int = 0
    kept: Ticket | None = None


class Call:
    """One living call; `run` is its whole life."""

    __slots__ = (
        "_cause", "_limit", "_longest", "_stopping", "_tape", "began_at", "bundle", "flow", "stage", "state", "world",
    )  # fmt: skip

    def __init__(self, flow: Flow, leg: Leg, world: World, ports: Ports, longest: float) -> None:
        self.flow = flow
        self.bundle = ""  # the flows that it belongs to
        self.world = world
        self.stage = Stage(CallId(""), leg, world, ports, recording=WholeCall(leg, world) if flow.record else None)
        self.state: machine.State | None = None
        self._tape: Recorder | None = None
        self._longest = longest
        self._limit: asyncio.Timeout | None = None
        self._cause: Ending | None = None
        self._stopping = False

    async def run(self, beginning: Beginning, facts: machine.Facts) -> None:
        """Runs the call to its end, which is written exactly once, whatever it is."""
        self.stage.call_id, self.stage.origin = beginning.call_id, self.flow.name
        self.stage.announced.update(beginning.announced)
        self.stage.kept = beginning.kept
        self.began_at = beginning.at
        call_in_log.set(beginning.call_id)
        ending = HANDED_BACK  # a cancelled call is the dialplan's again
        try:
            ending = await self._bounded(beginning, facts)
            if ending.reason is EndReason.COMPLETED:
                await asyncio.sleep(LINGER)
            if ending.reason not in (None, EndReason.CALLER_LEFT, EndReason.LOST):
                await self._hang_up()
        finally:
            self._finish(ending)

    def interrupt(self, cause: Ending) -> None:
        """Breaks into the call wherever it waits. The first cause counts."""
        if self._cause is None and self._limit is not None:
            self._cause = cause
            self._limit.reschedule(asyncio.get_running_loop().time())

    def stop_at_safe_point(self) -> None:
        """Hands the call back as soon as what the caller hears or does now is over; a wait in a queue is no matter."""
        self._stopping = True
        if self.stage.in_line:
            self.interrupt(HANDED_BACK)

    async def _bounded(self, beginning: Beginning, facts: machine.Facts) -> Ending:
        limit = asyncio.timeout(self._longest)
        try:
            async with limit:
                self._limit = limit
                try:
                    self.stage.leg.on_gone(self._caller_gone)
                    return await self._converse(beginning, facts)
                finally:
                    self._limit = None  # what comes later finds the call over
        except TimeoutError:
            if not limit.expired():
                raise
            return self._cause or Ending(EndReason.TOO_LONG)
        except Hangup:
            return self._left()

    async def _converse(self, beginning: Beginning, facts: machine.Facts) -> Ending:
        section, index, returned = beginning.section, beginning.index, beginning.returned
        tape = self._tape = Recorder(self.flow.name, self.bundle, facts, section, returned, index)
        try:
            turn = machine.start(self.flow, facts, section=section or None, index=index, returned=returned)
        except Exception:
            log.exception("an action failed before the caller heard anything")
            state = machine.beginning(self.flow, facts, section=section or None, index=index, returned=returned)
            turn = machine.fail(self.flow, state, self.world.clock.now())
        tape.moved(turn)
        self._moved(turn, self.world.clock.now())
        in_front = not announces_itself(self.flow)
        while not isinstance(turn.verb, machine.End):
            if self._stopping:
                return HANDED_BACK
            outcome: Outcome | None = None
            try:
                outcome = await told_in_front(turn.verb, self.stage, self.flow.always) if in_front else None
                in_front = False
                outcome = outcome or await perform(turn.verb, self.stage)
                now = self.world.clock.now()
                tape.told(turn.verb, outcome, now)
                turn = machine.resume(self.flow, turn.state, outcome, now)
            except (Hangup, TimeoutError):
                raise
            except Exception:
                log.exception("an action failed in %s, action %s", self.stage.section, self.stage.index + 1)
                now = self.world.clock.now()
                if outcome is None:
                    tape.broke(now)
                turn = machine.fail(self.flow, turn.state, now)
            tape.moved(turn)
            self._moved(turn, now)
        return Ending(EndReason(turn.verb.reason), turn.verb.detail)

    def _moved(self, turn: machine.Turn, now: datetime) -> None:
        """Notes where the call is now and tells what was done on the way."""
        for step in turn.trail:
            self.world.journal.publish(
                ActionDone(
                    at=now,
                    call_id=self.stage.call_id,
                    began_at=self.began_at,
                    section=step.section,
                    index=step.index,
                    kind=step.kind,
                    outcome=step.outcome,
                    to=step.to,
                    detail=step.detail,
                )
            )
            self.began_at = now
        self.state = turn.state
        self.stage.flow, self.stage.section, self.stage.index = turn.state.flow, turn.state.place, turn.state.index
        self.stage.language = turn.state.language

    def _caller_gone(self) -> None:
        self.interrupt(self._left())

    def _left(self) -> Ending:
        return Ending(EndReason.LOST, "Asterisk went away") if self.stage.leg.lost else Ending(EndReason.CALLER_LEFT)

    async def _hang_up(self) -> None:
        with suppress(Hangup, TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.stage.leg.hangup()

    def _finish(self, ending: Ending) -> None:
        """The one place where a call's ending is published."""
        now, section = self.world.clock.now(), self.stage.section
        kept = self.stage.recording.kept(self.stage.call_id) if self.stage.recording is not None else None
        if kept is not None:
            self.world.journal.publish(kept)
        if self._tape is not None:
            self.world.journal.publish(
                CallTaped(at=now, call_id=self.stage.call_id, flow=self.flow.name, tape=self._tape.document())
            )
        if ending.reason is None:
            self.stage.leg.hand_back()
            self.world.journal.publish(CallHandedBack(at=now, call_id=self.stage.call_id, section=section))
            return
        self.world.journal.publish(
            CallEnded(at=now, call_id=self.stage.call_id, reason=ending.reason, section=section, detail=ending.detail)
        )

    @property
    def told(self) -> list[Outcome]:
        """What the flow was told so far, without secrets; bounded as its tape is."""
        return [] if self._tape is None else self._tape.outcomes

    @property
    def lasted(self) -> timedelta:
        """How long the present action has been going on."""
        return self.world.clock.now() - self.began_at
