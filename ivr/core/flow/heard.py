"""What one question may say: its own words, and the words after trouble with the question behind them, made once.

Sentences that a question joins are one sentence, so that one key stops all of it and one sound plays it; what is
joined is joined once, and not in every call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.model import Run
from ivr.core.flow.sentence import Template, Words, joined

NO_INPUT, NO_MATCH, HELP = "no_input", "no_match", "help"


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A question's sentences in a flow's ``languages``; ``sorry`` are the words for silence, wrong answers and help.

    With ``reprompt`` the question stands behind the words for silence and wrong answers; behind help it always does.
    """

    asked: Words
    sorry: Mapping[str, Words]
    languages: tuple[str, ...]
    reprompt: bool = True
    _joined: dict[tuple[str, int, int, str], Template] = field(init=False, default_factory=dict, repr=False)

    def at(self, language: str, puts: int) -> Template:
        """The question itself, in the words of the n-th time."""
        return self.asked.at(language, puts)

    def after(self, why: str, count: int, puts: int, language: str) -> Template:
        """What is heard after the ``count``-th trouble of a kind, when the question is put the ``puts``-th time."""
        words = self.sorry[why]
        if why != HELP and not self.reprompt:
            return words.at(language, count)
        known = (why, min(count, words.steps(language)), min(puts, self.asked.steps(language)), language)
        both = self._joined.get(known)
        if both is None:
            both = self._joined[known] = joined(words.at(language, count), self.asked.at(language, puts))
        return both

    @property
    def templates(self) -> Iterator[Template]:
        """Everything that is said in one breath."""
        yield from self.asked.templates
        for why, words in self.sorry.items():
            for language in self.languages if why == HELP or self.reprompt else ():
                most = self.asked.steps(language)
                for count in range(1, words.steps(language) + 1):
                    for puts in range(min(2, most), most + 1):
                        yield self.after(why, count, puts, language)


def said_now(run: Run, heard: Heard) -> Template:
    """What is heard now; that the question was put, if it is, is noted in the question's memory."""
    local = run.local
    why = local.get("why", "")
    silent = why in (NO_INPUT, NO_MATCH) and not heard.reprompt
    puts = local.get("puts", 0) + (0 if silent else 1)
    if not silent:
        run.local = {**local, "puts": puts}
    if why not in heard.sorry:
        return heard.at(run.language, puts)
    return heard.after(why, local[why], puts, run.language)
