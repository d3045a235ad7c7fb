"""Starts and stops the lab: the PBX, the phone bank, and the service between them.

Everything that is started here outlives the command and is stopped by `Lab.down`, in another command or in this one.
Starting what is up already does nothing; what has died is started again.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.app.lab import render
from ivr.app.lab.directory import PARTIES
from ivr.app.lab.plan import Plan, Ports, read_secrets, write_private
from ivr.app.lab.processes import Process, wait_until
from ivr.app.lab.reserve import refuse_taken
from ivr.app.lab.root import USER, LabError, Root, find_root

BOOT_SECONDS = 40.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class State:
    """What of a lab is running: process numbers by name, None for what is not."""

    pids: dict[str, int | None]
    healthy: bool

    @property
    def is_up(self) -> bool:
        """Whether the phones can be used."""
        return all(self.pids[kind] is not None for kind in render.KINDS)


class Lab:
    """One lab on this machine."""

    def __init__(self, plan: Plan, say: Say = lambda line: None) -> None:
        self.plan = plan
        self._say = say
        self.pbx = self._process("pbx")
        self.bank = self._process("bank")
        self.service = self._process("service")

    @property
    def secrets(self) -> dict[str, str]:
        """The passwords of the accounts, by number."""
        return read_secrets(self.plan)

    def up(self, *, flows: Path, service: bool = True) -> None:
        """Starts what is not running and waits until calls can be placed. Raises LabError when that cannot be."""
        plan = self.plan
        with self._alone():
            self._refuse_other_settings(flows)
            if not plan.root.is_machine:
                # Inside, Asterisk's user has a number that may be somebody else's outside.
                plan.home.chmod(0o700)
            passwords = read_secrets(plan)
            if self.state().pids["pbx"] is None and self.state().pids["bank"] is None:
                shutil.rmtree(plan.calls, ignore_errors=True)
            render.prepare_folders(plan)
            render.write_settings(plan, flows, passwords)
            started = [kind for kind in render.KINDS if self._start_asterisk(kind, passwords)]
            for kind in started:
                self._await_boot(kind)
            if started:
                self._await_registrations()
            write_private(plan.folder / "lab.json", json.dumps(self._written(flows)))
            if service:
                self.start_service()

    def start_service(self, *, within: float = 120.0) -> None:
        """Starts the service when it is not running, and waits until it is ready to take calls."""
        told = self.service.log.stat().st_size if self.service.log.exists() else 0
        if self.service.pid is None:
            command = [sys.executable, "-m", "ivr", "serve", "--config", str(self.plan.settings)]
            # Asterisk records into folders that the service makes: they share the group.
            self.service.start(command, umask=0o002)

        def ready() -> bool:
            nonlocal told
            told = self._tell_progress(told)
            return self.service.pid is None or self.healthy()

        if not wait_until(ready, within) or self.service.pid is None:
            raise LabError(f"the service did not start:\n{self.service.tail()}", hint=f"see {self.service.log}")
        self._say("the service is ready")

    def _tell_progress(self, start: int) -> int:
        """Says which prompts are being made, from the service's log after ``start``; where that ends now."""
        if not self.service.log.exists():
            return start
        with self.service.log.open("rb") as log:
            log.seek(start)
            for line in log:
                if (found := line.find(b" prompts: ")) >= 0:
                    self._say("  " + line[found:].decode(errors="replace").strip())
            return log.tell()

    def healthy(self) -> bool:
        """Whether the service takes calls, as its control API says: not while prompts are still being made."""
        url = f"http://127.0.0.1:{self.plan.ports.control}/v1/health"
        try:
            token = self.plan.token_file.read_text().strip()
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(request, timeout=2) as answer:
                return json.load(answer)["status"] in ("ok", "degraded")
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def down(self) -> bool:
        """Stops everything that this lab started; whether there was anything."""
        with self._alone():
            stopped = [process.stop() for process in (self.service, self.bank, self.pbx)]
        return any(stopped)

    def state(self) -> State:
        """What is running now."""
        pids = {process.name: process.pid for process in (self.pbx, self.bank, self.service)}
        return State(pids, healthy=pids["service"] is not None and self.healthy())

    def console(self, kind: str, command: str) -> str:
        """What Asterisk's console answers to a command. Raises LabError when it cannot be reached."""
        line = self.plan.root.command("asterisk", "-C", render.asterisk_conf(self.plan, kind), "-rx", command)
        done = subprocess.run(line, capture_output=True, text=True, timeout=BOOT_SECONDS, check=False)
        if done.returncode != 0:
            raise LabError(f"the {kind}'s console cannot be reached: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _process(self, name: str) -> Process:
        folder = self.plan.folder
        return Process(name, folder / f"{name}.pid", folder / "log" / f"{name}.log")

    def _start_asterisk(self, kind: str, passwords: dict[str, str]) -> bool:
        process = self.pbx if kind == "pbx" else self.bank
        if process.pid is not None:
            return False
        refuse_taken(self.plan.ports, kind)
        render.write_asterisk(self.plan, kind, passwords)
        self._say(f"starting the {'PBX' if kind == 'pbx' else 'phones'}")
        command = ["asterisk", "-f", "-q", "-C", render.asterisk_conf(self.plan, kind)]
        if self.plan.root.ids is not None:
            command += ["-U", USER, "-G", USER]
        self.plan.outside(kind, "state", "log", "messages").unlink(missing_ok=True)
        process.log.unlink(missing_ok=True)
        # Sound must not stutter when the machine is busy: a recording with gaps proves nothing. Without the right to
        # go first, nice says so and runs the command all the same.
        process.start(["nice", "-n", "-15", *self.plan.root.command(*command)], umask=0o002)
        return True

    def _await_boot(self, kind: str) -> None:
        process = self.pbx if kind == "pbx" else self.bank
        socket = self.plan.outside(kind, "state", "run", "asterisk.ctl")
        wait_until(lambda: process.pid is None or socket.exists(), BOOT_SECONDS)
        if process.pid is None:
            raise LabError(f"the {kind}'s Asterisk ended at once:\n{process.tail()}", hint=f"see {process.log}")
        if not wait_until(lambda: self._booted(kind), BOOT_SECONDS):
            raise LabError(f"the {kind}'s Asterisk did not come up in {BOOT_SECONDS:.0f} s", hint=f"see {process.log}")

    def _booted(self, kind: str) -> bool:
        try:
            return "fully booted" in self.console(kind, "core waitfullybooted")
        except LabError:
            return False

    def _await_registrations(self) -> None:
        def all_there() -> bool:
            return self.console("bank", "pjsip list registrations").count("Registered") >= len(PARTIES)

        if not wait_until(all_there, BOOT_SECONDS):
            raise LabError("the phones could not register with the PBX", hint="see `ivr lab status`")
        self._say(f"{len(PARTIES)} phones are registered")

    def _written(self, flows: Path) -> dict[str, object]:
        plan = self.plan
        return {
            "root": str(plan.root.path),
            "offset": plan.ports.offset,
            "listen": plan.listen,
            "flows": str(flows.absolute()),
        }

    def _refuse_other_settings(self, flows: Path) -> None:
        file = self.plan.folder / "lab.json"
        if not self.state().is_up or not file.exists():
            return
        if json.loads(file.read_text()) != self._written(flows):
            raise LabError("the lab is up with other settings", hint="stop it first: `ivr lab down`")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time changes a lab."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.plan.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def find_lab(home: Path, instance: str, say: Say = lambda line: None) -> Lab:
    """The lab that was started under a name. Raises LabError when there was none."""
    file = home / instance / "lab.json"
    if not file.exists():
        raise LabError(f"no lab called {instance!r} was started in {home}", hint="start it: `ivr lab up`")
    kept = json.loads(file.read_text())
    plan = Plan(Root(Path(kept["root"])), home, instance, Ports(kept["offset"]), kept["listen"])
    return Lab(plan, say)


def new_lab(home: Path, instance: str, *, offset: int = 0, listen: str = "", say: Say = lambda line: None) -> Lab:
    """A lab with the Asterisk that is found. Raises LabError when there is none."""
    return Lab(Plan(find_root(home), home.absolute(), instance, Ports(offset), listen), say)
