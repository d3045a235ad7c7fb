"""To add a kind of action is to write one class: it is read, checked, run, simulated and explained from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from ivr.core.calls.outcomes import Outcome
from ivr.core.calls.verbs import Say, Verb
from ivr.core.flow import kinds, reference
from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import NAME, TARGET, WORDS, option, whole
from ivr.core.flow.sentence import Words
from ivr.core.flow.values import Type, Variable
from tests.core.flow.calls import Call, found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Count(Action):
    """Says a sentence and counts how often it was said."""

    kind: ClassVar[str] = "count"
    about: ClassVar[str] = "Says a sentence, and counts."
    outcomes: ClassVar[dict[str, str]] = {"counted": "the next action", "enough": "the section that `enough` names"}
    example: ClassVar[str] = "flow:\n  a:\n    - count: Again.\n      as: n\n      enough: b\n    - go: a\n"
    words: Words = option(WORDS, "what is said", name="count")
    name: str = option(NAME, "the name of the number", name="as")
    most: int = option(whole(1, 9), "how often at most", default=3, shown="3")
    enough: Target = option(TARGET, "where to go after that")

    def begin(self, run: Run) -> Verb | Done:
        number = (run.lookup((self.name,)) or 0) + 1
        if number > self.most:
            return Done("enough", self.enough.section)
        run.set(self.name, number)
        return Say(run.sentence(self.words), True, run.flow.always)

    def resume(self, run: Run, outcome: Outcome) -> Done:
        return Done("counted")

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("counted"), Exit("enough", self.enough, input=True))

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.name: Variable(Type.NUMBER)}


PAGE = """flow:
  a:
    - count: For the {n:ordinal} time.
      as: n
      most: 2
      enough: b
    - if: n > 5
      go: b
    - go: a
  b:
    - hangup
"""


@pytest.fixture(autouse=True)
def _count_is_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "count", Count)


def test_a_new_kind_runs() -> None:
    call = Call(PAGE)
    assert call.hears == "For the 1st time."
    assert call.listens().hears == "For the 2nd time."
    assert call.listens().outcomes[-2:] == ["count enough", "hangup ended"]


def test_a_new_kind_is_checked() -> None:
    (option_,) = found(PAGE.replace("most: 2", "msot: 2"))
    assert (option_.code, option_.hint) == ("F021", "did you mean 'most'?")
    (target,) = found(PAGE.replace("enough: b", "enough: c"))
    assert (target.code, target.message) == ("F104", "enough goes to 'c', which is not a section of this flow.")


def test_a_new_kind_is_suggested() -> None:
    assert found(PAGE.replace("count:", "cuont:"))[0].hint == "did you mean 'count'?"


def test_a_new_kind_is_explained_in_the_reference() -> None:
    page = "\n".join(reference.actions())
    assert "### count" in page
    assert "| `most` | how often at most | a whole number, 1 to 9 | 3 |" in page
