"""``ivr simulate``: a flow at the terminal, with no Asterisk and no database."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.adapters.system.clock import SystemClock
from ivr.app.flows import load_files, load_folder
from ivr.core.calls.events import EndReason
from ivr.core.flow.model import Flow
from ivr.core.flow.simulate import Line, Simulation
from ivr.core.flow.state import Facts

MAIN = "main"
NOTHING = "-"  # no page has this name: its findings are shown when its flow is tried
_LOOK = {"ivr": ("  ivr  ", "cyan"), "caller": ("caller ", None), "flow": ("       ", "bright_black")}


@click.command(epilog="Example: ivr simulate main --from +15551230001 --language zh")
@click.argument("name", default="")
@click.option(
    "--flows",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("flows"),
    show_default=True,
    help="Folder of flows.",
)
@click.option(
    "--from", "caller", metavar="NUMBER", default="+15551230001", show_default=True, help="The caller's number."
)
@click.option("--to", "called", default="100", show_default=True, help="The number that is called.")
@click.option("--language", default=None, help="The caller's language [default: the flow's first].")
@click.option("--currency", default="USD", show_default=True, help="What amounts of money are in.")
@click.option("--at", default=None, help="When the call comes in: 2026-11-23T10:00 [default: now].")
@click.option("--returned", is_flag=True, help="The call was interrupted and comes back.")
@click.pass_context
def simulate(ctx: click.Context, /, name: str, flows: Path, at: str | None, returned: bool, **given: str) -> None:
    """Try the flow NAME (or a file): you are the caller. Without a NAME the number that is called chooses the flow.

    A line of keys is pressed, an empty line is silence, "hangup" (or the end of the input) leaves. Exit code 0 when
    the call came to an end, 1 when the flow has mistakes or failed.
    """
    facts = Facts(
        call_id="call_1",
        caller=given["caller"],
        caller_name="",
        called=given["called"],
        at=_instant(at),
        language=given["language"],
        currency=given["currency"],
    )
    simulation = Simulation(_flow(ctx, name, flows, facts), facts, returned=returned)
    _show(simulation.begin())
    while simulation.over is None:
        line = _read()
        _show(simulation.hang_up() if line is None else simulation.line(line))
    ctx.exit(1 if simulation.over.reason is EndReason.FAILED else 0)


def _flow(ctx: click.Context, name: str, folder: Path, facts: Facts) -> Flow:
    """The flow, or its findings and exit code 1; the other flows of its folder can be entered from it."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder / f"{name or _answering(folder, facts)}.yaml"
    if not path.is_file():
        raise click.UsageError(f"there is no {path}; name a flow of {folder}, or a file")
    loaded = load_files([path])
    if path.stem not in loaded.flows or loaded.broken:
        for shown in loaded.shown:
            click.echo(shown, err=True)
        ctx.exit(1)
    return loaded.flows[path.stem]


def _answering(folder: Path, facts: Facts) -> str:
    """The flow that answers the number, by ``numbers.yaml``; without a line for it that is ``main``."""
    if not folder.is_dir():
        return MAIN
    found = load_folder(folder, only=[NOTHING])
    chosen = found.bundle and found.bundle.numbers.flow_for(facts.called, facts.caller, facts.at, facts.zone)
    if not chosen:
        return MAIN
    click.secho(f"     · {facts.called} is answered by {chosen.flow}: {chosen.why}", fg="bright_black")
    return chosen.flow


def _instant(at: str | None) -> datetime:
    if at is None:
        return SystemClock().now()
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        raise click.BadParameter(f"{at!r} is not like 2026-11-23T10:00", param_hint="--at") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _show(lines: Iterable[Line]) -> None:
    for line in lines:
        if line.who == "caller" and sys.stdin.isatty():
            continue  # it stands there already, as it was typed
        prefix, colour = _LOOK.get(line.who, ("     · ", "bright_black"))
        click.secho(prefix + line.text, fg=colour)


def _read() -> str | None:
    """The next line of input; None at its end."""
    if sys.stdin.isatty():
        click.secho("caller ", nl=False)
        sys.stdout.flush()
    line = sys.stdin.readline(10_000)
    return line if line else None
