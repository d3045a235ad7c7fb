"""The tables: made, upgraded wholly or not at all, and refused when a newer program has made them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from ivr.adapters.store import migrations, reading
from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.migrations import SET, migrate, refuse_newer, steps
from ivr.core.base.errors import StoreError
from ivr.services.insight.calls import Wanted


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_for_writing(tmp_path / "ivr.db")


def a_set(*steps: Callable[[Database], None]) -> Migrations:
    made = Migrations(SET)
    for step in steps:
        made(name=step.__name__)(step)
    return made


def first(db: Database) -> None:
    db.table("calls").create({"id": str}, pk="id")
    db.table("calls").insert({"id": "call_1"})


def second(db: Database) -> None:
    db.table("calls").add_column("caller", str)


def fails_half_way(db: Database) -> None:
    db.table("calls").add_column("called", str)
    db.table("calls").insert({"id": "call_2"})
    raise RuntimeError("half-way")


def content(db: Database) -> tuple[str, list[object], list[str]]:
    return db.schema, list(db.query("select * from calls")), [step.name for step in a_set().applied(db)]


def every_step() -> list[str]:
    """The names of all steps that were ever released, in their order."""
    empty = Database(memory=True)
    try:
        found = [step.name for step in steps.pending(empty)]
    finally:
        empty.close()
    assert found[0] == "calls_and_what_happened_in_them"
    return found


def test_an_empty_database_gets_all_tables(db: Database) -> None:
    assert migrate(db) == every_step()
    assert {"calls", "legs", "actions", "prompts", "inputs", "turns", "recordings", "tapes"} <= set(db.table_names())
    assert migrate(db) == []
    assert db.conn.execute("pragma journal_mode").fetchone() == ("wal",)
    assert not db.conn.in_transaction


def test_every_table_belongs_to_a_call_and_is_found_by_it(db: Database) -> None:
    migrate(db)
    for name in ("legs", "actions", "prompts", "inputs", "turns", "recordings"):
        table = db.table(name)
        assert [(key.column, key.other_table) for key in table.foreign_keys] == [("call_id", "calls")]
        assert any(index.columns == ["call_id"] for index in table.indexes)


def test_an_older_database_is_brought_up_to_date_and_keeps_its_rows(db: Database) -> None:
    assert migrate(db, a_set(first)) == ["first"]
    assert migrate(db, a_set(first, second)) == ["second"]
    assert list(db.query("select * from calls")) == [{"id": "call_1", "caller": None}]


def test_a_step_that_fails_half_way_changes_nothing(db: Database) -> None:
    migrate(db, a_set(first))
    before = content(db)
    with pytest.raises(RuntimeError, match="half-way"):
        migrate(db, a_set(first, second, fails_half_way))
    assert content(db) == before
    assert not db.conn.in_transaction
    assert migrate(db, a_set(first, second)) == ["second"]


def test_a_database_of_a_newer_program_is_refused_and_untouched(db: Database) -> None:
    migrate(db, a_set(first, second))
    before = content(db)
    with pytest.raises(StoreError, match=r"newer program: it has the step 'second'.*install the newer") as refused:
        migrate(db, a_set(first))
    assert refused.value.code == "database_newer"
    assert content(db) == before


def test_asking_changes_nothing(db: Database) -> None:
    refuse_newer(db)
    assert db.table_names() == []


def test_another_set_of_migrations_in_the_same_file_is_no_concern(db: Database) -> None:
    other = Migrations("reports")
    other(name="their_own")(lambda db: None)
    other.apply(db)
    assert migrate(db) == every_step()


def test_two_that_start_together_apply_a_step_once(tmp_path: Path) -> None:
    path = tmp_path / "ivr.db"
    open_for_writing(path).close()
    applied: list[list[str]] = []
    begin = threading.Barrier(4)

    def start() -> None:
        db = open_for_writing(path)
        db.conn.execute("pragma busy_timeout = 10000")
        begin.wait(10)
        applied.append(migrate(db))
        db.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(applied) == [[], [], [], every_step()]


def test_a_reader_refuses_a_database_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "ivr.db"
    open_for_writing(path).close()
    with pytest.raises(StoreError, match="older version"):
        reading.calls(path, Wanted())
    with pytest.raises(StoreError, match="there is no database"):
        reading.calls(tmp_path / "none.db", Wanted())


def test_the_sqlite_utils_command_reads_it(tmp_path: Path) -> None:
    db = open_for_writing(tmp_path / "ivr.db")
    migrate(db)
    db.table("calls").insert({"id": "call_1", "started_at": "2026-11-22T10:04:06.000Z", "caller": "+1"})
    db.close()
    command = [sys.executable, "-m", "sqlite_utils", "rows", str(tmp_path / "ivr.db"), "calls", "-c", "caller", "--nl"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == '{"caller": "+1"}\n'


def test_the_steps_say_what_they_do() -> None:
    assert all(step.fn.__doc__ for step in migrations.steps._migrations)
