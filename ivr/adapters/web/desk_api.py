"""What each request about agents at work and about queues does."""

from __future__ import annotations

import math
from typing import Any

from aiohttp import web

from ivr.adapters.web.api import body_of, caller_of
from ivr.core.base.errors import Refused
from ivr.services.acd.desk import AgentDesk

DESK = web.AppKey("desk", AgentDesk)


def add(app: web.Application, desk: AgentDesk) -> None:
    """Adds these requests to the control API."""
    app[DESK] = desk
    app.router.add_get("/v1/desk", working)
    app.router.add_post("/v1/desk/{agent}/sign-in", sign_in)
    app.router.add_post("/v1/desk/{agent}/sign-out", sign_out)
    app.router.add_post("/v1/desk/{agent}/break", take_break)
    app.router.add_post("/v1/desk/{agent}/ready", ready)
    app.router.add_post("/v1/desk/{agent}/wrap-up", wrap_up)
    app.router.add_get("/v1/queues", queues)
    app.router.add_post("/v1/tickets/{ticket}/pick", pick)
    app.router.add_post("/v1/tickets/{ticket}/change", change)


async def working(request: web.Request) -> web.Response:
    """Those who are signed in, and what they do."""
    return web.json_response({"agents": request.app[DESK].agents()})


async def queues(request: web.Request) -> web.Response:
    """The queues, who waits in them, and how many agents they have."""
    return web.json_response({"queues": request.app[DESK].queues()})


async def sign_in(request: web.Request) -> web.Response:
    """An agent begins to work; the body may have ``on_break``, a reason to begin on a break."""
    body = await body_of(request)
    request.app[DESK].sign_in(_agent(request), caller_of(body), _text(body, "on_break"))
    return await working(request)


async def sign_out(request: web.Request) -> web.Response:
    """An agent stops working."""
    request.app[DESK].sign_out(_agent(request), caller_of(await body_of(request)))
    return await working(request)


async def take_break(request: web.Request) -> web.Response:
    """An agent takes a break for a ``reason``, at once or ``after_call``."""
    body = await body_of(request)
    reason = _text(body, "reason")
    if not reason:
        raise Refused("a break has a reason", code="bad_request")
    request.app[DESK].take_break(_agent(request), reason, caller_of(body), after_call=body.get("after_call") is True)
    return await working(request)


async def ready(request: web.Request) -> web.Response:
    """An agent is ready again."""
    request.app[DESK].resume(_agent(request), caller_of(await body_of(request)))
    return await working(request)


async def wrap_up(request: web.Request) -> web.Response:
    """An agent ends the wrap-up, with a ``code``, or has it go on for so many ``seconds`` more."""
    body = await body_of(request)
    desk, agent, by = request.app[DESK], _agent(request), caller_of(body)
    seconds = _number(body, "seconds")
    if seconds is None:
        desk.end_wrap_up(agent, _text(body, "code"), by)
    else:
        desk.extend_wrap_up(agent, seconds, by)
    return await working(request)


async def pick(request: web.Request) -> web.Response:
    """Gives a waiting call to an ``agent``."""
    body = await body_of(request)
    request.app[DESK].pick(request.match_info["ticket"], _text(body, "agent"), caller_of(body))
    return await queues(request)


async def change(request: web.Request) -> web.Response:
    """Changes a waiting call: ``queue``, ``priority`` in minutes, ``lane``."""
    body = await body_of(request)
    lane = _number(body, "lane")
    request.app[DESK].change(
        request.match_info["ticket"],
        caller_of(body),
        queue=_text(body, "queue") or None,
        priority=_number(body, "priority"),
        lane=None if lane is None else round(lane),
    )
    return await queues(request)


def _agent(request: web.Request) -> str:
    return request.match_info["agent"]


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Refused(f"{name} should be text", code="bad_request")
    return value.strip()


def _number(body: dict[str, Any], name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(f"{name} should be a number", code="bad_request")
    return float(value)
