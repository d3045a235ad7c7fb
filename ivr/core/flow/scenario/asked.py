"""The request of a source as one text, for an answer to be found by a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.core.base.secret import Sealed, Secret
from ivr.core.flow.values import as_text

LONGEST = 200  # characters that are shown


def text_of(request: Mapping[str, Any], *, masked: bool = False) -> str:
    """All texts of a request, one after the other; with ``masked`` short, and without secrets."""
    text = " ".join(_texts(request, masked))
    return text[:LONGEST] if masked else text


def _texts(value: Any, masked: bool) -> Iterator[str]:
    match value:
        case Mapping():
            for item in value.values():
                yield from _texts(item, masked)
        case list() | tuple():
            for item in value:
                yield from _texts(item, masked)
        case Secret() if not masked:
            yield value.reveal()
        case Sealed() if not masked:
            yield "".join(part.reveal() if isinstance(part, Secret) else str(part) for part in value.parts)
        case None:
            return
        case str() | bool() | int() | float():
            yield as_text(value)
        case _:
            yield str(value)
