"""Texts as they are spoken: cleaned, split, paused, and as the file name of their recording. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.core.calls.verbs import Piece, Recording, Text
from ivr.core.prompts.naming import CLAUSES, STOPS, slug, speakable

JOINT = 0.05
CLAUSE = 0.2
STOP = 0.35

_PARTS = re.compile(rf"(?<=[{re.escape(STOPS)}])\s+|(?<=[。！？])")
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


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
    return speakable(word).rstrip(CLAUSES)


def pause_between(before: str, after: str) -> float:
    """Seconds of silence between two pieces of a sentence, from the punctuation where they meet."""
    end, start = before.rstrip()[-1:], after.lstrip()[:1]
    if (end and end in STOPS) or (start and start in STOPS):
        return STOP
    return CLAUSE if (end and end in CLAUSES) or (start and start in CLAUSES) else JOINT


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
    clause = max(head.rfind(char) for char in CLAUSES)
    if clause >= longest // 2:
        return clause + 1
    space = head.rfind(" ")
    return space if space > 0 else longest


__all__ = [
    "CLAUSE",
    "JOINT",
    "STOP",
    "pause_between",
    "phrase",
    "piece_text",
    "slug",
    "speakable",
    "split",
    "word_text",
]
