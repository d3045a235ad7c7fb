"""What a flow relies on that stands outside its page: calendars, queues, other flows, and what the settings allow.

`Outside` is what only the machine knows that the flows run on; None there means that nothing is known of it (a check on
another machine), and then nothing is checked against it. A folder of flows makes one `Surroundings` for all its flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ivr.core.acd.setup import NO_SETUP, Setup
from ivr.core.flow.values import Variable

if TYPE_CHECKING:
    from ivr.core.flow.model import Flow
    from ivr.core.hours.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Outside:
    """What flows may use of the machine that they run on.

    ``hosts`` are those that `fetch` may speak to, ``databases`` those that `lookup` may read, ``secrets`` the names of
    configured secrets, ``recordings`` the length in seconds of each recorded prompt by its name without ending
    (``music/calm``, ``en/welcome-1a2b3c``). ``zone`` is an IANA name, ``main`` the flow that answers numbers without a
    line in ``numbers.yaml``.
    """

    hosts: frozenset[str] | None = None
    databases: frozenset[str] | None = None
    secrets: frozenset[str] | None = None
    recordings: Mapping[str, float] | None = None
    zone: str = "UTC"
    today: date | None = None
    main: str = ""


OUTSIDE = Outside()
DONE = "done"  # the outcome of a flow that names none


@dataclass(frozen=True, slots=True)
class Signature:
    """What a flow takes when another enters it, what it gives back, and the outcomes that it says it has."""

    takes: Mapping[str, Variable] = field(default_factory=dict)
    gives: Mapping[str, Variable] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)

    @property
    def ends(self) -> tuple[str, ...]:
        """The outcomes that it can have; a flow that names none has one."""
        return self.outcomes or (DONE,)


NO_SIGNATURE = Signature()


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What the flows of one folder share; ``flows`` is complete when all of them are loaded."""

    outside: Outside = OUTSIDE
    hours: Mapping[str, Calendar] = field(default_factory=dict)
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    setup: Setup = NO_SETUP


ALONE = Surroundings()
