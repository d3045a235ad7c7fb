"""A flow's text to a `Flow`, or to everything that is wrong with it, at once.

Four passes: syntax (`ivr.core.document.source`), shape (every action read by its own kind), references (sections,
names and types), meaning (`ivr.core.flow.check`). What is wrong in one action silences the later passes for that
action only: the rest of the page is checked all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, suggestion
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow.check import whole
from ivr.core.flow.kinds import KINDS, RESERVED
from ivr.core.flow.model import Action, Budget, Done, Exit, Flow, Run, Section, Target, Universal
from ivr.core.flow.phrases import built_in
from ivr.core.flow.reading import Reading, declared, lasting, read_options, read_phrases, read_target, read_words
from ivr.core.flow.signature import languages, read_signature
from ivr.core.flow.surroundings import Surroundings
from ivr.core.flow.values import Type, Variable

LONGEST_CALL = lasting(10, 86_400)
WITHOUT_TARGET = frozenset({"repeat", "back", "help"})  # what these do needs no section
_TOP_HINTS = {"sections": "write flow:", "name": "a flow has the name of its file", "language": "write languages:"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and its name, as findings show it."""

    text: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Broken(Action):
    """An action that could not be read: what it mentions, so that the rest of the page is checked without it."""

    mentions: tuple[Target, ...] = ()
    names: tuple[str, ...] = ()

    def begin(self, run: Run) -> Done:
        return Done("broken")

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("broken", input=True), *(Exit("broken", target, input=True) for target in self.mentions))

    def sets(self, known: Any) -> dict[str, Variable]:
        return dict.fromkeys(self.names, Variable(Type.ANY))


def load(
    text: str, file: str, *, defaults: Source | None = None, surroundings: Surroundings | None = None
) -> tuple[Flow | None, Problems]:
    """The flow of a file's text, None when there are errors, and all findings; ``defaults`` is ``defaults.yaml``.

    Without ``surroundings`` the flow is alone: there are no calendars and no other flows.
    """
    problems = Problems()
    root = source.parse(text, file, problems)
    if root is None:
        if not len(problems):
            problems.add("F100", Mark(file, 1, 1), "the file is empty.", hint="begin with  flow:")
        return None, problems
    top = typed.options(root, problems, "a flow")
    if top is None:
        return None, problems
    lines = {file: tuple(text.splitlines())}
    flow = _Loader(top, file, Reading(problems, lines, languages(top), surroundings or Surroundings())).flow(defaults)
    return (None if problems.errors else flow), problems


class _Loader:
    """Reads one flow; what cannot be read is noted, and the reading goes on."""

    def __init__(self, top: Options, file: str, reading: Reading) -> None:
        self._top = top
        self._file = file
        self._problems = reading.problems
        self._reading = reading

    def flow(self, defaults: Source | None) -> Flow | None:
        """The flow, with broken actions in it when there are errors; None when it has no section."""
        top, reading = self._top, self._reading
        reading.defaults = self._defaults(defaults)
        about = top.get_or("about", typed.words, "")
        node = top.node("longest")
        longest = None if node is None else LONGEST_CALL.read(node, reading)
        record = top.get_or("record", typed.yes_no, False)
        signature = reading.signature = read_signature(top)
        budget = self._budget()
        returned = self._words("returned")
        apology = self._words("apology")
        named = {name: self._target(name) for name in ("start", "resume", "on_error")}
        universals = self._universals()
        sections = self._sections()
        top.close(_TOP_HINTS)
        if not sections:
            return None
        first = next(iter(sections))
        start = named["start"].section if named["start"] else first
        flow = Flow(
            name=_stem(self._file),
            file=self._file,
            about=about,
            languages=reading.languages,
            sections=sections,
            start=start,
            resume=named["resume"].section if named["resume"] else start,
            on_error=named["on_error"].section if named["on_error"] else "",
            longest=longest,
            returned=returned or built_in("returned", reading.languages),
            apology=apology or built_in("apology", reading.languages),
            universals=universals,
            signature=signature,
            budget=budget,
            record=record,
            surroundings=reading.surroundings,
        )
        reading.surroundings.flows.setdefault(flow.name, flow)
        named["error_budget"] = budget.go if budget else None
        whole.check(flow, reading, [target for target in named.values() if target])
        return flow

    def _budget(self) -> Budget | None:
        """How many failed inputs a whole call may have, and where it goes then."""
        node = self._top.node("error_budget")
        options = typed.options(node, self._problems, "error_budget") if node is not None else None
        if options is None:
            return None
        errors = options.need("errors", typed.whole(1, 50), hint="how many failed inputs a call may have")
        go = options.node("go")
        if go is None:
            self._problems.add("F020", options.mark, "error_budget needs 'go'.", hint="the section that it goes to")
        self._reading.subject = "error_budget"
        target = read_target(go, self._reading) if go is not None else None
        options.close()
        return None if errors is None or target is None else Budget(errors, target)

    def _defaults(self, shared: Source | None) -> Options | None:
        """The flow's defaults, and behind them those of all flows."""
        own = self._top.node("defaults")
        entries: list[tuple[Scalar, Node]] = []
        if own is not None and typed.options(own, self._problems, "defaults") and isinstance(own, Mapping):
            entries += own.entries
        if shared is not None:
            self._reading.lines[shared.file] = tuple(shared.text.splitlines())
            root = source.parse(shared.text, shared.file, self._problems)
            if root is not None and typed.options(root, self._problems, "defaults") and isinstance(root, Mapping):
                names = {key.text for key, _ in entries}
                entries += [(key, node) for key, node in root if key.text not in names]
        if not entries:
            return None
        options = Options(Mapping(tuple(entries), entries[0][0].mark), self._problems, "defaults")
        self._reading.defaults = options
        for kind in KINDS.values():
            for attribute, item in declared(kind).items():
                if item.inherits:
                    self._reading.default(item.name or attribute, item.form)
        options.close()
        return options

    def _words(self, name: str) -> Any:
        self._reading.subject = name
        node = self._top.node(name)
        return None if node is None else read_words(node, self._reading)

    def _target(self, name: str) -> Target | None:
        self._reading.subject = name
        node = self._top.node(name)
        if name == "on_error" and isinstance(node, Scalar) and node.text == "hangup":
            return None
        return None if node is None else read_target(node, self._reading)

    def _universals(self) -> dict[str, Universal]:
        node = self._top.node("anywhere")
        anywhere = typed.options(node, self._problems, "anywhere") if node is not None else None
        found: dict[str, Universal] = {}
        for key, value in anywhere.mapping if anywhere is not None else ():
            universal = self._universal(key, value)
            if universal is None:
                continue
            if universal.press in found:
                other = found[universal.press].name
                message = f"the key {universal.press} is '{other}' already."
                self._problems.add("F107", universal.mark, message, hint="each key can mean one thing anywhere")
            found.setdefault(universal.press, universal)
        return found

    def _universal(self, key: Scalar, node: Node) -> Universal | None:
        options = typed.options(node, self._problems, f"'{key.text}'")
        if options is None:
            return None
        press = options.need("press", typed.keys, hint="the key that the caller presses for it")
        if press is not None and len(press) > 1:
            mark = options.place("press")
            self._problems.add(
                "F017", mark, f"'{press}' is more than one key.", hint="anywhere a single key is pressed"
            )
            press = None
        self._reading.subject = f"'{key.text}'"
        go = options.node("go")
        target = read_target(go, self._reading) if go is not None else None
        phrases_node = options.node("say")
        phrases = read_phrases(phrases_node, self._reading) if phrases_node is not None else {}
        if go is None and key.text not in WITHOUT_TARGET:
            self._problems.add("F020", key.mark, f"'{key.text}' needs 'go'.", hint="the section that it goes to")
        options.close()
        if press is None or phrases is None:
            return None
        return Universal(key.text, press, target, phrases, options.place("press"))

    def _sections(self) -> dict[str, Section]:
        node = self._top.node("flow")
        if node is None:
            self._problems.add("F020", self._top.mark, "a flow needs 'flow'.", hint="its sections stand under it")
            return {}
        if isinstance(node, Sequence):
            hint = "actions stand under a section's name, such as  welcome:"
            self._problems.add("F022", node.mark, "flow should be named sections, and is a list.", hint=hint)
            return {}
        sections = typed.options(node, self._problems, "flow")
        found: dict[str, Section] = {}
        for key, value in sections.mapping if sections is not None else ():
            typed.name(key, self._problems)
            found[key.text] = Section(key.text, tuple(self._actions(key, value)), key.mark)
        return found

    def _actions(self, key: Scalar, node: Node) -> Iterator[Action]:
        if not isinstance(node, Sequence) or not node.items:
            hint = "write each action on a line of its own, after  -"
            message = f"section '{key.text}' should be a list of actions, and is {node.what}."
            if isinstance(node, Sequence) or (isinstance(node, Scalar) and not node.text):
                message = f"section '{key.text}' has no actions."
            self._problems.add("F101", key.mark, message, hint=hint)
            yield Broken(place=key.mark)
            return
        for item in node.items:
            yield read_action(item, self._reading)


def read_action(node: Node, reading: Reading) -> Action:
    """One action, or a `Broken` one with findings."""
    problems = reading.problems
    if isinstance(node, Scalar) and node.text in KINDS and KINDS[node.text].bare:
        return _bare(KINDS[node.text], node, reading)
    if not isinstance(node, Mapping) or not node.entries:
        word = node.text if isinstance(node, Scalar) else ""
        bare = [name for name, known in KINDS.items() if known.bare]
        hint = suggestion(word, bare) or _glued(word) or "write  - kind: value, such as  - say: Hello."
        problems.add("F110", node.mark, f"an action is a set of options, and this is {node.what}.", hint=hint)
        return Broken(place=node.mark)
    key = node.entries[0][0]
    before, targets = len(problems), len(reading.targets)
    kind = KINDS.get(key.text)
    if kind is None:
        _unknown_kind(node, key, problems)
    else:
        options = Options(node, problems, key.text)
        reading.at = key.mark
        if kind.bare and not declared(kind):
            problems.add("F110", key.mark, f"{kind.kind} stands alone.", hint=f"write  - {kind.kind}")
            return kind.build({}, reading, key.mark)
        given = read_options(kind, options, reading)
        options.close(kind.hints)
        if len(problems) == before:
            action = kind.build(given, reading, key.mark)
            if len(problems) == before:
                return action
    return Broken(place=key.mark, mentions=_mentions(node, reading, targets), names=_names(node))


def _glued(word: str) -> str:
    """What to write instead of a kind without a blank behind its colon, or with the colon of another keyboard."""
    match = re.match(r"(\w+)\s*[:：]\s*(\S*)", word)
    return f"a colon and a blank follow the kind:  - {match[1]}: {match[2]}" if match and match[1] in KINDS else ""


def _bare(kind: type[Action], node: Scalar, reading: Reading) -> Action:
    """A kind's word alone, all options at their defaults."""
    before = len(reading.problems)
    action = kind.build({name: item.default for name, item in declared(kind).items()}, reading, node.mark)
    return action if len(reading.problems) == before else Broken(place=node.mark)


def _unknown_kind(node: Mapping, key: Scalar, problems: Problems) -> None:
    if key.text in RESERVED:
        problems.add("F111", key.mark, f"the action '{key.text}' comes with a later version.", hint=RESERVED[key.text])
        return
    hint = suggestion(key.text.lower(), KINDS)
    later = next((name.text for name, _ in node if name.text in KINDS), None)
    if later and not hint:
        hint = f"the kind of an action stands first: '{later}'"
    hint = hint or "there are " + ", ".join(KINDS)
    problems.add("F110", key.mark, f"there is no action '{key.text}'.", hint=hint)


def _mentions(node: Mapping, reading: Reading, before: int) -> tuple[Target, ...]:
    """Where a broken action may go: what was read as a section, and every word in it that might be one."""
    words = (Target(word.text, word.mark, "") for word in _scalars(node))
    return (*reading.targets[before:], *words)


def _names(node: Mapping) -> tuple[str, ...]:
    """The variables that a broken action may set."""
    named = node.get("as")
    found = [named.text] if isinstance(named, Scalar) else []
    settings = node.get("set")
    if isinstance(settings, Mapping):
        found += [key.text for key, _ in settings]
    return tuple(found)


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for _, value in node:
            yield from _scalars(value)


def _stem(file: str) -> str:
    """A file's name without folder and ending: the flow's name."""
    return file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
