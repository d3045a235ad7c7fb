"""``record``: the caller leaves a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.outcomes import Failed, Outcome, Recorded, Unsaid
from ivr.core.calls.verbs import Record as Take
from ivr.core.calls.verbs import Verb
from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import KEYS, NAME, REASON, TARGET, WORDS, lasting, option
from ivr.core.flow.sentence import Words
from ivr.core.flow.values import Type, Variable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record(Action):
    """The caller hears a sentence and a tone, and leaves a message."""

    kind: ClassVar[str] = "record"
    about: ClassVar[str] = "The caller hears a sentence and a tone, and leaves a message. Hanging up keeps the message."
    outcomes: ClassVar[dict[str, str]] = {
        "recorded": "the next action",
        "failed": "the section that `failed` names; without it the next action",
    }
    example: ClassVar[str] = """\
flow:
  voicemail:
    - record: Please leave a message after the tone.
      for: billing
      longest: 2m
      failed: goodbye
    - say: Thank you. We call you back.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    words: Words = option(WORDS, "said before the tone", name="record")
    mailbox: str = option(NAME, "whose message it is", name="for")
    longest: float = option(lasting(1, 3600), "the longest message", default=120.0, shown="2m")
    silence: float = option(lasting(1, 60), "a silence that ends the message", default=4.0, shown="4s")
    end: str = option(KEYS, "the key that ends the message", default="#", shown='"#"')
    name: str = option(NAME, "the name of the recording's id", name="as", default="", shown="none")
    failed: Target | None = option(
        TARGET, "where to go when nothing could be recorded", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may be said here", default="", shown="it may not")

    def begin(self, run: Run) -> Verb:
        return Take(run.sentence(self.words), self.mailbox, self.longest, self.silence, self.end)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if not isinstance(outcome, Recorded):
            reason = outcome.reason if isinstance(outcome, Failed | Unsaid) else "nothing was recorded"
            return Done("failed", self.failed.section if self.failed else "", {"reason": reason})
        if self.name:
            run.set(self.name, outcome.recording_id)
        detail = {"recording": outcome.recording_id, "seconds": outcome.seconds, "ended": outcome.ended}
        return Done("recorded", detail=detail)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("recorded", input=True), Exit("failed", self.failed))

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.name: Variable(Type.TEXT)} if self.name else {}
