"""Names: sections that are gone to, values that are used, and secrets that would be given away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.core.document.problems import Severity, suggestion
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Flow
from ivr.core.flow.reading import Reading
from ivr.core.flow.values import Variable

ROUNDS = 5  # a value that is computed from others is known when they are


def variables(flow: Flow) -> dict[str, Variable]:
    """Every variable that an action sets or the flow takes; one that has several types may be anything."""
    known: dict[str, Variable] = dict(flow.signature.takes)
    setters = [action for action in flow.actions() if type(action).sets is not Action.sets]
    for _ in range(ROUNDS):
        found = dict(flow.signature.takes)
        for action in setters:
            for name, variable in action.sets(known).items():
                found[name] = variable.merged(found[name]) if name in found else variable
        if found == known:
            break
        known = found
    return known


def targets(flow: Flow, reading: Reading) -> set[str]:
    """Sections that are gone to and do not exist; the ones that were probably meant."""
    suggested: set[str] = set()
    for target in reading.targets:
        if target.section in flow.sections:
            continue
        subject = "this" if target.what == "go" else target.what
        close = suggestion(target.section, flow.sections)
        suggested.update(name for name in flow.sections if close and f"'{name}'" in close)
        hint = close or "sections are " + ", ".join(flow.sections)
        if target.section == "hangup":
            hint = "go to a section that says goodbye and ends with  - hangup"
        message = f"{subject} goes to '{target.section}', which is not a section of this flow."
        reading.problems.add("F104", target.mark, message, hint=hint)
    return suggested


def types(known: Mapping[str, Variable], reading: Reading) -> None:
    """Unknown names and wrong types in expressions and sentences."""
    for expression, yes_no in reading.expressions:
        if yes_no:
            expression.condition(known, reading.problems)
        else:
            expression.type(known, reading.problems)
    for template in reading.templates:
        for slot in template.slots:
            slot.expression.type(known, reading.problems)


def secrets(flow: Flow, known: Mapping[str, Variable], reading: Reading) -> None:
    """Secrets that an action would say, keep, dial or send."""
    for action in flow.actions():
        if getattr(action, "allow_secret", ""):
            continue
        for expression in action.reads():
            for name in expression.secrets(known):
                message = f"'{name}' is a secret, and '{action.kind}' would give it away."
                hint = "take it out, or say why it may be:  allow_secret: the reason"
                reading.problems.add("F119", expression.mark, message, hint=hint)


def unused(flow: Flow, reading: Reading) -> None:
    """Values that are kept and never used; not beside an error, for what is wrong may have been meant to use them."""
    if reading.problems.errors:
        return
    used = {name for expression in _expressions(reading) for name in expression.names()}
    unread = reading.known.keys() - used - flow.signature.takes.keys()
    for action in flow.actions() if unread else ():
        for name in action.sets(reading.known):
            if name in unread:
                unread.remove(name)
                mark = reading.named.get((action.place, name), action.place)
                message = f"'{name}' is set, and never used."
                hint = "use it in a sentence or a condition, or take it out"
                reading.problems.add("F182", mark, message, hint=hint, severity=Severity.WARNING)


def _expressions(reading: Reading) -> Iterator[Expression]:
    yield from (expression for expression, _ in reading.expressions)
    yield from (slot.expression for template in reading.templates for slot in template.slots)
