"""``ivr check``: every mistake of every flow, at once, before a caller meets it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ivr.core.document.problems import Problem, Severity


@click.command(epilog="Example: ivr check flows/")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Find mistakes in flows before a caller does.

    PATHS are flow files or folders of them [default: flows]. Exit code 0 when every flow can be run (there may be
    warnings), 1 when one cannot, 2 when there is nothing to check.
    """
    from ivr.app.flows import files, load_files

    found = [file for path in paths or (Path("flows"),) for file in (files(path) if path.is_dir() else [path])]
    if not found:
        raise click.UsageError("there is no flow here; name a file, or a folder with .yaml files")
    loaded = load_files(found)
    errors = sum(problem.severity is Severity.ERROR for problem in loaded.problems)
    warnings = len(loaded.problems) - errors
    if as_json:
        click.echo(json.dumps(_document(found, loaded.problems, errors, warnings), ensure_ascii=False, indent=2))
    else:
        for shown in loaded.shown:
            click.echo(shown + "\n")
        click.echo(f"{_count(len(found), 'flow')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    ctx.exit(1 if errors else 0)


def _document(files: list[Path], problems: tuple[Problem, ...], errors: int, warnings: int) -> dict[str, object]:
    """The findings as JSON."""
    found = []
    for problem in problems:
        item = asdict(problem)
        found.append({**item.pop("mark"), **item})
    return {"files": [str(file) for file in files], "errors": errors, "warnings": warnings, "problems": found}


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
