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
    """The flows' words, those of queues, and the words that values are made of."""
    flows = list(flows)
    for flow in flows:
        yield from flow.sentences()
    yield from (sentence for _, sentence in of_queues(flows, setup))
    for language in sorted(languages_of_values(flows, setup)):
        yield from word_sentences(language, sorted(vocabulary(language)))


def of_queues(flows: Iterable[Flow], setup: Setup) -> Iterator[tuple[str, Sentence]]:
    """What callers who wait and agents who pick up are told, each with its queue."""
    languages = sorted({language for flow in flows for language in flow.languages})
    for queue in setup.queues.values():
        if queue.tell is not None:
            yield from ((queue.name, sentence) for language in languages for sentence in queueing.fixed(language))
        yield from ((queue.name, Sentence(language, (Text(text),))) for language, text in queue.whisper)
        if queue.accept_by_key:
            yield from ((queue.name, queueing.asked_to_take(language)) for language in sorted(LANGUAGES))


def languages_of_values(flows: Iterable[Flow], setup: Setup = NO_SETUP) -> set[str]:
    """The languages in which some sentence has a value in it, as far as values can be read aloud in them."""
    told = any(queue.tell is not None for queue in setup.queues.values())
    speaking = [flow for flow in flows if told or any(template.constant is None for template in flow.templates())]
    return {language for flow in speaking for language in flow.languages if base_language(language)}
