"""``numbers.yaml``: which flow answers a dialled number, always, by opening hours or by share.

The number itself goes before a pattern, the patterns come in the order of the page, `else` comes last. A share is the
same for a caller each time they call: it is decided by a digest of their number and of the line's, not by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from ivr.core.base.dialling import Pattern, normalise
from ivr.core.hours.calendar import Calendar

ELSE = "else"
WHOLE = 10_000  # hundredths of a per cent


@dataclass(frozen=True, slots=True)
class Choice:
    """The flow that answers a call, and why that one, for people."""

    flow: str
    why: str


@dataclass(frozen=True, slots=True)
class Always:
    """One flow, always."""

    flow: str


@dataclass(frozen=True, slots=True, eq=False)
class ByHours:
    """What is to be done when a calendar is open, closed, or closed for a holiday."""

    calendar: Calendar
    open: Rule
    closed: Rule
    holiday: Rule


@dataclass(frozen=True, slots=True)
class ByShare:
    """Flows with their shares of callers, in hundredths of a per cent, which are 10,000 together."""

    shares: tuple[tuple[str, int], ...]


Rule = Always | ByHours | ByShare


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of the page: the number or pattern as it is written, and who answers."""

    number: str
    rule: Rule
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """All lines of the page; none leaves every number to the caller of `choose`."""

    lines: tuple[Line, ...] = ()
    _exact: Mapping[str, Line] = field(init=False, repr=False)
    _patterns: tuple[tuple[Pattern, Line], ...] = field(init=False, repr=False)
    _rest: Line | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        plain = [line for line in self.lines if line.pattern is None and line.number != ELSE]
        patterns = tuple((line.pattern, line) for line in self.lines if line.pattern is not None)
        object.__setattr__(self, "_exact", {same(line.number): line for line in plain})
        object.__setattr__(self, "_patterns", patterns)
        object.__setattr__(self, "_rest", next((line for line in self.lines if line.number == ELSE), None))

    @property
    def complete(self) -> bool:
        """Whether every number has an answer here."""
        return self._rest is not None

    def flows(self) -> set[str]:
        """Every flow that some number may lead to."""
        return {flow for line in self.lines for flow in _flows(line.rule)}

    def flow_for(self, called: str, caller: str, at: datetime, zone: str = "UTC") -> Choice | None:
        """The flow that answers a call at an aware instant, or None when no line is for that number.

        ``zone`` (IANA) is that of calendars that name none.
        """
        line = self._line(called)
        if line is None:
            return None
        matched = "" if line.number == called else f"{called or 'no number'} is for '{line.number}', "
        chosen = _decide(line.rule, line.number, caller, at, zone)
        return Choice(chosen.flow, f"{matched}{chosen.why}")

    def _line(self, called: str) -> Line | None:
        number = same(called)
        if found := self._exact.get(number):
            return found
        return next((line for pattern, line in self._patterns if pattern.matches(number)), self._rest)


NO_NUMBERS = Numbers()


def same(number: str) -> str:
    """A number without what is only for the eye; what is no phone number as it is."""
    try:
        return normalise(number)
    except ValueError:
        return number


def covers(one: Pattern, other: Pattern) -> bool:
    """Whether every number of the second pattern is one of the first's, so that the second never comes to anything."""
    first, second = _parts(one), _parts(other)
    if first.plus != second.plus:
        return False
    if not first.open and (second.open or len(first.digits) != len(second.digits)):
        return False
    if len(second.digits) < len(first.digits):
        return False
    return all(mine in ("x", theirs) for mine, theirs in zip(first.digits, second.digits, strict=False))


@dataclass(frozen=True, slots=True)
class _Parts:
    plus: bool
    digits: str
    open: bool  # any digits may follow


def _parts(pattern: Pattern) -> _Parts:
    compact = "".join(char for char in pattern.text.lower() if char in "0123456789x+*")
    return _Parts(compact.startswith("+"), compact.strip("+*"), compact.endswith("*"))


def _decide(rule: Rule, number: str, caller: str, at: datetime, zone: str) -> Choice:
    match rule:
        case Always():
            return Choice(rule.flow, "always this flow")
        case ByShare():
            return _by_share(rule, number, caller, at)
        case ByHours():
            state = rule.calendar.state(at, zone)
            branch = {"open": rule.open, "closed": rule.closed, "holiday": rule.holiday}[state.outcome]
            named = f" ({state.name})" if state.name else ""
            why = f"'{rule.calendar.name}' is {'closed for a holiday' if state.outcome == 'holiday' else state.outcome}"
            inner = _decide(branch, number, caller, at, zone)
            return Choice(inner.flow, f"{why}{named}" + (f", {inner.why}" if not isinstance(branch, Always) else ""))


def _by_share(rule: ByShare, number: str, caller: str, at: datetime) -> Choice:
    """The flow on which the caller's place between 0 and 100 per cent falls."""
    # Callers who withhold their number cannot be known again, so they are spread by the moment at which they call.
    whose = same(caller) or at.isoformat()
    digest = blake2b(f"{number}\0{whose}".encode("utf-8", "replace"), digest_size=8).digest()
    place = int.from_bytes(digest, "big") % WHOLE
    reached = 0
    for flow, share in rule.shares:
        reached += share
        if place < reached:
            return Choice(flow, f"one of the {share / 100:g}% of callers")
    raise AssertionError("shares are 100% together")  # the reader sees to it


def _flows(rule: Rule) -> Iterator[str]:
    match rule:
        case Always():
            yield rule.flow
        case ByShare():
            yield from (flow for flow, _ in rule.shares)
        case ByHours():
            for branch in (rule.open, rule.closed, rule.holiday):
                yield from _flows(branch)
