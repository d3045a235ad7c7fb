"""The tree of files that the lab's Asterisk lives in: a chroot, or the machine's own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ivr.core.base.errors import IvrError

USER = "asterisk"


class LabError(IvrError):
    """The lab cannot do what was asked."""

    code = "lab"


@dataclass(frozen=True, slots=True)
class Root:
    """A tree with an Asterisk in it. Paths inside are written as Asterisk sees them, as text that begins with ``/``."""

    path: Path

    @property
    def is_machine(self) -> bool:
        """Whether Asterisk runs in the machine's own tree."""
        return self.path == Path("/")

    def outside(self, inside: str) -> Path:
        """Where the rest of the machine finds a path of Asterisk's."""
        return self.path / inside.lstrip("/")

    def inside(self, outside: Path) -> str:
        """A path of the machine as Asterisk sees it. Raises ValueError when it lies outside the tree."""
        return "/" + str(outside.absolute().relative_to(self.path.absolute()))

    def command(self, *words: str) -> list[str]:
        """The command line that runs ``words`` in the tree."""
        return list(words) if self.is_machine else ["chroot", str(self.path), *words]

    @property
    def ids(self) -> tuple[int, int] | None:
        """User and group number of Asterisk in the tree; None when it runs as whoever starts the lab."""
        if os.geteuid() != 0:
            return None
        for line in self.outside("/etc/passwd").read_text().splitlines():
            fields = line.split(":")
            if fields[0] == USER:
                return int(fields[2]), int(fields[3])
        return None


def find_root(home: Path) -> Root:
    """The chroot below ``home`` when there is one, else the machine itself. Raises LabError when no Asterisk is found.

    Running in a chroot needs root's rights; the machine's own Asterisk does not.
    """
    built = home / "root"
    if (built / "usr/sbin/asterisk").exists():
        if os.geteuid() != 0:
            raise LabError(f"only root can run the Asterisk in {built}", hint="run the command as root")
        return Root(built.absolute())
    if shutil.which("asterisk"):
        return Root(Path("/"))
    raise LabError("there is no Asterisk here", hint="`ivr lab build` builds one, or install your system's package")
