"""Many live scenarios, several at a time, over the phones of one lab."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ivr.adapters.asterisk.agi import AgiServer, AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.legs import Legs
from ivr.adapters.asterisk.recordings import Recordings
from ivr.adapters.system.clock import SystemClock
from ivr.app.config import Settings, load
from ivr.app.lab.ears import Ears
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import Phones, phones
from ivr.app.lab.root import LabError
from ivr.app.live.actor import Actor, Lived, NotLived, message
from ivr.app.live.stage import LiveCall
from ivr.app.publishing import Voices
from ivr.app.scenarios import Case
from ivr.core.calls.verbs import Queue, Sentence
from ivr.core.flow.scenario import model
from ivr.core.flow.scenario.caller import Difference
from ivr.core.flow.scenario.play import Played, World, play
from ivr.core.flow.virtual import Lengths
from ivr.services import scope
from ivr.services.speech.voice import PromptVoice

NUMBER = "100"  # what the phones dial; the scenario says what the flow is told
ANSWERED = 20.0  # seconds until a call is answered, unless the flow dials first
TRIES = 3  # times that sounds are asked for
LONGEST = 300.0  # seconds of one scenario


@dataclass(frozen=True, slots=True)
class LiveResult:
    """What came of a scenario as a real call: why it was ``skipped``, or its ``difference``, and what was heard.

    ``is_same``: the same actions were finished as in the virtual call; not where the caller left in another moment.
    """

    played: Played
    difference: Difference | None = None
    skipped: str = ""
    lived: tuple[Lived, ...] = ()
    took: float = 0.0
    is_same: bool = False

    @property
    def passed(self) -> bool:
        """Whether the call went as the scenario says."""
        return self.difference is None and not self.skipped


def unlivable(played: Played) -> str:
    """Why a scenario cannot be a real call, or empty."""
    if played.difference is not None:
        return f"it differs on virtual time already: {played.difference.came}"
    for act in played.scenario.call:
        if isinstance(act, model.Leaves) and act.failed:
            return "nothing can make a recording fail"
        if isinstance(act, model.Rings) and act.status is None:
            return "nothing can make dialling fail"
    if any(isinstance(turn.verb, Queue) for turn in (*(turn for turn, _ in played.call.outcomes), played.call.turn)):
        return "it comes to a queue, and no agents take part in live scenarios yet"
    return ""


@dataclass(slots=True)
class _Switchboard:
    """Brings each call that Asterisk hands over to the scenario that it was placed for: its name is the caller's."""

    legs: Legs
    expected: dict[str, LiveCall] = field(default_factory=dict)

    async def __call__(self, session: AgiSession) -> None:
        leg = self.legs.open(session)
        try:
            live = self.expected.get(leg.caller.name)
            if live is None:
                leg.hand_back()
            else:
                await live.take(leg)
        finally:
            self.legs.close(leg)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that live scenarios share."""

    lab: Lab
    world: World
    bank: Phones
    board: _Switchboard
    voice: PromptVoice
    ears: Ears

    async def timed(self, played: Sequence[Played]) -> list[Played]:
        """The virtual calls once more, with sentences that are as long as they really are.

        Whoever presses keys at a certain time may hear others then, so they are made, and the calls are played again.
        """
        guess = Lengths()

        def seconds(sentence: Sentence) -> float:
            sound = self.voice.ready(sentence)
            return guess(sentence) if sound is None else sound.seconds

        world, found = replace(self.world, seconds=seconds), list(played)
        for _ in range(2):
            again = [play(one.scenario, one.language, world) for one in played]
            await prepared(self.voice, list(_sentences(again)))
            found = [new if new.passed else one for new, one in zip(again, played, strict=True)]
        return found

    async def live(self, played: Played, number: int) -> LiveResult:
        """One scenario as a real call."""
        if reason := unlivable(played):
            return LiveResult(played, skipped=reason)
        began, name = time.monotonic(), f"scenario {number}"
        live = LiveCall(played, self.world, self.voice)
        self.board.expected[name] = live
        actor: Actor | None = None
        difference = None
        try:
            async with asyncio.timeout(LONGEST):
                call = await self.bank.call(NUMBER, caller=played.scenario.caller, name=name)
                await call.answered(ANSWERED)
                actor = Actor(live, call, self.ears, self.lab.plan)
                try:
                    await actor.act()
                finally:
                    await call.hangup()
        except NotLived as differs:
            difference = differs.difference
        except (LabError, TimeoutError) as error:
            came = str(error) or f"the call took longer than {LONGEST:g} s"
            difference = Difference("a call that can be lived", came, played.scenario.mark)
        finally:
            del self.board.expected[name]
        lived = tuple(actor.lived) if actor is not None else ()
        return LiveResult(played, difference, "", lived, time.monotonic() - began, live.is_same)


async def run(
    lab: Lab, world: World, played: Sequence[Played], *, jobs: int, told: Callable[[LiveResult], None]
) -> list[LiveResult]:
    """Lives all scenarios, ``jobs`` at a time, and tells each result when it is there."""
    results: dict[int, LiveResult] = {}
    with _service_aside(lab):
        async with _studio(lab, world, played, jobs) as studio:
            # The longest first: so none of them is what all others have to be waited for.
            timed = enumerate(await studio.timed(played))
            waiting = iter(sorted(timed, key=lambda one: -one[1].call.now))

            async def job() -> None:
                for number, one in waiting:
                    results[number] = await studio.live(one, number)
                    told(results[number])

            async with scope.TaskGroup() as group:
                for _ in range(max(1, min(jobs, len(played)))):
                    group.create_task(job())
    return [results[number] for number in sorted(results)]


@contextmanager
def _service_aside(lab: Lab) -> Iterator[None]:
    """The lab's own service is stopped for as long as scenarios take its calls."""
    was_up = lab.service.pid is not None
    if was_up:
        lab.service.stop()
    try:
        yield
    finally:
        if was_up:
            lab.start_service()


@asynccontextmanager
async def _studio(lab: Lab, world: World, played: Sequence[Played], jobs: int) -> AsyncIterator[Studio]:
    settings = load(lab.plan.settings)
    voices = Voices(settings, SystemClock())
    voice = voices.over(Path(next(iter(world.flows.values())).file).parent / "prompts")
    try:
        await prepared(voice, [*_sentences(played), *_messages(played)])
        ears = Ears(voice, lab.plan.root.outside, settings.asterisk.sound_format)
        ami = AmiClient(settings.ami.host, settings.ami.port, settings.ami.user, settings.ami.secret)
        legs = Legs(ami, Recordings(settings.recordings, settings.asterisk.recordings))
        board = _Switchboard(legs)
        async with scope.running(ami.run()), phones(lab, hands=jobs) as bank, _answering(settings, board):
            await ami.wait_connected(10)
            yield Studio(lab, world, bank, board, voice, ears)
    finally:
        await voices.aclose()


@asynccontextmanager
async def _answering(settings: Settings, board: _Switchboard) -> AsyncIterator[None]:
    async with AgiServer(board) as agi:
        await agi.start(settings.agi.host, settings.agi.port)
        yield


async def prepared(voice: PromptVoice, sentences: Sequence[Sentence]) -> None:
    """Makes sounds ahead; an engine that is too busy for some is asked again."""
    for _ in range(TRIES):
        if not await voice.prepare(sentences, lambda done, total: None):
            break


def _messages(played: Sequence[Played]) -> Iterator[Sentence]:
    """What callers say."""
    for one in played:
        for act in one.scenario.call:
            if isinstance(act, model.Leaves) and not act.failed:
                yield message(act, one.language)


def _sentences(played: Sequence[Played]) -> Iterator[Sentence]:
    """Everything that was said in the virtual calls: it is made before the first real one."""
    for one in played:
        yield from (what for _, _, what in one.call.noted if isinstance(what, Sentence))


def shown(result: LiveResult, *, verbose: bool) -> list[str]:
    """A result as people read it: what was heard and done up to a difference, or in whole when asked for."""
    mark = result.played.scenario.mark
    head = f"{mark.file}:{mark.line}  {result.played.name}"
    if result.skipped:
        return [f"{head}: skipped, {result.skipped}"]
    if result.passed and not verbose:
        return [f"{head}: passed in {result.took:.1f} s"]
    lines = [f"{head}: {'passed' if result.passed else 'differs'} after {result.took:.1f} s"]
    lines += [f"  {one.at:7.1f} s  {one.text}" for one in result.lived]
    if result.difference is not None:
        found = result.difference
        lines.append(f"  expected  {found.wanted}  ({found.mark.file}:{found.mark.line})")
        lines.append(f"  but       {found.came}")
    return lines


def case(result: LiveResult) -> Case:
    """A result as JUnit's XML has it."""
    came = result.difference.came if result.difference is not None else ""
    return Case(result.played, result.took, came, "\n".join(shown(result, verbose=True)), result.skipped)


def document(results: Sequence[LiveResult]) -> dict[str, Any]:
    """All results for other programs."""
    return {
        "passed": sum(result.passed for result in results),
        "failed": sum(result.difference is not None for result in results),
        "skipped": sum(bool(result.skipped) for result in results),
        "scenarios": [
            {
                "scenario": result.played.scenario.name,
                "language": result.played.language,
                "file": result.played.scenario.mark.file,
                "line": result.played.scenario.mark.line,
                "passed": result.passed,
                "skipped": result.skipped or None,
                "seconds": round(result.took, 1),
                "lived": [{"at": round(one.at, 2), "text": one.text} for one in result.lived],
                "difference": {"expected": result.difference.wanted, "came": result.difference.came}
                if result.difference is not None
                else None,
            }
            for result in results
        ],
    }
