"""What all questions have in common: how they are put, what is heard after silence or a wrong answer, and giving up.

Theory of operation, after VoiceXML 2.0 (W3C Recommendation of 2004-03-16, 4.1.6 prompts, 5.2.2 and 5.3 events, appendix
C the form interpretation algorithm); ``run.local`` is the question's own memory.

* **Counters.** Silence, answers that fit nothing and requests for help are counted apart: the n-th silence is
  answered with the n-th sentence of ``no_input``, whatever went wrong in between. ``attempts`` bounds all failures
  together, for a caller does not care of which kind they were. All begin anew whenever the call comes to the question.
* **Tapered prompts.** The question's own list goes by how often it was put, not by failures. The last sentence of
  each list is used for all further times.
* **Re-prompt.** After silence or a wrong answer the words for it and the question are one prompt, which any key stops.
  With ``reprompt: no`` only those words are heard; then the question was not put, and is not counted.
* **Help** is heard with the question behind it, which counts as put once more and costs no attempt. **Repeat** says
  the question as it was put last. VoiceXML leaves that word to the page; a repeat in other words would be none.
  **Back** is the machine's: to the question before this one.
* **Type-ahead.** Keys pressed before the question are an answer to it unless ``type_ahead: flush``. After an answer
  that fits nothing they are forgotten: they were meant for something else. While a question plays that no key stops,
  keys are kept and answer it at its end; with ``flush`` they are forgotten then.
* **Budget.** Every failure counts against the call's error budget, and a good answer gives half of it back. When it is
  spent the call goes where the flow says, else to ``give_up`` when ``attempts`` have failed; nothing more is said here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ivr.core.calls.outcomes import Digits, Failed, NoInput, Outcome, Unsaid
from ivr.core.calls.verbs import Ask, Keys
from ivr.core.flow import values
from ivr.core.flow.expr import Expression
from ivr.core.flow.heard import HELP, NO_INPUT, NO_MATCH, Heard, said_now
from ivr.core.flow.model import Action, Done, Result, Run, Target
from ivr.core.flow.phrases import built_in
from ivr.core.flow.reading import REASON, TARGET, WORDS, YES_NO, choice, lasting, option, whole
from ivr.core.flow.sentence import Template, Words
from ivr.core.flow.state import Spent

MOST_MADE = 100
_TROUBLE = (Unsaid, Failed)
_BUILT_IN = {"no_input": "no_input", "no_match": "no_match", "help_words": "help"}


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
        "said when nothing was pressed; a list has one for the first such time, the second, and so on",
        default=None,
        shown="a built-in sentence",
        inherits=True,
    )
    no_match: Words = option(
        WORDS,
        "said when the answer fits nothing; a list has one for the first such time, the second, and so on",
        default=None,
        shown="a built-in sentence",
        inherits=True,
    )
    help_words: Words = option(
        WORDS,
        "said when the caller asks for help, before the question is put again; costs no attempt",
        name="help",
        default=None,
        shown="a built-in sentence",
        inherits=True,
    )
    reprompt: bool = option(
        YES_NO,
        "whether the question is put again behind `no_input` and `no_match`",
        default=True,
        shown="yes",
        inherits=True,
    )
    give_up: Target = option(TARGET, "where to go when the last attempt has failed", inherits=True)
    interruptible: bool = option(YES_NO, "whether a key stops the question", default=True, shown="yes", inherits=True)
    type_ahead: str = option(
        choice("keep", "flush"),
        "whether keys pressed before the question are an answer to it, or forgotten; and so for keys during a question "
        "that they do not stop",
        default="keep",
        shown="keep",
        inherits=True,
    )
    allow_secret: str = option(REASON, "why a secret value may be said here", default="", shown="it may not")
    heard: Heard
    made: dict[Any, Any] = field(default_factory=dict, repr=False)  # keys and questions that were put before

    @property
    @abstractmethod
    def asked(self) -> Words:
        """The question's own words."""

    @abstractmethod
    def keys(self, always: str) -> Keys:
        """What an answer may be; ``always`` are the "anywhere" keys."""

    def answered(self, run: Run, keys: str) -> Result | None:
        """What comes of the keys of an answer; None when they fit nothing."""
        return None

    def begin(self, run: Run) -> Result:
        run.asked()
        run.local = {}
        return self.ask(run)

    def resume(self, run: Run, outcome: Outcome) -> Result:
        if isinstance(outcome, Digits):
            return self.answered(run, values.plain(outcome.keys)) or self.retry(run, NO_MATCH)
        if isinstance(outcome, _TROUBLE):
            return self.lost(run, Done("give_up", self.give_up.section, {"last": "unsaid", "reason": outcome.reason}))
        return self.retry(run, NO_INPUT if isinstance(outcome, NoInput) else NO_MATCH)

    def again(self, run: Run) -> Result:
        run.local = {**run.local, "why": ""}
        return self.put(run, self.heard.at(run.language, run.local.get("puts", 1)), self.answers(run))

    def help(self, run: Run) -> Result:
        run.local = {**run.local, HELP: run.local.get(HELP, 0) + 1, "why": HELP}
        return self.ask(run)

    def retry(self, run: Run, why: str) -> Result:
        """Counts a failed attempt; the question again, or the way out of it."""
        over = self.failed(run, why)
        return self.ask(run) if over is None else self.lost(run, over)

    def ask(self, run: Run) -> Ask:
        """What is heard now: the question, and before it the words for what went wrong."""
        if run.local:
            return self.put(run, said_now(run, self.heard), self.answers(run))
        ask: Ask | None = self.made.get((run.language, run.always))
        if ask is None:
            ask = self.put(run, self.heard.at(run.language, 1), self.answers(run))
            if self.heard.at(run.language, 1).constant is not None and len(self.made) < MOST_MADE:
                self.made[run.language, run.always] = ask
        run.local = {"puts": 1}
        return ask

    def put(self, run: Run, template: Template, keys: Keys, secret: bool = False) -> Ask:
        """A prompt and the keys that answer it; one that is the same in every call is made once."""
        flush = self.type_ahead == "flush" or run.local.get("why") == NO_MATCH
        known = self.made.get((id(template), id(keys), flush, secret))
        if known is not None:
            ask: Ask = known[1]  # its template and keys live as long as this entry, so their ids are theirs
            return ask
        deaf = self.type_ahead == "flush" and not self.interruptible
        ask = Ask(run.render(template), keys, self.interruptible, flush, secret, deaf)
        if template.constant is not None and len(self.made) < MOST_MADE:
            self.made[id(template), id(keys), flush, secret] = (template, ask)
        return ask

    def answers(self, run: Run) -> Keys:
        """The keys that answer it now, made once for each set of "anywhere" keys."""
        keys: Keys | None = self.made.get(run.always)
        if keys is None:
            keys = self.keys(run.always)
            if len(self.made) < MOST_MADE:
                self.made[run.always] = keys
        return keys

    def failed(self, run: Run, why: str) -> Done | Spent | None:
        """Counts a failed attempt; `Done` when it was the last, `Spent` when the call has had too many."""
        local = run.local
        failures = local.get("failures", 0) + 1
        run.local = {**local, "failures": failures, why: local.get(why, 0) + 1, "why": why}
        if run.erred():
            return Spent({"attempts": failures, "last": why})
        if failures < self.attempts:
            return None
        return Done("give_up", self.give_up.section, {"attempts": failures, "last": why})

    def lost(self, run: Run, over: Done | Spent) -> Result:
        """What else is done when there will be no answer."""
        return over

    def templates(self) -> Iterator[Template]:
        for words in self.said:
            yield from words.templates
        yield from self.heard.templates

    def reads(self) -> Iterator[Expression]:
        """The values in its own words; the sentences that are made of them have no others."""
        for words in self.said:
            for template in words.templates:
                yield from (slot.expression for slot in template.slots)

    @property
    def said(self) -> tuple[Words, ...]:
        """All that it says, as it is written."""
        return (self.asked, self.no_input, self.no_match, self.help_words)

    def others(self, always: str, own: str) -> str:
        """The "anywhere" keys that this question does not take for itself."""
        return "".join(key for key in always if key not in own)


def with_defaults(given: dict[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """The options, with the built-in sentences where the flow has none."""
    built = {name: given[name] or built_in(phrase, languages) for name, phrase in _BUILT_IN.items()}
    return {**given, **built}


def retries(given: dict[str, Any], asked: Words, languages: tuple[str, ...]) -> Heard:
    """Every prompt of a question with these options, made once; ``given`` comes from `with_defaults`."""
    sorry = {NO_INPUT: given["no_input"], NO_MATCH: given["no_match"], HELP: given["help_words"]}
    return Heard(asked, sorry, languages, given["reprompt"])


__all__ = ["HELP", "NO_INPUT", "NO_MATCH", "Asking", "retries", "with_defaults"]
