"""What a flow takes and gives when another one enters it: ``takes:``, ``gives:`` and ``outcomes:`` at its top."""

from __future__ import annotations

import re

from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Problems, suggestion
from ivr.core.document.source import Mapping, Node, Sequence
from ivr.core.flow.surroundings import NO_SIGNATURE, Signature
from ivr.core.flow.values import Type, Variable
from ivr.core.prompts.say import LANGUAGES, base_language

TYPES = {
    "text": Type.TEXT,
    "number": Type.NUMBER,
    "yes_no": Type.YES_NO,
    "duration": Type.DURATION,
    "date": Type.DATE,
    "time": Type.TIME,
    "list": Type.LIST,
    "any": Type.ANY,
}
_SECTIONS = re.compile(r"^flow:[ \t]*(?:#.*)?\n(?:[ \t#].*\n|\n)*", re.MULTILINE)
SECRET = "secret"  # a text that must not be seen


def read_signature(top: Options) -> Signature:
    """The signature that stands at the top of a flow; what is wrong in it is a finding."""
    return Signature(_variables(top, "takes"), _variables(top, "gives"), _outcomes(top), languages(top))


def signature_of(text: str, file: str) -> Signature:
    """The signature of a flow's text, before the flow itself is read; an empty one where it cannot be read."""
    problems = Problems()
    root = source.parse(_SECTIONS.sub("", text), file, problems)  # sections are most of a page, and say nothing here
    if root is None:
        root = source.parse(text, file, problems)
    return read_signature(Options(root, problems, "a flow")) if isinstance(root, Mapping) else NO_SIGNATURE


def languages(top: Options) -> tuple[str, ...]:
    """The languages that a flow says it has; English where it says none."""
    node = top.node("languages")
    if node is None:
        return ("en",)
    found: list[str] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        tag = typed.words(item, top.problems)
        if tag is None:
            continue
        if base_language(tag) is None:
            hint = "values can be read aloud in " + ", ".join(sorted(LANGUAGES))
            top.problems.add("F102", item.mark, f"'{tag}' is not a language that is known here.", hint=hint)
        elif tag not in found:
            found.append(tag)
    return tuple(found) or ("en",)


def _variables(top: Options, name: str) -> dict[str, Variable]:
    node = top.node(name)
    options = typed.options(node, top.problems, name) if node is not None else None
    found: dict[str, Variable] = {}
    for key, value in options.mapping if options is not None else ():
        variable = _variable(value, top.problems)
        if typed.name(key, top.problems) is not None and variable is not None:
            found[key.text] = variable
    return found


def _variable(node: Node, problems: Problems) -> Variable | None:
    written = typed.words(node, problems)
    if written is None:
        return None
    if written == SECRET:
        return Variable(Type.TEXT, secret=True)
    if written not in TYPES:
        hint = suggestion(written, [*TYPES, SECRET]) or "it is one of " + ", ".join([*TYPES, SECRET])
        problems.add("F150", node.mark, f"'{written}' is no type of a value.", hint=hint)
        return None
    return Variable(TYPES[written])


def _outcomes(top: Options) -> tuple[str, ...]:
    node = top.node("outcomes")
    if node is None:
        return ()
    found = typed.listed(typed.name)(node, top.problems)
    if found is None:
        return ()
    return tuple(dict.fromkeys(found))
