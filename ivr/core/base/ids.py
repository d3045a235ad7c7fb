"""Names of things: text that cannot be mixed up, and the port that makes them.

Ids are ours, never Asterisk's: they are sortable by time of birth and carry their kind (``call_01J9…``), so that an
id seen in a log line says what it names.
"""

from __future__ import annotations

from typing import NewType, Protocol

CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
RecordingId = NewType("RecordingId", str)
AgentId = NewType("AgentId", str)
TicketId = NewType("TicketId", str)
OfferId = NewType("OfferId", str)


class Ids(Protocol):
    """Makes ids; given to whoever needs one, so that tests get ``call_1``, ``call_2``."""

    def new(self, kind: str) -> str:
        """A fresh id that begins with ``kind`` and an underscore, later than all made before it."""
        ...
