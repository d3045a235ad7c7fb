"""``go``: the call goes on in another section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import TARGET, option


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Go(Action):
    """The call goes on in another section."""

    kind: ClassVar[str] = "go"
    about: ClassVar[str] = "The call goes on in another section, from its first action."
    outcomes: ClassVar[dict[str, str]] = {"went": "the section"}
    example: ClassVar[str] = """\
flow:
  welcome:
    - say: Welcome to Acme.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    target: Target = option(TARGET, "the section to go to", name="go")

    def begin(self, run: Run) -> Done:
        return Done("went", self.target.section)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("went", self.target),)
