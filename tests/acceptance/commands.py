"""The commands of the lab, run in this process on the lab of this session."""

from __future__ import annotations

from click.testing import CliRunner, Result

from ivr.app.cli.lab import lab as command
from ivr.app.lab.lab import Lab


def run(lab: Lab, *words: str) -> Result:
    """The command, on the lab of this session."""
    where = ["--dir", str(lab.plan.home), "--lab", lab.plan.instance]
    return CliRunner().invoke(command, [words[0], *where, *words[1:]])


def lines(result: Result) -> list[str]:
    """The transcript without times, blanks run together."""
    return [" ".join(line.split()[1:]) for line in result.stdout.splitlines()]
