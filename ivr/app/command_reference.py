"""docs/commands.md from the commands themselves: ``python -m ivr.app.command_reference > docs/commands.md``."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import click

from ivr.app.cli.main import cli

TOP = """# Commands

Generated from `ivr/app/cli` by `python -m ivr.app.command_reference`; change it there.

Exit codes are the same everywhere: 0 good, 1 findings or nothing found, 2 wrong usage, 3 the world is broken (no
Asterisk, no database, no right to a file). `ivr COMMAND --help` shows what stands here.
"""


def commands(group: click.Group, under: str = "ivr") -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command, by the words that call it."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if command is not None:
            yield f"{under} {word}", command
            if isinstance(command, click.Group):
                yield from commands(command, f"{under} {word}")


def page() -> str:
    """The whole page."""
    return TOP + "".join(_told(name, command) for name, command in commands(cli))


def _told(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    parts = [f"\n## {name}\n\n"]
    if not isinstance(command, click.Group):
        parts.append(f"`{' '.join([name, *command.collect_usage_pieces(context)])}`\n\n")
    parts.append(f"{_words(command.help)}\n")
    options = [item for item in command.params if isinstance(item, click.Option)]
    rows = [record for item in options if (record := item.get_help_record(context)) is not None]
    if rows:
        parts.append("\n| option | what it is |\n|---|---|\n")
        parts += [f"| `{option}` | {' '.join(about.split())} |\n" for option, about in rows]
    if command.epilog:
        parts.append(f"\n{_example(command.epilog)}\n")
    return "".join(parts)


def _words(text: str | None) -> str:
    """Help as markdown: what click keeps as it is (after ``\\b``) is a block."""
    parts = []
    for paragraph in cleandoc(text or "").split("\n\n"):
        kept = paragraph.startswith("\b\n")
        parts.append(f"```\n{paragraph[2:]}\n```" if kept else paragraph)
    return "\n\n".join(parts)


def _example(epilog: str) -> str:
    head, _, lines = epilog.partition(": ")
    return f"{head}: " + ", ".join(f"`{line.strip()}`" for line in lines.split("  ") if line.strip())


if __name__ == "__main__":
    print(page(), end="")
