"""The caller of a live scenario: a phone of the lab that hears, presses, speaks and hangs up as the scenario says.

A scenario is played on virtual time first, with sentences that are as long as they really are. So it is known which
sentence each step hears its words in, and how long each step takes; that very sentence is looked for in the sound that
the phone received. A step begins when what came of the one before is over: a silence when the service has given the
caller up, a dialled number when the ringing or the talk has ended. So a slow call is late, and not wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from ivr.app.lab.ears import Ears
from ivr.app.lab.phone import LabCall, until
from ivr.app.lab.plan import Plan
from ivr.app.lab.root import LabError
from ivr.app.live.stage import LiveCall
from ivr.core.calls.events import CallEnded, EndReason, PromptPlayed, RecordingKept
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.scenario import model
from ivr.core.flow.scenario.caller import Difference, Heard, told
from ivr.core.flow.scenario.expected import unmet
from ivr.core.flow.scenario.words import plain

PATIENCE = 15.0  # seconds that a step of a live call may be later than that of a virtual one
SLOWER = 1.25  # and how much slower
UNSURE = 0.5  # seconds at the end of what should be heard that may be missing: the words fade, the line drops them
SURE = 0.6  # but this share has to be there
SHORTEST = 0.8  # seconds of sound that can be told from others
TONE = 1.2  # seconds from the end of a prompt to that of the tone after it
PRESSED = 2.0  # seconds until what was pressed has come to something


@dataclass(frozen=True, slots=True)
class Lived:
    """One thing of a live call, at seconds from its answer."""

    at: float
    text: str


class NotLived(Exception):
    """A live call went another way than its scenario."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.came)
        self.difference = difference


def message(step: model.Leaves, language: str) -> Sentence:
    """What a caller says."""
    return Sentence(language, (Text(step.words.at(language)),))


@dataclass(slots=True)
class Actor:
    """Acts one scenario out; ``lived`` is what was heard and done."""

    live: LiveCall
    call: LabCall
    ears: Ears
    plan: Plan
    lived: list[Lived] = field(default_factory=list)
    _heard_to: float = 0.0  # up to here the sound of the call belongs to what was heard
    _last: Heard | None = None
    _began: float = 0.0
    _since: int = 0  # events before what was heard last
    _rings_done: int = 0
    _forbidden: list[model.HearsNot] = field(default_factory=list)

    async def act(self) -> None:
        """The whole call. Raises NotLived, and LabError when the lab itself is in trouble."""
        before = 0.0
        steps = self.live.played.scenario.call
        for number, step in enumerate(steps):
            at = self.live.played.done_at[number]
            await self._step(number, step, max(0.0, at - before) * SLOWER + PATIENCE)
            before = at
        await self._rest(max(0.0, self.live.played.call.now - before) * SLOWER + PATIENCE)

    async def _step(self, number: int, step: model.Act, within: float) -> None:
        match step:
            case model.Hears():
                await self._hears(step, self.live.played.heard[number], within)
            case model.HearsNot():
                self._forbidden.append(step)
            case model.Presses():
                self._note(f"presses {step.keys}")
                await self.call.press(step.keys)
            case model.SaysNothing():
                await self._is_silent(step, self.live.played.silences[number], within)
            case model.Waits():
                await asyncio.sleep(step.seconds)
            case model.Leaves():
                await self._leaves(step, within)
            case model.Rings():
                await self._rings(step, within)
            case model.Queues():
                self._differs(step, "no agent takes part in a live scenario")
            case model.HangsUp():
                self._note("hangs up")
                await self.call.hangup()
            case model.Expect():
                await self._expect(step, within)
            case _:
                assert_never(step)

    async def _is_silent(self, step: model.Act, silences: int, within: float) -> None:
        """Lets a question, or a recording, pass in silence."""
        await self._until(step, within, lambda: self.live.silences >= silences, "nothing waited in vain")

    async def _rings(self, step: model.Rings, within: float) -> None:
        """Waits for what comes of dialling; who talks hangs up sooner than on virtual time."""
        number = self._rings_done
        await self._until(step, within, lambda: len(self.live.dialled) > number, "nobody was dialled")
        self._rings_done += 1
        dialled = self.live.dialled[number]
        if dialled != step.status:
            self._differs(step, f"what came of it is: {dialled}")

    async def _hears(self, step: model.Hears, wanted: Heard, within: float) -> None:
        again = self._last is not None and self._last.began == wanted.began
        clip = await self.ears.clip(wanted.sentence)
        # What comes after the words may be in another sentence as well, and says nothing of them.
        clip = clip.part(0, max(clip.seconds * wanted.share, SHORTEST))
        seconds = max(SURE * clip.seconds, clip.seconds - UNSURE)
        since = self._began if again else self._heard_to
        found = await self.ears.find(self.call, clip, since=since, seconds=seconds, within=within)
        if found is None:
            self._differs(step, self._silence(within))
        assert found is not None
        self._listened()
        self._last, self._began = wanted, max(0.0, found.offset_seconds - 0.2)
        self._heard_to = max(self._heard_to, found.offset_seconds + min(seconds, found.seconds) * 0.5)
        if not again:
            self.lived.append(Lived(found.offset_seconds, f'hears "{wanted.sentence.text}"'))
            self._since = self.live.events_before(self.call.elapsed - found.offset_seconds)

    def _silence(self, within: float) -> str:
        said = self.live.said(self._since)
        return f"it was not heard within {within:.0f} s" + (
            f'; the service says it played "{said[-1]}"' if said else ""
        )

    def _listened(self) -> None:
        """Nothing that must not be said was played up to now."""
        for step in self._forbidden:
            words = plain(step.words.at(self.live.played.language))
            for text in self.live.said(self._since):
                if words in plain(text):
                    self._differs(step, f'the call says "{text}"')
        self._forbidden.clear()

    async def _leaves(self, step: model.Leaves, within: float) -> None:
        """Speaks after the tone; the silence after it ends the recording."""
        await self._until(step, within, self._records, "nothing is recorded")
        await asyncio.sleep(TONE)
        said = message(step, self.live.played.language)
        clip = await self.ears.clip(said)
        name = f"speech-{self.call.id}-{len(self.lived)}"
        file = self.plan.calls / f"{name}.sln"
        file.write_bytes(clip.samples.astype("<i2").tobytes())
        self._note(f'leaves "{said.text}"')
        kept = len(self.live.of(RecordingKept))
        await self.call.say(f"{self.plan.inside('calls')}/{name}")
        within += clip.seconds
        await self._until(step, within, lambda: len(self.live.of(RecordingKept)) > kept, "nothing was kept")

    def _records(self) -> bool:
        """Whether the sentence before the tone is over."""
        call, played = self.live.call, self.live.of(PromptPlayed)
        if call is None or call.state is None or not played:
            return False
        state = call.state
        flow = self.live.world.flows.get(state.flow, call.flow)
        section = flow.sections.get(state.section)
        action = section.actions[state.index] if section and state.index < len(section.actions) else None
        here = (played[-1].section, played[-1].index) == (state.place, state.index)
        return here and action is not None and action.kind == "record"

    async def _expect(self, step: model.Expect, within: float) -> None:
        if step.ends:
            await self._until(step, within, lambda: bool(self.live.of(CallEnded)), "the call goes on")
        for wish in step.wishes:
            came: list[str | None] = []

            def met(wish: model.Wish = wish, came: list[str | None] = came) -> bool:
                came.append(unmet(wish, self.live.seen(self._since)))
                return came[-1] is None

            if not await self._when(met, PRESSED if step.ends else PRESSED + within / 2):
                raise NotLived(Difference(f"expect {wish.name}: {wish.value}", came[-1] or "", wish.mark))

    async def _rest(self, within: float) -> None:
        """Listens until the call is over or wants something, as in the virtual call."""
        end = self.live.played.call.end
        if end is not None and end.reason is not EndReason.CALLER_LEFT:
            try:
                await self.call.ended(within)
            except LabError:
                mark = self.live.played.scenario.mark
                raise NotLived(Difference(f"a call that ends as {end.reason}", "the call goes on", mark)) from None
        self._listened()
        await self.call.hangup()
        await self._when(lambda: bool(self.live.of(CallEnded)), PATIENCE)

    async def _until(self, step: model.Act, within: float, look: Callable[[], bool], otherwise: str) -> None:
        def ended() -> bool:
            return look() or bool(self.live.of(CallEnded))

        await self._when(ended, within)
        if not look():
            over = bool(self.live.of(CallEnded))
            self._differs(step, f"{otherwise}, and the call is over" if over else f"{otherwise} within {within:.0f} s")

    @staticmethod
    async def _when(look: Callable[[], bool], within: float) -> bool:
        return bool(await until(lambda: look() or None, within))

    def _note(self, text: str) -> None:
        self.lived.append(Lived(self.call.elapsed, text))

    def _differs(self, step: model.Act, came: str) -> None:
        raise NotLived(Difference(told(step, self.live.played.language), came, step.mark))
