"""A telephone system without channels, and one whose channels a test opens and ends."""

from __future__ import annotations

from collections.abc import Callable


class MemoryChannels:
    """`ivr.services.ports.Channels` over a set."""

    def __init__(self, living: set[str] | None = None) -> None:
        self.channels = set(living or ())
        self._gone: list[Callable[[str], None]] = []
        self._connected: list[Callable[[], None]] = []

    async def living(self) -> set[str]:
        """All channels."""
        return set(self.channels)

    def on_gone(self, told: Callable[[str], None]) -> None:
        """Notes whom to tell."""
        self._gone.append(told)

    def on_connected(self, told: Callable[[], None]) -> None:
        """Notes whom to tell, and tells at once."""
        self._connected.append(told)
        told()

    def end(self, channel: str) -> None:
        """A channel ends."""
        self.channels.discard(channel)
        for told in self._gone:
            told(channel)

    def connect(self) -> None:
        """The connection is there again."""
        for told in self._connected:
            told()
