"""``if``: the call goes one way or the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.calls.outcomes import Outcome
from ivr.core.calls.verbs import Say, Verb
from ivr.core.document.problems import Mark
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import CONDITION, REASON, TARGET, WORDS, Reading, option
from ivr.core.flow.sentence import Words


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class If(Action):
    """When a condition holds, something is said or the call goes elsewhere."""

    kind: ClassVar[str] = "if"
    about: ClassVar[str] = "When a condition holds, something is said, or the call goes elsewhere, or both."
    decides: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {
        "yes": "the section that `go` names; without it the next action",
        "no": "the section that `else` names; without it the next action",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - if: call.weekday in ["sat", "sun"] or call.time < 09:00
      say: We are closed now.
      go: goodbye
    - say: Welcome.
    - go: goodbye
  goodbye:
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {"then": "write go:", "otherwise": "write else:"}
    condition: Expression = option(CONDITION, "the condition", name="if")
    words: Words | None = option(WORDS, "said when it holds", name="say", default=None, shown="nothing")
    go: Target | None = option(TARGET, "where to go when it holds", default=None, shown="the next action")
    otherwise: Target | None = option(
        TARGET, "where to go when it does not hold", name="else", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may be said here", default="", shown="it may not")

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> If:
        """The action; one that does nothing is a finding."""
        if not (given["words"] or given["go"] or given["otherwise"]):
            reading.problems.add("F117", mark, "nothing follows from this 'if'.", hint="add go:, say: or else:")
        return cls(**given, place=mark)

    def begin(self, run: Run) -> Verb | Done:
        if not run.holds(self.condition):
            return Done("no", self.otherwise.section if self.otherwise else "")
        if self.words is None:
            return self._yes()
        return Say(run.sentence(self.words), True, run.always)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        return self._yes()

    def again(self, run: Run) -> Verb | Done:
        return self._yes() if self.words is None else Say(run.sentence(self.words), True, run.always)

    def _yes(self) -> Done:
        return Done("yes", self.go.section if self.go else "")

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("yes", self.go), Exit("no", self.otherwise))
