"""``return``: the flow goes back to the one that entered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Node
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Exit, Flow, Run
from ivr.core.flow.reading import REASON, Form, Reading, option
from ivr.core.flow.sentence import Template
from ivr.core.flow.setting import SETTINGS, Setting, check_types, values_of
from ivr.core.flow.state import Leave
from ivr.core.flow.surroundings import NO_SIGNATURE, Signature


def _read_outcome(node: Node, reading: Reading) -> str | None:
    outcome = typed.words(node, reading.problems)
    ends = reading.signature.ends
    if outcome is None or outcome in ends:
        return outcome
    hint = suggestion(outcome, ends) or f"write  outcomes: [{outcome}]  at the top of the page"
    reading.problems.add("F153", node.mark, f"this flow has no outcome '{outcome}'.", hint=hint)
    return None


OUTCOME: Form[str] = Form("one of the flow's `outcomes`", _read_outcome, shape.name())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Return(Action):
    """The flow goes back to the one that entered it, with an outcome and values."""

    kind: ClassVar[str] = "return"
    about: ClassVar[str] = (
        "The flow goes back to the one that entered it (see `flow`), with one of its `outcomes` and the values that it "
        "`gives`; what is not given is empty. A flow without `outcomes` writes `- return`, and its outcome is `done`. "
        "In the flow that the call began with it ends the call."
    )
    elsewhere: ClassVar[bool] = True
    bare: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {"an outcome of this flow": "back to the flow that entered this one"}
    example: ClassVar[str] = """\
takes: {account: text}
gives: {balance: number}
outcomes: [known, unknown]
flow:
  look:
    - if: account == "1234"
      else: nobody
    - return: known
      give: {balance: 12.50}
  nobody:
    - say: We do not know the account {account:digits}.
    - return: unknown
"""
    hints: ClassVar[dict[str, str]] = {"with": "write give:", "gives": "write give:", "as": "write give:"}
    outcome: str = option(OUTCOME, "the outcome", name="return", default="", shown="`done`")
    given: tuple[Setting, ...] = option(
        SETTINGS, "values for what it gives", name="give", default=(), shown="no values"
    )
    allow_secret: str = option(REASON, "why a secret value may be given back", default="", shown="it may not")
    signature: Signature = NO_SIGNATURE

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Return:
        """The action, held against what this flow gives and comes to."""
        signature = reading.signature
        if not given["outcome"] and signature.outcomes:
            hint = f"write  - return: {signature.outcomes[0]}"
            reading.problems.add("F153", mark, "this does not say which outcome the flow has.", hint=hint)
        action = cls(**{**given, "outcome": given["outcome"] or signature.ends[0]}, signature=signature, place=mark)
        found = []
        for setting in action.given:
            if setting.name not in signature.gives:
                hint = suggestion(setting.name, signature.gives) or f"add  gives: {{{setting.name}: text}}  at the top"
                reading.problems.add("F157", setting.key.mark, f"this flow does not give '{setting.name}'.", hint=hint)
            elif (fitting := setting.converted(signature.gives[setting.name].type, reading.problems)) is not None:
                found.append(fitting)
        return replace(action, given=tuple(found))

    def begin(self, run: Run) -> Leave:
        return Leave(self.outcome, values_of(self.given, self.signature.gives, run))

    def exits(self) -> tuple[Exit, ...]:
        return (Exit(self.outcome, ends=True),)

    def check(self, flow: Flow, reading: Reading) -> None:
        check_types(self.given, self.signature.gives, reading)

    def reads(self) -> Iterator[Expression]:
        for setting in self.given:
            if not self.signature.gives[setting.name].secret:
                yield from setting.reads()

    def templates(self) -> Iterator[Template]:
        return iter(())
