"""What is known again after a restart: who was at work, on which break, and who is talking still.

A talk that is connected outlives the service. Its agent is talking until the telephone system says that the agent's leg
is over, also when that was told while nobody listened; so nobody is rung who has a caller on the line, and nobody is
taken to talk for ever.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from ivr.core.acd import facts
from ivr.core.acd.people import State, Status
from ivr.core.base.errors import AsteriskError, Refused
from ivr.core.base.ids import AgentId, TicketId
from ivr.services.acd.dispatcher import Dispatcher
from ivr.services.acd.roster import Roster
from ivr.services.ports import Channels

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worked:
    """What was known last of an agent; ``leg`` is the telephone system's id of the agent's leg in a talk, or empty."""

    agent_id: str
    status: str
    state: str
    reason: str = ""
    ticket_id: str = ""
    queue: str = ""
    leg: str = ""


class DeskStore(Protocol):
    """What the store knows of agents at work."""

    async def worked(self) -> list[Worked]:
        """What was known last of every agent who is not signed out."""
        ...


class Recall:
    """Signs agents in again who were at work, and owns the talks that the service has not begun itself."""

    def __init__(self, store: DeskStore, roster: Roster, acd: Dispatcher, channels: Channels) -> None:
        self._store = store
        self._roster = roster
        self._acd = acd
        self._channels = channels
        self._talks: dict[str, TicketId] = {}
        self._look = asyncio.Event()

    async def recall(self) -> int:
        """Signs in who was at work; how many. To be called before the first call is taken."""
        count = 0
        for one in await self._store.worked():
            agent = self._roster.get(AgentId(one.agent_id))
            if agent is None or one.status == Status.SIGNED_OUT:
                continue
            talking = TicketId(one.ticket_id) if one.state == State.TALKING and one.leg else TicketId("")
            reason = one.reason if one.status == Status.ON_BREAK else ""
            try:
                self._acd.ask(facts.SignIn(agent, reason, restored=True, talking=talking, queue=one.queue))
            except Refused as refusal:
                log.warning("%s is not signed in again: %s", one.agent_id, refusal.message)
                continue
            count += 1
            if talking:
                self._talks[one.leg] = talking
                self._acd.outside.add(talking)
        self._channels.on_gone(self._gone)
        self._channels.on_connected(self._look.set)
        return count

    async def run(self) -> None:
        """Ends the talks whose leg is gone, at each new connection to Asterisk, until cancelled."""
        while True:
            await self._look.wait()
            self._look.clear()
            if not self._talks:
                continue
            try:
                living = await self._channels.living()
            except AsteriskError as error:
                log.warning("the talks of before cannot be looked up now: %s", error)
                continue
            for leg in [leg for leg in self._talks if leg not in living]:
                self._gone(leg)

    def _gone(self, leg: str) -> None:
        ticket = self._talks.pop(leg, None)
        if ticket is not None:
            self._acd.outside.discard(ticket)
            self._acd.tell(facts.TalkEnded(ticket))

    def __len__(self) -> int:
        return len(self._talks)
