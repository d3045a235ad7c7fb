"""SQL that a flow looks up with: one statement that only reads, whose values come as parameters by name.

Nothing of a call is ever a part of the statement's text. What it may read is decided where it runs: the database is
opened read-only, and everything but reading is refused there. The check here is for the author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ivr.core.document import fields as typed
from ivr.core.document.problems import Mark
from ivr.core.document.source import Node, Place, Scalar
from ivr.core.flow.reading import Reading

LONGEST = 4000
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<brace>[{}])
      | (?P<quoted>'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\])
      | (?P<parameter>:[A-Za-z_][A-Za-z0-9_]*)
      | (?P<strange>[?@$]\w*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<end>;)
      | (?P<unclosed>['"`\[]|/\*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CHANGES = frozenset({"alter", "create", "delete", "drop", "insert", "update"})


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement that only reads, and where each of its parameters stands first."""

    sql: str
    parameters: dict[str, Mark] = field(default_factory=dict)


class _Wrong(Exception):
    def __init__(self, code: str, start: int, width: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.start, self.width, self.message, self.hint = code, start, width, message, hint


def read_statement(node: Node, reading: Reading) -> Statement | None:
    """The statement of a text, or None with a finding."""
    text = typed.words(node, reading.problems)
    if text is None or not isinstance(node, Scalar):
        return None
    place = reading.place(node)
    try:
        return Statement(node.text.strip(), _parameters(node.text, place))
    except _Wrong as wrong:
        mark = place.mark(wrong.start, wrong.width)
        reading.problems.add(wrong.code, mark, wrong.message, hint=wrong.hint)
        return None


def _parameters(text: str, place: Place) -> dict[str, Mark]:
    if len(text) > LONGEST:
        raise _sql(0, 1, f"a statement has at most {LONGEST} characters.", "make a view of it in the database")
    found: dict[str, Mark] = {}
    first, ended = "", False
    for match in _TOKEN.finditer(text):
        kind, token, start = match.lastgroup, match.group(), match.start()
        if kind in ("space", "comment"):
            continue
        if "{" in token or "}" in token:
            hint = "write a parameter such as :account, and  with: {account: …}"
            raise _Wrong("F147", start, 1, "values do not stand in SQL.", hint)
        if ended:
            raise _sql(start, len(token), "there is more than one statement.", "look up one thing at a time")
        first = first or token.lower()
        if first not in ("select", "with"):
            raise _sql(start, len(token), "a lookup only reads: it begins with select or with.", "")
        if kind == "word" and token.lower() in _CHANGES:
            raise _sql(start, len(token), f"a lookup only reads, and '{token}' changes something.", "")
        if kind == "strange":
            raise _sql(start, len(token), "parameters have a name here.", "write :account, and  with: {account: …}")
        if kind == "unclosed":
            raise _sql(start, 1, f"'{token}' is not closed.", "")
        if kind == "parameter":
            found.setdefault(token[1:], place.mark(start, len(token)))
        ended = kind == "end"
    if not first:
        raise _sql(0, 1, "there is no statement.", "")
    return found


def _sql(start: int, width: int, message: str, hint: str) -> _Wrong:
    return _Wrong("F146", start, width, message, hint)
