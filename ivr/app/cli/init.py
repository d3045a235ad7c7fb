"""``ivr init DIR``: writes settings, a sample flow, the fragments for Asterisk and a systemd unit. Never overwrites."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import click

from ivr.app import fragments
from ivr.core.base.errors import IvrError

MOST_SECRET = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A file to write: its path in the folder, its text, its mode."""

    path: str
    text: str
    mode: int = 0o644


@click.command(epilog="Example: ivr init /srv/ivr")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--user", default="ivr", show_default=True, help="The user that the service will run as.")
def init(folder: Path, user: str) -> None:
    """Write settings, a sample flow, the Asterisk fragments and a systemd unit into DIR.

    A file that is there already is left as it is, so that this can be run again.
    """
    folder = folder.absolute()
    if any(char.isspace() for char in f"{folder}{user}"):
        raise click.BadParameter("a path or user with spaces cannot stand in Asterisk's configuration or a unit")
    try:
        for path, is_new in write(folder, user):
            click.echo(f"  {'wrote' if is_new else 'kept '}  {path}")
    except OSError as error:
        raise IvrError(
            f"{error.filename} cannot be written: {error.strerror}", hint="choose a folder of yours"
        ) from error
    click.echo(next_steps(folder, user))


def write(folder: Path, user: str) -> Iterator[tuple[Path, bool]]:
    """Writes what is missing; each file, and whether it is new."""
    for name in ("flows/prompts/en", "flows/prompts/zh", "data/prompts", "recordings", "asterisk"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    secret_file = folder / "ami.secret"
    is_new = _write(secret_file, secrets.token_urlsafe(24) + "\n", 0o600)
    yield secret_file, is_new
    with secret_file.open(encoding="utf-8") as stream:
        secret = stream.read(MOST_SECRET).strip()
    for page in pages(folder, user, secret):
        yield folder / page.path, _write(folder / page.path, page.text, page.mode)


def pages(folder: Path, user: str, secret: str) -> list[Page]:
    """Every file but the secret's, with the values of this folder."""
    unit = _template("ivr.service")
    in_home = folder.is_relative_to("/home") or folder.is_relative_to("/root")
    for name, value in (
        ("@HOME@", str(folder)),
        ("@DATA@", str(folder / "data")),
        ("@RECORDINGS@", str(folder / "recordings")),
        ("@USER@", user),
        ("@COMMAND@", _command()),
        ("@PROTECT_HOME@", "read-only" if in_home else "yes"),
    ):
        unit = unit.replace(name, value)
    return [
        Page("ivr.yaml", _template("ivr.yaml")),
        Page("flows/main.yaml", _template("main.yaml")),
        Page("flows/main.scenarios.yaml", _template("main.scenarios.yaml")),
        Page("asterisk/extensions-ivr.conf", fragments.dialplan()),
        Page("asterisk/manager-ivr.conf", fragments.manager(secret), 0o600),
        Page("ivr.service", unit),
    ]


def next_steps(folder: Path, user: str) -> str:
    """What is left to do by hand, as commands."""
    return f"""
Next, as root:
  1. A user for the service, and folders that it shares with Asterisk:
       useradd --system --home-dir {folder} --groups asterisk {user}
       chown -R {user}: {folder}/data {folder}/recordings {folder}/ami.secret
       chown {user}:asterisk {folder}/data/prompts {folder}/recordings
       chmod 711 {folder}/data && chmod 2750 {folder}/data/prompts && chmod 2770 {folder}/recordings
  2. Asterisk's user for the service (manager.conf must have enabled = yes, bindaddr = 127.0.0.1):
       install -m 640 -g asterisk {folder}/asterisk/manager-ivr.conf /etc/asterisk/manager-ivr.conf
       echo '#include "manager-ivr.conf"' >> /etc/asterisk/manager.conf
  3. The dialplan, and numbers that lead to it:
       install -m 640 -g asterisk {folder}/asterisk/extensions-ivr.conf /etc/asterisk/extensions-ivr.conf
       echo '#include "extensions-ivr.conf"' >> /etc/asterisk/extensions.conf
     and in the context where your calls arrive:  exten => 100,1,Goto(ivr,${{EXTEN}},1)
  4. Let Asterisk read them:
       asterisk -rx "manager reload"; asterisk -rx "dialplan reload"
  5. See whether all fits together, and start:
       ivr doctor --config {folder}/ivr.yaml
       cp {folder}/ivr.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now ivr

Before that, without Asterisk:  cd {folder} && ivr check && ivr test && ivr simulate main"""


def _write(path: Path, text: str, mode: int) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(text)
    return True


def _template(name: str) -> str:
    return resources.files("ivr.app.templates").joinpath(name).read_text(encoding="utf-8")


def _command() -> str:
    beside = Path(sys.executable).parent / "ivr"
    return str(beside) if beside.exists() else shutil.which("ivr") or f"{sys.executable} -m ivr"
