"""What bringing callers to agents needs of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.core.acd.facts import Trouble
from ivr.services.ports import Sound


class NotPickedUp(Exception):
    """An agent's phone was not picked up, and why."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(detail or trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Ring:
    """How a phone is rung: its dial string, for how many seconds, and what it shows of the caller.

    ``ring_id`` names the leg on the telephone system, and is never used twice.
    """

    ring_id: str
    address: str
    within: float
    number: str = ""
    name: str = ""


class Phone(Protocol):
    """An agent's phone that was picked up. Its moves raise `ivr.core.base.errors.Hangup` when it was put down."""

    @property
    def channel(self) -> str:
        """What a caller's leg is connected with."""
        ...

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Plays a sound to the agent; with ``cut`` a key stops it, and is returned."""
        ...

    async def key(self, within: float) -> str:
        """The next key that the agent presses, or empty."""
        ...

    def on_gone(self, told: Callable[[], None]) -> None:
        """Calls ``told`` once when the phone was put down, or is connected with the caller."""
        ...

    async def hangup(self) -> None:
        """Ends the leg."""
        ...


class Ringer(Protocol):
    """Rings agents' phones."""

    async def ring(self, ring: Ring) -> Phone:
        """Rings until the phone is picked up. Raises NotPickedUp; being cancelled stops the ringing."""
        ...
