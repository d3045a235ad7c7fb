"""Builds the tree that the lab's Asterisk lives in: a small Debian with Asterisk 22, by debootstrap.

The tree is made beside its place and moved there when it is whole, so a run that was interrupted leaves nothing
behind but fetched packages, which the next run uses. Nothing is mounted by us; what debootstrap mounted before it was
interrupted is unmounted before anything is deleted.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ivr.app.lab.root import LabError

SUITES = ("forky", "sid")
"""Where to look, in this order: Debian 12 and 13 themselves carry no Asterisk."""

INCLUDE = "asterisk,asterisk-core-sounds-en-wav"
PROGRESS_SECONDS = 5.0
DEVICES = (
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
    ("console", 5, 1),
    ("ptmx", 5, 2),
)
"""What a Linux system needs in ``/dev``, with the kernel's numbers for it."""
_PHASES = {
    "Retrieving": "fetching packages",
    "Extracting": "unpacking the base",
    "Installing": "installing the base",
    "Unpacking": "unpacking the rest",
    "Configuring": "setting up",
}

Say = Callable[[str], None]


def build(home: Path, say: Say) -> Path:
    """Builds ``home/root`` when it is not there; its path. Raises LabError with the last words of debootstrap."""
    root = home / "root"
    if (root / "usr/sbin/asterisk").exists():
        return root
    if os.geteuid() != 0:
        raise LabError("only root can build the lab's Asterisk", hint="run it as root, or install Asterisk yourself")
    if shutil.which("debootstrap") is None:
        raise LabError("debootstrap is not installed", hint="apt-get install debootstrap")
    home.mkdir(parents=True, exist_ok=True)
    fresh, cache, log = home / "root.new", home / "packages", home / "build.log"
    cache.mkdir(exist_ok=True)
    for suite in SUITES:
        _clear(fresh)
        _make_devices(fresh)
        say(f"building a Debian ({suite}) with Asterisk; about 550 MB, a minute or two")
        if _debootstrap(suite, fresh, cache, log, say):
            break
        say(f"{suite} did not do; see {log}")
    else:
        raise LabError("no Debian with Asterisk could be built", hint=f"see {log}; is the package mirror within reach?")
    version = subprocess.run(["chroot", str(fresh), "asterisk", "-V"], capture_output=True, text=True, check=False)
    if version.returncode != 0:
        raise LabError(f"the Asterisk that was built does not run: {version.stderr.strip()}", hint=f"see {log}")
    _unmount(fresh)
    shutil.rmtree(fresh / "var/cache/apt/archives", ignore_errors=True)
    fresh.rename(root)
    shutil.rmtree(cache, ignore_errors=True)
    say(version.stdout.strip())
    return root


def _debootstrap(suite: str, target: Path, cache: Path, log: Path, say: Say) -> bool:
    """Runs debootstrap and tells how far it is; whether it succeeded.

    The empty mirror is debootstrap's own default; the script's name is given because an older debootstrap does not
    know a newer suite.
    """
    options = ["--variant=minbase", f"--include={INCLUDE}", f"--cache-dir={cache.absolute()}"]
    command = ["debootstrap", *options, suite, str(target), "", "sid"]
    with (
        log.open("w", encoding="utf-8") as written,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child,
    ):
        assert child.stdout is not None
        _follow((line.decode(errors="replace") for line in child.stdout), written.write, say)
    return child.returncode == 0


def _follow(lines: Iterable[str], write: Callable[[str], object], say: Say) -> None:
    """Keeps every line and says in which phase debootstrap is, every few seconds."""
    phase, count, told = "", 0, time.monotonic()
    for line in lines:
        write(line)
        found = re.match(r"I: (\w+)", line)
        now = _PHASES.get(found[1], phase) if found else phase
        count = count + 1 if now == phase else 1
        if now != phase or time.monotonic() - told > PROGRESS_SECONDS:
            say(f"  {now}" + (f" ({count})" if count > 1 else ""))
            told = time.monotonic()
        phase = now


def _make_devices(target: Path) -> None:
    """Makes the device files that debootstrap would make with ``mknod -m``, which fails where ``/proc`` is missing.

    Where this is not allowed, debootstrap is left to find its own way.
    """
    (target / "dev").mkdir(parents=True)
    for name, major, minor in DEVICES:
        try:
            os.mknod(target / "dev" / name, stat.S_IFCHR | 0o666, os.makedev(major, minor))
        except PermissionError:
            return
        (target / "dev" / name).chmod(0o666)


def _clear(target: Path) -> None:
    """Deletes a tree that was left unfinished. Raises LabError while something is mounted in it."""
    if not target.exists():
        return
    _unmount(target)
    if any((target / "proc").iterdir() if (target / "proc").is_dir() else ()):
        raise LabError(f"something is mounted at {target / 'proc'}", hint=f"umount {target / 'proc'}")
    shutil.rmtree(target)


def _unmount(target: Path) -> None:
    for inside in ("proc/bus/usb", "proc", "sys", "dev/pts", "dev/shm"):
        place = target / inside
        if place.is_mount():
            subprocess.run(["umount", str(place)], capture_output=True, check=False)
