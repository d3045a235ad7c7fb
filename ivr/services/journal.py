"""The stream of events: everything that happens is published once, and whoever wants to know reads along.

Publishing is synchronous, cannot fail and cannot wait, so a slow reader never slows a call. A reader says what it
can bear: a *lossless* one is handed every event at once by a plain function that must be quick and must not raise
(the store: it only appends to its own backlog); a *lossy* one has a bounded queue and is told how many events it
missed (a live view).

No reader may act on a call: events are news, decisions are calls.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from ivr.core.base.events import Event

log = logging.getLogger(__name__)

Reader = Callable[[Event], None]


class Journal:
    """Hands every published event to every reader, in order."""

    def __init__(self) -> None:
        self._readers: list[Reader] = []

    def publish(self, event: Event) -> None:
        """Tells all readers; never raises and never waits."""
        for reader in self._readers:
            try:
                reader(event)
            except Exception:
                log.exception("a reader of the journal failed on %s", type(event).__name__)

    @contextmanager
    def subscribe(self, reader: Reader) -> Iterator[None]:
        """Hands every event to ``reader`` at once (lossless) until the block is left."""
        self._readers.append(reader)
        try:
            yield
        finally:
            self._readers.remove(reader)

    @contextmanager
    def follow(self, most: int = 1000) -> Iterator[Tail]:
        """A lossy tail of the stream, holding at most ``most`` events that were not read yet."""
        tail = Tail(most)
        with self.subscribe(tail.put):
            yield tail


class Tail:
    """A bounded view of the stream for a reader that may be slow: when it falls behind, the newest are dropped."""

    def __init__(self, most: int) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue(most)
        self.missed = 0

    def put(self, event: Event) -> None:
        """Takes an event, or counts it as missed."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self.missed += 1

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            yield await self._events.get()
