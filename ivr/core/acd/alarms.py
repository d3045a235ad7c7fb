"""Things that are due at an instant, in order; taken back at no cost."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any


class Alarm:
    """Something that is due ``at`` an instant, until it is taken back."""

    __slots__ = ("_arg", "_do", "at")

    def __init__(self, at: float, do: Callable[..., None], arg: Any) -> None:
        self.at = at
        self._do: Callable[..., None] | None = do
        self._arg = arg

    def cancel(self) -> None:
        """Takes it back; a second time changes nothing."""
        self._do = self._arg = None

    @property
    def alive(self) -> bool:
        """Whether it is still due."""
        return self._do is not None

    def ring(self) -> None:
        """Does what was due, once."""
        do, arg = self._do, self._arg
        self.cancel()
        if do is not None:
            do(arg)


class Alarms:
    """All that is due. Of things that are due at the same instant, the one that was set first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Alarm]] = []
        self._numbers = count()

    def set(self, at: float, do: Callable[..., None], arg: Any) -> Alarm:
        """Makes something due."""
        alarm = Alarm(at, do, arg)
        heappush(self._heap, (at, next(self._numbers), alarm))
        return alarm

    @property
    def next_at(self) -> float | None:
        """When the next thing is due."""
        heap = self._heap
        while heap and not heap[0][2].alive:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop(self, until: float) -> Alarm | None:
        """The next thing that is due at an instant, or None."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            alarm = heappop(heap)[2]
            if alarm.alive:
                return alarm
        return None
