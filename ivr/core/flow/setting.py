"""Names and what they become: how ``set`` keeps values, and how flows give values to each other.

What is written is fixed (`gold`, `3`, `17:30`), computed (``"{tries + 1}"``, which keeps its type) or text with values
in it (``"{first} {last}"``). A parameter that says its type converts what is fixed: `0042` for a text stays `0042`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ivr.core.base.secret import Secret
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document import source
from ivr.core.document.problems import Problems
from ivr.core.document.source import Node, Scalar
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.functions import day
from ivr.core.flow.model import Run
from ivr.core.flow.reading import Form, Reading, read_name, read_template
from ivr.core.flow.sentence import Slot, Template
from ivr.core.flow.values import Type, Value, Variable

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One name and what it becomes: fixed, computed, or a text with values in it; ``key`` and ``node`` wrote it."""

    name: str
    key: Scalar
    node: Node
    fixed: Value = None
    type: Type = Type.TEXT  # of a fixed text: also a date or a time of day
    computed: Expression | None = None
    text: Template | None = None

    def value(self, run: Run) -> Value:
        """What the name becomes now; a secret that goes into it makes it one."""
        if self.text is not None:
            return self.text.text(run)
        if self.computed is None:
            return self.fixed
        value = self.computed.value(run)
        return run.turned_out(value) if isinstance(value, bool) and self.computed.touches(run) else value

    def variable(self, known: Mapping[str, Variable]) -> Variable:
        """What is known of the value: a secret that goes into it makes it one."""
        if self.computed is not None:
            secret = bool(self.computed.secrets(known))
            return Variable(self.computed.type(known, Problems()), secret)
        if self.text is not None:
            return Variable(Type.TEXT, bool(list(self.secrets(known))))
        among = frozenset([self.fixed])
        if isinstance(self.fixed, bool):
            return Variable(Type.YES_NO, among=among)
        if values.is_number(self.fixed):
            return Variable(self.type if self.type is Type.DURATION else Type.NUMBER, among=among)
        return Variable(self.type, among=among)

    def reads(self) -> Iterator[Expression]:
        """The expressions that it is made of."""
        if self.computed is not None:
            yield self.computed
        elif self.text is not None:
            yield from (slot.expression for slot in self.text.slots)

    def secrets(self, known: Mapping[str, Variable]) -> Iterator[tuple[str, Expression]]:
        """The secrets that go into it, each with the expression that reads it."""
        for expression in self.reads():
            for name in expression.secrets(known):
                yield name, expression

    def converted(self, wanted: Type, problems: Problems) -> Setting | None:
        """The same for a parameter of a type; None with a finding when what is fixed cannot be of it."""
        if not self.is_fixed or wanted is Type.ANY:
            return self
        found = _converted(self.node, wanted, problems)
        return None if found is None else replace(self, fixed=found, type=wanted)

    @property
    def is_fixed(self) -> bool:
        """Whether the value is written down."""
        return self.computed is None and self.text is None


def read_settings(node: Node, reading: Reading) -> tuple[Setting, ...] | None:
    """Names and their values; what is wrong is a finding."""
    if not isinstance(node, source.Mapping) or not node.entries:
        what = reading.subject
        hint = f"write {what}: {{name: value}}"
        reading.problems.add("F022", node.mark, f"{what} should be names and values, and is {node.what}.", hint=hint)
        return None
    found: list[Setting] = []
    for key, value in node:
        name = read_name(key, reading)
        setting = _read_setting(key, value, reading)
        if name is not None and setting is not None:
            found.append(setting)
    return tuple(found) if len(found) == len(node.entries) else None


def values_of(settings: Iterable[Setting], wanted: Mapping[str, Variable], run: Run) -> dict[str, Value]:
    """The values that one flow gives another; what is wanted as a secret is one, and what is empty is left out."""
    found: dict[str, Value] = {}
    for setting in settings:
        value = setting.value(run)
        if wanted[setting.name].secret and not isinstance(value, Secret | None):
            value = Secret(values.as_text(value))
        if value is not None:
            found[setting.name] = value
    return found


def check_types(settings: Iterable[Setting], wanted: Mapping[str, Variable], reading: Reading) -> None:
    """Values of another type than is wanted under their name; fixed ones were converted when they were read."""
    for setting in settings:
        found, needed = setting.variable(reading.known).type, wanted[setting.name].type
        if setting.is_fixed or found is needed or Type.ANY in (found, needed):
            continue
        mark = setting.computed.mark if setting.computed is not None else setting.node.mark
        message = f"'{setting.name}' should be {needed}, and this is {found}."
        reading.problems.add("F123", mark, message)


def _trap(text: str) -> tuple[str, str] | None:
    """What is wrong with a text that looks as if it was meant as a number, a date, a time or nothing."""
    quoted = f'as a text it is written "{text}"'
    if text.lower() in ("null", "~", "nan"):
        return f"'{text}' would be a text here.", f'nothing at all is written ""; {quoted}'
    if _DATE.fullmatch(text) and day(text) is None:
        return f"'{text}' is not a date.", f"write it as 2026-12-24; {quoted}"
    if _TIME.fullmatch(text) and (text > "24:00" or text[3:] > "59"):
        return f"'{text}' is not a time of day.", f"write it as 09:30; {quoted}"
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}:\d{2}", text) and not _DATE.fullmatch(text):
        return f"'{text}' would be a text here.", f"dates are written 2026-12-24, times 09:30; {quoted}"
    if re.fullmatch(r"[-+]?(?:\d[\d_]*e[-+]?\d+|0[xob][0-9a-f]+|\d+(?:_\d+)+|\.\d+|\d+\.)", text.lower()):
        return f"'{text}' would be a text here.", f"write numbers as 1000 or 0.5; {quoted}"
    return None


def _read_setting(key: Scalar, node: Node, reading: Reading) -> Setting | None:
    if isinstance(node, Scalar) and "{" not in node.text and "}" not in node.text:
        fixed = _fixed(node)
        if isinstance(fixed, str) and not node.quoted and (trap := _trap(fixed)):
            reading.problems.add("F175", node.mark, trap[0], hint=trap[1])
            return None
        looks = "" if node.quoted else str(fixed)
        type_ = Type.DATE if _DATE.fullmatch(looks) else Type.TIME if _TIME.fullmatch(looks) else Type.TEXT
        return Setting(key.text, key, node, fixed=fixed, type=type_)
    template = read_template(node, reading)
    if template is None:
        return None
    if len(template.parts) == 1 and isinstance(part := template.parts[0], Slot):
        if part.way != "as_is":
            hint = "a way to say it belongs in the sentence that says it"
            reading.problems.add("F125", node.mark, "a value that is set has no way to say it.", hint=hint)
            return None
        return Setting(key.text, key, node, computed=part.expression)
    return Setting(key.text, key, node, text=template)


def _fixed(node: Scalar) -> Value:
    """Quoted is text; what looks like a number without leading zeros is one; yes and no are yes and no."""
    if node.quoted:
        return node.text
    text = node.text.strip()
    if text.lower() in typed.YES | typed.NO:
        return text.lower() in typed.YES
    if _NUMBER.fullmatch(text):
        return values.to_number(text)
    return f"0{text}" if _TIME.fullmatch(text) and text[1] == ":" else text


def _converted(node: Node, wanted: Type, problems: Problems) -> Value:
    """A written value as a type has it; None with a finding."""
    if wanted is Type.YES_NO:
        return typed.yes_no(node, problems)
    if wanted is Type.DURATION:
        return typed.duration(node, problems)
    written = typed.text(node, problems)
    if written is None or not isinstance(node, Scalar):
        return None
    text = written.strip()
    good = {
        Type.TEXT: True,
        Type.NUMBER: bool(_NUMBER.fullmatch(text)),
        Type.DATE: bool(_DATE.fullmatch(text)),
        Type.TIME: bool(_TIME.fullmatch(text)),
    }
    if not good.get(wanted, False):
        problems.add("F123", node.mark, f"this should be {wanted}, and '{text}' is none.")
        return None
    if wanted is Type.NUMBER:
        return values.to_number(text)
    return f"0{text}" if wanted is Type.TIME and text[1] == ":" else (written if node.quoted else text)


SETTINGS: Form[tuple[Setting, ...]] = Form(
    "names and their values",
    read_settings,
    {"type": "object", "propertyNames": shape.name(), "additionalProperties": shape.text(), "minProperties": 1},
)
