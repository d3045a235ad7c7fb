"""What callers hear: that it is there in every language, and that recordings fit their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ivr.core.calls.verbs import Text
from ivr.core.document.problems import Mark, Severity
from ivr.core.flow.model import Flow
from ivr.core.flow.pace import Pace, spoken
from ivr.core.flow.reading import Reading
from ivr.core.flow.sentence import Slot, Template, Words
from ivr.core.prompts.naming import slug, speakable

OFF_BY = 2.0  # a recording so many times longer or shorter than its text is probably another text's
SLACK = 1.5  # seconds that a recording may always differ by
WARNING = Severity.WARNING


def check(flow: Flow, reading: Reading) -> None:
    """Notes what can be found in the sentences of a flow."""
    recordings = reading.surroundings.outside.recordings
    for words, mark in reading.words:
        _languages(words, mark, flow, reading)
        if recordings:
            _recordings(words, mark, recordings, reading)


def _languages(words: Words, mark: Mark, flow: Flow, reading: Reading) -> None:
    missing = [language for language in flow.languages if language not in words.ladders]
    if missing:
        first = next(iter(words.ladders))
        message = f"there are no words for {', '.join(missing)}."
        hint = f"write {{{first}: …, {missing[0]}: …}}; until then callers hear it in {first}"
        reading.problems.add("F103", mark, message, hint=hint, severity=WARNING)


def _recordings(words: Words, mark: Mark, recordings: Mapping[str, float], reading: Reading) -> None:
    """Sentences of which only some are recorded, and recordings that do not fit their text."""
    fixed = {(language, number): template for language, number, template in _each(words) if template.constant}
    missing = []
    for (language, number), template in fixed.items():
        assert template.constant is not None
        text = template.constant.text
        name = f"{language}/{slug(text)}"
        if name not in recordings:
            missing.append(f"{language}, attempt {number}" if len(words.ladders[language]) > 1 else language)
            continue
        expected = spoken(speakable(text), language)
        lasts = recordings[name]
        if abs(lasts - expected) > SLACK and not expected / OFF_BY <= lasts <= expected * OFF_BY:
            message = f"the recording {name} lasts {lasts:.0f} s, and its text about {expected:.0f} s."
            hint = "listen to it: is it the recording of this text, and whole?"
            reading.problems.add("F184", mark, message, hint=hint, severity=WARNING)
    if missing and len(missing) < len(fixed):
        message = f"a recording is missing for {'; '.join(missing)}; the others have one."
        hint = "record it as well (`ivr prompts` shows the file's name); until then a machine's voice says it"
        reading.problems.add("F183", mark, message, hint=hint, severity=WARNING)


def _each(words: Words) -> list[tuple[str, int, Template]]:
    """Every sentence with its language and the attempt that it is for."""
    return [
        (language, number, template)
        for language, ladder in words.ladders.items()
        for number, template in enumerate(ladder, 1)
    ]


def until_choice(template: Template, presses: Iterable[str], reading: Reading) -> float:
    """Seconds, estimated, until a menu's sentence names the first of its keys; all of it when it names none."""
    named = re.compile("|".join(rf"(?<!\d){re.escape(press)}(?!\d)" for press in presses))
    heard: list[Text | Slot] = []
    for part in template.parts:
        match = named.search(part.text) if isinstance(part, Text) else None
        if match is not None and isinstance(part, Text):
            heard.append(Text(part.text[: match.end()]))
            break
        heard.append(part)
    share = _estimate(template.language, heard) / (_estimate(template.language, template.parts) or 1.0)
    return seconds(template, reading) * share


def seconds(template: Template, reading: Reading) -> float:
    """How long a sentence lasts: its recording where one is known, else an estimate from its text."""
    recordings = reading.surroundings.outside.recordings
    if recordings and template.constant is not None:
        known = recordings.get(f"{template.language}/{slug(template.constant.text)}")
        if known is not None:
            return known
    return _estimate(template.language, template.parts)


def _estimate(language: str, parts: Sequence[Text | Slot]) -> float:
    return Pace().seconds(Template(language, tuple(parts), None))
