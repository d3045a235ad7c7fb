"""``ivr effort``: what a flow costs its callers, to each person and each outcome."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import config_option, flows_option, named_flows
from ivr.core.flow.wording import columns

if TYPE_CHECKING:
    from ivr.core.calls.verbs import Sentence
    from ivr.core.flow.effort import Effort, Journey
    from ivr.core.flow.model import Flow
    from ivr.core.flow.pace import Pace

FINDINGS = 1
_HEAD = ("", "to", "turns", "keys", "first time", "knows", "silent, at most", "way of the first-time caller")
_RIGHT = range(2, 7)


@click.command(epilog="Examples: ivr effort main --limit 45   ivr effort main --sounds")
@click.argument("name", default="main")
@click.option("--language", default=None, help="Only this language [default: each of the flow's].")
@click.option("--limit", type=click.FloatRange(0), help="Exit code 1 when a person costs more seconds than this.")
@click.option("--sounds", is_flag=True, help="Measure the sounds that the service has made, by the settings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@flows_option
@config_option
@click.pass_context
def effort(
    ctx: click.Context, /, name: str, *, flows: Path, limit: float | None, config: Path | None, **given: Any
) -> None:
    """Show what the flow NAME (or a file) costs a caller to come to each person and each outcome.

    Turns are answered questions, times are seconds. "First time" hears each prompt to its end and then presses;
    "knows" presses at once, before and over the prompts, where the flow lets them: for both the cheapest way counts.
    "Silent" never presses a key: attempts and the error budget run out, and of conditions, opening hours and sources
    outside the dearest way counts. Flows that are entered count with all that happens in them; a flow that others
    enter shows its outcomes too. The costliest people come first.

    A recording counts with its own length, and with --sounds also what was made by `ivr prompts --render` or by the
    service; the heading says how many of the texts that are. The others are estimated (English 14, Chinese 4.5
    characters a second), values are typical ones, and `fetch` and `lookup` take one second.

    --limit looks at the first-time caller, and at people whom no way leads to; a flow without a person exceeds it too.
    Exit code 0, 1 when the flow has mistakes or exceeds the limit, 2 when there is no such flow.
    """
    from ivr.core.flow.effort import efforts, involved

    flow = next(iter(named_flows(ctx, name, flows).values()))
    language = given["language"]
    if language is not None and language not in flow.languages:
        raise click.BadParameter(f"{language!r} is none of {', '.join(flow.languages)}", param_hint="--language")
    pace = _pace(flow, asyncio.run(_sounds(flow, config)) if given["sounds"] else {})
    found = {tag: efforts(flow, tag, pace) for tag in ([language] if language else flow.languages)}
    templates = [template for one in involved(flow) for template in one.templates()]
    measured = {tag: pace.measured(templates, tag) for tag in found}
    if given["as_json"]:
        _as_json(flow, found, measured)
    else:
        for tag, items in found.items():
            click.echo(f"{flow.name}, {tag} ({_share(*measured[tag])})")
            click.echo("\n".join(_table(items)) + "\n")
    if limit is not None:
        ctx.exit(_held(found, limit))


def _pace(flow: Flow, lengths: dict[Sentence, float]) -> Pace:
    from ivr.core.flow.pace import Pace

    return Pace(lengths, flow.surroundings.outside.recordings or {})


async def _sounds(flow: Flow, config: Path | None) -> dict[Sentence, float]:
    """The lengths of the sounds that were made, by the settings."""
    from ivr.adapters.system.clock import SystemClock
    from ivr.app.config import load
    from ivr.app.prompts import measured
    from ivr.app.voices import Voices
    from ivr.core.flow.effort import involved

    settings = load(config)
    voices = Voices(settings, SystemClock())
    try:
        return await measured(involved(flow), voices.over(settings.flows / "prompts"))
    finally:
        await voices.aclose()


def _share(measured: int, texts: int) -> str:
    if not measured:
        return "estimated from the texts"
    if measured == texts:
        return "all texts measured"
    return f"{measured} of {texts} texts measured, the others estimated"


def _held(found: dict[str, tuple[Effort, ...]], limit: float) -> int:
    """The exit code: whether all people are within the limit; those who are not are told."""
    from ivr.core.flow.effort import Interest, over

    lost = not any(item.goal.interest is Interest.PERSON for items in found.values() for item in items)
    if lost:
        click.echo("no action of this flow leads to a person", err=True)
    slow = [(tag, item) for tag, items in found.items() for item in over(items, limit)]
    for tag, item in slow:
        costs = f"costs {item.first.seconds:.1f}s" if item.first else "cannot be reached"
        click.echo(f"{item.goal.name} in '{item.goal.section}' {costs} ({tag}); the limit is {limit:g}s", err=True)
    return FINDINGS if slow or lost else 0


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


def _as_json(flow: Flow, found: dict[str, tuple[Effort, ...]], measured: dict[str, tuple[int, int]]) -> None:
    document = {
        "flow": flow.name,
        "texts": {tag: {"measured": known, "all": texts} for tag, (known, texts) in measured.items()},
        "languages": {tag: [_document(item) for item in items] for tag, items in found.items()},
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


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
