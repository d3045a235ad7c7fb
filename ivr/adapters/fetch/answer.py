"""Reading an answer of a foreign web service: as many bytes as are allowed, and JSON or nothing."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import aiohttp

from ivr.core.base.answers import Unbearable, bounded
from ivr.services.ports import SourceFailed

_PIECE = 65_536


async def read(response: aiohttp.ClientResponse, most_bytes: int) -> Any:
    """The answer's JSON, None for an empty one. Raises SourceFailed for anything else, or anything more."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise SourceFailed("the answer is compressed")
    if (response.content_length or 0) > most_bytes:
        raise SourceFailed("the answer is too large")
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > most_bytes:
            raise SourceFailed("the answer is too large")
    return parsed(bytes(body))


def parsed(body: bytes) -> Any:
    """The JSON (RFC 8259) of some bytes within the bounds of an answer, None for none. Raises SourceFailed."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceFailed("the answer is not UTF-8") from None
    if not text.strip():
        return None
    try:
        return bounded(json.loads(text, parse_constant=_no_number))
    except Unbearable as unbearable:
        raise SourceFailed(str(unbearable)) from None
    except (ValueError, RecursionError):
        raise SourceFailed("the answer is no JSON") from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
