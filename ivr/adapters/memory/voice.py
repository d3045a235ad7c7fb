"""A voice that makes no sound: its sounds are named after their words and last as long as saying them would."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ivr.core.calls.verbs import Sentence
from ivr.services.ports import Sound

SECONDS_A_CHARACTER = 0.06


class MemoryVoice:
    """`ivr.services.ports.Voice`; whatever is in ``mute`` cannot be spoken."""

    def __init__(self, mute: Iterable[str] = ()) -> None:
        self._mute = frozenset(mute)

    def ready(self, sentence: Sentence) -> Sound | None:
        """Every sentence is ready."""
        text = sentence.text
        return None if text in self._mute else Sound(text, round(len(text) * SECONDS_A_CHARACTER, 2))

    async def sound(self, sentence: Sentence) -> Sound | None:
        """The same."""
        return self.ready(sentence)

    async def prepare(self, sentences: Iterable[Sentence], progress: Callable[[int, int], None]) -> int:
        """Nothing to make; the number of sentences that cannot be spoken."""
        known = list(sentences)
        progress(len(known), len(known))
        return sum(self.ready(sentence) is None for sentence in known)

    async def forget(self, sound: Sound) -> None:
        """Nothing was kept."""

    def give_up(self, sentences: Iterable[Sentence]) -> None:
        """Nothing is ever tried again."""
