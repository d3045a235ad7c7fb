"""Looks at what flows may reach: whether hosts have addresses, and databases can be read. Sends nothing to a host."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field

from ivr.adapters.lookup.sqlite import SqliteSource
from ivr.app.config import Settings
from ivr.core.base.origins import address
from ivr.services.ports import SourceFailed

PATIENCE = 3.0  # seconds for all names, and for each database
_ANY = {"sql": "select count(*) as tables from sqlite_master", "with": {}, "rows": "first"}


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached: hosts that have no address, and databases with the reason why they cannot be read."""

    hosts: int = 0
    unknown: tuple[str, ...] = ()
    databases: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)


async def gather(settings: Settings) -> Reach:
    """The hosts and databases of the settings."""
    hosts = settings.fetch.hosts
    has_address = await asyncio.gather(*(_has_address(*address(host)) for host in hosts))
    unknown = tuple(host for host, has in zip(hosts, has_address, strict=True) if not has)
    async with SqliteSource(settings.databases) as source:
        reasons = {name: await _reason(source, name) for name in settings.databases}
    unreadable = {name: reason for name, reason in reasons.items() if reason}
    return Reach(len(hosts), unknown, len(reasons), unreadable)


async def _has_address(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # a time-out is an OSError
        return False
    return True


async def _reason(source: SqliteSource, name: str) -> str:
    try:
        await source.ask({"database": name, **_ANY}, PATIENCE)
    except SourceFailed as failed:
        return failed.reason
    return ""
