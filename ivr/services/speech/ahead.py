"""All that callers may hear and that is known before a call: what a voice makes ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.core.calls.verbs import Sentence
from ivr.core.flow.model import Flow
from ivr.core.prompts.say import base_language, vocabulary
from ivr.services.speech.voice import word_sentences


def known_ahead(flows: Iterable[Flow]) -> Iterator[Sentence]:
    """The flows' words, and those that values are made of."""
    flows = list(flows)
    for flow in flows:
        yield from flow.sentences()
    for language in sorted(languages_of_values(flows)):
        yield from word_sentences(language, sorted(vocabulary(language)))


def languages_of_values(flows: Iterable[Flow]) -> set[str]:
    """The languages in which some sentence has a value in it, as far as values can be read aloud in them."""
    speaking = [flow for flow in flows if any(template.constant is None for template in flow.templates())]
    return {language for flow in speaking for language in flow.languages if base_language(language)}
