"""``play``: a recorded file is heard, once or for some time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.outcomes import Failed, Outcome, Unsaid
from ivr.core.calls.verbs import Recording, Say, Sentence, Verb, Wait
from ivr.core.flow.model import Action, Done, Exit, Flow, Run
from ivr.core.flow.reading import YES_NO, Reading, lasting, option
from ivr.core.flow.recorded import FILE, File, check_recorded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Play(Action):
    """A recorded file is heard, once or for some time."""

    kind: ClassVar[str] = "play"
    about: ClassVar[str] = (
        "A recorded file of the folder `prompts` is heard: the one in the folder of the caller's language "
        "(`prompts/en/music/calm.wav`), else the one for all (`prompts/music/calm.wav`). With `for` it is heard again "
        "and again, so long. A key that stops it is kept for the next question."
    )
    outcomes: ClassVar[dict[str, str]] = {
        "played": "the next action",
        "unsaid": "the next action: the file could not be played",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: One moment, please.
    - play: music/calm
      for: 25s
    - hangup
"""
    file: File = option(FILE, "the recorded file", name="play")
    seconds: float = option(lasting(0.5, 3600), "how long it is heard", name="for", default=0.0, shown="one time")
    interruptible: bool = option(YES_NO, "whether a key stops it", default=True, shown="yes", inherits=True)

    def begin(self, run: Run) -> Verb:
        sound = Sentence(run.language, (Recording(self.file.name),))
        if self.seconds:
            return Wait(self.seconds, sound, self.interruptible, run.always)
        return Say(sound, self.interruptible, run.always)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        if isinstance(outcome, Unsaid | Failed):
            return Done("unsaid", detail={"file": self.file.name, "reason": outcome.reason})
        return Done("played", detail={"file": self.file.name})

    def recordings(self) -> Iterator[str]:
        yield self.file.name

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("played"), Exit("unsaid"))

    def check(self, flow: Flow, reading: Reading) -> None:
        check_recorded(self.file, flow, reading)
