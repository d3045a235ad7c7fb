"""Records what a real Asterisk says, so that tests can say it again: ``python -m tests.wire.capture``.

A lab is brought up, a recorder is put between its Asterisk and the service, and one call is placed. What went over the
AGI connection is written line by line with who said it (``<`` Asterisk, ``>`` the service), what came over AMI as it
came. Run it again for another version of Asterisk and look at what differs.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from ivr.app.lab.lab import Lab, new_lab
from ivr.app.lab.phone import phones
from ivr.app.lab.plan import read_secrets

HERE = Path(__file__).parent
TREE = HERE.parents[1]
OFFSET = 1000


class Recorder:
    """Stands between Asterisk and the service and keeps every line of one connection."""

    def __init__(self, service_port: int) -> None:
        self._port = service_port
        self.lines: list[str] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes one connection on, both ways."""
        to_service = await asyncio.open_connection("127.0.0.1", self._port)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass("<", reader, to_service[1]))
            group.create_task(self._pass(">", to_service[0], writer))

    async def _pass(self, who: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.lines.append(f"{who} {line.decode()}" if line.endswith(b"\n") else f"{who} {line.decode()}\n")
            writer.write(line)
        writer.close()


async def _ami(lab: Lab, ended: asyncio.Event) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.plan.ports.pbx_ami)
    secret = read_secrets(lab.plan)["ivr"]
    writer.write(f"Action: Login\r\nActionID: one\r\nUsername: ivr\r\nSecret: {secret}\r\n\r\n".encode())
    heard = b""

    async def listen() -> None:
        nonlocal heard
        while piece := await reader.read(4096):
            heard += piece

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen())
        await asyncio.sleep(2)
        writer.write(b"Action: CoreShowChannels\r\nActionID: two\r\n\r\nAction: Nonsense\r\nActionID: three\r\n\r\n")
        await ended.wait()
        await asyncio.sleep(1)
        writer.write(b"Action: Logoff\r\nActionID: four\r\n\r\n")
        await asyncio.wait({listening}, timeout=5)
        writer.close()
    return heard


async def _call(lab: Lab, ended: asyncio.Event) -> None:
    async with phones(lab) as bank:
        call = await bank.call("100", name="Zoë 王")
        await call.answered()
        await asyncio.sleep(3)
        await call.press("3")
        await asyncio.sleep(9)
        await call.press("#")
        await asyncio.sleep(1)
        await call.hangup()
    ended.set()


async def _record(lab: Lab, recorder: Recorder) -> bytes:
    server = await asyncio.start_server(recorder.take, "127.0.0.1", lab.plan.ports.agi)
    ended = asyncio.Event()
    async with server, asyncio.TaskGroup() as group:
        ami = group.create_task(_ami(lab, ended))
        await _call(lab, ended)
    return ami.result()


def main() -> None:
    """Records one call."""
    lab = new_lab(TREE / ".lab", "wire", offset=OFFSET, say=print)
    lab.down()
    try:
        lab.up(flows=TREE / "flows", service=False)
        settings = lab.plan.settings
        ours, theirs = lab.plan.ports.agi, lab.plan.ports.agi + 50
        settings.write_text(settings.read_text().replace(f"port: {ours}}}", f"port: {theirs}}}"))
        lab.start_service()
        recorder = Recorder(theirs)
        ami = asyncio.run(_record(lab, recorder))
        (HERE / "agi.txt").write_text(_plain("".join(recorder.lines)))
        (HERE / "ami.txt").write_bytes(_plain(ami.decode()).encode())
    finally:
        lab.down()


def _plain(text: str) -> str:
    """Ids of the moment and paths of this machine are taken out."""
    return re.sub(r"/var/lib/ivr/wire", "/var/lib/ivr/lab", text)


if __name__ == "__main__":
    main()
