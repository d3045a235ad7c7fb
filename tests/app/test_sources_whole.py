"""Fetching and looking up in the whole service: real HTTP, a real database, and secrets that are written nowhere."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from ivr.core.base.events import to_json
from ivr.core.calls.events import ActionDone, EndReason
from tests.adapters.test_fetch import serving
from tests.app.whole import service, write_home

TOKEN, BALANCE = "tok-5f0e8d31", "731842.17"
FLOW = """
flow:
  welcome:
    - lookup: select account, pin from customers where phone = :phone
      in: crm
      with: {{phone: "{{call.from}}"}}
      as: customer
      none: unknown
      failed: broken
    - fetch: {here}/accounts/{{customer.account}}
      headers: {{Authorization: "Bearer {{secret.crm_token}}"}}
      as: found
      secret: yes
      not_found: unknown
      failed: broken
    - say: Hello {{found.balance:money}}.
      allow_secret: the caller's own balance
    - hangup
  unknown:
    - hangup
  broken:
    - hangup
"""
MORE = """
fetch: {{hosts: ["{here}"]}}
secrets: {{crm_token: {{file: crm.secret}}}}
databases: {{crm: {{file: crm.db}}}}
"""


def prepare(home: Path, here: str) -> str:
    """A site whose flow asks a service and a database; the settings for that."""
    write_home(home)
    (home / "flows" / "main.yaml").write_text(FLOW.format(here=here))
    (home / "crm.secret").touch(0o600)
    (home / "crm.secret").write_text(TOKEN)
    with closing(sqlite3.connect(home / "crm.db")) as conn, conn:
        conn.execute("create table customers (phone text, account text, pin text)")
        conn.execute("insert into customers values ('+15551230001', '77', '1')")
        conn.execute("insert into customers values ('+15551230002', '404', '1')")
    return MORE.format(here=here)


async def answer(got: web.Request) -> web.Response:
    """The CRM."""
    if got.headers.get("Authorization") != f"Bearer {TOKEN}":
        return web.json_response({"your": got.headers.get("Authorization")}, status=401)
    if got.path != "/accounts/77":
        return web.json_response({}, status=404)
    return web.json_response({"balance": BALANCE})


def written(home: Path) -> bytes:
    """Everything that the service wrote to files."""
    files = [path for path in (home / "data").rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


async def test_calls_are_answered_from_outside_and_no_secret_is_left_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(answer) as here:
        more = await asyncio.to_thread(prepare, tmp_path, here)
        async with service(tmp_path, more) as whole:
            async with asyncio.TaskGroup() as group:
                for number in range(30):
                    caller = f"+1555123000{number % 3 + 1}"
                    group.create_task(whole.call(callerid=caller))
            assert {ending.reason for ending in whole.ended()} == {EndReason.COMPLETED}
            outcomes = [
                f"{event.kind} {event.outcome}"
                for event in whole.events
                if isinstance(event, ActionDone) and event.kind in ("fetch", "lookup")
            ]
            counts = {outcome: outcomes.count(outcome) for outcome in set(outcomes)}
            assert counts == {"lookup found": 20, "lookup none": 10, "fetch fetched": 10, "fetch not_found": 10}
            sources = whole.parts.health()["sources"]
            assert sources["fetch"] == {"asked": 20, "failed": 10, "in_flight": 0, "last_failure": "status 404"}
            assert sources["lookup"] == {"asked": 30, "failed": 0, "in_flight": 0, "last_failure": ""}
            assert await whole.parts.store.flushed(5)
            events = repr([to_json(event) for event in whole.events])
        shown = await asyncio.to_thread(written, tmp_path)
        logged = "\n".join(record.getMessage() for record in caplog.records)
    assert b"+15551230001" in shown  # it is the right place that was searched
    for secret in (TOKEN, BALANCE, "731,842"):
        assert secret not in events
        assert secret not in logged
        assert secret.encode() not in shown


async def test_a_service_that_hangs_costs_its_own_callers_only(tmp_path: Path) -> None:
    async def hangs(got: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async with serving(hangs) as here:
        more = await asyncio.to_thread(prepare, tmp_path, here)
        page = (FLOW.format(here=here)).replace("      as: found", "      within: 1s\n      as: found")
        await asyncio.to_thread((tmp_path / "flows" / "main.yaml").write_text, page)
        async with service(tmp_path, more) as whole:
            async with asyncio.TaskGroup() as group:
                for number in range(12):
                    group.create_task(whole.call(callerid=f"+1555123000{number % 2 + 1}"))
            done = [event for event in whole.events if isinstance(event, ActionDone) and event.kind == "fetch"]
            reasons = [event.detail["reason"] for event in done]
            assert reasons == ["timeout"] * 12
            fetch = whole.parts.health()["sources"]["fetch"]
            assert fetch == {"asked": 12, "failed": 12, "in_flight": 0, "last_failure": "timeout"}
