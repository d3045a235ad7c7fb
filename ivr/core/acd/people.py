"""Agents: who they are, what they chose, and what they are doing.

Two things are kept apart, as they have two owners. The *status* is what an agent (or a supervisor) chose: signed out,
ready, on a break. The *state* is what the router knows: idle, offered a call, talking, wrapping up, resting. An agent
is offered a call only when the status is ready and the state is idle::

    status                                        state

    signed_out ◄──► ready ◄──► on_break           idle ──offer──► offered ──answer──► talking ──end──► wrapping ──► idle
         ▲            │            ▲                ▲                │                    └──no wrap-up────────────────┘
         └────────────┴────────────┘                └──not answered──┤
                                                    resting ◄────────┘ (rejected, busy, unreachable: for a while;
                                                                        also when the talk did not come about)

`MOVES` is the whole table; `after` reads it. Anything that is not in it is refused, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from ivr.core.acd.setup import LANGUAGE
from ivr.core.base.ids import AgentId

MISSED = "missed"
"""The break that an agent is put on whose phone rang and was not answered."""


class Status(StrEnum):
    """What an agent chose."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    ON_BREAK = "on_break"


class State(StrEnum):
    """What the router knows of an agent."""

    IDLE = "idle"
    OFFERED = "offered"
    TALKING = "talking"
    WRAPPING = "wrapping"
    RESTING = "resting"


class Move(StrEnum):
    """What changes a state."""

    OFFER = "offer"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    FAIL = "fail"
    REST = "rest"
    END = "end"
    WRAP = "wrap"
    RECOVER = "recover"


MOVES: Mapping[tuple[State, Move], State] = MappingProxyType(
    {
        (State.IDLE, Move.OFFER): State.OFFERED,
        (State.OFFERED, Move.ANSWER): State.TALKING,
        (State.OFFERED, Move.WITHDRAW): State.IDLE,
        (State.OFFERED, Move.FAIL): State.IDLE,
        (State.OFFERED, Move.REST): State.RESTING,
        (State.RESTING, Move.RECOVER): State.IDLE,
        (State.TALKING, Move.WRAP): State.WRAPPING,
        (State.TALKING, Move.END): State.IDLE,
        (State.TALKING, Move.REST): State.RESTING,
        (State.WRAPPING, Move.END): State.IDLE,
    }
)


def after(state: State, move: Move) -> State | None:
    """The state after a move, or None when there is no such move."""
    return MOVES.get((state, move))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Somebody who serves calls. ``address`` is what is rung; ``order`` is for queues that ring in a fixed order."""

    agent_id: AgentId
    name: str = ""
    address: str = ""
    queues: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    order: int = 0

    def level(self, skill: str) -> int:
        """How well the agent knows a skill, 1 to 5; 0 when not at all. A language is known or not: 1."""
        if skill.startswith(LANGUAGE):
            return int(skill.removeprefix(LANGUAGE) in self.languages)
        return self.skills.get(skill, 0)
