"""Whether words are in a sentence: case and punctuation do not matter, nor how blanks are set in Chinese.

A sentence is compared twice: as a transcript shows it (``Your balance is $12.50``), and as it is read aloud (``Your
balance is twelve dollars fifty``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ivr.core.calls.verbs import Sentence, Spoken

# A word of letters and digits, or one sign of a writing that sets no blanks between words.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[*#$%]")
_APOSTROPHE = re.compile("(?<=\\w)['\u2019](?=\\w)")  # what stands between letters parts no words: don't, O'Brien


@lru_cache(4096)
def plain(text: str) -> str:
    """The words of a text, small, with one blank around each."""
    folded = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(_TOKEN.findall(folded))} "


@dataclass(frozen=True, slots=True)
class Listening:
    """A sentence, made ready to be searched: as it is shown, and as it is read aloud where that differs."""

    shown: str
    aloud: str

    def after(self, words: str, heard: float) -> float | None:
        """How much of the sentence (0 to 1) is over when `plain` words were said, from ``heard`` on; None: not there.

        A share stands for a time: every character takes as long as any other.
        """
        if not words.strip():
            return None
        for form in dict.fromkeys((self.shown, self.aloud)):
            at = form.find(words, max(0, int(heard * len(form)) - 1))
            if at >= 0:
                return min(1.0, (at + len(words)) / len(form))
        return None


def listening(sentence: Sentence) -> Listening:
    """A sentence as it is listened to."""
    shown = plain(sentence.text)
    if not any(isinstance(piece, Spoken) for piece in sentence.pieces):
        return Listening(shown, shown)
    parts = (" ".join(piece.words) if isinstance(piece, Spoken) else piece.text for piece in sentence.pieces)
    return Listening(shown, plain(" ".join(parts)))
