"""A batch of numbered events into the tables, inside a transaction that the caller holds.

Everything is safe to repeat: an event that was written before, under the same number, changes nothing. So what was
spilled at a stop can be read back without asking how far the writing had come.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ivr.adapters.store.queries import sql
from ivr.core.acd import record
from ivr.core.acd.people import Agent
from ivr.core.announcements.announcement import Announcement
from ivr.core.base.events import Event
from ivr.core.calls.events import CallEvent
from ivr.services.insight.projector import PROJECTIONS, Change, Values, instant

Numbered = tuple[int, Event]

# A call goes before what refers to it, its end after all.
_PLAIN = (
    Change.LEG_STARTED,
    Change.PROMPT,
    Change.INPUT,
    Change.ACTION,
    Change.TURN,
    Change.RECORDING,
    Change.PUBLICATION,
    Change.TAPE,
    Change.ANNOUNCED,
    Change.JOINED,
    Change.LEFT,
    Change.OFFERED,
    Change.AGENT_STATE,
    Change.LEG_ENDED,
    Change.OFFER_ENDED,
)


@dataclass(slots=True)
class Written:
    """What became of a batch; counts hold only once the transaction is kept."""

    begun: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    ended_again: list[str] = field(default_factory=list)


def write(conn: sqlite3.Connection, batch: Sequence[Numbered], known: set[str]) -> Written:
    """Writes a batch. ``known`` are calls that have a row; one that has none gets it from its first event here."""
    changes: dict[Change, list[Values]] = defaultdict(list)
    stubs: dict[str, str] = {}
    kinds: dict[type[Event], list[Numbered]] = defaultdict(list)
    for numbered in batch:
        kinds[type(numbered[1])].append(numbered)
    for kind, of_a_kind in kinds.items():
        if kind in PROJECTIONS:
            change, values = PROJECTIONS[kind]
            changes[change] += [(seq, *values(event)) for seq, event in of_a_kind]
    for _, event in batch:
        if isinstance(event, CallEvent) and event.call_id not in known:
            stubs.setdefault(event.call_id, instant(event.at))
    done = Written()
    _begin_calls(conn, changes.get(Change.CALL_STARTED, []), stubs, done)
    for change in _PLAIN:
        if values_of := changes.get(change):
            conn.executemany(sql(change), values_of)
    for ending in changes.get(Change.CALL_ENDED, []):
        _end_call(conn, ending, done)
    if batch:
        conn.execute(sql("numbering"), (batch[-1][0],))
    return done


def announcement_values(one: Announcement) -> dict[str, str | None]:
    """An announcement as a row."""
    return {
        "id": one.id,
        "flow": one.flow,
        "point": one.point,
        "words": json.dumps(dict(one.words), ensure_ascii=False),
        "recording": one.recording,
        "begins_at": instant(one.begins_at),
        "until": instant(one.until),
        "by": one.by,
        "note": one.note,
        "ended_at": instant(one.ended_at) if one.ended_at else None,
        "ended_by": one.ended_by,
    }


def agent_values(agent: Agent, at: datetime, by: str) -> dict[str, str | int]:
    """An agent's record as a row; names are JSON."""
    columns = {"agent_id" if name == "id" else name: value for name, value in record.document(agent).items()}
    row = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in columns.items()
    }
    return {**row, "changed_at": instant(at), "changed_by": by}


def _begin_calls(conn: sqlite3.Connection, started: list[Values], stubs: dict[str, str], done: Written) -> None:
    if started:
        conn.executemany(sql(Change.CALL_STARTED), started)
        done.begun.update(str(values[1]) for values in started)
    missing = [(call_id, at) for call_id, at in stubs.items() if call_id not in done.begun]
    if missing:
        conn.executemany(sql("call_known_by_its_events"), missing)
        done.begun.update(call_id for call_id, _ in missing)


def _end_call(conn: sqlite3.Connection, ending: Values, done: Written) -> None:
    names = ("seq", "id", "at", "reason", "detail", "section")
    values = dict(zip(names, ending, strict=True))
    call_id = str(values["id"])
    if conn.execute(sql(Change.CALL_ENDED), values).rowcount == 0:
        row = conn.execute("select ended_seq from calls where id = ?", (call_id,)).fetchone()
        if row is not None and row[0] != values["seq"]:
            done.ended_again.append(call_id)
    done.ended.add(call_id)
