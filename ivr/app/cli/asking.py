"""What commands share that ask the running service for something: the answer, or its refusal and exit code 1."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from ivr.core.base.errors import IvrError

if TYPE_CHECKING:
    from ivr.app.config import Settings

REFUSED = 1


def answer(
    settings: Settings, method: str, path: str, body: dict[str, Any], *, refusals: Collection[str], within: float
) -> dict[str, Any]:
    """The service's answer; ends the command with the reason when it refuses. ``refusals`` are the codes of those."""
    from ivr.app.control import Control

    control = Control(settings)
    try:
        return asyncio.run(control.get(path) if method == "GET" else control.send(method, path, body, within))
    except IvrError as error:
        if error.code not in refusals:
            raise
        click.echo(f"refused: {error.message}", err=True)
        if error.hint:
            click.echo(f"         {error.hint}", err=True)
        raise SystemExit(REFUSED) from error


def user() -> str:
    """Who types, as this machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user whom this machine has no name for
        return "the command line"
