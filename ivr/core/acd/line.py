"""The calls that wait, sorted by what they need.

A *bucket* holds the calls of one `Need` in their order, and knows which agents fit it. A free agent looks at the first
call of each bucket that they fit, a call that comes at the free agents of its bucket; nobody looks at all calls or at
all agents. Calls that leave a bucket from its middle stay in the heap until they come to its top, so that the top is
always a call that waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from ivr.core.acd.alarms import Alarm
from ivr.core.acd.facts import Ticket
from ivr.core.acd.floor import Ringing, Seat
from ivr.core.acd.needs import Course, Need, course
from ivr.core.acd.orders import Leaving, Order
from ivr.core.acd.setup import Levels, Queue
from ivr.core.base.ids import AgentId

Entry = tuple[int, float, str, int, "Waiting"]

MOST_UNUSED = 2_000  # buckets that nobody waits in are kept for the next call with such needs


@dataclass(slots=True, eq=False)
class Bucket:
    """The calls of one need, and the agents that fit it: all of them, and those that are free."""

    need: Need
    agents: dict[AgentId, Seat] = field(default_factory=dict)
    free: dict[AgentId, Seat] = field(default_factory=dict)
    heap: list[Entry] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    size: int = 0

    def first(self) -> Entry | None:
        """The entry of the call that is served first, or None."""
        return self.heap[0] if self.heap else None

    def waiting(self) -> Iterator[Waiting]:
        """The calls, in no order."""
        return (entry[4] for entry in self.heap if entry[4].entry is entry)


@dataclass(slots=True, eq=False)
class Path:
    """A course with its buckets: all calls of a queue with the same needs of their own share it.

    ``empty`` is true while nobody who is signed in fits any of its stages.
    """

    queue: Queue
    course: Course
    buckets: tuple[Bucket, ...]
    waiting: dict[str, Waiting] = field(default_factory=dict)
    empty: bool = True

    def look(self) -> bool:
        """Looks again whether anybody is there; whether that has changed."""
        was, self.empty = self.empty, not any(bucket.agents for bucket in self.buckets)
        return was is not self.empty


@dataclass(slots=True, eq=False)
class Waiting:
    """A call in the line. ``shift`` is how many seconds its needs are ahead, because stages were left out."""

    ticket: Ticket
    order: Order
    path: Path
    stage: int = 0
    shift: float = 0.0
    reserved: Bucket | None = None
    bucket: Bucket | None = None
    entry: Entry | None = None
    ringing: Ringing | None = None
    overdue: Leaving | None = None  # how it leaves when its phone stops ringing
    next_stage: Alarm | None = None
    longest: Alarm | None = None
    kept: Alarm | None = None
    alone: Alarm | None = None

    @property
    def need(self) -> Need:
        """What the call needs now."""
        return (self.reserved or self.path.buckets[self.stage]).need

    @property
    def kept_for(self) -> str:
        """The agent whom the call is kept for, or nothing."""
        return self.reserved.need.reserved_for if self.reserved is not None else ""

    def begins(self, stage: int) -> float:
        """When a stage begins for this call."""
        return self.ticket.entered_at + self.path.course.stages[stage].begins - self.shift

    def alarms(self) -> list[Alarm]:
        """All that is due for this call."""
        return [one for one in (self.next_stage, self.longest, self.kept, self.alone) if one is not None]


class Line:
    """All calls that wait, and the buckets they are in."""

    def __init__(self) -> None:
        self.calls: dict[str, Waiting] = {}
        self.sizes: dict[str, int] = {}
        self._buckets: dict[Need, Bucket] = {}
        self._paths: dict[tuple[str, Levels], Path] = {}
        self._numbers = count()

    def bucket(self, need: Need, seats: Iterable[Seat]) -> Bucket:
        """The bucket of a need; a new one asks all who are signed in."""
        found = self._buckets.get(need)
        if found is None:
            found = self._buckets[need] = Bucket(need)
            for seat in seats:
                join(seat, found)
        return found

    def path(self, queue: Queue, needs: Levels, seats: Collection[Seat]) -> Path:
        """The way of calls with such needs of their own through a queue."""
        found = self._paths.get((queue.name, needs))
        if found is not None and (found.queue is queue or found.queue == queue):
            return found
        if len(self._buckets) > MOST_UNUSED:
            self._forget_unused()
        stages = course(queue, needs)
        buckets = tuple(self.bucket(stage.need, seats) for stage in stages.stages)
        found = self._paths[queue.name, needs] = Path(queue, stages, buckets)
        for bucket in buckets:
            bucket.paths.append(found)
        found.look()
        return found

    def all_buckets(self) -> Iterable[Bucket]:
        """Every bucket that there is."""
        return self._buckets.values()

    def enter(self, waiting: Waiting) -> None:
        """Notes a call that came."""
        self.calls[waiting.ticket.ticket_id] = waiting
        self.sizes[waiting.path.queue.name] = self.sizes.get(waiting.path.queue.name, 0) + 1
        waiting.path.waiting[waiting.ticket.ticket_id] = waiting

    def leave(self, waiting: Waiting) -> None:
        """Forgets a call, and what was due for it."""
        self.take_out(waiting)
        for alarm in waiting.alarms():
            alarm.cancel()
        del self.calls[waiting.ticket.ticket_id]
        del waiting.path.waiting[waiting.ticket.ticket_id]
        self.sizes[waiting.path.queue.name] -= 1

    def put_in(self, waiting: Waiting, bucket: Bucket) -> None:
        """Lets a call wait in a bucket, at its place."""
        entry = (*waiting.order, next(self._numbers), waiting)
        waiting.entry, waiting.bucket = entry, bucket
        bucket.size += 1
        heappush(bucket.heap, entry)

    def take_out(self, waiting: Waiting) -> None:
        """Takes a call out of its bucket: it is offered, moves on, or leaves."""
        bucket = waiting.bucket
        if bucket is not None:
            bucket.size -= 1
            waiting.entry = waiting.bucket = None
            heap = bucket.heap
            while heap and heap[0][4].entry is not heap[0]:
                heappop(heap)

    def _forget_unused(self) -> None:
        """Lets go of paths that nobody is on, and of buckets that no path leads through."""
        used = {id(call.path): call.path for call in self.calls.values()}
        kept = {id(bucket) for path in used.values() for bucket in path.buckets}
        kept |= {id(call.reserved) for call in self.calls.values()}
        self._paths = {key: path for key, path in self._paths.items() if id(path) in used}
        for need, bucket in list(self._buckets.items()):
            bucket.paths = [path for path in bucket.paths if id(path) in used]
            if id(bucket) not in kept:
                for seat in bucket.agents.values():
                    seat.buckets.remove(bucket)
                del self._buckets[need]


def join(seat: Seat, bucket: Bucket) -> bool:
    """Counts an agent among those of a bucket when they fit it; whether they are its first."""
    if not bucket.need.fits(seat.agent):
        return False
    bucket.agents[seat.agent.agent_id] = seat
    seat.buckets.append(bucket)
    if seat.listed:
        bucket.free[seat.agent.agent_id] = seat
    return len(bucket.agents) == 1


def list_free(seat: Seat) -> None:
    """Counts an agent among the free ones of all buckets."""
    seat.listed = True
    agent_id = seat.agent.agent_id
    for bucket in seat.buckets:
        bucket.free[agent_id] = seat


def unlist(seat: Seat) -> None:
    """Counts an agent no more among the free ones."""
    if seat.listed:
        seat.listed = False
        agent_id = seat.agent.agent_id
        for bucket in seat.buckets:
            del bucket.free[agent_id]
