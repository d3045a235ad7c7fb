"""The store on SQLite, as the rest of the service sees it.

Used as ``async with SqliteStore(path, clock) as store, journal.subscribe(store.take): …``: it reads the journal, and
what it was told is in the database a fifth of a second later. Leaving the block writes what is left, or spills it to
a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlite_utils import Database

from ivr.adapters.store import reading
from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.ledger import Opened
from ivr.adapters.store.queries import sql
from ivr.adapters.store.rows import agent_values, announcement_values
from ivr.adapters.store.writer import MOST_WAITING, StoreHealth, Writer
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.people import Agent
from ivr.core.announcements.announcement import Announcement
from ivr.core.base.clock import Clock
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.acd.recall import Worked
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.insight.projector import instant
from ivr.services.ports import OpenCall
from ivr.services.recording.retention import Expired

T = TypeVar("T")

CLOSE_WITHIN = 5.0  # seconds in which a stopping service tries to write what is left
STATES_OF_A_CALL = 20  # states of agents that are deleted for each call that may be: there are about five
SETTLE = 0.5  # seconds that a question waits for what was told just now
_OF_A_WAIT = ("queue_joined", "queue_left", "offers")
_OF_A_CALL = ("inputs", "prompts", "actions", "turns", "legs", "recordings", "tapes", "announced", *_OF_A_WAIT)


class SqliteStore:
    """Keeps what happens to calls; a reader of the journal, a `CallStore`, a `CallBook` and a `Keeper`."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        most_waiting: int = MOST_WAITING,
        close_within: float = CLOSE_WITHIN,
        opened: Opened = open_for_writing,
    ) -> None:
        self._path = path
        self._close_within = close_within
        self._writer = Writer(path, clock, most_waiting=most_waiting, opened=opened)
        self.take: Callable[[Event], None] = self._writer.put  # the journal's reader

    async def __aenter__(self) -> Self:
        """Opens the database and brings its tables up to date. Raises StoreError."""
        await asyncio.wrap_future(self._writer.start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> int:
        """Writes what is left within the deadline and spills the rest; how many events those were."""
        # The whole of it runs in one thread: being cancelled here does not keep it from being finished.
        return await asyncio.to_thread(self._writer.close, self._close_within)

    async def flushed(self, within: float = SETTLE) -> bool:
        """Waits until all that was told so far is in the database; False when it takes longer than that."""
        return await asyncio.to_thread(self._writer.wait_written, within)

    def health(self) -> StoreHealth:
        """The backlog, what was lost, what is in the way, the last write."""
        return self._writer.health()

    async def open_calls(self) -> list[OpenCall]:
        """Every call that was begun and not ended."""
        await self.flushed()
        return await asyncio.to_thread(reading.open_calls, self._path)

    async def open_call(self, channel: str) -> OpenCall | None:
        """The call of a channel that was begun and not ended; the latest, should there be several."""
        await self.flushed()
        found = await asyncio.to_thread(reading.open_calls, self._path, channel)
        return found[-1] if found else None

    async def publications(self, most: int) -> list[FlowsPublished]:
        """The flows that became live, newest first."""
        await self.flushed()
        return await asyncio.to_thread(reading.publications, self._path, most)

    async def keep_announcement(self, announcement: Announcement) -> None:
        """Writes an emergency announcement as it is now; it is on disk when this returns. Raises StoreError."""
        values = announcement_values(announcement)
        await self._do(lambda db: db.conn.execute(sql("announcement"), values))

    async def announcements(self, most: int) -> list[Announcement]:
        """The newest announcements, oldest first, and all that nobody has ended. Raises StoreError."""
        return await asyncio.to_thread(reading.announcements, self._path, most)

    async def agents(self) -> list[Agent]:
        """The records of all agents, in the order of their ids. Raises StoreError."""
        return await asyncio.to_thread(reading.agents, self._path)

    async def keep_agents(self, agents: Sequence[Agent], at: datetime, by: str) -> None:
        """Writes records as they are now, all or none; they are on disk when this returns. Raises StoreError."""
        rows = [agent_values(agent, at, by) for agent in agents]
        await self._do(lambda db: db.conn.executemany(sql("agent"), rows))

    async def drop_agent(self, agent_id: AgentId) -> None:
        """Takes a record away; that is on disk when this returns. Raises StoreError."""
        await self._do(lambda db: db.conn.execute("delete from agents where agent_id = ?", (agent_id,)))

    async def worked(self) -> list[Worked]:
        """What was known last of every agent who is not signed out."""
        await self.flushed()
        return await asyncio.to_thread(reading.worked, self._path)

    async def agent_states(self, since: datetime, most: int) -> list[AgentStateChanged]:
        """What agents did from an instant on, in the order in which it happened, the first ``most`` of it."""
        await self.flushed()
        return await asyncio.to_thread(reading.agent_states, self._path, since, most)

    async def calls(self, wanted: Wanted) -> list[CallSummary]:
        """The calls that were asked for, newest first."""
        await self.flushed()
        return await asyncio.to_thread(reading.calls, self._path, wanted)

    async def ids(self, prefix: str, most: int = 10) -> list[str]:
        """Ids of calls that begin with ``prefix``, in order of time."""
        await self.flushed()
        return await asyncio.to_thread(reading.ids, self._path, prefix, most)

    async def events(self, call_id: str) -> list[Event]:
        """Everything that was kept of a call, in the order in which it happened."""
        await self.flushed()
        return await asyncio.to_thread(reading.events, self._path, call_id)

    async def expired_recordings(self, before: datetime, after: int, most: int) -> list[Expired]:
        """Recordings older than ``before`` that are still kept, the next ``most`` after a place."""
        parameters = {"before": instant(before), "after": after, "most": most}

        def ask(db: Database) -> list[Expired]:
            found = db.query(sql("recordings_expired"), parameters)
            return [Expired(row["place"], row["id"], row["path"]) for row in found]

        return list(await asyncio.to_thread(reading.on, self._path, ask))

    async def recordings_deleted(self, ids: list[str], at: datetime) -> None:
        """Notes that recordings are no longer on disk."""
        marked = [(instant(at), recording_id) for recording_id in ids]
        await self._do(lambda db: db.conn.executemany("update recordings set deleted_at = ? where id = ?", marked))

    async def delete_inputs(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` inputs older than ``before``, also where an action tells them; how many there were."""
        parameters = {"before": instant(before), "most": most}
        queries = ("inputs_expired", "actions_input_expired", "tapes_expired")
        return await self._do(lambda db: sum(db.conn.execute(sql(name), parameters).rowcount for name in queries))

    async def delete_calls(self, before: datetime, most: int) -> int:
        """Deletes up to ``most`` calls that ended before ``before``, with all their rows; how many there were.

        What agents did before ``before`` goes with them.
        """
        parameters = {"before": instant(before), "most": most}

        def delete(db: Database) -> int:
            found = db.conn.execute(sql("calls_expired"), parameters).fetchall()
            for table in _OF_A_CALL:
                db.conn.executemany(f"delete from {table} where call_id = ?", found)
            db.conn.executemany("delete from calls where id = ?", found)
            db.conn.execute(sql("agent_states_expired"), {**parameters, "most": most * STATES_OF_A_CALL})
            return len(found)

        return await self._do(delete)

    async def _do(self, job: Callable[[Database], T]) -> T:
        result: T = await asyncio.wrap_future(self._writer.submit(job))
        return result
