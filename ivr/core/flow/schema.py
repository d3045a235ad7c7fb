"""JSON Schema (draft 2020-12) of the pages of a folder, for editors: from the same declarations that the loader reads.

A kind of action is known by its first word, and JSON Schema knows no order: so an action is of a kind when it has its
word and no word of a kind that has this one among its options (`if` may have `say`). `PAGES` has a line for each page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ivr.core.acd.schema import queues
from ivr.core.document import schema as shape
from ivr.core.document.schema import Schema
from ivr.core.flow.kinds import KINDS, RESERVED
from ivr.core.flow.load import LONGEST_CALL, WITHOUT_TARGET
from ivr.core.flow.model import Action
from ivr.core.flow.numbers_reading import SCHEMA as NUMBERS
from ivr.core.flow.reading import KEYS, PHRASES, REQUIRED, TARGET, WORDS, YES_NO, Option, declared
from ivr.core.flow.scenario.schema import scenarios
from ivr.core.flow.severity import SCHEMA as CHECKS
from ivr.core.flow.signature import SECRET, TYPES
from ivr.core.hours.schema import hours

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LITERAL = re.compile(r'"[^"]*"|[\w.#*]+')


def flow() -> Schema:
    """A file with a flow."""
    properties = {name: {"description": about, **form} for name, (about, form) in top().items()}
    return {**shape.options(properties, ["flow"]), "$defs": {**_kinds(), "action": _action()}}


def defaults() -> Schema:
    """``defaults.yaml``: options that hold for every action which has them."""
    inherited = {}
    for kind in KINDS.values():
        for attribute, item in declared(kind).items():
            if item.inherits:
                inherited[item.name or attribute] = described(item)
    return shape.options(inherited)


def checks() -> Schema:
    """``checks.yaml``: the severities of a project."""
    return CHECKS


def numbers() -> Schema:
    """``numbers.yaml``: which flow answers a dialled number."""
    return NUMBERS


PAGES: dict[str, Callable[[], Schema]] = {
    "flow": flow,
    "defaults": defaults,
    "hours": hours,
    "numbers": numbers,
    "queues": queues,
    "checks": checks,
    "scenarios": scenarios,
}


def page(name: str) -> Schema:
    """The whole schema of a page of `PAGES`, with its draft and title."""
    made = PAGES[name]
    return {"$schema": DRAFT, "title": (made.__doc__ or "").replace("``", "").strip().rstrip("."), **made()}


def top() -> dict[str, tuple[str, Schema]]:
    """What may stand at the top of a flow: what it is for, and how it is written."""
    values = {"type": "object", "propertyNames": shape.name(), "additionalProperties": {"enum": [*TYPES, SECRET]}}
    budget = {"errors": shape.whole(1, 50), "go": TARGET.schema}
    return {
        "about": ("what the flow is for, for people", shape.words()),
        "languages": ("the languages that callers may hear, the first one first", shape.listed(shape.words())),
        "start": ("the section in which a call begins", TARGET.schema),
        "resume": ("the section in which a call goes on that was interrupted", TARGET.schema),
        "returned": ("what such a caller hears first", WORDS.schema),
        "on_error": ("the section to which a call goes when an action fails by a bug; hangup ends it", TARGET.schema),
        "apology": ("what is said before that", WORDS.schema),
        "longest": (f"the longest call: {LONGEST_CALL.about}", LONGEST_CALL.schema),
        "record": ("whether calls are recorded", YES_NO.schema),
        "takes": ("what a flow that enters this one gives it: names and their types", values),
        "gives": ("what such a flow gets back: names and their types", values),
        "outcomes": ("how this flow may end for a flow that enters it", shape.listed(shape.name())),
        "error_budget": (
            "how many failed inputs a whole call may have, and where it goes then",
            shape.options(budget, budget),
        ),
        "anywhere": ("keys that mean the same everywhere", _anywhere()),
        "defaults": ("options that hold for every action which has them", defaults()),
        "flow": ("the sections: each a name and a list of actions", _sections()),
    }


def described(item: Option) -> Schema:
    """An option's schema with what an editor shows: what it is for, how it is written, its default."""
    about = f"{item.about} ({item.form.about}"
    found: dict[str, Any] = {"description": f"{about}; default: {item.shown})" if item.shown else f"{about})"}
    written = item.shown.strip('"')
    if item.default not in (REQUIRED, None) and _LITERAL.fullmatch(item.shown) and _fits(written, item.form.schema):
        found["default"] = written
    return {**found, **item.form.schema}


def _fits(written: str, form: Schema) -> bool:
    """Whether a default is shown as it would be written, and not in words."""
    return re.search(form.get("pattern", ""), written) is not None and written in form.get("enum", [written])


def _anywhere() -> Schema:
    press = {**KEYS.schema, "maximum": 9, "pattern": "^\\s*[0-9*#]\\s*$"}
    options: dict[str, Schema] = {"press": press, "go": TARGET.schema, "say": PHRASES}
    free = dict.fromkeys(sorted(WITHOUT_TARGET), shape.options(options, ["press"]))
    return {"type": "object", "properties": free, "additionalProperties": shape.options(options, ["press", "go"])}


def _sections() -> Schema:
    actions = shape.some({"$ref": "#/$defs/action"})
    return {"type": "object", "propertyNames": shape.name(), "additionalProperties": actions, "minProperties": 1}


def _kinds() -> dict[str, Schema]:
    return {name: _kind(kind) for name, kind in KINDS.items() if declared(kind)}


def _kind(kind: type[Action]) -> Schema:
    options = {item.name or attribute: item for attribute, item in declared(kind).items()}
    needed = [name for name, item in options.items() if item.default is REQUIRED and not item.inherits]
    found = shape.options({name: described(item) for name, item in options.items()}, needed)
    return {"description": kind.about, **found}


def _action() -> Schema:
    options = {name: {item.name or key for key, item in declared(kind).items()} for name, kind in KINDS.items()}
    alone = sorted(name for name, known in options.items() if not known)  # a word without options: hangup
    named = sorted(options.keys() - set(alone))
    rules: list[Schema] = []
    for name in named:
        above = [other for other in named if other != name and name in options[other]]
        rules.append({"if": _is(name, above), "then": {"$ref": f"#/$defs/{name}"}})
    rules.append({"if": {"type": "string"}, "then": {"enum": alone}, "else": {"anyOf": _having(named)}})
    return {
        "description": f"an action: {', '.join(sorted(options))}; later: {', '.join(sorted(RESERVED))}",
        "type": ["object", "string"],
        "properties": {name: {"description": KINDS[name].about} for name in named},
        "allOf": rules,
    }


def _is(name: str, above: list[str]) -> Schema:
    found: Schema = {"type": "object", "required": [name]}
    return {**found, "not": {"anyOf": _having(above)}} if above else found


def _having(names: Iterable[str]) -> list[Schema]:
    return [{"required": [name]} for name in names]
