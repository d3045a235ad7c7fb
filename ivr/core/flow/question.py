"""What all questions have in common: attempts, what is heard after silence or a wrong answer, and giving up.

Theory of operation. One counter counts the attempts that failed, whether by silence or by an answer that fits
nothing. After the n-th failure the caller hears the n-th sentence of ``no_input`` or ``no_match`` and, in the same
breath, the question in the words of attempt n+1; the last sentence of a list is used for all further attempts. Any key
stops both, because they are one prompt. When ``attempts`` have failed nothing more is said here: the call goes to
``give_up``. After an answer that fits nothing, keys pressed before the question is put again are forgotten: they
were meant for something else. Asking to hear it again ("anywhere" keys) counts as no attempt.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ivr.core.calls.verbs import Ask, Keys
from ivr.core.flow.model import Action, Done, Result, Run, Target
from ivr.core.flow.phrases import built_in
from ivr.core.flow.reading import REASON, TARGET, WORDS, YES_NO, choice, lasting, option, whole
from ivr.core.flow.sentence import Template, Words, joined

Heard = dict[tuple[str, int, str], Template]
NO_INPUT, NO_MATCH = "no_input", "no_match"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asking(Action):
    """A question to the caller; kinds add what an answer is."""

    attempts: int = option(
        whole(1, 10), "how often the question is put before giving up", default=3, shown="3", inherits=True
    )
    first_input: float = option(
        lasting(0.5, 60),
        "how long to wait for the first key, from the end of the question",
        default=5.0,
        shown="5s",
        inherits=True,
    )
    between: float = option(
        lasting(0.5, 60), "how long to wait for the next key", default=3.0, shown="3s", inherits=True
    )
    no_input: Words = option(
        WORDS,
        "said when nothing was pressed, before the question is put again",
        default=None,
        shown="a built-in sentence",
        inherits=True,
    )
    no_match: Words = option(
        WORDS,
        "said when the answer fits nothing, before the question is put again",
        default=None,
        shown="a built-in sentence",
        inherits=True,
    )
    give_up: Target = option(TARGET, "where to go when the last attempt has failed", inherits=True)
    interruptible: bool = option(YES_NO, "whether a key stops the question", default=True, shown="yes", inherits=True)
    type_ahead: str = option(
        choice("keep", "flush"),
        "whether keys pressed before the question are an answer to it, or forgotten",
        default="keep",
        shown="keep",
        inherits=True,
    )
    allow_secret: str = option(REASON, "why a secret value may be said here", default="", shown="it may not")
    heard: Heard = field(default_factory=dict)

    @property
    @abstractmethod
    def asked(self) -> Words:
        """The question's own words."""

    @abstractmethod
    def keys(self, always: str) -> Keys:
        """What an answer may be; ``always`` are the "anywhere" keys."""

    def begin(self, run: Run) -> Result:
        run.asked()
        run.local = {"failures": 0, "why": ""}
        return self.ask(run)

    def again(self, run: Run) -> Result:
        run.local = {**run.local, "why": ""}
        return self.ask(run)

    def ask(self, run: Run) -> Ask:
        """The question in the words of this attempt."""
        failures, why = run.local["failures"], run.local["why"]
        return self.put(run, prompt(self.asked, self.heard, run, why, failures), self.keys(run.always))

    def put(self, run: Run, template: Template, keys: Keys, secret: bool = False) -> Ask:
        """A prompt and the keys that answer it."""
        flush = self.type_ahead == "flush" or run.local["why"] == NO_MATCH
        return Ask(run.render(template), keys, self.interruptible, flush, secret)

    def failed(self, run: Run, why: str) -> Done | None:
        """Counts a failed attempt; `Done` when it was the last."""
        failures = run.local["failures"] + 1
        run.local = {**run.local, "failures": failures, "why": why}
        if failures < self.attempts:
            return None
        return Done("give_up", self.give_up.section, {"attempts": failures, "last": why or "changed"})

    def templates(self) -> Iterator[Template]:
        for words in (self.asked, self.no_input, self.no_match):
            yield from words.templates
        yield from self.heard.values()

    def others(self, always: str, own: str) -> str:
        """The "anywhere" keys that this question does not take for itself."""
        return "".join(key for key in always if key not in own)


def prompt(asked: Words, heard: Heard, run: Run, why: str, failures: int) -> Template:
    """What is heard now: the question of this attempt, after silence or a wrong answer with the sentence before it."""
    if not why:
        return asked.at(run.language, failures + 1)
    return heard[why, failures, run.language]


def retries(given: dict[str, Any], asked: Words, languages: tuple[str, ...]) -> Heard:
    """Every prompt of a second or later attempt, made once."""
    heard: Heard = {}
    for why in (NO_INPUT, NO_MATCH):
        for failures in range(1, given["attempts"]):
            for language in languages:
                sorry: Template = given[why].at(language, failures)
                question = asked.at(language, failures + 1)
                known = heard.get((why, failures - 1, language))
                same = known is not None and (sorry, question) == (
                    given[why].at(language, failures - 1),
                    asked.at(language, failures),
                )
                heard[why, failures, language] = known if known and same else joined(sorry, question)
    return heard


def with_defaults(given: dict[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """The options, with the built-in sentences where the flow has none."""
    return {**given, **{name: given[name] or built_in(name, languages) for name in (NO_INPUT, NO_MATCH)}}
