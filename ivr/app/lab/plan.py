"""The plan of one lab: its name, its ports and its paths, all worked out before anything is started."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ivr.app.lab.directory import PARTIES, SOFTPHONE
from ivr.app.lab.root import Root

SOUND_FORMAT = "ulaw"


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port of a lab; ``offset`` moves all of them, so that several labs can be up side by side."""

    offset: int = 0

    @property
    def pbx_sip(self) -> int:
        """UDP, where the PBX takes calls and registrations."""
        return 5160 + self.offset

    @property
    def pbx_ami(self) -> int:
        """TCP, the PBX's manager interface."""
        return 5138 + self.offset

    @property
    def bank_sip(self) -> int:
        """UDP, where the phones are called."""
        return 5180 + self.offset

    @property
    def bank_ami(self) -> int:
        """TCP, the manager interface that works the phones."""
        return 5181 + self.offset

    @property
    def agi(self) -> int:
        """TCP, where the service takes calls."""
        return 4573 + self.offset

    @property
    def control(self) -> int:
        """TCP, the service's control API."""
        return 4580 + self.offset

    @property
    def reservation(self) -> int:
        """TCP, held by whoever uses a lab for a while."""
        return 5190 + self.offset

    def rtp(self, kind: str) -> tuple[int, int]:
        """First and last UDP port of sound for ``pbx`` or ``bank``: room for 200 calls each."""
        first = 20000 + self.offset * 8 + (0 if kind == "pbx" else 400)
        return first, first + 399


@dataclass(frozen=True, slots=True)
class Plan:
    """One lab. ``home`` holds what the lab keeps outside Asterisk's tree; ``listen`` is empty or a further address."""

    root: Root
    home: Path
    instance: str = "main"
    ports: Ports = Ports()
    listen: str = ""

    @property
    def folder(self) -> Path:
        """The lab's own folder: settings of the service, secrets, locks, logs."""
        return self.home / self.instance

    @property
    def settings(self) -> Path:
        """The settings file written for the service."""
        return self.folder / "ivr.yaml"

    @property
    def token_file(self) -> Path:
        """The control API's token."""
        return self.folder / "data" / "control.token"

    def inside(self, *parts: str) -> str:
        """A path of this lab as Asterisk sees it."""
        top = "/var/lib/ivr" if not self.root.is_machine else str(self.home.absolute() / "state")
        return "/".join((top, self.instance, *parts))

    def outside(self, *parts: str) -> Path:
        """The same path as the rest of the machine sees it."""
        return self.root.outside(self.inside(*parts))

    @property
    def prompts(self) -> Path:
        """The prompt cache."""
        return self.outside("prompts")

    @property
    def recordings(self) -> Path:
        """Where callers' recordings go."""
        return self.outside("recordings")

    @property
    def calls(self) -> Path:
        """What the phones heard and said."""
        return self.outside("calls")


def read_secrets(plan: Plan) -> dict[str, str]:
    """The passwords of a lab, by account; made on first use and kept, readable by the owner only."""
    file = plan.folder / "secrets.json"
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    wanted = [party.number for party in PARTIES] + [SOFTPHONE, "ivr", "pbx-lab", "bank-lab"]
    missing = [account for account in wanted if account not in kept]
    if missing:
        kept |= {account: secrets.token_urlsafe(12) for account in missing}
        write_private(file, json.dumps(kept, indent=1))
    return kept


def write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read, at once or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    fresh.replace(file)
