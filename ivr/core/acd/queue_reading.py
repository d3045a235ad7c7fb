"""The options of one queue of ``queues.yaml``: how each is written, and which of them do not go together.

``defaults`` has options for all queues. A queue's own option takes the place of the whole default, also where it has
options of its own (``rest``, ``wrap_up``): nobody should have to put two halves together in their head. `no` takes a
default back.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from ivr.core.acd.needs_reading import Names, Placed, read_needs
from ivr.core.acd.setup import Queue, Rests, Strategy, Target
from ivr.core.acd.words_reading import is_none, telling, whisper
from ivr.core.document import fields as typed
from ivr.core.document.fields import Options, Reader
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Mapping, Node, Scalar

T = TypeVar("T")
WARNING = Severity.WARNING

SHARED = (
    *("strategy", "seed", "priority", "lane", "target", "ring", "wrap_up", "most", "longest", "without_agents"),
    *("missed", "rest", "hours", "music", "tell", "whisper", "accept"),
    *("record", "survey"),
)
"""Options that may stand in ``defaults``, too."""

# The least and the most that may be written, in seconds where it is a time.
LANES = (0, 9)
SEEDS = (0, 2**31)
WAITING = (1, 100_000)
RING = (1, 600)
WRAP_UP = (1, 14400)
LONGEST = (5, 86400)
STAY = (1, 86400)
REST = (1, 3600)
WITHIN = (1, 3600)
MOST_PRIORITY = 86400

REQUIRED, OPTIONAL = "required", "optional"
BREAK, NOTHING = "break", "nothing"
ANSWER, KEY = "answer", "key"

_PLAIN = Queue(name="")
_ZERO = re.compile(r"0+(\.0+)?\s*(ms|s|m|h|d)?")
_TARGET = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*%\s*in\s+(.+)")
_WITH_SLASH = re.compile(r"(\d{1,3})\s*%?\s*/\s*(\d{1,4})\s*s?")
_ELSEWHERE = {
    "rrmemory": Strategy.ROUND_ROBIN,
    "rrordered": Strategy.ROUND_ROBIN,
    "leastrecent": Strategy.LONGEST_IDLE,
    "fewestcalls": Strategy.FEWEST_CALLS,
    "wrandom": Strategy.RANDOM,
}
_HINTS = {
    "description": "write about:",
    "routing": "write strategy:",
    "weight": "write priority: 5m",
    "moh": "write music:",
    "recording": "write record:",
    **dict.fromkeys(("skills", "require", "prefer"), "write needs: {require: {billing: 3}}"),
    **dict.fromkeys(("groups", "add_group"), "write needs: {add_group: the group}"),
    **dict.fromkeys(("language", "languages"), "a call brings its language along; nothing is written for it"),
    **dict.fromkeys(("agents", "members"), "agents are no part of this page: they come and go while the service runs"),
    **dict.fromkeys(("calendar", "opening_hours"), "write hours:"),
    **dict.fromkeys(("sla", "service_level"), "write target: 80% in 20s"),
    **dict.fromkeys(("timeout", "ring_time", "ringing"), "write ring: how long a phone rings"),
    **dict.fromkeys(("max_wait", "longest_wait", "wait"), "write longest: how long a call may wait"),
    **dict.fromkeys(("max", "length", "size", "maxlen"), "write most: how many calls may wait at once"),
    **dict.fromkeys(("wrapup", "wrapuptime", "code"), "write wrap_up: {for: 30s, code: required}"),
    **dict.fromkeys(("join", "stay", "joinempty", "empty"), "write without_agents: {join: no, stay: 2m}"),
    **dict.fromkeys(("rejected", "busy", "unreachable"), "write rest: {rejected: 10s, busy: 30s, unreachable: 1m}"),
}
_SHARED_HINTS = {**_HINTS, **dict.fromkeys(("needs", "about"), "it belongs to one queue; write it there")}


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a queue: the names it may use, whether there are wrap-up codes, calendars, recorded files.

    ``recordings`` is None when nothing is known of them.
    """

    names: Names
    codes: bool
    calendars: Collection[str]
    recordings: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """What was read of a queue, and those of its times that others are compared with; None where it is wrong."""

    queue: Queue
    strategy: Strategy | None
    ring: float | None
    longest: float | None


class QueueReader:
    """Reads queues, each with what the ``defaults`` say."""

    def __init__(self, around: Around, shared: Node | None, problems: Problems) -> None:
        self._around = around
        self._problems = problems
        self._shared: tuple[tuple[Scalar, Node], ...] = ()
        options = typed.options(shared, problems, "defaults") if shared is not None else None
        if options is not None:
            self._read("", options, ())
            options.close(_SHARED_HINTS)
            self._shared = tuple(entry for entry in options.mapping if entry[0].text in SHARED)

    def queue(self, key: Scalar, node: Node) -> Queue:
        """A queue with what could be read of it."""
        typed.name(key, self._problems)
        if not isinstance(node, Mapping):
            message = f"'{key.text}' should be a set of options, and is {node.what}."
            hint = f"write  {key.text}: {{}}  for a queue without options"
            self._problems.add("F022", node.mark, message, hint=hint)
            return Queue(name=key.text)
        inherited = tuple(entry for entry in self._shared if node.key(entry[0].text) is None)
        options = Options(Mapping((*node.entries, *inherited), node.mark), self._problems, f"'{key.text}'")
        needs = options.node("needs")
        steps = () if needs is None else read_needs(needs, self._around.names, self._problems)
        written = self._read(key.text, options, steps)
        options.close(_HINTS)
        self._seed(node, written.strategy)
        if written.longest:
            self._times(options, written, written.longest, steps)
        return written.queue

    def _read(self, name: str, options: Options, steps: tuple[Placed, ...]) -> _Written:
        strategy = options.get_or("strategy", _strategy, None if options.mapping.get("strategy") else _PLAIN.strategy)
        ring = options.get_or("ring", typed.lasting(*RING), None if options.mapping.get("ring") else _PLAIN.ring)
        longest = options.get("longest", _limit("longest", typed.lasting(*LONGEST), 0.0))
        wrap_up, code_required = self._wrap_up(options.node("wrap_up"))
        join, stay = self._without_agents(options.node("without_agents"))
        queue = Queue(
            name=name,
            steps=tuple(placed.step for placed in steps) or _PLAIN.steps,
            strategy=strategy or _PLAIN.strategy,
            seed=options.get_or("seed", typed.whole(*SEEDS), 0),
            priority=options.get_or("priority", priority, 0.0),
            lane=options.get_or("lane", typed.whole(*LANES), 0),
            target=_target(options.node("target"), self._problems),
            ring=ring or _PLAIN.ring,
            wrap_up=wrap_up,
            code_required=code_required,
            longest=longest or 0.0,
            most=options.get_or("most", _limit("most", typed.whole(*WAITING), 0), 0),
            join_empty=join,
            stay_empty=stay,
            missed_break=options.get("missed", typed.choice((BREAK, NOTHING))) != NOTHING,
            rests=self._rests(options.node("rest")),
            hours=options.get_or("hours", _or_none(self._calendar, ""), ""),
            music=options.get_or("music", _or_none(self._music, ""), ""),
            tell=telling(options.node("tell"), self._problems),
            whisper=whisper(options.node("whisper"), self._problems),
            accept_by_key=options.get("accept", typed.choice((ANSWER, KEY))) == KEY,
            record=options.get_or("record", typed.yes_no, False),
            survey=options.get_or("survey", _or_none(typed.name, ""), ""),
            about="" if name == "" else options.get_or("about", typed.words, ""),
        )
        return _Written(queue, strategy, ring, longest)

    def _wrap_up(self, node: Node | None) -> tuple[float, bool]:
        """The time after a talk, and whether a code has to be given in it: a length of time, or options."""
        if node is None or is_none(node):
            return 0.0, False
        if not isinstance(node, Mapping):
            return typed.lasting(*WRAP_UP)(node, self._problems) or 0.0, False
        options = Options(node, self._problems, "wrap_up")
        seconds = options.need("for", typed.lasting(*WRAP_UP), hint="write how long it is: for: 30s")
        required = options.get("code", typed.choice((REQUIRED, OPTIONAL))) == REQUIRED
        options.close({"codes": "write code: required", "required": "write code: required", "time": "write for:"})
        if required and not self._around.codes:
            hint = "write them under wrap_up_codes: at the top, or  code: optional"
            self._problems.add("F261", options.place("code"), "there is no code that could be given.", hint=hint)
        return seconds or 0.0, required

    def _without_agents(self, node: Node | None) -> tuple[bool, float | None]:
        """Whether a caller may come in while nobody is there, and how long one may stay then (None: for good)."""
        options = typed.options(node, self._problems, "without_agents") if node is not None else None
        if options is None:
            return _PLAIN.join_empty, _PLAIN.stay_empty
        join = options.get_or("join", typed.yes_no, None if options.mapping.get("join") else _PLAIN.join_empty)
        stay: float | None = None
        written = options.node("stay")
        if isinstance(written, Scalar) and written.text.strip().lower() in typed.NO:
            stay = 0.0
            if join:
                message = "a caller may come in while nobody is there, and may not stay then."
                hint = "write join: no, too, or say how long one may stay: stay: 2m"
                self._problems.add("F263", written.mark, message, hint=hint, severity=WARNING)
        elif written is not None and not (isinstance(written, Scalar) and written.text.strip().lower() in typed.YES):
            stay = typed.lasting(*STAY)(written, self._problems)
        options.close({"leave": "write stay: no, or how long one may stay", "longest": "write stay: 2m"})
        return join is not False, stay

    def _rests(self, node: Node | None) -> Rests:
        options = typed.options(node, self._problems, "rest") if node is not None else None
        if options is None:
            return _PLAIN.rests
        plain, lasting = _PLAIN.rests, typed.lasting(*REST)
        rests = Rests(
            options.get_or("rejected", lasting, plain.rejected),
            options.get_or("busy", lasting, plain.busy),
            options.get_or("unreachable", lasting, plain.unreachable),
        )
        options.close({"missed": "write missed: in the queue", "no_answer": "write missed: in the queue"})
        return rests

    def _calendar(self, node: Node, problems: Problems) -> str | None:
        name = typed.words(node, problems)
        known = self._around.calendars
        if name is None or name in known:
            return name
        listed = f"there is {', '.join(list(known)[:10])}" if known else "write it in hours.yaml beside this page"
        hint = suggestion(name, known) or listed
        problems.add("F139", node.mark, f"there is no calendar '{name}' in hours.yaml.", hint=hint)
        return None

    def _music(self, node: Node, problems: Problems) -> str | None:
        name = typed.recorded(node, problems)
        known = self._around.recordings
        if name is not None and known is not None and not _is_recorded(name, known):
            hint = suggestion(name, known) or f"put it there as  prompts/{name}.wav"
            problems.add("F162", node.mark, f"there is no recorded file '{name}'.", hint=hint)
        return name

    def _seed(self, own: Mapping, strategy: Strategy | None) -> None:
        key = own.key("seed")
        if key is not None and strategy not in (Strategy.RANDOM, None):
            message = f"'seed' has no effect: the strategy is {strategy}."
            hint = "write strategy: random, or take it out"
            self._problems.add("F265", key.mark, message, hint=hint, severity=WARNING)

    def _times(self, options: Options, written: _Written, longest: float, steps: tuple[Placed, ...]) -> None:
        """Notes what could only come after the longest wait."""
        limit = f"a call waits for {typed.length(longest)} at most"
        queue = written.queue
        if written.ring is not None and written.ring > longest:
            message = f"a phone may ring for {typed.length(written.ring)}, and {limit}."
            self._late(_place(options, "ring", "longest"), message)
        if queue.stay_empty is not None and queue.stay_empty > longest:
            message = f"callers may stay for {typed.length(queue.stay_empty)} while nobody is there, and {limit}."
            self._late(_place(options, "without_agents", "longest"), message)
        if queue.target is not None and queue.target.within > longest:
            message = f"the target is {typed.length(queue.target.within)}, and {limit}."
            self._late(_place(options, "target", "longest"), message)
        begins = 0.0
        for before, placed in pairwise(steps):
            if before.step.lasts is None:
                return
            if not before.step.skip_if_none:  # one that is left out lets the next begin at once
                begins += before.step.lasts
            if begins >= longest:
                message = f"this step begins after {typed.length(begins)} or later, and {limit}."
                self._late(placed.mark, message)
                return

    def _late(self, mark: Mark, message: str) -> None:
        self._problems.add("F262", mark, message, hint="make it shorter, or longest: longer", severity=WARNING)


def _place(options: Options, *names: str) -> Mark:
    """The place of the first of some options; the queue's own stand before those that it inherits."""
    return next(key.mark for key, _ in options.mapping if key.text in names)


def _or_none(read: Reader[T], none: T) -> Reader[T]:
    """What a reader reads, or ``no``."""
    return lambda node, problems: none if is_none(node) else read(node, problems)


def _limit(option: str, read: Reader[T], none: T) -> Reader[T]:
    """A limit that is more than nothing, or ``no``."""

    def read_limit(node: Node, problems: Problems) -> T | None:
        if isinstance(node, Scalar) and _ZERO.fullmatch(node.text.strip()):
            hint = f"write  {option}: no  when there is no limit"
            problems.add("F264", node.mark, "nobody could wait in this queue.", hint=hint)
            return None
        return _or_none(read, none)(node, problems)

    return read_limit


def _strategy(node: Node, problems: Problems) -> Strategy | None:
    """A strategy; ``longest-idle`` is ``longest_idle``."""
    written = typed.words(node, problems)
    if written is None:
        return None
    name = written.replace("-", "_")
    if name in list(Strategy):
        return Strategy(name)
    name = name.lower()
    known = _ELSEWHERE.get(name)
    hint = f"here it is {known}" if known else suggestion(name, list(Strategy))
    hint = hint or "it is one of " + ", ".join(Strategy)
    if name in ("ringall", "ring_all"):
        hint = "a call is offered to one agent at a time; " + hint
    problems.add("F018", node.mark, f"'{written}' is not known here.", hint=hint)
    return None


def priority(node: Node, problems: Problems) -> float | None:
    """What calls are ahead of others, in minutes: ``5m``, ``+5m``, ``-5m``."""
    written = typed.words(node, problems)
    if written is None:
        return None
    sign, rest = (written[0], written[1:]) if written[0] in "+-" else ("+", written)
    seconds = _seconds(rest, node.mark)
    if seconds is None or seconds > MOST_PRIORITY:
        hint = f"write how much waiting it is worth, as 5m or -5m, at most {typed.length(MOST_PRIORITY)}"
        if rest.isdecimal():
            hint = f"write {written}m for as many minutes of waiting"
        problems.add("F260", node.mark, f"'{written}' is no priority.", hint=hint)
        return None
    return (-seconds if sign == "-" else seconds) / 60


def _target(node: Node | None, problems: Problems) -> Target | None:
    """A service level: ``80% in 20s``."""
    written = typed.words(node, problems) if node is not None and not is_none(node) else None
    if node is None or written is None:
        return None
    found = _TARGET.fullmatch(written)
    within = _seconds(found[2], node.mark) if found else None
    if found and within is not None and 0 < float(found[1]) <= 100 and WITHIN[0] <= within <= WITHIN[1]:
        return Target(float(found[1]) / 100, within)
    bounds = f"{typed.length(WITHIN[0])} to {typed.length(WITHIN[1])}"
    hint = f"write 80% in 20s: more than 0% and at most 100%, in {bounds}"
    if by_slash := _WITH_SLASH.fullmatch(written):
        hint = f"write {by_slash[1]}% in {by_slash[2]}s"
    problems.add("F259", node.mark, f"'{written}' is no target.", hint=hint)
    return None


def _seconds(written: str, mark: Mark) -> float | None:
    """A length of time within another value, which has a finding of its own."""
    return typed.duration(Scalar(written, mark), Problems())


def _is_recorded(name: str, known: Collection[str]) -> bool:
    """Whether there is a file of this name, for all or in the folder of some language."""
    return name in known or any(other.partition("/")[2] == name for other in known)
