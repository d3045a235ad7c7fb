"""A source with what holds for all of them: an answer in time or none, within bounds, and counted.

A secret of the question that comes back in the answer (the row of a card number, a service that echoes) stays one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.core.base.answers import Unbearable, bounded, guarded, secrets_in
from ivr.services.ports import Source, SourceFailed


@dataclass(slots=True)
class Counts:
    """How a source has done since the start: how often it was asked and failed, and how many questions are open."""

    asked: int = 0
    failed: int = 0
    in_flight: int = 0
    last_failure: str = ""


class Counted:
    """`ivr.services.ports.Source` around another one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._counts = Counts()

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The other one's answer. Raises SourceFailed, ``timeout`` when it has not come after ``within`` seconds."""
        self._counts.asked += 1
        self._counts.in_flight += 1
        try:
            async with asyncio.timeout(within):
                answer = bounded(await self._source.ask(request, within))
            return guarded(answer, frozenset(secrets_in(request)))
        except TimeoutError:
            raise self._noted(SourceFailed("timeout")) from None
        except Unbearable as unbearable:
            raise self._noted(SourceFailed(str(unbearable))) from None
        except SourceFailed as failed:
            raise self._noted(failed) from None
        finally:
            self._counts.in_flight -= 1

    def health(self) -> Counts:
        """The counts as they are now."""
        return self._counts

    def _noted(self, failed: SourceFailed) -> SourceFailed:
        self._counts.failed += 1
        self._counts.last_failure = failed.reason
        return failed
