"""``hangup``: the call ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import Outcome
from ivr.core.flow.model import Action, Exit, Run
from ivr.core.flow.state import End


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hangup(Action):
    """The call ends."""

    kind: ClassVar[str] = "hangup"
    about: ClassVar[str] = "The call ends. It is written as one word, and has no options."
    bare: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {"ended": "the end of the call"}
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: We are closed.
    - hangup
"""

    def begin(self, run: Run) -> End:
        return End(EndReason.COMPLETED)

    def resume(self, run: Run, outcome: Outcome) -> End:
        return self.begin(run)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("ended", ends=True),)
