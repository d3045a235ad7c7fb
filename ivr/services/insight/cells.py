"""What a cell of a table can hold: instants as text, texts of bounded length, JSON without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

MOST_TEXT = 4000
MOST_DETAIL = 16_000  # characters of JSON

Value = str | int | float | None
Values = tuple[Value, ...]
Row = Mapping[str, Any]


@lru_cache(maxsize=256)  # one thing begins where another ends: a third of all instants is told twice
def instant(at: datetime) -> str:
    """An instant as it is kept: ISO 8601 in UTC, cut to milliseconds."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:23] + "Z"


def moment(text: str) -> datetime:
    """The instant that `instant` wrote."""
    return datetime.fromisoformat(text)


def bounded(text: str) -> str:
    """A text that a database takes, cut where it is too long."""
    if len(text) > MOST_TEXT:
        text = text[: MOST_TEXT - 1] + "…"
    # Half a surrogate pair is no character and no database takes it; callers' names have been seen with one.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(value: object) -> str:
    # What JSON does not know: instants, money, and secrets, whose text is the mask.
    return value.isoformat() if isinstance(value, datetime) else str(value)


encoded = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def document(detail: Mapping[str, Any]) -> str:
    """Details as JSON; far too many are cut, and are no details any more."""
    if not detail:
        return "{}"
    text = encoded(detail)
    if len(text) > MOST_DETAIL:
        return json.dumps({"cut": text[:MOST_TEXT].encode("utf-8", "replace").decode()}, ensure_ascii=False)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
