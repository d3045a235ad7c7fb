"""A call without a telephone: the same machine, with somebody at a keyboard for a caller.

`Simulation` is pure: it is given lines of input and gives lines of a transcript. Keys become answers by the same
`Collector` as in a live call; time passes as fast as the caller is quick. What a secret question was answered is
masked, and so are secrets in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import (
    Announced,
    CallerLeft,
    Dialled,
    DialStatus,
    Digits,
    Failed,
    Given,
    NoInput,
    Outcome,
    Recorded,
    Said,
)
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Hangup, Record, Say, Sentence, Wait
from ivr.core.dialog.digits import Collector
from ivr.core.flow import machine
from ivr.core.flow.model import Flow
from ivr.core.flow.state import End, Facts, Step
from ivr.core.flow.values import as_text

SPEED = 14.0  # characters a second that are read aloud, roughly
_HANG_UP = frozenset({"hangup", "hang up", "bye"})
_DIAL_WORDS = (*DialStatus, "failed")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; ``who`` is ``ivr``, ``caller``, ``flow``, ``hint`` or ``end``."""

    who: str
    text: str


class Simulation:
    """One call at the keyboard; `begin` it, then give it lines until it is `over`."""

    def __init__(self, flow: Flow, facts: Facts, *, returned: bool = False) -> None:
        self._flow = flow
        self._at = facts.at
        self._typed = ""  # keys that nobody has asked for yet
        self._recordings = 0
        self._heard: object = None  # the verb whose sentence was shown
        self._turn = machine.start(flow, facts, returned=returned)

    @property
    def over(self) -> End | None:
        """How the call ended; None while it goes on."""
        return self._turn.verb if isinstance(self._turn.verb, End) else None

    @property
    def at(self) -> datetime:
        """The call's own time."""
        return self._at

    def begin(self) -> list[Line]:
        """The transcript until the caller has to do something."""
        return [*self._moves(), *self._go_on()]

    def line(self, text: str) -> list[Line]:
        """What comes of a line: keys, nothing (no input), ``hangup``, or how recording or dialling went."""
        text = text.strip() if isinstance(self._turn.verb, Consult) else text.strip().lower()
        if self.over is not None:
            return []
        if text.lower() in _HANG_UP:
            return self.hang_up()
        match self._turn.verb:
            case Record():
                return self._recorded(text)
            case Dial():
                return self._dialled(text)
            case Consult():
                return self._consulted(text)
            case _:
                return self._pressed(text.replace(" ", ""))

    def hang_up(self) -> list[Line]:
        """The caller leaves."""
        if self.over is not None:
            return []
        return [Line("caller", "hangs up"), *self._resume(CallerLeft())]

    def _pressed(self, keys: str) -> list[Line]:
        if keys.strip("0123456789*#"):
            return [Line("hint", "keys are 0 to 9, * and #; an empty line is silence; hangup leaves")]
        if not keys:
            self._pass(self._turn.verb.keys.first if isinstance(self._turn.verb, Ask) else 0)
            return [Line("caller", "(silence)"), *self._resume(NoInput())]
        secret = isinstance(self._turn.verb, Ask) and self._turn.verb.secret
        self._typed += keys
        return [Line("caller", MASK if secret else keys), *self._go_on()]

    def _recorded(self, text: str) -> list[Line]:
        if text.startswith("fail"):
            return [Line("caller", "(nothing could be recorded)"), *self._resume(Failed("simulated"))]
        self._recordings += 1
        self._pass(5.0)
        said = "leaves a message" if not text else f"leaves a message: {text}"
        return [Line("caller", said), *self._resume(Recorded(f"recording_{self._recordings}", 5.0, "key"))]

    def _dialled(self, text: str) -> list[Line]:
        word = (text or DialStatus.ANSWERED).replace(" ", "_")
        if word == "failed":
            return [Line("hint", "dialling failed"), *self._resume(Failed("simulated"))]
        if word not in list(DialStatus):
            return [Line("hint", "how did it go? " + ", ".join(_DIAL_WORDS))]
        status = DialStatus(word)
        self._pass(60.0 if status is DialStatus.ANSWERED else 20.0)
        talked = 60.0 if status is DialStatus.ANSWERED else 0.0
        return [Line("hint", f"the other side: {status}"), *self._resume(Dialled(status, talked))]

    def _consulted(self, text: str) -> list[Line]:
        if text.startswith("fail"):
            return [Line("hint", "it failed"), *self._resume(Failed(text.removeprefix("fail").strip() or "simulated"))]
        try:
            value = loads(text or "null")
        except (ValueError, RecursionError):
            return [Line("hint", 'answer with a value as JSON has them, such as {"balance": 12.5}, or fail')]
        self._pass(1.0)
        return [Line("hint", "it answered"), *self._resume(Given(value))]

    def _resume(self, outcome: Outcome) -> list[Line]:
        self._turn = machine.resume(self._flow, self._turn.state, outcome, self._at)
        return [*self._moves(), *self._go_on()]

    def _go_on(self) -> list[Line]:
        """Does what needs no line of input."""
        lines: list[Line] = []
        while (outcome := self._without_input(lines)) is not None:
            self._turn = machine.resume(self._flow, self._turn.state, outcome, self._at)
            lines += self._moves()
        if isinstance(self._turn.verb, End):
            detail = f" ({self._turn.verb.detail})" if self._turn.verb.detail else ""
            lines.append(Line("end", f"the call is over: {self._turn.verb.reason}{detail}"))
        return lines

    def _without_input(self, lines: list[Line]) -> Outcome | None:
        verb = self._turn.verb
        new = verb is not self._heard
        self._heard = verb
        if isinstance(verb, Say | Ask | Record) and verb.sentence is not None and new:
            lines.append(self._said(verb.sentence))
        match verb:
            case Wait():
                self._pass(verb.seconds)
                return Said()
            case Announce():
                return Announced()
            case Say():
                return Said()  # nothing is pressed while it plays; keys typed before are for the next question
            case Ask():
                if verb.flush and new:
                    self._typed = ""
                return self._answer(verb) if self._typed else None
            case Record() | Dial() | Consult() if new:
                lines.append(_question(verb))
        return None if not isinstance(verb, Hangup) else CallerLeft()

    def _answer(self, verb: Ask) -> Outcome | None:
        """The answer that the keys make which were pressed; after the last of them comes a pause."""
        collector = Collector(verb.keys)
        collector.prompt_ended(0.0)
        answer = None
        while self._typed and answer is None:
            answer = collector.key(self._take(), 0.0)
        answer = answer or collector.expire(verb.keys.between)
        if verb.secret and isinstance(answer, Digits) and isinstance(answer.keys, str):
            return Digits(Secret(answer.keys), answer.ended)
        return answer

    def _take(self) -> str:
        key, self._typed = self._typed[0], self._typed[1:]
        return key

    def _said(self, sentence: Sentence) -> Line:
        self._pass(len(sentence.text) / SPEED)
        return Line("ivr", sentence.text)

    def _moves(self) -> Iterator[Line]:
        for step in self._turn.trail:
            if step.kind not in ("say", "go") or step.outcome == "anywhere":
                yield Line("flow", told(step))
            if step.to:
                yield Line("flow", f"→ {step.to}")

    def _pass(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


def told(step: Step) -> str:
    """A step in a few words, without secrets: ``main_menu: menu chosen (press 1, tag billing)``."""
    shown = (f"{name} {as_text(value)}" for name, value in step.detail.items() if value not in ("", None))
    detail = ", ".join(shown)
    return f"{step.section}: {step.kind} {step.outcome}" + (f" ({detail})" if detail else "")


def _question(verb: Record | Dial | Consult) -> Line:
    if isinstance(verb, Consult):
        return Line("hint", f"{verb.source} is asked: answer with JSON, or fail [null]")
    if isinstance(verb, Record):
        return Line("hint", f"a message for {verb.mailbox}: write it, or fail")
    return Line("hint", f"ringing {verb.number}: {', '.join(_DIAL_WORDS)} [answered]")
