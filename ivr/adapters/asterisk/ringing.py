"""Rings an agent's phone, and hands over the leg once it was picked up.

The leg is started over AMI (``Originate`` with a ``ChannelId`` of ours) and enters the dialplan's context ``ivr-agent``
when it is picked up, which brings it to this service over FastAGI like a caller's: so the agent can be told who is
coming, and asked for a key, while the caller still hears music. What kept a phone from being picked up is told by the
cause of the leg's ``Hangup`` (Q.850). AMI's ``OriginateResponse`` comes just before it and says ``Reason: 0`` alike of
a phone that is busy, one that rejects and one that is not there (seen on 22.10); without a leg, it comes alone.

The caller's own leg connects the two with ``Bridge``; the agent's FastAGI connection ends at that moment.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from ivr.adapters.asterisk.agi import AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.legs import AgiLeg, Legs
from ivr.adapters.asterisk.wire.ami import Message
from ivr.core.acd.facts import Trouble
from ivr.core.base.errors import AsteriskError, AsteriskUnavailable, Hangup, OutcomeUnknown
from ivr.services.acd.ports import NotPickedUp, Ring
from ivr.services.ports import Sound

log = logging.getLogger(__name__)

CONTEXT, AGENT = "ivr-agent", "agent"
SLACK = 5.0  # seconds after its ringing in which Asterisk has to say what came of it
LONGEST_SHOWN = 60
CAUSE_AFTER = 0.5  # seconds after Asterisk's answer in which the leg's own end is told
_CAUSES = {
    "16": Trouble.REJECTED,  # put down at once
    "17": Trouble.BUSY,
    "18": Trouble.NO_ANSWER,
    "19": Trouble.NO_ANSWER,
    "21": Trouble.REJECTED,
}


class AgentPhone:
    """An agent's leg, as `ivr.services.acd.ports.Phone`; the leg's session lasts until it is connected or put down."""

    def __init__(self, leg: AgiLeg, session: AgiSession) -> None:
        self._leg = leg
        self._name = session.env.get("agi_channel", "")
        self.over = asyncio.Event()
        self._told: list[Callable[[], None]] = []
        leg.on_gone(self._gone)

    @property
    def channel(self) -> str:
        """Asterisk's name of the channel."""
        return self._name

    async def play(self, sound: Sound, *, cut: bool, start: float = 0.0) -> str:
        """Plays to the agent."""
        return await self._leg.play(sound, cut=cut, start=start)

    async def key(self, within: float) -> str:
        """A key of the agent's."""
        return await self._leg.key(within)

    def on_gone(self, told: Callable[[], None]) -> None:
        """Calls ``told`` when the leg is connected or put down."""
        self._told.append(told)
        if self.over.is_set():
            told()

    async def hangup(self) -> None:
        """Ends the leg."""
        await self._leg.hangup()
        self._gone()

    def _gone(self) -> None:
        if not self.over.is_set():
            self.over.set()
            for told in self._told:
                told()


class AmiRinger:
    """Rings phones of one Asterisk."""

    def __init__(self, ami: AmiClient, legs: Legs) -> None:
        self._ami = ami
        self._legs = legs
        self._rings: dict[str, asyncio.Future[AgentPhone]] = {}
        ami.on("OriginateResponse", self._responded)
        ami.on("Hangup", self._hung_up)

    async def ring(self, ring: Ring) -> AgentPhone:
        """Rings until the phone is picked up. Raises NotPickedUp."""
        picked: asyncio.Future[AgentPhone] = asyncio.get_running_loop().create_future()
        self._rings[ring.ring_id] = picked
        try:
            await self._ami.wait_connected(ring.within)
            await self._originate(ring)
            async with asyncio.timeout(ring.within + SLACK):
                return await asyncio.shield(picked)
        except (AsteriskUnavailable, OutcomeUnknown) as error:
            raise NotPickedUp(Trouble.AWAY, error.message) from error
        except AsteriskError as error:
            raise NotPickedUp(Trouble.UNREACHABLE, error.message) from error
        except TimeoutError:
            await self._stop(ring.ring_id)
            raise NotPickedUp(Trouble.NO_ANSWER, "Asterisk did not say what came of it") from None
        except asyncio.CancelledError:
            await self._stop(ring.ring_id)
            raise
        finally:
            del self._rings[ring.ring_id]
            picked.cancel()

    async def arrived(self, session: AgiSession) -> None:
        """Takes the leg of a phone that was picked up; returns when the leg is over. One that nobody waits for ends."""
        ring_id = session.args[1] if len(session.args) > 1 else ""
        picked = self._rings.get(ring_id)
        leg = self._legs.open(session)
        try:
            if picked is None or picked.done():
                log.info("an agent's phone was picked up too late")
                await leg.hangup()
                return
            phone = AgentPhone(leg, session)
            picked.set_result(phone)
            await phone.over.wait()
        except Hangup:
            pass
        finally:
            self._legs.close(leg)

    async def _originate(self, ring: Ring) -> None:
        await self._ami.send(
            "Originate",
            ("Channel", ring.address),
            ("ChannelId", ring.ring_id),
            ("Context", CONTEXT),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", str(round(ring.within * 1000))),
            ("Async", "true"),
            ("CallerID", _caller_id(ring.name, ring.number)),
            ("Variable", f"IVR_RING={ring.ring_id}"),
        )

    async def _stop(self, ring_id: str) -> None:
        """Stops the ringing. Asterisk says nothing of a leg that is not there any more that we need to know."""
        with suppress(AsteriskError):
            await self._ami.send("Hangup", ("Channel", ring_id), ("Cause", "26"))  # answered elsewhere: no missed call

    def _responded(self, event: Message) -> None:
        """Asterisk could not bring a leg; why comes with the leg's end, when there was a leg."""
        ring_id = event.get("Uniqueid")
        if event.get("Response") != "Success" and ring_id in self._rings:
            asyncio.get_running_loop().call_later(CAUSE_AFTER, self._failed, ring_id, Trouble.UNREACHABLE)

    def _hung_up(self, event: Message) -> None:
        cause = event.get("Cause")
        self._failed(event.get("Uniqueid"), _CAUSES.get(cause, Trouble.UNREACHABLE), f"cause {cause}")

    def _failed(self, ring_id: str, trouble: Trouble, detail: str = "") -> None:
        picked = self._rings.get(ring_id)
        if picked is not None and not picked.done():
            picked.set_exception(NotPickedUp(trouble, detail))


def is_agent(session: AgiSession) -> bool:
    """Whether a FastAGI connection is an agent's leg, as the dialplan says, and not a caller's."""
    return session.args[:1] == (AGENT,)


def _caller_id(name: str, number: str) -> str:
    """A caller as phones show it: the caller's own words, without what would end or change the header."""
    shown = "".join(char for char in name if char.isprintable() and char not in '"<>\\')[:LONGEST_SHOWN]
    dialled = "".join(char for char in number if char.isascii() and (char.isalnum() or char in "+*#"))[:LONGEST_SHOWN]
    return f'"{shown}" <{dialled}>'
