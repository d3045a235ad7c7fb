"""What happens to the records of agents; what happens to calls in queues is in `call_events.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKept(Event):
    """Somebody wrote down who an agent is and what they can do; ``agent`` is all of it (`ivr.core.acd.record`)."""

    agent_id: AgentId
    agent: dict[str, Any]
    new: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDropped(Event):
    """Somebody took an agent's record away."""

    agent_id: AgentId
    by: str
