"""A call without a telephone: the same machine, with somebody at a keyboard for a caller.

`Simulation` is pure: it is given lines of input and gives lines of a transcript. Its calls are `VirtualCall`s, so keys
become answers as in a live call; time passes as fast as the caller is quick. What a secret question was answered is
masked, and so are secrets in sentences.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from json import loads

from ivr.core.base.secret import MASK
from ivr.core.calls.outcomes import Dialled, DialStatus, Failed, Given, Outcome, Queued, QueueEnding, Recorded
from ivr.core.calls.verbs import Ask, Consult, Dial, Queue, Record, Sentence
from ivr.core.flow.model import Flow
from ivr.core.flow.moments import Act, Comes, Doing, Leave, Moment, Press
from ivr.core.flow.queues import endings
from ivr.core.flow.state import End, Facts, Step
from ivr.core.flow.values import as_text
from ivr.core.flow.virtual import VirtualCall

BETWEEN_KEYS = 0.2  # seconds, of a thumb that knows the way
TALK, WAITING = 60.0, 10.0  # seconds of a talk, and of the wait in a queue before it
_HANG_UP = frozenset({"hangup", "hang up", "bye"})
_DIAL_WORDS = (*DialStatus, "failed")
_PASSES = frozenset({Doing.HEARS, Doing.WAITS, Doing.TALKS})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; ``who`` is ``ivr``, ``caller``, ``flow``, ``hint`` or ``end``."""

    who: str
    text: str


class Simulation:
    """One call at the keyboard; `begin` it, then give it lines until it is `over`."""

    def __init__(self, flow: Flow, facts: Facts, *, returned: bool = False) -> None:
        self._call = VirtualCall(flow, facts, returned=returned)
        self._talk = self._call.talk()
        self._moment: Moment | None = None
        self._keys: deque[str] = deque()  # typed, and not pressed yet
        self._next_key_at = 0.0
        self._told = 0
        self._asked: object = None  # the verb whose question was shown

    @property
    def over(self) -> End | None:
        """How the call ended; None while it goes on."""
        return self._call.end

    @property
    def at(self) -> datetime:
        """The call's own time."""
        return self._call.at

    def begin(self) -> list[Line]:
        """The transcript until the caller has to do something."""
        self._send(None)
        return self._go_on()

    def line(self, text: str) -> list[Line]:
        """What comes of a line: keys, nothing (no input), ``hangup``, or how recording, dialling or a queue went."""
        verb = self._call.turn.verb
        text = text.strip() if isinstance(verb, Consult) else text.strip().lower()
        if self.over is not None or text.lower() in _HANG_UP:
            return self.hang_up()
        match verb:
            case Record():
                return self._recorded(text)
            case Dial():
                return self._dialled(text)
            case Queue():
                return self._queued(verb, text)
            case Consult():
                return self._consulted(text)
            case _:
                return self._pressed(text.replace(" ", ""))

    def hang_up(self) -> list[Line]:
        """The caller leaves."""
        if self.over is not None:
            return []
        self._send(Leave(self._call.now))
        return [Line("caller", "hangs up"), *self._go_on()]

    def _pressed(self, keys: str) -> list[Line]:
        if keys.strip("0123456789*#"):
            return [Line("hint", "keys are 0 to 9, * and #; an empty line is silence; hangup leaves")]
        if not keys:
            self._send(None)
            return [Line("caller", "(silence)"), *self._go_on()]
        secret = isinstance(self._call.turn.verb, Ask) and self._call.turn.verb.secret
        self._keys.extend(keys)
        return [Line("caller", MASK if secret else keys), *self._go_on()]

    def _recorded(self, text: str) -> list[Line]:
        if text.startswith("fail"):
            return [Line("caller", "(nothing could be recorded)"), *self._come(Failed("simulated"), 0.0)]
        said = "leaves a message" if not text else f"leaves a message: {text}"
        return [Line("caller", said), *self._come(Recorded("", 5.0, "silence"), 5.0)]

    def _dialled(self, text: str) -> list[Line]:
        word = (text or DialStatus.ANSWERED).replace(" ", "_")
        if word == "failed":
            return [Line("hint", "dialling failed"), *self._come(Failed("simulated"), 0.0)]
        if word not in list(DialStatus):
            return [Line("hint", "how did it go? " + ", ".join(_DIAL_WORDS))]
        status = DialStatus(word)
        talked = TALK if status is DialStatus.ANSWERED else 0.0
        return [Line("hint", f"the other side: {status}"), *self._come(Dialled(status, talked), talked or 20.0)]

    def _queued(self, verb: Queue, text: str) -> list[Line]:
        if text.strip("0123456789*#") != text:
            self._asked = None  # a key that leaves no queue changes nothing: it is asked again
            return self._pressed(text.replace(" ", ""))
        word, known = (text or QueueEnding.ANSWERED).replace(" ", "_"), self._endings(verb)
        if word not in known:
            return [Line("hint", "how did it go? " + ", ".join(known))]
        if word == "failed":
            return [Line("hint", "the queue failed"), *self._come(Failed("simulated"), 0.0)]
        if word == QueueEnding.WAITED_TOO_LONG:
            self._send(None)
            return [Line("hint", "the caller waits too long"), *self._go_on()]
        if word == QueueEnding.ANSWERED:
            answered = Queued(QueueEnding.ANSWERED, talked=TALK)
            return [Line("hint", "an agent answers"), *self._come(answered, WAITING)]
        return [Line("hint", f"the queue: {word}"), *self._come(Queued(QueueEnding(word)), 0.0)]

    def _endings(self, verb: Queue) -> tuple[str, ...]:
        """What the wait in a queue can come to."""
        queue = self._call.flow.surroundings.setup.queues.get(verb.queue)
        return (*(() if queue is None else endings(queue)), "failed")

    def _consulted(self, text: str) -> list[Line]:
        if text.startswith("fail"):
            failed = Failed(text.removeprefix("fail").strip() or "simulated")
            return [Line("hint", "it failed"), *self._come(failed, 0.0)]
        try:
            value = loads(text or "null")
        except (ValueError, RecursionError):
            return [Line("hint", 'answer with a value as JSON has them, such as {"balance": 12.5}, or fail')]
        return [Line("hint", "it answered"), *self._come(Given(value), 0.5)]

    def _come(self, outcome: Outcome, after: float) -> list[Line]:
        self._send(Comes(outcome, self._call.now + after))
        return self._go_on()

    def _go_on(self) -> list[Line]:
        """Lets pass what needs no line of input."""
        lines = list(self._news())
        while self._moment is not None and (self._keys or self._moment.doing in _PASSES or self._moment.typing):
            if self._keys and not self._key_fits(self._moment):
                break
            self._send(self._next_key(self._moment))
            lines += self._news()
        verb = self._call.turn.verb
        if isinstance(verb, Record | Dial | Queue | Consult) and self._moment is not None and verb is not self._asked:
            self._asked = verb
            lines.append(self._question(verb))
        if self.over is not None:
            detail = f" ({self.over.detail})" if self.over.detail else ""
            lines.append(Line("end", f"the call is over: {self.over.reason}{detail}"))
        return lines

    def _question(self, verb: Record | Dial | Queue | Consult) -> Line:
        if isinstance(verb, Consult):
            return Line("hint", f"{verb.source} is asked: answer with JSON, or fail [null]")
        if isinstance(verb, Record):
            return Line("hint", f"a message for {verb.mailbox}: write it, or fail")
        if isinstance(verb, Queue):
            keys = f"; keys {', '.join(verb.leave + verb.always)} leave it" if verb.leave + verb.always else ""
            return Line("hint", f"waiting in {verb.queue}: {', '.join(self._endings(verb))} [answered]{keys}")
        return Line("hint", f"ringing {verb.number}: {', '.join(_DIAL_WORDS)} [answered]")

    def _key_fits(self, moment: Moment) -> bool:
        """Whether keys can be pressed now: not while something is asked of whoever sits at the keyboard."""
        return moment.doing in _PASSES or moment.doing in (Doing.ANSWERS, Doing.QUEUES)

    def _next_key(self, moment: Moment) -> Press | None:
        at = max(self._call.now, self._next_key_at)
        if not self._keys or at > moment.until:
            return None
        self._next_key_at = at + BETWEEN_KEYS
        return Press(self._keys.popleft(), at)

    def _send(self, act: Act | None) -> None:
        try:
            self._moment = self._talk.send(act)
        except StopIteration:
            self._moment = None

    def _news(self) -> Iterator[Line]:
        """What happened since it was told last."""
        noted = self._call.noted
        while self._told < len(noted):
            what = noted[self._told][2]
            self._told += 1
            if isinstance(what, Sentence):
                yield Line("ivr", what.text)
            elif isinstance(what, Step):
                if what.kind not in ("say", "go") or what.outcome == "anywhere":
                    yield Line("flow", told(what))
                if what.to:
                    yield Line("flow", f"→ {what.to}")


def told(step: Step) -> str:
    """A step in a few words, without secrets: ``main_menu: menu chosen (press 1, tag billing)``."""
    shown = (f"{name} {as_text(value)}" for name, value in step.detail.items() if value not in ("", None))
    detail = ", ".join(shown)
    return f"{step.section}: {step.kind} {step.outcome}" + (f" ({detail})" if detail else "")
