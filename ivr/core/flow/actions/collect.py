"""``collect``: a question that is answered with a number of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.base.dialling import Pattern
from ivr.core.base.secret import Secret
from ivr.core.calls.verbs import Ask, Keys
from ivr.core.document.problems import Mark
from ivr.core.document.source import Place, Scalar
from ivr.core.flow import question, values
from ivr.core.flow.expr import Expression
from ivr.core.flow.heard import Heard, said_now
from ivr.core.flow.inputs import INPUTS, Wanted
from ivr.core.flow.model import Done, Exit, Flow, Result, Run
from ivr.core.flow.phrases import BUILT_IN, built_in
from ivr.core.flow.question import Asking
from ivr.core.flow.reading import NAME, WORDS, YES_NO, Reading, option
from ivr.core.flow.sentence import Template, Words, joined, parse
from ivr.core.flow.state import Spent
from ivr.core.flow.values import Type, Variable
from ivr.core.flow.wanted import (
    BOUND,
    END,
    FORMAT,
    INPUT,
    LENGTH,
    ONE_OF,
    PATTERN,
    RANGE,
    check_bounds,
    confirmation,
    settle,
)
from ivr.core.prompts.say import base_language

CONFIRM_KEYS = ("1", "2")
CONFIRMING = "question"  # while the value is confirmed: the question's own memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collect(Asking):
    """A question that is answered with a number of keys; the answer is kept under a name."""

    kind: ClassVar[str] = "collect"
    about: ClassVar[str] = "A question that is answered with a number of keys; the answer is kept under a name."
    outcomes: ClassVar[dict[str, str]] = {
        "collected": "the next action; the value has the name that `as` gives",
        "give_up": "the section that `give_up` names; the value is empty",
    }
    example: ClassVar[str] = """\
flow:
  account:
    - collect: Please key in your account number, then press hash.
      as: account
      length: 6..10
      confirm: You said {account:digits}.
      give_up: goodbye
    - collect: When do you want to come? Please key in two digits for the day and two for the month.
      as: day
      format: DDMM
      earliest: today + 1d
      latest: today + 90d
      confirm: yes
      give_up: goodbye
    - say: Thank you. We expect you on {day:date}.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    words: Words = option(WORDS, "the question; a list has one for each attempt", name="collect")
    name: str = option(NAME, "the name of the value", name="as")
    type: str = option(INPUT, "what is keyed in", default=None, shown="digits, or what its options say")
    length: tuple[int, int] = option(LENGTH, "how many keys an answer has", default=None, shown="what the type allows")
    end: str = option(END, "the key that ends the answer", default=None, shown='"#"')
    format: str = option(FORMAT, "the order of a date's digits", default=None, shown="needed for `date`")
    range: tuple[float, float] = option(RANGE, "the least and the greatest number", default=None, shown="none")
    earliest: Expression = option(BOUND, "the first date or time that is taken", default=None, shown="none")
    latest: Expression = option(BOUND, "the last date or time that is taken", default=None, shown="none")
    pattern: tuple[Pattern, ...] = option(PATTERN, "which digits are taken", default=None, shown="none")
    one_of: tuple[str, ...] | Expression = option(ONE_OF, "which values are taken", default=None, shown="none")
    confirm: Words | None = option(
        confirmation(WORDS),
        "said with the value in it; the caller presses 1 to accept or 2 to change; with `yes` in built-in words",
        default=None,
        shown="no",
    )
    accept: Words = option(
        WORDS, "said after `confirm`: which keys to press", default=None, shown="a built-in sentence", inherits=True
    )
    secret: bool = option(YES_NO, "whether the value is a secret", default=False, shown="no, but yes for `card`")
    wanted: Wanted
    confirming: Words | None = None
    confirm_heard: Heard | None = None

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Collect:
        """The action, with every prompt that it may need made ready."""
        given = question.with_defaults(settle(given, reading.problems, mark), reading.languages)
        kind, wanted = INPUTS[given["type"]], given["wanted"]
        given["secret"] = given["secret"] or kind.secret
        given["accept"] = given["accept"] or built_in("accept", reading.languages)
        if isinstance(given["confirm"], Scalar):
            given["confirm"] = _read_back(given["name"], given["type"], given["confirm"].mark, reading)
        given["confirm"] = given["confirm"] or None
        confirming, heard = None, None
        if given["confirm"] is not None:
            confirming = _both(given["confirm"], given["accept"], reading.languages)
            heard = question.retries(given, confirming, reading.languages)
        return cls(
            **{name: getattr(wanted, name) for name in Wanted.__dataclass_fields__},
            **given,
            heard=question.retries(given, given["words"], reading.languages),
            confirming=confirming,
            confirm_heard=heard,
            place=mark,
        )

    @property
    def asked(self) -> Words:
        return self.words

    def keys(self, always: str) -> Keys:
        (least, most), kind = self.length, INPUTS[self.type]
        others = self.others(always, kind.keys + self.end)
        return Keys(kind.choices, least, most, self.end, others, self.first_input, self.between)

    def put(self, run: Run, template: Template, keys: Keys, secret: bool = False) -> Ask:
        return Asking.put(self, run, template, keys, self.secret and CONFIRMING not in run.local)

    def ask(self, run: Run) -> Ask:
        if CONFIRMING not in run.local or self.confirm_heard is None:
            return Asking.ask(self, run)
        return self.put(run, said_now(run, self.confirm_heard), self._confirm_keys(run.always))

    def again(self, run: Run) -> Result:
        if CONFIRMING not in run.local or self.confirm_heard is None:
            return Asking.again(self, run)
        run.local = {**run.local, "why": ""}
        return self.put(
            run, self.confirm_heard.at(run.language, run.local.get("puts", 1)), self._confirm_keys(run.always)
        )

    def back(self, run: Run) -> Result | None:
        """From the confirmation back to the question, which costs no attempt."""
        if CONFIRMING not in run.local:
            return None
        self._ask_anew(run)
        return self.ask(run)

    def answered(self, run: Run, keys: str) -> Result | None:
        if CONFIRMING in run.local:
            return self._confirmed(run, keys)
        value = self._value(run, keys)
        if value is None:
            return None
        run.set(self.name, value)
        if self.confirming is None:
            return self._done(run, value)
        run.local = {CONFIRMING: run.local, "value": value}
        return self.ask(run)

    def _value(self, run: Run, keys: str) -> values.Value:
        if keys and keys[-1] in self.end:
            keys = keys[:-1]
        least, most = self.length
        value = INPUTS[self.type].taken(keys, self.wanted, run) if least <= len(keys) <= most else None
        if not self.secret:
            return value
        return Secret(keys if value is None else values.as_text(value)) if run.fits(value is not None) else None

    def _confirm_keys(self, always: str) -> Keys:
        keys: Keys | None = self.made.get((CONFIRMING, always))
        if keys is None:
            others = self.others(always, "".join(CONFIRM_KEYS))
            keys = self.made[CONFIRMING, always] = Keys(CONFIRM_KEYS, 1, 1, "", others, self.first_input, self.between)
        return keys

    def _confirmed(self, run: Run, keys: str) -> Result | None:
        if keys == CONFIRM_KEYS[0]:
            return self._done(run, run.local["value"])
        if keys != CONFIRM_KEYS[1]:
            return None
        self._ask_anew(run)
        return self.retry(run, "changed")

    def _ask_anew(self, run: Run) -> None:
        """Takes the value back: the question is put as for the first time, but the attempts stay counted."""
        run.set(self.name, None)
        run.local = {"failures": run.local[CONFIRMING].get("failures", 0)}

    def lost(self, run: Run, over: Done | Spent) -> Result:
        run.set(self.name, None)
        return over

    def _done(self, run: Run, value: values.Value) -> Done:
        run.understood()
        return Done("collected", detail={"as": self.name, "value": value})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("collected", input=True), Exit("give_up", self.give_up))

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        kind = INPUTS[self.type]
        return {self.name: Variable(Type.TEXT if self.secret else kind.type, self.secret)}

    def check(self, flow: Flow, reading: Reading) -> None:
        check_bounds(self.type, self.wanted, reading.known, reading.problems)

    @property
    def said(self) -> tuple[Words, ...]:
        """All that it says, as it is written, and what is read back."""
        own = (self.asked, self.no_input, self.no_match, self.help_words)
        return own if self.confirm is None else (*own, self.confirm, self.accept)

    def templates(self) -> Iterator[Template]:
        yield from Asking.templates(self)
        if self.confirm_heard is not None:
            yield from self.confirm_heard.templates


def _read_back(name: str, type_: str, mark: Mark, reading: Reading) -> Words:
    """The built-in sentence that reads a value of a type back."""
    way = INPUTS[type_].way
    phrase = BUILT_IN.get(f"confirm ({type_})", BUILT_IN["confirm"])
    ladders: dict[str, tuple[Template, ...]] = {}
    for language in reading.languages:
        text = phrase[base_language(language) or "en"].replace("…", f"{name}:{way}")
        template = parse(text, language, Place(Scalar(text, mark), ()), reading.problems)
        if template is not None:
            reading.templates.append(template)
            ladders[language] = (template,)
    return Words(ladders)


def _both(first: Words, second: Words, languages: tuple[str, ...]) -> Words:
    """Two sentences said as one, in every language and for every attempt."""
    ladders = {}
    for language in languages:
        steps = range(1, max(first.steps(language), second.steps(language)) + 1)
        ladders[language] = tuple(joined(first.at(language, step), second.at(language, step)) for step in steps)
    return Words(ladders)
