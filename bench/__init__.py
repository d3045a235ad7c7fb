"""Measurements that anyone can run, each a program: ``python -m bench.NAME``; see README.md for what they say."""

from __future__ import annotations

import sys
from pathlib import Path


def need_proc() -> None:
    """Ends the program with a word where ``/proc`` is missing, from which memory and CPU are read."""
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("this measurement reads /proc, which is not there: mount -t proc proc /proc")
