"""AMI, Asterisk's manager protocol, as bytes: messages in, actions out; no socket, no time.

A message is header lines ``Name: value`` ended by CR LF, and an empty line ends the message. Asterisk greets with
one line that is no header; the text of old ``Response: Follows`` answers has lines that are none either, ended by a
bare LF. Names may repeat (``ChanVariable``, ``Output``) and values may be empty, also the last one's.

Asterisk sends dozens of events a call and a client wants a few of them, so a `Message` knows its event's name from
its first line and reads the other headers only when one is asked for. Text is UTF-8; it is decoded by whole
messages, so that a read may end inside a character.
"""

from __future__ import annotations

from collections.abc import Iterable

Header = tuple[str, str]

_END = b"\r\n\r\n"
_FORBIDDEN = "\r\n\0"
_OLD_END = b"--END COMMAND--"
_LONGEST_LINE = 1024
"""Bytes of an action's line with its CR LF that Asterisk reads (``inbuf`` in its main/manager.c)."""


class Message:
    """One answer or event: its headers in order, repeats kept; names are compared without regard to case."""

    __slots__ = ("_headers", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._headers: list[Header] | None = None

    @property
    def event(self) -> str:
        """The event's name, or empty when this is an answer."""
        raw = self.raw
        if raw[:7] == b"Event: ":
            end = raw.find(b"\r", 7)
            return raw[7 : end if end > 0 else None].decode("utf-8", "replace")
        return "" if raw[:10] == b"Response: " else self.get("Event")

    @property
    def headers(self) -> list[Header]:
        """All headers as (name, value), in order."""
        if self._headers is None:
            self._headers = _parse(self.raw)
        return self._headers

    def get(self, name: str, default: str = "") -> str:
        """The first value of a header, or ``default`` when there is none."""
        headers = self.headers
        for key, value in headers:
            if key == name:
                return value
        folded = name.lower()
        return next((value for key, value in headers if key.lower() == folded), default)

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        folded = name.lower()
        return [value for key, value in self.headers if key.lower() == folded]

    def __contains__(self, name: str) -> bool:
        folded = name.lower()
        return any(key.lower() == folded for key, _ in self.headers)

    def __repr__(self) -> str:
        # Values are callers' names and numbers, which belong in no log.
        return f"<{self.event or self.get('Response') or 'AMI message'}, {len(self.headers)} headers>"


class AmiDecoder:
    """Cuts a stream of bytes into messages, whatever pieces it comes in.

    A message of more than ``longest`` bytes is skipped and counted in ``skipped``; the next one is read as usual.
    """

    def __init__(self, longest: int = 256 * 1024) -> None:
        self.banner = ""
        self.skipped = 0
        self._longest = longest
        self._rest = bytearray()
        self._skipping = False
        self._first = True

    def feed(self, data: bytes) -> list[Message]:
        """The messages that ``data`` completes."""
        rest = self._rest
        if rest:
            seen = max(len(rest) - 3, 0)
            rest += data
            if rest.find(_END, seen) < 0:
                self._bound()
                return []
            data = bytes(rest)
            rest.clear()
        parts = data.split(_END)
        rest += parts.pop()
        if self._first or self._skipping:
            parts = self._begin(parts)
        self._bound()
        longest = self._longest
        # Greater than a blank: neither empty nor beginning with a line break.
        messages = [Message(part) for part in parts if part > b" " and len(part) <= longest]
        if len(messages) != len(parts):
            return self._odd(parts)
        return messages

    def _begin(self, parts: list[bytes]) -> list[bytes]:
        """Drops the end of a skipped message, and takes the greeting from the first one."""
        if self._skipping and parts:
            self._skipping = self._first = False
            parts = parts[1:]
        if self._first and parts:
            self._first = False
            line, _, message = parts[0].partition(b"\r\n")
            if b":" not in line and len(parts[0]) <= self._longest:
                self.banner = line.decode("utf-8", "replace")
                parts = [message, *parts[1:]]
        return parts

    def _bound(self) -> None:
        # Up to three bytes at the end may belong to the separator; with more than that the message is too long.
        if len(self._rest) > self._longest + 3:
            if not self._skipping:
                self.skipped += 1
                self._skipping = True
            del self._rest[:-3]

    def _odd(self, parts: list[bytes]) -> list[Message]:
        """The messages among parts of which one is too long, is empty, or has a line break too many before it."""
        self.skipped += sum(len(part) > self._longest for part in parts)
        kept = [part.lstrip(b"\r\n") for part in parts if len(part) <= self._longest]
        return [Message(part) for part in kept if part]


def encode(action: str, headers: Iterable[Header] = ()) -> bytes:
    """An action's bytes.

    Raises ValueError for a line break or NUL in a name or value (a value from outside could otherwise add headers
    or whole actions), for a name that is none, and for a line longer than Asterisk reads.
    """
    lines = []
    for name, value in (("Action", action), *headers):
        if not name or ":" in name or any(mark in name or mark in value for mark in _FORBIDDEN):
            raise ValueError(f"AMI action {action!r}: header {name!r} has a line break, a NUL or no proper name")
        line = f"{name}: {value}\r\n".encode()
        if len(line) > _LONGEST_LINE:
            raise ValueError(
                f"AMI action {action!r}: header {name!r} is {len(line)} bytes, Asterisk reads {_LONGEST_LINE}"
            )
        lines.append(line)
    lines.append(b"\r\n")
    return b"".join(lines)


def _parse(raw: bytes) -> list[Header]:
    lines = raw.decode("utf-8", "replace").split("\r\n")
    headers = [(name, value) for line in lines for name, colon, value in [line.partition(": ")] if colon]
    if len(headers) == len(lines) and not raw.endswith(_OLD_END):
        return headers
    return [header for line in lines for header in _uncommon(line)]


def _uncommon(line: str) -> list[Header]:
    """A line that may lack the space or the colon, or be the text of an old ``Response: Follows``."""
    if line.endswith(_OLD_END.decode()):
        return [("Output", piece) for piece in line.split("\n")[:-1]]
    name, colon, value = line.partition(":")
    return [(name, value.removeprefix(" "))] if colon else [("Output", line)]
