"""What can be asked of kept calls, and the answers: values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.base.events import Event
from ivr.core.calls.events import EndReason


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls to list; what is None or empty does not restrict. ``caller`` may be a part of the number or name."""

    since: datetime | None = None
    caller: str = ""
    called: str = ""
    reason: EndReason | None = None
    open_only: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in a list. ``seconds`` and ``reason`` are None while it is open; ``section`` is the last one known."""

    call_id: str
    started_at: datetime
    ended_at: datetime | None
    seconds: float | None
    caller: str
    caller_name: str
    called: str
    flow: str
    language: str
    reason: str | None
    detail: str
    section: str
    bundle: str = ""


class CallBook(Protocol):
    """Kept calls, to be read."""

    async def calls(self, wanted: Wanted) -> list[CallSummary]:
        """The calls that were asked for, newest first."""
        ...

    async def ids(self, prefix: str, most: int = 10) -> list[str]:
        """Ids of calls that begin with ``prefix`` (with or without ``call_``), in order of time."""
        ...

    async def events(self, call_id: str) -> list[Event]:
        """Everything that was kept of a call, in the order in which it happened; empty for an unknown call."""
        ...
