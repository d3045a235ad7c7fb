"""What one question may say: its own words, and the words after trouble with the question behind them, made at load.

Sentences that a question joins are one sentence, so that one key stops all of it and one sound plays it; what has no
values in it is joined once, here, and not in every call.
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

    def __post_init__(self) -> None:
        for why, words in self.sorry.items():
            if why != HELP and not self.reprompt:
                continue
            for language in self.languages:
                for count in range(1, words.steps(language) + 1):
                    for puts in range(min(2, self.asked.steps(language)), self.asked.steps(language) + 1):
                        both = joined(words.at(language, count), self.asked.at(language, puts))
                        self._joined[why, count, puts, language] = both

    def at(self, language: str, puts: int) -> Template:
        """The question itself, in the words of the n-th time."""
        return self.asked.at(language, puts)

    def after(self, why: str, count: int, puts: int, language: str) -> Template:
        """What is heard after the ``count``-th trouble of a kind, when the question is put the ``puts``-th time."""
        words = self.sorry[why]
        known = (why, min(count, words.steps(language)), min(puts, self.asked.steps(language)), language)
        return self._joined.get(known) or words.at(language, count)

    @property
    def templates(self) -> Iterator[Template]:
        """Everything that is said in one breath."""
        yield from self.asked.templates
        yield from self._joined.values()


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
