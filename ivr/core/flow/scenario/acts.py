"""Reads the steps of a scenario: one thing that the caller hears or does for each line of ``call:``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ivr.core.calls.events import EndReason
from ivr.core.calls.outcomes import DialStatus, QueueEnding
from ivr.core.document import fields as typed
from ivr.core.document.problems import Mark, Problems, suggestion
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow.scenario.model import (
    Act,
    Expect,
    HangsUp,
    Hears,
    HearsNot,
    Leaves,
    Presses,
    Queues,
    Rings,
    SaysNothing,
    Waits,
    Wish,
    Words,
)
from ivr.core.flow.scenario.worlds import value_of

TALK = 30.0  # seconds, where a scenario does not say how long both talk
LONGEST_WAIT = 7200.0
ANSWERED, FAILED = "answered", "failed"
QUEUE_ENDINGS = tuple(ending for ending in QueueEnding if ending is not QueueEnding.KEY)  # for a key there is presses:
_KEYS = re.compile(r"[0-9*# ]{1,100}")
_CAME = re.compile(r"(\w+)(?:\s+(\S+))?")
_LASTING = "a talk may have a length: answered 30s"
_SAY_SO = "a step is one thing that the caller hears or does:  - hears: Welcome"


def read_acts(node: Node, problems: Problems) -> tuple[Act, ...]:
    """The steps of a call; what is wrong in one is noted, and the others are read."""
    if not isinstance(node, Sequence):
        problems.add("F223", node.mark, f"call should be a list of steps, and is {node.what}.", hint=_SAY_SO)
        return ()
    found = (_act(item, problems) for item in node.items)
    return tuple(act for act in found if act is not None)


def _act(node: Node, problems: Problems) -> Act | None:
    if isinstance(node, Scalar) and node.text in _BARE:
        return STEPS[node.text](Scalar("", node.mark), node.mark, problems)
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        message = f"this should be one step, and is {node.what}."
        if isinstance(node, Mapping):
            message = f"this is {len(node.entries)} things in one step."
        meant = suggestion(node.text, STEPS) if isinstance(node, Scalar) else ""
        problems.add("F223", node.mark, message, hint=meant or _SAY_SO)
        return None
    key, value = node.entries[0]
    if key.text == "says":
        hint = "write  - presses: 1  ; speech is for a later version"
        problems.add("F224", key.mark, "callers cannot speak to a flow yet.", hint=hint)
        return None
    if key.text not in STEPS:
        hint = _OTHERS.get(key.text) or suggestion(key.text, STEPS) or "steps are " + ", ".join(STEPS)
        problems.add("F223", key.mark, f"there is no step '{key.text}'.", hint=hint)
        return None
    return STEPS[key.text](value, key.mark, problems)


def read_words(node: Node, problems: Problems) -> Words | None:
    """Words: one text, or one for each language."""
    if not isinstance(node, Mapping):
        text = typed.words(node, problems)
        return None if text is None else Words({"": text})
    found = {key.text: typed.words(value, problems) for key, value in node}
    if not found or any(text is None for text in found.values()):
        return None
    return Words({language: text for language, text in found.items() if text is not None})


def _hears(node: Node, mark: Mark, problems: Problems) -> Act | None:
    words = read_words(node, problems)
    return None if words is None else Hears(words, mark)


def _hears_not(node: Node, mark: Mark, problems: Problems) -> Act | None:
    words = read_words(node, problems)
    return None if words is None else HearsNot(words, mark)


def _presses(node: Node, mark: Mark, problems: Problems) -> Act | None:
    text = typed.text(node, problems)
    if text is None:
        return None
    keys = text.strip()
    if not _KEYS.fullmatch(keys):
        hint = 'keys are 0 to 9, * and #; the last two stand in quotes when they come first: "#"'
        problems.add("F225", node.mark, f"'{keys}' is not keys." if keys else "no key is pressed here.", hint=hint)
        return None
    return Presses(keys.replace(" ", ""), mark)


def _bare(make: Callable[[Mark], Act]) -> Callable[[Node, Mark, Problems], Act | None]:
    def read(node: Node, mark: Mark, problems: Problems) -> Act | None:
        if isinstance(node, Scalar) and not node.text.strip():
            return make(mark)
        problems.add("F223", node.mark, "nothing stands after this step.", hint="take it out")
        return None

    return read


def _waits(node: Node, mark: Mark, problems: Problems) -> Act | None:
    seconds = typed.duration(node, problems)
    if seconds is None:
        return None
    if seconds > LONGEST_WAIT:
        problems.add("F013", node.mark, "no caller waits for more than two hours.", hint="write it as 3s or 2m")
        return None
    return Waits(seconds, mark)


def _leaves(node: Node, mark: Mark, problems: Problems) -> Act | None:
    if isinstance(node, Scalar) and not node.text.strip():
        return Leaves(Words({"": "a message"}), mark)
    words = read_words(node, problems)
    return None if words is None else Leaves(words, mark)


def _records(node: Node, mark: Mark, problems: Problems) -> Act | None:
    word = typed.choice(("nothing", FAILED))(node, problems)
    if word is None:
        return None
    return SaysNothing(mark) if word == "nothing" else Leaves(Words({"": "(nothing)"}), mark, failed=True)


def _dialled(node: Node, mark: Mark, problems: Problems) -> Act | None:
    came = _came(node, (*DialStatus, FAILED), "F226", "dialling", problems)
    if came is None:
        return None
    word, talked = came
    return Rings(None if word == FAILED else DialStatus(word), talked, mark)


def _queued(node: Node, mark: Mark, problems: Problems) -> Act | None:
    came = _came(node, (*QUEUE_ENDINGS, FAILED), "F233", "a queue", problems)
    if came is None:
        return None
    word, talked = came
    return Queues(None if word == FAILED else QueueEnding(word), talked, mark)


def _came(node: Node, known: tuple[str, ...], code: str, what: str, problems: Problems) -> tuple[str, float] | None:
    """The word for what came of something, and how long both talk: ``answered 30s``."""
    text = typed.words(node, problems)
    if text is None:
        return None
    spaced = re.sub(r"(?<=[a-z]) (?=[a-z])", "_", text)
    match = _CAME.fullmatch(spaced)
    word = match[1] if match else spaced
    if match is None or word not in known or (match[2] and word != ANSWERED):
        hint = suggestion(word, known) or "it is one of " + ", ".join(known)
        problems.add(code, node.mark, f"'{text}' is not what comes of {what}.", hint=f"{hint}; {_LASTING}")
        return None
    talked = typed.duration(Scalar(match[2], node.mark), problems) if match[2] else TALK
    return None if talked is None else (word, talked if word == ANSWERED else 0.0)


def _expect(node: Node, mark: Mark, problems: Problems) -> Act | None:
    options = typed.options(node, problems, "expect")
    if options is None:
        return None
    before = len(problems)
    wishes = []
    for name, read in WISHES.items():
        key = options.mapping.key(name)
        value = options.get(name, read)
        if key is not None and value is not None:
            wishes.append(Wish(name, value, key.mark))
    options.close({"end": "write ended:", "tag": "write tags:", "variable": "write variables: {name: value}"})
    if not wishes and len(problems) == before:
        problems.add("F011", node.mark, "nothing is expected here.", hint="write  expect: {section: billing}")
    return Expect(tuple(wishes), mark) if wishes else None


def _variables(node: Node, problems: Problems) -> dict[str, Any] | None:
    options = typed.options(node, problems, "variables")
    return None if options is None else {key.text: value_of(value) for key, value in options.mapping}


WISHES: dict[str, Callable[[Node, Problems], Any]] = {
    "section": typed.words,
    "tags": typed.listed(typed.words),
    "ended": typed.choice([reason.value for reason in EndReason]),
    "variables": _variables,
    "language": typed.words,
    "recorded": typed.words,
    "dialled": typed.words,
    "queued": typed.words,
}
STEPS: dict[str, Callable[[Node, Mark, Problems], Act | None]] = {
    "hears": _hears,
    "hears_not": _hears_not,
    "presses": _presses,
    "says_nothing": _bare(SaysNothing),
    "waits": _waits,
    "leaves": _leaves,
    "records": _records,
    "dialled": _dialled,
    "queued": _queued,
    "hangs_up": _bare(HangsUp),
    "expect": _expect,
}
_BARE = frozenset({"says_nothing", "hangs_up", "leaves"})
_OTHERS = {
    "press": "write presses:",
    "keys": "write presses:",
    "types": "write presses:",
    "silence": "write says_nothing:",
    "hangup": "write hangs_up:",
    "hang_up": "write hangs_up:",
    "wait": "write waits:",
    "dial": "write dialled: and what comes of it",
    "queue": "write queued: and what comes of it",
    "record": "write leaves: a message",
    "speaks": "write leaves: for a message",
}
