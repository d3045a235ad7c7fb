"""The nodes of an expression: each knows its type when the flow is loaded and its value while a call runs.

Checking notes findings at the node's own column; computing never raises, it gives empty (None) where there is no
sensible value, because a caller is waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.document.problems import Problems, suggestion
from ivr.core.document.source import Place
from ivr.core.flow import values
from ivr.core.flow.functions import FUNCTIONS, Scope
from ivr.core.flow.operations import COMPARE, compute
from ivr.core.flow.values import CALL_NAMES, Type, Value, Variable


class Typing:
    """What is known when a flow is loaded: the variables, and where findings go."""

    def __init__(self, names: Mapping[str, Variable], problems: Problems, place: Place) -> None:
        self.names = names
        self.problems = problems
        self.place = place

    def note(self, code: str, node: Node, message: str, hint: str = "") -> Type:
        """Notes a finding at a node, and lets the checks around it be."""
        self.problems.add(code, self.place.mark(node.start, node.width), message, hint=hint)
        return Type.ANY


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written down."""

    start: int
    width: int
    content: Value
    type: Type

    def check(self, typing: Typing) -> Type:
        return self.type

    def value(self, scope: Scope) -> Value:
        return self.content


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or a part of one: ``account``, ``call.from``, ``found.balance``."""

    start: int
    width: int
    path: tuple[str, ...]

    def check(self, typing: Typing) -> Type:
        dotted = ".".join(self.path)
        if self.path[0] == "call":
            if dotted in CALL_NAMES:
                return CALL_NAMES[dotted][0]
            hint = suggestion(dotted, CALL_NAMES) or "there are " + ", ".join(CALL_NAMES)
            return typing.note("F121", self, f"'{dotted}' is not known of a call.", hint)
        variable = typing.names.get(self.path[0])
        if variable is None:
            known = [*typing.names, *CALL_NAMES, *FUNCTIONS]
            hint = _INSTEAD.get(self.path[0].lower(), "") or suggestion(self.path[0], known)
            hint = hint or f'no action of this flow sets it; a word that is meant as text is written "{dotted}"'
            return typing.note("F121", self, f"nothing here is called '{dotted}'.", hint)
        for at, part in enumerate(self.path[1:], 1):
            above = ".".join(self.path[:at])
            if variable.parts is not None and part not in variable.parts:
                hint = suggestion(part, variable.parts) or "it has " + (", ".join(variable.parts) or "nothing")
                return typing.note("F121", self, f"'{above}' has no '{part}'.", hint)
            if variable.type is not Type.ANY:
                return typing.note("F121", self, f"'{above}' is {variable.type} and has no '{part}'.")
            variable = variable.at((part,))
        return variable.type

    def value(self, scope: Scope) -> Value:
        return scope.lookup(self.path)


# What people write who come from elsewhere, and what it is here.
_INSTEAD = {
    "true": "write yes",
    "false": "write no",
    **dict.fromkeys(("null", "none"), "ask  empty(…)"),
    "secret": "it stands alone in its braces, in the address, headers or send of a fetch",
    "tomorrow": "write  today + 1d",
    "yesterday": "write  today - 1d",
    "caller": "write call.from",
}


@dataclass(frozen=True, slots=True)
class Items:
    """A list that is written down: ``["sat", "sun"]``."""

    start: int
    width: int
    items: tuple[Node, ...]

    def check(self, typing: Typing) -> Type:
        for item in self.items:
            item.check(typing)
        return Type.LIST

    def value(self, scope: Scope) -> Value:
        return [item.value(scope) for item in self.items]


@dataclass(frozen=True, slots=True)
class Unary:
    """``not x`` or ``-x``."""

    start: int
    width: int
    sign: str
    operand: Node

    def check(self, typing: Typing) -> Type:
        found = self.operand.check(typing)
        if self.sign == "not":
            return condition(self.operand, found, typing)
        if found not in (Type.NUMBER, Type.DURATION, Type.ANY):
            return typing.note("F123", self.operand, f"a minus cannot stand before {_a(found)}.")
        return found

    def value(self, scope: Scope) -> Value:
        operand = values.plain(self.operand.value(scope))
        if self.sign == "not":
            return not values.truth(operand)
        return -operand if values.is_number(operand) else None


@dataclass(frozen=True, slots=True)
class Logic:
    """``x and y``, ``x or y``: the right side is computed only when it matters."""

    start: int
    width: int
    sign: str
    left: Node
    right: Node

    def check(self, typing: Typing) -> Type:
        for side in (self.left, self.right):
            condition(side, side.check(typing), typing)
        return Type.YES_NO

    def value(self, scope: Scope) -> Value:
        left = values.truth(self.left.value(scope))
        if left is (self.sign == "or"):
            return left
        return values.truth(self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Compare:
    """``== != < <= > >= in``: between values of one type."""

    start: int
    width: int
    sign: str
    left: Node
    right: Node

    def check(self, typing: Typing) -> Type:
        left, right = self.left.check(typing), self.right.check(typing)
        if Type.ANY in (left, right):
            return Type.YES_NO
        if self.sign == "in":
            self._check_list(left, right, typing)
        elif left is not right:
            hint = _as_written(self.right, right, left) or _as_written(self.left, left, right)
            typing.note("F123", self, f"this compares {_a(left)} with {_a(right)}.", hint)
        elif self.sign not in ("==", "!=") and left in (Type.YES_NO, Type.LIST):
            typing.note("F123", self, f"'{self.sign}' has no meaning for {_a(left)}.")
        return Type.YES_NO

    def _check_list(self, left: Type, right: Type, typing: Typing) -> None:
        """Notes what ``in`` cannot look into, and values of a written list that can never be equal."""
        if right not in (Type.LIST, Type.TEXT):
            typing.note("F123", self.right, f"'in' looks into a list or a text, and this is {right}.")
        elif right is Type.TEXT and left is not Type.TEXT:
            typing.note("F123", self, f"this looks for {_a(left)} in a text.")
        elif isinstance(self.right, Items):
            for item in self.right.items:
                if isinstance(item, Literal) and item.type is not left:
                    hint = _as_written(item, item.type, left)
                    typing.note("F123", item, f"this compares {_a(left)} with {_a(item.type)}.", hint)

    def value(self, scope: Scope) -> Value:
        return COMPARE[self.sign](self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``+ - * /`` on numbers; lengths of time may be added, and multiplied by a number.

    A length of time may be added to a date, in whole days; two dates or times of day are a length of time apart.
    """

    start: int
    width: int
    sign: str
    left: Node
    right: Node

    def check(self, typing: Typing) -> Type:
        left, right = self.left.check(typing), self.right.check(typing)
        if (found := _MOMENTS.get((left, self.sign, right))) is not None:
            return found
        for side, found in ((self.left, left), (self.right, right)):
            if found not in (Type.NUMBER, Type.DURATION, Type.ANY):
                return typing.note("F123", side, *self._no_number(found, left, right))
        if Type.ANY in (left, right):
            return Type.ANY
        if left is right:
            return left if left is Type.NUMBER or self.sign in "+-" else Type.NUMBER
        if self.sign in "+-":
            return typing.note("F123", self, f"'{self.sign}' cannot join {_a(left)} and {_a(right)}.")
        return Type.DURATION

    def _no_number(self, found: Type, left: Type, right: Type) -> tuple[str, str]:
        hint = ""
        if found is Type.TEXT:
            hint = 'texts are joined by writing them one after the other: "{a}{b}"; number(…) is what a text shows'
        elif Type.DATE in (left, right) and Type.NUMBER in (left, right):
            hint = "days are written with their unit: today + 30d"
        elif Type.DATE in (left, right) and Type.ANY in (left, right):
            return f"'{self.sign}' needs a length of time beside a date.", "such as 30d"
        return f"'{self.sign}' needs a number here, and this is {found}.", hint

    def value(self, scope: Scope) -> Value:
        return compute(values.plain(self.left.value(scope)), self.sign, values.plain(self.right.value(scope)))


_MOMENTS = {
    (Type.DATE, "+", Type.DURATION): Type.DATE,
    (Type.DATE, "-", Type.DURATION): Type.DATE,
    (Type.DURATION, "+", Type.DATE): Type.DATE,
    (Type.DATE, "-", Type.DATE): Type.DURATION,
    (Type.TIME, "-", Type.TIME): Type.DURATION,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a few values: ``starts_with(account, "99")``."""

    start: int
    width: int
    name: str
    arguments: tuple[Node, ...]

    def check(self, typing: Typing) -> Type:
        function = FUNCTIONS.get(self.name)
        found = [argument.check(typing) for argument in self.arguments]
        if function is None:
            hint = suggestion(self.name, FUNCTIONS) or "there are " + ", ".join(FUNCTIONS)
            return typing.note("F122", self, f"there is no function '{self.name}'.", hint)
        least, most = function.numbers
        if not least <= len(found) <= most:
            needs = f"{least} to {most} values" if least < most else "1 value" if most == 1 else f"{most} values"
            typing.note("F123", self, f"{self.name}() takes {needs}, and here are {len(found)}.")
            return function.gives or Type.ANY
        if function.gives is None:
            return self._alike(function.takes, found, typing)
        for argument, given, wanted in zip(self.arguments, found, function.takes, strict=False):
            if given is not wanted and Type.ANY not in (given, wanted):
                hint = _as_written(argument, given, wanted)
                typing.note("F123", argument, f"{self.name}() needs {_a(wanted)} here, and this is {given}.", hint)
        return function.gives

    def _alike(self, takes: tuple[Type, ...], found: list[Type], typing: Typing) -> Type:
        """The one type of all values; others are findings."""
        known = [given for given in found if given is not Type.ANY]
        for argument, given in zip(self.arguments, found, strict=True):
            if given is Type.ANY:
                continue
            if given not in takes and Type.ANY not in takes:
                wanted = " or ".join(map(_a, takes))
                return typing.note("F123", argument, f"{self.name}() needs {wanted} here, and this is {given}.")
            if given is not known[0]:
                return typing.note("F123", argument, f"this is {given}, and the value before it is {known[0]}.")
        return known[0] if len(known) == len(found) else Type.ANY

    def value(self, scope: Scope) -> Value:
        function = FUNCTIONS[self.name]
        found = [values.plain(argument.value(scope)) for argument in self.arguments]
        return function.run(scope, *found) if function.scoped else function.run(*found)


Node = Literal | Name | Items | Unary | Logic | Compare | Arithmetic | Call


class _Nowhere:
    def lookup(self, path: tuple[str, ...]) -> Value:
        return None

    def is_open(self, calendar: str) -> bool:
        return False


NOWHERE: Scope = _Nowhere()


def condition(node: Node, found: Type, typing: Typing) -> Type:
    """Notes a finding when a value that must be yes or no is something else."""
    if found not in (Type.YES_NO, Type.ANY):
        hint = "compare it with something, or ask  not empty(…)"
        typing.note("F123", node, f"this is {found}, and a condition is yes or no.", hint)
    return Type.YES_NO


def inside(node: Node) -> tuple[Node, ...]:
    """The nodes that a node is made of."""
    match node:
        case Items():
            return node.items
        case Call():
            return node.arguments
        case Unary():
            return (node.operand,)
        case Logic() | Compare() | Arithmetic():
            return (node.left, node.right)
        case Name() | Literal():
            return ()


def paths(node: Node) -> set[tuple[str, ...]]:
    """All dotted names that an expression reads."""
    return {node.path} if isinstance(node, Name) else set().union(*map(paths, inside(node)))


def names(node: Node) -> set[str]:
    """The first parts of all names that an expression reads."""
    return {path[0] for path in paths(node)}


def calls(node: Node) -> Iterator[Call]:
    """Every function that an expression calls."""
    match node:
        case Call():
            yield node
            for item in node.arguments:
                yield from calls(item)
        case Items():
            for item in node.items:
                yield from calls(item)
        case Unary():
            yield from calls(node.operand)
        case Logic() | Compare() | Arithmetic():
            yield from calls(node.left)
            yield from calls(node.right)
        case Name() | Literal():
            return


def _as_written(node: Node, found: Type, wanted: Type) -> str:
    """How a value that is written down would be one of another type, or nothing."""
    if not isinstance(node, Literal):
        return ""
    text = values.as_text(node.content)
    if wanted is Type.TEXT and found is Type.NUMBER:
        return f'as text it is written "{text}"'
    if found is not Type.TEXT or wanted not in _BARE:
        return ""
    return f"without quotes it is {wanted}: {_BARE[wanted]}"


_BARE = {Type.NUMBER: "42", Type.DURATION: "5m", Type.DATE: "2026-12-24", Type.TIME: "09:30", Type.YES_NO: "yes"}


def _a(found: Type) -> str:
    return "a text" if found is Type.TEXT else str(found)


__all__ = [
    "NOWHERE",
    "Arithmetic",
    "Call",
    "Compare",
    "Items",
    "Literal",
    "Logic",
    "Name",
    "Node",
    "Scope",
    "Typing",
    "Unary",
    "calls",
    "condition",
    "inside",
    "names",
    "paths",
]
