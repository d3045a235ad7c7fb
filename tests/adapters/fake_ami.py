"""An Asterisk manager interface for tests: real bytes on a loopback socket, faults on request.

::

    async with FakeAmi() as asterisk:
        asterisk.answers["Originate"] = lambda action: asterisk.success(action)
        ...
        asterisk.event("DTMFEnd", ("Digit", "1"))

It knows Challenge, Login (MD5, and plain for other clients) and Ping, and answers everything else as `answers` says,
or with an error. Everything received is kept in `received`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from types import TracebackType
from typing import cast

from ivr.adapters.asterisk.wire.ami import AmiDecoder, Header, Message

USER, PASSWORD = "ivr", "s3cret"
CHALLENGE = "113904821"

Answer = Callable[[Message], bytes]


def block(*headers: Header) -> bytes:
    """One AMI message as Asterisk writes it."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + b"\r\n"


class FakeAmi:
    """One fake Asterisk; ``port`` stays the same when it is stopped and started again."""

    def __init__(self, password: str = PASSWORD) -> None:
        self.password = password
        self.port = 0
        self.received: list[Message] = []
        self.logins = 0
        self.answers: dict[str, Answer] = {}
        self.on_login = b""
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()
        self.sessions: list[_Session] = []

    async def __aenter__(self) -> FakeAmi:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, on the port it had before if there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Session(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port and every connection."""
        if self._server is not None:
            self._server.close()
            self.drop()
            await self._until(lambda: not self.sessions)
            self._server = None

    def drop(self) -> None:
        """Closes every connection at once and keeps listening."""
        for session in self.sessions:
            session.close()

    def event(self, name: str, *headers: Header) -> None:
        """Sends an event to every connection."""
        self.send(block(("Event", name), *headers))

    def send(self, data: bytes) -> None:
        """Sends any bytes to every connection."""
        for session in self.sessions:
            session.write(data)

    def actions(self, name: str) -> list[Message]:
        """What was received of one action, over all connections."""
        return [action for action in self.received if action.get("Action") == name]

    async def has(self, name: str, times: int = 1) -> None:
        """Waits until an action was received so many times."""
        await self._until(lambda: len(self.actions(name)) >= times)

    async def logged_in(self, times: int = 1) -> None:
        """Waits until there were so many logins."""
        await self._until(lambda: self.logins >= times)

    @staticmethod
    def success(action: Message, *headers: Header) -> bytes:
        """A ``Response: Success`` to an action."""
        return block(("Response", "Success"), ("ActionID", action.get("ActionID")), *headers)

    @staticmethod
    def error(action: Message, reason: str) -> bytes:
        """A ``Response: Error`` to an action."""
        return block(("Response", "Error"), ("ActionID", action.get("ActionID")), ("Message", reason))

    def take(self, session: _Session, action: Message) -> None:
        """Keeps an action and answers it."""
        self.received.append(action)
        session.write(self._answer(action))
        self._changed.set()

    def gone(self, session: _Session) -> None:
        """Forgets a connection that was closed."""
        self.sessions.remove(session)
        self._changed.set()

    async def _until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    def _answer(self, action: Message) -> bytes:
        name = action.get("Action")
        if name in self.answers:
            return self.answers[name](action)
        if name == "Challenge":
            return self.success(action, ("Challenge", CHALLENGE))
        if name == "Login":
            return self._login(action)
        if name == "Ping":
            return self.success(action, ("Ping", "Pong"), ("Timestamp", "1700000000.000001"))
        return self.error(action, "Invalid/unknown command")

    def _login(self, action: Message) -> bytes:
        key = hashlib.md5((CHALLENGE + self.password).encode()).hexdigest()
        proof = action.get("Key") == key or action.get("Secret") == self.password
        if action.get("Username") != USER or not proof:
            return self.error(action, "Authentication failed")
        self.logins += 1
        return self.success(action, ("Message", "Authentication accepted")) + self.on_login


class _Session(asyncio.Protocol):
    def __init__(self, asterisk: FakeAmi) -> None:
        self._asterisk = asterisk
        self._decoder = AmiDecoder()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but inheritance
        self._asterisk.sessions.append(self)
        self.write(b"Asterisk Call Manager/11.0.0\r\n")

    def data_received(self, data: bytes) -> None:
        for action in self._decoder.feed(data):
            self._asterisk.take(self, action)

    def connection_lost(self, exc: Exception | None) -> None:
        self._asterisk.gone(self)

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()
