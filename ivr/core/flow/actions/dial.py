"""``dial``: somebody is rung and talks to the caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.base.secret import Secret
from ivr.core.calls.outcomes import Dialled, DialStatus, Failed, Outcome, Unsaid
from ivr.core.calls.verbs import Dial as Ring
from ivr.core.calls.verbs import Verb
from ivr.core.document.problems import Severity
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Flow, Run, Target
from ivr.core.flow.reading import REASON, TARGET, TEMPLATE, Reading, lasting, option
from ivr.core.flow.sentence import Template

LONGEST_NUMBER = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dial(Action):
    """Somebody is rung; when they answer, both talk until one of them hangs up."""

    kind: ClassVar[str] = "dial"
    about: ClassVar[str] = (
        "Somebody is rung; when they answer, both talk until one of them hangs up. "
        "Only numbers on the dial-out list are rung."
    )
    reaches_person: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {
        "answered": "the section that `answered` names; without it the next action (the other party has hung up)",
        "busy": "the section that `busy` names; without it that of `failed`; else the next action",
        "no_answer": "the section that `no_answer` names; without it that of `failed`; else the next action",
        "unreachable": "the section that `unreachable` names; without it that of `failed`; else the next action",
        "refused": "the number is not on the dial-out list: `refused`; without it `failed`; else the next action",
        "failed": "the section that `failed` names; without it the next action",
    }
    example: ClassVar[str] = """\
flow:
  person:
    - say: I connect you.
    - dial: "2001"
      within: 20s
      answered: goodbye
      failed: voicemail
  voicemail:
    - record: Nobody is free. Please leave a message after the tone.
      for: support
    - go: goodbye
  goodbye:
    - hangup
"""
    number: Template = option(TEMPLATE, "the number to ring", name="dial")
    within: float = option(lasting(1, 600), "how long it rings", default=20.0, shown="20s")
    longest: float = option(lasting(1, 86400), "the longest conversation", default=0.0, shown="no limit")
    answered: Target | None = option(
        TARGET, "where to go after the conversation", default=None, shown="the next action"
    )
    busy: Target | None = option(TARGET, "where to go when it is busy", default=None, shown="`failed`")
    no_answer: Target | None = option(TARGET, "where to go when nobody answers", default=None, shown="`failed`")
    unreachable: Target | None = option(TARGET, "where to go when it cannot be reached", default=None, shown="`failed`")
    refused: Target | None = option(
        TARGET, "where to go when the number may not be rung", default=None, shown="`failed`"
    )
    failed: Target | None = option(
        TARGET, "where to go in every other case that is not answered", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may be used here", default="", shown="it may not")

    def begin(self, run: Run) -> Verb:
        number = self.number.text(run)
        return Ring(
            values.plain(number).strip()[:LONGEST_NUMBER], self.within, self.longest, isinstance(number, Secret)
        )

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if not isinstance(outcome, Dialled):
            reason = outcome.reason if isinstance(outcome, Failed | Unsaid) else "nothing was dialled"
            return Done("failed", self.failed.section if self.failed else "", {"reason": reason})
        target = self._exit(outcome.status)
        return Done(outcome.status.value, target.section if target else "", {"talked": outcome.talked})

    def _exit(self, status: DialStatus) -> Target | None:
        match status:
            case DialStatus.ANSWERED:
                return self.answered
            case DialStatus.BUSY:
                return self.busy or self.failed
            case DialStatus.NO_ANSWER:
                return self.no_answer or self.failed
            case DialStatus.UNREACHABLE:
                return self.unreachable or self.failed
            case DialStatus.REFUSED:
                return self.refused or self.failed

    def exits(self) -> tuple[Exit, ...]:
        ways = (Exit(status.value, self._exit(status), input=status is DialStatus.ANSWERED) for status in DialStatus)
        return (*ways, Exit("failed", self.failed))

    def check(self, flow: Flow, reading: Reading) -> None:
        if not any(way.target for way in self.exits() if way.outcome != DialStatus.ANSWERED):
            message = "nothing is said about a call that is not answered."
            hint = "add  failed: section, or busy:, no_answer:, unreachable:"
            reading.problems.add("F115", self.place, message, hint=hint, severity=Severity.WARNING)

    def reads(self) -> Iterator[Expression]:
        return (slot.expression for slot in self.number.slots)
