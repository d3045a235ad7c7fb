"""Words for callers: ``Your balance is {balance:money}.`` to what is played, in each language and for each attempt.

Sentences are parsed once, when the flow is loaded. One without values is a single `Sentence` object that every call
shares, so that its sound is found by one look into a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.core.base.secret import Secret
from ivr.core.calls.verbs import Piece, Sentence, Spoken, Text
from ivr.core.document.problems import Problems, suggestion
from ivr.core.document.source import Place
from ivr.core.flow import expr, values
from ivr.core.flow.expr import Expression
from ivr.core.flow.tree import Scope
from ivr.core.flow.values import Value
from ivr.core.prompts.say import WAYS, Unspeakable, speak

AS_IS = "as_is"
_WAY = re.compile(r":\s*([A-Za-z_][A-Za-z0-9_ ]*?)\s*$")
_UNSPACED = frozenset({"zh"})  # written without blanks between words and sentences


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in a sentence and the way it is read aloud."""

    expression: Expression
    way: str


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A sentence in one language; ``constant`` is the sentence itself when it has no values in it."""

    language: str
    parts: tuple[Text | Slot, ...]
    constant: Sentence | None

    def render(self, scope: Scope, currency: str) -> Sentence:
        """The sentence with its values, as they are now. A value that was never set is left out."""
        if self.constant is not None:
            return self.constant
        pieces: list[Piece] = []
        for part in self.parts:
            if isinstance(part, Text):
                pieces.append(part)
            elif (value := part.expression.value(scope)) is not None:
                pieces.append(spoken(value, part.way, self.language, currency))
        return Sentence(self.language, tuple(pieces))

    def text(self, scope: Scope) -> Value:
        """The template as a text (for `set` and `dial`); a `Secret` when any value in it is one."""
        found = [part.text if isinstance(part, Text) else part.expression.value(scope) for part in self.parts]
        joined = "".join(values.as_text(values.plain(value)) for value in found)[: values.LONGEST_TEXT]
        return Secret(joined) if any(isinstance(value, Secret) for value in found) else joined

    @property
    def slots(self) -> Iterator[Slot]:
        """The values in it."""
        return (part for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A sentence in every language it was written in, one for each attempt; the last is used for all further ones."""

    ladders: dict[str, tuple[Template, ...]]

    def at(self, language: str, attempt: int = 1) -> Template:
        """The template for a language (the first one written where that is missing) and an attempt from 1."""
        ladder = self.ladders.get(language) or next(iter(self.ladders.values()))
        return ladder[min(attempt, len(ladder)) - 1]

    def steps(self, language: str) -> int:
        """How many different sentences there are for a language."""
        return len(self.ladders.get(language) or next(iter(self.ladders.values())))

    @property
    def templates(self) -> Iterator[Template]:
        """Every template in every language."""
        return (template for ladder in self.ladders.values() for template in ladder)


def constant(language: str, parts: tuple[Text | Slot, ...]) -> Sentence | None:
    """The one sentence of parts that hold no value."""
    fixed = [part for part in parts if isinstance(part, Text)]
    return Sentence(language, tuple(fixed)) if len(fixed) == len(parts) else None


def written(language: str, text: str) -> Template:
    """A template of fixed words."""
    parts = (Text(text),)
    return Template(language, parts, constant(language, parts))


def joined(*templates: Template) -> Template:
    """Several sentences said as one, in the language of the last; a blank between them where the language has one."""
    language = templates[-1].language
    parts: list[Text | Slot] = []
    for template in templates:
        if parts and language not in _UNSPACED:
            parts.append(Text(" "))
        parts.extend(template.parts)
    return Template(language, tuple(parts), constant(language, tuple(parts)))


def ahead(templates: Iterable[Template]) -> Iterator[Sentence]:
    """What can be rendered before any call: whole sentences, and the fixed words around values."""
    for template in templates:
        if template.constant is not None:
            yield template.constant
            continue
        for part in template.parts:
            if isinstance(part, Text) and any(char.isalnum() for char in part.text):
                yield Sentence(template.language, (part,))


def spoken(value: Value, way: str, language: str, currency: str) -> Spoken:
    """A value as it is read aloud; one that does not fit its way is read as it is. A secret shows as its mask."""
    if isinstance(value, list | dict):
        value = values.as_text(value)
    try:
        return speak(value, way, language, currency=currency)
    except Unspeakable:
        bare = values.as_text(values.plain(value))
        return speak(Secret(bare) if isinstance(value, Secret) else bare, AS_IS, language, currency=currency)


def parse(text: str, language: str, place: Place, problems: Problems) -> Template | None:
    """A sentence with values in braces; ``{{`` and ``}}`` are braces. None when there are findings."""
    parts: list[Text | Slot] = []
    literal = ""
    at = len(text) - len(text.lstrip())
    end, good = len(text.rstrip()), True
    while at < end:
        if text.startswith(("{{", "}}"), at):
            literal, at = literal + text[at], at + 2
        elif text[at] == "}":
            problems.add("F124", place.mark(at), "this brace closes nothing.", hint="write }} for a brace that is said")
            good, at = False, at + 1
        elif text[at] == "{":
            close = _closing(text, at)
            if close < 0:
                problems.add("F124", place.mark(at), "this brace is not closed.", hint="write {{ for a brace")
                return None
            slot = _slot(text[at + 1 : close], place.at(at + 1), problems)
            good = good and slot is not None
            if slot is not None:
                parts += [Text(literal), slot] if literal else [slot]
                literal = ""
            at = close + 1
        else:
            brace = _BRACE.search(text, at, end)
            stop = brace.start() if brace else end
            literal, at = literal + text[at:stop], stop
    if literal:
        parts.append(Text(literal))
    cleaned = tuple(Text(_SPACES.sub(" ", part.text)) if isinstance(part, Text) else part for part in parts)
    return Template(language, cleaned, constant(language, cleaned)) if good else None


_SPACES = re.compile(r"\s+")
_BRACE = re.compile(r"[{}]")


def _closing(text: str, start: int) -> int:
    """Where the brace that opens at ``start`` is closed; braces within quotes do not count."""
    quote = ""
    for at in range(start + 1, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "}":
            return at
        elif char == "{":
            return -1
    return text.find("}", start)


def _slot(inside: str, place: Place, problems: Problems) -> Slot | None:
    match = _WAY.search(inside)
    body = inside[: match.start()] if match else inside
    way = match[1].replace(" ", "_") if match else AS_IS
    if not body.strip():
        problems.add("F124", place.mark(-1, 2), "there is nothing in these braces.", hint="write {name} or {name:way}")
        return None
    if match and way not in WAYS:
        hint = suggestion(way, WAYS) or "it is one of " + ", ".join(sorted(WAYS))
        mark = place.mark(match.start(1), len(match[1]))
        problems.add("F125", mark, f"'{match[1]}' is no way to say a value.", hint=hint)
        return None
    expression = expr.parse(body, place, problems)
    return None if expression is None else Slot(expression, way)
