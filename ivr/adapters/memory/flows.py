"""One flow that answers every call, where nothing is published."""

from __future__ import annotations

from datetime import datetime

from ivr.core.flow.model import Flow
from ivr.services.flows.editions import Pin
from ivr.services.ports import Caller


class OneFlow:
    """`ivr.services.flows.editions.Flows` with a single flow."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def take(self, caller: Caller, at: datetime) -> Pin:
        """The flow."""
        return Pin(self._flow, "", None, lambda: None)

    async def again(self, caller: Caller, at: datetime, bundle: str, flow: str) -> Pin:
        """The same flow."""
        return self.take(caller, at)
