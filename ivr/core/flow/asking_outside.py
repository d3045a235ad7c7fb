"""What `fetch` and `lookup` have in common: a source outside is asked, and what it answers gets a name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.core.base.answers import Unbearable, bounded, hidden
from ivr.core.calls.outcomes import Failed, Given, Outcome, Unsaid
from ivr.core.calls.verbs import Consult
from ivr.core.flow.addresses import Unfit
from ivr.core.flow.model import Action, Done, Run, Target
from ivr.core.flow.reading import NAME, REASON, TARGET, WORDS, YES_NO, lasting, option
from ivr.core.flow.sentence import Words
from ivr.core.flow.values import Type, Value, Variable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskingOutside(Action):
    """A source outside is asked for a value; kinds add what is asked, and what an answer means."""

    name: str = option(NAME, "the name of the answer", name="as", default="", shown="it is not kept")
    within: float = option(lasting(1, 60), "how long it may take in all", default=5.0, shown="5s")
    meanwhile: Words | None = option(WORDS, "said when there is no answer after 0.7 s", default=None, shown="nothing")
    failed: Target = option(TARGET, "where to go when there is no answer")
    secret: bool = option(
        YES_NO,
        "whether the answer is a secret: every text and number in it; for conditions write `number(found.balance)`",
        default=False,
        shown="no",
    )
    allow_secret: str = option(REASON, "why a secret value may be sent", default="", shown="it may not")

    @abstractmethod
    def request(self, run: Run) -> Mapping[str, Any]:
        """What is asked, with the values that it has now. Raises Unfit."""

    @abstractmethod
    def answered(self, run: Run, value: Value) -> Done:
        """What an answer comes to; the value is bounded, and hidden when it is a secret."""

    def refused(self, run: Run, reason: str) -> Done:
        """What comes of it when there is no answer."""
        return self.done(run, "failed", self.failed, {"reason": reason})

    def begin(self, run: Run) -> Consult | Done:
        run.local = {"asked": run.at.timestamp()}
        try:
            request = self.request(run)
            unfit = ""
        except Unfit as error:
            request, unfit = {}, str(error)
        fits = not unfit
        if any(expression.touches(run) for expression in self.reads()):
            fits = run.turned_out(fits)
        if not fits:
            return self.refused(run, unfit or "a value does not fit")
        meanwhile = run.sentence(self.meanwhile) if self.meanwhile is not None else None
        return Consult(self.kind, request, self.within, meanwhile, secret=self.secret)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if not isinstance(outcome, Given):
            reason = outcome.reason if isinstance(outcome, Failed | Unsaid) else "nothing was asked"
            return self.refused(run, reason)
        try:
            value = bounded(outcome.value)
        except Unbearable as unbearable:
            return self.refused(run, str(unbearable))
        return self.answered(run, hidden(value) if self.secret else value)

    def done(self, run: Run, outcome: str, to: Target | None, detail: dict[str, Any], value: Value = None) -> Done:
        """The action's end; the answer's name has the value, or none."""
        if self.name:
            run.set(self.name, value)
        seconds = round(max(0.0, run.at.timestamp() - run.local.get("asked", run.at.timestamp())), 3)
        return Done(outcome, to.section if to else "", {**detail, "seconds": seconds})

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.name: Variable(Type.ANY, self.secret)} if self.name else {}
