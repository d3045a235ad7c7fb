"""A scenario that differs, as people read it: the conversation up to the difference, with its places in both files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.core.base.secret import MASK
from ivr.core.calls.verbs import Ask, Sentence
from ivr.core.document.problems import Mark
from ivr.core.flow.model import Flow
from ivr.core.flow.moments import Leave, Press
from ivr.core.flow.scenario.play import Played, place_at, place_of
from ivr.core.flow.simulate import told
from ivr.core.flow.state import Step
from ivr.core.flow.virtual import VirtualCall
from ivr.core.flow.wording import columns

MOST_LINES = 60
_WIDTH = 72


def conversation(call: VirtualCall, flows: Mapping[str, Flow]) -> list[str]:
    """What was heard, pressed and done, one line each, the last ones where there are many."""
    lines = [
        _line(at, who, text, mark) for at, who, text, mark in _joined(_events(call, flows)) if text or who == "presses"
    ]
    left_out = len(lines) - MOST_LINES
    return lines if left_out <= 0 else [f"  … {left_out} lines before", *lines[left_out:]]


def difference(played: Played, flows: Mapping[str, Flow]) -> list[str]:
    """The whole report of a scenario that differs."""
    found = played.difference
    if found is None:
        return []
    call, mark = played.call, played.scenario.mark
    state = call.turn.state
    here = place_at(state.place, state.index, call.flow, flows)
    lines = [f"{mark.file}:{mark.line}  {played.name}", *conversation(call, flows)]
    lines.append(f"  expected  {found.wanted}  ({found.mark.file}:{found.mark.line})")
    lines.append(f"  but       {found.came}" + (f"  ({here.file}:{here.line})" if here is not None else ""))
    return lines


Event = tuple[float, str, str, Mark | None]


def _events(call: VirtualCall, flows: Mapping[str, Flow]) -> Iterator[Event]:
    for at, turn, what in call.noted:
        match what:
            case Sentence():
                state = turn.state
                yield at, "hears", what.text, place_at(state.place, state.index, call.flow, flows)
            case Press():
                secret = isinstance(turn.verb, Ask) and turn.verb.secret
                yield at, "presses", MASK if secret else what.key, None
            case Leave():
                yield at, "", "hangs up", None
            case Step():
                if what.kind not in ("say", "go") or what.to:
                    text = told(what).partition(": ")[2]
                    yield at, "", text + (f" → {what.to}" if what.to else ""), place_of(what, call.flow, flows)


def _joined(events: Iterator[Event]) -> Iterator[Event]:
    """Keys that follow each other stand in one line."""
    held: Event | None = None
    for event in events:
        if held is not None and event[1] == "presses" and MASK not in (held[2], event[2]):
            held = (held[0], "presses", held[2] + event[2], None)
            continue
        if held is not None:
            yield held
            held = None
        if event[1] == "presses":
            held = event
        else:
            yield event
    if held is not None:
        yield held


def _line(at: float, who: str, text: str, mark: Mark | None) -> str:
    line = f"  {at:7.1f} s  {who:<7}  {text}"
    if mark is None:
        return line
    return f"{line}{' ' * max(2, _WIDTH + 12 - columns(line))}{mark.file}:{mark.line}"
