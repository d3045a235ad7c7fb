"""AMI: is anything lost, how fast is it read, and what happens to an action when Asterisk goes away.

    python -m bench.ami [--quick]

One stream of 100,000 events (14 kinds, about 20 headers each, repeated headers, empty values, Chinese names) is read
in one process by: the *dict limit* (the least Python that makes a dict of text of every event, repeats kept), this
project's client with a listener that reads every header of every event, the same client when it listens to one kind
of the 14, and panoramisk's Manager with a listener for all. Events per CPU second, medians of rounds run in turn;
only the ratios carry over to another machine. The same stream in pieces of 13 bytes is compared header by header
(by digest) with what was written.

Then a real loopback connection: Asterisk takes an Originate and goes away before its answer; and PlayDTMF's answer.
Exit code 1 when anything is lost, an action is sent twice, or a ratio is below its goal.
"""

from __future__ import annotations

import argparse
import asyncio
import codecs
import hashlib
import logging
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from ivr.adapters.asterisk.ami import AmiClient, Pace
from ivr.adapters.asterisk.ami_connection import Connection
from ivr.adapters.asterisk.wire.ami import Header, Message
from ivr.core.base.errors import AsteriskError
from ivr.core.base.secret import Secret
from ivr.services.scope import running
from tests.adapters.fake_ami import PASSWORD, USER, FakeAmi, block

KINDS: dict[str, tuple[str, ...]] = {
    "Newchannel": (),
    "Newstate": (),
    "VarSet": ("Variable", "Value"),
    "Newexten": ("Extension", "Application", "AppData"),
    "DialBegin": ("DestChannel", "DestCallerIDName", "DialString"),
    "DialEnd": ("DestChannel", "DestCallerIDName", "DialStatus", "Forward"),
    "BridgeEnter": ("BridgeUniqueid", "BridgeType", "BridgeNumChannels"),
    "BridgeLeave": ("BridgeUniqueid", "BridgeType", "BridgeNumChannels"),
    "DTMFBegin": ("Digit", "Direction"),
    "DTMFEnd": ("Digit", "DurationMs", "Direction"),
    "MusicOnHoldStart": ("Class",),
    "HangupRequest": ("Cause",),
    "Hangup": ("Cause", "Cause-txt"),
    "RTCPSent": ("To", "From", "SSRC", "PT", "ReportCount", "SentNTP", "SentRTP", "SentPackets", "SentOctets"),
}
NAMES = ("王小明", "Zoë Ångström", "李娜", "Ann O'Hara, Sales", "", "<unknown>", "佐藤 花子")
GOAL_FULL, GOAL_LAZY, GOAL_PEER = 0.6, 1.5, 2.5


def events(count: int) -> Iterator[list[Header]]:
    """Events as Asterisk 22 writes them, the same ones every time."""
    dice = random.Random(1)
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        unique = f"17000{number:05}.{number}"
        yield [
            ("Event", kind),
            ("Privilege", "call,all"),
            ("Channel", f"PJSIP/trunk-{number:08x}"),
            ("ChannelState", "6"),
            ("ChannelStateDesc", "Up"),
            ("CallerIDNum", f"+1555{dice.randrange(10**7):07}"),
            ("CallerIDName", dice.choice(NAMES)),
            ("ConnectedLineNum", "<unknown>"),
            ("ConnectedLineName", dice.choice(NAMES)),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", "incoming"),
            ("Exten", "100"),
            ("Priority", "3"),
            ("Uniqueid", unique),
            ("Linkedid", unique),
            *(("ChanVariable", f"IVR_{i}={dice.choice(NAMES)}") for i in range(dice.randrange(4))),
            *((name, dice.choice(("", "16", "a: b", *NAMES))) for name in KINDS[kind]),
        ]


class Digest:
    """What was read of a stream, in a form that does not depend on the reader's data type."""

    def __init__(self) -> None:
        self.events = self.headers = 0
        self._hash = hashlib.sha256()

    def add(self, headers: Iterable[Header]) -> None:
        """Takes one event; headers of different names may come in any order."""
        known = sorted(headers, key=lambda header: header[0])
        self.events += 1
        self.headers += len(known)
        self._hash.update(repr(known).encode())

    def __str__(self) -> str:
        return f"{self.events:,} events, {self.headers:,} headers, {self._hash.hexdigest()[:12]}"


Feed = Callable[[bytes], None]


def dict_limit() -> Feed:
    """Every event as a dict of text, the values of a repeated name as a list."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""

    def feed(data: bytes) -> None:
        nonlocal rest
        *parts, rest = (rest + decoder.decode(data)).split("\r\n\r\n")
        for part in parts:
            event: dict[str, str | list[str]] = {}
            for line in part.split("\r\n"):
                name, _, value = line.partition(": ")
                if name in event:
                    old = event[name]
                    event[name] = [*old, value] if isinstance(old, list) else [old, value]
                else:
                    event[name] = value

    return feed


def ours(kinds: Iterable[str], read: Callable[[Any], object]) -> Feed:
    """The product's connection and client, as the socket would feed them."""
    client = AmiClient("", 0, "", Secret(""), events=tuple(KINDS))
    for kind in kinds:
        client.on(kind, read)
    connection = Connection(client._heard, "ivr-bench-")

    def feed(data: bytes) -> None:
        buffer = connection.get_buffer(-1)
        buffer[: len(data)] = data
        connection.buffer_updated(len(data))

    return feed


def panoramisk(read: Callable[[Any], object]) -> Feed:
    """panoramisk's protocol and Manager, as the socket would feed them."""
    manager = Manager()
    manager.register_event("*", lambda _, event: read(event))
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    feed: Feed = protocol.data_received
    return feed


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """``data`` in reads of ``size`` bytes."""
    return (data[at : at + size] for at in range(0, len(data), size))


def panoramisk_headers(event: dict[str, str | list[str]]) -> Iterator[Header]:
    """A panoramisk message as headers; ``content`` is its own addition."""
    for name, value in ((name, value) for name, value in event.items() if name != "content"):
        yield from ((name, each) for each in (value if isinstance(value, list) else [value]))


def speed(data: bytes, count: int, rounds: int) -> dict[str, list[float]]:
    """Events per CPU second of every reader."""
    readers: dict[str, Callable[[], Feed]] = {
        "dict limit": dict_limit,
        "ours, every header read": lambda: ours(KINDS, lambda event: event.headers),
        "ours, listening to 1 of 14 kinds": lambda: ours(["DTMFEnd"], lambda event: event.headers),
        "panoramisk": lambda: panoramisk(lambda event: event),
    }
    found: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, make in readers.items():
            feed = make()
            began = time.process_time()
            for piece in pieces(data, 65536):
                feed(piece)
            found[name].append(count / (time.process_time() - began))
    return found


def ratio(ours: list[float], other: list[float]) -> float:
    """The median over the rounds of how many times faster: a neighbour on the machine slows a whole round."""
    return statistics.median(mine / theirs for mine, theirs in zip(ours, other, strict=True))


def losses(data: bytes, size: int) -> dict[str, Digest]:
    """What each client read of the stream in pieces of ``size`` bytes."""
    mine, theirs = Digest(), Digest()
    feeds = (
        ours(KINDS, lambda event: mine.add(event.headers)),
        panoramisk(lambda event: theirs.add(panoramisk_headers(event))),
    )
    for feed in feeds:
        for piece in pieces(data, size):
            feed(piece)
    return {"ours": mine, "panoramisk": theirs}


Sender = Callable[[FakeAmi], Awaitable[str]]


@dataclass(frozen=True)
class Fault:
    """What became of an action: how often Asterisk received it, what the sender saw, how many logins there were."""

    received: int
    seen: str
    logins: int


async def lost_answer(asterisk: FakeAmi, send: Sender) -> Fault:
    """Asterisk takes an Originate, closes the connection before its answer, and is back at once."""

    def answer(action: Message) -> bytes:
        if len(asterisk.actions("Originate")) > 1:
            return asterisk.success(action)
        asterisk.drop()
        return b""

    asterisk.on_login = block(("Event", "FullyBooted"), ("Status", "Fully Booted"))
    asterisk.answers["Originate"] = answer
    seen = await send(asterisk)
    await asterisk.logged_in(2)
    return Fault(len(asterisk.actions("Originate")), seen, asterisk.logins)


async def play_dtmf(asterisk: FakeAmi, send: Sender) -> Fault:
    """Asterisk answers PlayDTMF in its usual words."""
    asterisk.answers["PlayDTMF"] = lambda action: asterisk.success(action, ("Message", "DTMF successfully queued"))
    seen = await send(asterisk)
    return Fault(len(asterisk.actions("PlayDTMF")), seen, asterisk.logins)


def send_ours(action: str) -> Sender:
    """Sends one action with the product's client and tells what came back."""

    async def send(asterisk: FakeAmi) -> str:
        client = AmiClient("127.0.0.1", asterisk.port, USER, Secret(PASSWORD), pace=Pace(first=0.05))
        async with running(client.run()):
            await client.wait_connected(5)
            try:
                seen = (await client.send(action, ("Channel", "PJSIP/100"))).get("Response")
            except AsteriskError as trouble:
                seen = trouble.code
            if action == "Originate":
                await asterisk.logged_in(2)
                await client.wait_connected(5)
                await client.send("Ping")
        return seen

    return send


def send_panoramisk(action: str) -> Sender:
    """Sends one action with panoramisk's Manager and tells what came back, or how its connection ended."""

    async def send(asterisk: FakeAmi) -> str:
        loop = asyncio.get_running_loop()
        crashed: asyncio.Future[str] = loop.create_future()
        loop.set_exception_handler(lambda _, trouble: _tell(crashed, repr(trouble.get("exception"))))
        pause = 0 if action == "Originate" else 60  # after a crash it shall not come back while the loop is closed
        address = {"host": "127.0.0.1", "port": asterisk.port, "username": USER, "secret": PASSWORD}
        manager = Manager(**address, loop=loop, reconnect_timeout=pause)
        await manager.connect()
        await asterisk.logged_in()
        answer = manager.send_action({"Action": action, "Channel": "PJSIP/100"})
        try:
            done, _ = await asyncio.wait({answer, crashed}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            if crashed in done:
                return f"connection closed by {crashed.result()}"
            return str(answer.result().response) if done else "nothing within 5 s"
        finally:
            manager.close()
            loop.set_exception_handler(None)

    return send


def _tell(crashed: asyncio.Future[str], trouble: str) -> None:
    if not crashed.done():
        crashed.set_result(trouble)


async def faults() -> dict[str, Fault]:
    """Both experiments with both clients."""
    logging.disable(logging.ERROR)
    found = {}
    for who, sender in (("ours", send_ours), ("panoramisk", send_panoramisk)):
        async with FakeAmi() as asterisk:
            found[f"lost answer, {who}"] = await lost_answer(asterisk, sender("Originate"))
        async with FakeAmi() as asterisk:
            found[f"PlayDTMF, {who}"] = await play_dtmf(asterisk, sender("PlayDTMF"))
    logging.disable(logging.NOTSET)
    return found


async def measure(count: int, rounds: int, goals: bool) -> list[str]:
    """Runs everything, prints it, and gives what is not as it should be."""
    wrong = []
    data = b"".join(block(*event) for event in events(count))
    sent = Digest()
    for event in events(count):
        sent.add(event)
    print(f"stream: {sent}; {len(data) / 1e6:.1f} MB, {sent.headers / count:.1f} headers an event")
    for size in (65536, 13):
        for who, read in losses(data, size).items():
            same = (
                "the same" if str(read) == str(sent) else f"DIFFERENT, {sent.headers - read.headers:,} headers missing"
            )
            print(f"  in pieces of {size:,} bytes, {who}: {read}: {same}")
            wrong += [f"lost in pieces of {size}"] if who == "ours" and str(read) != str(sent) else []
    rates = speed(data, count, rounds)
    limit, full, lazy, peer = rates.values()
    print(f"events per CPU second (medians of {rounds} rounds):")
    for name, each in rates.items():
        print(f"  {name:34} {statistics.median(each):>9,.0f}  {ratio(each, limit):.2f} of the limit")
    print(f"  ours / panoramisk {ratio(full, peer):.2f}")
    if goals:
        wrong += [f"{ratio(full, limit):.2f} of the limit, not {GOAL_FULL}"] if ratio(full, limit) < GOAL_FULL else []
        wrong += [f"lazy {ratio(lazy, limit):.2f}, not {GOAL_LAZY}"] if ratio(lazy, limit) < GOAL_LAZY else []
        wrong += [f"{ratio(full, peer):.2f} times panoramisk, not {GOAL_PEER}"] if ratio(full, peer) < GOAL_PEER else []
    for name, fault in (await faults()).items():
        print(f"{name}: received {fault.received} times, sender saw: {fault.seen}")
        wrong += ["an action was sent twice"] if "ours" in name and fault.received != 1 else []
    return wrong


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 events, one round, no goals: does it work?")
    quick = parser.parse_args().quick
    wrong = asyncio.run(measure(2_000 if quick else 100_000, 1 if quick else 5, not quick))
    for each in wrong:
        print(f"NOT MET: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
