"""What each request about flows does: what is live, what was, what is different, and making others live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ivr.adapters.web.api import body_of
from ivr.core.base.errors import Refused
from ivr.services.flows.library import Library, as_document, document
from ivr.services.flows.publisher import Publisher, Wish

MOST_HISTORY = 1000


@dataclass(frozen=True, slots=True)
class FlowServices:
    """What these requests speak to."""

    publisher: Publisher
    library: Library


FLOWS = web.AppKey("flows", FlowServices)


def add(app: web.Application, services: FlowServices) -> None:
    """Adds these requests to the control API."""
    app[FLOWS] = services
    app.router.add_get("/v1/flows", status)
    app.router.add_get("/v1/flows/history", history)
    app.router.add_get("/v1/flows/diff", diff)
    app.router.add_get("/v1/flows/bundles/{bundle}", show)
    app.router.add_post("/v1/flows/publish", publish)
    app.router.add_post("/v1/flows/rollback", rollback)


async def status(request: web.Request) -> web.Response:
    """Which flows are live, how the folder compares with them, and which ones calls run."""
    return web.json_response(await request.app[FLOWS].publisher.status())


async def history(request: web.Request) -> web.Response:
    """The latest publications, newest first; ``?most=20``."""
    given = request.query.get("most", "20")
    most = int(given) if given.isdecimal() and len(given) < 6 else 0
    if not 1 <= most <= MOST_HISTORY:
        raise Refused(f"most should be between 1 and {MOST_HISTORY}", code="bad_request")
    found = await request.app[FLOWS].library.history(most)
    return web.json_response({"publications": [document(one) for one in found]})


async def diff(request: web.Request) -> web.Response:
    """What is different from ``?old=live`` to ``?new=folder``; each may be the name of a kept bundle."""
    old, new = request.query.get("old", "live"), request.query.get("new", "folder")
    found = await request.app[FLOWS].library.diff(old, new)
    return web.json_response(as_document(found))


async def show(request: web.Request) -> web.Response:
    """The files of a bundle, or with ``?file=main.yaml`` the text of one."""
    library = request.app[FLOWS].library
    return web.json_response(await library.show(request.match_info["bundle"], request.query.get("file", "")))


async def publish(request: web.Request) -> web.Response:
    """Makes the folder's flows live; the body may have ``by``, ``note`` and ``because``."""
    done = await request.app[FLOWS].publisher.publish(_wish(await body_of(request)))
    return web.json_response(document(done))


async def rollback(request: web.Request) -> web.Response:
    """Makes the flows live that were before, or the body's ``bundle``."""
    body = await body_of(request)
    done = await request.app[FLOWS].publisher.rollback(_wish(body), str(body.get("bundle") or ""))
    return web.json_response(document(done))


def _wish(body: dict[str, Any]) -> Wish:
    return Wish(*(str(body.get(name) or "") for name in ("by", "note", "because")))
