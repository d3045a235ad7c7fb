"""All that callers may hear and that is known before a call: what a voice makes ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.core.acd.setup import NO_SETUP, Setup
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.model import Flow
from ivr.core.prompts import queueing
from ivr.core.prompts.say import LANGUAGES, base_language, vocabulary
from ivr.services.speech.voice import word_sentences


def known_ahead(flows: Iterable[Flow], setup: Setup = NO_SETUP) -> Iterator[Sentence]:
    """The flows' words, what callers who wait are told, and the words that values are made of."""
    flows = list(flows)
    for flow in flows:
        yield from flow.sentences()
    counted = languages_of_values(flows)
    if any(queue.tell is not None for queue in setup.queues.values()):
        for language in sorted({language for flow in flows for language in flow.languages}):
            yield from queueing.fixed(language)
            counted |= {language} if base_language(language) else set()
    for queue in setup.queues.values():
        for language, text in queue.whisper:
            yield Sentence(language, (Text(text),))
        if queue.accept_by_key:
            yield from (queueing.asked_to_take(language) for language in sorted(LANGUAGES))
    for language in sorted(counted):
        yield from word_sentences(language, sorted(vocabulary(language)))


def languages_of_values(flows: Iterable[Flow]) -> set[str]:
    """The languages in which some sentence has a value in it, as far as values can be read aloud in them."""
    speaking = [flow for flow in flows if any(template.constant is None for template in flow.templates())]
    return {language for flow in speaking for language in flow.languages if base_language(language)}
