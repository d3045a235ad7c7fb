"""Hosts that may be spoken to, in one spelling: what an admin allows and what a flow names are compared as text.

An origin is a scheme, a host and a port (RFC 6454). It is written ``crm.example.com``, ``crm.lan:8443`` or
``http://10.0.0.5:8080``; encryption (https) is meant where no scheme stands, and the scheme's own port is left out.
"""

from __future__ import annotations

import re

_ORIGIN = re.compile(
    r"(?:(?P<scheme>https?)://)?"
    r"(?P<host>[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)
_PORTS = {"https": 443, "http": 80}
LONGEST_HOST = 253


def origin(written: str) -> str | None:
    """The one spelling of an origin, or None for what is none."""
    match = _ORIGIN.fullmatch(written)
    if match is None or len(match["host"]) > LONGEST_HOST:
        return None
    scheme = (match["scheme"] or "https").lower()
    port = int(match["port"]) if match["port"] else _PORTS[scheme]
    if not 0 < port < 65536:
        return None
    host = match["host"].lower()
    shown = host if port == _PORTS[scheme] else f"{host}:{port}"
    return shown if scheme == "https" else f"http://{shown}"


def address(shown: str) -> tuple[str, int]:
    """Host and port of an origin in its one spelling."""
    match = _ORIGIN.fullmatch(shown)
    assert match is not None
    port = int(match["port"]) if match["port"] else _PORTS[match["scheme"] or "https"]
    return match["host"].strip("[]"), port
