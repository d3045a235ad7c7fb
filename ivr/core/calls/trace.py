"""A call as people read it: one line for each thing that happened, with its time since the call began.

`line` makes one line from one event alone, so the transcript of a living call and the trace of a kept one say the
same in the same words. `trace` puts a heading over the lines of a whole call.

What callers and flows supplied is shown without control characters: a caller's name must not be able to write to the
terminal of whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ivr.core.base.events import Event
from ivr.core.base.secret import MASK
from ivr.core.calls.events import (
    ActionDone,
    AnnouncementPlayed,
    CallEnded,
    CallHandedBack,
    CallReturned,
    CallStarted,
    EndReason,
    InputTaken,
    LegEnded,
    LegStarted,
    PromptPlayed,
    RecordingKept,
)
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined, QueueLeft

AGENT = "agent"  # the role of a leg that was rung before the call is connected with it
MOST_DETAIL = 120  # characters of an action's details in one line
_SILENT = frozenset(
    {"", "done", "said", "chosen", "went", "collected", "set"}
)  # what follows says it, or the line before
_ENDINGS = {
    EndReason.COMPLETED: "completed",
    EndReason.CALLER_LEFT: "the caller hung up",
    EndReason.TOO_LONG: "the longest duration was reached",
    EndReason.ENDED_BY: "ended by a person",
    EndReason.FAILED: "failed",
    EndReason.LOST: "lost: Asterisk or the service went away",
}


def line(event: Event, started_at: datetime) -> str | None:
    """One event as one line, or None for one that tells a reader nothing new (a `say` that was simply said)."""
    told = _told(event)
    if told is None:
        return None
    at, section, word, text = told
    return f"{offset(at, started_at):>8}  {printable(section):<12}  {printable(word):<8}  {text}".rstrip()


def trace(events: Iterable[Event]) -> list[str]:
    """A whole call: a heading, then its lines in the order in which things happened. Nothing for no events."""
    told = list(events)
    if not told:
        return []
    started_at = next((event.at for event in told if isinstance(event, CallStarted)), told[0].at)
    lines = (line(event, started_at) for event in told if not isinstance(event, CallStarted))
    return [heading(told), *(one for one in lines if one is not None)]


def heading(events: list[Event]) -> str:
    """Who called whom, when, with which flow, and how it ended."""
    started = next((event for event in events if isinstance(event, CallStarted)), None)
    ended = next((event for event in events if isinstance(event, CallEnded)), None)
    began_at = started.at if started else events[0].at
    parts = [getattr(events[0], "call_id", ""), f"{began_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"]
    if started is None:
        parts.append("(its beginning was not kept)")
    else:
        parts += [parties(started.caller, started.caller_name, started.called), _flow(started)]
    if ended is None:
        parts.append("not ended")
    else:
        parts.append(f"{ended.reason} after {(ended.at - began_at).total_seconds():.1f} s")
    return "  ".join(parts)


def _flow(started: CallStarted) -> str:
    """``flow main of 1a2b3c4d5e6f``: the flow, and the bundle that it belongs to."""
    flow = f"flow {printable(started.flow)}"
    return f"{flow} of {started.bundle}" if started.bundle else flow


def parties(caller: str, caller_name: str, called: str) -> str:
    """``+15551230001 "Ann" → 100``."""
    who = printable(caller) or "unknown"
    if caller_name and caller_name != caller:
        who += f' "{printable(caller_name)}"'
    return f"{who} → {printable(called) or 'unknown'}"


def offset(at: datetime, started_at: datetime) -> str:
    """Time since the call began, as ``m:ss.t`` or ``h:mm:ss.t``; a clock that went back shows as 0."""
    tenths = max(0, int((at - started_at).total_seconds() * 10))
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}.{tenth}" if hours else f"{minute}:{second:02}.{tenth}"


def printable(text: str) -> str:
    """The text on one line, with what is no printable character shown as ``�``."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else " " if one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)


def _told(event: Event) -> tuple[datetime, str, str, str] | None:  # noqa: PLR0911 - one answer for each event
    """When, in which section, the word of the line, and its text."""
    match event:
        case CallStarted():
            text = f"{parties(event.caller, event.caller_name, event.called)}  flow {printable(event.flow)}"
            return event.at, "", "call", text
        case PromptPlayed():
            cut = f"  (cut by {printable(event.cut_by)})" if event.cut_by else ""
            return event.began_at, event.section, "heard", f'"{printable(event.text)}"{cut}'
        case AnnouncementPlayed():
            what = f"emergency announcement {printable(event.announcement_id)}, at {printable(event.point)}"
            return event.at, event.section, "told", what
        case InputTaken():
            value = MASK if event.sensitive else printable(event.value)
            return event.at, event.section, "pressed" if event.mode == "keys" else "said", value
        case ActionDone():
            done = _action(event)
            return (event.at, event.section, event.kind, done) if done is not None else None
        case LegStarted():
            done = "connected" if event.role == AGENT else "dialled"
            return event.at, "", "leg", f"{printable(event.role)} {printable(event.address)} is {done}"
        case LegEnded():
            talked = f", talked {event.talked:.1f} s" if event.talked else ""
            return event.at, "", "leg", f"{printable(event.status)}{talked}"
        case RecordingKept():
            whose = f" for {printable(event.mailbox)}" if event.mailbox else ""
            return (
                event.at,
                "",
                "kept",
                f"{printable(event.kind)}{whose}, {event.seconds:.1f} s: {printable(event.path)}",
            )
        case _:
            return _turn(event)


def _turn(event: Event) -> tuple[datetime, str, str, str] | None:  # noqa: PLR0911 - one answer for each event
    match event:
        case CallHandedBack():
            return event.at, event.section, "call", "handed back to the dialplan, the service is stopping"
        case CallReturned():
            return event.at, event.section, "call", "is back and goes on here"
        case QueueJoined():
            again = ", at the place of before" if event.restored else ""
            return event.at, event.section, "queue", f"joined {printable(event.queue)}{again}"
        case QueueLeft():
            return event.at, "", "queue", f"left: {printable(event.how)} after {event.waited:.1f} s"
        case CallOffered():
            return event.at, "", "offer", f"rings {printable(event.agent_id)}"
        case OfferEnded():
            return event.at, "", "offer", f"{printable(event.agent_id)}: {printable(event.outcome)}"
        case CallEnded():
            detail = f" ({printable(event.detail)})" if event.detail else ""
            return event.at, event.section, "end", f"{_ENDINGS.get(event.reason, event.reason)}{detail}"
        case _:
            return None


def _action(event: ActionDone) -> str | None:
    detail = {key: value for key, value in event.detail.items() if value not in (None, "")}
    parts = [] if event.outcome in _SILENT else [printable(event.outcome)]
    match event.outcome:
        case "chosen":
            detail.pop("press", None)  # the line before says what was pressed
        case "collected":
            parts.append(_line_of(f"{detail.pop('as', '')} = {detail.pop('value', '')}"))
        case "set":
            parts.append(_line_of(", ".join(f"{key} = {value}" for key, value in detail.items())))
            detail = {}
        case _:
            pass
    if event.to:
        parts.append(f"→ {printable(event.to)}")
    if detail:
        parts.append(f"({_line_of(', '.join(f'{key}: {value}' for key, value in detail.items()))})")
    return " ".join(part for part in parts if part) or None


def _line_of(text: str) -> str:
    text = printable(text)
    return text if len(text) <= MOST_DETAIL else f"{text[:MOST_DETAIL]}…"
