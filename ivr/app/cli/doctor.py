"""``ivr doctor``: whether settings, Asterisk and this machine fit together, and which line to change if not."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import click

from ivr.app.cli.options import config_option


@click.command(epilog="Example: ivr doctor --config /srv/ivr/ivr.yaml")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--quiet", is_flag=True, help="Leave out what is good.")
@click.pass_context
def doctor(ctx: click.Context, config: Path | None, as_json: bool, quiet: bool) -> None:
    """Check settings, Asterisk, sounds and disk; each finding names the file and line to change.

    Nothing is changed. Run it as root or as the service's user: others may not read Asterisk's files. Exit code 0 when
    calls can be taken, 1 when something must be mended first, 3 when Asterisk could not be reached.
    """
    from ivr.app.config import find
    from ivr.app.doctor.examine import examine
    from ivr.app.doctor.report import Level, drawn, summary

    logging.getLogger("ivr").addHandler(logging.NullHandler())  # trouble is reported, not logged
    found, code = asyncio.run(examine(find(config)))
    shown = [finding for finding in found if not (quiet and finding.level is Level.GOOD)]
    if as_json:
        document = {"exit_code": code, "findings": [finding.as_json() for finding in shown]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for finding in shown:
            click.echo(drawn(finding))
        click.echo(f"\n{summary(found)}")
    ctx.exit(code)
