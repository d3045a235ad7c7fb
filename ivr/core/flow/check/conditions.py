"""Conditions that are always the same, and comparisons with a value that can never be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.core.document.problems import Severity, suggestion
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Flow
from ivr.core.flow.reading import Reading
from ivr.core.flow.tree import NOWHERE, Call, Compare, Items, Literal, Logic, Name, Node, Unary, inside, paths
from ivr.core.flow.values import Value, Variable

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check(flow: Flow, known: Mapping[str, Variable], reading: Reading) -> None:
    """Notes what can be found in the expressions of a flow."""
    for expression, condition in reading.expressions:
        if condition and (always := constant(expression.tree)) is not None:
            message = f"this condition is always {'yes' if always else 'no'}."
            hint = "compare a value with something, or take the condition out"
            reading.problems.add("F187", expression.mark, message, hint=hint, severity=Severity.WARNING)
        _never(expression, flow, known, reading)


def constant(node: Node) -> bool | None:
    """What a condition always comes to; None when that depends on something."""
    if not paths(node) and not _asks(node):
        return values.truth(node.value(NOWHERE))
    match node:
        case Logic():
            sides = (constant(node.left), constant(node.right))
            decides = node.sign == "or"
            if decides in sides:
                return decides
            return None if None in sides else not decides
        case Unary(sign="not"):
            inner = constant(node.operand)
            return None if inner is None else not inner
        case Compare(left=Name() as left, right=Name() as right) if left.path == right.path:
            return {"==": True, "!=": False, "<": False, ">": False}.get(node.sign)
        case _:
            return None


def _asks(node: Node) -> bool:
    """Whether a function is called: some look at the time."""
    return isinstance(node, Call) or any(map(_asks, inside(node)))


def possible(tree: Node, flow: Flow, known: Mapping[str, Variable]) -> frozenset[Value] | None:
    """All values that an expression can have, where they are few and known."""
    if not isinstance(tree, Name):
        return None
    if tree.path == ("call", "weekday"):
        return frozenset(WEEKDAYS)
    if tree.path == ("call", "language"):
        return frozenset(flow.languages)
    variable = known.get(tree.path[0])
    return None if variable is None else variable.at(tree.path[1:]).among


def listed(among: frozenset[Value]) -> str:
    """Values as a finding shows them."""
    return ", ".join(sorted(values.as_text(value) for value in among))


def _never(expression: Expression, flow: Flow, known: Mapping[str, Variable], reading: Reading) -> None:
    for comparison in _comparisons(expression.tree):
        for name, other in ((comparison.left, comparison.right), (comparison.right, comparison.left)):
            among = possible(name, flow, known)
            if among is None or (comparison.sign == "in" and other is comparison.left):
                continue
            for literal in other.items if isinstance(other, Items) else (other,):
                if not isinstance(literal, Literal) or any(values.same(literal.content, value) for value in among):
                    continue
                if values.is_empty(literal.content) or type(literal.content) not in {type(value) for value in among}:
                    continue  # a name without a value is empty; a wrong type is another finding
                shown = values.as_text(literal.content)
                hint = suggestion(shown, map(values.as_text, among)) or f"it is one of {listed(among)}"
                mark = expression.place.mark(literal.start, literal.width)
                assert isinstance(name, Name)
                message = f"'{'.'.join(name.path)}' is never '{shown}'."
                reading.problems.add("F188", mark, message, hint=hint, severity=Severity.WARNING)


def _comparisons(node: Node) -> Iterator[Compare]:
    """The comparisons of an expression that ask whether values are the same."""
    if isinstance(node, Compare) and node.sign in ("==", "!=", "in"):
        yield node
    for inner in inside(node):
        yield from _comparisons(inner)
