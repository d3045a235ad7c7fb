"""Hours as people write them: ``08:00-18:00``, ``09:00-12:00, 13:00-15:00``, ``22:00-02:00``, ``24h``, ``closed``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ivr.core.document.problems import Mark, Problems, Severity
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.hours.calendar import DAY, Span, Spans

CLOSED = "closed"
ALL_DAY = "24h"
HOW = "write hours as 08:00-18:00, 24h or closed, several with a comma between them"
MOST_SPANS = 24  # in one day
LONGEST_NIGHT = 16 * 60  # minutes; a span past midnight that is longer is rather two times the wrong way round

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")  # people type dashes of all lengths
_LOOKS_LIKE_A_SPAN = re.compile(r"\d{1,2}:\d{2}\s*[-–—]")


def read_spans(node: Node, problems: Problems) -> Spans | None:
    """The hours of a day, in order and joined where they touch; None with a finding. ``closed`` has none."""
    found: list[tuple[Span, Mark]] = []
    wrong = False
    parts = list(_parts(node, problems))
    if not parts and isinstance(node, Scalar | Sequence):
        problems.add("F130", node.mark, "there are no hours here.", hint=HOW)
        return None
    for text, mark in parts:
        if text == CLOSED and len(parts) == 1:
            return ()
        span = _span(text, mark, problems)
        if span is None:
            wrong = True
        else:
            found.append((span, mark))
    if wrong or not isinstance(node, Scalar | Sequence):
        return None
    if len(found) > MOST_SPANS:
        problems.add("F130", node.mark, f"a day has at most {MOST_SPANS} spans of hours.")
        return None
    return _joined(found, problems)


def rejoined(mapping: Mapping) -> list[tuple[Scalar, Node]]:
    """The entries of a set of options, with hours that a comma within braces has cut off given back.

    In ``{sat: 09:00-12:00, 13:00-15:00}`` YAML takes the second span for an option of its own.
    """
    found: list[tuple[Scalar, Node]] = []
    for key, value in mapping:
        cut_off = isinstance(value, Scalar) and not value.text and not value.quoted
        if found and cut_off and (_LOOKS_LIKE_A_SPAN.match(key.text) or key.text == ALL_DAY):
            name, before = found[-1]
            items = before.items if isinstance(before, Sequence) else (before,)
            found[-1] = (name, Sequence((*items, key), before.mark))
        else:
            found.append((key, value))
    return found


def _parts(node: Node, problems: Problems) -> Iterator[tuple[str, Mark]]:
    """Each written span and its place."""
    match node:
        case Scalar():
            at = 0
            for part in node.text.split(","):
                text = part.strip()
                start = node.mark.column + at + len(part) - len(part.lstrip()) + (1 if node.quoted else 0)
                whole = len(node.text) + (2 if node.quoted else 0) == node.mark.width  # else over lines, or escaped
                mark = Mark(node.mark.file, node.mark.line, start, max(1, len(text))) if whole else node.mark
                at += len(part) + 1
                if text or "," in node.text:
                    yield text, mark
        case Sequence():
            for item in node.items:
                yield from _parts(item, problems)
        case Mapping():
            problems.add("F022", node.mark, f"hours are written in one line, and this is {node.what}.", hint=HOW)


def _span(text: str, mark: Mark, problems: Problems) -> Span | None:
    if text == ALL_DAY:
        return Span(0, DAY)
    match = _SPAN.fullmatch(text)
    if match is None:
        problems.add("F130", mark, f"'{text}' is not a span of hours.", hint=_instead(text))
        return None
    begin_hour, begin_minute, end_hour, end_minute = (int(part) for part in match.groups())
    start, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin_minute > 59 or end_minute > 59 or start >= DAY or end > DAY:
        hint = "a day begins at 00:00 and ends at 24:00; past midnight is written 22:00-02:00"
        problems.add("F130", mark, f"'{text}' has a time that no clock shows.", hint=hint)
        return None
    if start == end:
        problems.add("F131", mark, f"'{text}' begins and ends at the same time.", hint="all day is written 24h")
        return None
    if end > start:
        return Span(start, end)
    if end + DAY - start > LONGEST_NIGHT:
        hours = f"{(end + DAY - start) / 60:.4g}"
        hint = f"did you mean {_clock(end)}-{_clock(start)}?"
        message = f"'{text}' is open past midnight, for {hours} hours."
        problems.add("F131", mark, message, hint=hint, severity=Severity.WARNING)
    return Span(start, end + DAY)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _instead(text: str) -> str:
    """What to write for something that people are likely to try."""
    compact = text.lower().replace(" ", "")
    if compact in ("allday", "always", "open", "0-24", "24/7", "24hours", "yes"):
        return "all day is written 24h"
    if compact in ("off", "none", "no", "-", "holiday", "close", "shut", "never"):
        return "a day without hours is written closed"
    if compact == CLOSED:
        return "closed stands alone"
    times = re.fullmatch(
        r"(\d{1,2})(?:[:.h](\d{2}))?h?(am|pm)?(?:-|–|to|until|\.\.)(\d{1,2})(?:[:.h](\d{2}))?h?(am|pm)?", compact
    )
    if times is None:
        return HOW
    begin, end = (_twelve(*times.group(first, first + 1, first + 2)) for first in (1, 4))
    return f"did you mean {begin}-{end}?" if begin and end else HOW


def _twelve(hour: str, minute: str | None, half: str | None) -> str:
    """A time of the 12-hour clock on the 24-hour clock; empty when there is none."""
    number = int(hour)
    if half:
        number = number % 12 + (12 if half == "pm" else 0) if 1 <= number <= 12 else 99
    return f"{number:02}:{minute or '00'}" if number <= 24 else ""


def _joined(found: list[tuple[Span, Mark]], problems: Problems) -> Spans | None:
    """The spans in order, those that touch made one; two that overlap are a finding at the later one."""
    ordered = sorted(found, key=lambda item: item[0])
    for (left, _), (right, mark) in pairwise(ordered):
        if right.start < left.end:
            problems.add("F131", mark, f"{right} overlaps {left}.", hint="make them one span")
            return None
    spans: list[Span] = []
    for span, _ in ordered:
        if spans and spans[-1].end == span.start:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return tuple(spans)
