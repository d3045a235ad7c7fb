"""What could not be written before the service stopped: a file of numbered events, read back at the next start.

One JSON object a line: an event as `ivr.core.base.events.to_json` writes it, and its ``seq``. The file appears whole or
not at all. It lies beside the database and is readable by its owner only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from ivr.adapters.store.rows import Numbered
from ivr.core.base.events import from_json, to_json
from ivr.services.insight.projector import masked

MOST_LINE = 1_000_000  # characters; a longer line is none of ours


def place(database: Path) -> Path:
    """Where the spill of a database lies."""
    return database.with_name(database.name + ".unwritten")


def save(database: Path, events: Iterable[Numbered]) -> Path:
    """Writes the spill, in place of an older one. Raises OSError; the older one is untouched then."""
    goal = place(database)
    draft = goal.with_name(goal.name + ".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            for seq, event in events:
                file.write(json.dumps({"seq": seq, **to_json(masked(event))}, default=str) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(goal)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return goal


def read(database: Path) -> tuple[list[Numbered], int]:
    """The events of the spill in order, and how many lines could not be understood. Raises OSError."""
    events: list[Numbered] = []
    bad = 0
    try:
        file = place(database).open(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return [], 0
    with file:
        while text := file.readline(MOST_LINE):
            try:
                document = json.loads(text)
                events.append((int(document.pop("seq")), from_json(document)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                bad += 1
    events.sort(key=lambda numbered: numbered[0])
    return events, bad


def discard(database: Path, *, keep_for_reading: bool) -> None:
    """Removes the spill once all of it is in the database; one with unreadable lines is set aside instead."""
    where = place(database)
    if keep_for_reading:
        where.replace(where.with_name(where.name + ".unreadable"))
    else:
        where.unlink(missing_ok=True)
