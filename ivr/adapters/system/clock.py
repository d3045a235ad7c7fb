"""The real clock, and one that follows an event loop so that tests have one time only."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class LoopClock:
    """Time as the running loop tells it, from a given beginning: wall time and timers cannot disagree."""

    def __init__(self, epoch: datetime) -> None:
        self._epoch = epoch
        self._zero = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        """The beginning plus what the loop says has passed."""
        return self._epoch + timedelta(seconds=self.monotonic() - self._zero)

    def monotonic(self) -> float:
        """The loop's own time."""
        return asyncio.get_running_loop().time()
