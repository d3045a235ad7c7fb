"""Expressions: text such as ``balance > 0 and call.weekday in ["sat", "sun"]`` to a checked tree.

A small Pratt parser of our own. The libraries for safe expressions that were tried (docs/decisions.md) do not give what
a flow needs at load: the exact column of an unknown name, types (a text is not a number, a length of time is not
either), literals such as ``5m`` and ``09:30``, and bounds on size that hold before anything runs. There are no loops,
no assignment and no attributes beyond declared names, so an expression always ends, in time that its length bounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.base.secret import Secret
from ivr.core.document.problems import Mark, Problems
from ivr.core.document.source import Place
from ivr.core.flow.functions import day
from ivr.core.flow.tree import (
    Arithmetic,
    Call,
    Compare,
    Items,
    Literal,
    Logic,
    Name,
    Node,
    Scope,
    Typing,
    Unary,
    condition,
    names,
    paths,
)
from ivr.core.flow.values import LONGEST_TEXT, Type, Value, Variable, as_text, is_number

LONGEST = 500
DEEPEST = 20

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<date>\d{4}-\d{2}-\d{2}(?!\d))
      | (?P<time>\d{1,2}:\d{2}(?![\d:]))
      | (?P<duration>(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)(?![A-Za-z0-9_])
      | (?P<odd>\d{1,4}-\d{1,2}-\d{1,4}(?![\w.])|\d+(?:\.\d+)?[A-Za-z_:][\w:.]*)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
      | (?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>()\[\],=!.%])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_WORDS = {"and", "or", "not", "in"}
_BINDS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 4),
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
_INSTEAD = {"=": "==", "&&": "and", "||": "or", "!": "not"}
_QUOTES = "“”„‟‘’‚「」『』«»`"
_SHORT = {"today": ("call", "date"), "now": ("call", "time")}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression and where it stands in the text."""

    kind: str
    text: str
    start: int


class _SyntaxTrouble(Exception):
    def __init__(self, token: Token, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.token, self.message, self.hint = token, message, hint


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; ``place`` is where it stands."""

    tree: Node
    place: Place
    _read: frozenset[tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_read", frozenset(paths(self.tree)))

    def type(self, variables: Mapping[str, Variable], problems: Problems) -> Type:
        """Its type; unknown names and wrong types are findings at their columns."""
        return self.tree.check(Typing(variables, problems, self.place))

    def condition(self, variables: Mapping[str, Variable], problems: Problems) -> None:
        """Checks it as something that is yes or no."""
        typing = Typing(variables, problems, self.place)
        condition(self.tree, self.tree.check(typing), typing)

    def secrets(self, variables: Mapping[str, Variable]) -> list[str]:
        """The secret variables that it reads, or parts of variables, as they are written."""
        read = (path for path in paths(self.tree) if path[0] in variables)
        return sorted(".".join(path) for path in read if variables[path[0]].at(path[1:]).hides)

    @property
    def mark(self) -> Mark:
        """Its place in the file."""
        return self.place.mark(self.tree.start, self.tree.width)

    def names(self) -> set[str]:
        """The variables that it reads."""
        return names(self.tree)

    def paths(self) -> set[tuple[str, ...]]:
        """The dotted names that it reads."""
        return set(self._read)

    def value(self, scope: Scope) -> Value:
        """Its value in a running call; empty where it has none. What is made of a secret is one, but for yes and no."""
        found = self.tree.value(scope)
        if found is None or isinstance(found, bool | Secret) or isinstance(self.tree, Name) or not self.touches(scope):
            return found
        return Secret(found if is_number(found) else as_text(found))

    def touches(self, scope: Scope) -> bool:
        """Whether it reads a secret in a running call."""
        return any(isinstance(scope.lookup(path), Secret) for path in self._read)


def parse(text: str, place: Place, problems: Problems) -> Expression | None:
    """The expression of a text that begins at ``place``, or None with a finding."""
    if len(text) > LONGEST:
        problems.add("F120", place.mark(0, 1), f"an expression has at most {LONGEST} characters, this has {len(text)}.")
        return None
    try:
        return Expression(_Parser(text).whole(), place)
    except _SyntaxTrouble as trouble:
        width = max(1, len(trouble.token.text))
        problems.add("F120", place.mark(trouble.token.start, width), trouble.message, hint=trouble.hint)
        return None


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        token = Token("word" if match.group() in _WORDS else kind, match.group(), match.start())
        if kind == "other":
            raise _SyntaxTrouble(token, *_no_meaning(token.text))
        if kind == "odd":
            raise _SyntaxTrouble(
                token, f"'{token.text}' is no number, length of time, date or time.", _meant(token.text)
            )
        found.append(token)
    found.append(Token("end", "", len(text.rstrip())))
    return found


def _no_meaning(char: str) -> tuple[str, str]:
    """What is said about a character that expressions do not have."""
    if char in "\"'":
        return "this quote is not closed.", ""
    if char in _QUOTES:
        return f"'{char}' is no quote that an expression knows.", 'write "…" with the straight quotes of the keyboard'
    plain = unicodedata.normalize("NFKC", char)
    hint = f"write {plain} as it is on an English keyboard" if plain != char else ""
    return f"'{char}' has no meaning in an expression.", hint


def _meant(text: str) -> str:
    """How something that begins with a digit is probably meant."""
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)[a-z]+", text):
        return f"write {match[1]}{match[2]}"
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return f"write it as {match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := re.fullmatch(r"(\d{1,2}:\d{2}):\d{2}", text):
        return f"a time of day has hours and minutes: {match[1]}"
    return "write numbers as 1000 or 12.5, lengths of time as 5m, dates as 2026-12-24; texts stand in quotes"


class _Parser:
    """Reads one expression by precedence; stops at the first thing that does not fit."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        tree = self._binary(0)
        if self._now.kind != "end":
            raise self._unexpected()
        return tree

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _unexpected(self) -> _SyntaxTrouble:
        token = self._now
        if token.kind == "end":
            return _SyntaxTrouble(token, "the expression ends too early.")
        if token.text == "+":
            return _SyntaxTrouble(token, "'+' does not fit here.", 'a phone number stands in quotes: "+4930…"')
        if token.text in _INSTEAD:
            return _SyntaxTrouble(token, f"'{token.text}' is not used here.", f"write {_INSTEAD[token.text]}")
        return _SyntaxTrouble(token, f"'{token.text}' does not fit here.")

    def _binary(self, least: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _SyntaxTrouble(self._now, f"an expression is at most {DEEPEST} deep.", "set a variable first")
        left = self._prefix()
        while (strength := self._strength()) > least:
            denied = self._now.text == "not"
            sign = self._next().text if not denied else (self._next(), self._next())[1].text
            right = self._binary(strength)
            start, width = left.start, right.start + right.width - left.start
            if strength == 4:
                if isinstance(left, Compare) or (isinstance(left, Unary) and left.sign == "not"):
                    raise _SyntaxTrouble(
                        Token("sign", sign, left.start + left.width), "one comparison at a time.", "join two with and"
                    )
                left = Compare(start, width, sign, left, right)
                left = Unary(start, width, "not", left) if denied else left
            elif strength < 4:
                left = Logic(start, width, sign, left, right)
            else:
                left = Arithmetic(start, width, sign, left, right)
        self._depth -= 1
        return left

    def _strength(self) -> int:
        """How strongly the sign or word that stands here binds; 0 for what joins nothing."""
        if self._now.kind not in ("sign", "word"):
            return 0
        if self._now.text == "not" and self._tokens[self._at + 1].text == "in":
            return _BINDS["in"]
        return _BINDS.get(self._now.text, 0)

    def _prefix(self) -> Node:
        token = self._now
        if token.text == "not" and token.kind == "word":
            self._next()
            operand = self._binary(3)
            return Unary(token.start, operand.start + operand.width - token.start, "not", operand)
        if token.text == "-" and token.kind == "sign":
            self._next()
            operand = self._binary(6)
            return Unary(token.start, operand.start + operand.width - token.start, "-", operand)
        return self._primary()

    def _primary(self) -> Node:
        token = self._now
        if token.kind in ("number", "text", "duration", "date", "time"):
            return _literal(self._next())
        if token.kind == "name":
            self._next()
            if self._now.text == "(" and self._now.kind == "sign":
                arguments = self._list(")")
                return Call(token.start, len(token.text), token.text, arguments)
            if token.text in ("yes", "no"):
                return Literal(token.start, len(token.text), token.text == "yes", Type.YES_NO)
            return Name(token.start, len(token.text), _SHORT.get(token.text) or tuple(token.text.split(".")))
        if token.text == "[" and token.kind == "sign":
            items = self._list("]")
            return Items(token.start, self._tokens[self._at - 1].start + 1 - token.start, items)
        if token.text == "(" and token.kind == "sign":
            self._next()
            inner = self._binary(0)
            if self._now.text != ")":
                raise self._unexpected()
            self._next()
            return inner
        raise self._unexpected()

    def _list(self, close: str) -> tuple[Node, ...]:
        self._next()
        items: list[Node] = []
        while self._now.text != close or self._now.kind != "sign":
            items.append(self._binary(0))
            if self._now.text == "," and self._now.kind == "sign":
                self._next()
            elif self._now.text != close:
                raise self._unexpected()
        self._next()
        return tuple(items)


def _literal(token: Token) -> Literal:
    width = len(token.text)
    if token.kind == "text":
        return Literal(token.start, width, token.text[1:-1][:LONGEST_TEXT], Type.TEXT)
    if token.kind == "duration":
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(token.text))
        return Literal(token.start, width, seconds, Type.DURATION)
    if token.kind == "number":
        if re.match(r"0\d", token.text):
            raise _SyntaxTrouble(token, f"'{token.text}' begins with a zero.", f'as text it is written "{token.text}"')
        number = float(token.text) if "." in token.text else int(token.text)
        return Literal(token.start, width, number, Type.NUMBER)
    if token.kind == "time":
        hours, minutes = token.text.split(":")
        if int(hours) * 60 + int(minutes) > 24 * 60 or int(minutes) > 59:
            raise _SyntaxTrouble(token, f"'{token.text}' is not a time of day.", "write it as 09:30")
        return Literal(token.start, width, f"{int(hours):02}:{minutes}", Type.TIME)
    if day(token.text) is None:
        raise _SyntaxTrouble(token, f"'{token.text}' is not a date.", "write it as 2026-12-24")
    return Literal(token.start, width, token.text, Type.DATE)
