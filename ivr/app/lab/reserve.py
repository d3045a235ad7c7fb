"""Ports for a lab that is started for a short while, beside others of its kind: tests and measurements."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.app.lab.plan import Ports
from ivr.app.lab.root import LabError

OFFSETS = range(100, 1001, 100)


@contextmanager
def reserved() -> Iterator[int]:
    """An offset of ports that nobody else on this machine has reserved, for the length of a block.

    The reservation is a port that is listened on: it holds across trees and chroots that share the network, and ends
    with the process. Raises LabError when all are taken.
    """
    for offset in OFFSETS:
        with socket.socket() as held:
            try:
                held.bind(("127.0.0.1", Ports(offset).reservation))
                held.listen()
            except OSError:
                continue
            yield offset
            return
    raise LabError(f"{len(OFFSETS)} labs for tests are up already", hint="wait until one is done")


def refuse_taken(ports: Ports, kind: str) -> None:
    """Raises LabError when somebody else listens on a port that ``pbx`` or ``bank`` needs."""
    sip, ami = (ports.pbx_sip, ports.pbx_ami) if kind == "pbx" else (ports.bank_sip, ports.bank_ami)
    for number, protocol in ((sip, socket.SOCK_DGRAM), (ami, socket.SOCK_STREAM)):
        with socket.socket(socket.AF_INET, protocol) as probe:
            if protocol is socket.SOCK_STREAM:
                # Connections that have just ended do not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                name = "UDP" if protocol is socket.SOCK_DGRAM else "TCP"
                hint = "stop who uses it, or move the lab: `ivr lab up --offset 100`"
                raise LabError(f"{name} port {number} is in use by another program", hint=hint) from None
