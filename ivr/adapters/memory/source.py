"""A source outside that answers what it was told to, on the loop's own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.services.ports import SourceFailed


@dataclass
class MemorySource:
    """`ivr.services.ports.Source` in memory; ``asked`` has every request, ``left`` counts those that were given up."""

    answer: Any = None
    after: float = 0.0
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    left: int = 0

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The answer after so many seconds, or the failure that stands in its place."""
        self.asked.append(request)
        try:
            await asyncio.sleep(self.after)
        except asyncio.CancelledError:
            self.left += 1
            raise
        if isinstance(self.answer, SourceFailed):
            raise self.answer
        return self.answer
