"""A call on virtual time: verbs are performed as in a live call, and nobody waits.

`VirtualCall.talk` is a generator. It yields a `Moment` whenever time would pass (a sentence is heard, a question waits,
somebody is rung) and is sent what the caller does in it, or None when the moment passes: the keyboard of `ivr
simulate`, the script of a scenario and random keys of a test are all callers of this one. Times are seconds from the
call's beginning.

What is done here follows `ivr.services.calls.perform` verb by verb, and a property test runs both side by side: keys
pressed ahead wait for the next question, an interruptible sentence is not begun when a key waits, and an "anywhere" key
in a sentence is obeyed unless it follows another key within `TYPING`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ivr.core.announcements.announcement import FRONT
from ivr.core.base.secret import Secret
from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import (
    Announced,
    CallerLeft,
    Digits,
    Failed,
    NoInput,
    Outcome,
    Queued,
    QueueEnding,
    Recorded,
    Said,
)
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Hangup, Queue, Record, Say, Sentence, Verb, Wait
from ivr.core.dialog.digits import Collector
from ivr.core.flow import machine
from ivr.core.flow.model import Flow
from ivr.core.flow.moments import Act, Comes, Doing, Leave, Moment, Press
from ivr.core.flow.pace import spoken
from ivr.core.flow.state import End, Facts, Step, Turn

TYPING = 1.0
LONGEST = 7200.0
LONGEST_WAIT = 3600.0  # seconds in a queue of which nobody says how it went
SHORTEST = 0.05  # seconds of a sentence without words
_KEPT = 10_000


Talk = Generator[Moment, Act | None, End]
Performing = Generator[Moment, Act | None, Outcome]
Announcing = Callable[[str, str, str], Sequence[tuple[str, Sentence]]]
Noted = Step | Sentence | Press | Leave


class _Left(Exception):
    """The caller is gone."""


class _TooLong(Exception):
    """The flow's longest duration is over."""


class Lengths:
    """How long sentences take, estimated from their text; each is estimated once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Sentence, float]] = {}

    def __call__(self, sentence: Sentence) -> float:
        """Seconds."""
        known = self._known.get(id(sentence))
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            # The sentence is kept with its length, so that its id stays its own.
            known = sentence, max(SHORTEST, spoken(sentence.text, sentence.language))
            self._known[id(sentence)] = known
        return known[1]


def nothing_announced(flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
    """What is announced where nothing is."""
    return ()


class VirtualCall:
    """One call; ``noted`` has what happened, each with its time and the turn in which it did."""

    def __init__(
        self,
        flow: Flow,
        facts: Facts,
        *,
        returned: bool = False,
        announced: Announcing = nothing_announced,
        seconds: Callable[[Sentence], float] | None = None,
    ) -> None:
        self.flow = flow
        self.now = 0.0
        self.end: End | None = None
        self.outcomes: list[tuple[Turn, Outcome]] = []
        self.noted: list[tuple[float, Turn, Noted]] = []
        self._facts = facts
        self._announced = announced
        self._seconds = seconds or Lengths()
        self._limit = flow.longest if flow.longest is not None else LONGEST
        self._typed: deque[str] = deque()
        self._key_at = float("-inf")
        self._recordings = 0
        self._gone = self._begun = False
        self._told: set[str] = set()
        self.turn = self._moved(machine.start(flow, facts, returned=returned))

    @property
    def at(self) -> datetime:
        """The call's own time of day."""
        return self._facts.at + timedelta(seconds=self.now)

    @property
    def steps(self) -> list[Step]:
        """The actions that were finished."""
        return [what for _, _, what in self.noted if isinstance(what, Step)]

    def talk(self) -> Talk:
        """The whole call; gives how it ended."""
        try:
            while not isinstance(self.turn.verb, End):
                outcome = (yield from self._front(self.turn.verb)) or (yield from self._perform(self.turn.verb))
                self.outcomes.append((self.turn, outcome))
                self.turn = self._moved(machine.resume(self.flow, self.turn.state, outcome, self.at))
            self.end = self.turn.verb
        except _Left:
            self.outcomes.append((self.turn, CallerLeft()))
            self.turn = self._moved(machine.left(self.flow, self.turn.state, self.at))
            self.end = End(EndReason.CALLER_LEFT)
        except _TooLong:
            self.end = End(EndReason.TOO_LONG)
        return self.end

    def _moved(self, turn: Turn) -> Turn:
        self.noted.extend((self.now, turn, step) for step in turn.trail)
        return turn

    def _front(self, first: Verb) -> Generator[Moment, Act | None, Outcome | None]:
        """Tells what is announced in front of a flow, unless the flow says itself where that is told."""
        if self._begun:
            return None
        self._begun = True
        if any(action.kind == "announce" and getattr(action, "point", "") == FRONT for action in self.flow.actions()):
            return None
        key = (yield from self._tell(FRONT, self.turn.state.language, self.flow.always)).key
        if not key:
            return None
        return Digits(key, "always") if isinstance(first, Ask) else Said(key)

    # How time passes

    def _pass(self, moment: Moment, *, until_key: bool = False) -> Generator[Moment, Act | None, Outcome | None]:
        """Lets a moment pass, or less: when a key is pressed, if asked to, or when something comes."""
        until, moment.until = moment.until, min(moment.until, self._limit)
        while True:
            if self._gone:
                raise _Left
            moment.since = self.now
            act = yield moment
            if (until if act is None else act.at) > self._limit:
                self.now = self._limit
                raise _TooLong
            if act is None:
                self.now = moment.until
                return None
            self.now = max(self.now, act.at)
            if isinstance(act, Comes):
                return act.outcome
            self.noted.append((self.now, self.turn, act))
            if isinstance(act, Leave):
                self._gone = True
                raise _Left
            self._typed.append(act.key)
            if until_key:
                return None

    def _take(self) -> str:
        return self._typed.popleft() if self._typed else ""

    def _play(self, sentence: Sentence, *, cut: bool) -> Generator[Moment, Act | None, str]:
        """The key that cut the sentence, or empty."""
        if self._gone:
            raise _Left
        self.noted.append((self.now, self.turn, sentence))
        if cut and self._typed:
            self._key_at = self.now
            return self._take()
        moment = Moment(Doing.HEARS, self.now, self.now + self._seconds(sentence), sentence)
        yield from self._pass(moment, until_key=cut)
        key = self._take() if cut else ""
        if key:
            self._key_at = self.now
        return key

    # Verbs

    def _perform(self, verb: Verb) -> Performing:  # noqa: PLR0911 - one for each verb
        match verb:
            case Say():
                return (yield from self._say(verb))
            case Ask():
                return (yield from self._ask(verb))
            case Wait():
                return (yield from self._wait(verb))
            case Announce():
                return (yield from self._announce(verb))
            case Record():
                return (yield from self._record(verb))
            case Dial():
                came = yield from self._pass(Moment(Doing.RINGS, self.now, self.now + verb.ring))
                return came or Failed("nobody said how it went")
            case Queue():
                return (yield from self._queue(verb))
            case Consult():
                return (yield from self._consult(verb))
            case Hangup():
                return CallerLeft()

    def _say(self, verb: Say) -> Performing:
        if verb.interruptible and self._typed:
            return Said()
        typed_at = self._key_at
        key = yield from self._play(verb.sentence, cut=verb.interruptible)
        if key and key in verb.always and self._key_at - typed_at > TYPING:
            return Said(key)
        if key:
            self._typed.appendleft(key)
        return Said()

    def _ask(self, verb: Ask) -> Performing:
        if verb.flush:
            self._typed.clear()
        collector = Collector(verb.keys)
        answer = yield from self._prompt(verb, collector)
        while answer is None:
            if not self._typed:
                assert collector.deadline is not None
                until = max(self.now, collector.deadline)
                moment = Moment(Doing.ANSWERS, self.now, until, typing=bool(collector.pressed))
                yield from self._pass(moment, until_key=True)
            if key := self._take():
                self._key_at = self.now
                answer = collector.key(key, self.now)
            else:
                answer = collector.expire(self.now)
        if verb.secret and isinstance(answer, Digits) and answer.ended != "always" and isinstance(answer.keys, str):
            return Digits(Secret(answer.keys), answer.ended)
        return answer

    def _prompt(self, verb: Ask, collector: Collector) -> Generator[Moment, Act | None, Digits | NoInput | None]:
        while verb.interruptible and (key := self._take()):
            answer = collector.key(key, self.now)
            if answer is not None:
                return answer
        if verb.sentence is not None and not collector.pressed:
            key = yield from self._play(verb.sentence, cut=verb.interruptible)
            if verb.deaf:
                self._typed.clear()
            answer = collector.key(key, self.now) if key else None
            if answer is not None:
                return answer
        return collector.prompt_ended(self.now)

    def _wait(self, verb: Wait) -> Performing:
        left, kept = verb.seconds, ""
        if verb.sound is not None:
            self.noted.append((self.now, self.turn, verb.sound))
        while True:
            told = yield from self._tell(FRONT, self.turn.state.language, verb.always)
            until, typed_at = self.now + left, self._key_at
            key = told.key or self._take()
            if not key:
                yield from self._pass(Moment(Doing.WAITS, self.now, until, verb.sound), until_key=True)
                key = self._pressed()
            left = until - self.now
            means = key and key in verb.always and not self._typing(typed_at, kept)
            if not means:
                kept += key
            if means or told.key or left <= 0 or (key and verb.interruptible):
                self._put_back(kept)
                return Said(key if means or told.key else "")

    def _announce(self, verb: Announce) -> Performing:
        return (yield from self._tell(verb.point, verb.language, verb.always))

    def _tell(self, point: str, language: str, always: str) -> Generator[Moment, Act | None, Announced]:
        """Tells what is announced at a point and was not told yet; only an "anywhere" key stops it."""
        told: list[str] = []
        for announcement_id, sentence in self._announced(self.turn.state.flow, point, language):
            if announcement_id in self._told:
                continue
            self._told.add(announcement_id)
            told.append(announcement_id)
            key = yield from self._hear_out(sentence, always)
            if key:
                return Announced(tuple(told), key)
        return Announced(tuple(told))

    def _hear_out(self, sentence: Sentence, always: str) -> Generator[Moment, Act | None, str]:
        self.noted.append((self.now, self.turn, sentence))
        kept, moment = "".join(self._typed), Moment(Doing.HEARS, self.now, self.now + self._seconds(sentence), sentence)
        self._typed.clear()
        while self.now < moment.until:
            typed_at = self._key_at
            yield from self._pass(moment, until_key=True)
            key = self._pressed()
            if key and key in always and not self._typing(typed_at, ""):
                self._put_back(kept)
                return key
            kept += key
        self._put_back(kept)
        return ""

    def _pressed(self) -> str:
        """The key that was pressed just now, or empty."""
        if self._typed:
            self._key_at = self.now
        return self._take()

    def _typing(self, typed_at: float, kept: str) -> bool:
        """Whether the key pressed last belongs to a number that is typed ahead: its zero asks for nobody."""
        return bool(kept) if self._key_at == typed_at else self._key_at - typed_at <= TYPING

    def _put_back(self, keys: str) -> None:
        self._typed.extendleft(reversed(keys))

    def _record(self, verb: Record) -> Performing:
        if verb.sentence is not None:
            yield from self._play(verb.sentence, cut=True)
        self._typed.clear()
        self._recordings += 1
        began, name = self.now, f"rec_{self._recordings}"
        ended, until = "longest", began + verb.longest
        while self.now < until:
            try:
                came = yield from self._pass(Moment(Doing.RECORDS, self.now, until), until_key=True)
            except _Left:
                ended = "hangup"  # what was said is kept, and the flow goes on to where it needs the caller
                break
            if isinstance(came, Recorded):
                return Recorded(name, min(came.seconds, verb.longest), came.ended)
            if came is not None:
                return came
            if (key := self._take()) and key in verb.end:
                ended = "key"
                break
        return Recorded(name, round(self.now - began, 2), ended)

    def _queue(self, verb: Queue) -> Performing:
        began, kept = self.now, ""
        queue = self.flow.surroundings.setup.queues.get(verb.queue)
        longest = queue.longest if queue is not None else 0.0
        if verb.music is not None:
            self.noted.append((self.now, self.turn, verb.music))
        while True:
            told = yield from self._tell(FRONT, self.turn.state.language, verb.always)
            key = told.key or self._take()
            if not key:
                until = max(self.now, began + (longest or LONGEST_WAIT))
                came = yield from self._pass(Moment(Doing.QUEUES, self.now, until), until_key=True)
                key = self._pressed()
                if not key:
                    self._put_back(kept)
                    over = Queued(QueueEnding.WAITED_TOO_LONG) if longest else Failed("nobody said how it went")
                    return (yield from self._served(came or over, began))
            if key in verb.leave + verb.always:
                self._put_back(kept)
                return Queued(QueueEnding.KEY, self.now - began, key=key)
            kept += key

    def _served(self, came: Outcome, began: float) -> Performing:
        """What came of a queue, with the time that it took; an agent's talk passes first."""
        if not isinstance(came, Queued):
            return came
        waited = self.now - began
        if came.talked:
            yield from self._pass(Moment(Doing.TALKS, self.now, self.now + came.talked))
        return replace(came, waited=waited)

    def _consult(self, verb: Consult) -> Performing:
        began = self.now
        came = yield from self._pass(Moment(Doing.CONSULTS, self.now, self.now + verb.within))
        came_at = self.now
        if verb.meanwhile is not None and came_at - began > verb.silence:
            self.now = began + verb.silence
            yield from self._play(verb.meanwhile, cut=False)
            self.now = max(self.now, came_at)
        return came or Failed("timeout")
