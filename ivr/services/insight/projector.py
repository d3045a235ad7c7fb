"""Events as rows, and rows as events again.

Each kind of event that is kept has a `Change` (what is done to the tables), its columns, and a function that gives
their values. Nothing here knows SQL. What a row cannot hold is settled once, in `ivr.services.insight.cells`: instants
are text in UTC with milliseconds (``2026-11-22T10:04:06.123Z``, which sorts as it reads), long text is cut, and details
are JSON. A sensitive input is only its mask. What happens in queues stands in `ivr.services.insight.queue_rows`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId, LegId, RecordingId
from ivr.core.base.secret import MASK
from ivr.core.calls import events as ev
from ivr.core.calls import queue_events as waits
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.insight import queue_rows
from ivr.services.insight.cells import Row, Values, bounded, document, encoded, instant, moment

HANDED_BACK = "handed_back"
RETURNED = "returned"


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
    JOINED = "queue_joined"
    LEFT = "queue_left"
    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    AGENT_STATE = "agent_state"


def _call_started(event: ev.CallStarted) -> Values:
    return (
        event.call_id,
        instant(event.at),
        bounded(event.caller),
        bounded(event.caller_name),
        bounded(event.called),
        event.flow,
        event.language,
        bounded(event.channel),
        event.bundle,
    )


def _call_ended(event: ev.CallEnded) -> Values:
    return event.call_id, instant(event.at), str(event.reason), bounded(event.detail), event.section


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
        bounded(event.text),
        bounded(event.sound),
        event.cut_by,
    )


def _input(event: ev.InputTaken) -> Values:
    value = MASK if event.sensitive else bounded(event.value)
    return event.call_id, instant(event.at), event.section, event.index, event.mode, value, int(event.sensitive)


def _action(event: ev.ActionDone) -> Values:
    return (
        event.call_id,
        instant(event.began_at),
        instant(event.at),
        event.section,
        event.index,
        event.kind,
        bounded(event.outcome),
        event.to,
        document(event.detail),
    )


def _leg_started(event: ev.LegStarted) -> Values:
    return event.leg_id, event.call_id, instant(event.at), event.role, bounded(event.address)


def _leg_ended(event: ev.LegEnded) -> Values:
    return event.leg_id, event.call_id, instant(event.at), event.status, event.talked


def _recording(event: ev.RecordingKept) -> Values:
    return (
        event.recording_id,
        event.call_id,
        instant(event.at),
        event.kind,
        bounded(event.mailbox),
        bounded(event.path),
        event.seconds,
    )


def _tape(event: ev.CallTaped) -> Values:
    text = encoded(event.tape)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return event.call_id, instant(event.at), event.flow, text


def _announced(event: ev.AnnouncementPlayed) -> Values:
    return event.call_id, instant(event.at), event.announcement_id, event.point, event.section


def _publication(event: FlowsPublished) -> Values:
    verdicts = encoded(event.verdicts)
    words = bounded(event.by), bounded(event.note), bounded(event.because)
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
    waits.QueueJoined: (Change.JOINED, queue_rows.joined),
    waits.QueueLeft: (Change.LEFT, queue_rows.left),
    waits.CallOffered: (Change.OFFERED, queue_rows.offered),
    waits.OfferEnded: (Change.OFFER_ENDED, queue_rows.offer_ended),
    AgentStateChanged: (Change.AGENT_STATE, queue_rows.agent_state),
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
    Change.JOINED: (
        *("call_id", "at", "ticket_id", "queue", "lane", "vtime", "restored", "section", "step", "ticket"),
    ),
    Change.LEFT: ("call_id", "at", "ticket_id", "queue", "how", "waited"),
    Change.OFFERED: ("id", "call_id", "offered_at", "ticket_id", "agent_id", "decision"),
    Change.OFFER_ENDED: ("id", "ended_at", "ticket_id", "agent_id", "outcome"),
    Change.AGENT_STATE: ("at", "agent_id", "status", "state", "reason", "ticket_id", "code"),
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
    Change.JOINED: queue_rows.restore_joined,
    Change.LEFT: queue_rows.restore_left,
    Change.OFFERED: queue_rows.restore_offered,
    Change.OFFER_ENDED: queue_rows.restore_offer_ended,
    Change.AGENT_STATE: queue_rows.restore_agent_state,
}

__all__ = ["COLUMNS", "PROJECTIONS", "Change", "Values", "as_kept", "instant", "masked", "moment", "restore"]
