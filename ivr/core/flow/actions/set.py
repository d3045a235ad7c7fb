"""``set``: values get names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Run
from ivr.core.flow.reading import REASON, option
from ivr.core.flow.sentence import Template
from ivr.core.flow.setting import SETTINGS, Setting
from ivr.core.flow.values import Variable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Set(Action):
    """Values get names, to be used in sentences and conditions."""

    kind: ClassVar[str] = "set"
    about: ClassVar[str] = (
        "Values get names, to be used in sentences and conditions. `tier: gold` is text, `tries: 3` a number, "
        "`vip: yes` yes or no, `due: 2026-12-24` a date, `until: 17:30` a time of day; in quotes it is always text. "
        '`"{tries + 1}"` is computed and keeps its type; `"{first} {last}"` is text.'
    )
    outcomes: ClassVar[dict[str, str]] = {"set": "the next action"}
    example: ClassVar[str] = """\
flow:
  welcome:
    - set: {tries: 0, tier: gold}
    - set:
        tries: "{tries + 1}"
    - if: tries > 1 and tier == "gold"
      go: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""
    settings: tuple[Setting, ...] = option(SETTINGS, "the names and their values", name="set")
    allow_secret: str = option(REASON, "why a secret value may be used here", default="", shown="it may not")

    def begin(self, run: Run) -> Done:
        for setting in self.settings:
            run.set(setting.name, setting.value(run))
        return Done("set", detail={setting.name: run.variables.get(setting.name) for setting in self.settings})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("set"),)

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {setting.name: setting.variable(known) for setting in self.settings}

    def reads(self) -> Iterator[Expression]:
        for setting in self.settings:
            yield from setting.reads()

    def templates(self) -> Iterator[Template]:
        return iter(())
