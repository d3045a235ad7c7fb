"""``ivr``: the commands by name, each in a module of its own that is imported when the command is run.

Exit codes are the same everywhere: 0 good, 1 findings or nothing found, 2 wrong usage, 3 the world is broken (no
Asterisk, no database, no right to a file).
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

import ivr
from ivr.core.base.errors import IvrError

# name: (module, attribute, the line in the list of commands)
COMMANDS = {
    "serve": ("ivr.app.cli.serve", "serve", "Run the service."),
    "check": ("ivr.app.cli.check", "check", "Find mistakes in flows before a caller does."),
    "explain": ("ivr.app.cli.explain", "explain", "Say what a finding means and how to mend it."),
    "fmt": ("ivr.app.cli.fmt", "fmt", "Lay out flows, and the pages beside them, in one way."),
    "schema": ("ivr.app.cli.schema", "schema", "Print what an editor has to know of flows."),
    "simulate": ("ivr.app.cli.simulate", "simulate", "Try a flow at the terminal."),
    "simulate-day": ("ivr.app.cli.simulate_day", "simulate_day", "Play a day of calls and agents before it comes."),
    "test": ("ivr.app.cli.test", "run_scenarios", "Run the scenarios that stand beside the flows."),
    "diagram": ("ivr.app.cli.diagram", "diagram", "Draw a flow as Mermaid or SVG."),
    "effort": ("ivr.app.cli.effort", "effort", "Show what it costs callers to come to a person."),
    "replay": ("ivr.app.cli.replay", "replay", "Run calls of before through changed flows."),
    "hours": ("ivr.app.cli.hours", "hours", "Show when it is open and when it is closed."),
    "calls": ("ivr.app.cli.calls", "calls", "List calls."),
    "call": ("ivr.app.cli.calls", "call", "Show what happened in one call."),
    "why": ("ivr.app.cli.why", "why", "Say why a call was offered to an agent."),
    "why-not": ("ivr.app.cli.why", "why_not", "Say why an agent did not get a call."),
    "flows": ("ivr.app.cli.flows", "flows", "Show which flows are live, and make others live."),
    "prompts": ("ivr.app.cli.prompts", "prompts", "Show what flows say and where each sound comes from."),
    "announce": ("ivr.app.cli.announce", "announce", "Put a message in front of flows at once."),
    "agents": ("ivr.app.cli.agents", "agents", "Show who works in queues, and change what they can do."),
    "desk": ("ivr.app.cli.desk", "desk", "Show who works now, and sign agents in and out."),
    "queues": ("ivr.app.cli.desk", "queues", "Show who waits in queues, and change their places."),
    "status": ("ivr.app.cli.status", "status", "Show how the running service is."),
    "init": ("ivr.app.cli.init", "init", "Write settings, a sample flow and the Asterisk fragments."),
    "doctor": ("ivr.app.cli.doctor", "doctor", "Check settings, Asterisk, sounds and disk."),
    "lab": ("ivr.app.cli.lab", "lab", "A real Asterisk with a bank of phones to try flows on."),
}


class _Commands(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.command(cls=_Commands)
@click.version_option(ivr.__version__, prog_name="ivr")
def cli() -> None:
    """A self-hosted IVR and call-control server for Asterisk."""


def main() -> None:
    """Runs the command line; foreseen trouble is a sentence and exit code 3, never a trace."""
    try:
        cli(standalone_mode=True)
    except IvrError as error:
        click.echo(f"ivr: {error.message}", err=True)
        if error.hint:
            click.echo(f"     {error.hint}", err=True)
        sys.exit(3)


if __name__ == "__main__":
    main()
