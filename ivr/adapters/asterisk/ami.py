"""The one connection to Asterisk's manager interface: actions out, the events asked for in.

`AmiClient.run` owns everything: it connects, logs in, reads, keeps the connection alive and connects again when it
is lost, for ever. All else hangs on one connection: when that ends, whatever waits for an answer is released at once
with `OutcomeUnknown`, because Asterisk may have acted on it. **No action is ever sent twice**; whoever asked knows
best whether asking again is safe (a dial is not).

Why not panoramisk's Manager: it sends pending actions again after a reconnect, decodes by read instead of by
message, drops an empty last header, and tells list answers by English phrases. Measured by ``python -m bench.ami``:
an Originate sent twice, 0.9 % of the headers lost, a third of this client's speed. Each cause sits in a part that
would have to be replaced (docs/decisions.md), so it stays as the reference in tests.

The password itself never travels: login is by challenge and MD5 response.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.adapters.asterisk.ami_connection import Asked, Connection, Listener, Messages
from ivr.adapters.asterisk.wire.ami import Header, Message, encode
from ivr.core.base.errors import AsteriskError, AsteriskUnavailable, OutcomeUnknown
from ivr.core.base.secret import Secret

log = logging.getLogger(__name__)

_Callback = TypeVar("_Callback", bound=Callable[..., object])

NEEDED_EVENTS = ("DTMFEnd", "Hangup", "OriginateResponse", "FullyBooted", "Shutdown")
"""The events the service reads; the ``eventfilter`` lines of its user in manager.conf let exactly these through."""

_CLASSES = {
    "DTMFEnd": "dtmf", "Hangup": "call", "OriginateResponse": "call", "FullyBooted": "system", "Shutdown": "system",
}  # fmt: skip


def event_filters(events: Collection[str] = NEEDED_EVENTS) -> list[str]:
    """The lines for the AMI user's section of manager.conf that let only ``events`` through.

    The syntax needs Asterisk 20.11, 21.6, 22.1 or later; older ones know only regular expressions.
    """
    return [f"eventfilter(action(include),name({event})) =" for event in events]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the client waits, in seconds.

    ``first`` to ``most`` is the pause between two attempts to connect, doubling; ``refused`` the pause after a wrong
    password; ``login`` the longest an attempt may take; after ``idle`` without a byte a ping is sent, which must be
    answered within ``answer``. ``jitter`` turns a pause into the one taken, so that many services do not come at once.
    """

    first: float = 0.2
    most: float = 15.0
    refused: float = 30.0
    login: float = 5.0
    idle: float = 20.0
    answer: float = 10.0
    jitter: Callable[[float], float] = field(default=lambda pause: pause * random.uniform(0.75, 1.25))


class _LoginRefused(Exception):
    """Asterisk does not accept the user or the password."""


class AmiClient:
    """A client of one Asterisk's manager interface, for as long as `run` runs."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        secret: Secret,
        *,
        events: Collection[str] = NEEDED_EVENTS,
        pace: Pace | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._user, self._secret = user, secret
        self._events = tuple(events)
        self._pace = pace or Pace()
        self._listeners: dict[str, list[Listener]] = {}
        self._at_connect: list[Callable[[], object]] = []
        self._connection: Connection | None = None
        self._ready = asyncio.Event()
        self._told = ""
        self._prefix = f"ivr-{secrets.token_hex(4)}-"
        self._count = 0

    @property
    def connected(self) -> bool:
        """Whether an action sent now would reach Asterisk: connected and logged in."""
        return self._connection is not None and not self._connection.ended.done()

    async def wait_connected(self, within: float) -> None:
        """Waits for the login. Raises AsteriskUnavailable, with the last trouble seen, after ``within`` seconds."""
        try:
            async with asyncio.timeout(within):
                await self._ready.wait()
        except TimeoutError:
            raise self._unavailable() from None

    def on(self, event: str, callback: Listener) -> Callable[[], None]:
        """Calls ``callback`` with every event of that name (exact spelling); the result ends that.

        The callback must be quick; what it raises is logged. Raises ValueError for an event not asked for at
        construction, since Asterisk's filter would keep it away silently.
        """
        if event not in self._events:
            raise ValueError(
                f"AMI event {event!r} is not among those asked for {self._events}: add it to NEEDED_EVENTS"
            )
        return _listed(self._listeners.setdefault(event, []), callback)

    def on_connected(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Calls ``callback`` after every login; the result ends that."""
        return _listed(self._at_connect, callback)

    async def send(self, action: str, *headers: Header, within: float = 5.0) -> Message:
        """Sends an action once and gives Asterisk's answer.

        Raises AsteriskUnavailable when nothing was sent, OutcomeUnknown when the connection broke or ``within``
        seconds passed before the answer, AsteriskError when Asterisk refused, ValueError for unsafe text.
        """
        connection, number, data = self._prepared(action, headers)
        return (await connection.ask(Asked(action, number), data, within))[0]

    async def list(self, action: str, *headers: Header, within: float = 10.0) -> Messages:
        """Sends a list action and gives its list's events; raises as `send` does."""
        connection, number, data = self._prepared(action, headers)
        return await connection.ask(Asked(action, number, rows=[]), data, within)

    async def run(self) -> None:
        """Keeps one connection up until cancelled."""
        loop = asyncio.get_running_loop()
        pause = self._pace.first
        while True:
            began = loop.time()
            try:
                await self._session()
            except _LoginRefused as trouble:
                self._tell(f"{trouble}; trying again every {self._pace.refused:g} s")
                pause = self._pace.refused
            except (OSError, AsteriskError) as trouble:
                self._tell(f"{self._where}: {trouble or type(trouble).__name__}; connecting again")
            if loop.time() - began > self._pace.most:
                pause = self._pace.first
            await asyncio.sleep(self._pace.jitter(pause))
            pause = min(pause * 2, self._pace.most)

    async def _session(self) -> None:
        """One connection, from the first byte to the last. Raises what ended it."""
        loop = asyncio.get_running_loop()
        connection = Connection(self._heard, self._prefix)
        try:
            try:
                async with asyncio.timeout(self._pace.login):
                    await loop.create_connection(lambda: connection, self._host, self._port)
                    await self._login(connection)
            except TimeoutError:
                raise AsteriskUnavailable(
                    f"no AMI login within {self._pace.login:g} s", hint="is this the AMI port?"
                ) from None
            self._up(connection)
            await self._keep(connection)
        finally:
            self._connection = None
            self._ready.clear()
            connection.end("the connection was closed by this service")

    async def _login(self, connection: Connection) -> None:
        """Proves the password by Asterisk's challenge (AuthType MD5)."""
        within = self._pace.login
        number, data = self._action("Challenge", (("AuthType", "MD5"),))
        try:
            challenge = (await connection.ask(Asked("Challenge", number), data, within))[0]
            key = hashlib.md5((challenge.get("Challenge") + self._secret.reveal()).encode(), usedforsecurity=False)
            proof = (("AuthType", "MD5"), ("Username", self._user), ("Key", key.hexdigest()), ("Events", self._mask))
            number, data = self._action("Login", proof)
            await connection.ask(Asked("Login", number), data, within)
        except (AsteriskUnavailable, OutcomeUnknown):
            raise
        except AsteriskError as refusal:
            raise _LoginRefused(
                f"{self._where} refuses the AMI user {self._user!r} ({refusal.message}): check the user's section,"
                " its secret and its permit/deny lines in manager.conf, and the same in this service's settings"
            ) from None

    async def _keep(self, connection: Connection) -> None:
        """Waits for the connection's end, with a ping when nothing was heard for a while."""
        loop = asyncio.get_running_loop()
        while True:
            rest = connection.heard_at + self._pace.idle - loop.time()
            if rest > 0:
                await asyncio.wait({connection.ended}, timeout=rest)
            else:
                await self.send("Ping", within=self._pace.answer)
            if connection.ended.done():
                raise AsteriskUnavailable(connection.ended.result())

    def _up(self, connection: Connection) -> None:
        self._connection = connection
        self._ready.set()
        self._told = ""
        log.info("connected to %s (%s)", self._where, connection.banner)
        for callback in tuple(self._at_connect):
            try:
                callback()
            except Exception:
                log.exception("a listener for the AMI connection failed")

    def _heard(self, event: str, message: Message) -> None:
        """Hands an event to its listeners; events without one are not even parsed."""
        listeners = self._listeners.get(event)
        if not listeners:
            return
        for callback in tuple(listeners):
            try:
                callback(message)
            except Exception:
                log.exception("a listener for the AMI event %s failed", event)

    def _prepared(self, action: str, headers: tuple[Header, ...]) -> tuple[Connection, str, bytes]:
        number, data = self._action(action, headers)
        if self._connection is None:
            raise self._unavailable()
        return self._connection, number, data

    def _action(self, action: str, headers: tuple[Header, ...]) -> tuple[str, bytes]:
        self._count += 1
        number = f"{self._prefix}{self._count}"
        return number, encode(action, (("ActionID", number), *headers))

    def _unavailable(self) -> AsteriskUnavailable:
        return AsteriskUnavailable(f"not connected to {self._where}", hint=self._told or "is the AMI client running?")

    @property
    def _mask(self) -> str:
        """The classes of events to ask for; all of them when one's class is not known here."""
        classes = {_CLASSES.get(event, "on") for event in self._events}
        return "on" if "on" in classes else ",".join(sorted(classes)) or "off"

    @property
    def _where(self) -> str:
        return f"Asterisk at {self._host}:{self._port}"

    def _tell(self, trouble: str) -> None:
        """Logs trouble when it differs from what was logged last."""
        if trouble != self._told:
            log.warning("%s", trouble)
            self._told = trouble


def _listed(callbacks: list[_Callback], callback: _Callback) -> Callable[[], None]:
    callbacks.append(callback)

    def remove() -> None:
        if callback in callbacks:
            callbacks.remove(callback)

    return remove
