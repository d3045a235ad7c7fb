"""The command line's side of the control API: one request, an answer or a clear word about why there is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from ivr.app.config import Settings
from ivr.core.base.errors import ConfigError, IvrError

WITHIN = 5.0


class NotRunning(IvrError):
    """No service answers on the control port."""

    code = "not_running"


class Control:
    """Talks to the running service on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"http://{settings.control.host}:{settings.control.port}"
        self._settings = settings

    def _headers(self) -> dict[str, str]:
        path = self._settings.control.token_file
        try:
            return {"Authorization": f"Bearer {path.read_text().strip()}"}
        except FileNotFoundError:
            raise NotRunning("the service has never run here", hint="start it with `ivr serve`") from None
        except PermissionError:
            raise ConfigError(f"{path} may not be read", hint="run this as the user the service runs as") from None

    @asynccontextmanager
    async def _request(self, method: str, path: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = await asyncio.to_thread(self._headers)
        try:
            async with aiohttp.ClientSession(self._base, headers=headers) as session:  # noqa: SIM117
                async with session.request(method, path, **options) as response:
                    if response.status >= 400:
                        problem = await response.json(content_type=None)
                        raise IvrError(problem["message"], hint=problem["hint"], code=problem["code"])
                    yield response
        except TimeoutError:
            raise IvrError(
                f"the service at {self._base} did not answer in time",
                hint="what was asked may have been done: look before asking again",
                code="no_answer",
            ) from None
        except aiohttp.ClientConnectorError:
            raise NotRunning(
                f"no service answers at {self._base}",
                hint=f"start it with `ivr serve --config {self._settings.file}`",
            ) from None

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The document at a path. Raises NotRunning, or IvrError with what the service said."""
        async with self._request("GET", path, params=query or {}, timeout=aiohttp.ClientTimeout(WITHIN)) as response:
            document: dict[str, Any] = await response.json()
            return document

    async def post(self, path: str, body: dict[str, Any], within: float = WITHIN) -> dict[str, Any]:
        """Sends a command, which is to be done within so many seconds."""
        return await self.send("POST", path, body, within)

    async def send(self, method: str, path: str, body: dict[str, Any], within: float = WITHIN) -> dict[str, Any]:
        """Sends a command by the method that its path has."""
        async with self._request(method, path, json=body, timeout=aiohttp.ClientTimeout(within)) as response:
            document: dict[str, Any] = await response.json()
            return document

    async def events(self, call: str = "") -> AsyncIterator[dict[str, Any]]:
        """Every event from now on; the first is ``Following``."""
        query = {"call": call} if call else {}
        forever = aiohttp.ClientTimeout(total=None, sock_connect=WITHIN)
        async with self._request("GET", "/v1/events", params=query, timeout=forever) as response:
            async for line in response.content:
                yield json.loads(line)
