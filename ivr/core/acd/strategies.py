"""Which of several free agents is offered a call: each strategy is a sort key, and the least is chosen.

Every key begins with the preferred skills and ends with the agent's id, so that the choice is always the same for the
same facts. Two who are alike otherwise go by who has been idle longest, whatever the strategy.
"""

from __future__ import annotations

from hashlib import blake2b

from ivr.core.acd.floor import Seat
from ivr.core.acd.needs import Need
from ivr.core.acd.orders import Key
from ivr.core.acd.setup import Queue, Strategy

LONGEST_IDLE = Strategy.LONGEST_IDLE  # what most queues have, so it is asked for first, and its look-up done once


def key_of(seat: Seat, queue: Queue, need: Need, at: float, number: int) -> Key:
    """The sort key of a free agent for a call; ``number`` is that of the offer, which a random choice is drawn from."""
    preference = -need.preference(seat.agent) if need.prefer else 0
    rank = 0.0 if queue.strategy is LONGEST_IDLE else _rank(seat, queue, need, at, number)
    return (preference, rank, seat.idle_since, seat.agent.agent_id)


def _rank(seat: Seat, queue: Queue, need: Need, at: float, number: int) -> float:  # noqa: PLR0911 - one for each
    match queue.strategy:
        case Strategy.LONGEST_IDLE:
            return 0.0
        case Strategy.MOST_SKILLED:
            return -need.proficiency(seat.agent)
        case Strategy.LEAST_OCCUPIED:
            return seat.occupancy(at)
        case Strategy.FEWEST_CALLS:
            return seat.talks
        case Strategy.ROUND_ROBIN:
            return seat.served
        case Strategy.LINEAR:
            return seat.agent.order
        case Strategy.RANDOM:
            drawn = blake2b(f"{queue.seed} {number} {seat.agent.agent_id}".encode(), digest_size=6)
            return int.from_bytes(drawn.digest(), "big")
