"""The name of the file that is the recording of a text."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

SLUG_LETTERS = 60
STOPS = ".!?。！？…"
CLAUSES = ",;:，；：、"
_LEADING = STOPS + CLAUSES + ")]}）】」』”’"


def speakable(text: str) -> str:
    """The text without control characters, with single spaces, and without the punctuation that it begins with when
    it goes on after a value; empty when there is nothing to say."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") else char for char in text)
    kept = " ".join(unicodedata.normalize("NFC", kept).split()).lstrip(_LEADING + " ")
    return kept if any(char.isalnum() or unicodedata.category(char) in ("Sc", "Sm") for char in kept) else ""


def slug(text: str) -> str:
    """The name (no folder, no extension) of the file that is the recording of ``text``.

    Letters and digits in small letters joined by ``-``, at most 60 characters, and six characters that change with
    the text, so that a recording of an old wording is never played for a new one.
    """
    said = speakable(text)
    words = re.findall(r"[^\W_]+", said.lower())
    mark = blake2b(said.encode(), digest_size=3).hexdigest()
    return f"{'-'.join(words)[:SLUG_LETTERS].strip('-')}-{mark}".lstrip("-")
