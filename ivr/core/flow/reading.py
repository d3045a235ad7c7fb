"""How an action is read: its options are declared in its class, once, for the loader, the checks and the reference.

An option is one line of an action's class: its type, how it is written (a `Form`), what it is for, and its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import Any, Generic, TypeVar

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Mapping, Node, Place, Scalar, Sequence
from ivr.core.flow import expr, sentence
from ivr.core.flow.calendars import check_calendars
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Target
from ivr.core.flow.sentence import Template, Words
from ivr.core.flow.surroundings import NO_SIGNATURE, Surroundings
from ivr.core.flow.values import Variable
from ivr.core.prompts.naming import speakable

T = TypeVar("T")
REQUIRED = object()
TAKEN = frozenset({"call", "today", "now", "yes", "no", "and", "or", "not", "in"})  # by the words of expressions


class Reading:
    """What is known while one flow is read, and everything that was found on the way, for the later checks."""

    def __init__(
        self,
        problems: Problems,
        lines: dict[str, tuple[str, ...]],
        languages: tuple[str, ...],
        surroundings: Surroundings,
    ) -> None:
        self.problems = problems
        self.lines = lines
        self.languages = languages
        self.surroundings = surroundings
        self.defaults: Options | None = None
        self.subject = ""  # what is being read, as findings name it
        self.targets: list[Target] = []
        self.templates: list[Template] = []
        self.expressions: list[tuple[Expression, bool]] = []  # and whether it has to be yes or no
        self.words: list[tuple[Words, Mark]] = []
        self.named: dict[tuple[Mark | None, str], Mark] = {}  # where an action, by its place, names a variable
        self.at: Mark | None = None  # the action that is being read
        self.known: dict[str, Variable] = {}  # every variable, once the whole page is read
        self.signature = NO_SIGNATURE  # what the flow itself takes and gives
        self._read: dict[tuple[str, int], Any] = {}

    def place(self, scalar: Scalar) -> Place:
        """Where a written value stands, for findings inside it."""
        return Place(scalar, self.lines.get(scalar.mark.file, ()))

    def default(self, name: str, form: Form[T]) -> T | None:
        """The flow's own default of an option, read once and shared."""
        key = (name, id(form))
        if key not in self._read:
            node = self.defaults.node(name) if self.defaults is not None else None
            self.subject = name
            self._read[key] = None if node is None else form.read(node, self)
        found: T | None = self._read[key]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Form(Generic[T]):
    """How an option is written: words for the reference, the reader, and a JSON Schema (anything, when it is empty)."""

    about: str
    read: Callable[[Node, Reading], T | None]
    schema: shape.Schema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of an option: see `option`."""

    form: Form[Any]
    about: str
    name: str
    default: Any
    shown: str
    inherits: bool


def option(
    form: Form[Any], about: str, *, name: str = "", default: Any = REQUIRED, shown: str = "", inherits: bool = False
) -> Any:
    """A dataclass field that is read from the page.

    ``name`` is the option's name where it is not the field's; ``shown`` says the default in the reference; an
    option that ``inherits`` may be given once in the flow's ``defaults``.
    """
    return field(metadata={"option": Option(form, about, name, default, shown, inherits)})


def declared(kind: type[Any]) -> dict[str, Option]:
    """The options of a kind by field name, the kind's own first."""
    found = _DECLARED.get(kind)
    if found is None:
        found = {item.name: item.metadata["option"] for item in fields(kind) if "option" in item.metadata}
        _DECLARED[kind] = found
    return found


_DECLARED: dict[type[Any], dict[str, Option]] = {}


def read_options(kind: type[Any], options: Options, reading: Reading) -> dict[str, Any]:
    """The values of all options of a kind; wrong and missing ones are findings, and None."""
    found: dict[str, Any] = {}
    for attribute, item in declared(kind).items():
        name = item.name or attribute
        found[attribute] = _read_option(name, item, options, reading)
    return found


def _read_option(name: str, item: Option, options: Options, reading: Reading) -> Any:
    node = options.node(name)
    if node is not None:
        reading.subject = name
        return item.form.read(node, reading)
    if item.inherits and (value := reading.default(name, item.form)) is not None:
        return value
    if item.default is REQUIRED:
        reading.problems.add("F020", options.mark, f"{options.what} needs '{name}'.", hint=item.about)
        return None
    return item.default


# Forms


def _simple(read: Callable[[Node, Problems], T | None]) -> Callable[[Node, Reading], T | None]:
    return lambda node, reading: read(node, reading.problems)


def read_target(node: Node, reading: Reading) -> Target | None:
    """A section's name; that it exists is checked when all sections are known."""
    text = typed.words(node, reading.problems)
    if text is None:
        return None
    target = Target(text, node.mark, reading.subject)
    reading.targets.append(target)
    return target


def read_expression(node: Node, reading: Reading, condition: bool = False) -> Expression | None:
    """An expression; its names and types are checked when all variables are known."""
    text = typed.text(node, reading.problems)
    if text is None or not isinstance(node, Scalar):
        return None
    if not text.strip():
        reading.problems.add("F011", node.mark, "there is nothing here.", hint="write what is to be decided")
        return None
    expression = expr.parse(text, reading.place(node), reading.problems)
    if expression is not None:
        reading.expressions.append((expression, condition))
        check_calendars(expression, reading)
    return expression


def read_template(node: Node, reading: Reading, language: str = "") -> Template | None:
    """One sentence or text with values in braces."""
    if isinstance(node, Mapping) and node.entries and not isinstance(node.entries[0][1], Sequence | Mapping):
        hint = f'put the whole text in quotes: "{{{node.entries[0][0].text}}}"'
        reading.problems.add("F126", node.mark, "braces at the beginning make this a set of options.", hint=hint)
        return None
    text = typed.words(node, reading.problems)
    if text is None or not isinstance(node, Scalar):
        return None
    template = sentence.parse(node.text, language or reading.languages[0], reading.place(node), reading.problems)
    if template is not None:
        reading.templates.append(template)
        for slot in template.slots:
            check_calendars(slot.expression, reading)
    return template


def read_words(node: Node, reading: Reading) -> Words | None:
    """A sentence, or one for each language, or one for each attempt, or a list in each language."""
    if isinstance(node, Mapping):
        ladders = _by_language(node, reading)
    else:
        ladder = _ladder(node, reading, reading.languages[0])
        ladders = None if ladder is None else {reading.languages[0]: ladder}
    if not ladders:
        return None
    words = Words(ladders)
    reading.words.append((words, node.mark))
    return words


def _by_language(node: Mapping, reading: Reading) -> dict[str, tuple[Template, ...]] | None:
    found: dict[str, tuple[Template, ...]] = {}
    if not node.entries:
        reading.problems.add("F011", node.mark, "there is nothing here.", hint="write the words")
    for key, value in node:
        if key.text in reading.languages:
            ladder = _ladder(value, reading, key.text)
            if ladder is not None:
                found[key.text] = ladder
            continue
        _not_a_language(key, value, reading, first=key is node.entries[0][0])
    return found if len(found) == len(node.entries) else None


def _not_a_language(key: Scalar, value: Node, reading: Reading, first: bool) -> None:
    known = ", ".join(reading.languages)
    if isinstance(value, Scalar) and not value.text and not value.quoted:
        message = "this looks like a part of a sentence that was cut at a comma."
        hint = "put each sentence in quotes, or on a line of its own"
        if first:
            message = "a brace at the beginning makes this a set of options."
            hint = f'put the whole sentence in quotes: "{{{key.text}}}"'
        reading.problems.add("F126", key.mark, message, hint=hint)
        return
    hint = suggestion(key.text, reading.languages) or f"this flow's languages are {known} (see 'languages')"
    reading.problems.add("F127", key.mark, f"'{key.text}' is not a language of this flow.", hint=hint)


def _ladder(node: Node, reading: Reading, language: str) -> tuple[Template, ...] | None:
    items: Iterable[Node] = node.items if isinstance(node, Sequence) else (node,)
    found = [read_template(item, reading, language) for item in items]
    for item, template in zip(items, found, strict=True):
        if template is not None and template.constant is not None and not speakable(template.constant.text):
            hint = "write words, or take it out"
            reading.problems.add("F189", item.mark, "there is nothing in this that can be said.", hint=hint)
    if not found:
        reading.problems.add("F011", node.mark, "there is nothing here.", hint="write the words")
        return None
    _cut_at_a_comma(list(items), reading)
    _cut_at_a_hash(list(items), reading)
    return None if any(item is None for item in found) else tuple(item for item in found if item is not None)


def _cut_at_a_comma(items: list[Node], reading: Reading) -> None:
    """Warns of ``[Hello, my friend.]``, which is two sentences for two attempts."""
    for left, right in pairwise(items):
        if not isinstance(left, Scalar) or not isinstance(right, Scalar) or left.quoted or right.quoted:
            continue
        if left.mark.line == right.mark.line and left.text[-1:].isalnum() and right.text[:1].islower():
            message = "this looks like a part of a sentence that was cut at a comma."
            hint = "put each sentence in quotes, or on a line of its own"
            reading.problems.add("F126", right.mark, message, hint=hint, severity=Severity.WARNING)


def _cut_at_a_hash(items: list[Node], reading: Reading) -> None:
    """Warns of ``say: Press # to go on``, of which only the first word is heard."""
    for item in items:
        if not isinstance(item, Scalar) or item.quoted or item.text[-1:] in _ENDS or "\n" in item.text:
            continue
        lines = reading.lines.get(item.mark.file, ())
        behind = lines[item.mark.line - 1][item.mark.column - 1 + len(item.text) :] if lines else ""
        if re.match(r"\s+#", behind) and lines[item.mark.line - 1].find(item.text) == item.mark.column - 1:
            mark = replace(item.mark, column=item.mark.column + len(item.text) + 1, width=1)
            message = "what stands behind # is a comment, and is not heard."
            hint = "put the sentence in quotes if it is a part of it, or end the sentence with a full stop"
            reading.problems.add("F126", mark, message, hint=hint, severity=Severity.WARNING)


_ENDS = frozenset(".?!:;,。？！：；，…\"')»”")


def read_phrases(node: Node, reading: Reading) -> dict[str, tuple[str, ...]] | None:
    """Phrases that a caller may say for an answer, by language: kept now, recognised when speech is there."""
    phrases = typed.listed(typed.words)
    if not isinstance(node, Mapping):
        found = phrases(node, reading.problems)
        return None if found is None else {reading.languages[0]: found}
    by_language: dict[str, tuple[str, ...]] = {}
    for key, value in node:
        if key.text not in reading.languages:
            hint = suggestion(key.text, reading.languages) or "this flow has " + ", ".join(reading.languages)
            reading.problems.add("F127", key.mark, f"'{key.text}' is not a language of this flow.", hint=hint)
            continue
        found = phrases(value, reading.problems)
        if found is not None:
            by_language[key.text] = found
    return by_language if len(by_language) == len(node.entries) else None


def read_name(node: Node, reading: Reading) -> str | None:
    """A variable's name."""
    name = typed.name(node, reading.problems)
    if name in TAKEN:
        message = f"'{name}' is taken: it has a meaning in expressions."
        reading.problems.add("F128", node.mark, message, hint="take another name")
        return None
    if name is not None:
        reading.named[reading.at, name] = node.mark
    return name


def read_reason(node: Node, reading: Reading) -> str | None:
    """Why a rule is set aside: a yes is no reason."""
    reason = typed.words(node, reading.problems)
    if reason is not None and reason.lower() in typed.YES | typed.NO:
        hint = "write why, such as  allow_secret: the caller hears only their own code"
        reading.problems.add("F129", node.mark, f"'{reason}' is not a reason.", hint=hint)
        return None
    return reason


def lasting(least: float, most: float) -> Form[float]:
    """A length of time between two bounds, in seconds."""
    about = f"a length of time, {typed.length(least)} to {typed.length(most)}"
    return Form(about, _simple(typed.lasting(least, most)), shape.duration())


PHRASES = shape.by_language(shape.listed(shape.words()))  # as `read_words` and `read_phrases` take them
WORDS: Form[Words] = Form("a sentence; one for each language; a list is one for each attempt", read_words, PHRASES)
TEMPLATE: Form[Template] = Form("text, with values in braces", read_template, shape.words())
EXPRESSION: Form[Expression] = Form("an expression", read_expression, shape.words())
CONDITION: Form[Expression] = Form(
    "a condition", lambda node, reading: read_expression(node, reading, True), shape.words()
)
TARGET: Form[Target] = Form("a section", read_target, shape.words())
NAME: Form[str] = Form("a name", read_name, shape.name())
WORD: Form[str] = Form("words", _simple(typed.words), shape.words())
REASON: Form[str] = Form("a reason in words", read_reason, shape.reason())
YES_NO: Form[bool] = Form("yes or no", _simple(typed.yes_no), shape.yes_no())
KEYS: Form[str] = Form("keys, in quotes when `*` or `#`", _simple(typed.keys), shape.keys())


def whole(least: int, most: int) -> Form[int]:
    """A whole number between two bounds."""
    return Form(f"a whole number, {least} to {most}", _simple(typed.whole(least, most)), shape.whole(least, most))


def span(least: int, most: int) -> Form[tuple[int, int]]:
    """A number or a range."""
    about = f"a number or a range such as `6..10`, {least} to {most}"
    return Form(about, _simple(typed.span(least, most)), shape.span(least, most))


def choice(*known: str) -> Form[str]:
    """One of some words."""
    return Form(" or ".join(f"`{word}`" for word in known), _simple(typed.choice(known)), shape.choice(known))
