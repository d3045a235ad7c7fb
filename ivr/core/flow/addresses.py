"""Addresses that a flow fetches from: host and path are the flow's, values only fill the places left for them.

A value is percent-encoded, all but unreserved characters (RFC 3986), as a part of one segment of the path or of one
value of the query; one that leaves a segment without value, or makes it a dot segment, is refused. So whatever a caller
keys in, an address has the host, the number of segments and the parameters that were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from ivr.core.base.origins import origin
from ivr.core.base.secret import Sealed, Secret, SecretName
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Node
from ivr.core.flow.expr import Expression
from ivr.core.flow.outgoing import Part, exposed, filled, read_outgoing, sealed
from ivr.core.flow.reading import Reading
from ivr.core.flow.tree import Scope

LONGEST = 2000
_BEGINNING = re.compile(r"(https?://)([^/?#]*)(.*)", re.DOTALL | re.IGNORECASE)
_KEPT = "/:@!$&'()*+,;=-._~%"  # of written text, besides letters and digits
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)

Segment = tuple[Part, ...]


class Unfit(ValueError):
    """A value does not fit where it should go; the text is the reason, without the value."""


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """An address with places for values; ``origin`` is its host in the spelling of `ivr.core.base.origins`."""

    origin: str
    path: tuple[Segment, ...]
    query: Segment | None

    def fill(self, scope: Scope) -> str | Sealed:
        """The address with the values that they have now. Raises Unfit."""
        begin = self.origin if self.origin.startswith("http://") else f"https://{self.origin}"
        parts: list[str | Secret | SecretName] = [begin]
        for segment in self.path:
            parts += ["/", *_segment(segment, scope)]
        if self.query is not None:
            parts += ["?", *(_encoded(filled(part, scope), part) for part in self.query)]
        found = sealed(iter(parts))
        if len(exposed(found)) > LONGEST:
            raise Unfit("the address is too long")
        return found

    @property
    def expressions(self) -> Iterator[Expression]:
        """The values in it."""
        for segment in (*self.path, self.query or ()):
            yield from (part for part in segment if isinstance(part, Expression))


def _segment(segment: Segment, scope: Scope) -> list[str | Secret | SecretName]:
    found = [_encoded(filled(part, scope), part) for part in segment]
    for part, text in zip(segment, found, strict=True):
        if isinstance(part, Expression) and not _plain(text):
            raise Unfit(f"there is no value for '{'.'.join(sorted(part.names())) or 'a part'}' in the address")
    if _DOTS.fullmatch("".join(_plain(text) for text in found)):
        raise Unfit("a value does not fit into the address")
    return found


def _encoded(text: str | Secret | SecretName, part: Part) -> str | Secret | SecretName:
    """A value percent-encoded; what was written is so already, and a secret's name is encoded with its value."""
    if not isinstance(part, Expression) or isinstance(text, SecretName):
        return text
    if isinstance(text, Secret):
        return Secret(quote(text.reveal(), safe="", errors="replace"))
    return quote(text, safe="", errors="replace")


def _plain(text: str | Secret | SecretName) -> str:
    return text.reveal() if isinstance(text, Secret) else str(text)


def read_address(node: Node, reading: Reading) -> Address | None:
    """An address whose host may be spoken to."""
    text = read_outgoing(node, reading)
    if text is None:
        return None
    first = text.parts[0] if text.parts else ""
    match = _BEGINNING.fullmatch(first) if isinstance(first, str) else None
    if match is None:
        hint = "write it as  https://crm.example.com/accounts/{account}"
        _wrong(node.mark, "an address begins with https:// and a host that is fixed.", reading, hint)
        return None
    scheme, host, rest = match.groups()
    if len(text.parts) > 1 and not rest:
        _wrong(node.mark, "no value may stand in the host of an address.", reading, "add a / before the value")
        return None
    found = origin(scheme + host)
    if found is None:
        hint = "a name and a password belong in headers, as secrets" if "@" in host else "it is a name or an IP address"
        _wrong(node.mark, f"'{host.rpartition('@')[2]}' is not a host.", reading, hint)
        return None
    written = [part for part in (rest, *text.parts[1:]) if part != ""]
    return _parted(found, written, node, reading) if _allowed(found, node, reading) else None


def _allowed(found: str, node: Node, reading: Reading) -> bool:
    hosts = reading.surroundings.outside.hosts
    if hosts is None:
        return True
    known = {origin(host) or host for host in hosts}
    if found in known:
        return True
    hint = suggestion(found, known) or f'allow it in ivr.yaml:  fetch: {{hosts: ["{found}"]}}'
    reading.problems.add("F141", node.mark, f"the settings do not let flows speak to '{found}'.", hint=hint)
    return False


def _parted(found: str, written: list[Part], node: Node, reading: Reading) -> Address | None:
    """The address in segments of its path, and its query."""
    path: list[list[Part]] = [[]]
    query: list[Part] | None = None
    for part in written:
        if not isinstance(part, str):
            (path[-1] if query is None else query).append(part)
            continue
        if "#" in part or _BROKEN_PERCENT.search(part):
            hint = "write %25 for a percent sign, and leave out what follows #"
            _wrong(node.mark, "an address has no # and no bare % in it.", reading, hint)
            return None
        before, mark, after = part.partition("?") if query is None else ("", "", part)
        for number, piece in enumerate(before.split("/")):
            if number:
                path.append([])
            path[-1] += [quote(piece, safe=_KEPT)] if piece else []
        if mark:
            query = []
        if query is not None and after:
            query.append(quote(after, safe=_KEPT + "?"))
    segments = [tuple(segment) for segment in path[1:]] or [()]
    if any(_DOTS.fullmatch("".join(map(str, segment))) for segment in segments if all(map(_is_text, segment))):
        _wrong(node.mark, "an address has no . or .. between slashes.", reading, "write the whole path")
        return None
    return Address(found, tuple(segments), None if query is None else tuple(query))


def _is_text(part: Part) -> bool:
    return isinstance(part, str)


def _wrong(mark: Mark, message: str, reading: Reading, hint: str) -> None:
    reading.problems.add("F140", mark, message, hint=hint)
