"""``ivr agents``: who works in queues and what they can do, one by one or as a table from a spreadsheet.

All of it goes through the running service, which is the only writer: a change holds at once, also for calls that wait.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from ivr.app.cli.asking import REFUSED, answer, user
from ivr.app.cli.options import config_option
from ivr.app.cli.tables import table
from ivr.core.base.errors import IvrError

REFUSALS = ("refused", "bad_agent", "unknown_agent")
WITHIN = 60.0  # seconds; thousands of agents take a while
MOST_NAMED = 10  # ids that the outcome of an import names

Document = dict[str, Any]
Command = TypeVar("Command", bound=Callable[..., Any])


class Level(click.ParamType[tuple[str, int]]):
    """A skill and its level: ``billing=3``."""

    name = "skill"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """The name of the skill and the level."""
        from ivr.core.acd.record import skill

        if isinstance(value, tuple):
            return value
        try:
            return skill(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _fields(command: Command) -> Command:
    """The options that say what is in a record."""
    for option in (
        click.option("--order", type=int, help="The place among agents, for queues that ring in a fixed order."),
        click.option("--language", "languages", multiple=True, metavar="TAG", help="A language, like en; repeatable."),
        click.option(
            "--skill", "skills", multiple=True, type=Level(), metavar="NAME=LEVEL", help="1 to 5; repeatable."
        ),
        click.option("--group", "groups", multiple=True, metavar="NAME", help="A group; repeatable."),
        click.option("--queue", "queues", multiple=True, metavar="NAME", help="A queue to work in; repeatable."),
        click.option("--name", help="The name, for people."),
    ):
        command = option(command)
    return command


def _by(command: Command) -> Command:
    return click.option("--by", help="Who does it. [default: the user who is logged in]")(command)


@click.group()
def agents() -> None:
    """Show who works in queues, and change who they are and what they can do.

    \b
    ivr agents add ann --name "Ann Lee" --address 201 --queue billing --skill billing=3 --language en
    ivr agents skill ann billing=4 contracts=0
    ivr agents list
    """


@agents.command("list", epilog="Example: ivr agents list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
def listed(config: Path | None, as_json: bool) -> None:
    """List all agents. Exit code 0, 3 when no service runs."""
    told = _ask(config, "GET", "")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not told["agents"]:
        click.echo("There are no agents yet. `ivr agents add` makes one.")
    else:
        head = ("AGENT", "NAME", "ADDRESS", "QUEUES", "GROUPS", "SKILLS", "LANGUAGES", "ORDER")
        for line in table([head, *(_row(one) for one in told["agents"])]):
            click.echo(line)


@agents.command(epilog="Example: ivr agents show ann")
@click.argument("agent_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
def show(config: Path | None, agent_id: str, as_json: bool) -> None:
    """Show one agent. Exit code 0, 1 when there is none of this ID, 3 when no service runs."""
    told = _ask(config, "GET", agent_id)
    if as_json:
        click.echo(json.dumps(told["agent"], ensure_ascii=False, indent=2))
    else:
        _print(told)


@agents.command(epilog="Example: ivr agents add ann --address 201 --queue billing --skill billing=3 --language en")
@click.argument("agent_id", metavar="ID")
@click.option("--address", required=True, help="The extension or the number that is rung.")
@_fields
@_by
@config_option
def add(config: Path | None, agent_id: str, by: str | None, **given: Any) -> None:
    """Add an agent.

    ID is made of small letters, digits, _ . and -. What queues.yaml does not know is kept all the same, with a note.
    Exit code 0 added, 1 refused, 3 no service runs.
    """
    whole = {name: value for name, value in given.items() if value is not None}
    told = _ask(config, "PUT", agent_id, {**whole, "skills": dict(given["skills"])}, by, query="?new=1")
    _print(told)


@agents.command(epilog="Example: ivr agents change ann --queue sales --no-queue billing --skill sales=2")
@click.argument("agent_id", metavar="ID")
@click.option("--address", help="The extension or the number that is rung.")
@_fields
@click.option("--no-queue", "drop_queues", multiple=True, metavar="NAME", help="A queue to leave; repeatable.")
@click.option("--no-group", "drop_groups", multiple=True, metavar="NAME", help="A group to leave; repeatable.")
@click.option("--no-skill", "drop_skills", multiple=True, metavar="NAME", help="A skill that is none; repeatable.")
@click.option("--no-language", "drop_languages", multiple=True, metavar="TAG", help="A language to drop; repeatable.")
@_by
@config_option
def change(config: Path | None, agent_id: str, by: str | None, **given: Any) -> None:
    """Change an agent: what is named is added, changed or taken away, all else stays.

    Exit code 0 changed, 1 refused, 3 no service runs.
    """
    sets = {f"add_{name}": given.pop(name) for name in ("queues", "groups", "languages")}
    changes = {name: value for name, value in {**given, **sets}.items() if value not in (None, ())}
    if not changes:
        raise click.UsageError("say what to change: --address, --skill, --no-queue, …")
    if "skills" in changes:
        changes["skills"] = dict(changes["skills"])
    _print(_ask(config, "PATCH", agent_id, changes, by))


@agents.command(epilog="Example: ivr agents skill ann billing=4 contracts=0")
@click.argument("agent_id", metavar="ID")
@click.argument("skills", metavar="NAME=LEVEL...", nargs=-1, required=True, type=Level())
@_by
@config_option
def skill(config: Path | None, agent_id: str, skills: tuple[tuple[str, int], ...], by: str | None) -> None:
    """Change how well an agent knows things: 1 to 5, and 0 takes a skill away.

    It holds at once for calls that wait. Exit code 0 changed, 1 refused, 3 no service runs.
    """
    levels = dict(skills)
    kept = {name: level for name, level in levels.items() if level}
    changes = {"skills": kept, "drop_skills": [name for name in levels if name not in kept]}
    _print(_ask(config, "PATCH", agent_id, changes, by))


@agents.command(epilog="Example: ivr agents remove ann")
@click.argument("agent_id", metavar="ID")
@_by
@config_option
def remove(config: Path | None, agent_id: str, by: str | None) -> None:
    """Remove an agent; a talk is not cut off by it. Exit code 0 removed, 1 refused, 3 no service runs."""
    told = _ask(config, "DELETE", agent_id, {}, by)
    click.echo(f"removed: {'  '.join(cell for cell in _row(told['agent'])[:3])}")


@agents.command("import", epilog="Example: ivr agents import agents.csv --dry-run")
@click.argument("file", metavar="FILE", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@_by
@config_option
def import_(config: Path | None, file: IO[bytes], dry_run: bool, by: str | None) -> None:
    """Add and change agents as a table says, FILE or - for standard input; who is not in it stays as they are.

    The table is CSV with the columns id, name, address, queues, groups, skills, languages and order; several values in
    a cell have ; between them, skills are written billing=3. With a mistake in it, all of them are told and nothing is
    changed. Exit code 0 done, 1 mistakes or refused, 3 no service runs.
    """
    from ivr.core.acd import record, sheet

    found, wrong = sheet.read(file.read(sheet.MOST_BYTES + 1))
    for one in wrong:
        column = f"{one.column}: " if one.column else ""
        click.echo(_printable(f"{file.name}:{one.line}: {column}{one.message}"), err=True)
    if wrong:
        count = f"{len(wrong)} mistake{'' if len(wrong) == 1 else 's'}"
        click.echo(f"{count}, nothing is changed", err=True)
        raise SystemExit(REFUSED)
    body = {"agents": [record.document(agent) for agent in found], "only_look": dry_run}
    told = _ask(config, "POST", "", body, by)
    for what in ("new", "changed"):
        would = "would be " if dry_run else ""
        click.echo(f"{would}{what}: {_named(told[what])}")
    click.echo(f"unchanged: {told['unchanged']}")
    _note(told)


@agents.command(epilog="Example: ivr agents export agents.csv")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True))
@config_option
def export(config: Path | None, file: str) -> None:
    """Write all agents as a table, to FILE or with - to the screen; `ivr agents import` reads it.

    A cell that a spreadsheet would take for a formula has a ' before it. Exit code 0 written, 3 no service runs.
    """
    from ivr.core.acd import record, sheet

    found = [record.read(one) for one in _ask(config, "GET", "")["agents"]]
    text = sheet.write(found)
    if file == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise IvrError(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file}: {len(found)} agent{'' if len(found) == 1 else 's'}")


def _ask(
    config: Path | None,
    method: str,
    agent_id: str,
    body: Document | None = None,
    by: str | None = None,
    *,
    query: str = "",
) -> Document:
    from urllib.parse import quote

    from ivr.app.config import load

    path = f"/v1/agents/{quote(agent_id, safe='')}" if agent_id else "/v1/agents"
    told = {**(body or {}), "by": by or user()}
    return answer(load(config), method, path + query, told, refusals=REFUSALS, within=WITHIN)


def _row(one: Document) -> tuple[str, ...]:
    skills = [f"{name}={level}" for name, level in one["skills"].items()]
    sets = (one["queues"], one["groups"], skills, one["languages"])
    return (
        one["id"],
        one["name"] or "-",
        one["address"],
        *(" ".join(names) or "-" for names in sets),
        str(one["order"]),
    )


def _print(told: Document) -> None:
    heads = ("agent", "name", "address", "queues", "groups", "skills", "languages", "order")
    for head, cell in zip(heads, _row(told["agent"]), strict=True):
        click.echo(f"{head:<9}  {_printable(cell)}")
    _note(told)


def _note(told: Document) -> None:
    for warning in told.get("warnings", ()):
        click.echo(f"note: {_printable(warning)}", err=True)


def _named(ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"{len(ids)}" + (f" ({', '.join(ids[:MOST_NAMED])}{more})" if ids else "")


def _printable(text: str) -> str:
    from ivr.core.calls.trace import printable

    return printable(text)
