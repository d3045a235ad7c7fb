"""The transcript of a call in the lab, line by line: what the phone did and heard, and what the service did.

The service's side comes from its events, in the words of `ivr.core.calls.trace`. But a prompt is only said to be
heard when it is found in the sound that the phone received. Lines wait a second, so that they can be told in the
order in which things happened: a prompt is known when it ends, and told as of when it began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.app.lab import ear
from ivr.app.lab.phone import LabCall
from ivr.app.lab.plan import Plan
from ivr.core.calls import trace
from ivr.core.calls.events import CallEnded, CallEvent, CallStarted, PromptPlayed

DELAY = timedelta(seconds=1)
LATE = 1.5
"""Seconds in which what was just played has reached the recording."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line, the instant it tells of, and the one from which it may be printed."""

    at: datetime
    due_at: datetime = field(compare=False)
    text: str = field(compare=False)


class Transcript:
    """Collects lines and prints them in order; ``now`` gives the instant."""

    def __init__(self, show: Callable[[str], None], now: Callable[[], datetime]) -> None:
        self._show = show
        self._now = now
        self._lines: list[Line] = []
        self.began_at = now()

    def phone(self, word: str, text: str, at: datetime | None = None) -> None:
        """A line about the phone."""
        moment = at or self._now()
        self._add(moment, f"{trace.offset(moment, self.began_at):>8}  {'phone':<12}  {word:<8}  {text}")

    def event(self, event: CallEvent, unproven: str = "") -> None:
        """A line about the service, when there is something to say; ``unproven`` replaces ``heard``."""
        text = trace.line(event, self.began_at)
        if text is None:
            return
        if unproven:
            text = text.replace("  heard   ", f"  {unproven:<8}", 1)
        self._add(event.began_at if isinstance(event, PromptPlayed) else event.at, text)

    def flush(self, *, everything: bool = False) -> None:
        """Prints what is due, and what happened before it."""
        now = self._now()
        due = [line.at for line in self._lines if everything or line.due_at <= now]
        if not due:
            return
        ready = sorted(line for line in self._lines if line.at <= max(due))
        self._lines = [line for line in self._lines if line.at > max(due)]
        for line in ready:
            self._show(line.text)

    def _add(self, at: datetime, text: str) -> None:
        self._lines.append(Line(at, self._now() + DELAY, text))


class Listener:
    """Follows one call: puts its events and what the phone hears into the transcript."""

    def __init__(self, plan: Plan, call: LabCall, transcript: Transcript, now: Callable[[], datetime]) -> None:
        self._plan = plan
        self._call = call
        self._transcript = transcript
        self._now = now
        self._heard_until = 0.0
        self._tone = ""
        self.began = False
        self.prompt_ended = asyncio.Event()
        self.ended = asyncio.Event()
        self.unheard: list[str] = []

    @property
    def answered_at(self) -> datetime:
        """When the phone's call was answered."""
        return self._now() - timedelta(seconds=self._call.elapsed)

    async def follow(self, event: CallEvent) -> None:
        """Takes one event of the call, in order."""
        if isinstance(event, CallStarted):
            self.began = True
            self._transcript.began_at = event.at
        if isinstance(event, PromptPlayed):
            self.prompt_ended.set()
            await self._prove(event)
        else:
            self._transcript.event(event)
        if isinstance(event, CallEnded):
            self.ended.set()

    async def _prove(self, event: PromptPlayed) -> None:
        prompt = ear.prompt_of(self._plan, event.sound)
        if prompt is None:
            self._transcript.event(event, "said")
            return
        proof = None
        for _ in range(round(LATE / 0.25)):
            proof = ear.proof(prompt, event, self._call.sound().received, self.answered_at)
            if proof is None or proof.is_heard:
                break
            await asyncio.sleep(0.25)
        if proof is None:
            self._transcript.event(event, "said")
        elif proof.is_heard:
            self._transcript.event(event)
        else:
            self.unheard.append(event.text)
            self._transcript.event(event, "NOT HEARD")

    def listen(self) -> None:
        """Tells of every tone and of music that the phone has begun to hear."""
        received = self._call.sound().received
        while self._heard_until + ear.WINDOW <= received.seconds:
            hertz = ear.pure_tone(received.part(self._heard_until, self._heard_until + ear.WINDOW))
            what = ear.TONES[hertz] if hertz else ""
            if what and what != self._tone:
                at = self.answered_at + timedelta(seconds=self._heard_until)
                self._transcript.phone("heard", what, at)
            self._tone = what
            self._heard_until += ear.WINDOW
