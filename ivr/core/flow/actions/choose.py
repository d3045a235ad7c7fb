"""``choose``: the call goes one of several ways by a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.base.secret import MASK, Secret
from ivr.core.document import fields as typed
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Mapping, Node
from ivr.core.flow import values
from ivr.core.flow.check.conditions import listed, possible
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Flow, Run, Target
from ivr.core.flow.reading import EXPRESSION, REASON, TARGET, Form, Reading, option, read_target
from ivr.core.flow.sentence import Template
from ivr.core.flow.tree import Name
from ivr.core.flow.values import Type, Value

WARNING = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Case:
    """One value as it is written, and where it goes."""

    value: str
    go: Target
    mark: Mark
    quoted: bool = False

    def fits(self, value: Value) -> bool:
        """Whether a value is this one: as text, or as the number, or the yes or no, that is written."""
        value = values.plain(value)
        if isinstance(value, bool):
            return self.truth is value
        if values.is_number(value):
            return values.same(values.to_number(self.value), value)
        return isinstance(value, str) and value == self.value

    @property
    def truth(self) -> bool | None:
        """The yes or no that is written; None when it is neither."""
        word = self.value.lower()
        return None if self.quoted or word not in typed.YES | typed.NO else word in typed.YES


def _read_cases(node: Node, reading: Reading) -> tuple[Case, ...] | None:
    if not isinstance(node, Mapping) or not node.entries:
        hint = "write each as  value: section"
        reading.problems.add(
            "F022", node.mark, f"options should be values and sections, and is {node.what}.", hint=hint
        )
        return None
    found: list[Case] = []
    for key, value in node:
        reading.subject = f"option {key.text}"
        target = read_target(value, reading)
        if target is not None:
            text = key.text if key.quoted else key.text.strip()
            found.append(Case(text, target, key.mark, key.quoted))
    return tuple(found) if len(found) == len(node.entries) else None


CASES: Form[tuple[Case, ...]] = Form(
    "values and their sections, `{gold: vip, silver: regular}`",
    _read_cases,
    {"type": "object", "additionalProperties": TARGET.schema, "minProperties": 1},
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choose(Action):
    """The call goes one of several ways by a value."""

    kind: ClassVar[str] = "choose"
    about: ClassVar[str] = (
        "The call goes one of several ways by a value. A text is compared as it is written; `1` is also the number, "
        "`yes` and `no` are also yes and no. With `yes` and `no` alone, empty is no."
    )
    decides: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {
        "chosen": "the section of the value",
        "else": "the section that `else` names; without it the next action",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - choose: call.weekday
      options: {sat: weekend, sun: weekend, fri: friday}
    - say: Welcome.
    - go: goodbye
  weekend:
    - say: We are closed at the weekend.
    - go: goodbye
  friday:
    - say: We close at three today.
    - go: goodbye
  goodbye:
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {"otherwise": "write else:", "default": "write else:", "cases": "write options:"}
    value: Expression = option(EXPRESSION, "the value", name="choose")
    cases: tuple[Case, ...] = option(CASES, "the values and where they go", name="options")
    otherwise: Target | None = option(
        TARGET, "where to go with any other value", name="else", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may decide here", default="", shown="it may not")

    def begin(self, run: Run) -> Done:
        value = self.value.value(run)
        if self._both and values.is_empty(value):
            value = False
        otherwise = self.otherwise.section if self.otherwise else ""
        case = next((case for case in self.cases if case.fits(value)), None)
        found = ("else", otherwise) if case is None else ("chosen", case.go.section)
        decided = run.decides(self.value, *found)
        if decided[0] == "else" or all(case.go.section != decided[1] for case in self.cases):
            return Done("else", otherwise)
        shown = MASK if isinstance(value, Secret) or case is None else case.value
        return Done("chosen", decided[1], {"option": shown})

    @property
    def _both(self) -> bool:
        """Whether the options are yes and no, so that there is nothing else."""
        return {case.truth for case in self.cases} == {True, False}

    def exits(self) -> tuple[Exit, ...]:
        chosen = tuple(Exit(f"option {case.value}", case.go) for case in self.cases)
        return chosen if self._both and self.otherwise is None else (*chosen, Exit("else", self.otherwise))

    def check(self, flow: Flow, reading: Reading) -> None:
        found = self.value.type(reading.known, Problems())  # what is wrong in the value itself is noted elsewhere
        if found is Type.LIST:
            reading.problems.add("F123", self.value.mark, "this is a list, and a single value is needed here.")
            return
        among = possible(self.value.tree, flow, reading.known)
        seen: dict[Value, Mark] = {}
        for case in self.cases:
            value = _as(case, found)
            if value is None:
                hint = f"its values are {'yes and no' if found is Type.YES_NO else 'numbers'}"
                self._never(reading, case, f"a value that is {found} is never '{case.value}'.", hint)
                continue
            if value in seen:
                hint = f"the first one is in line {seen[value].line}"
                reading.problems.add("F158", case.mark, f"'{case.value}' is an option twice.", hint=hint)
            elif among is not None and not any(case.fits(known) for known in among):
                hint = suggestion(case.value, map(values.as_text, among)) or f"it is one of {listed(among)}"
                self._never(reading, case, f"this value is never '{case.value}'.", hint)
            seen.setdefault(value, case.mark)
        if self.otherwise is not None and self._covered(found, among):
            message = "every value has an option, so nobody ever comes to 'else'."
            reading.problems.add("F159", self.otherwise.mark, message, hint="take else: out", severity=WARNING)

    def _covered(self, found: Type, among: frozenset[Value] | None) -> bool:
        """Whether there is an option for everything that the value can be."""
        if found is Type.YES_NO:
            return self._both
        never_empty = isinstance(self.value.tree, Name) and self.value.tree.path[0] == "call"
        return never_empty and among is not None and all(any(case.fits(one) for case in self.cases) for one in among)

    def _never(self, reading: Reading, case: Case, message: str, hint: str) -> None:
        reading.problems.add("F160", case.mark, message, hint=hint, severity=WARNING)

    def reads(self) -> Iterator[Expression]:
        yield self.value

    def templates(self) -> Iterator[Template]:
        return iter(())


def _as(case: Case, found: Type) -> Value:
    """What an option's text is for a value of a type; None when a value of that type never is."""
    if found is Type.YES_NO:
        return case.truth
    if found is Type.NUMBER:
        return values.to_number(case.value)
    return case.value
