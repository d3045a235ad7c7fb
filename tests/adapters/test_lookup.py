"""The SQLite source: what it finds, that it only reads, and every way in which a database can be bad."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.lookup.sqlite import SqliteSource
from ivr.core.base.secret import Secret
from ivr.services.ports import SourceFailed

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) as i from n"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of another program."""
    file = tmp_path / "a crm?#.db"
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("create table customers (account text, name text, balance real, photo blob, note)")
        rows = [("42", "Ada", 12.5, b"\x89PNG", None), ("43", "Grace", 0, None, "x'; drop table customers; --")]
        conn.executemany("insert into customers values (?, ?, ?, ?, ?)", rows)
    return file


@pytest.fixture
async def source(database: Path, tmp_path: Path) -> AsyncIterator[SqliteSource]:
    """The source over that database and two that are none."""
    (tmp_path / "text.db").write_text("this is no database at all, only text " * 30)
    files = {"crm": database, "gone": tmp_path / "gone.db", "text": tmp_path / "text.db"}
    async with SqliteSource(files, threads=2) as made:
        yield made


def request(sql: str, database: str = "crm", rows: str = "first", **values: Any) -> dict[str, Any]:
    """A request as the action makes one."""
    return {"database": database, "sql": sql, "with": values, "rows": rows}


async def test_the_first_row_is_found_by_its_columns(source: SqliteSource) -> None:
    sql = "select name, balance, note, 7 as seven from customers where account = :account"
    assert await source.ask(request(sql, account="42"), 5.0) == {
        "name": "Ada",
        "balance": 12.5,
        "note": None,
        "seven": 7,
    }
    assert await source.ask(request(sql, account=Secret("43")), 5.0) == {
        "name": "Grace",
        "balance": 0.0,
        "note": "x'; drop table customers; --",
        "seven": 7,
    }
    assert await source.ask(request(sql, account="44"), 5.0) is None


async def test_all_rows_are_a_list_of_at_most_a_hundred(source: SqliteSource) -> None:
    found = await source.ask(request("select account from customers order by 1", rows="all"), 5.0)
    assert found == [{"account": "42"}, {"account": "43"}]
    many = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n limit 5000"
    assert [row["i"] for row in await source.ask(request(many, rows="all"), 5.0)] == list(range(1, 101))


@pytest.mark.parametrize("value", ["' or 1 = 1 --", "42' union select 1", 'x"; drop table customers', "\0", "\ud800"])
async def test_a_value_is_only_ever_a_value(source: SqliteSource, value: str) -> None:
    assert await source.ask(request("select * from customers where account = :account", account=value), 5.0) is None
    echo = await source.ask(request("select :account as it", account=value), 5.0)
    assert echo == {"it": value.encode("utf-8", "replace").decode()}


async def test_a_number_of_any_size_can_be_asked_for(source: SqliteSource) -> None:
    assert await source.ask(request("select :n as n", n=2**63), 5.0) == {"n": str(2**63)}
    assert await source.ask(request("select :n as n", n=-3), 5.0) == {"n": -3}


@pytest.mark.parametrize(
    "sql",
    [
        "insert into customers (account) values ('9')",
        "with x as (select 1) delete from customers",
        "update customers set balance = 0",
        "drop table customers",
        "create temp table t (a)",
        "attach database ':memory:' as other",
        "pragma query_only = off",
        "pragma journal_mode = wal",
        "vacuum into '/dev/null'",
        "begin",
        "select load_extension('x')",
    ],
)
async def test_nothing_but_reading_is_done(source: SqliteSource, database: Path, sql: str) -> None:
    before = _files(database)
    with pytest.raises(SourceFailed) as failed:
        await source.ask(request(sql), 5.0)
    assert failed.value.reason == "more than reading"
    assert _files(database) == before


def _files(database: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in database.parent.iterdir()}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (request("select photo from customers where photo is not null"), "a column is binary"),
        (request("select cast(x'ff' as text) as t"), "a column is not UTF-8"),
        (request("select nothing from customers"), "the statement is wrong"),
        (request("select :missing"), "the statement is wrong"),
        (request("select 1; select 2"), "the statement is wrong"),
        (request("select 1", "gone"), "the database cannot be opened"),
        (request("select * from customers", "text"), "this is no database"),
        (request("select 1", "other"), "no such database"),
        (request("select replace(printf('%1000d', 1), ' ', printf('%1000d', 1))"), "the answer is too large"),
        (request(ENDLESS), "timeout"),
        (request("select * from customers a, customers b, (" + ENDLESS + ")", rows="all"), "timeout"),
    ],
)
async def test_a_bad_question_is_a_clear_reason(source: SqliteSource, asked: dict[str, Any], reason: str) -> None:
    with pytest.raises(SourceFailed) as failed:
        await source.ask(asked, 0.4)
    assert failed.value.reason == reason


async def test_a_locked_database_is_a_failure_in_time(source: SqliteSource, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        with pytest.raises(SourceFailed, match="the database is locked"):
            await source.ask(request("select * from customers"), 0.2)


async def test_a_database_that_is_being_written_can_be_read(source: SqliteSource, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("begin immediate")
        writer.execute("update customers set balance = 99")
        sql = "select balance from customers where account = '42'"
        assert await source.ask(request(sql), 5.0) == {"balance": 12.5}
        writer.execute("commit")
        assert await source.ask(request(sql), 5.0) == {"balance": 99.0}


async def test_a_file_that_was_replaced_is_seen(source: SqliteSource, database: Path, tmp_path: Path) -> None:
    await source.ask(request("select 1"), 5.0)
    with closing(sqlite3.connect(tmp_path / "new.db")) as conn, conn:
        conn.execute("create table customers as select 'new' as name")
    (tmp_path / "new.db").replace(database)
    assert await source.ask(request("select name from customers"), 5.0) == {"name": "new"}


async def test_a_caller_who_leaves_sets_the_thread_free(source: SqliteSource) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(source.ask(request(ENDLESS), 60.0)) for _ in range(8)]  # more than threads
        await asyncio.sleep(0.1)
        for task in asking:
            task.cancel()
    async with asyncio.timeout(10):
        assert await source.ask(request("select 1 as one"), 10.0) == {"one": 1}
    assert loop.is_running()


async def test_the_loop_goes_on_while_a_database_works(source: SqliteSource) -> None:
    turns = 0
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(_failing(source))
        until = time.monotonic() + 5
        while not asking.done() and time.monotonic() < until:
            turns += 1
            await asyncio.sleep(0.005)
    assert turns > 10


async def _failing(source: SqliteSource) -> None:
    with pytest.raises(SourceFailed, match="timeout"):
        await source.ask(request(ENDLESS), 0.4)
