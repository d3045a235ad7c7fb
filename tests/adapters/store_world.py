"""What the tests of the store share: short calls to tell, and a store whose back-off is milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.store import reading, writer
from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import SystemClock
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import ActionDone, CallEnded, CallStarted, EndReason
from ivr.services.insight.calls import Wanted

START = datetime(2026, 11, 22, 10, 4, 6, tzinfo=UTC)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off in milliseconds."""
    monkeypatch.setattr(writer, "FIRST_PAUSE", 0.005)
    monkeypatch.setattr(writer, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(writer, "CLOSING_PAUSE", 0.005)
    monkeypatch.setattr("ivr.adapters.store.connections.WAIT_WRITING", 0.01)


def started(call: str, **other: str) -> CallStarted:
    facts = {"caller": "+1", "caller_name": "Ann", "called": "100", "flow": "main", "language": "en", "channel": call}
    return CallStarted(at=START, call_id=CallId(call), **(facts | other))


def ended(call: str) -> CallEnded:
    return CallEnded(at=START, call_id=CallId(call), reason=EndReason.COMPLETED, section="bye")


def done(call: str, number: Any = 0, **detail: Any) -> ActionDone:
    where: dict[str, Any] = {"section": "s", "index": number, "kind": "set", "outcome": "set", "detail": detail}
    return ActionDone(at=START, call_id=CallId(call), began_at=START, **where)


def a_call(call: str) -> list[Event]:
    return [started(call), done(call, 0), done(call, 1), ended(call)]


def tell(store: SqliteStore, *events: Event) -> None:
    for event in events:
        store.take(event)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - another thread's doing, which sets no asyncio.Event
            await asyncio.sleep(0.002)


def store_at(path: Path, **options: Any) -> SqliteStore:
    return SqliteStore(path, SystemClock(), **({"close_within": 0.1} | options))


def kept(path: Path) -> dict[str, list[Event]]:
    return {call.call_id: reading.events(path, call.call_id) for call in reading.calls(path, Wanted(limit=100_000))}
