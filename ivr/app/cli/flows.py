"""``ivr flows``: which flows are live, what was before, what is different, and making others live.

Looking works with the service and without it, from the files themselves. Publishing is the service's own doing.
"""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ivr.app.cli.options import config_option

if TYPE_CHECKING:
    from ivr.app.config import Settings
    from ivr.services.flows.library import Library

Command = TypeVar("Command", bound=Callable[..., Any])
Document = dict[str, Any]

FINDINGS = 1
PUBLISH_WITHIN = 900.0  # seconds; prompts are made and gates judge meanwhile
_STATES = {
    "same": "the same as what is live",
    "draft": "a draft: sound, `ivr flows publish` makes it live",
    "waiting": "sound, and becomes live in a moment, or when the service starts",
    "broken": "has mistakes, so the flows before go on",
    "refused": "was refused, so the flows before go on",
    "aside": "was set aside by a rollback, until something in it is changed",
}
_HOW = {"started": "at the start", "saved": "saved", "published": "published", "rolled_back": "rolled back"}


def _common(command: Command) -> Command:
    command = click.option("--json", "as_json", is_flag=True, help="One JSON document.")(command)
    return config_option(command)


def _whose(command: Command) -> Command:
    """Who does it and why, for the history."""
    note = click.option("--note", default="", metavar="TEXT", help="What changes, for the history.")
    by = click.option("--by", default="", metavar="NAME", help="Who does it [default: the user of this terminal].")
    return note(by(command))


@click.group()
def flows() -> None:
    """Show which flows are live, and make others live.

    \b
    ivr flows status    what is live, and how the folder compares with it
    ivr flows diff      what is different
    ivr flows publish   make the folder's flows live
    ivr flows rollback  go back to the flows before
    """


@flows.command(epilog="Example: ivr flows status --json")
@_common
@click.pass_context
def status(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Show what is live, since when, how the folder compares with it, and which flows calls run.

    Exit code 1 when the folder's flows have mistakes or were refused.
    """
    settings = _settings(config)

    async def here(library: Library) -> Document:
        return {**await library.status(settings.publish.on_save), "running": False}

    found = {"running": True, **_asked(settings, "/v1/flows", {}, here)}
    if as_json:
        _print_json(found)
    else:
        for line in _status_lines(found, str(settings.flows)):
            click.echo(line)
    ctx.exit(FINDINGS if found["folder"]["state"] in ("broken", "refused") else 0)


@flows.command(epilog="Example: ivr flows diff live folder")
@click.argument("old", default="live")
@click.argument("new", default="folder")
@_common
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, config: Path | None, as_json: bool) -> None:
    """Show what is different from OLD to NEW: live, folder, or a bundle's name (its first characters are enough).

    Exit code 1 when there is a difference.
    """
    from ivr.services.flows.library import as_document

    async def here(library: Library) -> Document:
        return as_document(await library.diff(old, new))

    found = _asked(_settings(config), "/v1/flows/diff", {"old": old, "new": new}, here)
    if as_json:
        _print_json(found)
    else:
        click.echo(found["text"], nl=False)
        for word in ("added", "changed", "gone"):
            for name in found[word]:
                click.echo(f"{word:<8} {name}")
    ctx.exit(FINDINGS if any(found.values()) else 0)


@flows.command(epilog="Example: ivr flows history --most 5")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@_common
def history(most: int, config: Path | None, as_json: bool) -> None:
    """List when which flows became live, newest first: by whom, why, and what the gates said."""
    from ivr.services.flows.library import document

    async def here(library: Library) -> Document:
        return {"publications": [document(one) for one in await library.history(most)]}

    found = _asked(_settings(config), "/v1/flows/history", {"most": str(most)}, here)["publications"]
    if as_json:
        _print_json(found)
        return
    for one in found:
        click.echo(_line(one))
        for gate, verdict in one["verdicts"].items():
            click.echo(f"    {gate}: {_verdict(verdict)}")
    if not found:
        click.echo("Nothing was published yet.")


@flows.command(epilog="Example: ivr flows show live main.yaml")
@click.argument("bundle", default="live")
@click.argument("file", default="")
@_common
def show(bundle: str, file: str, config: Path | None, as_json: bool) -> None:
    """Show the files of a BUNDLE (a name, live, or folder), or the text of one FILE of it."""

    async def here(library: Library) -> Document:
        return await library.show(bundle, file)

    found = _asked(_settings(config), f"/v1/flows/bundles/{bundle}", {"file": file}, here)
    if as_json:
        _print_json(found)
    elif file:
        click.echo(found["text"], nl=False)
    else:
        for name, size in found["files"].items():
            click.echo(f"{size:>10,}  {name}")


@flows.command(epilog='Example: ivr flows publish --note "new opening hours"')
@_whose
@click.option(
    "--because", default="", metavar="TEXT", help="Publish although a binding gate forbids it; the reason is kept."
)
@_common
def publish(config: Path | None, as_json: bool, **words: str) -> None:
    """Make the folder's flows live: checked, judged by the gates, prompts made, then swapped.

    Calls in progress finish on the flows that they began with. Mistakes forbid it; a gate that is binding does, too,
    but for --because.
    """
    _done(_order(_settings(config), "publish", words), as_json)


@flows.command(epilog='Example: ivr flows rollback --note "the menu was wrong"')
@click.argument("bundle", default="")
@_whose
@_common
def rollback(bundle: str, config: Path | None, as_json: bool, **words: str) -> None:
    """Make the flows live that were before, or those of BUNDLE; its own recordings come back with them.

    The folder is left as it is. It is not published again before something in it is changed.
    """
    _done(_order(_settings(config), "rollback", {**words, "bundle": bundle}), as_json)


def _settings(config: Path | None) -> Settings:
    from ivr.app.config import load

    return load(config)


def _asked(
    settings: Settings, path: str, query: dict[str, str], here: Callable[[Library], Awaitable[Document]]
) -> Document:
    """What the service answers, or what the files say when none runs."""
    from ivr.app.control import Control, NotRunning
    from ivr.app.publishing import library

    async def ask() -> Document:
        try:
            return await Control(settings).get(path, query)
        except NotRunning:
            return await here(library(settings))

    return asyncio.run(ask())


def _order(settings: Settings, what: str, words: dict[str, str]) -> Document:
    from ivr.app.control import Control

    body = {**words, "by": words["by"] or getpass.getuser()}
    return asyncio.run(Control(settings).post(f"/v1/flows/{what}", body, PUBLISH_WITHIN))


def _done(publication: Document, as_json: bool) -> None:
    if as_json:
        _print_json(publication)
        return
    click.echo(f"{publication['bundle']} is live; before it was {publication['before'] or 'nothing'}")
    for gate, verdict in publication["verdicts"].items():
        click.echo(f"    {gate}: {_verdict(verdict)}")


def _status_lines(found: Document, folder: str) -> list[str]:
    live, state = found["live"], found["folder"]
    lines = [f"live      {_line(live)}" if live else "live      nothing was published yet"]
    if not found["running"]:
        lines.append("service   not running; this is what the files say")
    words = f" ({state['words']})" if state["words"] else ""
    lines.append(f"folder    {folder} {_STATES[state['state']]}{words}")
    for gate, verdict in state["verdicts"].items():
        lines.append(f"          {gate}: {_verdict(verdict)}")
    for edition in found["editions"]:
        calls = edition["calls"]
        lines.append(f"calls     {edition['bundle']} {calls} {'call' if calls == 1 else 'calls'}")
    return [*lines, *(f"\n{finding}" for finding in state["findings"])]


def _line(one: Document) -> str:
    from ivr.core.calls.trace import printable

    note = f"  {printable(one['note'])}" if one["note"] else ""
    because = f"  (overruled: {printable(one['because'])})" if one["because"] else ""
    when = f"{one['at'][:19].replace('T', ' ')} UTC"
    return f"{one['bundle']}  {when}  {_HOW.get(one['how'], one['how'])} by {printable(one['by'])}{note}{because}"


def _verdict(verdict: Document) -> str:
    words = verdict["words"].replace("\n", "\n      ")
    if verdict["passed"]:
        return f"passed: {words}"
    return f"{'failed' if verdict['binding'] else 'failed, which is advice only'}: {words}"


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
