"""The reference of the language, from the classes that read and run it: kinds, options, outcomes, ways, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.core.flow.codes import CODES
from ivr.core.flow.functions import FUNCTIONS
from ivr.core.flow.inputs import INPUTS
from ivr.core.flow.kinds import KINDS, RESERVED
from ivr.core.flow.model import Action
from ivr.core.flow.phrases import BUILT_IN
from ivr.core.flow.question import Asking
from ivr.core.flow.reading import REQUIRED, Option, declared
from ivr.core.flow.values import CALL_NAMES

ORDER = (
    *(
        "say",
        "play",
        "wait",
        "announce",
        "menu",
        "collect",
        "confirm",
        "if",
        "choose",
        "hours",
        "set",
        "fetch",
        "lookup",
    ),
    *("go", "flow", "return", "language", "tag", "record", "dial", "queue", "hangup"),
)


def actions() -> Iterator[str]:
    """The kinds of action, each with options, outcomes and an example."""
    for name in sorted(KINDS, key=lambda kind: (ORDER.index(kind) if kind in ORDER else len(ORDER), kind)):
        yield from _action(KINDS[name])
    yield f"Kept for later versions: {', '.join(f'`{name}`' for name in sorted(RESERVED))}."


def _action(kind: type[Action]) -> Iterator[str]:
    yield f"### {kind.kind}"
    yield kind.about
    options = declared(kind)
    if issubclass(kind, Asking):
        options = {name: item for name, item in options.items() if name not in declared(Asking)}
    if options:
        ordered = sorted(options.items(), key=lambda item: (item[1].name or item[0]) != kind.kind)
        yield _table(dict(ordered))
    if issubclass(kind, Asking):
        yield "And all [options of questions](#options-of-questions)."
    rows = ["| outcome | where the call goes |", "|---|---|"]
    yield "\n".join(rows + [f"| {name} | {where} |" for name, where in kind.outcomes.items()])
    yield f"```yaml\n{kind.example}```"
    for name, text in kind.beside.items():
        yield f"with this `{name}` beside it:"
        yield f"```yaml\n{text}```"


def questions() -> str:
    """The options that every kind of question has."""
    return _table(declared(Asking))


def _table(options: Mapping[str, Option]) -> str:
    rows = ["| option | what it is | how it is written | default |", "|---|---|---|---|"]
    for attribute, item in options.items():
        default = "needed" if item.default is REQUIRED else item.shown
        default += "; `defaults`" if item.inherits else ""
        rows.append(f"| `{item.name or attribute}` | {item.about} | {item.form.about} | {default} |")
    return "\n".join(rows)


def inputs() -> str:
    """The types of input that `collect` takes."""
    rows = ["| type | what it is | keys |", "|---|---|---|"]
    for name, item in INPUTS.items():
        least, most = item.length
        rows.append(f"| `{name}` | {item.about} | {least}..{most} |")
    return "\n".join(rows)


def names() -> str:
    """What is known of a call."""
    rows = ["| name | what it is | type |", "|---|---|---|"]
    return "\n".join(rows + [f"| `{name}` | {about} | {type_} |" for name, (type_, about) in CALL_NAMES.items()])


def functions() -> str:
    """What an expression may call."""
    rows = ["| function | what it gives |", "|---|---|"]
    for name, function in FUNCTIONS.items():
        least, most = function.numbers
        shown = ", ".join(["…"] * least) + (", …" if most > least else "")
        rows.append(f"| `{name}({shown})` | {function.about} |")
    return "\n".join(rows)


def phrases() -> str:
    """The built-in sentences."""
    rows = ["| where | English | Chinese |", "|---|---|---|"]
    return "\n".join(rows + [f"| `{name}` | {texts['en']} | {texts['zh']} |" for name, texts in BUILT_IN.items()])


def findings() -> str:
    """Every code and its paragraph."""
    return "\n\n".join(f"**{code}** {paragraph}" for code, paragraph in sorted(CODES.items()))
