"""Options that several commands share, each made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    """``--config``: the settings' file; without it `ivr.app.config.find` says which."""
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option("--config", type=kind, help="Settings [default: IVR_CONFIG, ./ivr.yaml].")(command)
