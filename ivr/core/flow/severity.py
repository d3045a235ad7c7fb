"""What a project thinks of warnings: `checks.yaml` makes one an error, or turns it off and says why.

An error stays an error: what it finds would go wrong in a call. One place applies what a project said, to all findings
of a folder at once: `apply`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problem, Problems, Severity, suggestion
from ivr.core.document.source import Node, Scalar
from ivr.core.flow.codes import CODES, WARNINGS

OFF = "off"
LEVELS = (OFF, *(severity.value for severity in Severity))


@dataclass(frozen=True, slots=True)
class Level:
    """What a project thinks of a code: its severity, None when the finding is not shown, and why."""

    severity: Severity | None
    because: str = ""


Severities = Mapping[str, Level]


def read_severities(text: str, file: str, problems: Problems) -> dict[str, Level]:
    """The levels that a `checks.yaml` gives to codes; what is wrong in it is noted and left out."""
    root = source.parse(text, file, problems)
    if root is None or typed.options(root, problems, "checks") is None or not isinstance(root, source.Mapping):
        return {}
    found = {}
    for key, node in root:
        level = _level(key, node, problems)
        if _is_code(key, problems) and level is not None and _may_be(key, node, level, problems):
            found[key.text] = level
    return found


def apply(problems: Iterable[Problem], severities: Severities) -> list[Problem]:
    """The findings as a project wants them: warnings with another severity, and without those that are off."""
    found = []
    for problem in problems:
        level = severities.get(problem.code)
        if level is None or problem.severity is Severity.ERROR:
            found.append(problem)
        elif level.severity is not None:
            found.append(replace(problem, severity=level.severity))
    return found


def _is_code(key: Scalar, problems: Problems) -> bool:
    if key.text in CODES:
        return True
    hint = suggestion(key.text.upper(), sorted(WARNINGS)) or "ivr explain lists the codes"
    problems.add("F240", key.mark, f"'{key.text}' is not the code of a finding.", hint=hint)
    return False


def _level(key: Scalar, node: Node, problems: Problems) -> Level | None:
    """``off``, ``warning``, ``error``, or a severity with its reason."""
    if not isinstance(node, source.Mapping):
        return _named(key, node, "", node.mark, problems)
    options = Options(node, problems, key.text)
    because = options.get_or("because", typed.words, "")
    wanted = options.node("severity")
    if wanted is None:
        problems.add("F020", key.mark, f"{key.text} needs 'severity'.", hint="one of " + ", ".join(LEVELS))
    options.close()
    return None if wanted is None else _named(key, wanted, because, wanted.mark, problems)


def _named(key: Scalar, node: Node, because: str, mark: Mark, problems: Problems) -> Level | None:
    word = typed.choice(LEVELS)(node, problems)
    if word is None:
        return None
    if word == OFF and key.text in WARNINGS and because.lower() in typed.YES | typed.NO | {""}:
        hint = f"write  {key.text}: {{severity: off, because: the reason}}"
        problems.add("F242", mark, f"{key.text} is turned off without a reason.", hint=hint)
        return None
    return Level(None if word == OFF else Severity(word), because)


def _may_be(key: Scalar, node: Node, level: Level, problems: Problems) -> bool:
    if key.text in WARNINGS or level.severity is Severity.ERROR:
        return True
    hint = "mend what it finds; only warnings can be changed"
    problems.add("F241", node.mark, f"{key.text} is an error, and stays one.", hint=hint)
    return False


_WORD = shape.choice(LEVELS)
_REASONED = shape.options({"severity": _WORD, "because": shape.reason()}, ["severity"])
SCHEMA: shape.Schema = {
    "type": "object",
    "properties": {
        code: {"description": CODES[code], "anyOf": [_WORD, _REASONED]} for code in sorted(WARNINGS & CODES.keys())
    },
    "propertyNames": {"enum": sorted(CODES)},
}
