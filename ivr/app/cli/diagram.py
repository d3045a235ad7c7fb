"""``ivr diagram``: a flow as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ivr.app.cli.options import flows_option, named_flows
from ivr.core.base.errors import IvrError
from ivr.core.flow.model import Flow

_ENDINGS = {"mermaid": "mmd", "svg": "svg"}


@click.command(epilog="Example: ivr diagram main --format svg --output main.svg")
@click.argument("name", default="main")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_ENDINGS)),
    help="Text for wikis, or a picture [default: what --output ends in, else mermaid].",
)
@click.option("--output", type=click.Path(path_type=Path), help="The file, or with --all the folder [default: shown].")
@click.option("--language", default=None, help="Which sentences are shown [default: the flow's first language].")
@click.option("--all", "every", is_flag=True, help="Every flow of the folder, a file each.")
@flows_option
@click.pass_context
def diagram(ctx: click.Context, /, name: str, flows: Path, output: Path | None, every: bool, **given: str) -> None:
    """Draw the flow NAME (or a file) as Mermaid text or as an SVG picture.

    Every section is a box with what happens in it, every exit that leaves a section a way with its outcome. What leads
    to a section from anywhere is told at its head: keys, errors, a spent error budget. Exit code 0, 1 when a flow has
    mistakes, 2 when there is no such flow, 3 when the file cannot be written.
    """
    if every and output is None:
        raise click.UsageError("--all needs a folder: add --output FOLDER")
    form = given["form"] or _form(output)
    found = named_flows(ctx, None if every else name, flows)
    language = _language(found, given["language"])
    if output is None:
        click.echo("".join(drawn(flow, form, language) for flow in found.values()), nl=False)
        return
    for stem, flow in found.items():
        path = output / f"{stem}.{_ENDINGS[form]}" if every else output
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn(flow, form, language), encoding="utf-8")
        except OSError as error:
            raise IvrError(f"{path} cannot be written: {error.strerror}", hint="choose another --output") from error
        click.echo(f"{path} written")


def drawn(flow: Flow, form: str, language: str | None, marks: Mapping[str, str] | None = None) -> str:
    """A flow as Mermaid or SVG text, in its first language where ``language`` is None or not its own."""
    from ivr.core.flow.diagram.chart import chart
    from ivr.core.flow.diagram.mermaid import mermaid
    from ivr.core.flow.diagram.svg import svg

    shown = language if language in flow.languages else flow.languages[0]
    picture = chart(flow, shown, marks)
    return svg(picture) if form == "svg" else mermaid(picture)


def _form(output: Path | None) -> str:
    return "svg" if output is not None and output.suffix == ".svg" else "mermaid"


def _language(found: Mapping[str, Flow], wanted: str | None) -> str | None:
    """The language that was asked for; none of the flows having it is wrong usage."""
    known = sorted({language for flow in found.values() for language in flow.languages})
    if wanted is not None and wanted not in known:
        raise click.BadParameter(f"{wanted!r} is none of {', '.join(known)}", param_hint="--language")
    return wanted
