"""Processes are known by the lock that they hold, and only those are stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.app.lab.processes import Process, wait_until
from ivr.app.lab.root import LabError

SLEEPER = [sys.executable, "-c", "print('here', flush=True); import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)",
]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A process that is not running yet."""
    process = Process("sleeper", tmp_path / "sleeper.pid", tmp_path / "log" / "sleeper.log")
    yield process
    process.kill()


def test_a_process_is_found_again_by_its_file(process: Process) -> None:
    pid = process.start(SLEEPER)
    again = Process(process.name, process.file, process.log)
    assert again.pid == pid
    assert again.stop()
    assert again.pid is None
    assert not again.stop()


def test_a_process_is_not_started_twice(process: Process) -> None:
    process.start(SLEEPER)
    with pytest.raises(LabError, match="running already"):
        process.start(SLEEPER)


def test_a_process_that_does_not_listen_is_ended(process: Process) -> None:
    process.start(STUBBORN)
    assert wait_until(lambda: "here" in process.tail(), 10)
    assert process.stop(within=0.2)
    assert process.pid is None


def test_a_stranger_with_an_old_number_is_left_alone(process: Process) -> None:
    with subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL) as stranger:
        process.file.write_text(str(stranger.pid))
        assert process.pid is None
        assert not process.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_died_is_seen(process: Process) -> None:
    pid = process.start(SLEEPER)
    os.kill(pid, 9)
    assert wait_until(lambda: process.pid is None, 10)
    assert process.start(SLEEPER) != pid


def test_a_command_that_is_not_there_is_told(process: Process) -> None:
    with pytest.raises(LabError, match="no-such-program"):
        process.start(["no-such-program"])
    assert process.pid is None


def test_what_it_printed_can_be_read(process: Process) -> None:
    process.start([sys.executable, "-c", "print('one'); print('two')"])
    assert wait_until(lambda: process.pid is None, 10)
    assert process.tail(1) == "two"
