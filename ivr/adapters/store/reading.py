"""Questions about kept calls, each answered on a read-only connection: the service may be running or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ivr.adapters.store.connections import open_for_reading
from ivr.adapters.store.queries import sql
from ivr.core.acd import tickets
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.people import Agent
from ivr.core.announcements.announcement import Announcement
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId
from ivr.core.flow import tape
from ivr.core.flow.publishing import FlowsPublished
from ivr.core.flow.tape import Tape
from ivr.services.acd.recall import Worked
from ivr.services.insight import queue_rows
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.insight.projector import Change, instant, moment, restore
from ivr.services.ports import KeptPlace, OpenCall

Row = Mapping[str, Any]

# Which events a table's rows were made from: the change, and the column that numbers it.
_TABLES: tuple[tuple[str, str, tuple[tuple[Change, str], ...]], ...] = (
    ("calls", "id", ((Change.CALL_STARTED, "seq"), (Change.CALL_ENDED, "ended_seq"))),
    ("turns", "call_id", ((Change.TURN, "seq"),)),
    ("prompts", "call_id", ((Change.PROMPT, "seq"),)),
    ("inputs", "call_id", ((Change.INPUT, "seq"),)),
    ("actions", "call_id", ((Change.ACTION, "seq"),)),
    ("legs", "call_id", ((Change.LEG_STARTED, "seq"), (Change.LEG_ENDED, "ended_seq"))),
    ("recordings", "call_id", ((Change.RECORDING, "seq"),)),
    ("tapes", "call_id", ((Change.TAPE, "seq"),)),
    ("announced", "call_id", ((Change.ANNOUNCED, "seq"),)),
    ("queue_joined", "call_id", ((Change.JOINED, "seq"),)),
    ("queue_left", "call_id", ((Change.LEFT, "seq"),)),
    ("offers", "call_id", ((Change.OFFERED, "seq"), (Change.OFFER_ENDED, "ended_seq"))),
)


def calls(path: Path, wanted: Wanted) -> list[CallSummary]:
    """The calls that were asked for, newest first. Raises StoreError, as all here do."""
    parameters = {
        "since": instant(wanted.since) if wanted.since else None,
        "caller": wanted.caller or None,
        "called": wanted.called or None,
        "reason": str(wanted.reason) if wanted.reason else None,
        "open": int(wanted.open_only),
        "limit": wanted.limit,
    }
    return [_summary(row) for row in _query(path, "calls", parameters)]


def ids(path: Path, prefix: str, most: int = 10) -> list[str]:
    """Ids that begin with ``prefix``, in order of time; ``call_`` may be left out."""
    if not "call_".startswith(prefix[:5]):
        prefix = f"call_{prefix}"
    return [row["id"] for row in _query(path, "call_ids", {"prefix": prefix, "most": most})]


def events(path: Path, call_id: str) -> list[Event]:
    """Everything that was kept of a call, in the order in which it happened."""
    found: list[tuple[int, Event]] = []
    with open_for_reading(path) as db:
        db.conn.execute("begin")  # one look at all tables, while they are being written
        for table, column, changes in _TABLES:
            for row in db.table(table).rows_where(f"{column} = ?", [call_id]):
                found += [(row[seq], restore(change, row)) for change, seq in changes if row[seq] is not None]
    return [event for _, event in sorted(found, key=lambda numbered: numbered[0])]


def tapes(path: Path, since: datetime, until: datetime | None = None) -> Iterator[tuple[str, Tape]]:
    """The tapes of calls that ended in a time, with the calls' ids, oldest first; what is no tape is left out."""
    times = {"since": instant(since), "until": instant(until) if until else None}
    with open_for_reading(path) as db:
        yield from _tapes(db.query(sql("tapes"), times))


def tapes_of(path: Path, call_id: str) -> list[Tape]:
    """The tapes of one call: one for each time that it was with the service."""
    with open_for_reading(path) as db:
        return [tape for _, tape in _tapes(db.query(sql("tapes_of"), {"call_id": call_id}))]


def _tapes(rows: Iterable[Row]) -> Iterator[tuple[str, Tape]]:
    for row in rows:
        with suppress(ValueError):
            yield row["call_id"], tape.read(json.loads(row["tape"]))


def open_calls(path: Path, channel: str | None = None) -> list[OpenCall]:
    """Calls that began and did not end, of one channel or of all."""
    rows = _query(path, "open_calls", {"channel": channel})
    return [_open(row) for row in rows]


def publications(path: Path, most: int) -> list[FlowsPublished]:
    """The flows that became live, newest first."""
    found = (restore(Change.PUBLICATION, row) for row in _query(path, "publications", {"most": most}))
    return [event for event in found if isinstance(event, FlowsPublished)]


def announcements(path: Path, most: int) -> list[Announcement]:
    """The newest emergency announcements, oldest first; those that may be in force come before all others."""
    return [_announcement(row) for row in _query(path, "announcements", {"most": most})]


def agents(path: Path) -> list[Agent]:
    """The records of all agents, in the order of their ids."""
    return [_agent(row) for row in _query(path, "agents", {})]


def agent_states(path: Path, since: datetime, most: int) -> list[AgentStateChanged]:
    """What agents did from an instant on, in the order in which it happened, the first ``most`` of it."""
    found = _query(path, "agent_states", {"since": instant(since), "most": most})
    return [queue_rows.restore_agent_state(row) for row in found]


def agent_state_at(path: Path, agent_id: str, at: datetime) -> AgentStateChanged | None:
    """What an agent did at an instant: the last that was known of them by then."""
    found = _query(path, "agent_state_at", {"agent_id": agent_id, "at": instant(at)})
    return queue_rows.restore_agent_state(found[0]) if found else None


def worked(path: Path) -> list[Worked]:
    """What was known last of every agent who is not signed out."""
    return [_worked(row) for row in _query(path, "worked", {})]


def on(path: Path, ask: Callable[[Database], Any]) -> Any:
    """What ``ask`` finds on a read-only connection."""
    with open_for_reading(path) as db:
        return ask(db)


def _query(path: Path, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    with open_for_reading(path) as db:
        return list(db.query(sql(name), dict(parameters)))


def _announcement(row: Row) -> Announcement:
    texts = ("id", "flow", "point", "recording", "by", "note", "ended_by")
    return Announcement(
        **{name: row[name] for name in texts},
        words=json.loads(row["words"]),
        begins_at=moment(row["begins_at"]),
        until=moment(row["until"]),
        ended_at=moment(row["ended_at"]) if row["ended_at"] else None,
    )


def _agent(row: Row) -> Agent:
    return Agent(
        agent_id=AgentId(row["agent_id"]),
        name=row["name"],
        address=row["address"],
        queues=frozenset(json.loads(row["queues"])),
        groups=frozenset(json.loads(row["groups"])),
        skills=json.loads(row["skills"]),
        languages=tuple(json.loads(row["languages"])),
        order=row["order"],
    )


def _open(row: Row) -> OpenCall:
    flow, bundle = row["flow"] or "", row["bundle"] or ""
    told = tuple((row["announced"] or "").split())
    place = None
    if row["ticket"]:
        with suppress(KeyError, TypeError, ValueError):  # one that cannot be read is no place any more
            ticket = tickets.read(row["ticket_id"], row["id"], row["queue"], json.loads(row["ticket"]))
            place = KeptPlace(ticket, row["place_section"], row["place_step"])
    return OpenCall(row["id"], row["channel"], row["section"], row["language"], flow, bundle, told, place)


def _worked(row: Row) -> Worked:
    names = ("agent_id", "status", "state", "reason", "ticket_id", "queue", "leg")
    return Worked(**{name: row[name] for name in names})


def _summary(row: Row) -> CallSummary:
    return CallSummary(
        call_id=row["id"],
        started_at=moment(row["started_at"]),
        ended_at=moment(row["ended_at"]) if row["ended_at"] else None,
        seconds=row["seconds"],
        caller=row["caller"] or "",
        caller_name=row["caller_name"] or "",
        called=row["called"] or "",
        flow=row["flow"] or "",
        bundle=row["bundle"] or "",
        language=row["language"] or "",
        reason=row["end_reason"],
        detail=row["end_detail"] or "",
        section=row["section"],
    )
