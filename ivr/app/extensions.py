"""What other packages bring: kinds of action and sources outside, by their entry points.

A package that is installed beside this one names a class of `ivr.core.flow.model.Action` in the group ``ivr.actions``
under its kind, and in ``ivr.sources`` a function that gives an `ivr.services.ports.Source`. They are known before any
flow is read. One that cannot be used stops the command or the service, and is named with the package that it is of: a
flow that relies on it would be wrong in every call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from ivr.core.base.errors import ExtensionError
from ivr.core.flow import kinds
from ivr.services.ports import Source

ACTIONS, SOURCES = "ivr.actions", "ivr.sources"
T = TypeVar("T")


@cache
def load() -> tuple[str, ...]:
    """Makes the kinds of all installed packages known, once; their names. Raises ExtensionError."""
    names = []
    for entry in _entries(ACTIONS):
        found = _tried(entry, entry.load)
        try:
            kinds.add(found, entry.name)
        except ValueError as error:
            raise _broken(entry, str(error)) from error
        names.append(entry.name)
    return tuple(names)


def sources(taken: Collection[str] = ()) -> dict[str, Source]:
    """A source of each that installed packages bring, by name; ``taken`` names are refused. Raises ExtensionError."""
    found: dict[str, Source] = {}
    for entry in _entries(SOURCES):
        if entry.name in taken or entry.name in found:
            raise _broken(entry, f"there is a source '{entry.name}' already")
        make: Callable[[], Any] = _tried(entry, entry.load)
        source = _tried(entry, make)
        if not callable(getattr(source, "ask", None)):
            raise _broken(entry, "what it gives has no  ask(request, within)")
        found[entry.name] = source
    return found


def _entries(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value))


def _tried(entry: EntryPoint, use: Callable[[], T]) -> T:
    """What a part of another package comes to. Raises ExtensionError."""
    try:
        return use()
    except Exception as error:
        raise _broken(entry, f"{type(error).__name__}: {error}") from error


def _broken(entry: EntryPoint, why: str) -> ExtensionError:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown package"
    message = f"'{entry.name}' of {package} ({entry.value}) cannot be used: {why}"
    return ExtensionError(message, hint=f"mend that package, or uninstall it; it is named in its group {entry.group}")
