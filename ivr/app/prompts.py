"""What callers hear, text by text: where each sound comes from, and which recordings fit and which do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.speech.recorded import RecordedPrompts, RecordingFault
from ivr.core.acd.setup import NO_SETUP, Setup
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.model import Flow
from ivr.core.flow.sentence import Template
from ivr.core.prompts.say import vocabulary
from ivr.services.speech.ahead import known_ahead, languages_of_values, of_queues
from ivr.services.speech.voice import PromptVoice
from ivr.services.speech.wording import piece_text, word_text

__all__ = ["WORDS", "Line", "Prompt", "known_ahead", "lines", "measured", "strays", "survey"]

QUEUES = "queues.yaml"
WORDS = "(values)"
"""Stands for a section where the words are listed that values are read aloud with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text that a caller may hear; ``flow`` and ``section`` say where first.

    A sound that a flow plays by name has it as its ``recording``, and in brackets as its text.
    """

    flow: str
    section: str
    language: str
    text: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text and its sound: ``file`` is what a recording of it is called; without a ``source`` nothing can speak it."""

    line: Line
    file: Path
    source: str
    made: bool
    fault: RecordingFault | None = None


def lines(flows: Iterable[Flow], setup: Setup = NO_SETUP, *, words: bool = False) -> list[Line]:
    """Every text of the flows and of queues once for each of them and language; with ``words`` also those that values
    are made of."""
    flows = list(flows)
    found: dict[tuple[str, str, str], Line] = {}
    for flow in flows:
        for section, template in _templates(flow):
            for part in template.parts:
                text = piece_text(part) if isinstance(part, Text) else ""
                if text:
                    key = (flow.name, template.language, text)
                    found.setdefault(key, Line(flow.name, section, template.language, text))
        for section, name in _recordings(flow):
            for language in flow.languages:
                found.setdefault(
                    (flow.name, language, f"\0{name}"), Line(flow.name, section, language, f"[{name}]", name)
                )
    for queue, sentence in of_queues(flows, setup):
        text = piece_text(Text(sentence.text))
        found.setdefault((QUEUES, sentence.language, text), Line(QUEUES, queue, sentence.language, text))
    for language in sorted(languages_of_values(flows, setup)) if words else []:
        for word in sorted({word_text(word) for word in vocabulary(language)}):
            found.setdefault(("", language, word), Line("", WORDS, language, word))
    return list(found.values())


async def survey(found: Iterable[Line], voice: PromptVoice, recorded: RecordedPrompts) -> list[Prompt]:
    """Where the sound of each line comes from."""
    prompts = []
    for line in found:
        source = await voice.source(line.recording or line.text, line.language, named=bool(line.recording))
        path = _file(line, recorded)
        prompts.append(
            Prompt(
                line,
                path or _place(line, recorded),
                source.engine if source else "",
                source.made if source else False,
                recorded.fault(path) if path else None,
            )
        )
    return prompts


async def measured(flows: Iterable[Flow], voice: PromptVoice) -> dict[Sentence, float]:
    """How many seconds each text of the flows lasts whose sound is made; the others are left out."""
    found: dict[Sentence, float] = {}
    texts = {
        (part, template.language)
        for flow in flows
        for template in flow.templates()
        for part in template.parts
        if isinstance(part, Text) and piece_text(part)
    }
    for text, language in sorted(texts, key=lambda one: (one[1], one[0].text)):
        source = await voice.source(piece_text(text), language)
        if source is not None and source.seconds is not None:
            found[Sentence(language, (text,))] = source.seconds
    return found


def strays(found: Iterable[Line], recorded: RecordedPrompts) -> list[Path]:
    """The files of the recordings folder that no text asks for: the text was changed, or the name is mistyped."""
    wanted = {(_file(line, recorded) or _place(line, recorded)).with_suffix("") for line in found}
    files = (path for language in recorded.languages() for path in recorded.files(language))
    return [path for path in files if path.with_suffix("") not in wanted]


def _file(line: Line, recorded: RecordedPrompts) -> Path | None:
    """The file of a line, when there is one."""
    if line.recording:
        return recorded.named(line.recording, line.language)
    return recorded.find(line.text, line.language)


def _place(line: Line, recorded: RecordedPrompts) -> Path:
    """Where the file of a line belongs; one by name serves all languages, unless it is in a language's folder."""
    if line.recording:
        return recorded.folder / f"{line.recording}.wav"
    return recorded.path(line.text, line.language)


def _recordings(flow: Flow) -> Iterator[tuple[str, str]]:
    for section in flow.sections.values():
        for action in section.actions:
            yield from ((section.name, name) for name in action.recordings())


def _templates(flow: Flow) -> Iterator[tuple[str, Template]]:
    for section in flow.sections.values():
        for action in section.actions:
            yield from ((section.name, template) for template in action.templates())
    yield from (("", template) for template in flow.templates())
