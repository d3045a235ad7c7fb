"""A folder of flows, read whole: its pages, its holiday calendars, its recorded prompts.

What is read is what was there at one moment: names, sizes and times are taken before and after, and when something
has changed meanwhile, everything is read again. A link is followed only while it stays in the folder.

A page that cannot be read is an error, because flows would be missing. A recording that is none — too large, a link
that leads out, no file at all — is left out: its words are spoken, and `ivr prompts` says what is wrong with it.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ivr.core.base.errors import FlowError

PROMPTS = "prompts"
PAGES = (".yaml", ".yml", ".ics")
MOST_FILES = 20_000
MOST_PAGE = 2_000_000  # bytes
MOST_SOUND = 10 * 1024**2
MOST_BYTES = 1024**3
NONE = -1  # the size of a recording that is left out
DEEPEST = 6  # folders under prompts
TRIES = 20
BETWEEN_TRIES = 0.1  # seconds

Stamp = tuple[tuple[str, int, int, int], ...]
"""Every file of a folder with its time of change (ns), size and number: another stamp, other content."""


def stamp(folder: Path) -> Stamp:
    """What the folder's files look like now, without reading them. Raises FlowError for what may not be read."""
    root = _root(folder)
    try:
        return tuple(_seen(root, name) for name in _names(root))
    except OSError as error:
        raise FlowError(f"{error.filename} cannot be read: {error.strerror}", hint="look at its rights") from error


def read_whole(folder: Path) -> tuple[Mapping[str, bytes], Stamp]:
    """Every file by its name in the folder, as all were at one moment, and their stamp. Raises FlowError."""
    root = _root(folder)
    for attempt in range(TRIES):
        if attempt:
            time.sleep(BETWEEN_TRIES)  # whoever writes needs a moment
        before = stamp(root)
        files = _read(root, before)
        if files is not None and stamp(root) == before:
            return files, before
    raise FlowError(f"{folder} changes all the time", hint="let whatever writes there come to an end")


def _root(folder: Path) -> Path:
    if not folder.is_dir():
        raise FlowError(f"there is no folder {folder}", hint="`flows:` in ivr.yaml names it")
    return folder.resolve()


def _names(root: Path) -> list[str]:
    """The files of a bundle by name; what is hidden or meant for something else is left out."""
    found = [entry.name for entry in os.scandir(root) if entry.name.endswith(PAGES) and _is_meant(entry.name)]
    found += _under(root / PROMPTS, PROMPTS, DEEPEST)
    if len(found) > MOST_FILES:
        raise FlowError(f"{root} has more than {MOST_FILES:,} files", hint="keep only what flows need in there")
    return sorted(found)


def _under(folder: Path, name: str, depth: int) -> Iterator[str]:
    if not folder.is_dir() or not depth:
        return
    for entry in os.scandir(folder):
        if not _is_meant(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _under(folder / entry.name, f"{name}/{entry.name}", depth - 1)
        else:
            yield f"{name}/{entry.name}"


def _is_meant(name: str) -> bool:
    """Whether a file is the folder's own, and no left-over of an editor."""
    try:
        name.encode()
    except UnicodeEncodeError:  # no text in any coding that we know of
        return False
    return not name.startswith((".", "#")) and not name.endswith("~")


def _seen(root: Path, name: str) -> tuple[str, int, int, int]:
    try:
        found = _found(root, root / name)
    except FlowError:
        if "/" in name:
            return (name, 0, NONE, 0)
        raise
    if "/" in name and found.st_size > MOST_SOUND:
        return (name, found.st_mtime_ns, NONE, found.st_ino)
    return (name, found.st_mtime_ns, found.st_size, found.st_ino)


def _found(root: Path, path: Path) -> os.stat_result:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            raise FlowError(f"{path} is a link that leads out of the folder", hint="copy the file itself")
        found = path.stat()
    except (OSError, RuntimeError) as error:
        raise FlowError(f"{path} cannot be read: {error}", hint="look at its rights") from error
    if not stat.S_ISREG(found.st_mode):
        raise FlowError(f"{path} is not a file", hint="take it out of the folder")
    return found


def _read(root: Path, seen: Stamp) -> dict[str, bytes] | None:
    """The content of all files; None when one of them is gone."""
    files: dict[str, bytes] = {}
    total = 0
    for name, _, size, _ in seen:
        if size == NONE:
            continue
        try:
            files[name] = _content(root / name, MOST_PAGE if "/" not in name else MOST_SOUND)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FlowError(f"{root / name} cannot be read: {error.strerror}", hint="look at its rights") from error
        total += len(files[name])
        if total > MOST_BYTES:
            raise FlowError(f"{root} has more than {MOST_BYTES:,} bytes", hint="recordings need 8000 Hz, mono, no more")
    return files


def _content(path: Path, most: int) -> bytes:
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(number, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        hint = "a flow is a page, not a database" if most == MOST_PAGE else "save it with 8000 Hz, mono"
        raise FlowError(f"{path} is larger than {most:,} bytes", hint=hint)
    return content
