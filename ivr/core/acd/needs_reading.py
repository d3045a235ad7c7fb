"""The ``needs`` of a queue: steps that loosen what is asked of agents while the caller waits.

::

    needs:
      - {require: {billing: 3}, prefer: {contracts: 2}, for: 30s, if_none: skip}
      - {lower: {billing: 1}, for: 60s}
      - {drop: billing, add_group: back_office}

Each step is read by itself first, then all are gone through as a waiting call goes through them: what lowers nothing,
or is never reached, shows only then. What follows only from a step with a mistake in it is not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.acd.setup import LEAST_LEVEL, MOST_LEVEL, Step, levels
from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, Severity, suggestion
from ivr.core.document.source import Node, Scalar, Sequence

MOST_STEPS = 20
LASTS = (1, 86400)  # seconds of a step
SKIP, WAIT = "skip", "wait"
MARKED = ("require", "prefer", "lower")  # options of a step that have skills with levels
LANGUAGES = ("language", "languages")
WARNING = Severity.WARNING

_LEVELS = {str(level): level for level in range(LEAST_LEVEL, MOST_LEVEL + 1)}
_OUT = "take it out"
_LANGUAGE = "a call brings its language along; nothing is written for it"
_HINTS = {
    "until": "write for: and how long the step holds",
    "after": "write for: in the step before this one",
    "wait": "write for: and how long the step holds",
    "skills": "write require: {billing: 3}",
    "need": "write require:",
    "remove": "write drop:",
    **dict.fromkeys(("group", "groups", "add_groups", "add"), "write add_group:"),
    **dict.fromkeys(("skip", "skip_if_none", "skip_if_nobody"), "write if_none: skip"),
    **dict.fromkeys(LANGUAGES, _LANGUAGE),
}


@dataclass(frozen=True, slots=True)
class Names:
    """The skills and groups of a page, and which of them its queues ask for."""

    problems: Problems
    skills: Mapping[str, str]
    groups: Mapping[str, str]
    asked: set[tuple[str, str]] = field(default_factory=set)

    def skill(self, name: str, mark: Mark) -> None:
        """Notes that a queue asks for a skill, or that there is none of this name."""
        self.asked.add(("skills", name))
        hint = f"'{name}' is a group: write add_group: {name}" if name in self.groups else ""
        if name in LANGUAGES:
            hint = _LANGUAGE
        if name not in self.skills:
            hint = hint or _known("skills", name, self.skills)
            self.problems.add("F250", mark, f"there is no skill '{name}' on this page.", hint=hint)

    def group(self, name: str, mark: Mark) -> None:
        """Notes that a queue adds a group, or that there is none of this name."""
        self.asked.add(("groups", name))
        if name not in self.groups:
            hint = _known("groups", name, self.groups)
            if name in self.skills:
                hint = f"'{name}' is a skill, and only groups are added"
            self.problems.add("F251", mark, f"there is no group '{name}' on this page.", hint=hint)


def _known(section: str, name: str, known: Mapping[str, str]) -> str:
    listed = f"there is {', '.join(list(known)[:10])}" if known else f"write it under {section}: at the top"
    return suggestion(name, known) or listed


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, and where it stands."""

    step: Step
    mark: Mark


Marked = dict[str, tuple[int, Mark]]
"""Skills, each with its level and its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A step as it is written, every skill and group with its place; ``broken`` when a part cannot be read."""

    options: Options
    lasts: float | None
    skip: bool
    require: Marked
    prefer: Marked
    lower: Marked
    drop: dict[str, Mark]
    groups: dict[str, Mark]
    broken: bool

    @property
    def mark(self) -> Mark:
        return self.options.mark

    @property
    def empty(self) -> bool:
        return not (self.require or self.prefer or self.lower or self.drop or self.groups)

    def step(self, last: bool) -> Step:
        return Step(
            lasts=None if last else self.lasts,
            require=levels(_bare(self.require)),
            prefer=levels(_bare(self.prefer)),
            lower=levels(_bare(self.lower)),
            drop=tuple(self.drop),
            add_groups=tuple(self.groups),
            skip_if_none=self.skip and not last,
        )


def read_needs(node: Node, names: Names, problems: Problems) -> tuple[Placed, ...]:
    """The steps of a queue: a list of them, or a single one that holds for good."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    if not nodes or (isinstance(node, source.Mapping) and not node.entries):
        problems.add("F011", node.mark, "there is nothing here.", hint="write  needs: {require: {billing: 3}}")
        return ()
    if len(nodes) > MOST_STEPS:
        problems.add("F015", nodes[MOST_STEPS].mark, f"there are more than {MOST_STEPS} steps.", hint=_OUT)
        return ()
    found = [written for item in nodes if (written := _form(item, names, problems)) is not None]
    if len(found) == len(nodes):
        _Meaning(problems).check(found)
    return tuple(Placed(written.step(written is found[-1]), written.mark) for written in found)


def _form(node: Node, names: Names, problems: Problems) -> _Written | None:
    """A step by itself; None when it is no set of options."""
    if not isinstance(node, source.Mapping):
        message = f"a step should be a set of options, and is {node.what}."
        problems.add("F022", node.mark, message, hint="write  {require: {billing: 3}, for: 30s}")
        return None
    before = len(problems)
    options = Options(node, problems, "a step")
    lasts = options.get("for", typed.lasting(*LASTS))
    skip = options.get("if_none", typed.choice((SKIP, WAIT))) == SKIP
    marked = {option: _levels(option, options.node(option), names, problems) for option in MARKED}
    drop = _listed(options.node("drop"), problems)
    for name, mark in drop.items():
        names.skill(name, mark)
    groups = _listed(options.node("add_group"), problems)
    for name, mark in groups.items():
        names.group(name, mark)
    options.close(_HINTS)
    broken = len(problems) > before
    return _Written(options=options, lasts=lasts, skip=skip, **marked, drop=drop, groups=groups, broken=broken)


def _levels(option: str, node: Node | None, names: Names, problems: Problems) -> Marked:
    if node is None:
        return {}
    if not isinstance(node, source.Mapping):
        message = f"{option} should be skills with their levels, and is {node.what}."
        known = node.text.strip() if isinstance(node, Scalar) else "billing"
        problems.add("F022", node.mark, message, hint=f"write  {option}: {{{known or 'billing'}: 3}}")
        return {}
    if not node.entries:
        problems.add("F011", node.mark, "there is nothing here.", hint="write a skill and its level, or take it out")
    found: Marked = {}
    for key, value in node:
        names.skill(key.text.strip(), key.mark)
        if key.text in LANGUAGES:
            continue
        level = _level(option, key, value, problems)
        if level is not None:
            found[key.text.strip()] = (level, key.mark)
    return found


def _level(option: str, key: Scalar, node: Node, problems: Problems) -> int | None:
    written = typed.words(node, problems)
    if written is None or written in _LEVELS:
        return None if written is None else _LEVELS[written]
    hint = "a level is a whole number, 1 for a little to 5 for best"
    if written == "0":
        hint = f"write drop: {key.text} in a step, and it is asked for no more" if option == "lower" else _OUT
    problems.add("F252", node.mark, f"'{written}' is no level.", hint=hint)
    return None


def _listed(node: Node | None, problems: Problems) -> dict[str, Mark]:
    """One name or a list of them, with their places."""
    items = () if node is None else node.items if isinstance(node, Sequence) else (node,)
    if isinstance(node, Sequence) and not items:
        problems.add("F011", node.mark, "there is nothing here.", hint="write a name, or take it out")
    found: dict[str, Mark] = {}
    for item in items:
        name = typed.words(item, problems)
        if name in found:
            hint = f"the first one is in line {found[name].line}"
            problems.add("F004", item.mark, f"'{name}' is said twice here.", hint=hint)
        elif name is not None:
            found[name] = item.mark
    return found


def _bare(marked: Marked) -> dict[str, int]:
    return {name: level for name, (level, _) in marked.items()}


class _Meaning:
    """Goes through steps as a call does, and notes what is not as it was meant."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._require: dict[str, int] = {}
        self._prefer: dict[str, int] = {}
        self._groups: set[str] = set()
        self._unsure = False  # a step so far has a mistake in it, so what it requires may be more than is known

    def check(self, steps: list[_Written]) -> None:
        """Notes findings about steps, each of which has the form of one."""
        self._times(steps)
        for number, written in enumerate(steps):
            self._unsure = self._unsure or written.broken
            if not self._twice(written):
                self._take(written, number == 0)
            if not any(step.broken for step in steps):
                changed = {name for later in steps[number + 1 :] for name in (*later.lower, *later.drop)}
                self._met_by_all(written, changed)

    def _times(self, steps: list[_Written]) -> None:
        for written in steps[:-1]:
            if written.options.mapping.get("for") is None:
                message = "this step has no 'for', so those after it are never reached."
                self._problems.add("F255", written.mark, message, hint="write how long it holds: for: 30s")
        last = steps[-1]
        for option in ("for", "if_none"):
            key = last.options.mapping.key(option)
            if key is not None and (option == "for" or last.skip):
                message = f"the last step holds until somebody answers; '{option}' has no effect here."
                self._problems.add("F256", key.mark, message, hint=f"{_OUT}, or write one more step", severity=WARNING)

    def _twice(self, written: _Written) -> bool:
        """Whether one step says two things of one skill."""
        said = dict.fromkeys(written.require, "require")
        found = False
        places = [("lower", name, mark) for name, (_, mark) in written.lower.items()]
        for option, name, mark in (*places, *(("drop", name, mark) for name, mark in written.drop.items())):
            if said.setdefault(name, option) != option:
                message = f"this step says both {said[name]} and {option} of '{name}'."
                self._problems.add("F258", mark, message, hint="let a skill stand in one of them, or write two steps")
                found = True
        return found

    def _take(self, written: _Written, first: bool) -> None:
        if written.empty and not first and not written.broken:
            hint = "say what it loosens, or take it out"
            self._problems.add("F256", written.mark, "this step changes nothing.", hint=hint, severity=WARNING)
        self._more(written, first)
        for name, (level, mark) in written.lower.items():
            self._lower(name, level, mark)
        for name, mark in written.drop.items():
            if (self._require.pop(name, None), self._prefer.pop(name, None)) == (None, None):
                self._absent(name, mark, "dropped")
        for name, (level, mark) in written.prefer.items():
            if self._prefer.get(name) == level:
                self._problems.add("F256", mark, f"{name} {level} is preferred already.", hint=_OUT, severity=WARNING)
            self._prefer[name] = level
        for name, mark in written.groups.items():
            if name in self._groups:
                self._problems.add("F256", mark, f"'{name}' was added already.", hint=_OUT, severity=WARNING)
            self._groups.add(name)

    def _more(self, written: _Written, first: bool) -> None:
        loosens = written.lower or written.drop or written.groups
        for name, (level, mark) in written.require.items():
            has = self._require.get(name)
            if has is not None and level <= has:
                hint = f"write lower: {{{name}: {level}}}" if level < has else _OUT
                self._problems.add("F256", mark, f"{name} {has} is required already.", hint=hint, severity=WARNING)
            elif not first and not loosens and not self._unsure:
                message = f"from here on more is asked for than before: {name} {level}."
                hint = "write it in the first step, or loosen something else in this one"
                self._problems.add("F257", mark, message, hint=hint, severity=WARNING)
            self._require[name] = max(level, has or LEAST_LEVEL)

    def _lower(self, name: str, level: int, mark: Mark) -> None:
        has = self._require.get(name)
        if has is None:
            self._absent(name, mark, "lowered")
        elif level > has:
            message = f"{name} {level} is not lower than {has}, which is required before."
            hint = f"write a level below {has}" if has > LEAST_LEVEL else f"write drop: {name}"
            self._problems.add("F254", mark, message, hint=hint)
        elif level == has:
            self._problems.add("F256", mark, f"{name} is at {level} already.", hint=_OUT, severity=WARNING)
        else:
            self._require[name] = level

    def _absent(self, name: str, mark: Mark, what: str) -> None:
        if not self._unsure:
            message = f"no step before requires '{name}', so it is {what} only for calls that bring it along."
            hint = f"write require: {{{name}: 3}} in a step before, or take it out"
            self._problems.add("F253", mark, message, hint=hint, severity=WARNING)

    def _met_by_all(self, written: _Written, changed: set[str]) -> None:
        """Notes what is preferred and has to be met anyhow, from here to the last step."""
        for name, (level, mark) in written.prefer.items():
            if level <= self._require.get(name, 0) and name not in changed:
                message = f"{name} {self._require[name]} is required, so everybody has what is preferred here."
                self._problems.add("F256", mark, message, hint=f"prefer a higher level, or {_OUT}", severity=WARNING)
