"""Reads the flows for the languages they speak, and asks the speech engine for its voices."""

from __future__ import annotations

from contextlib import suppress

from ivr.adapters.speech.pyttsx import VOICES, Pyttsx3
from ivr.app.config import Settings
from ivr.app.doctor.facts import Speech
from ivr.app.flows import load_files
from ivr.core.base.errors import IvrError
from ivr.core.document.problems import Severity
from ivr.services.speech.engine import InstalledVoice


async def gather(settings: Settings) -> Speech:
    """The flows' languages, and the voice that each would be spoken with."""
    try:
        loaded = load_files([settings.flows], settings)
    except (IvrError, OSError) as error:
        return Speech(broken=(str(settings.flows),), trouble=str(error))
    languages = frozenset(language for flow in loaded.flows.values() for language in flow.languages)
    mistaken = {problem.mark.file for problem in loaded.problems if problem.severity is Severity.ERROR}
    voices, trouble = await _voices(settings, languages) if "pyttsx3" in settings.prompts.order else ({}, "")
    return Speech(languages, voices, trouble, len(loaded.flows), tuple(sorted(mistaken)))


async def _voices(settings: Settings, languages: frozenset[str]) -> tuple[dict[str, str] | None, str]:
    engine = Pyttsx3(settings.prompts.voices, rate=settings.prompts.rate)
    try:
        installed = await engine.voices()
    except IvrError as trouble:
        return None, str(trouble)
    finally:
        with suppress(OSError):
            await engine.aclose()
    wanted = VOICES | {language: name for language, name in settings.prompts.voices.items() if name}
    chosen = {language: wanted.get(language, wanted.get(language.split("-")[0], "")) for language in languages}
    return {language: name for language, name in chosen.items() if _is_installed(name, installed)}, ""


def _is_installed(name: str, installed: list[InstalledVoice]) -> bool:
    """Whether a voice is there by id, the end of its id, its language or its name, as the engine looks for it."""
    return any(
        name.lower() in (voice.id, voice.id.rsplit("/", 1)[-1], voice.language, voice.name.lower())
        for voice in installed
        if name
    )
