"""JSON Schema of ``queues.yaml``, for editors; what a schema cannot say, `ivr.core.acd.reading` finds."""

from __future__ import annotations

from ivr.core.acd import queue_reading as read
from ivr.core.acd.needs_reading import MOST_STEPS, SKIP, WAIT
from ivr.core.acd.setup import LEAST_LEVEL, MOST_LEVEL, Strategy
from ivr.core.acd.words_reading import NONE
from ivr.core.document import schema as shape
from ivr.core.document.schema import Schema

_SPACE = "[ \\t]*"
_LENGTH = f"([0-9]+([.][0-9]+)?{_SPACE}(ms|s|m|h|d){_SPACE})+"
PRIORITY: Schema = {"type": "string", "pattern": f"^{_SPACE}[+-]?{_SPACE}{_LENGTH}$"}
_NONE: Schema = {"enum": [NONE, "No", "NO", False]}


def queues() -> Schema:
    """Queues, and the words that agents are described with."""
    return shape.options(
        {
            "skills": {"description": "what agents can do: a name, and what it is", **_named(shape.words())},
            "groups": {"description": "agents that a queue may add: a name, and what it is", **_named(shape.words())},
            "breaks": {"description": "reasons for a break, and whether it is paid", **_named(_break())},
            "wrap_up_codes": {"description": "what a talk may come to", **_named(shape.words())},
            "defaults": {"description": "options that hold for all queues", **shape.options(_shared())},
            "queues": {"description": "the queues by their names", **_named(_queue())},
        }
    )


def _named(one: Schema) -> Schema:
    return {"type": "object", "propertyNames": shape.name(), "additionalProperties": one}


def _break() -> Schema:
    return shape.options({"paid": shape.yes_no(), "about": shape.words()})


def _queue() -> Schema:
    own = {
        "about": {"description": "what the queue is for, for people", **shape.words()},
        "needs": {"description": "what is asked of agents, one step after the other", **_needs()},
    }
    return shape.options({**own, **_shared()})


def _needs() -> Schema:
    levels: Schema = {**_named(shape.whole(LEAST_LEVEL, MOST_LEVEL)), "minProperties": 1}
    names = {"anyOf": [shape.words(), shape.some(shape.words())]}
    step = shape.options(
        {
            "require": {"description": "skills that an agent must have, each with its least level", **levels},
            "prefer": {"description": "skills that come first among those who may be chosen", **levels},
            "lower": {"description": "skills that are required before, and their lower levels", **levels},
            "drop": {"description": "skills that are required no more", **names},
            "add_group": {"description": "groups whose agents may be chosen, too", **names},
            "for": {"description": "how long the step holds; not in the last one", **shape.duration()},
            "if_none": {
                "description": f"{SKIP}: left out while nobody who is signed in fits [default: {WAIT}]",
                **shape.choice((SKIP, WAIT)),
            },
        }
    )
    return {"anyOf": [{**step, "minProperties": 1}, {**shape.some(step), "maxItems": MOST_STEPS}]}


def _shared() -> dict[str, Schema]:
    """The options that may stand in the defaults, too."""
    strategies = [*Strategy, *(name.replace("_", "-") for name in Strategy if "_" in name)]
    target = {"type": "string", "pattern": f"^{_SPACE}[0-9]{{1,3}}([.][0-9]{{1,2}})?\\s*%\\s*in\\s+{_LENGTH}$"}
    found: dict[str, tuple[str, Schema]] = {
        "strategy": ("who of several free agents is offered a call", shape.choice(strategies)),
        "seed": ("where the draws of the strategy random begin", shape.whole(*read.SEEDS)),
        "priority": ("how much waiting it is worth: 5m, -5m", PRIORITY),
        "lane": ("a lower lane is served first, whoever waits", shape.whole(*read.LANES)),
        "target": ("the service level that is aimed for: 80% in 20s", _or_none(target)),
        "ring": ("how long an agent's phone rings", shape.duration()),
        "wrap_up": ("the time after a talk", _or_none({"anyOf": [shape.duration(), _wrap_up()]})),
        "most": ("how many calls may wait at once", _or_none(shape.whole(*read.WAITING))),
        "longest": ("how long a call may wait", _or_none(shape.duration())),
        "without_agents": ("what callers may do while nobody is there", _without_agents()),
        "missed": ("what a phone that nobody answers does to the agent", shape.choice((read.BREAK, read.NOTHING))),
        "rest": ("how long an agent is left alone after an offer that came to nothing", _rest()),
        "hours": ("a calendar of hours.yaml", _or_none(shape.words())),
        "music": ("a recorded file that callers hear", _or_none(shape.recorded())),
        "tell": ("what callers who wait are told", {"anyOf": [shape.yes_no(), _telling()]}),
        "whisper": ("what the agent hears before the caller", _or_none(shape.by_language(shape.words()))),
        "accept": ("whether picking up is enough, or the agent presses 1", shape.choice((read.ANSWER, read.KEY))),
        "record": ("whether talks are recorded", shape.yes_no()),
        "survey": ("what callers are asked afterwards", _or_none(shape.name())),
    }
    return {name: {"description": about, **form} for name, (about, form) in found.items()}


def _or_none(form: Schema) -> Schema:
    return {"anyOf": [form, _NONE]}


def _wrap_up() -> Schema:
    code = shape.choice((read.REQUIRED, read.OPTIONAL))
    return shape.options({"for": shape.duration(), "code": code}, ["for"])


def _without_agents() -> Schema:
    return shape.options({"join": shape.yes_no(), "stay": {"anyOf": [shape.yes_no(), shape.duration()]}})


def _telling() -> Schema:
    yes_no, lasting = shape.yes_no(), shape.duration()
    return shape.options({"position": yes_no, "wait": yes_no, "first": lasting, "every": lasting})


def _rest() -> Schema:
    return shape.options(dict.fromkeys(("rejected", "busy", "unreachable"), shape.duration()))
