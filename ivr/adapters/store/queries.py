"""The queries, by name: each is a file under ``queries/`` and can be tried out with the ``sqlite-utils`` command."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(name: str) -> str:
    """The text of ``queries/<name>.sql``. Raises FileNotFoundError for a name that is none."""
    return (files("ivr.adapters.store") / "queries" / f"{name}.sql").read_text(encoding="utf-8")
