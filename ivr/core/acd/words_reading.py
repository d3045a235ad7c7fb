"""How it is written what callers who wait are told, and what agents hear before a caller."""

from __future__ import annotations

from ivr.core.acd.setup import Telling, Whisper
from ivr.core.document import fields as typed
from ivr.core.document.problems import Problems, Severity, suggestion
from ivr.core.document.source import Mapping, Node, Scalar
from ivr.core.prompts.say import LANGUAGES, base_language

TOLD = (5, 3600)
NONE = "no"


def telling(node: Node | None, problems: Problems) -> Telling | None:
    """What callers who wait are told: `yes` for place and wait in the usual rhythm, `no`, or options."""
    if node is None or is_none(node):
        return None
    plain = Telling()
    if isinstance(node, Scalar):
        return plain if typed.yes_no(node, problems) else None
    options = typed.options(node, problems, "tell")
    if options is None:
        return None
    lasting = typed.lasting(*TOLD)
    found = Telling(
        options.get_or("position", typed.yes_no, plain.place),
        options.get_or("wait", typed.yes_no, plain.wait),
        options.get_or("first", lasting, plain.first),
        options.get_or("every", lasting, plain.every),
    )
    options.close({"place": "write position:", "after": "write first:", "for": "write every:"})
    if not found.place and not found.wait:
        hint = "write  tell: no  to tell them nothing"
        problems.add(
            "F256",
            node.mark,
            "callers are told neither their position nor the wait.",
            hint=hint,
            severity=Severity.WARNING,
        )
        return None
    return found


def whisper(node: Node | None, problems: Problems) -> Whisper:
    """What agents hear before the caller: words, which are English, or words for each language."""
    if node is None or is_none(node):
        return ()
    entries = list(node) if isinstance(node, Mapping) else [(None, node)]
    found: list[tuple[str, str]] = []
    for key, value in entries:
        if key is not None and base_language(key.text) is None:
            hint = suggestion(key.text, LANGUAGES) or "agents are told in " + ", ".join(sorted(LANGUAGES))
            problems.add("F127", key.mark, f"'{key.text}' is not a language that agents are told in.", hint=hint)
        text = typed.words(value, problems)
        if text is not None:
            found.append(("en" if key is None else key.text, text))
    return tuple(found)


def is_none(node: Node) -> bool:
    """Whether a `no` takes a default back."""
    return isinstance(node, Scalar) and not node.quoted and node.text.strip().lower() == NONE
