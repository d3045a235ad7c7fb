"""Processes that outlive the command that started them, and are stopped by the command that started them.

A process holds a lock on its file for as long as it lives: the lock is taken here and inherited by the child. So a
file that can be locked belongs to nobody any more, whatever its number says, and no process is stopped on the word of
an old number. Needs neither a supervisor nor ``/proc``.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ivr.app.lab.root import LabError


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the lab: ``file`` holds its number and its lock, ``log`` what it prints."""

    name: str
    file: Path
    log: Path

    @property
    def pid(self) -> int | None:
        """The process's number while it lives."""
        if not self.file.exists():
            return None
        descriptor = os.open(self.file, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(descriptor, 32).decode().strip()
            return int(number) if number else None
        finally:
            os.close(descriptor)
        return None

    def start(self, command: list[str], *, environment: dict[str, str] | None = None, umask: int = 0o022) -> int:
        """Starts the command in a session of its own. Raises LabError when it lives already or there is no such."""
        if self.pid is not None:
            raise LabError(f"{self.name} is running already")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            with self.log.open("ab") as log:
                child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=[descriptor],
                    env=environment,
                    umask=umask,
                )
            os.pwrite(descriptor, str(child.pid).encode(), 0)
        except FileNotFoundError as error:
            raise LabError(f"{self.name} cannot be started: there is no {error.filename}") from error
        finally:
            os.close(descriptor)
        _children.append(child)
        return child.pid

    def stop(self, within: float = 10.0) -> bool:
        """Asks the process to end, and ends it after ``within`` seconds; whether it lived."""
        if self.pid is None:
            return False
        if not self._signal(signal.SIGTERM, within):
            self._signal(signal.SIGKILL, 5.0)
        return True

    def kill(self) -> None:
        """Ends the process without asking, as a crash would."""
        self._signal(signal.SIGKILL, 5.0)

    def _signal(self, number: int, within: float) -> bool:
        """Sends a signal; whether the process is gone ``within`` seconds later."""
        pid = self.pid
        if pid is None:
            return True
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        return wait_until(lambda: self.pid is None, within)

    def tail(self, lines: int = 15) -> str:
        """The last lines that it printed."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


# A child that ended is a zombie until it is asked; polling them all keeps the table clean in a long-lived process.
_children: list[subprocess.Popen[bytes]] = []


def wait_until(true: Callable[[], bool], within: float) -> bool:
    """Looks every 50 ms whether something has become true, for at most ``within`` seconds."""
    until = time.monotonic() + within
    while not true():
        for child in list(_children):
            if child.poll() is not None:
                _children.remove(child)
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
