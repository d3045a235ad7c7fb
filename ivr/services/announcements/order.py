"""What somebody asks to be announced: read from a document, cleaned and bounded, before anything is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ivr.core.announcements.announcement import FRONT, LONGEST, LONGEST_NAME, LONGEST_TEXT, USUAL, cleaned
from ivr.core.base.errors import Refused

ALL = "all"
MOST_LANGUAGES = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")


class BadOrder(Refused):
    """The order itself is wrong; nothing was announced."""

    code = "bad_announcement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An announcement that is wanted. ``text`` is in the first language of the flows, ``words`` by language.

    It is in force for the ``lasting`` time, or ``until`` an instant; an empty ``flow`` is every flow.
    """

    text: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    recording: str = ""
    flow: str = ""
    point: str = FRONT
    until: datetime | None = None
    lasting: timedelta = USUAL
    by: str = ""
    note: str = ""

    def end(self, now: datetime) -> datetime:
        """Until when it is in force. Raises BadOrder for a time that is over or too far away."""
        until = self.until if self.until is not None else now + self.lasting
        if until <= now:
            raise BadOrder(f"{until.isoformat(timespec='minutes')} is over", hint="give a later --until")
        if until - now > LONGEST:
            raise BadOrder(f"it would be in force for more than {LONGEST.days} days", hint="give an earlier --until")
        return until


def read(document: Mapping[str, Any]) -> Order:
    """The order of a JSON document, such as the control API is sent. Raises BadOrder."""
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise BadOrder(
            f"nobody knows what {', '.join(unknown)} should be", hint=f"known are {', '.join(sorted(_KEYS))}"
        )
    text = _text(document.get("text", ""), "text")
    words = dict(_words(document.get("words") or {}))
    recording = _short(document, "recording")
    if bool(text or words) == bool(recording):
        raise BadOrder("either a text or a recording is announced", hint="give one of both")
    flow, point = _short(document, "flow"), _short(document, "point") or FRONT
    if not _NAME.fullmatch(point):
        raise BadOrder(f"{point!r} is no name of a point", hint="letters, digits, - and _")
    return Order(
        text=text,
        words=words,
        recording=recording,
        flow="" if flow == ALL else flow,
        point=point,
        until=_instant(document.get("until")),
        lasting=_lasting(document.get("seconds")),
        by=_short(document, "by"),
        note=_short(document, "note"),
    )


_KEYS = frozenset({"text", "words", "recording", "flow", "point", "until", "seconds", "by", "note"})


def _words(given: object) -> Iterator[tuple[str, str]]:
    if not isinstance(given, dict) or len(given) > MOST_LANGUAGES:
        raise BadOrder(f"words is an object of at most {MOST_LANGUAGES} languages and their texts")
    for language, text in given.items():
        yield str(language)[:LONGEST_NAME], _text(text, str(language)[:LONGEST_NAME])
        if not _text(text, ""):
            raise BadOrder(f"the text for {language} is empty")


def _text(given: object, name: str) -> str:
    if not isinstance(given, str):
        raise BadOrder(f"{name} should be a text")
    text = cleaned(given, LONGEST_TEXT + 1)
    if len(text) > LONGEST_TEXT:
        raise BadOrder(f"a text has at most {LONGEST_TEXT:,} characters", hint="callers hang up long before its end")
    return text


def _short(document: Mapping[str, Any], name: str) -> str:
    given = document.get(name, "")
    if not isinstance(given, str):
        raise BadOrder(f"{name} should be a text")
    return cleaned(given)


def _instant(given: object) -> datetime | None:
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadOrder("until should be a time with its zone, like 2026-11-23T18:00:00+00:00")
    return at


def _lasting(given: object) -> timedelta:
    if given is None:
        return USUAL
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= LONGEST.total_seconds():
        raise BadOrder(f"seconds should be a number from 1 to {LONGEST.total_seconds():,.0f}")
    return timedelta(seconds=float(given))
