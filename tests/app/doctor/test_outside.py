"""Hosts without an address and databases that cannot be read are told, and are only warnings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

from ivr.app.config import Fetch, Settings
from ivr.app.doctor import check_outside, gather_outside
from ivr.app.doctor.report import Level


async def told(site: Settings) -> list[tuple[str, Level]]:
    """What is said about the outside."""
    found = check_outside.check(await gather_outside.gather(site), site)
    return [(finding.check, finding.level) for finding in found]


async def test_nothing_is_said_where_flows_reach_nothing(site: Settings) -> None:
    assert await told(site) == []


async def test_what_can_be_reached_is_good(site: Settings) -> None:
    with closing(sqlite3.connect(site.home / "crm.db")) as conn, conn:
        conn.execute("create table a (b)")
    site = replace(site, fetch=Fetch(hosts=("127.0.0.1:8443", "http://localhost")))
    site = replace(site, databases={"crm": site.home / "crm.db"})
    assert await told(site) == [("fetch", Level.GOOD), ("databases", Level.GOOD)]


async def test_what_cannot_be_reached_is_a_warning(site: Settings) -> None:
    (site.home / "text.db").write_text("no database " * 100)
    files = {"gone": site.home / "gone.db", "text": site.home / "text.db"}
    site = replace(site, fetch=Fetch(hosts=("crm.invalid",)), databases=files)
    assert await told(site) == [
        ("fetch", Level.WARNING),
        ("databases", Level.WARNING),
        ("databases", Level.WARNING),
    ]
