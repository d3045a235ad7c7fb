"""JSON Schema of a page of scenarios, for editors; what a schema cannot say, `reading` and `acts` find."""

from __future__ import annotations

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import DialStatus
from ivr.core.document import schema as shape
from ivr.core.document.schema import Schema
from ivr.core.flow.scenario.acts import FAILED, QUEUE_ENDINGS

_NOTHING: Schema = {"type": "null"}  # what an editor reads where nothing stands
_WORDS = shape.by_language(shape.words())
_DIALLED = "|".join([*(status.value for status in DialStatus), FAILED, "no answer"])
_QUEUED = "|".join(word.replace("_", "[_ ]") for word in (*QUEUE_ENDINGS, FAILED))


def scenarios() -> Schema:
    """Scenarios of calls, which ``ivr test`` runs."""
    return {"type": "array", "items": shape.options(options(), ["scenario"])}


def options() -> dict[str, Schema]:
    """What a scenario may say."""
    return {
        "scenario": {"description": "its name: what the caller wants", **shape.words()},
        "flow": {"description": "the flow that is called [default: that of the page's name]", **shape.name()},
        "from": {"description": "the caller's number", **shape.words()},
        "to": {"description": "the number that is called", **shape.words()},
        "name": {"description": "the caller's name", **shape.words()},
        "language": {"description": "what the caller hears", **shape.words()},
        "languages": {"description": "the scenario runs once in each", **shape.listed(shape.words())},
        "at": {"description": "when the call comes in: 2026-11-23 10:00", "type": "string", "pattern": "[ T]"},
        "returned": {"description": "whether the call was interrupted and comes back", **shape.yes_no()},
        "given": {"description": "what sources outside answer, and what is announced", "type": "object"},
        "begins_like": {"description": "another scenario of the page, whose steps come first", **shape.words()},
        "call": {"description": "the steps: what the caller hears and does", **shape.some(_step())},
    }


def steps() -> dict[str, Schema]:
    """What stands behind the word of a step."""
    return {
        "hears": _WORDS,
        "hears_not": _WORDS,
        "presses": {"type": ["integer", "string"], "minimum": 0, "pattern": "^\\s*[0-9*# ]{1,100}\\s*$"},
        "says_nothing": _NOTHING,
        "waits": shape.duration(),
        "leaves": {"anyOf": [_WORDS, _NOTHING]},
        "records": shape.choice(["nothing", FAILED]),
        "dialled": {"type": "string", "pattern": f"^\\s*({_DIALLED})(\\s+\\S+)?\\s*$"},
        "queued": {"type": "string", "pattern": f"^\\s*({_QUEUED})(\\s+\\S+)?\\s*$"},
        "hangs_up": _NOTHING,
        "expect": {**shape.options(wishes()), "minProperties": 1},
    }


def wishes() -> dict[str, Schema]:
    """What may be expected of a call."""
    return {
        "section": shape.words(),
        "tags": shape.listed(shape.words()),
        "ended": shape.choice([reason.value for reason in EndReason]),
        "variables": {"type": "object"},
        "language": shape.words(),
        "recorded": shape.words(),
        "dialled": shape.words(),
        "queued": shape.words(),
    }


def _step() -> Schema:
    known = steps()
    alone = [name for name, form in known.items() if form is _NOTHING or _NOTHING in form.get("anyOf", ())]
    one = {**shape.options(known), "minProperties": 1, "maxProperties": 1}
    return {"if": {"type": "object"}, "then": one, "else": {"enum": alone}}
