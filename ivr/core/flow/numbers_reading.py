"""``numbers.yaml`` as it is written: each line is a number, and the flow that answers it or how that is decided.

::

    "100": main
    "+49301234567": {hours: support, open: main, closed: night}
    "200": {share: {shop: 90%, shop_new: 10%}}
    "8xx": clinic
    else: main
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.core.base.dialling import Pattern
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Node, Scalar
from ivr.core.flow.numbers import ELSE, WHOLE, Always, ByHours, ByShare, Line, Numbers, Rule, covers, same
from ivr.core.flow.surroundings import Signature
from ivr.core.hours.calendar import Calendar

DEEPEST = 3  # rules within rules
_EXTENSION = re.compile(r"[0-9A-Za-z*#_-]{1,80}")
_SHARE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?\s*%")


def read_numbers(
    text: str, file: str, problems: Problems, flows: Mapping[str, Signature], hours: Mapping[str, Calendar]
) -> Numbers:
    """The lines of a ``numbers.yaml``; what is wrong in it is noted and left out. ``flows`` are those of the folder."""
    root = source.parse(text, file, problems)
    if root is None or typed.options(root, problems, "numbers") is None or not isinstance(root, source.Mapping):
        return Numbers()
    return _Reader(problems, flows, hours).numbers(root)


class _Reader:
    def __init__(self, problems: Problems, flows: Mapping[str, Signature], hours: Mapping[str, Calendar]) -> None:
        self._problems = problems
        self._flows = flows
        self._hours = hours

    def numbers(self, root: source.Mapping) -> Numbers:
        lines: list[Line] = []
        seen: dict[str, Mark] = {}
        for key, node in root:
            rule = self._rule(node, 1)
            if not self._is_number(key) or self._is_twice(key, seen):
                continue
            pattern = _pattern(key.text)
            if pattern is not None:
                self._covered(key, pattern, lines)
            if rule is not None:
                lines.append(Line(key.text, rule, pattern))
        return Numbers(tuple(lines))

    def _is_number(self, key: Scalar) -> bool:
        if key.text == ELSE or _EXTENSION.fullmatch(key.text):
            return True
        try:
            Pattern(key.text)
        except ValueError:
            hint = 'write "100", "+15551230100", or a pattern with x for any digit: "+1555123xxxx"'
            message = f"'{key.text}' is neither a number nor a pattern."
            self._problems.add("F200", key.mark, message, hint=hint)
            return False
        return True

    def _is_twice(self, key: Scalar, seen: dict[str, Mark]) -> bool:
        number = same(key.text) if key.text != ELSE else ELSE
        if number in seen:
            message = f"'{key.text}' has a line already, line {seen[number].line}."
            self._problems.add("F201", key.mark, message, hint="each number stands there once")
            return True
        seen[number] = key.mark
        return False

    def _covered(self, key: Scalar, pattern: Pattern, lines: list[Line]) -> None:
        before = next((line for line in lines if line.pattern is not None and covers(line.pattern, pattern)), None)
        if before is not None:
            message = f"no call comes to '{key.text}': '{before.number}' above it takes every number of it."
            hint = "put the narrower pattern first"
            self._problems.add("F202", key.mark, message, hint=hint, severity=Severity.WARNING)

    def _rule(self, node: Node, depth: int) -> Rule | None:
        if isinstance(node, Scalar):
            flow = self._flow(node)
            return None if flow is None else Always(flow)
        if not isinstance(node, source.Mapping):
            hint = "write a flow, {hours: …, open: …, closed: …} or {share: {…}}"
            self._problems.add("F203", node.mark, f"this says no flow: it is {node.what}.", hint=hint)
            return None
        if depth > DEEPEST:
            self._problems.add("F203", node.mark, f"this is more than {DEEPEST} rules deep.", hint="name a flow here")
            return None
        options = Options(node, self._problems, "this number")
        if options.mapping.get("share") is not None:
            return self._by_share(options)
        if options.mapping.get("hours") is not None:
            return self._by_hours(options, depth)
        hint = "write a flow, {hours: …, open: …, closed: …} or {share: {…}}"
        self._problems.add("F203", node.mark, "this says neither hours nor shares.", hint=hint)
        return None

    def _by_hours(self, options: Options, depth: int) -> Rule | None:
        name = options.need("hours", typed.name)
        if name is not None and name not in self._hours:
            hint = suggestion(name, self._hours) or (
                "there is " + ", ".join(self._hours) if self._hours else "calendars stand in hours.yaml"
            )
            message = f"there is no calendar '{name}' in hours.yaml."
            self._problems.add("F139", options.place("hours"), message, hint=hint)
        branches: dict[str, Rule | None] = {}
        for outcome in ("open", "closed", "holiday"):
            node = options.node(outcome)
            if node is not None:
                branches[outcome] = self._rule(node, depth + 1)
            elif outcome != "holiday":
                hint = f"the flow that answers when it is {outcome}"
                self._problems.add("F020", options.mark, f"hours need '{outcome}'.", hint=hint)
        options.close()
        branches.setdefault("holiday", branches.get("closed"))
        calendar = self._hours.get(name or "")
        opened, closed, holiday = branches.get("open"), branches.get("closed"), branches["holiday"]
        if calendar is None or opened is None or closed is None or holiday is None:
            return None
        return ByHours(calendar, opened, closed, holiday)

    def _by_share(self, options: Options) -> Rule | None:
        node = options.node("share")
        chosen = typed.options(node, self._problems, "share") if node is not None else None
        options.close()
        if chosen is None:
            return None
        shares: list[tuple[str, int]] = []
        before = len(self._problems)
        for key, value in chosen.mapping:
            flow, share = self._flow(key), self._share(value)
            if flow is not None and share is not None:
                shares.append((flow, share))
        total = sum(share for _, share in shares)
        if len(self._problems) == before and total != WHOLE:
            message = f"the shares are {total / 100:g}% together, and should be 100%."
            self._problems.add("F204", chosen.mark, message, hint="change one of them")
        return ByShare(tuple(shares)) if len(self._problems) == before else None

    def _share(self, node: Node) -> int | None:
        written = typed.words(node, self._problems)
        if written is None:
            return None
        found = _SHARE.fullmatch(written)
        share = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
        if not 0 < share <= WHOLE:
            hint = "write 90% or 12.5%, more than 0 and at most 100"
            self._problems.add("F205", node.mark, f"'{written}' is no share of callers.", hint=hint)
            return None
        return share

    def _flow(self, node: Scalar) -> str | None:
        flow = typed.name(node, self._problems)
        if flow is None:
            return None
        if flow not in self._flows:
            hint = suggestion(flow, self._flows) or "there is " + (", ".join(sorted(self._flows)) or "none")
            self._problems.add("F206", node.mark, f"there is no flow '{flow}' in this folder.", hint=hint)
            return None
        if takes := self._flows[flow].takes:
            message = f"'{flow}' cannot answer a number: nothing gives it {', '.join(takes)}."
            hint = "name a flow that enters it with these values"
            self._problems.add("F207", node.mark, message, hint=hint)
            return None
        return flow


def _pattern(number: str) -> Pattern | None:
    """What is written as a pattern; None for a number, an extension or ``else``."""
    try:
        pattern = Pattern(number)
    except ValueError:
        return None
    return pattern if "x" in number.lower() or number.rstrip().endswith("*") else None


_FLOW = shape.name()
_SHARES: shape.Schema = {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$"}
_BY_SHARE = shape.options(
    {"share": {"type": "object", "propertyNames": _FLOW, "additionalProperties": _SHARES}}, ["share"]
)
_BRANCH: shape.Schema = {"anyOf": [_FLOW, _BY_SHARE]}
_BY_HOURS = shape.options(
    {"hours": shape.name(), "open": _BRANCH, "closed": _BRANCH, "holiday": _BRANCH}, ["hours", "open", "closed"]
)
SCHEMA: shape.Schema = {"type": "object", "additionalProperties": {"anyOf": [_FLOW, _BY_SHARE, _BY_HOURS]}}
"""The page's JSON Schema for editors; hours within hours are let be by the reader only."""
