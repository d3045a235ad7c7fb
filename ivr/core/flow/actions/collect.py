"""``collect``: a question that is answered with a number of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ivr.core.base.secret import Secret
from ivr.core.calls.outcomes import Digits, Failed, NoInput, Outcome, Unsaid
from ivr.core.calls.verbs import Keys, Verb
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark
from ivr.core.document.source import Node
from ivr.core.flow import question, values
from ivr.core.flow.inputs import INPUTS, LATER
from ivr.core.flow.model import Done, Exit, Result, Run
from ivr.core.flow.phrases import built_in
from ivr.core.flow.question import Asking, Heard
from ivr.core.flow.reading import KEYS, NAME, WORDS, YES_NO, Form, Reading, option, span
from ivr.core.flow.sentence import Template, Words, joined
from ivr.core.flow.values import Type, Variable


def _read_type(node: Node, reading: Reading) -> str | None:
    written = typed.text(node, reading.problems)
    if written in LATER:
        hint = "types are " + ", ".join(INPUTS)
        reading.problems.add("F116", node.mark, f"the type '{written}' comes with a later version.", hint=hint)
        return None
    return typed.choice(INPUTS)(node, reading.problems)


INPUT: Form[str] = Form("one of " + ", ".join(f"`{name}`" for name in INPUTS), _read_type, shape.choice(INPUTS))
CONFIRM_KEYS = ("1", "2")


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
    - say: Thank you.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
    words: Words = option(WORDS, "the question; a list has one for each attempt", name="collect")
    name: str = option(NAME, "the name of the value", name="as")
    type: str = option(INPUT, "what is keyed in", default="digits", shown="digits")
    length: tuple[int, int] = option(
        span(1, 40), "how many keys an answer has", default=None, shown="what the type allows"
    )
    end: str = option(KEYS, "the key that ends the answer", default="#", shown='"#"')
    confirm: Words | None = option(
        WORDS, "said with the value in it; the caller presses 1 to accept or 2 to change", default=None, shown="none"
    )
    accept: Words = option(
        WORDS, "said after `confirm`: which keys to press", default=None, shown="a built-in sentence", inherits=True
    )
    secret: bool = option(YES_NO, "whether the value is a secret", default=False, shown="no, but yes for `card`")
    confirming: Words | None = None
    confirm_heard: Heard = field(default_factory=dict)

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Collect:
        """The action, with every prompt that it may need made ready."""
        kind = INPUTS[given["type"]]
        given = question.with_defaults(given, reading.languages)
        given["length"] = given["length"] or kind.length
        given["secret"] = given["secret"] or kind.secret
        given["accept"] = given["accept"] or built_in("accept", reading.languages)
        confirming, heard = None, {}
        if given["confirm"] is not None:
            confirming = _both(given["confirm"], given["accept"], reading.languages)
            heard = question.retries(given, confirming, reading.languages)
        return cls(
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
        least, most = self.length
        others = self.others(always, INPUTS[self.type].keys + self.end)
        return Keys((), least, most, self.end, others, self.first_input, self.between)

    def put(self, run: Run, template: Template, keys: Keys, secret: bool = False) -> Verb:  # type: ignore[override]
        return Asking.put(self, run, template, keys, self.secret and not keys.choices)

    def again(self, run: Run) -> Result:
        run.local = {**run.local, "why": ""}
        return self._confirm(run) if "value" in run.local else self.ask(run)

    def resume(self, run: Run, outcome: Outcome) -> Verb | Done:
        if isinstance(outcome, Unsaid | Failed):
            run.set(self.name, None)
            return Done("give_up", self.give_up.section, {"last": "unsaid", "reason": outcome.reason})
        keys = values.plain(outcome.keys) if isinstance(outcome, Digits) else ""
        if "value" in run.local:
            return self._confirmed(run, keys, outcome)
        value = self._value(keys)
        if value is None:
            return self._fail(run, question.NO_INPUT if isinstance(outcome, NoInput) else question.NO_MATCH)
        run.set(self.name, value)
        if self.confirming is None:
            return self._done(value)
        run.local = {**run.local, "value": value, "why": ""}
        return self._confirm(run)

    def _value(self, keys: str) -> values.Value:
        keys = keys.removesuffix(self.end)
        least, most = self.length
        value = INPUTS[self.type].parse(keys) if least <= len(keys) <= most else None
        return Secret(values.as_text(value)) if self.secret and value is not None else value

    def _confirm(self, run: Run) -> Verb:
        assert self.confirming is not None
        always = self.others(run.always, "".join(CONFIRM_KEYS))
        keys = Keys(CONFIRM_KEYS, 1, 1, "", always, self.first_input, self.between)
        failures, why = run.local["failures"], run.local["why"]
        if not why:
            return self.put(run, self.confirming.at(run.language), keys)
        return self.put(run, question.prompt(self.confirming, self.confirm_heard, run, why, failures), keys)

    def _confirmed(self, run: Run, keys: str, outcome: Outcome) -> Verb | Done:
        if keys == CONFIRM_KEYS[0]:
            return self._done(run.local["value"])
        if keys == CONFIRM_KEYS[1]:
            run.local = {name: value for name, value in run.local.items() if name != "value"}
            return self._fail(run, "")
        return self._fail(run, question.NO_INPUT if isinstance(outcome, NoInput) else question.NO_MATCH)

    def _fail(self, run: Run, why: str) -> Verb | Done:
        over = self.failed(run, why)
        if over is not None:
            run.set(self.name, None)
            return over
        return self._confirm(run) if "value" in run.local else self.ask(run)

    def _done(self, value: values.Value) -> Done:
        return Done("collected", detail={"as": self.name, "value": value})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("collected", input=True), Exit("give_up", self.give_up))

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        kind = INPUTS[self.type]
        return {self.name: Variable(Type.TEXT if self.secret else kind.type, self.secret)}

    def templates(self) -> Iterator[Template]:
        yield from Asking.templates(self)
        if self.confirming is not None:
            yield from self.confirming.templates
            yield from self.confirm_heard.values()


def _both(first: Words, second: Words, languages: tuple[str, ...]) -> Words:
    """Two sentences said as one, in every language."""
    return Words({language: (joined(first.at(language), second.at(language)),) for language in languages})
