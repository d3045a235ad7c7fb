"""Where a call is in its flow, as a value: the machine takes one and gives the next.

A `State` is JSON-clean (`to_json`, `from_json`): it can be kept, shown and compared. Secrets are written as their
mask, so what is read back has the mask in their place; a living call keeps its state in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from ivr.core.base.quick import frozen
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
class Frame:
    """Where a flow goes on when the one that it entered comes back."""

    flow: str
    section: str
    index: int
    language: str
    variables: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put: ``back`` goes to the one before. ``depth`` counts the flows around it."""

    depth: int
    section: str
    index: int


@frozen
class State:
    """Where a call is.

    ``local`` is the running action's own note, ``opening`` is why a sentence is said before it, ``frames`` are the
    flows that entered this one, the call's own first. ``errors`` is what was spent of the call's error budget.
    """

    facts: Facts
    section: str
    index: int
    language: str
    variables: dict[str, Value] = field(default_factory=dict)
    local: dict[str, Value] = field(default_factory=dict)
    opening: str = ""  # "returned", "failed", or empty
    returned: bool = False
    failed: bool = False  # a bug was met before: the next one ends the call
    flow: str = ""
    frames: tuple[Frame, ...] = ()
    asked: tuple[Asked, ...] = ()
    tags: tuple[str, ...] = ()
    errors: int = 0

    @property
    def place(self) -> str:
        """The section as events name it: ``billing``, or ``verify.ask`` within the flow ``verify`` that was entered."""
        return f"{self.flow}.{self.section}" if self.frames else self.section


@dataclass(frozen=True, slots=True)
class Enter:
    """An action enters another flow with values for its parameters; what it comes to is a `Returned`."""

    flow: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leave:
    """A flow goes back to the one that entered it, with an outcome and values; the call's own flow ends the call."""

    outcome: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spent:
    """The call's error budget is spent: it goes where the flow says that a caller goes for whom nothing works."""

    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over; the session hangs up."""

    reason: EndReason
    detail: str = ""


@frozen
class Step:
    """An action that was finished: its ``outcome`` and the section it went ``to`` (empty: the next action).

    ``section`` is written as `State.place` is.
    """

    section: str
    index: int
    kind: str
    outcome: str
    to: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@frozen
class Turn:
    """What to do now (a verb, or that the flow is over), the state to come back with, and what was finished."""

    state: State
    verb: Verb | End
    trail: tuple[Step, ...] = ()
    fits: bool | None = None  # whether a secret that was given is one that the question takes
    turned_out: tuple[tuple[str, int, bool], ...] = ()  # each yes or no made of a secret, with its action's place


def to_json(state: State) -> dict[str, Any]:
    """The state as a JSON object; secrets are masked."""
    document = {item.name: _plain(getattr(state, item.name)) for item in fields(state) if item.name != "facts"}
    document["facts"] = {item.name: getattr(state.facts, item.name) for item in fields(Facts)}
    document["facts"]["at"] = state.facts.at.isoformat()
    for name in ("frames", "asked"):
        document[name] = [_document(item) for item in getattr(state, name)]
    document["tags"] = list(state.tags)
    return document


def from_json(document: dict[str, Any]) -> State:
    """The state that `to_json` wrote."""
    facts = dict(document["facts"])
    facts["at"] = datetime.fromisoformat(facts["at"])
    state = State(**{**document, "facts": Facts(**facts)})
    frames = tuple(Frame(**{**item, "variables": _revive(item["variables"])}) for item in document["frames"])
    return replace(
        state,
        variables=_revive(state.variables),
        local=_revive(state.local),
        frames=frames,
        asked=tuple(Asked(**item) for item in document["asked"]),
        tags=tuple(document["tags"]),
    )


def _document(item: Frame | Asked) -> dict[str, Any]:
    return {one.name: _plain(getattr(item, one.name)) for one in fields(item)}


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
