"""An event loop on virtual time: waiting costs nothing, and a test always runs the same way."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting for a timer, moves the clock to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(5.0) or _nothing_left()
        self.now += timeout
        return ready


def _nothing_left() -> Any:
    raise RuntimeError("every task waits and no timer is set: the test would never end")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time is the selector's."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine on virtual time, and fails when it leaves a task behind."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:

        async def watched() -> T:
            result = await main
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left running: {left}"
            return result

        return runner.run(watched())
