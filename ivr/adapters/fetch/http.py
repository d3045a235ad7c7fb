"""Asks web services, for `fetch`: one session of aiohttp for the whole service.

Only origins (scheme, host and port) of the allow-list are spoken to, also when a service redirects. Nothing of the
environment is used (no proxy, no .netrc), no cookie is kept, certificates are checked always. Answers are not asked for
compressed, so that no small one can become a large one.

A secret of the settings comes into a request here and nowhere before; what goes wrong is told in words of this module,
never in those of an exception, which might show an address.
"""

from __future__ import annotations

import asyncio
import errno
import json
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from yarl import URL

from ivr.adapters.fetch.answer import read
from ivr.core.base.answers import guarded
from ivr.core.base.origins import origin
from ivr.core.base.secret import Sealed, Secret, SecretName
from ivr.services.ports import SourceFailed

MOST_SENT = 65_536  # bytes
MOST_REDIRECTS = 3
PER_HOST = 20  # connections
ALL = 100
PAUSE = 0.2  # seconds between two tries
REPEATED_STATUS = frozenset({429, 502, 503, 504})
# The more special come first; the last column says whether another try may help.
_CALLED: tuple[tuple[type[Exception], str, bool], ...] = (
    (aiohttp.ClientConnectorDNSError, "no such host", True),
    (aiohttp.ClientConnectorCertificateError, "certificate not trusted", False),
    (aiohttp.ClientSSLError, "no TLS", False),
    (aiohttp.ClientConnectorError, "no connection", True),
    (aiohttp.ClientConnectionError, "connection lost", True),
    (aiohttp.ClientPayloadError, "connection lost", True),
    (OSError, "connection lost", True),
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Passing(Exception):
    """A trouble that may be over at the next try."""

    def __init__(self, failed: SourceFailed) -> None:
        super().__init__(failed.reason)
        self.failed = failed


class HttpSource:
    """`ivr.services.ports.Source` over HTTP; used as a context on a running loop."""

    def __init__(
        self,
        hosts: frozenset[str],
        secrets: Mapping[str, Secret],
        *,
        ca_file: Path | None = None,
        most_bytes: int = 262_144,
        agent: str = "ivr",
    ) -> None:
        self._hosts = hosts
        self._secrets = secrets
        self._known = frozenset(secret.reveal() for secret in secrets.values())
        self._ca_file = ca_file
        self._most_bytes = most_bytes
        self._agent = agent
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        context = await asyncio.to_thread(_tls, self._ca_file)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=ALL, limit_per_host=PER_HOST, ssl=context),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": self._agent},
            timeout=aiohttp.ClientTimeout(total=None),  # each try has its own limit
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The answer's JSON, or None. Raises SourceFailed with a reason of a word or two; its detail names the host."""
        try:
            return await self._tries(request, within)
        except SourceFailed as failed:
            host = _origin(_url(str(request["url"]))) or "no host"  # it is fixed text of the flow
            raise SourceFailed(failed.reason, " ".join(filter(None, (host, failed.detail)))) from None

    async def _tries(self, request: Mapping[str, Any], within: float) -> Any:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        tries = 1 + int(request["retries"])
        while True:
            left = deadline - loop.time()
            try:
                return await self._try(request, left / tries)
            except _Passing as passing:
                tries -= 1
                if tries == 0 or deadline - loop.time() < 2 * PAUSE:
                    raise passing.failed from None
            await asyncio.sleep(PAUSE)

    async def _try(self, request: Mapping[str, Any], seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(request)
        except TimeoutError:
            raise _Passing(SourceFailed("timeout")) from None
        except (aiohttp.ClientError, OSError) as error:
            raise _told(error) from None

    async def _follow(self, request: Mapping[str, Any]) -> Any:
        """Asks, and follows where a service sends a question within its own origin."""
        url = _url(self._text(request["url"], lambda secret: quote(secret, safe="")))
        for _ in range(MOST_REDIRECTS + 1):
            found = await self._once(request, url)
            if not isinstance(found, _Elsewhere):
                return found.value
            url = found.url
        raise SourceFailed("too many redirects")

    async def _once(self, request: Mapping[str, Any], url: URL) -> _Answer | _Elsewhere:
        assert self._session is not None
        if _origin(url) not in self._hosts:
            raise SourceFailed("host not allowed")
        headers = {name: self._text(text) for name, text in request["headers"].items()}
        body = self._body(request["send"])
        if body is not None and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        async with self._session.request(
            request["method"].upper(), url, headers=headers, data=body, allow_redirects=False
        ) as response:
            if response.status in _REDIRECTS and request["method"] == "get":
                return _Elsewhere(_within(url, response.headers.get("Location", "")))
            if response.status in REPEATED_STATUS:
                raise _Passing(SourceFailed(f"status {response.status}"))
            if not 200 <= response.status < 300:
                raise SourceFailed(f"status {response.status}")
            found = await read(response, self._most_bytes) if request["wanted"] else None
            return _Answer(guarded(found, self._known))  # a service that echoes what it was sent

    def _text(self, text: str | Sealed | Secret, encode: Callable[[str], str] = str) -> str:
        """A text with its secrets; those of the settings are encoded for where they go."""
        if isinstance(text, str):
            return text
        parts = text.parts if isinstance(text, Sealed) else (text,)
        return "".join(
            encode(self._secret(part)) if isinstance(part, SecretName) else _revealed(part) for part in parts
        )

    def _secret(self, name: SecretName) -> str:
        secret = self._secrets.get(name.name)
        if secret is None:
            raise SourceFailed("a secret is not configured", name.name)
        return str(secret.reveal())

    def _body(self, send: Any) -> bytes | None:
        if send is None:
            return None
        body = json.dumps(self._plain(send)).encode()
        if len(body) > MOST_SENT:
            raise SourceFailed("too much to send")
        return body

    def _plain(self, value: Any) -> Any:
        match value:
            case Secret():
                return value.reveal()
            case Sealed():
                return self._text(value)
            case dict():
                return {key: self._plain(item) for key, item in value.items()}
            case list():
                return [self._plain(item) for item in value]
            case _:
                return value


class _Answer:
    def __init__(self, value: Any) -> None:
        self.value = value


class _Elsewhere:
    def __init__(self, url: URL) -> None:
        self.url = url


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """The authorities that the machine trusts, and those of the file. Raises OSError when that cannot be read."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _revealed(part: str | Secret) -> str:
    return str(part.reveal()) if isinstance(part, Secret) else part


def _url(text: str) -> URL:
    """An address as it stands. Raises SourceFailed."""
    try:
        return URL(text, encoded=True)
    except ValueError:
        raise SourceFailed("host not allowed") from None


def _origin(url: URL) -> str | None:
    return origin(f"{url.scheme}://{url.raw_authority}")


def _within(url: URL, location: str) -> URL:
    """Where a redirect leads, when that is the same origin. Raises SourceFailed."""
    try:
        found = url.join(URL(location)).with_fragment(None) if location else None
        same = found is not None and _origin(found) == _origin(url)
    except ValueError:
        found, same = None, False
    if found is None or not same:
        raise SourceFailed("redirected elsewhere")
    return found


def _told(error: Exception) -> Exception:
    """What an error of the connection is called here."""
    reason, passing = next(
        ((reason, passing) for kind, reason, passing in _CALLED if isinstance(error, kind)), ("no valid answer", False)
    )
    if isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno == errno.ECONNREFUSED:
        reason = "connection refused"
    failed = SourceFailed(reason, type(error).__name__)
    return _Passing(failed) if passing else failed
