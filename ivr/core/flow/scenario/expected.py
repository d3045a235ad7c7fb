"""Whether what a scenario expects of a call is so."""

from __future__ import annotations

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.outcomes import Recorded
from ivr.core.calls.verbs import Dial, Record
from ivr.core.flow.scenario.model import Wish
from ivr.core.flow.values import Value, as_text, plain
from ivr.core.flow.virtual import VirtualCall


def unmet(wish: Wish, call: VirtualCall) -> str | None:
    """What is so instead, or None when the wish is met."""
    match wish.name:
        case "tags":
            tags = tags_of(call)
            missing = [tag for tag in wish.value if tag not in tags]
            return f"the call has {_listed(tags, 'no tags')}" if missing else None
        case "variables":
            return _variables(wish, call)
        case _:
            found, what, nothing = _found(wish.name, call)
            return None if wish.value in found else f"{what} {', '.join(found)}" if found else nothing


def _found(name: str, call: VirtualCall) -> tuple[list[str], str, str]:
    """What a wish is compared with, and the words to tell it in: where there is something, and where there is not."""
    match name:
        case "section":
            return [call.turn.state.place], "the call is in section", ""
        case "language":
            return [call.turn.state.language], "the caller hears", ""
        case "ended":
            return [call.end.reason.value] if call.end is not None else [], "the call ended as", "the call goes on"
        case "recorded":
            return _mailboxes(call), "a message was left for", "no message was left"
        case _:
            return _numbers(call), "dialled was", "nobody was dialled"


def tags_of(call: VirtualCall) -> list[str]:
    """The milestones and call drivers of a call so far."""
    chosen = [as_text(step.detail["tag"]) for step in call.steps if step.detail.get("tag")]
    return list(dict.fromkeys([*call.turn.state.tags, *chosen]))


def _variables(wish: Wish, call: VirtualCall) -> str | None:
    for name, wanted in wish.value.items():
        found = _value(name, call)
        if not _same(wanted, found):
            shown = MASK if isinstance(found, Secret) else as_text(found) or "empty"
            return f"{name} is {shown}"
    return None


def _value(name: str, call: VirtualCall) -> Value:
    first, *rest = name.split(".")
    value = call.turn.state.variables.get(first)
    for part in rest:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _same(wanted: Value, found: Value) -> bool:
    found = plain(found)
    if isinstance(wanted, dict | list) or isinstance(found, dict | list):
        return bool(wanted == found)
    return as_text(wanted) == as_text(found)


def _mailboxes(call: VirtualCall) -> list[str]:
    return [
        turn.verb.mailbox
        for turn, outcome in call.outcomes
        if isinstance(turn.verb, Record) and isinstance(outcome, Recorded)
    ]


def _numbers(call: VirtualCall) -> list[str]:
    """The numbers that were dialled, also the one that rings now."""
    turns = [*(turn for turn, _ in call.outcomes), call.turn]
    return list(dict.fromkeys(turn.verb.number for turn in turns if isinstance(turn.verb, Dial)))


def _listed(found: list[str], nothing: str) -> str:
    return "the tags " + ", ".join(found) if found else nothing
