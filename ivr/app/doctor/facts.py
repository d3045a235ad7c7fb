"""What doctor looks at, as plain values: `gather_*.py` fill them in, `check_*.py` judge them.

None stands for what could not be seen from here: another machine, another user's file, a right that is missing.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from ivr.app.doctor.asterisk_files import AsteriskFile


@dataclass(frozen=True, slots=True)
class AmiFacts:
    """What Asterisk says over AMI; ``modules`` are loaded or not, ``skew`` is its clock minus ours in seconds."""

    reached: bool = False
    trouble: str = ""
    hint: str = ""
    version: str = ""
    actions: frozenset[str] | None = None
    modules: dict[str, bool | None] = field(default_factory=dict)
    skew: float | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """Asterisk's configuration; None when its folder is not on this machine."""

    manager: AsteriskFile
    extensions: AsteriskFile
    pjsip: AsteriskFile


@dataclass(frozen=True, slots=True)
class User:
    """A user of this machine with all groups."""

    name: str
    uid: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder; ``mode`` is None when it is not there. ``above`` are its parents, the nearest first."""

    path: Path
    mode: int | None = None
    uid: int = 0
    gid: int = 0
    above: tuple[Place, ...] = ()
    free_mb: int | None = None

    @property
    def exists(self) -> bool:
        """Whether it is there."""
        return self.mode is not None

    def allows(self, user: User, wanted: int) -> bool:
        """Whether mode bits let a user do something: 4 read, 2 write, 1 enter, or a sum. Other lists are not seen."""
        if self.mode is None:
            return False
        if user.uid == 0:
            return True
        bits = self.mode & 7
        if self.gid in user.groups:
            bits = self.mode >> 3 & 7
        if self.uid == user.uid:
            bits = self.mode >> 6 & 7
        return bits & wanted == wanted

    def blocked(self, user: User, wanted: int) -> Place | None:
        """The nearest folder above, or the place itself, that keeps a user from it; None when nothing does."""
        for folder in reversed(self.above):
            if not folder.allows(user, 1):
                return folder
        return None if self.allows(user, wanted) else self

    @property
    def shown_mode(self) -> str:
        """The mode as in ``ls -l``."""
        return stat.filemode(self.mode or 0)


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine: the folders, who uses them, the ports, and whether a service of ours answers."""

    prompts: Place
    recordings: Place
    data: Place
    token: Place
    secret: Place
    service: User | None = None
    asterisk: User | None = None
    taken: frozenset[int] = frozenset()
    serving: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """Which languages the flows speak, and which the engine has a voice for; ``trouble`` when it does not start."""

    languages: frozenset[str] = frozenset()
    voices: dict[str, str] | None = None
    trouble: str = ""
    flows: int = 0
    broken: tuple[str, ...] = ()
