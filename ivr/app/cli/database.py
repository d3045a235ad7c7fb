"""What commands that read the database share: where it is, since when, and which call is meant.

The database is opened for reading only, so these commands work while the service runs and when it does not.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ivr.app.cli.options import config_option
from ivr.core.base.errors import IvrError

NOTHING, BROKEN = 1, 3
_AGO = re.compile(r"(\d{1,6})\s*([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}

Command = Callable[..., Any]


class Since(click.ParamType[datetime]):
    """An instant, given as how long ago (``30m``, ``12h``, ``7d``, ``2w``) or as a date or time in UTC."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant, aware, in UTC."""
        if isinstance(value, datetime):
            return value
        from ivr.adapters.system.clock import SystemClock

        try:
            if ago := _AGO.fullmatch(value.strip()):
                return SystemClock().now() - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
            at = datetime.fromisoformat(value.strip())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither like 30m, 12h, 7d nor like 2026-11-22 or 2026-11-22T10:00", param, ctx)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def where(command: Command) -> Command:
    """The options that say which database, and in which form the answer is wanted."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON document."),
        click.option("--database", type=click.Path(path_type=Path), help="The database itself, without any settings."),
        config_option,
    ):
        command = option(command)
    return command


def database_of(config: Path | None, database: Path | None) -> Path:
    """The database that was named, or that of the settings."""
    if database is not None:
        return database
    from ivr.app.config import load

    return load(config).database


@contextmanager
def broken() -> Iterator[None]:
    """Ends the command with what is wrong when the settings or the database cannot be read."""
    try:
        yield
    except (IvrError, OSError, sqlite3.Error) as error:
        click.echo(str(error), err=True)
        raise SystemExit(BROKEN) from error


def whole_id(path: Path, given: str) -> str:
    """The id of the one call that is meant; without one the command ends with what is wrong."""
    from ivr.adapters.store import reading
    from ivr.services.insight.calls import Wanted

    if given == "last":
        found = [one.call_id for one in reading.calls(path, Wanted(limit=1))]
        missing = "no call was kept yet"
    else:
        found = reading.ids(path, given)
        missing = f"no call's id begins with {given!r}; `ivr calls` lists them"
    if given in found:
        return given
    if len(found) == 1:
        return found[0]
    click.echo(f"several calls begin with {given!r}: {', '.join(found)}" if found else missing, err=True)
    raise SystemExit(NOTHING)
