"""How long callers of a queue have to wait, by what its talks lasted; and whether what was said has come true.

A wait is said only while it can be trusted: each caller's range is worked out when they come, said or not, and compared
with what came of it. A queue that is new, or whose ranges do not hold, says nothing of the wait (`estimate.trusted`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ivr.core.acd.estimate import Estimate, Promises, Range, effective_agents, estimate, range_of, trusted

LATEST_TALKS = 100
LATEST_PROMISES = 500
LEAST_TALKS = 5


@dataclass(slots=True)
class QueueWaits:
    """What is known of one queue's waits; all lengths of time are seconds."""

    handled: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST_TALKS))
    kept: deque[bool] = field(default_factory=lambda: deque(maxlen=LATEST_PROMISES))

    def talked(self, handling: float) -> None:
        """A talk with its ringing and wrap-up took so long."""
        self.handled.append(max(1.0, handling))

    def answered(self, promise: Range | None, waited: float) -> None:
        """A caller was answered who was promised a range when they came, or none."""
        if promise is not None:
            self.kept.append(promise.holds(waited))

    def estimate(self, queue: str, place: int, agents: Iterable[Collection[str]]) -> Estimate | None:
        """The wait at a place, 1 for the next; ``agents`` are the queues of each agent who may come to serve it.

        None while too few talks are known, or nobody is there.
        """
        if len(self.handled) < LEAST_TALKS:
            return None
        effective = effective_agents(queue, agents)
        if effective <= 0:
            return None
        return estimate(max(1, place), effective, sum(self.handled) / len(self.handled))

    def promise(self, found: Estimate | None) -> Range | None:
        """What a caller who comes now would be told."""
        return None if found is None else range_of(found)

    @property
    def coverage(self) -> Promises:
        """How many of the latest answered callers waited as long as was worked out for them."""
        return Promises(sum(self.kept), len(self.kept))

    @property
    def trusted(self) -> bool:
        """Whether the wait may be said."""
        return trusted(self.coverage)
