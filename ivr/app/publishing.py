"""The parts that flows are published with: their folder, the archive of bundles, gates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ivr.adapters.files.bundles import BundleFolder
from ivr.adapters.files.watch import WatchedFolder
from ivr.adapters.store import reading
from ivr.app.config import Settings
from ivr.app.flows import read_content
from ivr.app.gates import gates
from ivr.app.voices import Voices
from ivr.core.flow.bundle import Bundle, Read
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.flows.editions import Answering, Editions
from ivr.services.flows.library import Library
from ivr.services.flows.ports import Publications
from ivr.services.flows.publisher import Publisher
from ivr.services.speech.voice import PromptVoice
from ivr.services.world import World

__all__ = ["BUNDLES", "KeptPublications", "Voices", "archive", "editions", "library", "publisher"]

BUNDLES = "bundles"


class KeptPublications:
    """The publications as the database has them, also when no service runs."""

    def __init__(self, database: Path) -> None:
        self._database = database

    async def publications(self, most: int) -> list[FlowsPublished]:
        """The latest ones, newest first."""
        return await asyncio.to_thread(reading.publications, self._database, most)


def archive(settings: Settings) -> BundleFolder:
    """Where published bundles are kept."""
    return BundleFolder(settings.data / BUNDLES)


def library(settings: Settings, publications: Publications | None = None) -> Library:
    """The folder of flows and what was kept of it; without a store the database itself is asked."""

    async def read(files: Mapping[str, bytes]) -> Read:
        return await asyncio.to_thread(read_content, files, settings.flows, settings)

    kept = publications or KeptPublications(settings.database)
    return Library(WatchedFolder(settings.flows), archive(settings), kept, read)


def editions(settings: Settings, voices: Voices, found: Library) -> Editions:
    """The flows that calls run, each bundle with a voice of its own."""
    kept = archive(settings)

    def voice(bundle: Bundle) -> PromptVoice:
        return voices.over(kept.prompts(bundle.name))

    return Editions(voice, found.kept, Answering(settings.flow, settings.zone))


def publisher(settings: Settings, world: World, found: Library, live: Editions) -> Publisher:
    """What puts flows into the place of others."""
    return Publisher(found, live, gates(settings), world, on_save=settings.publish.on_save)
