"""``say``: the caller hears a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ivr.core.calls.outcomes import Failed, Outcome, Unsaid
from ivr.core.calls.verbs import Say as Play
from ivr.core.calls.verbs import Verb
from ivr.core.document.problems import Severity
from ivr.core.flow.model import Action, Done, Exit, Flow, Run
from ivr.core.flow.reading import REASON, WORDS, YES_NO, Reading, option
from ivr.core.flow.sentence import Words

MOST_MADE = 100
_TROUBLE = (Unsaid, Failed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Say(Action):
    """The caller hears a sentence. A key that stops it is kept for the next question."""

    kind: ClassVar[str] = "say"
    about: ClassVar[str] = "The caller hears a sentence. A key that stops it is kept for the next question."
    outcomes: ClassVar[dict[str, str]] = {
        "said": "the next action",
        "unsaid": "the next action: no recording and no engine could say it",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: Welcome to Acme.
    - say: {en: This call may be recorded.}
      interruptible: no
    - hangup
"""
    words: Words = option(WORDS, "what the caller hears", name="say")
    interruptible: bool = option(YES_NO, "whether a key stops it", default=True, shown="yes", inherits=True)
    allow_secret: str = option(REASON, "why a secret value may be said here", default="", shown="it may not")

    made: dict[tuple[str, str], Play] = field(default_factory=dict, repr=False)  # what is the same in every call

    def begin(self, run: Run) -> Verb:
        known = self.made.get((run.language, run.always))
        if known is not None:
            return known
        template = self.words.at(run.language)
        play = Play(run.render(template), self.interruptible, run.always)
        if template.constant is not None and len(self.made) < MOST_MADE:
            self.made[run.language, run.always] = play
        return play

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if isinstance(outcome, _TROUBLE):
            return Done("unsaid", detail={"reason": outcome.reason})
        return Done("said")

    def check(self, flow: Flow, reading: Reading) -> None:
        for ladder in self.words.ladders.values():
            if len(ladder) > 1:
                hint = "put the sentence in quotes, or say the next one in an action of its own"
                message = "only the first of these sentences is ever heard."
                reading.problems.add("F176", self.place, message, hint=hint, severity=Severity.WARNING)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("said"),)
