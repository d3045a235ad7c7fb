"""Judges what flows may reach: hosts of `fetch`, databases of `lookup`. Calls go on without, so it only warns."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.app.config import Settings
from ivr.app.doctor.gather_outside import Reach
from ivr.app.doctor.report import Finding, good, warning


def check(reach: Reach, settings: Settings) -> Iterator[Finding]:
    """Everything about hosts and databases; nothing where the settings name none."""
    for host in reach.unknown:
        what = f"the host {host} has no address that this machine knows"
        yield warning("fetch", what, f"{settings.file} (fetch:)", "see  getent hosts NAME, and the name's spelling")
    if reach.hosts and not reach.unknown:
        yield good("fetch", f"every host that flows may speak to has an address ({reach.hosts})")
    for name, reason in reach.unreadable.items():
        file = settings.databases[name]
        fix = (
            f"the service's user needs to read {file}; in WAL mode also to write its folder, or the writer to be there"
        )
        yield warning("databases", f"flows cannot look up in {name}: {reason}", str(file), fix)
    if reach.databases and not reach.unreadable:
        yield good("databases", f"every database that flows may read can be read ({reach.databases})")
