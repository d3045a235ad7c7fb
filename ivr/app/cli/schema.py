"""``ivr schema``: what an editor has to know of flows, to check and complete them while they are written."""

from __future__ import annotations

import json

import click

from ivr.app import extensions
from ivr.core.flow import schema as schemas
from ivr.core.flow.schema import PAGES


@click.command(epilog="Example: ivr schema > flow.schema.json")
@click.argument("page", type=click.Choice(list(PAGES)), default="flow")
def schema(page: str) -> None:
    """Print the JSON Schema of a PAGE of the flows' folder, for editors [default: flow].

    An editor that has it completes words, shows what they are for and underlines mistakes of form. The meaning of a
    flow is checked by `ivr check`.
    """
    extensions.load()
    click.echo(json.dumps(schemas.page(page), ensure_ascii=False, indent=2))
