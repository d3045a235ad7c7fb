"""``ivr calls`` and ``ivr call ID``: what was kept of calls, read from the database itself.

The database is opened for reading only, so both work while the service runs and when it does not.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import config_option
from ivr.core.base.errors import IvrError
from ivr.core.calls.events import EndReason

if TYPE_CHECKING:
    from ivr.services.insight.calls import CallSummary, Wanted

NOTHING, BROKEN = 1, 3
MOST_LISTED = 100_000
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


def _where(command: Command) -> Command:
    """The options that say which database, and in which form the answer is wanted."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON document."),
        click.option("--database", type=click.Path(path_type=Path), help="The database itself, without any settings."),
        config_option,
    ):
        command = option(command)
    return command


@click.command(epilog="Example: ivr calls --since 1d --caller 5551230001")
@click.option("--since", type=Since(), help="Calls that began since then: 30m, 12h, 7d, or a date (UTC).")
@click.option("--caller", default="", help="A part of the caller's number or name.")
@click.option("--called", default="", help="The number that was called.")
@click.option("--reason", type=click.Choice([reason.value for reason in EndReason]), help="How the call ended.")
@click.option("--open", "open_only", is_flag=True, help="Only calls that have not ended.")
@click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=50, show_default=True, help="At most so many.")
@_where
def calls(config: Path | None, database: Path | None, as_json: bool, limit: int, **filters: Any) -> None:
    """List calls, newest first.

    Exit code 0, 1 when there is no such call, 3 when the database cannot be read.
    """
    from ivr.adapters.store import reading
    from ivr.services.insight.calls import Wanted

    reason = filters.pop("reason")
    wanted = Wanted(limit=limit, reason=EndReason(reason) if reason else None, **filters)
    with _broken():
        found = reading.calls(_database(config, database), wanted)
    if as_json:
        click.echo(json.dumps([_as_json(call) for call in found], ensure_ascii=False, indent=2))
    elif found:
        for line in _table(found):
            click.echo(line)
        if len(found) == limit:
            click.echo(f"(the newest {limit}; more with --limit)")
    else:
        click.echo(_nothing(wanted))
    if not found:
        raise SystemExit(NOTHING)


@click.command(epilog="Example: ivr call last")
@click.argument("call_id", metavar="ID")
@_where
def call(call_id: str, config: Path | None, database: Path | None, as_json: bool) -> None:
    """Show one call: what was heard, pressed and done, with the time since it began.

    ID is a call's id, the beginning of one, or `last`. What a caller keyed in as a secret was never kept and shows as
    ●●●. Exit code 0, 1 when there is no such call or several, 3 when the database cannot be read.
    """
    from ivr.adapters.store import reading
    from ivr.core.base.events import to_json
    from ivr.core.calls.trace import trace

    with _broken():
        path = _database(config, database)
        whole_id = _whole_id(path, call_id)
        events = reading.events(path, whole_id)
    if as_json:
        document = {"call_id": whole_id, "events": [to_json(event) for event in events]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in trace(events):
            click.echo(line)


def _database(config: Path | None, database: Path | None) -> Path:
    if database is not None:
        return database
    from ivr.app.config import load

    return load(config).database


@contextmanager
def _broken() -> Iterator[None]:
    """Ends the command with what is wrong when the settings or the database cannot be read."""
    try:
        yield
    except (IvrError, OSError, sqlite3.Error) as error:
        click.echo(str(error), err=True)
        raise SystemExit(BROKEN) from error


def _whole_id(path: Path, given: str) -> str:
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


def _table(found: list[CallSummary]) -> list[str]:
    from ivr.core.calls.trace import parties, printable

    rows = [("CALL", "BEGAN (UTC)", "LENGTH", "WHO → WHERE", "FLOW", "END", "LAST SECTION")]
    for one in found:
        length = f"{one.seconds:.1f} s" if one.seconds is not None else "-"
        who = parties(one.caller, one.caller_name, one.called)
        began = f"{one.started_at:%Y-%m-%d %H:%M:%S}"
        place = (printable(one.flow) or "-", one.reason or "open", printable(one.section))
        rows.append((one.call_id, began, length, who, *place))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _as_json(one: CallSummary) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(one).items()}


def _nothing(wanted: Wanted) -> str:
    from ivr.services.insight.calls import Wanted

    if wanted == Wanted(limit=wanted.limit):
        return "No call was kept yet. Call in, or try `ivr lab call 100`."
    if wanted.open_only:
        return "No call is open."
    return "No call is like that. `ivr calls` without options lists the newest."
