"""Texts and values that leave the service: into an address, a header, a JSON body, a database's parameter.

They are written as everywhere, with values in braces; where ``secrets`` are allowed ``{secret.crm_token}``, alone in
its braces, stands for a secret of the settings. Its value is never one of the flow: the name is all that is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ivr.core.base.secret import Sealed, Secret, SecretName
from ivr.core.calls.verbs import Text
from ivr.core.document import fields as typed
from ivr.core.document.problems import suggestion
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.reading import Reading, read_template
from ivr.core.flow.sentence import Slot
from ivr.core.flow.tree import Name, Scope

Part = str | SecretName | Expression
SECRET = "secret"

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """A text with values and names of secrets in it."""

    parts: tuple[Part, ...]

    def value(self, scope: Scope) -> Any:
        """A value that stands alone as it is; else a text, which is `Sealed` when there are secrets in it."""
        if len(self.parts) == 1 and isinstance(part := self.parts[0], Expression):
            return part.value(scope)
        return sealed(filled(part, scope) for part in self.parts)

    @property
    def expressions(self) -> Iterator[Expression]:
        """The values in it."""
        return (part for part in self.parts if isinstance(part, Expression))


def filled(part: Part, scope: Scope) -> str | Secret | SecretName:
    """A part as text, as it is now."""
    if not isinstance(part, Expression):
        return part
    value = part.value(scope)
    return Secret(values.as_text(value.reveal())) if isinstance(value, Secret) else values.as_text(value)


def sealed(parts: Iterator[str | Secret | SecretName]) -> str | Sealed:
    """The parts as one text: a plain one when none of them is secret."""
    found: list[str | Secret | SecretName] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(before := found[-1], str):
            found[-1] = before + part
        else:
            found.append(part)
    if len(found) == 1 and isinstance(text := found[0], str):
        return text
    return Sealed(tuple(found)) if found else ""


def exposed(text: str | Sealed) -> str:
    """A text as it will be sent, for rules that it has to keep; names of secrets stay names."""
    if isinstance(text, str):
        return text
    return "".join(part.reveal() if isinstance(part, Secret) else str(part) for part in text.parts)


def read_outgoing(node: Node, reading: Reading, *, secrets: bool = True) -> Outgoing | None:
    """A text that leaves the service; its names and types are checked when all variables are known."""
    template = read_template(node, reading)
    if template is None:
        return None
    reading.templates.remove(template)  # nobody hears it, and `secret` is no variable
    parts: list[Part] = []
    for part in template.parts:
        found = part.text if isinstance(part, Text) else _slot(part, node, reading, secrets)
        if found is None:
            return None
        parts.append(found)
    return Outgoing(tuple(parts))


def _slot(slot: Slot, node: Node, reading: Reading, secrets: bool) -> Part | None:
    if slot.way != "as_is":
        hint = "a way to say it belongs in the sentence that says it"
        reading.problems.add("F125", node.mark, "a value that is sent has no way to say it.", hint=hint)
        return None
    tree = slot.expression.tree
    if secrets and isinstance(tree, Name) and tree.path[0] == SECRET and len(tree.path) > 1:
        return _secret(".".join(tree.path[1:]), slot.expression, reading)
    reading.expressions.append((slot.expression, False))
    return slot.expression


def _secret(name: str, written: Expression, reading: Reading) -> SecretName | None:
    known = reading.surroundings.outside.secrets
    if known is not None and name not in known:
        hint = suggestion(name, known) or f"add it to ivr.yaml:  secrets: {{{name}: {{env: {name.upper()}}}}}"
        reading.problems.add("F143", written.mark, f"the settings have no secret '{name}'.", hint=hint)
        return None
    return SecretName(name)


def read_value(node: Node, reading: Reading, *, secrets: bool = True) -> Any:
    """A value as it is written: fixed, or with values in it (`Outgoing`); None when there are findings.

    Quoted is text; what looks like a number without leading zeros is one; yes and no are yes and no.
    """
    if not isinstance(node, Scalar) or "{" in node.text or "}" in node.text:
        return read_outgoing(node, reading, secrets=secrets)
    text = node.text.strip()
    if node.quoted or not text:
        return node.text
    if text.lower() in typed.YES | typed.NO:
        return text.lower() in typed.YES
    return values.to_number(text) if _NUMBER.fullmatch(text) else text


def read_body(node: Node, reading: Reading) -> Any:
    """What is sent as JSON: values by name, which may be sets and lists themselves."""
    if isinstance(node, Sequence):
        return [read_body(item, reading) for item in node.items]
    if isinstance(node, Mapping) and not _in_braces(node):
        return {key.text: read_body(value, reading) for key, value in node}
    return read_value(node, reading)


def _in_braces(node: Mapping) -> bool:
    """Whether braces without quotes have made a set of options of what was meant as a value."""
    first = node.entries[0][1] if node.entries else None
    return isinstance(first, Scalar) and not first.text and not first.quoted


def fill(body: Any, scope: Scope) -> Any:
    """A body with the values that it has now; secrets in it are `Secret` and `Sealed`."""
    match body:
        case Outgoing():
            return body.value(scope)
        case dict():
            return {key: fill(value, scope) for key, value in body.items()}
        case list():
            return [fill(value, scope) for value in body]
        case _:
            return body


def expressions(body: Any) -> Iterator[Expression]:
    """The values in a body."""
    match body:
        case Outgoing():
            yield from body.expressions
        case dict():
            for value in body.values():
                yield from expressions(value)
        case list():
            for value in body:
                yield from expressions(value)
        case _:
            pass
