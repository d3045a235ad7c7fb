"""Holidays as a calendar asks for them: days that are closed all day, and times that are closed.

Times are kept without overlap and in order, so that asking is a search in a sorted list.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Times:
    """Stretches of time with names, in seconds, without overlap and in order; ``ends`` are not a part of them."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, stretches: Iterable[tuple[int, int, str]]) -> Times:
        """The times of stretches in any order; where two overlap, the one that began first has the name."""
        found: list[tuple[int, int, str]] = []
        reached: int | None = None
        for start, end, name in sorted(stretches):
            begin = start if reached is None else max(start, reached)
            if begin < end:
                found.append((begin, end, name))
                reached = end
        return cls(*(tuple(column) for column in zip(*found, strict=True))) if found else cls()

    def at(self, second: float) -> str | None:
        """The name of the stretch that a second is in, or None."""
        index = bisect_right(self.starts, second) - 1
        return self.names[index] if index >= 0 and second < self.ends[index] else None

    def between(self, first: float, last: float) -> Iterator[tuple[int, int]]:
        """The stretches that begin or end from ``first`` to ``last``."""
        for index in range(max(0, bisect_right(self.starts, first) - 1), len(self.starts)):
            if self.starts[index] > last:
                return
            yield self.starts[index], self.ends[index]

    def __iter__(self) -> Iterator[tuple[int, int, str]]:
        return zip(self.starts, self.ends, self.names, strict=True)


@dataclass(frozen=True, slots=True)
class Holidays:
    """``days`` are closed all day; ``times`` are closed, in POSIX seconds.

    ``wall`` is closed by the clock on the wall of whatever zone: seconds since 1970 as if that clock showed UTC.
    """

    days: Mapping[date, str] = field(default_factory=dict)
    times: Times = Times()
    wall: Times = Times()

    def __add__(self, other: Holidays) -> Holidays:
        """Both together; of two names for a day the first one stays."""
        if not other:
            return self
        return Holidays(
            {**other.days, **self.days},
            Times.of([*self.times, *other.times]),
            Times.of([*self.wall, *other.wall]),
        )

    @property
    def last(self) -> date | None:
        """The last day on which anything is closed, by UTC; None when nothing is."""
        times = [datetime.fromtimestamp(end - 1, UTC).date() for end in (*self.times.ends[-1:], *self.wall.ends[-1:])]
        return max([*self.days, *times], default=None)

    def __bool__(self) -> bool:
        return bool(self.days or self.times.starts or self.wall.starts)


NONE = Holidays()
