"""Events as rows, and rows as events again.

Each kind of event that is kept has a `Change` (what is done to the tables), its columns, and a function that gives
their values. Nothing here knows SQL. What a row cannot hold is settled here too, once: instants are text in UTC with
milliseconds (``2026-11-22T10:04:06.123Z``, which sorts as it reads), a sensitive input is only its mask, long text is
cut at `MOST_TEXT` characters, and an action's details are JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from ivr.core.base.events import Event
from ivr.core.base.ids import CallId, LegId, RecordingId
from ivr.core.base.secret import MASK
from ivr.core.calls import events as ev
from ivr.core.flow.publishing import FlowsPublished

MOST_TEXT = 4000
MOST_DETAIL = 16_000  # characters of JSON
HANDED_BACK = "handed_back"
RETURNED = "returned"

Value = str | int | float | None
Values = tuple[Value, ...]


class Change(StrEnum):
    """What an event does to the tables; also the name of the query that does it."""

    CALL_STARTED = "call_started"
    CALL_ENDED = "call_ended"
    TURN = "turn"
    PROMPT = "prompt"
    INPUT = "input"
    ACTION = "action"
    LEG_STARTED = "leg_started"
    LEG_ENDED = "leg_ended"
    RECORDING = "recording"
    PUBLICATION = "publication"
    TAPE = "tape"
    ANNOUNCED = "announced"


@lru_cache(maxsize=256)  # one thing begins where another ends: a third of all instants is told twice
def instant(at: datetime) -> str:
    """An instant as it is kept: ISO 8601 in UTC, cut to milliseconds."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:23] + "Z"


def moment(text: str) -> datetime:
    """The instant that `instant` wrote."""
    return datetime.fromisoformat(text)


def _text(text: str) -> str:
    if len(text) > MOST_TEXT:
        text = text[: MOST_TEXT - 1] + "…"
    # Half a surrogate pair is no character and no database takes it; callers' names have been seen with one.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(value: object) -> str:
    # What JSON does not know: instants, money, and secrets, whose text is the mask.
    return value.isoformat() if isinstance(value, datetime) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def _detail(event: ev.ActionDone) -> str:
    if not event.detail:
        return "{}"
    text = _encode(event.detail)
    if len(text) > MOST_DETAIL:
        return json.dumps({"cut": text[:MOST_TEXT].encode("utf-8", "replace").decode()}, ensure_ascii=False)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _call_started(event: ev.CallStarted) -> Values:
    return (
        event.call_id,
        instant(event.at),
        _text(event.caller),
        _text(event.caller_name),
        _text(event.called),
        event.flow,
        event.language,
        _text(event.channel),
        event.bundle,
    )


def _call_ended(event: ev.CallEnded) -> Values:
    return event.call_id, instant(event.at), str(event.reason), _text(event.detail), event.section


def _handed_back(event: ev.CallHandedBack) -> Values:
    return event.call_id, instant(event.at), HANDED_BACK, event.section


def _returned(event: ev.CallReturned) -> Values:
    return event.call_id, instant(event.at), RETURNED, event.section


def _prompt(event: ev.PromptPlayed) -> Values:
    return (
        event.call_id,
        instant(event.began_at),
        instant(event.at),
        event.section,
        event.index,
        event.language,
        _text(event.text),
        _text(event.sound),
        event.cut_by,
    )


def _input(event: ev.InputTaken) -> Values:
    value = MASK if event.sensitive else _text(event.value)
    return event.call_id, instant(event.at), event.section, event.index, event.mode, value, int(event.sensitive)


def _action(event: ev.ActionDone) -> Values:
    return (
        event.call_id,
        instant(event.began_at),
        instant(event.at),
        event.section,
        event.index,
        event.kind,
        _text(event.outcome),
        event.to,
        _detail(event),
    )


def _leg_started(event: ev.LegStarted) -> Values:
    return event.leg_id, event.call_id, instant(event.at), event.role, _text(event.address)


def _leg_ended(event: ev.LegEnded) -> Values:
    return event.leg_id, event.call_id, instant(event.at), event.status, event.talked


def _recording(event: ev.RecordingKept) -> Values:
    return (
        event.recording_id,
        event.call_id,
        instant(event.at),
        event.kind,
        _text(event.mailbox),
        _text(event.path),
        event.seconds,
    )


def _tape(event: ev.CallTaped) -> Values:
    text = _encode(event.tape)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return event.call_id, instant(event.at), event.flow, text


def _announced(event: ev.AnnouncementPlayed) -> Values:
    return event.call_id, instant(event.at), event.announcement_id, event.point, event.section


def _publication(event: FlowsPublished) -> Values:
    verdicts = _encode(event.verdicts)
    words = _text(event.by), _text(event.note), _text(event.because)
    return instant(event.at), event.bundle, str(event.how), event.before, *words, verdicts


Projection = tuple[Change, Callable[[Any], Values]]

PROJECTIONS: Mapping[type[Event], Projection] = {
    ev.CallStarted: (Change.CALL_STARTED, _call_started),
    ev.CallEnded: (Change.CALL_ENDED, _call_ended),
    ev.CallHandedBack: (Change.TURN, _handed_back),
    ev.CallReturned: (Change.TURN, _returned),
    ev.PromptPlayed: (Change.PROMPT, _prompt),
    ev.InputTaken: (Change.INPUT, _input),
    ev.ActionDone: (Change.ACTION, _action),
    ev.LegStarted: (Change.LEG_STARTED, _leg_started),
    ev.LegEnded: (Change.LEG_ENDED, _leg_ended),
    ev.RecordingKept: (Change.RECORDING, _recording),
    FlowsPublished: (Change.PUBLICATION, _publication),
    ev.CallTaped: (Change.TAPE, _tape),
    ev.AnnouncementPlayed: (Change.ANNOUNCED, _announced),
}


COLUMNS: Mapping[Change, tuple[str, ...]] = {
    Change.CALL_STARTED: (
        "id",
        "started_at",
        "caller",
        "caller_name",
        "called",
        "flow",
        "language",
        "channel",
        "bundle",
    ),
    Change.CALL_ENDED: ("id", "ended_at", "end_reason", "end_detail", "section"),
    Change.TURN: ("call_id", "at", "what", "section"),
    Change.PROMPT: ("call_id", "began_at", "at", "section", "step", "language", "text", "sound", "cut_by"),
    Change.INPUT: ("call_id", "at", "section", "step", "mode", "value", "sensitive"),
    Change.ACTION: ("call_id", "began_at", "at", "section", "step", "kind", "outcome", "went_to", "detail"),
    Change.LEG_STARTED: ("id", "call_id", "started_at", "role", "address"),
    Change.LEG_ENDED: ("id", "call_id", "ended_at", "status", "talked"),
    Change.RECORDING: ("id", "call_id", "at", "kind", "mailbox", "path", "seconds"),
    Change.PUBLICATION: ("at", "bundle", "how", "before", "by", "note", "because", "verdicts"),
    Change.TAPE: ("call_id", "at", "flow", "tape"),
    Change.ANNOUNCED: ("call_id", "at", "announcement", "point", "section"),
}


def as_kept(event: Event) -> Event | None:
    """The event as it comes back from being kept, or None for one that is not kept."""
    projection = PROJECTIONS.get(type(event))
    if projection is None:
        return None
    change, values = projection
    return restore(change, dict(zip(COLUMNS[change], values(event), strict=True)))


def masked(event: Event) -> Event:
    """The event without what must not be written anywhere."""
    if isinstance(event, ev.InputTaken) and event.sensitive:
        return replace(event, value=MASK)
    return event


Row = Mapping[str, Any]


def restore(change: Change, row: Row) -> Event:
    """The event that a row was made from; ``row`` has the columns of the table that the change writes to."""
    return _RESTORERS[change](row)


def _restore_turn(row: Row) -> Event:
    kind = ev.CallReturned if row["what"] == RETURNED else ev.CallHandedBack
    return kind(at=moment(row["at"]), call_id=CallId(row["call_id"]), section=row["section"])


def _restore_prompt(row: Row) -> Event:
    return ev.PromptPlayed(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        began_at=moment(row["began_at"]),
        section=row["section"],
        index=row["step"],
        language=row["language"],
        text=row["text"],
        sound=row["sound"],
        cut_by=row["cut_by"],
    )


def _restore_action(row: Row) -> Event:
    return ev.ActionDone(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        began_at=moment(row["began_at"]),
        section=row["section"],
        index=row["step"],
        kind=row["kind"],
        outcome=row["outcome"],
        to=row["went_to"],
        detail=json.loads(row["detail"]),
    )


def _restore_started(row: Row) -> Event:
    return ev.CallStarted(
        at=moment(row["started_at"]),
        call_id=CallId(row["id"]),
        caller=row["caller"],
        caller_name=row["caller_name"],
        called=row["called"],
        flow=row["flow"],
        language=row["language"],
        channel=row["channel"],
        bundle=row["bundle"] or "",
    )


def _restore_ended(row: Row) -> Event:
    return ev.CallEnded(
        at=moment(row["ended_at"]),
        call_id=CallId(row["id"]),
        reason=ev.EndReason(row["end_reason"]),
        section=row["section"],
        detail=row["end_detail"],
    )


def _restore_input(row: Row) -> Event:
    return ev.InputTaken(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        section=row["section"],
        index=row["step"],
        mode=row["mode"],
        value=row["value"],
        sensitive=bool(row["sensitive"]),
    )


def _restore_leg_started(row: Row) -> Event:
    return ev.LegStarted(
        at=moment(row["started_at"]),
        call_id=CallId(row["call_id"]),
        leg_id=LegId(row["id"]),
        role=row["role"],
        address=row["address"],
    )


def _restore_leg_ended(row: Row) -> Event:
    return ev.LegEnded(
        at=moment(row["ended_at"]),
        call_id=CallId(row["call_id"]),
        leg_id=LegId(row["id"]),
        status=row["status"],
        talked=row["talked"],
    )


def _restore_recording(row: Row) -> Event:
    return ev.RecordingKept(
        at=moment(row["at"]),
        call_id=CallId(row["call_id"]),
        recording_id=RecordingId(row["id"]),
        kind=row["kind"],
        mailbox=row["mailbox"],
        path=row["path"],
        seconds=row["seconds"],
    )


def _restore_tape(row: Row) -> Event:
    return ev.CallTaped(
        at=moment(row["at"]), call_id=CallId(row["call_id"]), flow=row["flow"], tape=json.loads(row["tape"])
    )


def _restore_publication(row: Row) -> Event:
    return FlowsPublished(
        at=moment(row["at"]),
        bundle=row["bundle"],
        how=row["how"],
        before=row["before"],
        by=row["by"],
        note=row["note"],
        because=row["because"],
        verdicts=json.loads(row["verdicts"]),
    )


def _restore_announced(row: Row) -> Event:
    told = {"announcement_id": row["announcement"], "point": row["point"], "section": row["section"]}
    return ev.AnnouncementPlayed(at=moment(row["at"]), call_id=CallId(row["call_id"]), **told)


_RESTORERS: Mapping[Change, Callable[[Row], Event]] = {
    Change.CALL_STARTED: _restore_started,
    Change.CALL_ENDED: _restore_ended,
    Change.TURN: _restore_turn,
    Change.PROMPT: _restore_prompt,
    Change.INPUT: _restore_input,
    Change.ACTION: _restore_action,
    Change.LEG_STARTED: _restore_leg_started,
    Change.LEG_ENDED: _restore_leg_ended,
    Change.RECORDING: _restore_recording,
    Change.PUBLICATION: _restore_publication,
    Change.TAPE: _restore_tape,
    Change.ANNOUNCED: _restore_announced,
}
