"""How long a sentence takes to say, as far as that can be known before any call.

A sentence whose sound is there is as long as its sound; any other is estimated from its text: a telephone voice says
about 14 characters of English in a second (170 words a minute, the default of espeak-ng), and about 4.5 characters of
Chinese (270 a minute, a calm newsreader). A value that is not known yet counts as a typical one of its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.sentence import Template
from ivr.core.prompts.naming import slug, speakable
from ivr.core.prompts.say import base_language

CHARACTERS = {"en": 14.0, "zh": 4.5}  # in a second, by language
TYPICAL = {  # seconds of a value, by the way that it is read aloud
    "as_is": 1.0,
    "digits": 3.0,
    "number": 1.5,
    "ordinal": 1.0,
    "money": 2.0,
    "date": 2.0,
    "time": 1.5,
    "duration": 2.0,
    "phone": 5.0,
    "spelled": 4.0,
}
RECORDING = 5.0  # seconds of a recorded file of unknown length


@dataclass(frozen=True, slots=True)
class Pace:
    """How long sentences are: ``lengths`` has the seconds of those whose sound is known.

    ``recordings`` has the seconds of recorded prompts by their names, as in `ivr.core.flow.surroundings.Outside`.
    """

    lengths: Mapping[Sentence, float] = field(default_factory=dict)
    recordings: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, template: Template) -> float:
        """Seconds of a sentence with typical values in it."""
        known = self.known(template.constant) if template.constant is not None else None
        if known is not None:
            return known
        return sum(
            self._words(part, template.language) if isinstance(part, Text) else TYPICAL.get(part.way, 1.0)
            for part in template.parts
        )

    def recording(self, name: str, language: str) -> float:
        """Seconds of a recorded file: the one of the language, else the one for all."""
        shared = self.recordings.get(name, RECORDING)
        return self.recordings.get(f"{language}/{name}", shared)

    def known(self, sentence: Sentence) -> float | None:
        """The measured seconds of a sentence; None where they are not known."""
        if sentence in self.lengths:
            return self.lengths[sentence]
        if not self.recordings or not all(isinstance(piece, Text) for piece in sentence.pieces):
            return None
        return self.recordings.get(f"{sentence.language}/{slug(sentence.text)}")

    def measured(self, templates: Iterable[Template], language: str) -> tuple[int, int]:
        """How many of the different texts of a language have a measured length, and how many there are."""
        texts = {
            part
            for template in templates
            if template.language == language
            for part in template.parts
            if isinstance(part, Text) and speakable(part.text)
        }
        return sum(self.known(Sentence(language, (text,))) is not None for text in texts), len(texts)

    def _words(self, words: Text, language: str) -> float:
        known = self.known(Sentence(language, (words,)))
        return spoken(words.text, language) if known is None else known


def spoken(text: str, language: str) -> float:
    """Seconds that a text takes, estimated from its length; languages without a figure are taken like English."""
    base = base_language(language) or "en"
    counted = "".join(text.split()) if base == "zh" else " ".join(text.split())
    return len(counted) / CHARACTERS.get(base, CHARACTERS["en"])
