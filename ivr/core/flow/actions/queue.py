"""``queue``: the caller waits until an agent is free, and talks to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.acd import setup
from ivr.core.calls.outcomes import Failed, Outcome, Queued, QueueEnding, Unsaid
from ivr.core.calls.verbs import Queue as Line
from ivr.core.calls.verbs import Recording, Sentence
from ivr.core.document.problems import Severity
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Flow, Run, Target
from ivr.core.flow.queues import KEYS, NEEDS, PREFER, PRIORITY, QUEUE, Key, Needs, Prefer, endings, plain
from ivr.core.flow.reading import REASON, TARGET, Reading, option
from ivr.core.flow.recorded import FILE, File, check_recorded

WARNING = Severity.WARNING
_NEVER = {
    "full": "most: 50",
    "waited_too_long": "longest: 10m",
    "no_agents": "without_agents: {join: no}",
    "closed": "hours: support",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Queue(Action):
    """The caller waits in a queue until an agent is free; both talk until one of them hangs up."""

    kind: ClassVar[str] = "queue"
    about: ClassVar[str] = (
        "The caller waits in a queue until an agent is free; both talk until one of them hangs up. Who may answer, how "
        "long the wait may be and what is heard meanwhile stands in `queues.yaml`. Announcements in front of the flow "
        "are told during the wait, and the keys of `keys`, and those of `anywhere` that go to a section, leave the "
        "queue at any moment."
    )
    reaches_person: ClassVar[bool] = True
    outcomes: ClassVar[dict[str, str]] = {
        "answered": "the section that `answered` names; without it the next action (the talk is over)",
        "full": "as many callers wait as may (the queue's `most`): `full`; without it `unanswered`; else the next "
        "action",
        "waited_too_long": "the queue's `longest` is over: `waited_too_long`; without it `unanswered`; else the next "
        "action",
        "no_agents": "nobody is there who could answer (the queue's `without_agents`): `no_agents`; without it "
        "`unanswered`; else the next action",
        "closed": "it is outside of the queue's `hours`: `closed`; without it `unanswered`; else the next action",
        "key": "the section that `keys` names for the key",
        "failed": "something is wrong with the telephone system: as `unanswered`",
    }
    example: ClassVar[str] = """\
flow:
  billing:
    - say: I connect you.
    - queue: billing
      needs: {billing: 3, language: "{call.language}"}
      priority: 5m
      keys: {1: voicemail}
      answered: goodbye
      unanswered: voicemail
  voicemail:
    - record: Please leave a message after the tone.
      for: billing
    - go: goodbye
  goodbye:
    - hangup
"""
    beside: ClassVar[dict[str, str]] = {
        "queues.yaml": """\
skills:
  billing: Bills and payments
queues:
  billing:
    needs: {require: {billing: 2}}
    longest: 10m
""",
    }
    hints: ClassVar[dict[str, str]] = {
        "failed": "write unanswered:",
        "no_answer": "write unanswered:",
        "timeout": "write waited_too_long:; how long is  longest:  of the queue",
        "longest": "it belongs to the queue, in queues.yaml",
        "else": "write unanswered:",
        "skills": "write needs:",
        "options": "write keys: {1: section}",
    }
    queue: setup.Queue = option(QUEUE, "the queue")
    needs: Needs = option(
        NEEDS,
        "what an agent needs for this caller, beside what the queue asks for; an empty language asks for none",
        default=Needs(),
        shown="what the queue asks for",
    )
    priority: float = option(PRIORITY, "what the caller is ahead of others", default=0.0, shown="nothing more")
    prefer: Prefer | None = option(
        PREFER, "an agent for whom the call is kept for some time", default=None, shown="no one"
    )
    music: File | None = option(
        FILE, "what is heard meanwhile", default=None, shown="the queue's music, else the telephone system's"
    )
    keys: tuple[Key, ...] = option(KEYS, "single keys that leave the queue", default=(), shown="no keys")
    answered: Target | None = option(TARGET, "where to go after the talk", default=None, shown="the next action")
    full: Target | None = option(TARGET, "where to go when as many wait as may", default=None, shown="`unanswered`")
    waited_too_long: Target | None = option(
        TARGET, "where to go when the wait is over", default=None, shown="`unanswered`"
    )
    no_agents: Target | None = option(
        TARGET, "where to go when nobody is there who could answer", default=None, shown="`unanswered`"
    )
    closed: Target | None = option(
        TARGET, "where to go outside of the queue's opening hours", default=None, shown="`unanswered`"
    )
    unanswered: Target | None = option(
        TARGET, "where to go in every other case that is not answered", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may be used here", default="", shown="it may not")

    @property
    def leave(self) -> str:
        return "".join(key.press for key in self.keys)

    def begin(self, run: Run) -> Line | Done:
        if self.queue.hours and not run.is_open(self.queue.hours):
            return self._done("closed", self.closed or self.unanswered, {"calendar": self.queue.hours})
        music = self.music.name if self.music is not None else self.queue.music
        prefer = plain(self.prefer.agent, run) if self.prefer is not None else ""
        return Line(
            self.queue.name,
            self.needs.levels(run),
            self.priority,
            prefer,
            self.prefer.seconds if self.prefer is not None and prefer else 0.0,
            Sentence(run.language, (Recording(music),)) if music else None,
            self.leave,
            "".join(key for key in run.away if key not in self.leave),
        )

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if not isinstance(outcome, Queued):
            reason = outcome.reason if isinstance(outcome, Failed | Unsaid) else "the caller came to no queue"
            return self._done("failed", self.unanswered, {"reason": reason})
        detail: dict[str, object] = {"waited": round(outcome.waited, 3)}
        match outcome.ending:
            case QueueEnding.ANSWERED:
                talked = {"talked": round(outcome.talked, 3), "agent": outcome.agent}
                return self._done("answered", self.answered, {**detail, **talked})
            case QueueEnding.KEY:
                key = next((key for key in self.keys if key.press == outcome.key), None)
                target = self.unanswered if key is None else key.go
                return self._done("key", target, {"press": outcome.key, **detail})
            case _:
                return self._done(outcome.ending.value, self._exit(outcome.ending), detail)

    def _done(self, outcome: str, target: Target | None, detail: dict[str, object]) -> Done:
        return Done(outcome, target.section if target else "", {"queue": self.queue.name, **detail})

    def _exit(self, ending: QueueEnding) -> Target | None:
        own = {
            QueueEnding.FULL: self.full,
            QueueEnding.WAITED_TOO_LONG: self.waited_too_long,
            QueueEnding.NO_AGENTS: self.no_agents,
        }
        return own.get(ending) or self.unanswered

    def exits(self) -> tuple[Exit, ...]:
        keys = (Exit(f"key {key.press}", key.go, input=True) for key in self.keys)
        answered = Exit("answered", self.answered, input=True)
        return (answered, *self._lost(), *keys, Exit("failed", self.unanswered))

    def _lost(self) -> Iterator[Exit]:
        """The ways of callers whom nobody answers: those that the queue's limits and hours bring about."""
        for ending in endings(self.queue):
            if ending is not QueueEnding.ANSWERED:
                yield Exit(ending.value, self._exit(ending))
        if self.queue.hours:
            yield Exit("closed", self.closed or self.unanswered)

    def recordings(self) -> Iterator[str]:
        if self.music is not None:
            yield self.music.name
        elif self.queue.music:
            yield self.queue.music

    def check(self, flow: Flow, reading: Reading) -> None:
        lost = {way.outcome: way.target for way in self._lost()}
        if lost and not any(lost.values()):
            message = "nothing is said about a call that nobody answers."
            hint = f"add  unanswered: section, or {', '.join(f'{outcome}:' for outcome in lost)}"
            reading.problems.add("F115", self.place, message, hint=hint, severity=WARNING)
        for outcome, limit in _NEVER.items():
            target: Target | None = getattr(self, outcome)
            if target is not None and outcome not in lost:
                message = f"the queue '{self.queue.name}' never comes to '{outcome}'."
                hint = f"take it out, or give the queue a limit in queues.yaml, such as  {limit}"
                reading.problems.add("F272", target.mark, message, hint=hint, severity=WARNING)
        for key in self.keys:
            universal = flow.universals.get(key.press)
            if universal is not None:
                message = f"key {key.press} takes the key of '{universal.name}': here it no longer means that."
                reading.problems.add("F109", key.mark, message, severity=WARNING)
        if self.music is not None:
            check_recorded(self.music, flow, reading)

    def reads(self) -> Iterator[Expression]:
        templates = (self.needs.language, self.prefer.agent if self.prefer is not None else None)
        return (slot.expression for template in templates if template is not None for slot in template.slots)
