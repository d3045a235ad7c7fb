"""The only module that makes tasks: every task has an owner that waits for it.

`running` is for a child that lives exactly as long as a block; `TaskGroup` is re-exported for several. A child that
fails ends the block with its exception, so nothing dies unseen.
"""

from __future__ import annotations

import asyncio
from asyncio import TaskGroup
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

__all__ = ["TaskGroup", "running"]


@asynccontextmanager
async def running(*children: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Runs ``children`` for as long as the block; they are cancelled and awaited when it is left."""
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(child) for child in children]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.gather(*tasks, return_exceptions=True)
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise
