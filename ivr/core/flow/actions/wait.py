"""``wait``: some seconds of silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.outcomes import Failed, Outcome, Unsaid
from ivr.core.calls.verbs import Wait as Pass
from ivr.core.flow.model import Action, Done, Exit, Run
from ivr.core.flow.reading import lasting, option


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wait(Action):
    """Some time passes in silence."""

    kind: ClassVar[str] = "wait"
    about: ClassVar[str] = (
        "Some time passes in silence. Keys that are pressed meanwhile are kept for the next question; one of "
        "`anywhere` is obeyed at once."
    )
    outcomes: ClassVar[dict[str, str]] = {"waited": "the next action"}
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: Please have your account number at hand.
    - wait: 3s
    - collect: Please key in your account number, then press hash.
      as: account
      give_up: goodbye
    - say: Thank you. Account {account:digits} is settled.
    - go: goodbye
  goodbye:
    - hangup
"""
    seconds: float = option(lasting(0.1, 600), "how long", name="wait")

    def begin(self, run: Run) -> Pass:
        return Pass(self.seconds, always=run.always)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        return Done("waited", detail={"reason": outcome.reason} if isinstance(outcome, Failed | Unsaid) else {})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("waited"),)
