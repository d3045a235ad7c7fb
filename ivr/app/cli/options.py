"""Options that several commands share, each made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ivr.core.flow.model import Flow

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    """``--config``: the settings' file; without it `ivr.app.config.find` says which."""
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option("--config", type=kind, help="Settings [default: IVR_CONFIG, ./ivr.yaml].")(command)


def flows_option(command: Command) -> Command:
    """``--flows``: the folder in which flows are looked for by name."""
    kind = click.Path(file_okay=False, path_type=Path)
    return click.option("--flows", type=kind, default=Path("flows"), show_default=True, help="Folder of flows.")(
        command
    )


def named_flows(ctx: click.Context, name: str | None, folder: Path) -> dict[str, Flow]:
    """The flow of a name or a file (None: all of the folder), by name; with mistakes, its findings and exit code 1."""
    from ivr.app.flows import files, load_files

    if name is None:
        paths = files(folder) if folder.is_dir() else []
        if not paths:
            raise click.UsageError(f"there is no flow in {folder}; name another folder with --flows")
    else:
        paths = [Path(name) if name.endswith((".yaml", ".yml")) else folder / f"{name}.yaml"]
        if not paths[0].is_file():
            raise click.UsageError(f"there is no {paths[0]}; name a flow of {folder}, or a file")
    loaded = load_files(paths)
    if loaded.broken:
        for shown in loaded.shown:
            click.echo(shown, err=True)
        ctx.exit(1)
    return loaded.flows
