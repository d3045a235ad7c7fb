"""What each request of the control API does."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ivr.core.announcements.announcement import cleaned
from ivr.core.base.errors import Refused
from ivr.core.base.events import to_json
from ivr.services.announcements.board import Board
from ivr.services.calls.service import CallService
from ivr.services.journal import Journal

MOST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Services:
    """What the API speaks to."""

    calls: CallService
    journal: Journal
    health: Callable[[], dict[str, Any]]
    board: Board


SERVICES = web.AppKey("services", Services)


async def health(request: web.Request) -> web.Response:
    """How the service is; 200 also when something is amiss, which the document then says."""
    return web.json_response(request.app[SERVICES].health())


async def living_calls(request: web.Request) -> web.Response:
    """The calls that are with the service now."""
    return web.json_response({"calls": request.app[SERVICES].calls.living()})


async def end_call(request: web.Request) -> web.Response:
    """Ends a call; the body may say who asks: ``{"by": "name"}``."""
    by = caller_of(await body_of(request))
    request.app[SERVICES].calls.end(request.match_info["call_id"], by)
    return web.json_response({"ending": request.match_info["call_id"]})


async def events(request: web.Request) -> web.StreamResponse:
    """Everything that happens from now on, a JSON object a line; ``?call=ID`` for one call alone.

    The first line is ``{"event": "Following"}``, so that a reader knows from when on nothing is missed. A reader
    that is too slow misses events and is told how many: ``{"event": "Missed", "count": 3}``.
    """
    only = request.query.get("call", "")
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    with request.app[SERVICES].journal.follow() as tail, suppress(ConnectionResetError):  # whoever listened went away
        await response.prepare(request)
        await response.write(b'{"event": "Following"}\n')
        missed = 0
        async for event in tail:
            if tail.missed > missed:
                await response.write(_line({"event": "Missed", "count": tail.missed - missed}))
                missed = tail.missed
            if not only or getattr(event, "call_id", "") == only:
                await response.write(_line(to_json(event)))
    return response


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def caller_of(document: dict[str, Any]) -> str:
    """Who asks, as the body says."""
    return cleaned(str(document.get("by") or "")) or "the control API"


async def body_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object, empty without a body. Raises Refused for anything else."""
    if not request.can_read_body:
        return {}
    try:
        document = await request.json()
    except (ValueError, RecursionError):
        raise Refused("the body is not JSON", code="bad_request") from None
    if not isinstance(document, dict):
        raise Refused("the body should be a JSON object", code="bad_request")
    return document
