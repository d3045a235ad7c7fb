"""Readers for what flows may reach outside: hosts, databases, and the secrets that they are asked with."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping as Environment
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.app.config_fields import path
from ivr.core.base.origins import origin
from ivr.core.base.secret import Secret
from ivr.core.document.fields import name, options, words
from ivr.core.document.problems import Mark, Problems, Severity
from ivr.core.document.source import Node, Scalar

LONGEST_SECRET = 4000


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret comes from (an environment variable or a file), and its value when it could be read."""

    mark: Mark
    env: str = ""
    file: Path | None = None
    value: Secret | None = None


def host_and_port(node: Node, problems: Problems) -> str | None:
    """A host that flows may speak to, in the one spelling of `ivr.core.base.origins`."""
    value = words(node, problems)
    if value is None:
        return None
    found = origin(value)
    if found is None:
        hint = "write crm.example.com, crm.lan:8443, or http://10.0.0.5:8080 for one without encryption; no path"
        problems.add("C180", node.mark, f"'{value}' is not a host.", hint=hint)
    return found


def path_or_none(node: Node, problems: Problems) -> Path | None:
    """A file, or none when it is said to be empty."""
    return None if isinstance(node, Scalar) and node.quoted and not node.text else path(node, problems)


def databases(node: Node, problems: Problems) -> dict[str, Path] | None:
    """The database files that flows may read, by name."""
    chosen = options(node, problems, "the databases")
    if chosen is None:
        return None
    found = {}
    for key, value in chosen.mapping:
        one = options(value, problems, f"the database '{key.text}'")
        if name(key, problems) is None or one is None:
            continue
        file = one.need("file", path, hint="the SQLite file")
        one.close()
        if file is not None:
            found[key.text] = file
    return found


def secrets(node: Node, problems: Problems) -> dict[str, SecretPlace] | None:
    """Where the secrets that flows name are to be found; a secret itself is never written here."""
    chosen = options(node, problems, "the secrets")
    if chosen is None:
        return None
    found = {}
    for key, value in chosen.mapping:
        if name(key, problems) is None:
            continue
        place = _place(key.text, value, problems)
        if place is not None:
            found[key.text] = place
    return found


def _place(called: str, node: Node, problems: Problems) -> SecretPlace | None:
    hint = f"write {called}: {{env: {called.upper()}}} or {called}: {{file: {called}.secret}}"
    if isinstance(node, Scalar):
        problems.add("C160", node.mark, "a secret does not belong in the settings.", hint=hint)
        return None
    chosen = options(node, problems, f"the secret '{called}'")
    if chosen is None:
        return None
    before = len(problems)
    env, file = chosen.get("env", words), chosen.get("file", path)
    chosen.close()
    if len(problems) > before:
        return None
    if (env is None) is (file is None):
        problems.add("C181", node.mark, f"the secret '{called}' comes from one place.", hint=hint)
        return None
    return SecretPlace(node.mark, env or "", file)


def resolved(
    places: dict[str, SecretPlace], home: Path, environment: Environment[str, str], problems: Problems
) -> dict[str, SecretPlace]:
    """The secrets with their values; one that is not there is a warning, a file that others may read an error."""
    return {called: _resolved(called, place, home, environment, problems) for called, place in places.items()}


def _resolved(
    called: str, place: SecretPlace, home: Path, environment: Environment[str, str], problems: Problems
) -> SecretPlace:
    if place.file is None:
        value = environment.get(place.env, "").strip()
        if not value:
            message = f"the secret '{called}' is not there: the environment has no {place.env}."
            problems.add("C182", place.mark, message, hint=f"set {place.env}", severity=Severity.WARNING)
            return place
        return replace(place, value=_sound(called, value, place, problems))
    file = home / place.file
    place = replace(place, file=file)
    try:
        with file.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                message = f"others than its owner may read {file}."
                problems.add("C161", place.mark, message, hint=f"chmod 600 {file}")
            value = stream.read(LONGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        message = f"the secret '{called}' cannot be read from {file}: {reason}."
        hint = "the service's user needs to read it"
        problems.add("C182", place.mark, message, hint=hint, severity=Severity.WARNING)
        return place
    return replace(place, value=_sound(called, value, place, problems))


def _sound(called: str, value: str, place: SecretPlace, problems: Problems) -> Secret | None:
    """The secret, unless it is empty or has a character that would break a header."""
    if value and value.isprintable():
        return Secret(value)
    what = "is empty" if not value else "has a line break, or another character that cannot be sent"
    problems.add("C182", place.mark, f"the secret '{called}' {what}.", severity=Severity.WARNING)
    return None
