"""``ivr status``: how the running service is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from ivr.app.cli.options import config_option
from ivr.app.config import load
from ivr.app.control import Control


@click.command(epilog="Example: ivr status --json")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def status(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Show how the running service is; exit code 1 when something is amiss."""
    health = asyncio.run(Control(load(config)).get("/v1/health"))
    if as_json:
        click.echo(json.dumps(health, ensure_ascii=False, indent=2))
    else:
        for name, value in health.items():
            click.echo(f"{name:<12} {_shown(value)}")
    ctx.exit(0 if health["status"] == "ok" else 1)


def _shown(value: object) -> object:
    """A value on one line; what is within another stands in parentheses."""
    if not isinstance(value, dict):
        return value
    items = ((key, f"({_shown(item)})" if isinstance(item, dict) else item) for key, item in value.items())
    return ", ".join(f"{key} {item}" for key, item in items)
