"""``ivr replay``: calls of before through the flows of a folder, to see what a change would have meant for them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.database import NOTHING, Since, broken, database_of, where, whole_id
from ivr.app.cli.options import flows_option, named_flows

if TYPE_CHECKING:
    from ivr.app.replaying import Summary
    from ivr.core.flow.replay import Replayed

SHOWN_BEFORE = 4  # steps of the common way
SHOWN_CALLS = 3  # of a group


@click.command(epilog="Example: ivr replay --last 7d --flows drafts/")
@click.argument("call_id", metavar="[CALL]", required=False)
@click.option("--last", "since", type=Since(), help="All calls that ended since then: 30m, 12h, 7d, or a date (UTC).")
@flows_option
@where
@click.pass_context
def replay(
    ctx: click.Context, /, call_id: str | None, since: datetime | None, flows: Path, as_json: bool, **given: Any
) -> None:
    """Run calls of before through flows: what would be different?

    CALL is a call's id, the beginning of one, or `last`. What is compared is the way a call takes: what was chosen,
    what came of it and where it went, not the words. The first difference is shown; --last groups calls by it.

    Exit code 0 when every call takes the same way, 1 when one does not or there is none, 3 when the database cannot
    be read.
    """
    if (call_id is None) is (since is None):
        raise click.UsageError("name a call, or say --last 7d for all of some days")
    found = named_flows(ctx, None, flows)
    with broken():
        path = database_of(given["config"], given["database"])
        if since is None:
            assert call_id is not None
            ctx.exit(_one(path, whole_id(path, call_id), found, as_json))
        from ivr.app.replaying import replay_since

        summary = replay_since(path, since, found)
    _many(summary, as_json)
    ctx.exit(0 if summary.calls and summary.same == summary.calls else 1)


def _one(path: Path, call_id: str, flows: Any, as_json: bool) -> int:
    from ivr.adapters.store import reading
    from ivr.core.flow.replay import Verdict
    from ivr.core.flow.replay import replay as run_again

    tapes = reading.tapes_of(path, call_id)
    if not tapes:
        click.echo(f"{call_id} has no tape: it is not over, was cut off with the service, or is too old", err=True)
        return NOTHING
    parts = [run_again(tape, flows) for tape in tapes]
    if as_json:
        click.echo(json.dumps({"call_id": call_id, "parts": [_document(one) for one in parts]}, indent=2))
    for one in () if as_json else parts:
        for line in _shown(call_id, one):
            click.echo(line)
    return 0 if all(one.verdict is Verdict.SAME for one in parts) else 1


def _shown(call_id: str, found: Replayed) -> list[str]:
    from ivr.core.flow.replay import HEARD, told

    if found.difference is None:
        return [f"{call_id}: {found.verdict}, {len(found.steps)} actions"]
    parting = found.difference
    way = [step for step in found.steps if step.kind not in HEARD][: parting.number - 1]
    lines = [f"{call_id}: {found.verdict} at action {parting.number} of its way"]
    if len(way) > SHOWN_BEFORE:
        lines.append("      …")
    lines += [f"      {told(step)}" for step in way[-SHOWN_BEFORE:]]
    lines += [f"  then {told(parting.before)}", f"  now  {told(parting.now)}"]
    return [*lines, f"       ({parting.why})"] if parting.why else lines


def _many(summary: Summary, as_json: bool) -> None:
    if as_json:
        groups = [asdict(group) for group in summary.groups]
        click.echo(json.dumps({"calls": summary.calls, "same": summary.same, "groups": groups}, indent=2))
        return
    click.echo(summary.words)
    for group in summary.groups:
        examples = ", ".join(group.calls[:SHOWN_CALLS]) + (", …" if len(group.calls) > SHOWN_CALLS else "")
        click.echo(f"\n{len(group.calls):>6}  {group.verdict}  ({examples})")
        click.echo(f"        then {group.before}\n        now  {group.now}")


def _document(found: Replayed) -> dict[str, Any]:
    return {"verdict": found.verdict, "difference": asdict(found.difference) if found.difference else None}
