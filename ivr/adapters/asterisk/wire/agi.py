"""The Asterisk Gateway Interface as bytes: commands out; the environment, answers and the line ``HANGUP`` in.

Theory of operation. Asterisk opens with lines ``agi_name: value`` and an empty line. Then each command of ours (one
line) is answered once: ``200 result=1 (text) endpos=160``, ``510 ...``, ``511 ...`` or a block from ``520-`` to
``520 ``. Two things come without being asked for: ``1xx`` lines (still working), which are skipped here, and the
line ``HANGUP``, which is never part of the count of answers. A variable's value may hold line breaks: an answer
whose parenthesis is open goes on in the next line.

The protocol is that of Asterisk's res_agi: a command line longer than its buffer of 2048 bytes would be read as two
commands, so `command` refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from ivr.core.base.errors import AsteriskError

MOST_COMMAND_BYTES = 2047  # res_agi reads a line into 2048 bytes, the terminating zero included
MOST_WORDS = 120  # res_agi keeps 127 words and silently drops the others
MOST_VARIABLES = 256

_BREAKS = re.compile(r"[\r\n\0]")
_SPECIAL = re.compile(r"[\"\\]")
_ANSWER = re.compile(rb"([1-9]\d\d)(?:([ -])(.*))?", re.DOTALL)
_FIELD = re.compile(r'(\w+)=("[^"]*"|\S*)')
_EMPTY: Mapping[str, str] = MappingProxyType({})


class AgiError(AsteriskError):
    """The peer broke the protocol; ``decoded`` is what came whole before that in the same piece."""

    code = "agi"

    def __init__(self, message: str, decoded: Sequence[Item] = ()) -> None:
        super().__init__(message, hint="is it Asterisk that talks to the FastAGI port?")
        self.decoded = tuple(decoded)


class Notice(Enum):
    """What Asterisk says without being asked."""

    HANGUP = "HANGUP"


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk tells of the call: ``variables`` by name (``agi_channel`` ...) and the arguments in order."""

    variables: Mapping[str, str]
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command.

    ``result`` is the text after ``result=`` (may be empty); ``data`` is the text in parentheses or, of an answer
    that has none, its words (the usage of a 520); ``rest`` holds fields such as ``endpos``.
    """

    code: int
    result: str = ""
    data: str = ""
    rest: Mapping[str, str] = field(default_factory=lambda: _EMPTY)


Item = Environment | Reply | Notice


def command(*words: str) -> bytes:
    """One command line; each word arrives in Asterisk exactly as given, whatever quotes or blanks it holds.

    Raises ValueError for no words, a line break or NUL in a word, or a line too long for Asterisk.
    """
    line = " ".join(words)
    if not _is_plain(line, len(words)):
        line = _quoted(words)
    data = line.encode("utf-8", "replace") + b"\n"
    if len(data) > MOST_COMMAND_BYTES or len(words) > MOST_WORDS:
        raise ValueError(f"AGI command too long: {len(data)} bytes in {len(words)} words, {_limits()}")
    return data


def _is_plain(line: str, words: int) -> bool:
    """Whether no word of a joined line needs quotes: as many blanks as joints, and none where a word is empty."""
    return (
        line.count(" ") == words - 1
        and line.isprintable()
        and '"' not in line
        and "\\" not in line
        and "  " not in line
        and line[:1] != " "
        and line[-1:] not in {"", " "}
    )


def _limits() -> str:
    return f"Asterisk takes {MOST_COMMAND_BYTES} bytes in {MOST_WORDS} words"


def _quoted(words: tuple[str, ...]) -> str:
    if not words:
        raise ValueError("an AGI command needs at least one word")
    for word in words:
        found = _BREAKS.search(word)
        if found:
            raise ValueError(f"AGI command refused: character {found.group()!r} at position {found.start()} of a word")
    return " ".join(word if _is_plain(word, 1) else f'"{_SPECIAL.sub(_escape, word)}"' for word in words)


def _escape(found: re.Match[str]) -> str:
    return "\\" + found.group()


class AgiDecoder:
    """Turns bytes, in pieces of any size, into the environment (first, once), answers and notices.

    Raises `AgiError` at the first violation and at every piece after it. What it holds is bounded: by
    ``most_header`` bytes for the environment, by ``most_line`` bytes for an answer, also one of several lines.
    """

    __slots__ = ("_buffer", "_error", "_fast", "_most_header", "_most_line", "_open", "_ready")

    def __init__(self, most_header: int = 65536, most_line: int = 8192) -> None:
        self._buffer = bytearray()  # what is not complete yet
        self._open = b""  # the lines of an answer that goes on in the next line
        self._ready = False  # the environment is complete
        self._fast = False  # nothing is held: a piece may be looked up as a whole
        self._error = ""
        self._most_header = most_header
        self._most_line = most_line

    @property
    def held(self) -> int:
        """How many bytes are kept until more come."""
        return len(self._buffer) + len(self._open)

    def feed(self, data: bytes) -> Sequence[Item]:
        """What the new piece completes, in order."""
        if self._fast:
            known = _COMMON.get(data)
            if known is not None:
                return known
            end = data.find(b"\n")
            if end == len(data) - 1 and end <= self._most_line and data.startswith(b"200 ") and not _is_open(data[:-1]):
                return (reply(data[:-1]),)
        if self._error:
            raise AgiError(self._error)
        items: list[Item] = []
        try:
            self._buffer += data
            if not self._ready:
                self._environment(len(data), items)
            if self._ready:
                self._lines(items)
        except AgiError as error:
            self._error, self._buffer, self._open, self._fast = error.message, bytearray(), b"", False
            raise AgiError(error.message, items) from None
        self._fast = self._ready and not self._buffer and not self._open
        return items

    def _environment(self, fresh: int, items: list[Item]) -> None:
        buffer = self._buffer
        end = buffer.find(b"\n\n", max(0, len(buffer) - fresh - 1))
        if buffer.startswith(b"\n"):
            raise AgiError("the AGI environment is empty")
        if end > self._most_header or (end < 0 and len(buffer) > self._most_header + 1):
            raise AgiError(f"the AGI environment is longer than {self._most_header} bytes")
        if end >= 0:
            items.append(environment(bytes(buffer[:end])))
            del buffer[: end + 2]
            self._ready = True

    def _lines(self, items: list[Item]) -> None:
        if b"\n" in self._buffer:
            *lines, held = bytes(self._buffer).split(b"\n")
            self._buffer = bytearray(held)
            for line in lines:
                self._line(line, items)
        if self.held > self._most_line:
            raise self._too_long()

    def _line(self, line: bytes, items: list[Item]) -> None:
        if len(line) > self._most_line:
            raise self._too_long()
        if self._open:
            self._continued(line, items)
        elif line == b"HANGUP":
            items.append(Notice.HANGUP)
        else:
            match = _ANSWER.fullmatch(line)
            if match is None:
                raise AgiError(f"not an AGI answer: {line[:60]!r}")
            if match[2] == b"-" or _is_open(line):
                self._open = line
            elif not line.startswith(b"1"):
                items.append(reply(line))

    def _continued(self, line: bytes, items: list[Item]) -> None:
        held = self._open + b"\n" + line
        if len(held) > self._most_line:
            raise self._too_long()
        ended = line.startswith(held[:3] + b" ") if held[3:4] == b"-" else not _is_open(held)
        self._open = b"" if ended else held
        if ended:
            items.append(reply(held))

    def _too_long(self) -> AgiError:
        return AgiError(f"an AGI answer is longer than {self._most_line} bytes")


def _is_open(line: bytes) -> bool:
    """Whether the text in parentheses goes on; Asterisk writes nothing but ``endpos=`` after a closing one."""
    start = line.find(b" (")
    return start >= 0 and line.startswith(b"200 result=") and not line.endswith(b")") and b") endpos=" not in line


def environment(block: bytes) -> Environment:
    """The variables of an environment block (without the empty line). Raises `AgiError`."""
    variables: dict[str, str] = {}
    lines = block.decode("utf-8", "replace").split("\n")
    if len(lines) > MOST_VARIABLES:
        raise AgiError(f"the AGI environment has more than {MOST_VARIABLES} variables")
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            if not line.endswith(":"):
                raise AgiError(f"not an AGI variable: {line[:60]!r}")
            name = line[:-1]
        variables[_NAMES.get(name, name)] = value
    if len(variables) != len(lines):
        # A line break in a caller's name could set any variable; Asterisk itself sends each once.
        raise AgiError("an AGI variable was sent twice")
    if "agi_arg_1" not in variables:
        return Environment(variables, ())
    args: list[str] = []
    while (arg := variables.get(f"agi_arg_{len(args) + 1}")) is not None:
        args.append(arg)
    return Environment(variables, tuple(args))


def reply(line: bytes) -> Reply:
    """The answer that a complete line, or block of lines, holds."""
    text = line.decode("utf-8", "replace")
    code, words = int(text[:3]), text[4:]
    if not words.startswith("result="):
        return Reply(code, "", words)
    result, _, tail = words[7:].partition(" ")
    if not tail:
        return Reply(code, result)
    if tail.startswith("("):
        if tail.endswith(")"):
            return Reply(code, result, tail[1:-1])
        data, _, fields = tail[1:].partition(") endpos=")
        return Reply(code, result, data, _fields("endpos=" + fields))
    if tail.startswith("endpos="):
        return Reply(code, result, "", _fields(tail))
    return Reply(code, result, tail)


def _fields(text: str) -> Mapping[str, str]:
    return {name: value.strip('"') for name, value in _FIELD.findall(text)}


# One object for each name and for each answer that comes all the time: less memory a call, less work a command.
_NAMES = {
    name: name
    for name in (
        *("agi_network", "agi_network_script", "agi_request", "agi_channel", "agi_language", "agi_type"),
        *("agi_uniqueid", "agi_version", "agi_callerid", "agi_calleridname", "agi_callingpres", "agi_callingani2"),
        *("agi_callington", "agi_callingtns", "agi_dnid", "agi_rdnis", "agi_context", "agi_extension"),
        *("agi_priority", "agi_enhanced", "agi_accountcode", "agi_threadid", "agi_arg_1", "agi_arg_2"),
    )
}
_COMMON: dict[bytes, tuple[Item, ...]] = {
    line + b"\n": (reply(line),) for line in (b"200 result=%d" % number for number in range(-2, 128))
}
