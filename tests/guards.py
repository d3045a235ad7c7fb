"""Guards around tests: no task is left behind, and nothing that blocks is called on an event loop."""

from __future__ import annotations

import asyncio
from asyncio import runners
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from blockbuster import BlockBuster

_cancel_all = runners._cancel_all_tasks  # type: ignore[attr-defined]


def _cancel_all_told(loop: asyncio.AbstractEventLoop) -> None:
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    _cancel_all(loop)
    assert not left, f"tasks were left running: {left}"


@contextmanager
def left_tasks_told() -> Iterator[None]:
    """What a runner sweeps away silently at its end is an error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "_cancel_all_tasks", _cancel_all_told)
        yield


@cache
def _blocking_calls() -> BlockBuster:
    return BlockBuster("ivr")


@contextmanager
def blocking_calls_told() -> Iterator[None]:
    """A call from ``ivr`` that could hang on a disk, a socket or a lock raises BlockingError on an event loop."""
    guard = _blocking_calls()
    guard.activate()
    try:
        yield
    finally:
        guard.deactivate()
