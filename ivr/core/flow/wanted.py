"""How the options of `collect` that say what an answer may be are read, and held against each other.

Each keeps its place until the whole action is known (`Placed`): that an option does not belong to a type, or that a
length cannot be, is found where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ivr.core.base.dialling import Pattern
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, Problems, suggestion
from ivr.core.document.source import Node, Scalar, Sequence
from ivr.core.flow.expr import Expression
from ivr.core.flow.inputs import FORMATS, INPUTS, Input, Wanted
from ivr.core.flow.reading import KEYS, Form, Reading, read_expression, span
from ivr.core.flow.tree import NOWHERE
from ivr.core.flow.values import Type, Variable

T = TypeVar("T")
MOST_LISTED = 200
MOST_DIGITS = 15
_RANGE = re.compile(r"(\d{1,12}(?:\.\d{1,2})?)\s*\.\.\s*(\d{1,12}(?:\.\d{1,2})?)")
_IMPLIED = {"format": "date", "pattern": "pattern", "one_of": "one_of"}  # options that say of which type an answer is


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A value and where it is written."""

    value: T
    mark: Mark


def placed(form: Form[T]) -> Form[Placed[T]]:
    """The same form, with the place of the value."""

    def read(node: Node, reading: Reading) -> Placed[T] | None:
        value = form.read(node, reading)
        return None if value is None else Placed(value, node.mark)

    return Form(form.about, read, form.schema)


def _read_format(node: Node, reading: Reading) -> str | None:
    written = typed.words(node, reading.problems)
    if written is None or written in FORMATS:
        return written
    hint = suggestion(written.upper(), FORMATS) or "it is one of " + ", ".join(FORMATS)
    reading.problems.add("F170", node.mark, f"'{written}' is no order of a date's digits.", hint=hint)
    return None


def _read_range(node: Node, reading: Reading) -> tuple[float, float] | None:
    written = typed.words(node, reading.problems)
    if written is None:
        return None
    match = _RANGE.fullmatch(written)
    if match is None:
        reading.problems.add("F168", node.mark, f"'{written}' is not a range.", hint="write it as 1..31 or 0.50..200")
        return None
    low, high = (float(part) if "." in part else int(part) for part in match.groups())
    if low > high:
        reading.problems.add("F168", node.mark, f"'{written}' falls.", hint=f"write {match[2]}..{match[1]}")
        return None
    return low, high


def _read_patterns(node: Node, reading: Reading) -> tuple[Pattern, ...] | None:
    found: list[Pattern] = []
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        written = typed.words(item, reading.problems)
        if written is None:
            continue
        try:
            pattern = Pattern(written)
        except ValueError as error:
            reading.problems.add("F169", item.mark, str(error).rstrip("."), hint='write digits and x: "1xxx", "2*"')
            continue
        if "+" in written:
            hint = "write the digits that are keyed in, such as 00 for it"
            reading.problems.add("F169", item.mark, "no telephone has a plus to key in.", hint=hint)
            continue
        found.append(pattern)
    return tuple(found) if found and len(found) == len(items) else None


def _read_one_of(node: Node, reading: Reading) -> tuple[str, ...] | Expression | None:
    if isinstance(node, Scalar):
        return read_expression(node, reading)
    if not isinstance(node, Sequence) or not node.items:
        hint = "write [1001, 1002], or where the list is, such as found.accounts"
        reading.problems.add("F171", node.mark, f"this should be a list, and is {node.what}.", hint=hint)
        return None
    found: list[str] = []
    for item in node.items:
        written = typed.words(item, reading.problems)
        if written is None:
            continue
        if not re.fullmatch(r"[0-9]{1,20}", written):
            message = f"'{written}' cannot be keyed in."
            reading.problems.add("F171", item.mark, message, hint="values of one_of consist of digits, 1 to 20")
        elif written in found:
            reading.problems.add("F171", item.mark, f"{written} is in the list twice.", hint="take it out")
        else:
            found.append(written)
    if len(found) > MOST_LISTED:
        hint = "look it up, and name the list that comes of it"
        reading.problems.add("F171", node.mark, f"a list has at most {MOST_LISTED} values.", hint=hint)
    return tuple(found) if len(found) == len(node.items) else None


def _read_bound(node: Node, reading: Reading) -> Expression | None:
    return read_expression(node, reading)


def _read_type(node: Node, reading: Reading) -> str | None:
    return typed.choice(INPUTS)(node, reading.problems)


def _read_confirm(node: Node, reading: Reading, words: Form[Any]) -> Any:
    """Words, or the scalar itself where it says yes; an empty text where it says no."""
    if isinstance(node, Scalar) and not node.quoted and node.text.lower() in typed.YES | typed.NO:
        return node if node.text.lower() in typed.YES else ""
    return words.read(node, reading)


def confirmation(words: Form[Any]) -> Form[Any]:
    """``yes``, ``no`` or own words."""
    about = f"`yes`, `no`, or {words.about}"
    schema = {"anyOf": [shape.yes_no(), words.schema]}
    return Form(about, lambda node, reading: _read_confirm(node, reading, words), schema)


INPUT = placed(Form("one of " + ", ".join(f"`{name}`" for name in INPUTS), _read_type, shape.choice(INPUTS)))
LENGTH = placed(span(1, 40))
END = placed(KEYS)
FORMAT = placed(Form("one of " + ", ".join(f"`{name}`" for name in FORMATS), _read_format, shape.choice(FORMATS)))
RANGE = placed(Form("two numbers with `..` between them", _read_range, shape.words()))
_BOUND = "a date, a time or an expression, such as `today`, `now` or `today + 30d`"
BOUND: Form[Placed[Expression]] = placed(Form(_BOUND, _read_bound, shape.words()))
PATTERN = placed(
    Form("digits, `x` for any, `*` at the end for any rest; or a list", _read_patterns, shape.listed(shape.words()))
)
ONE_OF = placed(Form("a list of digits, or an expression that gives a list", _read_one_of, shape.listed(shape.words())))
SPECIAL = ("length", "end", "format", "range", "earliest", "latest", "pattern", "one_of")


def settle(given: dict[str, Any], problems: Problems, mark: Mark) -> dict[str, Any]:
    """The options with type, length and end key as they hold, and ``wanted`` for the rest; clashes are findings."""
    name = given["type"].value if given["type"] else next((_IMPLIED[key] for key in _IMPLIED if given[key]), "digits")
    kind = INPUTS[name]
    for option in SPECIAL:
        if given[option] is not None and option not in kind.options:
            _does_not_belong(option, given[option].mark, name, problems)
    if kind.needs and given[kind.needs] is None:
        hint = f"add  {kind.needs}: {_SAMPLES[kind.needs]}"
        where = given["type"].mark if given["type"] else mark
        problems.add("F166", where, f"the type '{name}' needs '{kind.needs}'.", hint=hint)
    plain = {option: given[option].value for option in SPECIAL if given[option] and option in kind.options}
    length, end = plain.pop("length", None), plain.pop("end", "" if kind.choices else "#")
    wanted = Wanted(**plain)
    known = _lengths(kind, wanted)
    if length is not None and (clash := _clash(length, known, name, wanted)):
        problems.add("F167", given["length"].mark, clash[0], hint=clash[1])
    if set(end) & set(kind.keys):
        message = f"the key {end} belongs to the answer, so it cannot end it."
        problems.add("F172", given["end"].mark, message, hint='take another key, such as "#"')
    _order(given, wanted, problems)
    rest = {option: value for option, value in given.items() if option not in SPECIAL}
    return {**rest, "type": name, "length": length or known, "end": end, "wanted": wanted}


_SAMPLES = {"format": "DDMMYYYY", "pattern": '"1xxx"', "one_of": "[1001, 1002]"}
_INSTEAD = {
    "length": "the type says how many keys there are",
    "end": "one key is the whole answer",
    "range": "for dates and times there are earliest: and latest:",
    "earliest": "for numbers there is  range: 1..31",
    "latest": "for numbers there is  range: 1..31",
}


def _does_not_belong(option: str, mark: Mark, name: str, problems: Problems) -> None:
    """Notes an option that the type does not have."""
    takes = [kind for kind, item in INPUTS.items() if option in item.options]
    hint = _INSTEAD.get(option) or "it belongs to the type " + " or ".join(takes)
    problems.add("F165", mark, f"'{option}' has no meaning for the type '{name}'.", hint=hint)


def _lengths(kind: Input, wanted: Wanted) -> tuple[int, int]:
    """How many keys an answer has, as far as the type and its options say."""
    if wanted.format:
        return len(wanted.format), len(wanted.format)
    if wanted.range is not None:
        return 1, len(str(int(wanted.range[1]))) + (3 if "*" in kind.keys else 0)
    if wanted.pattern:
        bodies = [re.sub(r"[^0-9x*]", "", pattern.text.lower()) for pattern in wanted.pattern]
        most = max(MOST_DIGITS if body.endswith("*") else len(body) for body in bodies)
        return min(max(1, len(body.rstrip("*"))) for body in bodies), most
    if isinstance(wanted.one_of, tuple) and wanted.one_of:
        sizes = [len(value) for value in wanted.one_of]
        return min(sizes), max(sizes)
    return kind.length


def _clash(length: tuple[int, int], known: tuple[int, int], name: str, wanted: Wanted) -> tuple[str, str] | None:
    """What is wrong with a length that is written, and how to mend it."""
    kind = INPUTS[name]
    if wanted.range is not None and length[1] < known[1]:
        return "not all numbers of the range can be keyed in so.", "take the length out; the range says it"
    if isinstance(wanted.one_of, tuple) and wanted.one_of and (length[0] > known[0] or length[1] < known[1]):
        return "some values of one_of are of another length.", "take the length out; the list says it"
    if name == "digits" or (kind.length[0] <= length[0] and length[1] <= kind.length[1]):
        return None
    message = f"the type '{name}' has {_keys(kind.length)}, and this is {_keys(length)}."
    return message, "change it, or take it out"


def _keys(length: tuple[int, int]) -> str:
    least, most = length
    return f"{least} to {most} keys" if least < most else "1 key" if most == 1 else f"{most} keys"


def _order(given: Mapping[str, Any], wanted: Wanted, problems: Problems) -> None:
    """Notes bounds that no date or time can be within."""
    if wanted.earliest is None or wanted.latest is None:
        return
    earliest, latest = wanted.earliest.value(NOWHERE), wanted.latest.value(NOWHERE)
    if isinstance(earliest, str) and isinstance(latest, str) and earliest > latest:
        message = f"nothing is from {earliest} to {latest}."
        problems.add("F173", given["latest"].mark, message, hint="exchange earliest and latest")


def check_bounds(name: str, wanted: Wanted, known: Mapping[str, Variable], problems: Problems) -> None:
    """Notes bounds and lists that are of another type than the answer needs."""
    needed = INPUTS[name].type
    for bound in (wanted.earliest, wanted.latest):
        if bound is not None and (found := bound.type(known, Problems())) not in (needed, Type.ANY):
            hint = "write it as 09:30" if needed is Type.TIME else "write it as today, 2026-12-24 or today + 30d"
            problems.add("F174", bound.mark, f"this is {found}, and the answer is {needed}.", hint=hint)
    if isinstance(wanted.one_of, Expression):
        found = wanted.one_of.type(known, Problems())
        if found not in (Type.LIST, Type.ANY):
            hint = "write [1001, 1002], or where the list is, such as found.accounts"
            problems.add("F174", wanted.one_of.mark, f"this is {found}, and one_of needs a list.", hint=hint)
