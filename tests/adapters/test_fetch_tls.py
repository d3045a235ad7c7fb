"""The HTTP source and certificates: those that nobody vouches for are refused, whatever the flow says."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.adapters.fetch.http import HttpSource
from ivr.services.ports import SourceFailed

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="makes its certificates with openssl")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that vouches for itself, with its key, in one file; and another for other.test."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("localhost", "other.test"):
        files = f"-keyout {name}.key -out {name}.pem -subj /CN={name} -addext subjectAltName=DNS:{name}"
        options = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 {files}"
        subprocess.run([str(OPENSSL), *options.split()], check=True, capture_output=True, cwd=folder)
    return folder


@asynccontextmanager
async def serving(folder: Path, name: str) -> AsyncIterator[str]:
    """A service on this machine with a certificate; its host and port."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response("hello")

    application = web.Application()
    application.router.add_get("/", answer)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        yield f"localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def asked(folder: Path, name: str, ca_file: Path | None) -> Any:
    """What comes of asking a service with that certificate."""
    async with serving(folder, name) as here, HttpSource(frozenset({here}), {}, ca_file=ca_file) as source:
        url = f"https://{here}/"
        wanted: dict[str, Any] = {
            "method": "get",
            "url": url,
            "headers": {},
            "send": None,
            "wanted": True,
            "retries": 0,
        }
        return await source.ask(wanted, 5.0)


async def test_an_authority_of_the_settings_is_trusted(made: Path) -> None:
    assert await asked(made, "localhost", made / "localhost.pem") == "hello"


@pytest.mark.parametrize(
    ("name", "authority"),
    [("localhost", ""), ("localhost", "other.test.pem"), ("other.test", "other.test.pem")],
    ids=["nobody vouches", "another vouches", "it is for another host"],
)
async def test_a_certificate_that_is_not_good_is_refused(made: Path, name: str, authority: str) -> None:
    with pytest.raises(SourceFailed) as failed:
        await asked(made, name, made / authority if authority else None)
    assert failed.value.reason == "certificate not trusted"
