"""The AGI codec against any text and any bytes, in any pieces."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.asterisk.wire.agi import AgiDecoder, AgiError, Environment, Item, Notice, Reply, command

HEADER = b"agi_channel: x\n\n"
CARRIED = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=60)
AWKWARD = st.text(st.sampled_from("ab ,\"'\\\t${}()|&;\u00e4\u5317\u00a0"), max_size=40)


def words_in_asterisk(line: bytes) -> list[bytes]:
    """What Asterisk makes of a command line, after the rules of parse_args in res_agi.c."""
    words: list[bytearray] = []
    quoted = escaped = False
    between = True
    for byte in line:
        if byte == ord('"') and not escaped:
            quoted = not quoted
            if quoted and between:
                words.append(bytearray())
                between = False
        elif byte in b" \t" and not quoted and not escaped:
            between = True
        elif byte == ord("\\") and not escaped:
            escaped = True
        else:
            if between:
                words.append(bytearray())
                between = False
            words[-1].append(byte)
            escaped = False
    return [bytes(word) for word in words]


@given(st.lists(CARRIED | AWKWARD, min_size=1, max_size=6))
def test_every_word_arrives_as_one_word(words: list[str]) -> None:
    line = command(*words)
    assert line.endswith(b"\n")
    assert words_in_asterisk(line[:-1]) == [word.encode() for word in words]


@given(CARRIED, st.sampled_from("\r\n\0"), CARRIED)
def test_line_breaks_are_refused(before: str, broken: str, after: str) -> None:
    with pytest.raises(ValueError, match="refused"):
        command("VERBOSE", before + broken + after)


def test_only_words_that_need_quotes_get_them() -> None:
    assert command("STREAM", "FILE", "/prompts/welcome", "") == b'STREAM FILE /prompts/welcome ""\n'
    assert command("EXEC", "Dial", "PJSIP/1,20,g") == b"EXEC Dial PJSIP/1,20,g\n"
    assert command("VERBOSE", 'a "b"') == b'VERBOSE "a \\"b\\""\n'


def test_command_that_asterisk_would_split_is_refused() -> None:
    assert len(command("VERBOSE", "x" * 2038)) == 2047
    with pytest.raises(ValueError, match="too long"):
        command("VERBOSE", "x" * 2039)
    with pytest.raises(ValueError, match="too long"):
        command(*["x"] * 121)
    with pytest.raises(ValueError, match="at least one"):
        command()


LINES = st.sampled_from(
    [
        b"200 result=0\n",
        b"200 result=-1 endpos=160\n",
        b"200 result=1234\n",
        b"200 result= (timeout)\n",
        b"200 result=1 (a (b) c)\n",
        b"200 result=1 (first\nHANGUP\nlast)\n",
        b"200 result=1 (timeout) endpos=1234\n",
        b"100 result=0 Trying...\n",
        b"200 result=0 Gosub complete\n",
        b"510 Invalid or unknown command\n",
        b"511 Command Not Permitted on a dead channel or intercept routine\n",
        b"520-Invalid command syntax.  Proper usage follows:\n Usage: NOOP\n520 End of proper usage.\n",
        b"HANGUP\n",
    ]
)
NOISE = st.binary(max_size=40) | st.sampled_from([b"\n", b"200 ", b"result=", b"520-", b" (", b")", b"HANGUP\n"])
STREAM = st.lists(LINES | NOISE, max_size=12).map(b"".join)


def decoded(pieces: list[bytes], most_header: int = 200, most_line: int = 120) -> tuple[list[Item], str]:
    """All items, and the error if there was one."""
    decoder = AgiDecoder(most_header, most_line)
    items: list[Item] = []
    for piece in pieces:
        try:
            items += decoder.feed(piece)
        except AgiError as error:
            with pytest.raises(AgiError):
                decoder.feed(b"200 result=0\n")
            return [*items, *error.decoded], error.message
    return items, ""


@given(st.sampled_from([HEADER, b"", b"agi_a: b\nx", b"\n"]), STREAM, st.lists(st.integers(0, 300), max_size=8))
def test_pieces_make_no_difference(header: bytes, stream: bytes, cuts: list[int]) -> None:
    data = header + stream
    whole = decoded([data])
    assert decoded([data[at : at + 1] for at in range(len(data))]) == whole
    edges = [0, *sorted(cuts), len(data)]
    assert decoded([data[start:end] for start, end in pairwise(edges)]) == whole


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_garbage_is_an_agi_error_or_bounded(pieces: list[bytes]) -> None:
    decoder = AgiDecoder(200, 120)
    decoder.feed(HEADER)
    for piece in pieces:
        with suppress(AgiError):
            decoder.feed(piece)
        assert decoder.held <= 120


@given(st.lists(LINES, max_size=20))
def test_only_answers_count(lines: list[bytes]) -> None:
    items, error = decoded([HEADER, *lines])
    assert error == ""
    assert isinstance(items[0], Environment)
    assert sum(isinstance(item, Reply) for item in items) == sum(line[:1] in b"25" for line in lines)
    assert items.count(Notice.HANGUP) == lines.count(b"HANGUP\n")


VALUE = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=30)
NAME = st.text(st.sampled_from("abc_"), min_size=1, max_size=10)


@given(st.dictionaries(NAME, VALUE, min_size=1, max_size=20), st.lists(VALUE, max_size=5))
def test_environment_arrives_as_sent(variables: dict[str, str], args: list[str]) -> None:
    sent = {f"agi_{name}": value for name, value in variables.items()}
    sent |= {f"agi_arg_{number}": value for number, value in enumerate(args, 1)}
    block = "".join(f"{name}: {value}\n" for name, value in sent.items())
    assert decoded([f"{block}\n".encode()], 65536) == ([Environment(sent, tuple(args))], "")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"200 result=1 (timeout) endpos=1234\n", Reply(200, "1", "timeout", {"endpos": "1234"})),
        (b"200 result= (timeout)\n", Reply(200, "", "timeout")),
        (b"200 result=1 ()\n", Reply(200, "1", "")),
        (b"200 result=1 (a) endpos=b)\n", Reply(200, "1", "a) endpos=b")),
        (b"200 result=1 (one\ntwo)\n", Reply(200, "1", "one\ntwo")),
        (b"200 result=12*\n", Reply(200, "12*")),
        (b"200 result=0 Gosub complete\n", Reply(200, "0", "Gosub complete")),
        (b"200 result=1 (\xff\xe5\x8c)\n", Reply(200, "1", "\ufffd\ufffd")),
        (b"510 Invalid or unknown command\n", Reply(510, "", "Invalid or unknown command")),
        (b"520 Invalid command syntax.\n", Reply(520, "", "Invalid command syntax.")),
        (b"520-Usage:\n A\n520 End\n", Reply(520, "", "Usage:\n A\n520 End")),
    ],
)
def test_answers(line: bytes, answer: Reply) -> None:
    assert decoded([HEADER, line])[0][1:] == [answer]
