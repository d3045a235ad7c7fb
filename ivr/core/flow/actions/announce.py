"""``announce``: a point at which announcements are played while they are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.outcomes import Announced, Outcome
from ivr.core.calls.verbs import Announce as Tell
from ivr.core.flow.model import Action, Done, Exit, Run
from ivr.core.flow.reading import NAME, option


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Announce(Action):
    """A point at which announcements are played while they are in force."""

    kind: ClassVar[str] = "announce"
    about: ClassVar[str] = (
        "A point with a name. Announcements that are put there play here while they are in force; otherwise nothing is "
        "heard."
    )
    outcomes: ClassVar[dict[str, str]] = {
        "announced": "the next action",
        "nothing": "the next action: no announcement was in force",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: Welcome to Acme.
    - announce: delays
    - hangup
"""
    point: str = option(NAME, "the name of the point", name="announce")

    def begin(self, run: Run) -> Tell:
        return Tell(self.point, run.language, run.always)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if isinstance(outcome, Announced) and outcome.ids:
            return Done("announced", detail={"announcements": list(outcome.ids)})
        return Done("nothing")

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("announced"), Exit("nothing"))
