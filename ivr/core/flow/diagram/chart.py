"""What a picture of a flow shows: boxes for sections, ways for exits that leave them, keys of anywhere, the budget.

Exits that only go to the next action of the same section are not ways: a box tells its actions from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.flow.actions.choose import Choose
from ivr.core.flow.actions.if_ import If
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.actions.return_ import Return
from ivr.core.flow.model import Action, Exit, Flow, Section
from ivr.core.flow.wording import described, shortened

LONGEST_LABEL = 26  # columns
LONGEST_ROW = 40
LONGEST_ABOUT = 110
BACK = "back to the calling flow"
TOO_MANY = "too many errors"  # the error budget is spent
_SHOWN_BY_WAYS = frozenset({"go", "hangup", "return"})
_UNSAID = frozenset({"went", "ended"})  # outcomes that need no word on the way: there is but one


@dataclass(frozen=True, slots=True)
class Row:
    """One action in a box: its kind, and what it is about."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """An exit that leaves its section: ``to`` another one, or empty where the call ends or the flow goes ``back``.

    ``outcome`` is the exit's own name, ``label`` what is written on the way, ``action`` the index in the section.
    """

    section: str
    action: int
    outcome: str
    to: str
    label: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A key that means the same everywhere; ``to`` is empty where it leads to no section."""

    press: str
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Box:
    """A section: its actions in few words; ``mark`` is what the asker wants to stand on it.

    ``over`` are the outcomes after which the call is over, ``back`` those with which the flow goes back to the one that
    entered it.
    """

    name: str
    rows: tuple[Row, ...]
    person: bool = False
    over: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    mark: str = ""

    @property
    def ends(self) -> bool:
        """Whether a call, or the flow, can end here."""
        return bool(self.over or self.back)


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow as it is drawn; ``errors`` spend its error budget, which leads to ``too_many`` (empty: it has none)."""

    name: str
    about: str
    start: str
    resume: str
    on_error: str
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    anywhere: tuple[Anywhere, ...]
    errors: int = 0
    too_many: str = ""


def chart(flow: Flow, language: str, marks: Mapping[str, str] | None = None) -> Chart:
    """The chart of a flow with the words of one language.

    ``marks`` has a short text for sections, such as how many calls came there.
    """
    marks = marks or {}
    ways = tuple(way for section in flow.sections.values() for way in _ways(section, language))
    boxes = tuple(
        _box(section, language, ways, shortened(marks.get(section.name, ""), LONGEST_ROW))
        for section in flow.sections.values()
    )
    keys = (
        Anywhere(item.press, item.name, item.target.section if item.target else "") for item in flow.universals.values()
    )
    return Chart(
        flow.name,
        shortened(flow.about, LONGEST_ABOUT),
        flow.start,
        flow.resume,
        flow.on_error,
        boxes,
        ways,
        tuple(keys),
        flow.budget.errors if flow.budget else 0,
        flow.budget.go.section if flow.budget else "",
    )


def _box(section: Section, language: str, ways: tuple[Way, ...], mark: str) -> Box:
    rows = tuple(
        Row(action.kind, shortened(described(action, language), LONGEST_ROW))
        for action in section.actions
        if action.kind not in _SHOWN_BY_WAYS
    )
    person = any(action.reaches_person for action in section.actions)
    out = [way for way in ways if way.section == section.name and not way.to]
    over = tuple(way.outcome for way in out if not way.back)
    back = tuple(way.outcome for way in out if way.back)
    return Box(section.name, rows, person, over, back, mark)


def _ways(section: Section, language: str) -> Iterator[Way]:
    for index, action in enumerate(section.actions):
        for way in action.exits():
            last = index + 1 == len(section.actions)
            if way.target is not None:
                yield Way(section.name, index, way.outcome, way.target.section, _label(action, way, language))
            elif way.ends or last:
                back = isinstance(action, Return)
                yield Way(section.name, index, way.outcome, "", _label(action, way, language), back)


def _label(action: Action, way: Exit, language: str) -> str:
    """What is written on a way: the key and what it is for, the condition or value, or the outcome's name."""
    if isinstance(action, Menu):
        for choice in action.choices:
            if way.outcome == f"option {choice.press}":
                phrases = choice.phrases.get(language, ())
                called = choice.tag if choice.tag else next(iter(phrases), "")
                return shortened(f"{choice.press} {called}".strip(), LONGEST_LABEL)
    if isinstance(action, If):
        condition = shortened(described(action, language), LONGEST_LABEL - 3)
        return f"if {condition}" if way.outcome == "yes" else "else"
    if isinstance(action, Choose):
        return shortened(way.outcome.removeprefix("option "), LONGEST_LABEL)
    return "" if way.outcome in _UNSAID else shortened(way.outcome.removeprefix("option "), LONGEST_LABEL)
