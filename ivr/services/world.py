"""The three things that everything in ``services`` needs: the time, new ids, and somewhere to say what happened."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.core.base.clock import Clock
from ivr.core.base.ids import Ids
from ivr.services.journal import Journal


@dataclass(frozen=True, slots=True)
class World:
    """Three fields, never a fourth: what else a service needs is a port of its own."""

    clock: Clock
    ids: Ids
    journal: Journal
