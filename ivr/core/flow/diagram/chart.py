"""What a picture of a flow shows: a box for each section, a way for each exit that leaves it, the keys of anywhere.

Exits that only go to the next action of the same section are not ways: a box tells its actions from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.flow.actions.if_ import If
from ivr.core.flow.actions.menu import Menu
from ivr.core.flow.model import Action, Exit, Flow, Section
from ivr.core.flow.wording import described, shortened

LONGEST_LABEL = 26  # columns
LONGEST_ROW = 40
LONGEST_ABOUT = 110
_SHOWN_BY_WAYS = frozenset({"go", "hangup"})
_UNSAID = frozenset({"went", "ended"})  # outcomes that need no word on the way: there is but one


@dataclass(frozen=True, slots=True)
class Row:
    """One action in a box: its kind, and what it is about."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """An exit that leaves its section: ``to`` another one, or empty where the call ends.

    ``outcome`` is the exit's own name, ``label`` what is written on the way, ``action`` the index in the section.
    """

    section: str
    action: int
    outcome: str
    to: str
    label: str


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A key that means the same everywhere; ``to`` is empty where it leads to no section."""

    press: str
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Box:
    """A section: its actions in few words; ``mark`` is what the asker wants to stand on it.

    ``over`` are the outcomes after which the call is over.
    """

    name: str
    rows: tuple[Row, ...]
    person: bool = False
    over: tuple[str, ...] = ()
    mark: str = ""

    @property
    def ends(self) -> bool:
        """Whether a call can end here."""
        return bool(self.over)


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow as it is drawn."""

    name: str
    about: str
    start: str
    resume: str
    on_error: str
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    anywhere: tuple[Anywhere, ...]


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
    )


def _box(section: Section, language: str, ways: tuple[Way, ...], mark: str) -> Box:
    rows = tuple(
        Row(action.kind, shortened(described(action, language), LONGEST_ROW))
        for action in section.actions
        if action.kind not in _SHOWN_BY_WAYS
    )
    person = any(action.reaches_person for action in section.actions)
    over = tuple(way.outcome for way in ways if way.section == section.name and not way.to)
    return Box(section.name, rows, person, over, mark)


def _ways(section: Section, language: str) -> Iterator[Way]:
    for index, action in enumerate(section.actions):
        for way in action.exits():
            last = index + 1 == len(section.actions)
            if way.target is not None:
                yield Way(section.name, index, way.outcome, way.target.section, _label(action, way, language))
            elif way.ends or last:
                yield Way(section.name, index, way.outcome, "", _label(action, way, language))


def _label(action: Action, way: Exit, language: str) -> str:
    """What is written on a way: the key and what it is for, the condition, or the outcome's name."""
    if isinstance(action, Menu):
        for choice in action.choices:
            if way.outcome == f"option {choice.press}":
                phrases = choice.phrases.get(language, ())
                called = choice.tag if choice.tag else next(iter(phrases), "")
                return shortened(f"{choice.press} {called}".strip(), LONGEST_LABEL)
    if isinstance(action, If):
        condition = shortened(described(action, language), LONGEST_LABEL - 3)
        return f"if {condition}" if way.outcome == "yes" else "else"
    return "" if way.outcome in _UNSAID else shortened(way.outcome.removeprefix("option "), LONGEST_LABEL)
