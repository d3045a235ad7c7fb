"""The tables, as a named set of migrations: one function a step, applied in a transaction with the row that records it.

A step that was released is never changed; what must change is a new step at the end. All steps that are pending are
applied in one ``BEGIN IMMEDIATE`` transaction, so an upgrade happens wholly or not at all, and two processes that start
together do not apply it twice.

Instants are text, ISO 8601 in UTC with milliseconds: they sort as they read, SQLite's date functions know them, and
whoever opens the file needs no explanation. ``seq`` numbers everything in the order in which it happened, across all
tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database, Migrations

from ivr.core.base.errors import StoreError

SET = "ivr"
steps = Migrations(SET)


@contextmanager
def immediately(db: Database) -> Iterator[None]:
    """A transaction that is the only writing one from its first moment; kept when the block ends well."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:  # a full disk has rolled it back already
            db.conn.execute("ROLLBACK")
        raise


def migrate(db: Database, migrations: Migrations = steps) -> list[str]:
    """Brings the tables up to date; the names of the steps that were applied.

    Raises StoreError for a database that a newer program has used; nothing is changed then, nor when a step fails.
    """
    refuse_newer(db, migrations)
    if not migrations.pending(db):
        return []
    with immediately(db):
        refuse_newer(db, migrations)
        pending = [step.name for step in migrations.pending(db)]
        migrations.apply(db)
    return pending


def refuse_newer(db: Database, migrations: Migrations = steps) -> None:
    """Raises StoreError when the database has steps that this program does not know."""
    known = _names(migrations)
    foreign = [step.name for step in migrations.applied(db) if step.name not in known]
    if foreign:
        raise StoreError(
            f"the database was upgraded by a newer program: it has the step {foreign[-1]!r}, unknown to this one",
            hint="install the newer program again, or restore the backup made before the upgrade",
            code="database_newer",
        )


def is_current(db: Database) -> bool:
    """Whether all steps are applied; only reads."""
    refuse_newer(db)
    return not steps.pending(db)


def _names(migrations: Migrations) -> set[str]:
    # A set tells its steps only as those that a database lacks: an empty one lacks all.
    empty = Database(sqlite3.connect(":memory:"))
    try:
        return {step.name for step in migrations.pending(empty)}
    finally:
        empty.close()


@steps()
def calls_and_what_happened_in_them(db: Database) -> None:
    """Calls, legs, and what was done, heard, keyed in and recorded."""
    _create_calls(db)
    _create_steps(db)
    _create_legs_and_recordings(db)
    db.table("numbering").create({"id": int, "last": int}, pk="id")
    for index in (
        "create index calls_started_at on calls(started_at)",
        "create index calls_open on calls(channel) where ended_at is null",
        "create index inputs_at on inputs(at)",
        "create index actions_with_input on actions(at) where kind in ('collect', 'set') and detail <> '{}'",
        "create index recordings_at on recordings(at) where deleted_at is null",
    ):
        db.conn.execute(index)


def _create_calls(db: Database) -> None:
    columns: dict[str, type] = {
        "id": str,
        "started_at": str,
        "ended_at": str,
        "seconds": float,
        "caller": str,
        "caller_name": str,
        "called": str,
        "flow": str,
        "language": str,
        "channel": str,
        "end_reason": str,
        "end_detail": str,
        "section": str,
        "seq": int,
        "ended_seq": int,
    }
    db.table("calls").create(columns, pk="id", not_null={"id", "started_at"})


def _create_steps(db: Database) -> None:
    place: dict[str, type] = {"section": str, "step": int}
    rows: dict[str, dict[str, type]] = {
        "actions": {
            "began_at": str,
            "at": str,
            **place,
            "kind": str,
            "outcome": str,
            "went_to": str,
            "detail": str,
        },
        "prompts": {
            "began_at": str,
            "at": str,
            **place,
            "language": str,
            "text": str,
            "sound": str,
            "cut_by": str,
        },
        "inputs": {"at": str, **place, "mode": str, "value": str, "sensitive": int},
        "turns": {"at": str, "what": str, "section": str},
    }
    for name, columns in rows.items():
        db.table(name).create(
            {"seq": int, "call_id": str, **columns},
            pk="seq",
            not_null={"call_id", *columns},
            foreign_keys=[("call_id", "calls", "id")],
        )
        db.table(name).create_index(["call_id"])


def _create_legs_and_recordings(db: Database) -> None:
    legs: dict[str, type] = {
        "id": str,
        "call_id": str,
        "role": str,
        "address": str,
        "started_at": str,
        "ended_at": str,
        "status": str,
        "talked": float,
        "seq": int,
        "ended_seq": int,
    }
    recordings: dict[str, type] = {
        "id": str,
        "call_id": str,
        "at": str,
        "kind": str,
        "mailbox": str,
        "path": str,
        "seconds": float,
        "deleted_at": str,
        "seq": int,
    }
    for name, columns in (("legs", legs), ("recordings", recordings)):
        db.table(name).create(columns, pk="id", not_null={"id", "call_id"}, foreign_keys=[("call_id", "calls", "id")])
        db.table(name).create_index(["call_id"])


@steps()
def tapes_of_calls(db: Database) -> None:
    """What flows were told in a call, so that it can be run again through changed ones."""
    columns: dict[str, type] = {"seq": int, "call_id": str, "at": str, "flow": str, "tape": str}
    db.table("tapes").create(columns, pk="seq", not_null=set(columns), foreign_keys=[("call_id", "calls", "id")])
    db.table("tapes").create_index(["call_id"])
    db.table("tapes").create_index(["at"])


@steps()
def flows_that_were_published(db: Database) -> None:
    """Which flows a call ran, and when which flows became live."""
    db.conn.execute("alter table calls add column bundle text")
    columns: dict[str, type] = {
        "seq": int,
        "at": str,
        "bundle": str,
        "how": str,
        "before": str,
        "by": str,
        "note": str,
        "because": str,
        "verdicts": str,
    }
    db.table("publications").create(columns, pk="seq", not_null=set(columns))


@steps()
def announcements_and_who_heard_them(db: Database) -> None:
    """Emergency announcements with who made and ended them, and the calls that were told of them."""
    columns: dict[str, type] = dict.fromkeys(("id", "flow", "point", "words", "recording", "begins_at", "until"), str)
    whose: dict[str, type] = dict.fromkeys(("by", "note", "ended_at", "ended_by"), str)
    db.table("announcements").create({**columns, **whose}, pk="id", not_null={*columns, "by", "note", "ended_by"})
    told: dict[str, type] = {"seq": int, **dict.fromkeys(("call_id", "at", "announcement", "point", "section"), str)}
    db.table("announced").create(told, pk="seq", not_null=set(told), foreign_keys=[("call_id", "calls", "id")])
    db.table("announced").create_index(["call_id"])


@steps()
def agents_and_what_they_can_do(db: Database) -> None:
    """The records of agents, each with when it was written and by whom."""
    texts = ("agent_id", "name", "address", "queues", "groups", "skills", "languages", "changed_at", "changed_by")
    columns: dict[str, type] = {**dict.fromkeys(texts, str), "order": int}
    db.table("agents").create(columns, pk="agent_id", not_null=set(columns))


@steps()
def waits_in_queues_and_what_agents_did(db: Database) -> None:
    """Who waited in which queue, to whom calls were offered and why, and every state of an agent."""
    place: dict[str, type] = {"seq": int, **dict.fromkeys(("call_id", "at", "ticket_id", "queue"), str)}
    order: dict[str, type] = {"lane": int, "vtime": float, "restored": int, "section": str, "step": int, "ticket": str}
    tables: dict[str, dict[str, type]] = {
        "queue_joined": {**place, **order},
        "queue_left": {**place, "how": str, "waited": float},
    }
    for name, columns in tables.items():
        db.table(name).create(columns, pk="seq", not_null=set(columns), foreign_keys=[("call_id", "calls", "id")])
        db.table(name).create_index(["call_id"])
    offer: dict[str, type] = dict.fromkeys(("id", "call_id", "offered_at", "ticket_id", "agent_id", "decision"), str)
    ending: dict[str, type] = {"ended_at": str, "outcome": str, "seq": int, "ended_seq": int}
    db.table("offers").create(
        {**offer, **ending}, pk="id", not_null=set(offer), foreign_keys=[("call_id", "calls", "id")]
    )
    db.table("offers").create_index(["call_id"])
    texts = ("at", "agent_id", "status", "state", "reason", "ticket_id", "code")
    states: dict[str, type] = {"seq": int, **dict.fromkeys(texts, str)}
    db.table("agent_states").create(states, pk="seq", not_null=set(states))
    db.table("agent_states").create_index(["at"])
    db.table("agent_states").create_index(["agent_id", "seq"])
