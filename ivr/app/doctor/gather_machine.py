"""Looks at this machine: Asterisk's files, shared folders, users, ports and disk. Changes nothing."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shutil
import socket
from pathlib import Path

from ivr.app.config import Settings
from ivr.app.config_fields import is_loopback
from ivr.app.control import Control
from ivr.app.doctor import asterisk_files
from ivr.app.doctor.facts import Files, Machine, Place, User
from ivr.core.base.errors import IvrError

ASTERISK_USER = "asterisk"


def files(settings: Settings) -> Files | None:
    """Asterisk's configuration, when its folder is on this machine."""
    folder = settings.asterisk.config
    if not is_loopback(settings.ami.host) or not folder.is_dir():
        return None
    return Files(*(asterisk_files.read(folder / name) for name in ("manager.conf", "extensions.conf", "pjsip.conf")))


async def machine(settings: Settings) -> Machine:
    """The folders and ports that the settings name."""
    ports = ((settings.agi.host, settings.agi.port), (settings.control.host, settings.control.port))
    local = is_loopback(settings.ami.host)
    return Machine(
        prompts=place(settings.prompts.cache),
        recordings=place(settings.recordings),
        data=place(settings.data),
        token=place(settings.control.token_file),
        secret=place(settings.ami.secret_file),
        service=_owner(settings.data),
        asterisk=_user(_asterisk_user(settings)) if local else None,
        taken=frozenset(port for host, port in ports if _taken(host, port)),
        serving=await _serving(settings),
    )


def place(path: Path) -> Place:
    """A file or folder with its rights, and its parents with theirs."""
    return Place(
        path,
        *_rights(path),
        above=tuple(Place(folder, *_rights(folder)) for folder in path.parents),
        free_mb=_free(path),
    )


def _rights(path: Path) -> tuple[int | None, int, int]:
    try:
        seen = path.stat()
    except OSError:
        return None, 0, 0
    return seen.st_mode, seen.st_uid, seen.st_gid


def _free(path: Path) -> int | None:
    """Megabytes free on the disk that the path is on, or would be."""
    for folder in (path, *path.parents):
        try:
            return shutil.disk_usage(folder).free // 1_000_000
        except OSError:
            continue
    return None


def _asterisk_user(settings: Settings) -> str:
    """The user that asterisk.conf names, or the one that packages make."""
    entry = asterisk_files.read(settings.asterisk.config / "asterisk.conf").last("options", "runuser")
    return entry.value if entry else ASTERISK_USER


def _user(name: str) -> User | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    groups = {found.pw_gid, *(group.gr_gid for group in grp.getgrall() if name in group.gr_mem)}
    return User(name, found.pw_uid, frozenset(groups))


def _owner(path: Path) -> User | None:
    """The user who owns the service's data, and therefore runs it."""
    try:
        return _user(pwd.getpwuid(path.stat().st_uid).pw_name)
    except (OSError, KeyError):
        return None


def _taken(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as trouble:
        return trouble.errno == errno.EADDRINUSE
    return False


async def _serving(settings: Settings) -> bool:
    """Whether the service of these settings answers."""
    try:
        return bool(await Control(settings).get("/v1/health"))
    except (IvrError, OSError, TimeoutError, ValueError):
        return False


def this_user() -> str:
    """Who runs doctor."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
