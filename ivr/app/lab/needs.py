"""What the flows of a folder want of the outside, so that the lab's settings let them: it is there to try flows.

The databases are files in the lab's own folder; until somebody puts one there, `lookup` comes to its
``failed`` section, and `fetch` does so where the host does not answer. Secrets come from the environment, as the
finding about a missing one says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.files.folder import read_whole
from ivr.core.base.errors import FlowError
from ivr.core.flow.actions.fetch import Fetch
from ivr.core.flow.actions.lookup import Lookup
from ivr.core.flow.bundle import read


@dataclass(frozen=True, slots=True)
class Needs:
    """The hosts that `fetch` speaks to and the names of the databases that `lookup` reads."""

    hosts: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()


def needs(folder: Path) -> Needs:
    """What the flows of a folder use; nothing when they cannot be read, which the service says better."""
    try:
        content, _ = read_whole(folder)
    except (FlowError, OSError):
        return Needs()
    bundle = read(content).bundle
    actions = [action for flow in bundle.flows.values() for action in flow.actions()] if bundle else []
    hosts = {action.address.origin for action in actions if isinstance(action, Fetch)}
    databases = {action.database for action in actions if isinstance(action, Lookup)}
    return Needs(tuple(sorted(hosts)), tuple(sorted(databases)))
