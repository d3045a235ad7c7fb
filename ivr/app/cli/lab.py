"""``ivr lab``: a real Asterisk with a bank of phones, to try flows on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ivr.app.lab.root import LabError

Command = TypeVar("Command", bound=Callable[..., Any])


def _common(command: Command) -> Command:
    home = click.option(
        "--dir",
        "home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="IVR_LAB",
        default=".lab",
        show_default=True,
        help="Folder of the lab.",
    )
    name = click.option("--lab", "instance", default="main", show_default=True, help="Which lab of that folder.")
    return home(name(command))


def _steps() -> Callable[[str], None]:
    """Says a step with the seconds since the command began."""
    began = time.monotonic()
    return lambda line: click.echo(f"[{time.monotonic() - began:6.1f} s] {line}", err=True)


@click.group()
def lab() -> None:
    """A real Asterisk with a bank of phones to try flows on.

    \b
    ivr lab up        start the PBX, the phones and the service
    ivr lab call 100  place a call and see what happens
    ivr lab down      stop what was started
    """


@lab.command(epilog="Example: ivr lab build")
@_common
def build(home: Path, instance: str) -> None:
    """Build the small Debian with Asterisk that the lab runs in (as root; about 550 MB, once)."""
    from ivr.app.lab.build import build as build_root

    build_root(home, _steps())


@lab.command(epilog="Example: ivr lab up --flows ./flows --listen 192.0.2.10")
@_common
@click.option(
    "--flows",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default="flows",
    show_default=True,
    help="Folder of flows.",
)
@click.option("--listen", default="", help="Also take calls of the account `phone` on this address (UDP).")
@click.option("--offset", default=0, help="Move every port by this, a multiple of 100, for a second lab.")
@click.option("--no-service", is_flag=True, help="Start Asterisk and the phones only.")
def up(home: Path, instance: str, flows: Path, listen: str, **wishes: Any) -> None:
    """Start the PBX, the phones and the service; what is running already is left alone."""
    from ivr.app.lab.lab import new_lab

    offset = wishes["offset"]
    if offset % 100 or not 0 <= offset <= 1000:
        raise click.BadParameter("it is a multiple of 100, at most 1000", param_hint="--offset")
    found = new_lab(home, instance, offset=offset, listen=listen, say=_steps())
    found.up(flows=flows, service=not wishes["no_service"])


@lab.command(epilog="Example: ivr lab down")
@_common
def down(home: Path, instance: str) -> None:
    """Stop what `ivr lab up` started, and nothing else."""
    from ivr.app.lab.lab import find_lab

    if not (home / instance / "lab.json").exists():
        click.echo("no lab is up")
        return
    click.echo("stopped" if find_lab(home, instance).down() else "no lab is up")


@lab.command(epilog="Example: ivr lab status --json")
@_common
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def status(home: Path, instance: str, as_json: bool) -> None:
    """Show what is running, who is in the phone bank, and how to call in from a phone of your own."""
    from ivr.app.lab.lab import find_lab
    from ivr.app.lab.status import described, report

    document = described(find_lab(home, instance))
    click.echo(json.dumps(document, indent=1) if as_json else report(document))
    if not document["up"]:
        raise click.exceptions.Exit(1)


@lab.command(epilog='Example: ivr lab call 100 --from +15551230001 --press "w3 1 w2 4567#"')
@_common
@click.argument("number")
@click.option("--from", "caller", default="+15551230001", show_default=True, help="The caller's number.")
@click.option("--name", "caller_name", default="", help="The caller's name.")
@click.option("--as", "party", default="", help="Call as a phone of the house (1002), not from outside.")
@click.option(
    "--press", default="", help="What the caller does: keys, w2 (wait 2 s), p (hear a prompt out), s (--say)."
)
@click.option("--say", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A wav file to speak.")
@click.option("--record", type=click.Path(path_type=Path, dir_okay=False), help="Keep both directions as a stereo wav.")
@click.option("--longest", type=click.FloatRange(1, 600), default=60.0, show_default=True, help="Hang up after.")
@click.option("--json", "as_json", is_flag=True, help="Say how it went as JSON, after the transcript.")
def call(home: Path, instance: str, number: str, as_json: bool, **wishes: Any) -> None:
    """Place a real SIP call and print what was heard and what happened, as it happens.

    A prompt is only told as heard when it is found in the sound that the phone received. Exit code 1 when the call
    was not answered, or a prompt was not heard.
    """
    from ivr.app.lab.keys import moves
    from ivr.app.lab.lab import find_lab
    from ivr.app.lab.place import Order, place

    order = Order(
        number,
        caller=wishes["caller"],
        name=wishes["caller_name"],
        party=wishes["party"],
        moves=tuple(moves(wishes["press"])),
        speech=wishes["say"],
        record=wishes["record"],
        longest=wishes["longest"],
    )
    found = find_lab(home, instance)
    if not found.state().is_up:
        raise LabError("the lab is not up", hint="start it: `ivr lab up`")
    placed = asyncio.run(place(found, order, click.echo))
    if as_json:
        click.echo(json.dumps({"answered": placed.answered, "cause": placed.cause, "unheard": placed.unheard}))
    if not placed.answered or placed.unheard:
        raise click.exceptions.Exit(1)
