"""Key presses from two witnesses, each heard once.

AGI tells of a key only when a command is waiting for it; what is pressed between two commands it drops. AMI tells
of every key (``DTMFEnd``), a little sooner or later than AGI. `KeyEar` brings both accounts together: a key is
matched with its twin, and what AMI alone has heard was missed by AGI and is kept for the next question. Without
AMI, AGI's account is all there is, and nothing else changes.
"""

from __future__ import annotations

from collections import deque

MOST = 64  # keys kept; a caller who leans on the keypad loses the rest


class KeyEar:
    """The keys of one caller, in order, from AGI and AMI."""

    __slots__ = ("_ahead", "_alone", "_waiting")

    def __init__(self) -> None:
        # Most calls are never typed ahead on: the queues are made when the first key comes.
        self._waiting: deque[str] | None = None  # keys nobody has asked for yet
        self._alone: deque[str] | None = None  # from AMI, not yet told by AGI
        self._ahead: deque[str] | None = None  # from AGI, not yet told by AMI

    def by_ami(self, key: str, *, command_listens: bool) -> None:
        """AMI heard a key; while a command of AGI listens, AGI is about to tell of it too."""
        if self._ahead and self._ahead[0] == key:
            self._ahead.popleft()
        elif command_listens:
            self._alone = _added(self._alone, key)
        else:
            self.keep(key)

    def by_agi(self, key: str) -> str:
        """AGI's command ended with a key; the first key in order is returned, later ones wait."""
        alone = self._alone
        if not alone or key not in alone:
            self._ahead = _added(self._ahead, key)
            return key
        missed = []
        while (first := alone.popleft()) != key:
            missed.append(first)
        if not missed:
            return key
        self._waiting = deque((*missed[1:], key, *(self._waiting or ())), MOST)
        return missed[0]

    def command_over(self) -> None:
        """A command ended without a key: what AMI alone heard meanwhile was missed by it."""
        while self._alone:
            self.keep(self._alone.popleft())

    def keep(self, key: str) -> None:
        """Adds a key to those that wait."""
        self._waiting = _added(self._waiting, key)

    def put_back(self, key: str) -> None:
        """Puts a key before all that wait."""
        self._waiting = deque((key, *(self._waiting or ())), MOST)

    def take(self) -> str:
        """The first key that waits, or empty."""
        return self._waiting.popleft() if self._waiting else ""

    def forget(self) -> None:
        """Drops all keys that wait, and those that AMI has told of already."""
        self._waiting = None
        self._alone = None

    def reconnected(self) -> None:
        """AMI was away and missed some: what AGI told meanwhile will not be told again."""
        self._ahead = None


def _added(keys: deque[str] | None, key: str) -> deque[str]:
    if keys is None:
        keys = deque(maxlen=MOST)
    if len(keys) < MOST:
        keys.append(key)
    return keys
