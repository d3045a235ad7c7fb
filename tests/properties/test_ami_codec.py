"""AMI bytes in any pieces: nothing lost, nothing invented, nothing unbounded."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.adapters.asterisk.wire.ami import AmiDecoder, Header, Message, encode

BANNER = b"Asterisk Call Manager/11.0.0\r\n"

names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,15}", fullmatch=True)
values = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=30)
headers = st.lists(st.tuples(names, values), max_size=8)
messages = st.lists(st.tuples(names, headers), min_size=1, max_size=5)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """``data`` in the pieces that cuts at ``places`` (any numbers) leave."""
    ends = sorted(place % (len(data) + 1) for place in places)
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


def read(pieces: list[bytes], longest: int = 256 * 1024) -> tuple[list[list[Header]], int, str]:
    """All messages' headers, the number of messages skipped, and the greeting."""
    decoder = AmiDecoder(longest)
    found = [message for piece in pieces for message in decoder.feed(piece)]
    return [message.headers for message in found], decoder.skipped, decoder.banner


@settings(max_examples=50)
@given(messages, st.lists(st.integers(0, 10_000), max_size=10))
@example([("Event", [("CallerIDName", "王小明"), ("Value", "")])], [])
def test_what_is_encoded_is_decoded_whatever_the_pieces(
    sent: list[tuple[str, list[Header]]], places: list[int]
) -> None:
    data = BANNER + b"".join(encode(action, headers) for action, headers in sent)
    expected = [[("Action", action), *headers] for action, headers in sent]
    assert read(cut(data, places)) == (expected, 0, "Asterisk Call Manager/11.0.0")
    assert read([data[i : i + 1] for i in range(len(data))])[0] == expected


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"A: b", b":", b"\xe7\x8e", b"x" * 9]), max_size=60)
)
def test_any_bytes_read_the_same_in_one_piece_and_byte_by_byte(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert read([data], longest=20) == read([data[i : i + 1] for i in range(len(data))], longest=20) == read(pieces, 20)


@given(st.binary(max_size=300), st.lists(st.integers(0, 10_000), max_size=5))
def test_rubbish_never_raises_and_does_not_outlive_the_next_message(rubbish: bytes, places: list[int]) -> None:
    found, _, _ = read(cut(rubbish + b"\r\n\r\n" + encode("Ping"), places))
    assert found[-1] == [("Action", "Ping")]


@given(st.integers(0, 60), st.integers(1, 40))
def test_a_message_of_the_greatest_length_is_read_and_one_byte_more_is_skipped(size: int, piece: int) -> None:
    message = b"Event: " + b"x" * size
    data = BANNER + b"Event: First\r\n\r\n" + message + b"\r\n\r\n" + b"Event: Last\r\n\r\n"
    found, skipped, _ = read([data[i : i + piece] for i in range(0, len(data), piece)], longest=44)
    kept = [("Event", "x" * size)]
    assert (kept in found, skipped) == ((True, 0) if len(message) <= 44 else (False, 1))
    assert found[-1] == [("Event", "Last")]


def test_five_megabytes_without_a_line_break_are_skipped_without_being_kept() -> None:
    decoder = AmiDecoder()
    for _ in range(80):
        assert decoder.feed(b"x" * 65536) == []
        assert len(decoder._rest) <= 256 * 1024 + 3
    assert [message.event for message in decoder.feed(b"\r\n\r\nEvent: Hangup\r\n\r\n")] == ["Hangup"]
    assert decoder.skipped == 1


def test_repeated_and_empty_headers_are_kept_in_order() -> None:
    message = Message(b"Event: VarSet\r\nChanVariable: a=1\r\nchanvariable: b=\r\nVariable: x\r\nValue: ")
    assert message.event == "VarSet"
    assert message.all("ChanVariable") == ["a=1", "b="]
    assert message.get("CHANVARIABLE") == "a=1"
    assert "value" in message
    assert message.get("Value", "none") == ""
    assert message.get("Missing", "none") == "none"


@pytest.mark.parametrize("line", [b"Value:", b"Value:x", b"Value: x: y", b"Value:  x"])
def test_odd_headers_keep_their_value(line: bytes) -> None:
    value = line.partition(b":")[2].removeprefix(b" ").decode()
    assert Message(b"Event: E\r\n" + line).headers[1] == ("Value", value)


def test_output_is_read_in_the_new_and_in_the_old_form() -> None:
    new = Message(b"Response: Success\r\nMessage: Command output follows\r\nOutput: one\r\nOutput: \r\nOutput: a: b")
    old = Message(b"Response: Follows\r\nPrivilege: Command\r\none\n\na: b\n--END COMMAND--")
    assert new.all("Output") == old.all("Output") == ["one", "", "a: b"]
    assert old.event == ""
    assert old.get("Privilege") == "Command"


def test_an_event_whose_name_is_not_first_is_still_known() -> None:
    assert Message(b"Privilege: call,all\r\nEvent: Hangup\r\nCause: 16").event == "Hangup"


def test_a_message_shows_no_values_when_printed() -> None:
    assert repr(Message(b"Event: DTMFEnd\r\nCallerIDNum: +15551230001")) == "<DTMFEnd, 2 headers>"


@given(st.sampled_from("\r\n\0"), st.text(max_size=5), st.text(max_size=5))
def test_line_breaks_and_nul_are_refused_wherever_they_stand(mark: str, before: str, after: str) -> None:
    bad = before + mark + after
    for action, header in ((bad, ("A", "b")), ("Ping", (bad, "b")), ("Ping", ("A", bad))):
        with pytest.raises(ValueError, match="AMI action"):
            encode(action, [header])


@pytest.mark.parametrize("header", [("", "x"), ("A:b", "x"), ("Variable", "x" * 1013), ("Variable", "名" * 340)])
def test_what_asterisk_would_misread_is_refused(header: Header) -> None:
    with pytest.raises(ValueError, match="AMI action 'Originate'"):
        encode("Originate", [header])
