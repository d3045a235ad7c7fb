"""``flow``: another flow is entered, and comes back with an outcome and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ivr.core.calls.outcomes import Outcome, Returned
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Node, Scalar
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Flow, Run, Target
from ivr.core.flow.reading import NAME, REASON, TARGET, Form, Reading, option, read_target
from ivr.core.flow.sentence import Template
from ivr.core.flow.setting import SETTINGS, Setting, check_types, values_of
from ivr.core.flow.state import Enter
from ivr.core.flow.surroundings import NO_SIGNATURE, Signature
from ivr.core.flow.values import Type, Variable
from ivr.core.prompts.say import base_language


@dataclass(frozen=True, slots=True)
class Way:
    """Where the call goes after an outcome of the other flow; an empty outcome stands for every one."""

    outcome: str
    target: Target
    mark: Mark


def _read_flow(node: Node, reading: Reading) -> str | None:
    name = typed.words(node, reading.problems)
    known = reading.surroundings.signatures
    if name is None or name in known:
        return name
    hint = suggestion(name, known) or "flows are " + (", ".join(sorted(known)) or "none so far")
    reading.problems.add("F151", node.mark, f"there is no flow '{name}' in this folder.", hint=hint)
    return None


def _read_ways(node: Node, reading: Reading) -> tuple[Way, ...] | None:
    if isinstance(node, Scalar):
        target = read_target(node, reading)
        return None if target is None else (Way("", target, node.mark),)
    options = typed.options(node, reading.problems, "go")
    ways: list[Way | None] = []
    for key, value in options.mapping if options is not None else ():
        reading.subject = f"outcome {key.text}"
        target = read_target(value, reading)
        ways.append(None if target is None else Way(key.text, target, key.mark))
    found = tuple(way for way in ways if way is not None)
    return found if found and len(found) == len(ways) else None


FLOW: Form[str] = Form("a flow of the same folder", _read_flow, shape.words())
WAYS: Form[tuple[Way, ...]] = Form(
    "a section for each outcome, `{verified: account, unknown: person}`, or one section for all",
    _read_ways,
    {
        "anyOf": [
            TARGET.schema,
            {"type": "object", "propertyNames": shape.name(), "additionalProperties": TARGET.schema},
        ]
    },
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EnterFlow(Action):
    """Another flow is entered, with values for what it takes; it comes back with an outcome and values."""

    kind: ClassVar[str] = "flow"
    about: ClassVar[str] = (
        "Another flow of the folder is entered; it says at its top what it `takes` and `gives` and its `outcomes`, and "
        "comes back by `return`. Its variables are its own. With `as: who`, what it gives is `who.name` and so on. "
        "Keys of `anywhere` go on to work: the entered flow's own first, then those of this one."
    )
    elsewhere: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {
        "an outcome of the flow": "the section that `go` names for it; without one the next action",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - flow: verify
      with: {caller: "{call.from}"}
      as: who
      go: {unknown: goodbye}
    - say: Welcome back, {who.name}.
    - go: goodbye
  goodbye:
    - hangup
"""
    beside: ClassVar[dict[str, str]] = {
        "verify.yaml": """\
takes: {caller: text}
gives: {name: text}
outcomes: [verified, unknown]
flow:
  ask:
    - if: starts_with(caller, "+1555")
      else: stranger
    - return: verified
      give: {name: Ada}
  stranger:
    - say: We do not know your number.
    - return: unknown
""",
    }
    hints: ClassVar[dict[str, str]] = {
        "take": "write with:",
        "takes": "write with:",
        "gives": "write as:",
        "outcomes": "write  go: {outcome: section}",
    }
    name: str = option(FLOW, "the flow", name="flow")
    given: tuple[Setting, ...] = option(
        SETTINGS, "values for what it takes", name="with", default=(), shown="no values"
    )
    result: str = option(NAME, "the name for what it gives", name="as", default="", shown="none")
    ways: tuple[Way, ...] = option(WAYS, "where to go after its outcomes", name="go", default=(), shown="next action")
    allow_secret: str = option(REASON, "why a secret value may be given to it", default="", shown="it may not")
    signature: Signature = NO_SIGNATURE

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> EnterFlow:
        """The action, held against what the other flow takes, gives and comes to."""
        signature = reading.surroundings.signatures[given["name"]]
        action = cls(**given, signature=signature, place=mark)
        _check_outcomes(action, reading.problems)
        if action.result and not signature.gives:
            hint = "take  as:  out, or write  gives:  at the top of that flow"
            place = reading.named[reading.at, action.result]
            reading.problems.add("F157", place, f"the flow '{action.name}' gives nothing.", hint=hint)
        return replace(action, given=_fitting(action, reading.problems))

    def begin(self, run: Run) -> Enter:
        return Enter(self.name, values_of(self.given, self.signature.takes, run))

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if not isinstance(outcome, Returned):
            return Done("unknown")
        if self.result:
            run.set(self.result, dict(outcome.values))
        target = self.target(outcome.outcome)
        return Done(outcome.outcome, target.section if target else "", {"flow": self.name})

    def target(self, outcome: str) -> Target | None:
        """Where the call goes after an outcome; None is the next action."""
        return next((way.target for way in self.ways if way.outcome in (outcome, "")), None)

    def exits(self) -> tuple[Exit, ...]:
        return tuple(Exit(outcome, self.target(outcome), input=True) for outcome in self.signature.ends)

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.result: Variable(Type.ANY, parts=self.signature.gives)} if self.result else {}

    def check(self, flow: Flow, reading: Reading) -> None:
        if self.name == flow.name:
            message = f"the flow '{flow.name}' enters itself."
            reading.problems.add("F154", self.place, message, hint="go to a section of it:  - go: section")
        check_types(self.given, self.signature.takes, reading)
        theirs = {base_language(tag) for tag in self.signature.languages}
        missing = [tag for tag in flow.languages if base_language(tag) not in theirs]
        if missing:
            message = f"the flow '{self.name}' has no {', '.join(missing)}: its first language is heard there."
            hint = f"add {', '.join(missing)} to its languages"
            reading.problems.add("F155", self.place, message, hint=hint, severity=Severity.WARNING)

    def reads(self) -> Iterator[Expression]:
        for setting in self.given:
            if not self.signature.takes[setting.name].secret:
                yield from setting.reads()

    def templates(self) -> Iterator[Template]:
        return iter(())


def _check_outcomes(action: EnterFlow, problems: Problems) -> None:
    """Outcomes that the other flow does not have, and several after which nothing is told apart."""
    ends = action.signature.ends
    for way in action.ways:
        if way.outcome and way.outcome not in ends:
            hint = suggestion(way.outcome, ends) or "its outcomes are " + ", ".join(ends)
            message = f"the flow '{action.name}' has no outcome '{way.outcome}'."
            problems.add("F153", way.mark, message, hint=hint)
    unnamed = [outcome for outcome in ends if action.target(outcome) is None]
    if len(unnamed) > 1:
        message = f"the same happens after {' and '.join(unnamed)}."
        hint = f"add  go: {{{unnamed[-1]}: section}};  one outcome may be left out"
        problems.add("F156", action.place, message, hint=hint, severity=Severity.WARNING)


def _fitting(action: EnterFlow, problems: Problems) -> tuple[Setting, ...]:
    """The values that are given, each as its parameter's type has it; unknown and missing ones are findings."""
    takes = action.signature.takes
    found = []
    for setting in action.given:
        if setting.name not in takes:
            hint = suggestion(setting.name, takes) or "it takes " + (", ".join(takes) or "nothing")
            message = f"the flow '{action.name}' does not take '{setting.name}'."
            problems.add("F152", setting.key.mark, message, hint=hint)
        elif (converted := setting.converted(takes[setting.name].type, problems)) is not None:
            found.append(converted)
    for name in takes.keys() - {setting.name for setting in action.given}:
        message = f"the flow '{action.name}' takes '{name}', and it is not given."
        problems.add("F152", action.place, message, hint=f"add  with: {{{name}: value}}")
    return tuple(found)
