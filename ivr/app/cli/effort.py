"""``ivr effort``: what a flow costs its callers, to each person and each outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import flows_option, named_flows
from ivr.core.flow.wording import columns

if TYPE_CHECKING:
    from ivr.core.flow.effort import Effort, Journey

FINDINGS = 1
_HEAD = ("", "to", "turns", "keys", "first time", "knows", "silent", "way of the first-time caller")
_RIGHT = range(2, 7)


@click.command(epilog="Example: ivr effort main --limit 45")
@click.argument("name", default="main")
@click.option("--language", default=None, help="Only this language [default: each of the flow's].")
@click.option("--limit", type=click.FloatRange(0), help="Exit code 1 when a person costs more seconds than this.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@flows_option
@click.pass_context
def effort(
    ctx: click.Context, /, name: str, *, flows: Path, language: str | None, limit: float | None, as_json: bool
) -> None:
    """Show what the flow NAME (or a file) costs a caller at least to come to each person and each outcome.

    Turns are answered questions, times are seconds. "First time" hears each prompt to its end and then presses;
    "knows" presses at once, before and over the prompts, where the flow lets them; "silent" never presses a key. The
    times are estimated from the texts (English 14, Chinese 4.5 characters a second). The costliest people come first.

    --limit looks at the first-time caller, and at people whom no way leads to; a flow without a person exceeds it too.
    Exit code 0, 1 when the flow has mistakes or exceeds the limit, 2 when there is no such flow.
    """
    from ivr.core.flow.effort import Interest, efforts, over

    flow = next(iter(named_flows(ctx, name, flows).values()))
    if language is not None and language not in flow.languages:
        raise click.BadParameter(f"{language!r} is none of {', '.join(flow.languages)}", param_hint="--language")
    found = {tag: efforts(flow, tag) for tag in ([language] if language else flow.languages)}
    if as_json:
        document = {tag: [_document(item) for item in items] for tag, items in found.items()}
        click.echo(json.dumps({"flow": flow.name, "languages": document}, ensure_ascii=False, indent=2))
    else:
        for tag, items in found.items():
            click.echo(f"{flow.name}, {tag}")
            click.echo("\n".join(_table(items)) + "\n")
    if limit is None:
        return
    lost = not any(item.goal.interest is Interest.PERSON for items in found.values() for item in items)
    if lost:
        click.echo("no action of this flow leads to a person", err=True)
    slow = [(tag, item) for tag, items in found.items() for item in over(items, limit)]
    for tag, item in slow:
        costs = f"costs {item.first.seconds:.1f}s" if item.first else "cannot be reached"
        click.echo(f"{item.goal.name} in '{item.goal.section}' {costs} ({tag}); the limit is {limit:g}s", err=True)
    ctx.exit(FINDINGS if slow or lost else 0)


def _table(items: tuple[Effort, ...]) -> list[str]:
    rows = [_HEAD, *(_row(item) for item in items)]
    widths = [max(columns(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = []
    for row in rows:
        cells = [
            " " * (width - columns(cell)) + cell if column in _RIGHT else cell + " " * (width - columns(cell))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def _row(item: Effort) -> tuple[str, ...]:
    first = item.first
    return (
        item.goal.interest.value,
        item.goal.name,
        str(first.turns) if first else "-",
        str(first.keys) if first else "-",
        *(f"{journey.seconds:.1f}s" if journey else "-" for journey in (first, item.knows, item.silent)),
        " → ".join(first.path) if first else "no way leads there",
    )


def _document(item: Effort) -> dict[str, Any]:
    goal = {"interest": item.goal.interest.value, "name": item.goal.name, "section": item.goal.section}
    return {**goal, "first": _journey(item.first), "knows": _journey(item.knows), "silent": _journey(item.silent)}


def _journey(journey: Journey | None) -> dict[str, Any] | None:
    if journey is None:
        return None
    return {
        "seconds": journey.seconds,
        "turns": journey.turns,
        "keys": journey.keys,
        "path": list(journey.path),
    }
