"""Calls that were kept, run again through other flows: one of them, or all of some days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ivr.adapters.store import reading
from ivr.core.flow.model import Flow
from ivr.core.flow.replay import Group, Replayed, Verdict, grouped, replay


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of many calls; a call that was away and came back counts for each of its parts."""

    calls: int
    same: int
    groups: tuple[Group, ...]

    @property
    def words(self) -> str:
        """The summary in one sentence."""
        if not self.calls:
            return "no call was kept in this time"
        changed = self.calls - self.same
        return f"{self.calls} calls: {self.same} take the same way, {changed} do not"


def replay_since(
    database: Path, since: datetime, flows: Mapping[str, Flow], enough: Callable[[], bool] = lambda: False
) -> Summary:
    """Runs the calls that ended since an instant through the flows, until it is ``enough``. Raises StoreError.

    One call is in memory at a time; of those that take the same way only the number is kept.
    """
    number = same = 0
    others: list[tuple[str, Replayed]] = []
    for call_id, tape in reading.tapes(database, since):
        if enough():
            break
        number += 1
        found = replay(tape, flows)
        if found.verdict is Verdict.SAME:
            same += 1
        else:
            others.append((call_id, Replayed(found.verdict, found.difference)))
    return Summary(number, same, tuple(grouped(others)))
