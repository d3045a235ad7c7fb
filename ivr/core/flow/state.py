"""Where a call is in its flow, as a value: the machine takes one and gives the next.

A `State` is JSON-clean (`to_json`, `from_json`): it can be kept, shown and compared. Secrets are written as their
mask, so what is read back has the mask in their place; a living call keeps its state in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from ivr.core.base.secret import Secret
from ivr.core.calls.events import EndReason
from ivr.core.calls.verbs import Verb
from ivr.core.flow.values import Value


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a call when it begins; ``at`` is aware, ``zone`` an IANA name, ``currency`` an ISO 4217 code."""

    call_id: str
    caller: str
    caller_name: str
    called: str
    at: datetime
    zone: str = "UTC"
    language: str | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class State:
    """Where a call is; ``local`` is the running action's own note, ``opening`` is why a sentence is said before it."""

    facts: Facts
    section: str
    index: int
    language: str
    variables: dict[str, Value] = field(default_factory=dict)
    local: dict[str, Value] = field(default_factory=dict)
    opening: str = ""  # "returned", "failed", or empty
    returned: bool = False
    failed: bool = False  # a bug was met before: the next one ends the call


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over; the session hangs up."""

    reason: EndReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An action that was finished: its ``outcome`` and the section it went ``to`` (empty: the next action)."""

    section: str
    index: int
    kind: str
    outcome: str
    to: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do now (a verb, or that the flow is over), the state to come back with, and what was finished."""

    state: State
    verb: Verb | End
    trail: tuple[Step, ...] = ()


def to_json(state: State) -> dict[str, Any]:
    """The state as a JSON object; secrets are masked."""
    document = {item.name: _plain(getattr(state, item.name)) for item in fields(state) if item.name != "facts"}
    document["facts"] = {item.name: getattr(state.facts, item.name) for item in fields(Facts)}
    document["facts"]["at"] = state.facts.at.isoformat()
    return document


def from_json(document: dict[str, Any]) -> State:
    """The state that `to_json` wrote."""
    facts = dict(document["facts"])
    facts["at"] = datetime.fromisoformat(facts["at"])
    state = State(**{**document, "facts": Facts(**facts)})
    return replace(state, variables=_revive(state.variables), local=_revive(state.local))


def _plain(value: Value) -> Value:
    if isinstance(value, Secret):
        return {"secret": str(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _revive(value: Value) -> Value:
    if isinstance(value, dict):
        if value.keys() == {"secret"} and isinstance(value["secret"], str):
            return Secret(value["secret"])
        return {key: _revive(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_revive(item) for item in value]
    return value
