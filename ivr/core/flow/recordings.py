"""The recorded prompts of a bundle: how long each of them is, for the checks."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.core.audio.clip import AudioError
from ivr.core.audio.telephone import FORMATS
from ivr.core.audio.wav import read_wav

FOLDER = "prompts/"


def lengths(files: Mapping[str, bytes]) -> dict[str, float]:
    """The length in seconds of each recording under ``prompts``, by its name there without ending.

    A file that is no sound, or cannot be read as one, is left out: nothing will be played of it.
    """
    found: dict[str, float] = {}
    for name, content in files.items():
        stem, dot, kind = name.removeprefix(FOLDER).rpartition(".")
        if name.startswith(FOLDER) and dot and kind in FORMATS:
            try:
                clip = read_wav(content) if kind == "wav" else FORMATS[kind].decode(content)
            except AudioError:
                continue
            found.setdefault(stem, clip.seconds)
    return found
