"""What each request about agents does: who there is, and adding, changing and removing them."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from ivr.adapters.web.api import body_of, caller_of
from ivr.core.acd import record
from ivr.core.acd.people import Agent
from ivr.core.acd.record import BadAgent, Mistake
from ivr.core.acd.sheet import MOST_AGENTS
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId
from ivr.services.acd.roster import AT_ONCE, Roster, Saved

MOST_BODY = 8 * 1024 * 1024  # of many agents at once

ROSTER = web.AppKey("roster", Roster)


def add(app: web.Application, roster: Roster) -> None:
    """Adds these requests to the control API."""
    app[ROSTER] = roster
    app.router.add_get("/v1/agents", listed)
    app.router.add_post("/v1/agents", keep_many)
    app.router.add_get("/v1/agents/{agent_id}", show)
    app.router.add_put("/v1/agents/{agent_id}", keep)
    app.router.add_patch("/v1/agents/{agent_id}", change)
    app.router.add_delete("/v1/agents/{agent_id}", remove)


async def listed(request: web.Request) -> web.Response:
    """All agents, in the order of their ids."""
    return web.json_response({"agents": [record.document(agent) for agent in request.app[ROSTER].all()]})


async def show(request: web.Request) -> web.Response:
    """One agent."""
    return web.json_response({"agent": record.document(request.app[ROSTER].known(_id(request)))})


async def keep(request: web.Request) -> web.Response:
    """Keeps a whole record; with ``?new=1`` only when there is none of this id yet."""
    document = await body_of(request)
    by = caller_of(document)
    document.pop("by", None)
    if document.setdefault("id", _id(request)) != _id(request):
        raise BadAgent([Mistake("id", "is another one than that of the address")])
    saved = await request.app[ROSTER].save(record.read(document), by, new=bool(request.query.get("new")))
    return _kept(request, saved)


async def change(request: web.Request) -> web.Response:
    """Changes parts of a record: ``{"skills": {"billing": 3}, "drop_skills": ["x"]}``."""
    changes = await body_of(request)
    by = caller_of(changes)
    changes.pop("by", None)
    return _kept(request, await request.app[ROSTER].change(_id(request), changes, by))


async def remove(request: web.Request) -> web.Response:
    """Takes a record away; the answer has it once more."""
    by = caller_of(await body_of(request))
    return web.json_response({"agent": record.document(await request.app[ROSTER].remove(_id(request), by))})


async def keep_many(request: web.Request) -> web.Response:
    """Keeps the ``agents`` of the body, all or none; with ``only_look`` it says what would become of them."""
    document = await body_of(request.clone(client_max_size=MOST_BODY))
    agents = await _read_all(document.get("agents"))
    look = document.get("only_look") is True
    saved = await request.app[ROSTER].save_all(agents, caller_of(document), only_look=look)
    told = {"new": saved.new, "changed": saved.changed, "unchanged": saved.unchanged, "warnings": saved.warnings}
    return web.json_response(told)


def _id(request: web.Request) -> AgentId:
    return AgentId(request.match_info["agent_id"])


def _kept(request: web.Request, saved: Saved) -> web.Response:
    agent = request.app[ROSTER].known(_id(request))
    told = {"agent": record.document(agent), "new": bool(saved.new), "warnings": saved.warnings}
    return web.json_response(told, status=201 if saved.new else 200)


async def _read_all(given: Any) -> list[Agent]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given) or len(given) > MOST_AGENTS:
        raise Refused(f"agents should be a list of at most {MOST_AGENTS:,} records", code="bad_request")
    found, mistakes = [], list[Mistake]()
    for number, document in enumerate(given, 1):
        try:
            found.append(record.read(document))
        except BadAgent as error:
            mistakes += [Mistake(f"agent {number}, {one.field}", one.message) for one in error.mistakes]
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    if mistakes:
        raise BadAgent(mistakes)
    return found
