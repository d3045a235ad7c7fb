"""The sources outside that flows may ask, opened for one run of the service."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict
from typing import Any

import ivr
from ivr.adapters.fetch.http import HttpSource
from ivr.adapters.lookup.sqlite import SqliteSource
from ivr.app import extensions
from ivr.app.config import Settings
from ivr.app.outside import secret_values
from ivr.core.base.errors import ConfigError
from ivr.services.sources.counted import Counted

Sources = Mapping[str, Counted]


async def opened(settings: Settings, stack: AsyncExitStack) -> Sources:
    """HTTP, databases and what extensions bring, by the names of their actions; the stack closes them.

    Raises ConfigError, ExtensionError.
    """
    fetch = settings.fetch
    http = HttpSource(
        frozenset(fetch.hosts),
        secret_values(settings),
        ca_file=fetch.ca_file,
        most_bytes=fetch.most_kb * 1024,
        agent=f"ivr/{ivr.__version__}",
    )
    try:
        await stack.enter_async_context(http)
    except OSError as error:
        message = f"the certificates of {fetch.ca_file} cannot be used: {error.strerror or error}"
        raise ConfigError(message, hint="fetch: {ca_file: …} names a file in PEM form") from error
    databases = await stack.enter_async_context(SqliteSource(settings.databases))
    found: dict[str, Counted] = {"fetch": Counted(http), "lookup": Counted(databases)}
    for name, source in extensions.sources(found).items():
        if isinstance(source, AbstractAsyncContextManager):
            await stack.enter_async_context(source)
        found[name] = Counted(source)
    return found


def health(sources: Sources) -> dict[str, Any]:
    """How each has done since the start."""
    return {name: asdict(source.health()) for name, source in sources.items()}
