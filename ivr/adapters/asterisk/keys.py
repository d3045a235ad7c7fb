"""Key presses from two witnesses, each heard once.

AGI tells of a key only when a command is waiting for it; what is pressed between two commands it drops. AMI tells
of every key (``DTMFEnd``), a little sooner or later than AGI. `KeyEar` brings both accounts together: a key is
matched with its twin, and what AMI alone has heard was missed by AGI and is kept for the next question. Without
AMI, AGI's account is all there is, and nothing else changes.

A key that was pressed while a command listened, and is let go between that one and the next, is told by both, but late
by AGI: Asterisk has not noted its beginning (a command that listens wants ends only), so it makes up the whole key
again, and the next command ends with it as long after the key's end as it was held (seen in one of 100 keys, with
commands of tenths of a second). By then AMI's account was taken already: it is an echo, and dropped.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, TypeVar

_Kept = TypeVar("_Kept")

MOST = 64  # keys kept; a caller who leans on the keypad loses the rest
ECHO = 0.5  # seconds that AGI may tell of a key later than after its length


class _Heard(NamedTuple):
    """A key that AMI has told of, and until when AGI may tell of it."""

    key: str
    until: float


class KeyEar:
    """The keys of one caller, in order, from AGI and AMI."""

    __slots__ = ("_ahead", "_alone", "_unconfirmed", "_waiting")

    def __init__(self) -> None:
        # Most calls are never typed ahead on: the queues are made when the first key comes.
        self._waiting: deque[str] | None = None  # keys nobody has asked for yet
        self._alone: deque[_Heard] | None = None  # from AMI, not yet told by AGI
        self._ahead: deque[str] | None = None  # from AGI, not yet told by AMI
        self._unconfirmed: deque[_Heard] | None = None  # from AMI and kept; AGI may tell of them yet

    def by_ami(self, key: str, *, command_listens: bool, at: float = 0.0, lasted: float = 0.0) -> None:
        """AMI heard a key that ``lasted`` so many seconds; while a command of AGI listens, AGI is about to tell of it.

        ``at`` is seconds on any clock that goes on, the same as that of `by_agi`.
        """
        if self._ahead and key in self._ahead:
            # Both tell in order: what AGI told before this key, AMI will not tell any more.
            while self._ahead.popleft() != key:
                pass
            return
        heard = _Heard(key, at + lasted + ECHO)
        if command_listens:
            self._alone = _added(self._alone, heard)
        else:
            self._missed(heard)

    def by_agi(self, key: str, at: float = 0.0) -> str:
        """AGI's command ended with a key; the first key in order is returned, later ones wait.

        Empty for an echo of a key that was taken from AMI's account: nobody has pressed it now.
        """
        alone = self._alone
        if not alone or all(heard.key != key for heard in alone):
            if self._is_echo(key, at):
                return ""
            self._ahead = _added(self._ahead, key)
            return key
        missed = []
        while (first := alone.popleft()).key != key:
            missed.append(first)
        if not missed:
            return key
        for heard in missed:
            self._expect_echo(heard)
        self._waiting = deque((*(heard.key for heard in missed[1:]), key, *(self._waiting or ())), MOST)
        return missed[0].key

    def command_over(self) -> None:
        """A command ended without a key: what AMI alone heard meanwhile was missed by it."""
        while self._alone:
            self._missed(self._alone.popleft())

    def _missed(self, heard: _Heard) -> None:
        self.keep(heard.key)
        self._expect_echo(heard)

    def _expect_echo(self, heard: _Heard) -> None:
        if self._unconfirmed is None:
            self._unconfirmed = deque(maxlen=MOST)  # the latest ones count
        self._unconfirmed.append(heard)

    def _is_echo(self, key: str, at: float) -> bool:
        """Whether AGI tells late of a key that was kept; what it has not told of before then, it never will."""
        unconfirmed = self._unconfirmed
        while unconfirmed and unconfirmed[0].until < at:
            unconfirmed.popleft()
        if not unconfirmed or all(heard.key != key for heard in unconfirmed):
            return False
        while unconfirmed.popleft().key != key:
            pass
        return True

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
        self.command_over()
        self._waiting = None

    def reconnected(self) -> None:
        """AMI was away and missed some: what AGI told meanwhile will not be told again."""
        self._ahead = None


def _added(keys: deque[_Kept] | None, key: _Kept) -> deque[_Kept]:
    if keys is None:
        keys = deque(maxlen=MOST)
    if len(keys) < MOST:
        keys.append(key)
    return keys
