"""``ivr calls`` and ``ivr call ID``: what was kept of calls, read from the database itself.

The database is opened for reading only, so both work while the service runs and when it does not.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.database import NOTHING, Since, broken, database_of, where, whole_id
from ivr.app.cli.tables import table
from ivr.core.calls.events import EndReason

if TYPE_CHECKING:
    from ivr.services.insight.calls import CallSummary, Wanted

MOST_LISTED = 100_000


@click.command(epilog="Example: ivr calls --since 1d --caller 5551230001")
@click.option("--since", type=Since(), help="Calls that began since then: 30m, 12h, 7d, or a date (UTC).")
@click.option("--caller", default="", help="A part of the caller's number or name.")
@click.option("--called", default="", help="The number that was called.")
@click.option("--reason", type=click.Choice([reason.value for reason in EndReason]), help="How the call ended.")
@click.option("--open", "open_only", is_flag=True, help="Only calls that have not ended.")
@click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=50, show_default=True, help="At most so many.")
@where
def calls(config: Path | None, database: Path | None, as_json: bool, limit: int, **filters: Any) -> None:
    """List calls, newest first.

    Exit code 0, 1 when there is no such call, 3 when the database cannot be read.
    """
    from ivr.adapters.store import reading
    from ivr.services.insight.calls import Wanted

    reason = filters.pop("reason")
    wanted = Wanted(limit=limit, reason=EndReason(reason) if reason else None, **filters)
    with broken():
        found = reading.calls(database_of(config, database), wanted)
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
@where
def call(call_id: str, config: Path | None, database: Path | None, as_json: bool) -> None:
    """Show one call: what was heard, pressed and done, with the time since it began.

    ID is a call's id, the beginning of one, or `last`. What a caller keyed in as a secret was never kept and shows as
    ●●●. Exit code 0, 1 when there is no such call or several, 3 when the database cannot be read.
    """
    from ivr.adapters.store import reading
    from ivr.core.base.events import to_json
    from ivr.core.calls.trace import trace

    with broken():
        path = database_of(config, database)
        chosen = whole_id(path, call_id)
        events = reading.events(path, chosen)
    if as_json:
        document = {"call_id": chosen, "events": [to_json(event) for event in events]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in trace(events):
            click.echo(line)


def _table(found: list[CallSummary]) -> list[str]:
    from ivr.core.calls.trace import parties, printable

    rows = [("CALL", "BEGAN (UTC)", "LENGTH", "WHO → WHERE", "FLOW", "BUNDLE", "END", "LAST SECTION")]
    for one in found:
        length = f"{one.seconds:.1f} s" if one.seconds is not None else "-"
        who = parties(one.caller, one.caller_name, one.called)
        began = f"{one.started_at:%Y-%m-%d %H:%M:%S}"
        place = (printable(one.flow) or "-", one.bundle or "-", one.reason or "open", printable(one.section))
        rows.append((one.call_id, began, length, who, *place))
    return list(table(rows))


def _as_json(one: CallSummary) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(one).items()}


def _nothing(wanted: Wanted) -> str:
    from ivr.services.insight.calls import Wanted

    if wanted == Wanted(limit=wanted.limit):
        return "No call was kept yet. Call in, or try `ivr lab call 100`."
    if wanted.open_only:
        return "No call is open."
    return "No call is like that. `ivr calls` without options lists the newest."
