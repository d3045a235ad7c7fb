"""Whether what a scenario expects of a call is so, on virtual time or in a living call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import Recorded
from ivr.core.calls.verbs import Dial, Queue, Record
from ivr.core.flow.scenario.model import Wish
from ivr.core.flow.state import Turn
from ivr.core.flow.values import Value, as_text, plain
from ivr.core.flow.virtual import VirtualCall


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a call now; ``sections`` are those that it may be said to be in, ``ended`` is empty before."""

    sections: tuple[str, ...]
    language: str
    tags: tuple[str, ...]
    variables: Mapping[str, Value]
    recorded: tuple[str, ...]
    dialled: tuple[str, ...]
    queued: tuple[str, ...] = ()
    ended: str = ""


def unmet(wish: Wish, call: Seen) -> str | None:
    """What is so instead, or None when the wish is met."""
    match wish.name:
        case "tags":
            missing = [tag for tag in wish.value if tag not in call.tags]
            return f"the call has {_listed(call.tags, 'no tags')}" if missing else None
        case "variables":
            return _variables(wish, call)
        case _:
            found, what, nothing = _found(wish.name, call)
            return None if wish.value in found else f"{what} {', '.join(found)}" if found else nothing


def _found(name: str, call: Seen) -> tuple[tuple[str, ...], str, str]:
    """What a wish is compared with, and the words to tell it in: where there is something, and where there is not."""
    match name:
        case "section":
            return call.sections, "the call is in section", ""
        case "language":
            return (call.language,), "the caller hears", ""
        case "ended":
            return (call.ended,) if call.ended else (), "the call ended as", "the call goes on"
        case "recorded":
            return call.recorded, "a message was left for", "no message was left"
        case "queued":
            return call.queued, "the caller came to the queue", "the caller came to no queue"
        case _:
            return call.dialled, "dialled was", "nobody was dialled"


def seen(call: VirtualCall) -> Seen:
    """What is known of a virtual call."""
    state = call.turn.state
    chosen = [as_text(step.detail["tag"]) for step in call.steps if step.detail.get("tag")]
    return Seen(
        sections=(state.place,),
        language=state.language,
        tags=tuple(dict.fromkeys([*state.tags, *chosen])),
        variables=state.variables,
        recorded=_mailboxes(call),
        dialled=_numbers(call),
        queued=_queues(call),
        ended=call.end.reason.value if call.end is not None else "",
    )


def _variables(wish: Wish, call: Seen) -> str | None:
    for name, wanted in wish.value.items():
        found = _value(name, call.variables)
        if not _same(wanted, found):
            shown = MASK if isinstance(found, Secret) else as_text(found) or "empty"
            return f"{name} is {shown}"
    return None


def _value(name: str, variables: Mapping[str, Value]) -> Value:
    first, *rest = name.split(".")
    value = variables.get(first)
    for part in rest:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _same(wanted: Value, found: Value) -> bool:
    found = plain(found)
    if isinstance(wanted, dict | list) or isinstance(found, dict | list):
        return bool(wanted == found)
    return as_text(wanted) == as_text(found)


def _mailboxes(call: VirtualCall) -> tuple[str, ...]:
    return tuple(
        turn.verb.mailbox
        for turn, outcome in call.outcomes
        if isinstance(turn.verb, Record) and isinstance(outcome, Recorded)
    )


def _numbers(call: VirtualCall) -> tuple[str, ...]:
    """The numbers that were dialled, also the one that rings now."""
    return tuple(dict.fromkeys(turn.verb.number for turn in _turns(call) if isinstance(turn.verb, Dial)))


def _queues(call: VirtualCall) -> tuple[str, ...]:
    """The queues that the caller came to, also the one where they wait now."""
    return tuple(dict.fromkeys(turn.verb.queue for turn in _turns(call) if isinstance(turn.verb, Queue)))


def _turns(call: VirtualCall) -> list[Turn]:
    return [*(turn for turn, _ in call.outcomes), call.turn]


def _listed(found: tuple[str, ...], nothing: str) -> str:
    return "the tags " + ", ".join(found) if found else nothing
