"""``ivr check``: every mistake of every flow, at once, before a caller meets it."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.app.cli.options import config_option


@click.command(epilog="Example: ivr check flows/  ivr check --strict --format github")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "line", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are written: with their lines, as JSON, one line each for editors, for GitHub, or as SARIF.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@config_option
@click.pass_context
def check(
    ctx: click.Context, paths: tuple[Path, ...], form: str, as_json: bool, strict: bool, *, config: Path | None
) -> None:
    """Find mistakes in flows before a caller does.

    PATHS are flow files or folders of them [default: flows]; the pages beside flows are checked with them. Exit code 0
    when every flow can be run (there may be warnings), 1 when one cannot, 2 when there is nothing to check. A file
    `checks.yaml` beside the flows makes warnings errors, or turns them off. Where there are settings, flows are also
    checked for hosts, databases and secrets that the settings do not have.
    """
    from ivr.app import findings
    from ivr.app.config import find, load
    from ivr.app.flows import files, load_files

    paths = paths or (Path("flows"),)
    found = [file for path in paths for file in (files(path) if path.is_dir() else [path])]
    if not found:
        raise click.UsageError("there is no flow here; name a file, or a folder with .yaml files")
    settings = load(config) if config is not None or find().is_file() else None
    loaded = load_files([path for path in paths if path.exists()], settings, scenarios=True)
    errors, warnings = findings.count(loaded.problems)
    form = "json" if as_json else form
    if form == "text":
        for shown in loaded.shown:
            click.echo(shown + "\n")
        click.echo(f"{_count(len(found), 'flow')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    elif written := findings.FORMS[form]([str(file) for file in found], loaded.problems):
        click.echo(written)
    ctx.exit(1 if errors or (strict and warnings) else 0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
