"""One TCP connection to Asterisk's manager interface: matches answers and list events to whoever asked.

Answers are matched by ActionID and lists by their ``EventList`` header, never by the wording of a message. When the
connection ends, everybody who waits is released; a new connection is a new object and knows nothing of the old one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from ivr.adapters.asterisk.wire.ami import AmiDecoder, Message
from ivr.core.base.errors import AsteriskError, AsteriskUnavailable, OutcomeUnknown

log = logging.getLogger(__name__)

Listener = Callable[[Message], object]
Messages = list[Message]

_READ = 64 * 1024
_MOST_UNSENT = 256 * 1024
_MOST_LISTED = 100_000


class Asked:
    """An action that was sent, and whoever waits for its answer; with ``rows`` it is a list."""

    __slots__ = ("action", "answer", "number", "rows")

    def __init__(self, action: str, number: str, rows: Messages | None = None) -> None:
        self.action, self.number, self.rows = action, number, rows
        # Trouble is a value here: an exception that nobody is left to fetch would be logged as a bug.
        self.answer: asyncio.Future[Messages | AsteriskError] = asyncio.get_running_loop().create_future()

    def settle(self, outcome: Messages | AsteriskError) -> None:
        """Releases whoever waits."""
        if not self.answer.done():
            self.answer.set_result(outcome)

    def take_answer(self, message: Message) -> None:
        """Takes the answer, which for a list only says that the rows follow."""
        if message.get("Response").lower() == "error":
            self.settle(self._refusal(message.get("Message")))
        elif self.rows is None:
            self.settle([message])
        elif message.get("EventList").lower() != "start":
            self.settle(AsteriskError(f"AMI action {self.action} gives no list", hint="use send for it"))

    def take_row(self, message: Message) -> None:
        """Takes an event of the list, of which the last says so."""
        assert self.rows is not None
        state = message.get("EventList").lower()
        if state == "complete":
            self.settle(self.rows)
        elif state or len(self.rows) >= _MOST_LISTED:
            self.settle(AsteriskError(f"AMI list {self.action}: {state or 'more rows than can be kept'}"))
        else:
            self.rows.append(message)

    def _refusal(self, reason: str) -> AsteriskError:
        rights = "see the read and write lines of the AMI user in manager.conf" if "ermission" in reason else ""
        return AsteriskError(f"Asterisk refused {self.action}: {reason}", hint=rights)


class Connection(asyncio.BufferedProtocol):
    """One connection's bytes and whoever waits for an answer on it.

    A buffer of its own, since asyncio would otherwise take and give back 256 KiB for each read.
    """

    def __init__(self, heard: Callable[[str, Message], None], prefix: str) -> None:
        self._heard = heard
        self._marker = f"\r\nActionID: {prefix}".encode()
        self._buffer = bytearray(_READ)
        self._decoder = AmiDecoder()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._asked: dict[str, Asked] = {}
        self._listing = 0
        self._skipped = 0
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.heard_at = self._loop.time()

    @property
    def banner(self) -> str:
        """What Asterisk greeted with."""
        return self._decoder.banner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next read goes."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Reads what came."""
        self.heard_at = self._loop.time()
        messages = self._decoder.feed(bytes(memoryview(self._buffer)[:nbytes]))
        messages.reverse()
        while messages:  # each is let go before the next is parsed: a read holds hundreds
            message = messages.pop()
            event = message.event
            if not event:
                self._take_answer(message)
            elif not (self._listing and self._marker in message.raw and self._take_row(message)):
                self._heard(event, message)
                if event == "Shutdown":
                    self.end("Asterisk is shutting down")
        if self._decoder.skipped != self._skipped:
            self._skipped = self._decoder.skipped
            log.warning("Asterisk sent an AMI message that is too long; skipped (%d so far)", self._skipped)

    def connection_lost(self, exc: Exception | None) -> None:
        """Asterisk, or the way to it, is gone."""
        self.end(f"the connection was lost ({exc})" if exc else "Asterisk closed the connection")

    def end(self, why: str) -> None:
        """Closes the connection and releases whoever waits."""
        if not self.ended.done():
            self.ended.set_result(why)
        if self._transport is not None:
            # A peer that does not read would keep a closing connection open for ever.
            if self._transport.get_write_buffer_size():
                self._transport.abort()
            else:
                self._transport.close()
        for asked in self._asked.values():
            asked.settle(OutcomeUnknown(f"AMI action {asked.action}: {why} before the answer came"))

    async def ask(self, asked: Asked, data: bytes, within: float) -> Messages:
        """Writes an action, once, and waits for its answer."""
        self._write(asked.action, data)
        self._asked[asked.number] = asked
        self._listing += asked.rows is not None
        try:
            async with asyncio.timeout(within):
                outcome = await asked.answer
        except TimeoutError:
            raise OutcomeUnknown(f"AMI action {asked.action}: no answer within {within:g} s") from None
        finally:
            del self._asked[asked.number]
            self._listing -= asked.rows is not None
        if isinstance(outcome, AsteriskError):
            raise outcome
        return outcome

    def _write(self, action: str, data: bytes) -> None:
        transport = self._transport
        if transport is None or self.ended.done() or transport.is_closing():
            raise AsteriskUnavailable(f"AMI action {action}: not connected to Asterisk")
        if transport.get_write_buffer_size() + len(data) > _MOST_UNSENT:
            raise AsteriskUnavailable(f"AMI action {action}: Asterisk does not read what it is sent")
        transport.write(data)

    def _take_answer(self, message: Message) -> None:
        asked = self._asked.get(message.get("ActionID"))
        if asked is not None:  # else: too late, and whoever asked was told so
            asked.take_answer(message)

    def _take_row(self, message: Message) -> bool:
        asked = self._asked.get(message.get("ActionID"))
        if asked is None or asked.rows is None:
            return False
        asked.take_row(message)
        return True
