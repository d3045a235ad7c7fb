"""The caller who follows a script: in every moment of a call, what the next step says, or a difference.

Keys are pressed as soon as the words before them have been said, so they cut the sentence when a key can; several keys
follow each other as in a live call. The caller never lets a question wait in vain unless the script says so
(``says_nothing``, ``waits``): a call that wants keys while the script wants words has gone another way than was meant.
After the last step the caller listens until something is wanted of them, and hangs up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import assert_never

from ivr.core.calls.outcomes import Dialled, DialStatus, Failed, Given, NoInput, Outcome, Queued, QueueEnding, Recorded
from ivr.core.calls.verbs import Consult, Dial, Queue, Record, Sentence
from ivr.core.document.problems import Mark
from ivr.core.flow.moments import Act, Comes, Doing, Leave, Moment, Press
from ivr.core.flow.queues import endings
from ivr.core.flow.scenario import model
from ivr.core.flow.scenario.asked import text_of
from ivr.core.flow.scenario.expected import seen, unmet
from ivr.core.flow.scenario.given import Answers
from ivr.core.flow.scenario.model import Refusal, Scenario
from ivr.core.flow.scenario.words import Listening, listening, plain
from ivr.core.flow.virtual import VirtualCall

BETWEEN_KEYS = 0.2  # seconds
SPEAKING = 5.0  # seconds of a message
ANSWERING = 2.0  # seconds until somebody answers
_PASSES = frozenset({Doing.HEARS, Doing.WAITS})


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a call went another way: what the script wanted at ``mark``, and what came."""

    wanted: str
    came: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a step has heard its words: up to a ``share`` of a sentence that was begun at a time."""

    sentence: Sentence
    share: float
    began: float


class Differs(Exception):
    """The call went another way than the script."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.came)
        self.difference = difference


class Script:
    """One caller in one call; `act` is asked in every moment, `over` when the call has ended."""

    def __init__(self, scenario: Scenario, language: str, call: VirtualCall) -> None:
        self._scenario = scenario
        self._steps = scenario.call
        self._language = language
        self._call = call
        self._step = 0
        self._at = 0.0  # the caller's own time: up to here everything was heard and done
        self._keys: deque[Press] = deque()
        self._free_at = 0.0  # when the next key can be pressed
        self._until: float | None = None  # of the step that waits
        self._forbidden: list[model.HearsNot] = []
        self._moment: Moment | None = None
        self._listening = Listening("", "")
        self._began = self._heard = 0.0
        self._answers = Answers(scenario.given)
        self.heard: dict[int, Heard] = {}  # by the number of the step
        self.done_at: list[float] = []  # when each step, and what came of it, was over
        self.silences: dict[int, int] = {}  # by the number of the step: how many there were with it
        self._over_at = 0.0

    @property
    def _now(self) -> model.Act | None:
        return self._steps[self._step] if self._step < len(self._steps) else None

    def act(self, moment: Moment) -> Act | None:
        """What the caller does in this moment; None lets it pass. Raises Differs."""
        if moment.doing in (Doing.CONSULTS, Doing.TALKS):
            return self._consulted(moment) if moment.doing is Doing.CONSULTS else None
        if moment is not self._moment:
            self._moment, self._began, self._heard = moment, moment.since, 0.0
            if moment.sentence is not None:
                self._listening = listening(moment.sentence)
        self._at = max(self._at, moment.since)
        while (step := self._now) is not None:
            waits_for_key = bool(self._keys) and not isinstance(step, model.Hears | model.Presses | model.HearsNot)
            if waits_for_key:
                return self._pass(moment, step)
            done, act = self._try(step, moment)
            if done:
                self._next()
            if act is not None or not done:
                return act
            if isinstance(step, model.SaysNothing | model.Queues):
                return None
        if moment.doing in _PASSES or moment.typing or self._keys:
            return self._pass(moment, None)
        return Leave(self._at)

    def over(self) -> None:
        """The call has ended. Raises Differs when the script has not."""
        while (step := self._now) is not None:
            if isinstance(step, model.Expect):
                self._expect(step)
            elif not isinstance(step, model.HearsNot):
                end = self._call.end
                self._differs(step, f"the call is over: {end.reason}" if end else "the call is over")
            self._next()

    def _next(self) -> None:
        self.done_at.append(max(self._at, self._call.now, self._over_at))
        self._step += 1
        self._until = None

    def _try(self, step: model.Act, moment: Moment) -> tuple[bool, Act | None]:  # noqa: PLR0911 - one for each kind
        """Whether a step is done in this moment, and what the caller does now."""
        match step:
            case model.Hears():
                return self._hears(step, moment)
            case model.HearsNot():
                self._forbidden.append(step)
                return True, None
            case model.Presses():
                self._press(step)
                return True, None
            case model.Waits():
                return self._waits(step, moment)
            case model.SaysNothing():
                return self._silent(step, moment)
            case model.Leaves():
                return self._leaves(step, moment)
            case model.Rings():
                return self._rings(step, moment)
            case model.Queues():
                return self._queues(step, moment)
            case model.HangsUp():
                return True, Leave(self._at)
            case model.Expect():
                if step.ends or moment.typing:
                    return False, self._pass(moment, step)
                self._expect(step)
                return True, None
            case _:
                assert_never(step)

    def _pass(self, moment: Moment, step: model.Act | None) -> Act | None:
        """Presses the next key if there is one, or lets the moment pass when it may."""
        if self._keys and self._keys[0].at <= moment.until:
            press = self._keys.popleft()
            self._listens_until(moment, press.at)
            return press
        if step is not None and moment.doing not in _PASSES and not moment.typing and not self._keys:
            self._differs(step, _stands(moment, self._call))
        self._listens_until(moment, moment.until)
        return None

    # Words

    def _hears(self, step: model.Hears, moment: Moment) -> tuple[bool, Act | None]:
        share = self._found(step.words, moment)
        at = self._when(share, moment)
        if share is None or (self._keys and self._keys[0].at < at):
            return False, self._pass(moment, step)
        self._listens_until(moment, moment.until)
        self._forbidden.clear()
        self._heard, self._at = share, max(self._at, at)
        assert moment.sentence is not None
        self.heard[self._step] = Heard(moment.sentence, share, self._began)
        return True, None

    def _found(self, words: model.Words, moment: Moment) -> float | None:
        if moment.sentence is None:
            return None
        return self._listening.after(plain(words.at(self._language)), self._heard)

    def _when(self, share: float | None, moment: Moment) -> float:
        return self._began + (share or 0.0) * (moment.until - self._began)

    def _listens_until(self, moment: Moment, until: float) -> None:
        """Notes that the sentence is heard until then: nothing in it may be forbidden."""
        for step in self._forbidden:
            share = self._found(step.words, moment)
            if share is not None and self._when(share, moment) <= until and moment.sentence is not None:
                self._differs(step, f'the call says "{moment.sentence.text}"')

    # What the caller does

    def _press(self, step: model.Presses) -> None:
        at = max(self._at, self._free_at)
        for key in step.keys:
            self._keys.append(Press(key, at))
            at += BETWEEN_KEYS
        self._free_at = at

    def _waits(self, step: model.Waits, moment: Moment) -> tuple[bool, Act | None]:
        if self._until is None:
            self._until = self._at + step.seconds
        if moment.until > self._until:
            self._at = self._until
            return True, None
        if moment.doing in (Doing.RINGS, Doing.QUEUES, Doing.RECORDS):
            self._differs(step, _stands(moment, self._call))
        self._listens_until(moment, moment.until)
        return False, None

    def _silent(self, step: model.SaysNothing, moment: Moment) -> tuple[bool, Act | None]:
        verb = self._call.turn.verb
        if moment.doing is Doing.RECORDS and isinstance(verb, Record):
            silence = verb.silence or verb.longest
            self._was_silent(moment.since + silence)
            return True, Comes(Recorded("", silence, "silence"), self._over_at)
        if moment.doing is Doing.ANSWERS and not moment.typing:
            self._was_silent(moment.until)
            return True, None
        return False, self._pass(moment, step)

    def _was_silent(self, until: float) -> None:
        self._over_at = until
        self.silences[self._step] = 1 + sum(isinstance(came, NoInput | Recorded) for _, came in self._call.outcomes)

    def _leaves(self, step: model.Leaves, moment: Moment) -> tuple[bool, Act | None]:
        verb = self._call.turn.verb
        if moment.doing is not Doing.RECORDS or not isinstance(verb, Record):
            return False, self._pass(moment, step)
        if step.failed:
            return True, Comes(Failed("the scenario says so"), moment.since)
        seconds = min(SPEAKING, verb.longest)
        self._over_at = moment.since + seconds + verb.silence
        return True, Comes(Recorded("", seconds, "silence"), self._over_at)

    def _rings(self, step: model.Rings, moment: Moment) -> tuple[bool, Act | None]:
        verb = self._call.turn.verb
        if moment.doing is not Doing.RINGS or not isinstance(verb, Dial):
            return False, self._pass(moment, step)
        outcome: Outcome = Failed("the scenario says so") if step.status is None else Dialled(step.status, step.talked)
        after = {DialStatus.ANSWERED: ANSWERING + step.talked, DialStatus.NO_ANSWER: verb.ring}
        self._over_at = moment.since + (after.get(step.status, 0.0) if step.status else 0.0)
        return True, Comes(outcome, self._over_at)

    def _queues(self, step: model.Queues, moment: Moment) -> tuple[bool, Act | None]:
        verb = self._call.turn.verb
        if moment.doing is not Doing.QUEUES or not isinstance(verb, Queue):
            return False, self._pass(moment, step)
        queue = self._call.flow.surroundings.setup.queues.get(verb.queue)
        if step.ending is not None and queue is not None and step.ending not in endings(queue):
            self._differs(step, f"the queue {verb.queue} never comes to that: it has no such limit")
        if step.ending is QueueEnding.WAITED_TOO_LONG:
            self._over_at = moment.until
            return True, None
        if step.ending is None:
            return True, Comes(Failed("the scenario says so"), self._at)
        at = self._at + (ANSWERING if step.ending is QueueEnding.ANSWERED else 0.0)
        self._over_at = at + step.talked
        return True, Comes(Queued(step.ending, talked=step.talked), at)

    def _expect(self, step: model.Expect) -> None:
        for wish in step.wishes:
            came = unmet(wish, seen(self._call))
            if came is not None:
                raise Differs(Difference(f"expect {wish.name}: {_shown(wish.value)}", came, wish.mark))

    # The world

    def _consulted(self, moment: Moment) -> Comes:
        verb = self._call.turn.verb
        assert isinstance(verb, Consult)
        for value in self._answers.to(verb.source, text_of(verb.request)):
            if isinstance(value, Refusal):
                late = verb.within if value.reason == "timeout" else 0.0
                return Comes(Failed(value.reason), moment.since + late)
            return Comes(Given(value), moment.since)
        shown = text_of(verb.request, masked=True)
        came = f"the flow asks {verb.source} for {shown}, and the scenario gives no answer"
        raise Differs(
            Difference(f"given: {{{verb.source}: {{part of the request: answer}}}}", came, self._scenario.mark)
        )

    def _differs(self, step: model.Act, came: str) -> None:
        raise Differs(Difference(told(step, self._language), came, step.mark))


def _stands(moment: Moment, call: VirtualCall) -> str:
    """What the call does now, that the script does not go on with."""
    verb = call.turn.verb
    match moment.doing:
        case Doing.RINGS if isinstance(verb, Dial):
            return f"the call rings {verb.number}; say what comes of it: dialled: answered"
        case Doing.QUEUES if isinstance(verb, Queue):
            return f"the caller waits in the queue {verb.queue}; say what comes of it: queued: answered"
        case Doing.RECORDS:
            return "the call records; say what the caller leaves: leaves: a message"
        case _:
            return "the call waits for keys"


def told(step: model.Act, language: str) -> str:
    """A step as it is written."""
    match step:
        case model.Hears() | model.HearsNot() | model.Leaves():
            text = step.words.at(language)
        case model.Presses():
            text = step.keys
        case model.Waits():
            text = f"{step.seconds:g}s"
        case model.Rings():
            text = step.status or "failed"
        case model.Queues():
            text = step.ending or "failed"
        case model.Expect():
            text = ", ".join(f"{wish.name}: {_shown(wish.value)}" for wish in step.wishes)
        case _:
            return _NAMES[type(step)]
    return f"{_NAMES[type(step)]}: {text}"


_NAMES: dict[type[model.Act], str] = {
    model.Hears: "hears",
    model.HearsNot: "hears_not",
    model.Leaves: "leaves",
    model.Presses: "presses",
    model.Waits: "waits",
    model.Rings: "dialled",
    model.Queues: "queued",
    model.Expect: "expect",
    model.SaysNothing: "says_nothing",
    model.HangsUp: "hangs_up",
}


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return ", ".join(f"{name} {item}" for name, item in value.items()) if isinstance(value, dict) else str(value)
