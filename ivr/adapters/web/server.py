"""The HTTP server of the control API: loopback unless configured, a token for every request, errors as JSON.

The token stands in a file that only the owner can read. It is made at the first start and kept, so that the command
line works at once for whoever may read that file, and for nobody else.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from ivr.adapters.web import announcements, api
from ivr.core.base.errors import ConfigError, IvrError, Refused
from ivr.core.base.secret import Secret

log = logging.getLogger(__name__)

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = web.AppKey("token", Secret)
_STATUS = {"refused": 409, "unknown_agent": 404}  # of what was refused; everything else is a bad request


def application(services: api.Services, token: Secret) -> web.Application:
    """The control API as an aiohttp application."""
    app = web.Application(middlewares=[_errors, _authorised], client_max_size=api.MOST_BODY)
    app[api.SERVICES] = services
    app[TOKEN] = token
    app.router.add_get("/v1/health", api.health)
    app.router.add_get("/v1/calls", api.living_calls)
    app.router.add_post("/v1/calls/{call_id}/end", api.end_call)
    app.router.add_get("/v1/events", api.events)
    app.router.add_get("/v1/announcements", announcements.listed)
    app.router.add_post("/v1/announcements", announcements.make)
    app.router.add_post("/v1/announcements/end", announcements.end)
    app.router.add_post("/v1/announcements/{announcement_id}/end", announcements.end)
    return app


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Serves an application for as long as the block. Raises ConfigError when the port cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigError(
                f"the control API cannot listen on {host}:{port}: {error.strerror}",
                hint="is another `ivr serve` running? else set another control.port",
            ) from error
        yield
    finally:
        await runner.cleanup()


def token_from(path: Path) -> Secret:
    """The token in a file, made when it is not there. Raises ConfigError when others could read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others", hint=f"chmod 600 {path}")
        if text := path.read_text().strip():
            return Secret(text)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(token + "\n")
    return Secret(token)


@web.middleware
async def _errors(request: web.Request, handler: Next) -> web.StreamResponse:
    """Foreseen trouble becomes ``{code, message, hint}``; a bug becomes a 500 that shows nothing of itself."""
    try:
        return await handler(request)
    except Refused as error:
        return _problem(_STATUS.get(error.code, 400), error)
    except IvrError as error:
        return _problem(503, error)
    except web.HTTPException as error:
        return web.json_response({"code": "http", "message": error.reason, "hint": ""}, status=error.status)
    except ConnectionResetError:
        raise  # whoever listened went away
    except Exception:
        log.exception("a request to %s failed", request.path)
        return web.json_response(
            {"code": "bug", "message": "the service made a mistake", "hint": "its log says more"}, status=500
        )


@web.middleware
async def _authorised(request: web.Request, handler: Next) -> web.StreamResponse:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), request.app[TOKEN].reveal().encode()):
        raise web.HTTPUnauthorized(reason="the token is missing or wrong")
    return await handler(request)


def _problem(status: int, error: IvrError) -> web.Response:
    return web.json_response({"code": error.code, "message": error.message, "hint": error.hint}, status=status)
