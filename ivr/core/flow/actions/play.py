"""``play``: a recorded file is heard, once or for some time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.calls.outcomes import Failed, Outcome, Unsaid
from ivr.core.calls.verbs import Recording, Say, Sentence, Verb, Wait
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Node
from ivr.core.flow.model import Action, Done, Exit, Flow, Run
from ivr.core.flow.reading import YES_NO, Form, Reading, lasting, option

LONGEST = 100
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*")


@dataclass(frozen=True, slots=True)
class File:
    """A recorded file by its path in the folder of prompts, without its ending."""

    name: str
    mark: Mark


def _read_file(node: Node, reading: Reading) -> File | None:
    name = typed.words(node, reading.problems)
    if name is None:
        return None
    if len(name) > LONGEST or not _PATH.fullmatch(name):
        hint = "write it as  music/calm : small letters, digits, - and _, without the file's ending"
        reading.problems.add("F161", node.mark, f"'{name[:LONGEST]}' is not the name of a recorded file.", hint=hint)
        return None
    return File(name, node.mark)


FILE: Form[File] = Form(
    "a path in the folder of prompts, without the file's ending: `music/calm`",
    _read_file,
    {**shape.words(), "pattern": f"^\\s*{_PATH.pattern}\\s*$"},
)


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
        recordings = reading.surroundings.outside.recordings
        name = self.file.name
        if recordings is None or name in recordings:
            return
        missing = [tag for tag in flow.languages if f"{tag}/{name}" not in recordings]
        if missing:
            shared = [known for known in recordings if known.split("/")[0] not in flow.languages]
            hint = suggestion(name, shared) or f"put it there as  prompts/{name}.wav"
            where = f" for {', '.join(missing)}" if len(missing) < len(flow.languages) else ""
            reading.problems.add("F162", self.file.mark, f"there is no recorded file '{name}'{where}.", hint=hint)
