"""A flow as it runs: sections of actions, and what every kind of action has in common.

Everything is frozen and made once, at load; a running call only adds a `State`. An `Action` turns a `Run` into a verb
(what to do to the caller) or `Done` (what came of it and where the call goes).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol

from ivr.core.base.quick import frozen
from ivr.core.calls.outcomes import Outcome
from ivr.core.calls.verbs import Recording, Sentence, Verb
from ivr.core.document.problems import Mark
from ivr.core.flow.expr import Expression
from ivr.core.flow.sentence import Template, Words, ahead
from ivr.core.flow.state import End, Enter, Facts, Leave, Spent
from ivr.core.flow.surroundings import ALONE, NO_SIGNATURE, Signature, Surroundings
from ivr.core.flow.values import Value, Variable


@dataclass(frozen=True, slots=True)
class Target:
    """A section that is gone to; ``what`` goes there, as findings name it."""

    section: str
    mark: Mark
    what: str


@frozen
class Done:
    """An action is finished: its outcome, the section it goes ``to`` (empty: the next action), and details."""

    outcome: str
    to: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


Result = Verb | Done | Enter | Leave | Spent | End


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of an action, for the checks. Without a ``target`` it is the next action, or the end of the call.

    ``input`` is true when the caller has answered, spoken or talked on this way, so that a circle through it is fine.
    """

    outcome: str
    target: Target | None = None
    input: bool = False
    ends: bool = False


class Run(Protocol):
    """The running call, as an action sees it while it works."""

    flow: Flow
    facts: Facts
    at: datetime
    language: str
    variables: dict[str, Value]
    local: dict[str, Value]

    @property
    def always(self) -> str:
        """The keys that mean something anywhere now: this flow's, and those of the flows that entered it."""
        ...

    @property
    def away(self) -> str:
        """Those of `always` that take the call elsewhere; the others do something with the question that is put."""
        ...

    def lookup(self, path: tuple[str, ...]) -> Value:
        """The value of a dotted name."""
        ...

    def holds(self, condition: Expression) -> bool:
        """Whether a condition holds now."""
        ...

    def decides(self, value: Expression, outcome: str, to: str) -> tuple[str, str]:
        """What a value comes to, and the section that it leads to; a replay knows it of a secret."""
        ...

    def is_open(self, calendar: str) -> bool:
        """Whether it is open now, by a calendar's name."""
        ...

    def fits(self, found: bool) -> bool:
        """Notes whether a secret that was given is one that the question takes; a replay knows it from the call."""
        ...

    def turned_out(self, found: bool) -> bool:
        """Notes a yes or no that was made of a secret; a replay knows it from the call."""
        ...

    def sentence(self, words: Words, attempt: int = 1) -> Sentence:
        """Words in the caller's language, with the values that they have now."""
        ...

    def render(self, template: Template) -> Sentence:
        """A template with the values that it has now."""
        ...

    def set(self, name: str, value: Value) -> None:
        """Gives a variable a value; None takes it away."""
        ...

    def speak(self, language: str) -> bool:
        """Changes the language that the caller hears; no when the flow does not have it."""
        ...

    def tag(self, name: str) -> None:
        """Notes a milestone or a call driver; each once."""
        ...

    def asked(self) -> None:
        """Notes that the action puts a question, for ``back``."""
        ...

    def erred(self) -> bool:
        """Counts an input that failed against the call's error budget; when that is spent now (yes), give `Spent`."""
        ...

    def understood(self) -> None:
        """Counts a good answer: it halves what was spent of the call's error budget."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Action(ABC):
    """One thing that is done in a call; every kind is a subclass in a file of its own."""

    kind: ClassVar[str] = ""
    about: ClassVar[str] = ""
    reaches_person: ClassVar[bool] = False  # whether a caller may come to talk to somebody here
    outcomes: ClassVar[dict[str, str]] = {}
    example: ClassVar[str] = ""
    hints: ClassVar[dict[str, str]] = {}  # answers for options that people are likely to try
    beside: ClassVar[dict[str, str]] = {}  # the files that the example needs beside it, by name
    elsewhere: ClassVar[bool] = False  # whether the call goes on in another flow
    decides: ClassVar[bool] = False  # whether a value decides where it goes, so that a circle with it may end
    bare: ClassVar[bool] = False  # whether the kind's word may stand alone, as in  - hangup
    place: Mark

    @property
    def leave(self) -> str:
        """The keys that end its wait, also where they mean something anywhere."""
        return ""

    @classmethod
    def build(cls, given: dict[str, Any], reading: Any, mark: Mark) -> Action:
        """The action from its options, when all of them could be read; kinds complete them here."""
        return cls(place=mark, **given)

    @abstractmethod
    def begin(self, run: Run) -> Result:
        """What to do first; `Done` when nothing has to be done to the caller."""

    def resume(self, run: Run, outcome: Outcome) -> Result:
        """What to do when the verb has come to something. Outcomes that are not known here end the action."""
        return Done("done")

    def again(self, run: Run) -> Result:
        """What to do when the caller asks to hear it again."""
        return self.begin(run)

    def help(self, run: Run) -> Result:
        """What to do when the caller asks for help."""
        return self.again(run)

    def back(self, run: Run) -> Result | None:
        """What to do when the caller wants to go one step back within the action; None: to the question before."""
        return None

    @abstractmethod
    def exits(self) -> tuple[Exit, ...]:
        """Every way out, for the checks."""

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        """The variables that it gives a value, with what is known of them when those of ``known`` are."""
        return {}

    def check(self, flow: Flow, reading: Any) -> None:  # noqa: B027 - most kinds have nothing to check here
        """Notes what is wrong with it in its flow, once the whole page is read: ``reading`` has the findings."""

    def templates(self) -> Iterator[Template]:
        """Every sentence that it may say."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Words):
                yield from value.templates

    def recordings(self) -> Iterator[str]:
        """The names of the recorded files that it may play."""
        return iter(())

    def reads(self) -> Iterator[Expression]:
        """The expressions whose values leave the flow here: said, kept or dialled."""
        return (slot.expression for template in self.templates() for slot in template.slots)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A named list of actions; ``mark`` is its name's place."""

    name: str
    actions: tuple[Action, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class Universal:
    """A key that means the same everywhere; without a target ``repeat``, ``back`` and ``help`` do what they say."""

    name: str
    press: str
    target: Target | None
    phrases: dict[str, tuple[str, ...]]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Budget:
    """How many failed inputs a whole call may have (a good answer halves the count), and where it goes then."""

    errors: int
    go: Target


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Flow:
    """A flow that was loaded. ``longest`` is in seconds; an empty ``on_error`` hangs up.

    ``record`` says that the whole call is recorded, but for secrets. ``always`` are the keys of its universals.
    """

    name: str
    file: str
    about: str
    languages: tuple[str, ...]
    sections: dict[str, Section]
    start: str
    resume: str
    on_error: str
    longest: float | None
    returned: Words
    apology: Words
    universals: dict[str, Universal]
    signature: Signature = NO_SIGNATURE
    budget: Budget | None = None
    record: bool = False
    surroundings: Surroundings = ALONE
    always: str = field(init=False, default="")

    def __repr__(self) -> str:
        """Its name alone: the flows of a folder know each other, and would show all of them over and over."""
        return f"Flow({self.name!r})"

    def __post_init__(self) -> None:
        object.__setattr__(self, "always", "".join(self.universals))

    def actions(self) -> Iterator[Action]:
        """Every action, in the order of the page."""
        return (action for section in self.sections.values() for action in section.actions)

    def templates(self) -> Iterator[Template]:
        """Every sentence that a caller may hear."""
        yield from self.returned.templates
        yield from self.apology.templates
        for action in self.actions():
            yield from action.templates()

    def sentences(self) -> list[Sentence]:
        """What can be rendered before any call, each once: whole sentences, the fixed words around values, sounds."""
        return list(dict.fromkeys([*ahead(self.templates()), *self.recordings()]))

    def recordings(self) -> Iterator[Sentence]:
        """Every recorded file that a caller may hear, in every language."""
        names = dict.fromkeys(name for action in self.actions() for name in action.recordings())
        return (Sentence(language, (Recording(name),)) for name in names for language in self.languages)
