"""``ivr desk`` and ``ivr queues``: who works now and who waits, and what a supervisor changes about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ivr.app.cli.asking import answer, user
from ivr.app.cli.options import config_option
from ivr.app.cli.tables import table

REFUSALS = ("refused", "unknown_agent", "bad_request")
WITHIN = 10.0
Document = dict[str, Any]


_by = click.option("--by", help="Who does it. [default: the user who is logged in]")
_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group(invoke_without_command=True, epilog="Example: ivr desk")
@_json
@config_option
@click.pass_context
def desk(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Show the agents who work now, or sign one in and out, on a break, or out of the wrap-up.

    Exit code 0, 1 refused, 3 when no service runs.
    """
    if ctx.invoked_subcommand is None:
        told = _ask(config, "GET", "/v1/desk")
        _told(told, as_json, _agents)


@desk.command("sign-in", epilog="Example: ivr desk sign-in ann")
@click.argument("agent", metavar="ID")
@click.option("--on-break", default="", metavar="REASON", help="Begin on a break.")
@_by
@config_option
def sign_in(config: Path | None, agent: str, on_break: str, by: str | None) -> None:
    """An agent begins to work, ready for calls. Exit code 0, 1 refused, 3 when no service runs."""
    _agents(_post(config, f"/v1/desk/{_quoted(agent)}/sign-in", by, on_break=on_break))


@desk.command("sign-out", epilog="Example: ivr desk sign-out ann")
@click.argument("agent", metavar="ID")
@_by
@config_option
def sign_out(config: Path | None, agent: str, by: str | None) -> None:
    """An agent stops working; during a talk, when it and its wrap-up are over. Exit code 0, 1 refused, 3 no service."""
    _agents(_post(config, f"/v1/desk/{_quoted(agent)}/sign-out", by))


@desk.command("break", epilog="Example: ivr desk break ann lunch --after-call")
@click.argument("agent", metavar="ID")
@click.argument("reason")
@click.option("--after-call", is_flag=True, help="Behind the present or the next talk.")
@_by
@config_option
def take_break(config: Path | None, agent: str, reason: str, after_call: bool, by: str | None) -> None:
    """An agent takes a break, for a reason of queues.yaml. Exit code 0, 1 refused, 3 when no service runs."""
    _agents(_post(config, f"/v1/desk/{_quoted(agent)}/break", by, reason=reason, after_call=after_call))


@desk.command(epilog="Example: ivr desk ready ann")
@click.argument("agent", metavar="ID")
@_by
@config_option
def ready(config: Path | None, agent: str, by: str | None) -> None:
    """An agent is ready again. Exit code 0, 1 refused, 3 when no service runs."""
    _agents(_post(config, f"/v1/desk/{_quoted(agent)}/ready", by))


@desk.command("wrap-up", epilog="Example: ivr desk wrap-up ann --code solved")
@click.argument("agent", metavar="ID")
@click.option("--code", default="", help="What the talk came to.")
@click.option("--extend", type=click.FloatRange(min=1), metavar="SECONDS", help="Go on for so long instead.")
@_by
@config_option
def wrap_up(config: Path | None, agent: str, code: str, extend: float | None, by: str | None) -> None:
    """An agent is done with the last talk, or needs more time. Exit code 0, 1 refused, 3 when no service runs."""
    _agents(_post(config, f"/v1/desk/{_quoted(agent)}/wrap-up", by, code=code, seconds=extend))


@click.group(invoke_without_command=True, epilog="Example: ivr queues")
@_json
@config_option
@click.pass_context
def queues(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Show the queues and who waits in them, or change the place of a call that waits.

    Exit code 0, 1 refused, 3 when no service runs.
    """
    if ctx.invoked_subcommand is None:
        told = _ask(config, "GET", "/v1/queues")
        _told(told, as_json, _queues)


@queues.command(epilog="Example: ivr queues pick ticket_01J9ZK ann")
@click.argument("ticket")
@click.argument("agent", metavar="ID")
@_by
@config_option
def pick(config: Path | None, ticket: str, agent: str, by: str | None) -> None:
    """Give a waiting call to a free agent, whatever its place and its needs. Exit code 0, 1 refused, 3 no service."""
    _queues(_post(config, f"/v1/tickets/{_quoted(ticket)}/pick", by, agent=agent))


@queues.command(epilog="Example: ivr queues change ticket_01J9ZK --priority 10")
@click.argument("ticket")
@click.option("--queue", help="Another queue; the place is kept.")
@click.option("--priority", type=float, metavar="MINUTES", help="Worth so many minutes of waiting.")
@click.option("--lane", type=click.IntRange(0, 9), help="Lanes are strictly served one after the other.")
@_by
@config_option
def change(config: Path | None, ticket: str, by: str | None, **changes: Any) -> None:
    """Change a call that waits. Exit code 0, 1 refused, 3 when no service runs."""
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes:
        raise click.UsageError("say what to change: --queue, --priority or --lane")
    _queues(_post(config, f"/v1/tickets/{_quoted(ticket)}/change", by, **changes))


def _post(config: Path | None, path: str, by: str | None, **body: Any) -> Document:
    return _ask(config, "POST", path, {**body, "by": by or user()})


def _ask(config: Path | None, method: str, path: str, body: Document | None = None) -> Document:
    from ivr.app.config import load

    return answer(load(config), method, path, body or {}, refusals=REFUSALS, within=WITHIN)


def _told(told: Document, as_json: bool, shown: Callable[[Document], None]) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        shown(told)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _agents(told: Document) -> None:
    if not told["agents"]:
        click.echo("Nobody is signed in. `ivr desk sign-in ID` begins an agent's work.")
        return
    rows = [("AGENT", "NAME", "STATUS", "STATE", "FOR", "TALKS", "OCCUPANCY", "THEN")]
    for one in told["agents"]:
        status = f"{one['status']} ({one['reason']})" if one["reason"] else one["status"]
        rows.append(
            (one["agent"], one["name"] or "-", status, one["state"], _span(one["since"]), str(one["talks"]),
             f"{one['occupancy']:.0%}", one["next"] or "-")
        )  # fmt: skip
    for line in table(rows):
        click.echo(line)


def _queues(told: Document) -> None:
    if not told["queues"]:
        click.echo("There are no queues. They stand in queues.yaml beside the flows.")
        return
    rows = [("QUEUE", "WAITING", "LONGEST", "AGENTS", "READY", "FREE")]
    for one in told["queues"]:
        longest = max((call["waited"] for call in one["waiting"]), default=None)
        counts = (str(one[name]) for name in ("agents", "ready", "free"))
        rows.append((one["queue"], str(len(one["waiting"])), "-" if longest is None else _span(longest), *counts))
    for line in table(rows):
        click.echo(line)
    waiting = [(one["queue"], call) for one in told["queues"] for call in one["waiting"]]
    if waiting:
        click.echo("")
        calls = [("TICKET", "CALL", "QUEUE", "WAITED", "STAGE", "RINGS")]
        calls += [
            (call["ticket"], call["call"], queue, _span(call["waited"]), str(call["stage"] + 1), call["rings"] or "-")
            for queue, call in waiting
        ]
        for line in table(calls):
            click.echo(line)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
