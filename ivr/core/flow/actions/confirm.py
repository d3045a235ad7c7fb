"""``confirm``: a question that is answered with yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.calls.verbs import Keys, Text
from ivr.core.document.problems import Mark
from ivr.core.flow import question
from ivr.core.flow.model import Done, Exit, Result, Run, Target
from ivr.core.flow.phrases import built_in
from ivr.core.flow.question import Asking
from ivr.core.flow.reading import NAME, TARGET, WORDS, Reading, option
from ivr.core.flow.sentence import Template, Words, joined
from ivr.core.flow.state import Spent
from ivr.core.flow.values import Type, Variable

YES, NO = "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Confirm(Asking):
    """A question that is answered with yes (1) or no (2)."""

    kind: ClassVar[str] = "confirm"
    about: ClassVar[str] = (
        "A question that is answered with yes (1) or no (2). Which key is which is said behind it, unless the sentence "
        "has a 1 and a 2 in it. At least one of `yes`, `no` and `as` says what comes of it."
    )
    outcomes: ClassVar[dict[str, str]] = {
        "yes": "the section that `yes` names; without it the next action",
        "no": "the section that `no` names; without it the next action",
        "give_up": "the section that `give_up` names; the value that `as` names is empty",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - confirm: Shall we call you back at {call.from:phone}?
      no: goodbye
      give_up: goodbye
    - say: We call you within the hour.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {"go": "write yes: or no:", "else": "write no:", "options": "write yes: and no:"}
    words: Words = option(WORDS, "the question; a list has one for each attempt", name="confirm")
    yes: Target | None = option(TARGET, "where to go after a yes", default=None, shown="the next action")
    no: Target | None = option(TARGET, "where to go after a no", default=None, shown="the next action")
    name: str = option(NAME, "the name of the answer, yes or no", name="as", default="", shown="no name")
    spoken: Words

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Confirm:
        """The action, with every prompt that it may need made ready."""
        if not (given["yes"] or given["no"] or given["name"]):
            hint = "add yes: or no: with a section, or as: with a name"
            reading.problems.add("F117", mark, "nothing follows from this question.", hint=hint)
        given = question.with_defaults(given, reading.languages)
        spoken = _with_keys(given["words"], reading.languages)
        return cls(**given, spoken=spoken, heard=question.retries(given, spoken, reading.languages), place=mark)

    @property
    def asked(self) -> Words:
        return self.spoken

    def keys(self, always: str) -> Keys:
        return Keys((YES, NO), 1, 1, "", self.others(always, YES + NO), self.first_input, self.between)

    def answered(self, run: Run, keys: str) -> Done | None:
        if keys not in (YES, NO):
            return None
        run.understood()
        if self.name:
            run.set(self.name, keys == YES)
        outcome, target = ("yes", self.yes) if keys == YES else ("no", self.no)
        return Done(outcome, target.section if target else "")

    def lost(self, run: Run, over: Done | Spent) -> Result:
        if self.name:
            run.set(self.name, None)
        return over

    def exits(self) -> tuple[Exit, ...]:
        return (
            Exit("yes", self.yes, input=True),
            Exit("no", self.no, input=True),
            Exit("give_up", self.give_up),
        )

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.name: Variable(Type.YES_NO)} if self.name else {}


def _with_keys(words: Words, languages: tuple[str, ...]) -> Words:
    """The question with the built-in words for its keys behind each sentence that does not have them itself."""
    behind = built_in("yes_no", languages)
    ladders = {
        language: tuple(
            template if _names_keys(template) else joined(template, behind.at(language)) for template in ladder
        )
        for language, ladder in words.ladders.items()
    }
    return Words(ladders)


def _names_keys(template: Template) -> bool:
    text = "".join(part.text if isinstance(part, Text) else " " for part in template.parts)
    return all(re.search(rf"(?<!\d){key}(?!\d)", text) for key in (YES, NO))
