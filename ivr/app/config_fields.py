"""Readers for what only settings have: addresses, paths, retention, the dial-out list, words per language."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.core.base.dialling import Route
from ivr.core.document.fields import Reader, duration, options, text, words
from ivr.core.document.problems import Problems
from ivr.core.document.source import Mapping, Node, Scalar, Sequence

_DAY = 86_400


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host(node: Node, problems: Problems) -> str | None:
    """An address or a host name, without a port."""
    value = words(node, problems)
    if value is None:
        return None
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        pass
    if re.fullmatch(r"[0-9.]+", value) or not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?", value):
        hint = "write 127.0.0.1 or pbx.example.com; the port is an option of its own"
        problems.add("C150", node.mark, f"'{value}' is not an address.", hint=hint)
        return None
    return value


def path(node: Node, problems: Problems) -> Path | None:
    """A file or folder; relative ones are relative to the folder of the settings."""
    value = words(node, problems)
    if value is None:
        return None
    if "\0" in value:
        problems.add("C151", node.mark, "a path cannot have a zero character.")
        return None
    return Path(value).expanduser() if value == "~" or value.startswith("~/") else Path(value)


def zone(node: Node, problems: Problems) -> str | None:
    """A time zone by its IANA name."""
    value = words(node, problems)
    if value is None:
        return None
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        hint = "use an IANA name such as Europe/Berlin or Asia/Shanghai"
        problems.add("C152", node.mark, f"'{value}' is not a time zone that this machine knows.", hint=hint)
        return None
    return value


def currency(node: Node, problems: Problems) -> str | None:
    """A currency by its three letters (ISO 4217)."""
    value = words(node, problems)
    if value is not None and not re.fullmatch(r"[A-Z]{3}", value):
        problems.add("C153", node.mark, f"'{value}' is not a currency.", hint="three capital letters: USD, EUR, CNY")
        return None
    return value


def period(least: float, most: float) -> Reader[float]:
    """A length of time between two bounds, in seconds."""

    def read(node: Node, problems: Problems) -> float | None:
        value = duration(node, problems)
        if value is not None and not least <= value <= most:
            shown = f"between {least:g} and {most:g} seconds"
            problems.add("C154", node.mark, f"'{text(node, problems)}' should be {shown}.")
            return None
        return value

    return read


def days(node: Node, problems: Problems) -> int | None:
    """How many whole days something is kept; 0 for ever."""
    value = words(node, problems)
    if value is None:
        return None
    if value in ("keep", "0"):
        return 0
    found = re.fullmatch(r"(\d{1,5})\s*d", value)
    if found is None or int(found[1]) == 0:
        hint = "write 90d, or keep for ever"
        problems.add("C155", node.mark, f"'{value}' does not say how many days.", hint=hint)
        return None
    return int(found[1])


def per_language(node: Node, problems: Problems) -> dict[str, str] | None:
    """One text for each language, such as ``{en: …, zh: …}``; an empty text leaves the choice to the engine."""
    chosen = options(node, problems, "a text for each language")
    if chosen is None:
        return None
    found = {}
    for key, value in chosen.mapping:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", key.text):
            problems.add("C156", key.mark, f"'{key.text}' is not a language.", hint="write en, zh, pt-BR …")
        said = text(value, problems)
        if said is not None:
            found[key.text] = said.strip()
    return found


def routes(node: Node, problems: Problems) -> tuple[Route, ...] | None:
    """The dial-out list: what may be dialled (``match``) and as what (``to``)."""
    if not isinstance(node, Sequence):
        hint = "each line is  - {match: ..., to: ...}"
        problems.add("C158", node.mark, f"the dial-out list should be a list, and is {node.what}.", hint=hint)
        return None
    found = []
    for item in node.items:
        chosen = options(item, problems, "a line of the dial-out list")
        if chosen is None:
            continue
        match, to = chosen.need("match", words), chosen.need("to", words)
        chosen.close()
        if match is None or to is None:
            continue
        try:
            found.append(Route(match=match, to=to))
        except ValueError as error:
            problems.add("C159", item.mark, f"this line of the dial-out list cannot be used: {str(error).rstrip('.')}.")
    return tuple(found)


def place(root: Node | None, *keys: str) -> Node | None:
    """The node under some keys, or None when nobody wrote it."""
    for key in keys:
        if not isinstance(root, Mapping):
            return None
        root = root.get(key)
    return root


def as_mapping(key: str, node: Scalar) -> Mapping:
    """A single value as the one option it is short for."""
    return Mapping(((Scalar(key, node.mark), node),), node.mark)


def without(key: str, node: Node) -> Node:
    """A set of options without one of them."""
    if not isinstance(node, Mapping):
        return node
    return Mapping(tuple(entry for entry in node.entries if entry[0].text != key), node.mark)
