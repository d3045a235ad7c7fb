"""Emergency announcements over the control API: make one, list them, end one."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ivr.adapters.web.api import SERVICES, body_of, caller_of
from ivr.core.announcements.announcement import Announcement
from ivr.services.announcements.order import read


async def make(request: web.Request) -> web.Response:
    """Puts an announcement in force; the answer has it, what should be known, and how many waiting calls hear it."""
    board = request.app[SERVICES].board
    document = await body_of(request)
    document["by"] = caller_of(document)
    waiting = board.waiting
    put_up = await board.announce(read(document))
    told = {"announcement": shown(put_up.announcement), "warnings": put_up.warnings, "waiting": waiting}
    return web.json_response(told, status=201)


async def listed(request: web.Request) -> web.Response:
    """What is in force; with ``?all=1`` also what is over."""
    board = request.app[SERVICES].board
    found = board.every() if request.query.get("all") else board.now()
    in_force = {one.id for one in board.now()}
    return web.json_response({"announcements": [{**shown(one), "in_force": one.id in in_force} for one in found]})


async def end(request: web.Request) -> web.Response:
    """Ends the one that is named by its id or a part of it; without a name the only one in force."""
    document = await body_of(request)
    by = caller_of(document)
    ended = await request.app[SERVICES].board.end(request.match_info.get("announcement_id", ""), by)
    return web.json_response({"announcement": shown(ended)})


def shown(one: Announcement) -> dict[str, Any]:
    """An announcement as a JSON object."""
    return {
        "id": one.id,
        "flow": one.flow or "all",
        "point": one.point,
        "words": dict(one.words),
        "recording": one.recording,
        "begins_at": one.begins_at.isoformat(),
        "until": one.until.isoformat(),
        "by": one.by,
        "note": one.note,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "ended_by": one.ended_by,
    }
