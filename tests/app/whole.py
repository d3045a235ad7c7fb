"""The whole service in this process: real parts, joined by `wiring.build`, with fakes only where Asterisk would be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from ivr.app import wiring
from ivr.app.config import load
from ivr.app.wiring import Parts
from ivr.core.audio.clip import tone
from ivr.core.audio.wav import write_wav
from ivr.core.base.events import Event
from ivr.core.calls.events import CallEnded, CallStarted, EndReason
from ivr.services.insight.calls import CallSummary, Wanted
from ivr.services.scope import running
from ivr.services.speech.wording import slug
from tests.adapters.fake_ami import PASSWORD, USER, FakeAmi
from tests.guards import blocking_calls_told

FLOW = """
resume: back
on_error: sorry
flow:
  welcome:
    - say: Welcome to Acme.
    - say: Hello {call.name}.
    - menu: Press 1.
      options:
        - {press: 1, go: message}
      give_up: bye
  message:
    - record: Leave a message.
      for: sales
    - dial: "{call.from}"
      failed: sorry
    - go: bye
  back:
    - say: You are back.
    - go: bye
  sorry:
    - say: Something is broken.
    - hangup
  bye:
    - say: Goodbye.
    - hangup
"""
SETTINGS = """
agi: {{most_calls: 1500}}
ami: {{port: {port}, user: {user}}}
prompts: {{order: [recorded]}}
dial:
  - {{match: "+1555*", to: "PJSIP/{{number}}@trunk"}}
"""
TEXTS = (
    "Welcome to Acme.",
    "Hello",
    "Press 1.",
    "Leave a message.",
    "You are back.",
    "Something is broken.",
    "Goodbye.",
)
ENV = {
    "agi_network": "yes",
    "agi_channel": "PJSIP/phone-1",
    "agi_uniqueid": "1.1",
    "agi_callerid": "+15551230001",
    "agi_calleridname": "Ann Lee",
    "agi_extension": "100",
    "agi_enhanced": "0.0",
}
ANSWERS = {
    "STREAM FILE": b"200 result=0 endpos=8000\n",
    "WAIT FOR DIGIT": b"200 result=49\n",
    "RECORD FILE": b"200 result=35 (dtmf) endpos=24000\n",
    "GET VARIABLE DIALSTATUS": b"200 result=1 (ANSWER)\n",
    "GET VARIABLE ANSWEREDTIME": b"200 result=1 (42)\n",
    "HANGUP": b"200 result=1\nHANGUP\n",
}
GOOD = ["say said", "say unsaid", "menu chosen", "record recorded", "dial answered", "go went", "say said"]


def environment(**changed: str) -> bytes:
    """What Asterisk sends first, with some variables changed (``callerid=…`` without the ``agi_``)."""
    variables = ENV | {f"agi_{name}": value for name, value in changed.items()}
    lines = "".join(f"{name}: {value}\n" for name, value in variables.items())
    return lines.encode("utf-8", "surrogatepass") + b"\n"


@dataclass
class Channel:
    """One caller in Asterisk: answers every command from a table until the service is done with it."""

    answers: dict[str, bytes] = field(default_factory=dict)
    lines: list[bytes] = field(default_factory=list)
    silent: asyncio.Event = field(default_factory=asyncio.Event)  # a command came that the table leaves unanswered

    async def call(self, port: int, first: bytes) -> None:
        """Places a call and stays on until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        table = ANSWERS | self.answers
        try:
            writer.write(first)
            while line := await reader.readline():
                self.lines.append(line)
                command = next((name for name in table if line.startswith(name.encode())), "")
                answer = table.get(command, b"200 result=0\n")
                writer.write(answer)
                if not answer:
                    self.silent.set()
        except ConnectionError:
            pass
        finally:
            writer.close()


class Whole:
    """The running service and its surroundings."""

    def __init__(self, parts: Parts, ami: FakeAmi, home: Path) -> None:
        self.parts, self.ami, self.home = parts, ami, home
        self.events: list[Event] = []
        self._calls = 0

    async def call(self, answers: dict[str, bytes] | None = None, **changed: str) -> Channel:
        """A call of its own channel from begin to end."""
        self._calls += 1
        channel = Channel(answers or {})
        await channel.call(self.parts.agi.port, environment(**{"uniqueid": f"17.{self._calls}", **changed}))
        await self.parts.agi.wait_closed()
        return channel

    async def kept(self) -> list[CallSummary]:
        """The calls as the database has them, newest first."""
        assert await self.parts.store.flushed(5)
        return await self.parts.store.calls(Wanted(limit=1000))

    def ended(self) -> list[CallEnded]:
        """Every ending that was told."""
        return [event for event in self.events if isinstance(event, CallEnded)]

    async def is_well(self) -> None:
        """A good call is served to its end and kept, every call that began has one end, and nothing is left over."""
        name = f"Good {self._calls}"
        await asyncio.wait_for(self.call(calleridname=name), 10)
        found = [call for call in await self.kept() if call.caller_name == name]
        assert [call.reason for call in found] == [EndReason.COMPLETED]
        began = [event.call_id for event in self.events if isinstance(event, CallStarted)]
        assert sorted(began) == sorted(event.call_id for event in self.ended())
        assert (len(self.parts.calls), self.parts.agi.sessions) == (0, 0)
        assert self.parts.store.health().lost == 0
        assert self.parts.health()["status"] == "ok", self.parts.health()


def write_home(home: Path) -> Path:
    """A folder with settings, a flow and the recordings that it needs; the file of the settings."""
    (home / "flows" / "prompts" / "en").mkdir(parents=True)
    (home / "flows" / "main.yaml").write_text(FLOW)
    for text in TEXTS:
        recording(home, text).write_bytes(write_wav(tone(440, 0.1)))
    (home / "ivr.yaml").write_text(SETTINGS.format(port=1, user=USER))
    secret = home / "ami.secret"
    secret.touch(0o600)
    secret.write_text(PASSWORD)
    return home / "ivr.yaml"


def recording(home: Path, text: str) -> Path:
    """Where the recording of a text lies."""
    return home / "flows" / "prompts" / "en" / f"{slug(text)}.wav"


@asynccontextmanager
async def service(home: Path, more: str = "", *, watched: bool = True) -> AsyncIterator[Whole]:
    """The service, taking calls on a free port; ``home`` is written when there is nothing in it yet.

    ``more`` are settings beside those of `SETTINGS`. Whatever blocks the loop while it runs is an error, but for a
    test that is not ``watched`` because it runs commands beside it, which may block.
    """
    async with FakeAmi() as ami, AsyncExitStack() as stack:
        file = home / "ivr.yaml" if (home / "ivr.yaml").exists() else write_home(home)
        file.write_text(SETTINGS.format(port=ami.port, user=USER) + more)
        parts = await wiring.build(load(file, serving=True), stack)
        whole = Whole(parts, ami, home)
        stack.enter_context(parts.world.journal.subscribe(whole.events.append))
        await parts.voice.prepare((s for flow in parts.flows.values() for s in flow.sentences()), lambda *_: None)
        async with running(*parts.background()), parts.agi:
            await parts.agi.start("127.0.0.1", 0)
            await parts.ami.wait_connected(5)
            parts.state = "ok"
            with blocking_calls_told() if watched else nullcontext():
                yield whole
