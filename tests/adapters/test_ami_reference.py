"""The same bytes and the same faults for the product's AMI client and for panoramisk, the independent reference.

Where the two differ, the difference is a defect of panoramisk 1.4 for which it is not the product's client
(docs/decisions.md, "AMI client"). A test here that fails after an upgrade means that the decision can be looked at
again.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bench.ami import (
    Digest,
    events,
    losses,
    lost_answer,
    panoramisk_headers,
    play_dtmf,
    send_ours,
    send_panoramisk,
)
from bench.ami import panoramisk as panoramisk_feed
from ivr.adapters.asterisk.wire.ami import AmiDecoder, Header
from tests.adapters.fake_ami import FakeAmi, block


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAmi]:
    async with FakeAmi() as fake:
        yield fake


def read_by_panoramisk(data: list[bytes]) -> list[list[Header]]:
    found: list[list[Header]] = []
    feed = panoramisk_feed(lambda event: found.append(list(panoramisk_headers(event))))
    for piece in data:
        feed(piece)
    return found


def test_both_read_the_same_from_a_stream_without_the_known_traps() -> None:
    plain = [[(name, value or "x") for name, value in event] for event in events(200)]
    grouped = [sorted(event, key=lambda header: header[0]) for event in plain]
    data = b"".join(block(*event) for event in plain)
    theirs = read_by_panoramisk([data])
    ours = [message.headers for message in AmiDecoder().feed(data)]
    assert ours == plain
    assert [sorted(event, key=lambda header: header[0]) for event in theirs] == grouped


@pytest.mark.parametrize("size", [65536, 13])
async def test_nothing_is_lost_where_panoramisk_loses_empty_last_headers(size: int) -> None:
    sent = Digest()
    for event in events(280):
        sent.add(event)
    read = losses(b"".join(block(*event) for event in events(280)), size)
    assert str(read["ours"]) == str(sent)
    assert (read["panoramisk"].events, read["panoramisk"].headers < sent.headers) == (280, True)


def test_a_character_cut_by_a_read_is_kept_where_panoramisk_drops_it() -> None:
    data = block(("Event", "Hangup"), ("CallerIDName", "王小明"), ("Cause", "16"))
    cut = data.index("小".encode()) + 1
    pieces = [data[:cut], data[cut:]]
    decoder = AmiDecoder()
    (ours,) = [message for piece in pieces for message in decoder.feed(piece)]
    assert ours.get("CallerIDName") == "王小明"
    assert ("CallerIDName", "王明") in read_by_panoramisk(pieces)[0]


async def test_a_dial_whose_answer_is_lost_is_not_repeated(asterisk: FakeAmi) -> None:
    fault = await lost_answer(asterisk, send_ours("Originate"))
    assert (fault.received, fault.seen) == (1, "outcome_unknown")


async def test_panoramisk_repeats_a_dial_whose_answer_is_lost(asterisk: FakeAmi) -> None:
    fault = await lost_answer(asterisk, send_panoramisk("Originate"))
    assert (fault.received, fault.seen) == (2, "Success")


async def test_play_dtmf_is_answered(asterisk: FakeAmi) -> None:
    assert (await play_dtmf(asterisk, send_ours("PlayDTMF"))).seen == "Success"


async def test_panoramisk_closes_its_connection_on_the_answer_to_play_dtmf(asterisk: FakeAmi) -> None:
    assert (await play_dtmf(asterisk, send_panoramisk("PlayDTMF"))).seen == "connection closed by KeyError('async')"


@pytest.mark.bench
def test_the_bench_runs() -> None:
    command = [sys.executable, "-m", "bench.ami", "--quick"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "in pieces of 13 bytes, ours: 2,000 events" in done.stdout
