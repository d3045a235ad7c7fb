"""The HTTP source against real servers: what it sends, what it takes, and every way in which a service can be bad."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from ivr.adapters.fetch.http import HttpSource
from ivr.core.base.secret import Sealed, Secret, SecretName
from ivr.services.ports import SourceFailed

SECRETS = {"token": Secret("s3cr3t/ä&")}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A web service on this machine; its origin."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def request(url: str | Sealed, **more: Any) -> dict[str, Any]:
    """A request as the action makes one."""
    return {"method": "get", "url": url, "headers": {}, "send": None, "wanted": True, "retries": 0, **more}


async def asked(answer: Answer, path: str = "/", within: float = 5.0, **more: Any) -> Any:
    """What the source says about a service that answers so."""
    async with serving(answer) as here, HttpSource(frozenset({here}), SECRETS, most_bytes=1000) as source:
        return await source.ask(request(here + path, **more), within)


def saying(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    """A service that always says the same."""

    async def answer(_: web.Request) -> web.Response:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=data, status=status, headers=named)

    return answer


async def test_the_json_of_an_answer_is_given() -> None:
    assert await asked(saying('{"balance": 12.5, "tier": "gold"}')) == {"balance": 12.5, "tier": "gold"}


async def test_an_empty_answer_is_given_as_nothing() -> None:
    assert await asked(saying("", 204)) is None
    assert await asked(saying("  \n", 201)) is None


async def test_an_answer_that_nobody_wants_may_be_anything() -> None:
    assert await asked(saying("<html>" * 10_000), wanted=False) is None


async def test_what_is_sent_is_what_the_flow_says_with_its_secrets() -> None:
    seen: list[tuple[str, str, dict[str, str], Any]] = []

    async def answer(got: web.Request) -> web.Response:
        seen.append((got.method, got.raw_path, dict(got.headers), await got.json()))
        return web.json_response({})

    async with serving(answer) as here, HttpSource(frozenset({here}), SECRETS, agent="ivr/1") as source:
        url = Sealed((f"{here}/a/", Secret("x%2Fy"), "?key=", SecretName("token")))
        headers = {"Authorization": Sealed(("Bearer ", SecretName("token"))), "X-Plain": "yes"}
        send = {"card": Secret("4111"), "note": Sealed(("for ", SecretName("token"))), "items": [1, None, True]}
        await source.ask(request(url, method="post", headers=headers, send=send), 5.0)
    [(method, path, got, body)] = seen
    assert (method, path) == ("POST", "/a/x%2Fy?key=s3cr3t%2F%C3%A4%26")
    assert got["Authorization"] == "Bearer s3cr3t/ä&"
    assert (got["X-Plain"], got["User-Agent"], got["Content-Type"]) == ("yes", "ivr/1", "application/json")
    assert (got["Accept-Encoding"], "Cookie" in got) == ("identity", False)
    assert body == {"card": "4111", "note": "for s3cr3t/ä&", "items": [1, None, True]}


async def test_an_address_goes_out_as_it_was_made() -> None:
    seen: list[str] = []

    async def answer(got: web.Request) -> web.Response:
        seen.append(got.raw_path)
        return web.json_response(1)

    await asked(answer, "/accounts/%2E%2E%2Fadmin%3Fx%23/end?q=%26a%3Db")
    assert seen == ["/accounts/%2E%2E%2Fadmin%3Fx%23/end?q=%26a%3Db"]


async def test_no_cookie_comes_back() -> None:
    seen: list[bool] = []

    async def answer(got: web.Request) -> web.Response:
        seen.append("Cookie" in got.headers)
        return web.json_response(1, headers={"Set-Cookie": "session=abc; Path=/"})

    async with serving(answer) as here, HttpSource(frozenset({here}), {}) as source:
        await source.ask(request(here), 5.0)
        await source.ask(request(here), 5.0)
    assert seen == [False, False]


async def _hangs(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def _drips(got: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(got)
    for _ in range(1000):
        await response.write(b" ")
        await asyncio.sleep(0.02)
    return response


async def _streams_much(got: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(got)
    for _ in range(1000):
        await response.write(b"[" * 1000)
    return response


async def _breaks_off(got: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(got)
    await response.write(b'{"a":')
    assert got.transport is not None
    got.transport.close()
    return response


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_hangs, "timeout"),
        (_drips, "timeout"),
        (_streams_much, "the answer is too large"),
        (_breaks_off, "connection lost"),
        (saying('"' + "x" * 1000 + '"'), "the answer is too large"),
        (saying("{"), "the answer is no JSON"),
        (saying("<html></html>"), "the answer is no JSON"),
        (saying('{"a": NaN}'), "the answer is no JSON"),
        (saying("[" * 999), "the answer is no JSON"),
        (saying("9" * 900), None),
        (saying("[" * 400 + "]" * 400), "the answer is too deep"),
        (saying("[" * 11 + "]" * 11), "the answer is too deep"),
        (saying('"caf\xe9"'.encode("latin-1")), "the answer is not UTF-8"),
        (saying(gzip.compress(b"1"), content_encoding="gzip"), "the answer is compressed"),
        (saying("{}", 500), "status 500"),
        (saying("{}", 404), "status 404"),
        (saying("{}", 401), "status 401"),
        (saying("", 302, Location="https://evil.example/"), "redirected elsewhere"),
        (saying("", 302, Location="//127.0.0.1:1/"), "redirected elsewhere"),
        (saying("", 302, Location="http://me@127.0.0.1/"), "redirected elsewhere"),
        (saying("", 302), "redirected elsewhere"),
        (saying("", 302, Location="/again"), "too many redirects"),
        (saying("", 304), "status 304"),
    ],
)
async def test_a_bad_service_is_a_clear_reason(answer: Answer, reason: str | None) -> None:
    if reason is None:
        assert await asked(answer) == int("9" * 900)
        return
    with pytest.raises(SourceFailed) as failed:
        await asked(answer, within=0.5)
    assert failed.value.reason == reason


async def test_a_redirect_within_the_host_is_followed() -> None:
    async def answer(got: web.Request) -> web.Response:
        if got.path == "/old":
            return web.Response(status=301, headers={"Location": "/new?x=1#there"})
        return web.json_response(got.raw_path)

    assert await asked(answer, "/old") == "/new?x=1"


async def test_what_was_sent_is_not_sent_again_by_a_redirect() -> None:
    with pytest.raises(SourceFailed, match="status 307"):
        await asked(saying("", 307, Location="/new"), method="post", send={"a": 1})


async def test_a_service_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        here = f"http://127.0.0.1:{probe.getsockname()[1]}"
        async with HttpSource(frozenset({here, "nowhere.invalid"}), {}) as source:
            with pytest.raises(SourceFailed, match="connection refused"):
                await source.ask(request(here), 5.0)
            with pytest.raises(SourceFailed, match="no such host"):
                await source.ask(request("https://nowhere.invalid/x"), 5.0)


async def test_a_service_without_tls_is_not_spoken_to_without_it() -> None:
    async with serving(saying("1")) as here:
        bare = here.removeprefix("http://")
        async with HttpSource(frozenset({bare}), {}) as source:
            with pytest.raises(SourceFailed, match="no TLS"):
                await source.ask(request(f"https://{bare}/"), 5.0)
            with pytest.raises(SourceFailed, match="host not allowed"):
                await source.ask(request(f"http://{bare}/"), 5.0)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://crm.example.com.evil.example/",
        "https://crm.example.com@evil.example/",
        "https://crm.example.com:8443/",
        "http://crm.example.com/",
        "https://evil.example\\@crm.example.com/",
        "file:///etc/passwd",
        "//crm.example.com/",
    ],
)
async def test_only_listed_hosts_are_spoken_to(url: str) -> None:
    async with HttpSource(frozenset({"crm.example.com"}), {}) as source:
        with pytest.raises(SourceFailed, match="host not allowed"):
            await source.ask(request(url), 1.0)


async def test_a_secret_that_is_not_there_is_told_by_its_name() -> None:
    with pytest.raises(SourceFailed) as failed:
        await asked(saying("1"), headers={"X-Key": Sealed((SecretName("other"),))})
    assert failed.value.reason == "a secret is not configured"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ other", failed.value.detail)


async def test_a_passing_trouble_is_tried_again_and_a_lasting_one_is_not() -> None:
    statuses = [503, 502, 200]
    seen: list[int] = []

    async def answer(_: web.Request) -> web.Response:
        seen.append(statuses[len(seen)])
        return web.json_response("good", status=seen[-1])

    assert await asked(answer, retries=3) == "good"
    assert seen == [503, 502, 200]
    seen.clear()
    statuses[:] = [500, 200]
    with pytest.raises(SourceFailed, match="status 500"):
        await asked(answer, retries=3)
    assert seen == [500]


async def test_tries_share_the_time_and_end_with_it() -> None:
    count = 0

    async def answer(got: web.Request) -> web.Response:
        nonlocal count
        count += 1
        return await _hangs(got) if count == 1 else web.json_response("late")

    assert await asked(answer, within=1.2, retries=1) == "late"
    count = -10
    with pytest.raises(SourceFailed, match="status 503"):
        await asked(saying("", 503), within=0.3, retries=3)


async def test_too_much_is_not_sent() -> None:
    with pytest.raises(SourceFailed, match="too much to send"):
        await asked(saying("1"), method="post", send={"a": "x" * 70_000})


async def test_nothing_secret_and_nothing_of_the_caller_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    headers = {"Authorization": Sealed(("Bearer ", SecretName("token")))}
    for answer in (
        saying("{}", 500),
        saying("{"),
        _breaks_off,
        saying("", 302, Location="https://evil.example/s3cr3t"),
    ):
        with pytest.raises(SourceFailed) as failed:
            await asked(answer, "/accounts/1234567", headers=headers)
        told += [str(failed.value), failed.value.detail, repr(failed.value.__cause__)]
    # aiohttp's own server in this test logs what it was asked
    told += [record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.")]
    shown = json.dumps(told)
    assert "s3cr3t" not in shown
    assert "1234567" not in shown


async def test_a_service_that_echoes_gives_no_secret_away() -> None:
    async def answer(got: web.Request) -> web.Response:
        return web.json_response({"you": [got.headers["Authorization"], got.headers["X-Plain"]], "n": 7})

    headers = {"Authorization": Sealed(("Bearer ", SecretName("token"))), "X-Plain": "yes"}
    echoed = await asked(answer, headers=headers)
    assert echoed == {"you": [Secret("Bearer s3cr3t/ä&"), "yes"], "n": 7}
    assert "s3cr3t" not in repr(echoed)
