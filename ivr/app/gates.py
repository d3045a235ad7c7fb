"""The gates before flows become live: the scenarios beside them, and calls of before that are run again.

Each works on another thread, so that living calls go on, and ends within a bounded time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from ivr.adapters.system.clock import SystemClock
from ivr.app.config import Settings
from ivr.app.replaying import replay_since
from ivr.core.base.errors import StoreError
from ivr.core.flow.bundle import Bundle
from ivr.core.flow.publishing import Verdict
from ivr.core.flow.scenario import judge
from ivr.services.flows.ports import Gate

BINDING, OFF = "binding", "off"
REPLAY_WITHIN = 30.0  # seconds; calls that are not run again by then are not judged
MOST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Plays the scenarios of a bundle on virtual time."""

    binding: bool
    currency: str
    name: str = "scenarios"

    async def judge(self, bundle: Bundle, live: Bundle | None) -> Verdict:
        """Passed when every scenario goes as it says."""
        clock = SystemClock()
        found = await asyncio.to_thread(judge.judge, bundle, currency=self.currency, monotonic=clock.monotonic)
        return Verdict(self.name, found.passed, found.words)


@dataclass(frozen=True, slots=True)
class Replay:
    """Runs the calls of the last days through a bundle."""

    binding: bool
    settings: Settings
    name: str = "replay"

    async def judge(self, bundle: Bundle, live: Bundle | None) -> Verdict:
        """Passed when they take the same way, or when there is nothing to compare."""
        try:
            return await asyncio.to_thread(self._judge, bundle)
        except StoreError as error:
            return Verdict(self.name, False, f"the calls cannot be read: {error}")

    def _judge(self, bundle: Bundle) -> Verdict:
        clock = SystemClock()
        since = clock.now() - timedelta(seconds=self.settings.publish.replay_last)
        until = clock.monotonic() + REPLAY_WITHIN
        found = replay_since(self.settings.database, since, bundle.flows, lambda: clock.monotonic() > until)
        groups = [
            f"{len(group.calls)} {group.verdict}: then {group.before}, now {group.now}"
            for group in found.groups[:MOST_GROUPS]
        ]
        return Verdict(self.name, found.same == found.calls, "\n".join([found.words, *groups]))


def gates(settings: Settings) -> list[Gate]:
    """What judges flows before they become live, as the settings say."""
    publish = settings.publish
    found: list[Gate] = []
    if publish.scenarios != OFF:
        found.append(Scenarios(publish.scenarios == BINDING, settings.currency))
    if publish.replay != OFF:
        found.append(Replay(publish.replay == BINDING, settings))
    return found
