"""Time as something that is asked for: core receives instants, services hold a clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time above core; tests use one that follows the virtual loop."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary origin, never going back: for measuring how long a thing took."""
        ...
