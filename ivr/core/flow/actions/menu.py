"""``menu``: a question with a few keys for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.calls.verbs import Keys
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, Severity
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow import question
from ivr.core.flow.check.words import seconds, until_choice
from ivr.core.flow.model import Done, Exit, Flow, Run, Target
from ivr.core.flow.question import Asking
from ivr.core.flow.reading import KEYS, PHRASES, TARGET, WORDS, Form, Reading, option, read_phrases
from ivr.core.flow.sentence import Words

MOST_OPTIONS = 5
LONGEST_BEFORE = 12.0  # seconds before the first option is named
LEAST_BETWEEN = 1.5  # seconds in which a caller presses a second key


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: the keys, where it goes, and what a caller may say for it."""

    press: str
    go: Target
    tag: str
    phrases: dict[str, tuple[str, ...]]
    mark: Mark


def _read_choices(node: Node, reading: Reading) -> tuple[Choice, ...] | None:
    if not isinstance(node, Sequence) or not node.items:
        hint = "write each as  - {press: 1, go: section}"
        reading.problems.add("F022", node.mark, f"options should be a list, and this is {node.what}.", hint=hint)
        return None
    found = [_read_choice(item, number, reading) for number, item in enumerate(node.items, 1)]
    good = tuple(item for item in found if item is not None)
    return good if len(good) == len(found) else None


def _read_choice(node: Node, number: int, reading: Reading) -> Choice | None:
    press = node.get("press") if isinstance(node, Mapping) else None
    called = f"option {press.text}" if isinstance(press, Scalar) and press.text else f"option number {number}"
    options = typed.options(node, reading.problems, called)
    if options is None:
        return None
    before = len(reading.problems)
    keys = options.need("press", typed.keys, hint="the key that the caller presses for it")
    reading.subject = called
    target_node = options.node("go")
    go = TARGET.read(target_node, reading) if target_node is not None else None
    if target_node is None:
        reading.problems.add("F020", options.mark, f"{called} needs 'go'.", hint="the section that it goes to")
    phrases_node = options.node("say")
    phrases = read_phrases(phrases_node, reading) if phrases_node is not None else {}
    tag = options.get_or("tag", typed.words, "")
    options.close({"then": "write go:", "goto": "write go:", "key": "write press:", "to": "write go:"})
    if len(reading.problems) > before or keys is None or go is None or phrases is None:
        return None
    return Choice(keys, go, tag, phrases, press.mark if press is not None else node.mark)


CHOICES: Form[tuple[Choice, ...]] = Form(
    "a list of `{press: keys, say: phrases, go: section, tag: word}`; `say` and `tag` may be left out",
    _read_choices,
    shape.some(
        shape.options(
            {"press": KEYS.schema, "say": PHRASES, "go": TARGET.schema, "tag": shape.words()}, ["press", "go"]
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Menu(Asking):
    """A question with a few keys for an answer; each leads to a section."""

    kind: ClassVar[str] = "menu"
    about: ClassVar[str] = "A question with a few keys for an answer; each leads to a section."
    outcomes: ClassVar[dict[str, str]] = {
        "chosen": "the section of the option; its `tag` is kept in the call's trace",
        "give_up": "the section that `give_up` names",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - menu: For billing, press 1. For technical help, press 2.
      options:
        - {press: 1, say: [billing, my bill], tag: billing, go: billing}
        - {press: 2, say: technical help, go: goodbye}
      no_match: Sorry, that is not one of the keys.
      give_up: goodbye
  billing:
    - say: Your account is settled.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    words: Words = option(WORDS, "the question; a list has one for each attempt", name="menu")
    choices: tuple[Choice, ...] = option(CHOICES, "the answers", name="options")

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Menu:
        """The action, with every prompt that it may need made ready."""
        given = question.with_defaults(given, reading.languages)
        return cls(**given, heard=question.retries(given, given["words"], reading.languages), place=mark)

    @property
    def asked(self) -> Words:
        return self.words

    def keys(self, always: str) -> Keys:
        presses = tuple(choice.press for choice in self.choices)
        others = self.others(always, "".join(press[0] for press in presses))
        most = max(len(press) for press in presses)
        return Keys(presses, 1, most, "", others, self.first_input, self.between)

    def answered(self, run: Run, keys: str) -> Done | None:
        for choice in self.choices:
            if choice.press == keys:
                run.understood()
                run.tag(choice.tag)
                return Done("chosen", choice.go.section, {"press": keys, "tag": choice.tag})
        return None

    def exits(self) -> tuple[Exit, ...]:
        chosen = tuple(Exit(f"option {choice.press}", choice.go, input=True) for choice in self.choices)
        return (*chosen, Exit("give_up", self.give_up))

    def pressed(self) -> Iterator[tuple[str, Mark]]:
        """The keys of its options and their places, for the checks."""
        return ((choice.press, choice.mark) for choice in self.choices)

    def check(self, flow: Flow, reading: Reading) -> None:
        self._keys(flow, reading)
        if len(self.choices) > MOST_OPTIONS:
            message = f"this menu has {len(self.choices)} options; callers remember about {MOST_OPTIONS}."
            hint = "put the rarer ones into a second menu behind the last option"
            reading.problems.add("F181", self.place, message, hint=hint, severity=Severity.WARNING)
        self._first_choice(flow, reading)

    def _keys(self, flow: Flow, reading: Reading) -> None:
        """Keys that are told twice, that mean something anywhere, or that come too quickly after each other."""
        seen: dict[str, Mark] = {}
        for press, mark in self.pressed():
            if press in seen:
                hint = f"the first one is in line {seen[press].line}"
                reading.problems.add("F107", mark, f"the key {press} is an option twice.", hint=hint)
            seen.setdefault(press, mark)
            universal = flow.universals.get(press[0])
            if universal is not None and universal.press == press[0]:
                message = f"option {press} takes the key of '{universal.name}': here it no longer means that."
                reading.problems.add("F109", mark, message, severity=Severity.WARNING)
        for press, mark in self.pressed():
            shorter = next((other for other in seen if other != press and press.startswith(other)), "")
            if shorter and self.between < LEAST_BETWEEN:
                message = (
                    f"option {press} begins like option {shorter}, and nobody presses on within {self.between:g} s."
                )
                hint = "give options other keys, or more time:  between: 2s"
                reading.problems.add("F185", mark, message, hint=hint, severity=Severity.WARNING)

    def _first_choice(self, flow: Flow, reading: Reading) -> None:
        """A caller waits too long until a first option is named."""
        presses = [choice.press for choice in self.choices]
        before = _said_before(flow, self)
        for language, ladder in self.words.ladders.items():
            waited = sum(seconds(words.at(language), reading) for words in before)
            if waited + seconds(ladder[0], reading) <= LONGEST_BEFORE:
                continue  # all of it is short enough
            waited += until_choice(ladder[0], presses, reading)
            if waited > LONGEST_BEFORE:
                mark = next((mark for words, mark in reading.words if words is self.words), self.place)
                message = f"a caller hears about {waited:.0f} s ({language}) before the first option is named."
                hint = f"keep it under {LONGEST_BEFORE:.0f} s: say less before the menu, or name an option first"
                reading.problems.add("F180", mark, message, hint=hint, severity=Severity.WARNING)
                return


def _said_before(flow: Flow, menu: Menu) -> list[Words]:
    """What is said right before a menu, in its section."""
    said: list[Words] = []
    for section in flow.sections.values():
        said = []
        for action in section.actions:
            if action is menu:
                return said
            words = getattr(action, "words", None)
            said = [*said, words] if action.kind == "say" and isinstance(words, Words) else []
    return said
