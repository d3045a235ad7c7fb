"""Which channels exist, by AMI: for calls that are not with the service at the moment."""

from __future__ import annotations

from collections.abc import Callable

from ivr.adapters.asterisk.ami import AmiClient


class AmiChannels:
    """`ivr.services.ports.Channels` over AMI."""

    def __init__(self, ami: AmiClient) -> None:
        self._ami = ami

    async def living(self) -> set[str]:
        """The unique ids of all channels, by ``CoreShowChannels``."""
        return {event.get("Uniqueid") for event in await self._ami.list("CoreShowChannels")}

    def on_gone(self, told: Callable[[str], None]) -> None:
        """Calls ``told`` with the unique id of each channel that ends."""
        self._ami.on("Hangup", lambda event: told(event.get("Uniqueid")))

    def on_connected(self, told: Callable[[], None]) -> None:
        """Calls ``told`` at each login, and now if there is one."""
        self._ami.on_connected(told)
        if self._ami.connected:
            told()
