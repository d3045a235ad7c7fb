"""The page of a day that is tried out, to a `Plan`, with every mistake at its place, all at once.

::

    day: 08:00-18:00
    interval: 1h                     # of this length are the rows of the table; 30m without it
    calls:
      billing:                       # a queue, or any name with  queue: billing
        per_interval: [30, 60, 80, 80, 50, 50, 60, 70, 40, 20]
        talk: {mean: 4m, variation: 0.8}
        patience: 2m
        needs: {contracts: 2}        # what these calls need besides the queue's needs
        language: en
    agents:
      ada: {queues: billing, skills: {contracts: 3}, languages: en, shift: 08:00-16:00, breaks: {lunch: 12:00-12:30}}
      others: {count: 6, queues: [billing], shift: "08:00-12:00, 13:00-18:00"}
    phones: {answer: 4s, no_answer: 2%, back_after: 2m}

`read_plan` is the way in. Queues, skills, groups and reasons for breaks are those of the folder's ``queues.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import LANGUAGE, LEAST_LEVEL, MOST_LEVEL, Levels, Setup, levels
from ivr.core.base.ids import AgentId
from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Node, Sequence
from ivr.core.hours.calendar import Span
from ivr.core.hours.spans import read_spans, rejoined
from ivr.core.workforce.plan import Break, Demand, Length, Plan, Shift
from ivr.core.workforce.prediction import fitting

WARNING = Severity.WARNING
MINUTE = 60.0
USUAL_INTERVAL = 1800.0

# The least and the most that may be written, in seconds where it is a time.
INTERVAL = (60, 86400)
TALK = (1, 86400)
PATIENCE = (1, 86400)
ANSWER = (1, 600)
BACK_AFTER = (1, 86400)
AGENTS = (1, 5_000)
MOST_CALLS = 1_000_000  # of a whole day
MOST_VARIATION = 10.0

_NUMBER = re.compile(r"\d{1,7}(\.\d{1,4})?")
_PART = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*%")
_EXPONENTIAL = Length(240.0)
_HINTS = {
    "hours": "write day: 08:00-18:00",
    "open": "write day: 08:00-18:00",
    "intervals": "write interval: 30m",
    "queues": "write calls: and under it the queues' names",
    "shifts": "write agents: and a shift for each",
    "ring": "write phones: {answer: 4s}",
    "no_answer": "write phones: {no_answer: 2%}",
}
_CALLS_HINTS = {
    **dict.fromkeys(("calls", "arrivals", "rate", "volume"), "write per_interval: how many calls come in each"),
    **dict.fromkeys(("handling", "aht", "duration"), "write talk: without wrap-up, which the queue has"),
    "wrap_up": "it is written in queues.yaml",
    "target": "it is written in queues.yaml",
    "skills": "write needs: {billing: 3}",
    "languages": "write language: en",
}
_AGENT_HINTS = {
    "queue": "write queues:",
    "group": "write groups:",
    "language": "write languages:",
    "hours": "write shift: 08:00-16:00",
    "shifts": "write shift: 08:00-12:00, 13:00-17:00",
    "break": "write breaks: {lunch: 12:00-12:30}",
    "number": "write count:",
}


def read_plan(text: str, file: str, problems: Problems, setup: Setup) -> Plan | None:
    """What the page says, for the queues of a folder; None when it cannot be tried out. Findings go to ``problems``."""
    root = source.parse(text, file, problems)
    if root is None and not problems.errors:
        problems.add("F020", Mark(file, 1, 1), "the page is empty.", hint="write  day:  calls:  and  agents:")
    top = typed.options(root, problems, "a plan") if root is not None else None
    if top is None:
        return None
    plan = _Reader(setup, problems).plan(top)
    return None if problems.errors else plan


class _Reader:
    def __init__(self, setup: Setup, problems: Problems) -> None:
        self._setup = setup
        self._problems = problems
        self._marks: dict[str, Mark] = {}  # of the calls, by their name

    def plan(self, top: Options) -> Plan:
        interval = top.get_or("interval", typed.lasting(*INTERVAL), 0.0 if top.node("interval") else USUAL_INTERVAL)
        begins, count = self._day(top, interval)
        demands = tuple(self._calls(top, interval, count))
        shifts = tuple(self._agents(top, begins, begins + count * interval))
        plan = Plan(setup=self._setup, begins=begins, interval=interval, demands=demands, shifts=shifts)
        node = top.node("phones")
        if node is not None:
            plan = self._phones(node, plan)
        top.close(_HINTS)
        self._within_reason(plan, top)
        return plan

    def _day(self, top: Options, interval: float) -> tuple[float, int]:
        """When the day begins, and how many intervals it has."""
        spans = top.need("day", read_spans, hint="write  day: 08:00-18:00")
        if spans is None:
            return 0.0, 0
        if len(spans) != 1:
            hint = "write  day: 08:00-18:00  and 0 calls for the time between"
            self._problems.add("F290", top.place("day"), "a day is one span of hours.", hint=hint)
            return 0.0, 0
        begins, ends = _seconds(spans[0])
        if not interval:  # it is written, but not so that it can be read
            return begins, 0
        count, rest = divmod(ends - begins, interval)
        if rest:
            message = f"{spans[0]} is no whole number of intervals of {typed.length(interval)}."
            self._problems.add("F290", top.place("day"), message, hint="write another interval:, or other hours")
        return begins, 0 if rest else int(count)

    # Calls

    def _calls(self, top: Options, interval: float, count: int) -> Iterable[Demand]:
        node = top.node("calls")
        if node is None:
            self._problems.add("F020", top.mark, "a plan needs 'calls'.", hint="write calls: and the queues under it")
            return
        options = typed.options(node, self._problems, "calls")
        for key, value in () if options is None else options.mapping:
            self._marks[key.text] = key.mark
            each = typed.options(value, self._problems, f"'{key.text}'")
            if each is None:
                continue
            written = each.node("queue")
            queue = key.text if written is None else typed.words(written, self._problems) or ""
            self._known("F292", "queue", queue, self._setup.queues, key.mark if written is None else written.mark)
            needs = dict(self._levels(each, "needs"))
            if language := each.get("language", typed.words):
                needs[LANGUAGE + language] = LEAST_LEVEL
            yield Demand(
                queue=queue,
                calls=self._per_interval(each, interval, count),
                talk=each.need("talk", self._length(TALK), hint="write  talk: 4m") or _EXPONENTIAL,
                patience=self._patience(each),
                needs=levels(needs),
            )
            each.close(_CALLS_HINTS)

    def _per_interval(self, each: Options, interval: float, count: int) -> tuple[float, ...]:
        found = each.need("per_interval", typed.listed(_number), hint="write  per_interval: [20, 35, 50]")
        if found is None or not count:
            return (0.0,) * count
        if not isinstance(each.node("per_interval"), Sequence):
            return found * count
        if len(found) != count:
            message = f"there are {len(found)} numbers here, and the day has {count} intervals"
            hint = "write a number for each, or a single one for all"
            mark = each.place("per_interval")
            self._problems.add("F291", mark, f"{message} of {typed.length(interval)}.", hint=hint)
            return (0.0,) * count
        return found

    def _patience(self, each: Options) -> float | None:
        hint = "write  patience: 2m, or no when all callers wait until they are served"
        node = each.node("patience")
        if isinstance(node, source.Scalar) and node.text.strip().lower() in typed.NO:
            return None
        return each.need("patience", typed.lasting(*PATIENCE), hint=hint)

    def _length(self, bounds: tuple[float, float]) -> typed.Reader[Length]:
        """A mean, or a mean and how much single ones differ from it."""

        def read(node: Node, problems: Problems) -> Length | None:
            if not isinstance(node, source.Mapping):
                mean = typed.lasting(*bounds)(node, problems)
                return None if mean is None else Length(mean)
            options = Options(node, problems, "a length of time")
            mean = options.need("mean", typed.lasting(*bounds), hint="write  mean: 4m")
            variation = options.get("variation", _variation)
            options.close(dict.fromkeys(("cv", "deviation", "sd"), "write variation: and the deviation as 0.8"))
            return None if mean is None else Length(mean, variation)

        return read

    # Agents

    def _agents(self, top: Options, begins: float, ends: float) -> Iterable[Shift]:
        node = top.node("agents")
        if node is None:
            hint = "write  agents: {team: {count: 5, queues: billing, shift: 08:00-16:00}}"
            self._problems.add("F020", top.mark, "a plan needs 'agents'.", hint=hint)
            return
        options = typed.options(node, self._problems, "agents")
        taken: set[str] = set()
        for key, value in () if options is None else options.mapping:
            typed.name(key, self._problems)
            if not isinstance(value, source.Mapping):
                message = f"'{key.text}' should be a set of options, and is {value.what}."
                self._problems.add("F022", value.mark, message, hint="write  {queues: billing, shift: 08:00-16:00}")
                continue
            each = Options(source.Mapping(tuple(rejoined(value)), value.mark), self._problems, f"'{key.text}'")
            count = each.get_or("count", typed.whole(*AGENTS), 1)
            shift = self._shift(each, key.text)
            each.close(_AGENT_HINTS)
            if shift is None:
                continue
            if ends > begins and not any(since < ends and until > begins for since, until in shift.stretches):
                message = f"'{key.text}' is not there at any time of the day."
                self._problems.add("F294", each.place("shift"), message, hint="compare it with  day:")
            if len(taken) + count > AGENTS[1]:
                message = f"there are more than {AGENTS[1]:,} agents in this plan."
                self._problems.add("F297", key.mark, message, hint="take fewer")
                return
            digits = len(str(count))
            names = [key.text] if count == 1 else [f"{key.text}_{number:0{digits}}" for number in range(1, count + 1)]
            for name in names:
                if name in taken:
                    self._problems.add("F004", key.mark, f"'{name}' is an agent already.", hint="take another name")
                yield replace(shift, agent=replace(shift.agent, agent_id=AgentId(name), name=name))
            taken.update(names)

    def _shift(self, each: Options, name: str) -> Shift | None:
        queues = self._names(each, "queues", "F292", "queue", self._setup.queues)
        groups = self._names(each, "groups", "F293", "group", self._setup.groups)
        if each.node("queues") is None and not groups:
            self._problems.add("F020", each.mark, f"'{name}' needs 'queues'.", hint="write  queues: billing")
        agent = Agent(
            agent_id=AgentId(name),
            queues=frozenset(queues),
            groups=frozenset(groups),
            skills=dict(self._levels(each, "skills")),
            languages=each.get_or("languages", typed.listed(typed.words), ()),
        )
        spans = each.need("shift", read_spans, hint="write  shift: 08:00-16:00")
        stretches = tuple(_seconds(span) for span in spans or ())
        breaks = tuple(self._breaks(each.node("breaks"), stretches))
        return Shift(agent, stretches, breaks) if stretches else None

    def _breaks(self, node: Node | None, stretches: tuple[tuple[float, float], ...]) -> Iterable[Break]:
        options = typed.options(node, self._problems, "breaks") if node is not None else None
        for key, value in () if options is None else rejoined(options.mapping):
            if self._setup.breaks:
                self._known("F293", "reason for a break", key.text, self._setup.breaks, key.mark)
            for span in read_spans(value, self._problems) or ():
                begins, ends = _seconds(span)
                if stretches and not any(since <= begins and ends <= until for since, until in stretches):
                    message = f"the break {span} is outside the shift."
                    self._problems.add("F294", value.mark, message, hint="a break begins and ends within a shift")
                yield Break(begins, ends, key.text)

    def _names(self, each: Options, option: str, code: str, what: str, known: Iterable[str]) -> tuple[str, ...]:
        node = each.node(option)
        if node is None:
            return ()
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, source.Scalar):
                self._known(code, what, item.text.strip(), known, item.mark)
        return typed.listed(typed.words)(node, self._problems) or ()

    def _levels(self, each: Options, option: str) -> Levels:
        """Skills with their levels."""
        node = each.node(option)
        options = typed.options(node, self._problems, option) if node is not None else None
        found = {}
        for key, value in () if options is None else options.mapping:
            self._known("F293", "skill", key.text, self._setup.skills, key.mark)
            found[key.text] = typed.whole(LEAST_LEVEL, MOST_LEVEL)(value, self._problems) or LEAST_LEVEL
        return levels(found)

    def _known(self, code: str, what: str, name: str, known: Iterable[str], mark: Mark) -> None:
        names = list(known)
        if name not in names:
            listed = f"there is {', '.join(names[:10])}" if names else f"queues.yaml has no {what} at all"
            hint = suggestion(name, names) or listed
            self._problems.add(code, mark, f"there is no {what} '{name}' in queues.yaml.", hint=hint)

    # The rest

    def _phones(self, node: Node, plan: Plan) -> Plan:
        options = typed.options(node, self._problems, "phones")
        if options is None:
            return plan
        answer = options.get("answer", self._length(ANSWER))
        if answer is not None and answer.variation is None and not isinstance(options.node("answer"), source.Mapping):
            answer = replace(answer, variation=0.0)  # a phone rings as long as it is written, unless it says otherwise
        plan = replace(
            plan,
            answer=answer or plan.answer,
            no_answer=options.get_or("no_answer", _part, plan.no_answer),
            back_after=options.get_or("back_after", typed.lasting(*BACK_AFTER), plan.back_after),
        )
        options.close({"ring": "write answer: when it is picked up", "missed": "write no_answer: 2%"})
        return plan

    def _within_reason(self, plan: Plan, top: Options) -> None:
        """Bounds the work, and warns of calls that nobody could ever serve."""
        if sum(sum(demand.calls) for demand in plan.demands) > MOST_CALLS:
            message = f"there are more than {MOST_CALLS:,} calls in this day."
            self._problems.add("F297", top.place("calls"), message, hint="take fewer, or a shorter day")
        if self._problems.errors:
            return
        for name, demand in zip(self._marks, plan.demands, strict=True):
            if not any(fitting(plan, demand)):
                hint = "give an agent the queue and the skills that they need"
                message = f"no agent of this plan can serve the calls of '{name}'."
                self._problems.add("F295", self._marks[name], message, hint=hint, severity=WARNING)


def _seconds(span: Span) -> tuple[float, float]:
    return span.start * MINUTE, span.end * MINUTE


def _number(node: Node, problems: Problems) -> float | None:
    written = typed.words(node, problems)
    if written is None or _NUMBER.fullmatch(written):
        return None if written is None else float(written)
    hint = "write how many calls come in an interval, on average, as 35 or 12.5"
    problems.add("F296", node.mark, f"'{written}' is no number of calls.", hint=hint)
    return None


def _variation(node: Node, problems: Problems) -> float | None:
    written = typed.words(node, problems)
    if written is None:
        return None
    if not _NUMBER.fullmatch(written) or float(written) > MOST_VARIATION:
        hint = f"write the standard deviation in parts of the mean, as 0.8: 0 to {MOST_VARIATION:g}"
        problems.add("F296", node.mark, f"'{written}' is no variation.", hint=hint)
        return None
    return float(written)


def _part(node: Node, problems: Problems) -> float | None:
    written = typed.words(node, problems)
    found = _PART.fullmatch(written) if written is not None else None
    if written is None or (found and float(found[1]) < 100):
        return float(found[1]) / 100 if found else None
    hint = "write 2%: of a hundred offers so many are not answered, fewer than all"
    problems.add("F296", node.mark, f"'{written}' is no part of the offers.", hint=hint)
    return None
