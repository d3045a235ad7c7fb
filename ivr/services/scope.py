"""The only module that makes tasks: every task has an owner that waits for it.

`running` is for a child that lives exactly as long as a block, `beside` for one whose result a block awaits;
`TaskGroup` is re-exported for several. A child that fails ends the block with its exception, so nothing dies unseen.
"""

from __future__ import annotations

import asyncio
from asyncio import TaskGroup
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

__all__ = ["TaskGroup", "beside", "running"]

T = TypeVar("T")


@asynccontextmanager
async def beside(child: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Runs one child beside a block that awaits its result; leaving the block before that cancels it."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(child)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


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
