"""Phrases that a caller may say for an answer: read and kept now, recognised when speech is there."""

from __future__ import annotations

from ivr.core.document import fields as typed
from ivr.core.document.problems import suggestion
from ivr.core.document.source import Mapping, Node
from ivr.core.flow.reading import Reading


def read_phrases(node: Node, reading: Reading) -> dict[str, tuple[str, ...]] | None:
    """A phrase or a list of them, or those of each language; by language."""
    phrases = typed.listed(typed.words)
    if not isinstance(node, Mapping):
        found = phrases(node, reading.problems)
        return None if found is None else {reading.languages[0]: found}
    by_language: dict[str, tuple[str, ...]] = {}
    for key, value in node:
        if key.text not in reading.languages:
            hint = suggestion(key.text, reading.languages) or "this flow has " + ", ".join(reading.languages)
            reading.problems.add("F127", key.mark, f"'{key.text}' is not a language of this flow.", hint=hint)
            continue
        found = phrases(value, reading.problems)
        if found is not None:
            by_language[key.text] = found
    return by_language if len(by_language) == len(node.entries) else None
