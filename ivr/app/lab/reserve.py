"""Ports for a lab that is started for a short while, beside others of its kind: tests and measurements."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.app.lab.root import LabError

OFFSETS = range(100, 1001, 100)


@contextmanager
def reserved(home: Path) -> Iterator[int]:
    """An offset of ports that nobody else has reserved, for the length of a block; freed also when this is killed.

    Raises LabError when all are taken.
    """
    home.mkdir(parents=True, exist_ok=True)
    for offset in OFFSETS:
        descriptor = os.open(home / f"test-{offset}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield offset
            return
        finally:
            os.close(descriptor)
    raise LabError(f"{len(OFFSETS)} labs for tests are up already", hint="wait until one is done")
