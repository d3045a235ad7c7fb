"""``set``: values get names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.base.secret import Secret
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document import source
from ivr.core.document.problems import Problems
from ivr.core.document.source import Node, Scalar
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Run
from ivr.core.flow.reading import REASON, Form, Reading, option, read_name, read_template
from ivr.core.flow.sentence import Slot, Template
from ivr.core.flow.values import Type, Value, Variable

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One name and what it becomes: fixed, computed, or a text with values in it."""

    name: str
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
        touched = any(isinstance(run.variables.get(name), Secret) for name in self.computed.names())
        return Secret(values.as_text(value)) if touched and not isinstance(value, Secret | bool | None) else value


def _read_settings(node: Node, reading: Reading) -> tuple[Setting, ...] | None:
    if not isinstance(node, source.Mapping) or not node.entries:
        hint = "write set: {name: value}"
        reading.problems.add("F022", node.mark, f"set should be names and values, and is {node.what}.", hint=hint)
        return None
    found: list[Setting] = []
    for key, value in node:
        name = read_name(key, reading)
        setting = _read_setting(key.text, value, reading)
        if name is not None and setting is not None:
            found.append(setting)
    return tuple(found) if len(found) == len(node.entries) else None


def _read_setting(name: str, node: Node, reading: Reading) -> Setting | None:
    if isinstance(node, Scalar) and "{" not in node.text and "}" not in node.text:
        fixed = _fixed(node)
        looks = "" if node.quoted else str(fixed)
        type_ = Type.DATE if _DATE.fullmatch(looks) else Type.TIME if _TIME.fullmatch(looks) else Type.TEXT
        return Setting(name, fixed=fixed, type=type_)
    template = read_template(node, reading)
    if template is None:
        return None
    if len(template.parts) == 1 and isinstance(part := template.parts[0], Slot):
        if part.way != "as_is":
            hint = "a way to say it belongs in the sentence that says it"
            reading.problems.add("F125", node.mark, "a value that is set has no way to say it.", hint=hint)
            return None
        return Setting(name, computed=part.expression)
    return Setting(name, text=template)


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


SETTINGS: Form[tuple[Setting, ...]] = Form(
    "names and their values",
    _read_settings,
    {"type": "object", "propertyNames": shape.name(), "additionalProperties": shape.text(), "minProperties": 1},
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Set(Action):
    """Values get names, to be used in sentences and conditions."""

    kind: ClassVar[str] = "set"
    about: ClassVar[str] = (
        "Values get names, to be used in sentences and conditions. `tier: gold` is text, `tries: 3` a number, "
        "`vip: yes` yes or no, `due: 2026-12-24` a date, `until: 17:30` a time of day; in quotes it is always text. "
        '`"{tries + 1}"` is computed and keeps its type; `"{first} {last}"` is text.'
    )
    outcomes: ClassVar[dict[str, str]] = {"set": "the next action"}
    example: ClassVar[str] = """\
flow:
  welcome:
    - set: {tries: 0, tier: gold}
    - set:
        tries: "{tries + 1}"
    - if: tries > 1 and tier == "gold"
      go: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""
    settings: tuple[Setting, ...] = option(SETTINGS, "the names and their values", name="set")
    allow_secret: str = option(REASON, "why a secret value may be used here", default="", shown="it may not")

    def begin(self, run: Run) -> Done:
        for setting in self.settings:
            run.set(setting.name, setting.value(run))
        return Done("set", detail={setting.name: run.variables.get(setting.name) for setting in self.settings})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("set"),)

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {setting.name: _variable(setting, known) for setting in self.settings}

    def reads(self) -> Iterator[Expression]:
        for setting in self.settings:
            if setting.computed is not None:
                yield setting.computed
            elif setting.text is not None:
                yield from (slot.expression for slot in setting.text.slots)

    def templates(self) -> Iterator[Template]:
        return iter(())


def _variable(setting: Setting, known: Mapping[str, Variable]) -> Variable:
    """What is known of a setting's value: a secret that goes into it makes it one."""
    if setting.computed is not None:
        secret = bool(setting.computed.secrets(known))
        return Variable(setting.computed.type(known, Problems()), secret)
    if setting.text is not None:
        return Variable(Type.TEXT, any(slot.expression.secrets(known) for slot in setting.text.slots))
    if isinstance(setting.fixed, bool):
        return Variable(Type.YES_NO)
    if values.is_number(setting.fixed):
        return Variable(Type.NUMBER)
    return Variable(setting.type)
