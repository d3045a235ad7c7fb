"""The roster: who the agents are, and what they can do.

Theory of operation. A record is read and checked, then written to the store, and only then it holds and is told: what
could not be written has changed nothing. One change is made at a time, so that none is lost between reading and
writing. At the start of the service all records are read from the store; from then on nothing asks the store again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ivr.core.acd import record
from ivr.core.acd.events import AgentDropped, AgentKept
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Setup
from ivr.core.acd.sheet import MOST_AGENTS
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId
from ivr.core.document.problems import suggestion
from ivr.services.ports import DialPlan
from ivr.services.world import World

log = logging.getLogger(__name__)

AT_ONCE = 100  # records that are checked between two looks at everything else

Told = Callable[[Agent | None, AgentId], None]


class RosterStore(Protocol):
    """Where the records of agents are kept."""

    async def agents(self) -> list[Agent]:
        """All of them, in the order of their ids. Raises StoreError."""
        ...

    async def keep_agents(self, agents: Sequence[Agent], at: datetime, by: str) -> None:
        """Writes some as they are now, all or none, and returns when they are safe. Raises StoreError."""
        ...

    async def drop_agent(self, agent_id: AgentId) -> None:
        """Takes one away, and returns when that is safe. Raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of records: the ids of agents who are new, of those who are changed, and what should be known."""

    new: tuple[AgentId, ...]
    changed: tuple[AgentId, ...]
    unchanged: int
    warnings: tuple[str, ...]


class Roster:
    """Owns the records of all agents."""

    def __init__(self, store: RosterStore, world: World, setup: Callable[[], Setup], dialplan: DialPlan) -> None:
        self._store = store
        self._world = world
        self._setup = setup
        self._dialplan = dialplan
        self._agents: dict[AgentId, Agent] = {}
        self._told: list[Told] = []
        self._one = asyncio.Lock()

    async def recall(self) -> int:
        """Reads what is kept; how many agents those are. Raises StoreError."""
        async with self._one:
            self._agents = {agent.agent_id: agent for agent in await self._store.agents()}
        return len(self._agents)

    def all(self) -> list[Agent]:
        """All agents, in the order of their ids."""
        return [self._agents[agent_id] for agent_id in sorted(self._agents)]

    def get(self, agent_id: AgentId) -> Agent | None:
        """The agent of an id."""
        return self._agents.get(agent_id)

    def known(self, agent_id: AgentId) -> Agent:
        """The agent of an id. Raises Refused when there is none."""
        agent = self._agents.get(agent_id)
        if agent is None:
            hint = suggestion(agent_id, self._agents) or "`ivr agents list` shows them"
            raise Refused(f"there is no agent '{agent_id[: record.LONGEST_ID]}'", hint=hint, code="unknown_agent")
        return agent

    async def save(self, agent: Agent, by: str, *, new: bool = False) -> Saved:
        """Keeps a whole record in the place of what was; with ``new`` there must have been none. Raises Refused."""
        async with self._one:
            if new and agent.agent_id in self._agents:
                raise Refused(f"there is an agent '{agent.agent_id}' already", hint="`ivr agents change` changes one")
            return await self._keep([agent], by)

    async def save_all(self, agents: Sequence[Agent], by: str, *, only_look: bool = False) -> Saved:
        """Keeps many records, all or none; with ``only_look`` it says what would become of them. Raises Refused."""
        async with self._one:
            return await self._keep(agents, by, only_look=only_look)

    async def change(self, agent_id: AgentId, changes: Mapping[str, Any], by: str) -> Saved:
        """Changes parts of a record, as `ivr.core.acd.record.changed` has them. Raises Refused."""
        async with self._one:
            agent, notes = record.changed(self.known(agent_id), changes)
            return await self._keep([agent], by, notes)

    async def remove(self, agent_id: AgentId, by: str) -> Agent:
        """Takes an agent's record away. Raises Refused when there is none."""
        async with self._one:
            agent = self.known(agent_id)
            await self._store.drop_agent(agent_id)
            del self._agents[agent_id]
            self._world.journal.publish(AgentDropped(at=self._world.clock.now(), agent_id=agent_id, by=by))
            log.info("agent %s is taken away", agent_id)
            self._tell(None, agent_id)
            return agent

    def on_change(self, told: Told) -> Callable[[], None]:
        """Calls ``told`` with every record that is another one, None for one that is gone; the result ends that."""
        self._told.append(told)
        return lambda: self._told.remove(told)

    def __len__(self) -> int:
        return len(self._agents)

    async def _keep(
        self, given: Sequence[Agent], by: str, notes: Sequence[str] = (), *, only_look: bool = False
    ) -> Saved:
        agents: dict[AgentId, Agent] = {}
        for number, agent in enumerate(given):
            agents[agent.agent_id] = record.read(record.document(agent))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)  # calls do not wait for a large table
        if len(agents) < len(given):
            raise Refused("an agent is given twice", hint="give each one once")
        differ = [agent for agent in agents.values() if self._agents.get(agent.agent_id) != agent]
        new = tuple(agent.agent_id for agent in differ if agent.agent_id not in self._agents)
        changed = tuple(agent.agent_id for agent in differ if agent.agent_id in self._agents)
        if len(self._agents) + len(new) > MOST_AGENTS:
            raise Refused(f"there can be {MOST_AGENTS:,} agents at most", hint="remove those who left")
        warnings = (*notes, *record.doubts(agents.values(), self._setup(), self._may_be_rung))
        if differ and not only_look:
            at = self._world.clock.now()
            await self._store.keep_agents(differ, at, by)
            self._hold(differ, at, by)
        return Saved(new, changed, len(agents) - len(differ), warnings)

    def _hold(self, agents: Sequence[Agent], at: datetime, by: str) -> None:
        for agent in agents:
            agent_id, new = agent.agent_id, agent.agent_id not in self._agents
            self._agents[agent_id] = agent
            kept = AgentKept(at=at, agent_id=agent_id, agent=record.document(agent), new=new, by=by)
            self._world.journal.publish(kept)
        log.info("%d agents are new or changed", len(agents))
        for agent in agents:
            self._tell(agent, agent.agent_id)

    def _tell(self, agent: Agent | None, agent_id: AgentId) -> None:
        for told in tuple(self._told):
            told(agent, agent_id)

    def _may_be_rung(self, address: str) -> bool:
        return self._dialplan.address(address) is not None
