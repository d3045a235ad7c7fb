"""The Asterisk Gateway Interface as bytes: commands out; the environment, answers and the line ``HANGUP`` in.

Theory of operation. Asterisk opens with lines ``agi_name: value`` and an empty line. Then each command of ours (one
line) is answered once: ``200 result=1 (text) endpos=160``, ``510 ...``, ``511 ...`` or a block from ``520-`` to
``520 ``. Two things come without being asked for: ``1xx`` lines (still working), which are skipped here, and the
line ``HANGUP``, which is never part of the count of answers. A variable's value may hold line breaks: an answer
whose parenthesis is open goes on in the next line.

The protocol is that of Asterisk's res_agi. A command line longer than its buffer is taken for two commands (seen on
22.10: what follows byte 8191 runs as a command of its own; older versions have 2048 bytes), so `command` refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from ivr.core.base.errors import AsteriskError

MOST_COMMAND_BYTES = 2047  # with the line break: what every version of res_agi takes
MOST_WORDS = 120  # res_agi keeps 127 words and silently drops the others
MOST_VARIABLES = 256

_PLAIN = re.compile(r'[^\s"\\\x00-\x1f\x7f]+').fullmatch
_BREAK = re.compile(r"[\r\n\0]")
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
    """What comes without being asked for: the line HANGUP, or a line that is no answer at all."""

    HANGUP = "HANGUP"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk tells of the call: ``variables`` by name (``agi_channel`` ...) and the arguments in order."""

    variables: Mapping[str, str]
    args: tuple[str, ...]


class Reply(NamedTuple):
    """The answer to one command.

    ``result`` is the text after ``result=`` (may be empty); ``data`` is the text in parentheses or, of an answer
    that has none, its words (the usage of a 520); ``rest`` holds fields such as ``endpos``.
    """

    code: int
    result: str = ""
    data: str = ""
    rest: Mapping[str, str] = _EMPTY


Item = Environment | Reply | Notice


def command(*words: str) -> bytes:
    """One command line; each word arrives in Asterisk exactly as given, whatever quotes or blanks it holds.

    Raises ValueError for no words, a line break or NUL in a word, or a line too long for Asterisk.
    """
    known = _repeated.get(words)
    if known is not None:
        return known
    line = " ".join(words)
    plain = line.isprintable() and '"' not in line and "\\" not in line
    # With one blank for each joint, no word holds one unless another is empty.
    if not plain or line.count(" ") != len(words) - 1 or "" in words:
        line = _quoted(words, line)
    data = (line + "\n").encode()
    if len(data) > MOST_COMMAND_BYTES or len(words) > MOST_WORDS:
        limits = f"Asterisk takes {MOST_COMMAND_BYTES} bytes in {MOST_WORDS} words"
        raise ValueError(f"AGI command too long: {len(data)} bytes in {len(words)} words, {limits}")
    if words[0] in _REPEATING:
        if len(_repeated) >= _MOST_REPEATED:
            _repeated.clear()
        _repeated[words] = data
    return data


# Commands that every call sends again, and that hold nothing of a caller's, keep their line.
_REPEATING = frozenset({"ANSWER", "GET", "HANGUP", "NOOP", "STREAM", "WAIT"})
_MOST_REPEATED = 1024
_repeated: dict[tuple[str, ...], bytes] = {}


def _quoted(words: tuple[str, ...], line: str) -> str:
    if not words:
        raise ValueError("an AGI command needs at least one word")
    found = _BREAK.search(line)
    if found:
        raise ValueError(f"AGI command refused: character {found.group()!r} in a word would end the line")
    return " ".join([word if word.isalnum() or _PLAIN(word) else _quote(word) for word in words])


def _quote(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


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

    def answer(self, data: bytes) -> Reply | None:
        """The answer that a piece holds from end to end, as nearly all do; None leaves the piece to `feed`."""
        if not self._fast:
            return None
        known = _COMMON.get(data)
        if known is not None:
            return known
        if data[:11] == b"200 result=" and data.find(b"\n") == len(data) - 1 <= self._most_line:
            return _result(data[11:-1])
        return None

    def feed(self, data: bytes) -> Sequence[Item]:
        """What the new piece completes, in order."""
        answer = self.answer(data)
        if answer is not None:
            return (answer,)
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
                items.append(Notice.NOISE)
            else:
                self._answer(line, match[2] == b"-", items)

    def _continued(self, line: bytes, items: list[Item]) -> None:
        held = self._open + b"\n" + line
        if len(held) > self._most_line:
            raise self._too_long()
        self._answer(held, held[3:4] == b"-" and not line.startswith(held[:3] + b" "), items)

    def _answer(self, lines: bytes, more: bool, items: list[Item]) -> None:
        answer = None if more else reply(lines)
        self._open = lines if answer is None else b""
        if answer is not None and answer.code >= 200:
            items.append(answer)

    def _too_long(self) -> AgiError:
        return AgiError(f"an AGI answer is longer than {self._most_line} bytes")


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


def reply(lines: bytes) -> Reply | None:
    """The answer that a line, or block of lines, holds; None when it goes on in the next line."""
    if lines.startswith(b"200 result="):
        return _result(lines[11:])
    text = lines.decode("utf-8", "replace")
    code, words = int(text[:3]), text[4:]
    if words.startswith("result="):
        result, _, tail = words[7:].partition(" ")
        return Reply(code, result, tail)
    return Reply(code, "", words)


def _result(data: bytes) -> Reply | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    result, _, tail = text.partition(" ")
    if not tail:
        return _made(Reply, (200, result, "", _EMPTY))
    if tail[0] == "(":
        if tail[-1] == ")":
            return _made(Reply, (200, result, tail[1:-1], _EMPTY))
        # Asterisk writes nothing but this field after a closing parenthesis; without it the value goes on.
        words, found, fields = tail[1:].partition(") endpos=")
        return Reply(200, result, words, _fields("endpos=" + fields)) if found else None
    if tail[:7] == "endpos=":
        return _made(Reply, (200, result, "", _fields(tail)))
    return Reply(200, result, tail)


def _fields(text: str) -> Mapping[str, str]:
    name, _, value = text.partition("=")
    if " " not in value:
        return {name: value}
    return {name: value.strip('"') for name, value in _FIELD.findall(text)}


_made = tuple.__new__  # the named tuple's own way takes three times as long

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
_COMMON = {b"200 result=%d\n" % number: Reply(200, str(number)) for number in range(-2, 128)}
