"""``ivr serve``: runs the service until it is told to stop."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.app import server
from ivr.app.cli.options import config_option
from ivr.app.config import load
from ivr.app.logs import set_up


@click.command(epilog="Example: ivr serve --config /etc/ivr/ivr.yaml")
@config_option
def serve(config: Path | None) -> None:
    """Run the service: take calls from Asterisk and run their flows.

    SIGTERM and SIGINT stop it gently: calls reach a safe point and go back to the dialplan, which keeps the callers
    and brings them back. A second signal stops it at once; no caller is dropped then either.
    """
    settings = load(config, serving=True)
    set_up(settings.log)
    server.run(settings)
