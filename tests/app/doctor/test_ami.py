"""What Asterisk says over AMI: gathered with few rights, and judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from ivr.adapters.system.clock import SystemClock
from ivr.app.config import Settings
from ivr.app.doctor import check_ami, gather_ami
from ivr.app.doctor.facts import AmiFacts
from ivr.app.doctor.report import Finding, Level, exit_code


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("22.10.1+dfsg+~cs6.17.60671434-1", Level.GOOD),
        ("23.1.0", Level.GOOD),
        ("22.0.0", Level.WARNING),
        ("21.4.1", Level.ERROR),
        ("21.4.2", Level.WARNING),
        ("21.6.0", Level.GOOD),
        ("20.9.1", Level.ERROR),
        ("20.9.2~dfsg-1", Level.WARNING),
        ("20.11.0", Level.GOOD),
        ("19.8.1", Level.ERROR),
        ("18.24.1", Level.ERROR),
        ("18.24.2", Level.WARNING),
        ("16.28.0~dfsg-0+deb11u4", Level.ERROR),
        ("certified/18.9-cert10", Level.ERROR),
        ("certified/18.9-cert11", Level.GOOD),
        ("certified-20.7-cert1", Level.ERROR),
        ("certified-20.7-cert2", Level.GOOD),
        ("GIT-master-abcdef", Level.UNKNOWN),
        ("", Level.UNKNOWN),
    ],
)
def test_versions_with_the_originate_flaw_are_refused(version: str, level: Level) -> None:
    found = check_ami.version(version)
    assert found.level is level
    assert ("CVE-2024-42365" in found.what) == (level is Level.ERROR)


GOOD_AMI = AmiFacts(
    reached=True,
    version="22.10.1",
    actions=frozenset({"CoreShowChannels", "CoreSettings", "Originate", "Ping", "Hangup"}),
    modules=dict.fromkeys(
        ("res_agi", "app_dial", "format_wav", "format_pcm", "res_musiconhold", "chan_pjsip", "app_controlplayback"),
        True,
    ),
    skew=0.1,
)


def bad(found: list[Finding]) -> list[tuple[str, Level]]:
    """What is not good."""
    return [(finding.check, finding.level) for finding in found if finding.level is not Level.GOOD]


def test_a_well_asterisk(site: Settings) -> None:
    assert bad(check_ami.check(GOOD_AMI, site)) == []


def test_rights_modules_and_clock(site: Settings) -> None:
    surplus = replace(GOOD_AMI, actions=(GOOD_AMI.actions or frozenset()) | {"Command", "DBPut"})
    assert bad(check_ami.check(surplus, site)) == [("rights", Level.WARNING)]
    lacking = replace(GOOD_AMI, actions=frozenset({"Ping"}))
    assert bad(check_ami.check(lacking, site)) == [("rights", Level.ERROR)]
    unloaded = replace(GOOD_AMI, modules={**GOOD_AMI.modules, "res_agi": False, "chan_pjsip": False})
    assert bad(check_ami.check(unloaded, site)) == [("modules", Level.ERROR), ("modules", Level.WARNING)]
    unseen = replace(GOOD_AMI, modules=dict.fromkeys(GOOD_AMI.modules))
    assert bad(check_ami.check(unseen, site)) == [("modules", Level.UNKNOWN)]
    assert bad(check_ami.check(replace(GOOD_AMI, skew=-60.0), site)) == [("clock", Level.WARNING)]


def test_an_asterisk_that_is_away_is_an_error_of_its_own_exit_code(site: Settings) -> None:
    away = AmiFacts(trouble="not connected", hint="refused")
    assert bad(check_ami.check(away, site)) == [("ami", Level.ERROR)]
    assert exit_code([], reached=False) == 3
    assert exit_code(check_ami.check(GOOD_AMI, site), reached=True) == 0
    assert exit_code([Finding("x", Level.ERROR, "")], reached=True) == 1
    assert exit_code([Finding("x", Level.WARNING, "")], reached=True) == 0


@asynccontextmanager
async def asterisk(answers: dict[str, str]) -> AsyncIterator[int]:
    """An AMI that answers each action by its name (or name and first value); all others are refused."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        while action := (await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""):
            headers = dict(line.split(": ", 1) for line in action.decode().splitlines() if ": " in line)
            name = headers["Action"]
            body = answers.get(f"{name} {headers.get('Variable', '')}".strip(), answers.get(name))
            said = "Success" if body is not None else "Error"
            text = f"Response: {said}\r\nActionID: {headers['ActionID']}\r\n{body or 'Message: Permission denied'}\r\n"
            writer.write(text.encode() + b"\r\n")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_what_asterisk_says_is_gathered_with_few_rights(site: Settings) -> None:
    answers = {
        "Challenge": "Challenge: 123",
        "Login": "Message: Authentication accepted",
        "CoreSettings": "AsteriskVersion: 22.10.1",
        "ListCommands": "Ping: Keepalive  (Priv: <none>)\r\nHangup: Hangup channel.  (Priv: system,call,all)",
        "Ping": f"Ping: Pong\r\nTimestamp: {SystemClock().now().timestamp() + 100:.6f}",
        "Getvar IFMODULE(res_agi.so)": "Value: 1",
        "Getvar IFMODULE(app_dial.so)": "Value: 0",
        "Getvar": "Value: ",
    }
    async with asterisk(answers) as port:
        here = replace(site, ami=replace(site.ami, port=port))
        found = await gather_ami.gather(here, ("res_agi", "app_dial", "format_wav"), SystemClock())
    assert (found.reached, found.version) == (True, "22.10.1")
    assert found.actions == frozenset({"Ping", "Hangup"})
    assert found.modules == {"res_agi": True, "app_dial": False, "format_wav": None}
    assert found.skew is not None
    assert 90 < found.skew < 101
