"""Texts as they are spoken: cleaned, split, paused, and as the file name of their recording. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

from ivr.core.calls.verbs import Piece, Recording, Text

JOINT = 0.05
CLAUSE = 0.2
STOP = 0.35
SLUG_LETTERS = 60

_STOPS = ".!?。！？…"
_CLAUSES = ",;:，；：、"
_LEADING = _STOPS + _CLAUSES + ")]}）】」』”’"
_PARTS = re.compile(rf"(?<=[{re.escape(_STOPS)}])\s+|(?<=[。！？])")
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def speakable(text: str) -> str:
    """The text without control characters, with single spaces, and without the punctuation that it begins with when
    it goes on after a value; empty when there is nothing to say."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") else char for char in text)
    kept = " ".join(unicodedata.normalize("NFC", kept).split()).lstrip(_LEADING + " ")
    return kept if any(char.isalnum() or unicodedata.category(char) in ("Sc", "Sm") for char in kept) else ""


def piece_text(piece: Piece) -> str:
    """What is spoken for one piece of a sentence."""
    if isinstance(piece, Recording):
        return ""
    return speakable(piece.text if isinstance(piece, Text) else phrase(piece.words))


def phrase(words: Iterable[str]) -> str:
    """Words as one phrase: Chinese ones stand together, others with spaces."""
    said = ""
    for word in words:
        tight = not said or (_CJK.match(said[-1]) and _CJK.match(word[:1] or " "))
        said += word if tight else f" {word}"
    return said


def word_text(word: str) -> str:
    """A word of a value as its own sound is named: the comma that asks for a rest after it is not part of it."""
    return speakable(word).rstrip(_CLAUSES)


def slug(text: str) -> str:
    """The name (no folder, no extension) of the file that is the recording of ``text``.

    Letters and digits in small letters joined by ``-``, at most 60 characters, and six characters that change with
    the text, so that a recording of an old wording is never played for a new one.
    """
    said = speakable(text)
    words = re.findall(r"[^\W_]+", said.lower())
    mark = blake2b(said.encode(), digest_size=3).hexdigest()
    return f"{'-'.join(words)[:SLUG_LETTERS].strip('-')}-{mark}".lstrip("-")


def pause_between(before: str, after: str) -> float:
    """Seconds of silence between two pieces of a sentence, from the punctuation where they meet."""
    end, start = before.rstrip()[-1:], after.lstrip()[:1]
    if (end and end in _STOPS) or (start and start in _STOPS):
        return STOP
    return CLAUSE if (end and end in _CLAUSES) or (start and start in _CLAUSES) else JOINT


def split(text: str, longest: int) -> list[str]:
    """The text in parts of at most ``longest`` characters: at sentence ends, else at other punctuation or spaces."""
    parts: list[str] = []
    for sentence in _PARTS.split(text):
        rest = sentence.strip()
        if not rest:
            continue
        glue = "" if parts and _CJK.match(parts[-1][-1]) else " "
        if parts and len(parts[-1]) + len(glue) + len(rest) <= longest:
            parts[-1] += glue + rest
            continue
        while len(rest) > longest:
            cut = _cut(rest, longest)
            parts.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        if rest:
            parts.append(rest)
    return parts


def _cut(text: str, longest: int) -> int:
    head = text[:longest]
    clause = max(head.rfind(char) for char in _CLAUSES)
    if clause >= longest // 2:
        return clause + 1
    space = head.rfind(" ")
    return space if space > 0 else longest
