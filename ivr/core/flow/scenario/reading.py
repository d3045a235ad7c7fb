"""A page of scenarios to `Scenario` values, or to everything that is wrong with it, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Mark, Problems, suggestion
from ivr.core.document.source import Node, Sequence
from ivr.core.flow.load import Source
from ivr.core.flow.model import Flow
from ivr.core.flow.scenario.acts import read_acts
from ivr.core.flow.scenario.model import CALLED, CALLER, Act, Expect, Given, Hears, HearsNot, Scenario, Wish
from ivr.core.flow.scenario.worlds import read_given
from ivr.core.flow.spoken import matching

WHEN = "2026-11-23 10:00"  # a Monday, when a scenario says nothing
_HINTS = {
    "name": "write scenario:",
    "caller": "write from:",
    "called": "write to:",
    "steps": "write call:",
    "then": "write call:",
    "when": "write at:",
    "lang": "write language:",
    "before": "write begins_like: the name of another scenario",
}


@dataclass(slots=True)
class _Draft:
    """A scenario as it is written: what it does not say is not in ``said``."""

    name: str
    mark: Mark
    like: tuple[str, Mark] | None
    said: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    call: tuple[Act, ...] = ()


def read_scenarios(page: Source, stem: str, flows: Mapping[str, Flow], zone: str, problems: Problems) -> list[Scenario]:
    """The scenarios of a page whose own flow is ``stem``; those with a finding are left out."""
    root = source.parse(page.text, page.file, problems)
    if root is None:
        return []
    if not isinstance(root, Sequence):
        hint = "write  - scenario: what the caller wants"
        problems.add("F220", root.mark, f"a page of scenarios is a list, and this is {root.what}.", hint=hint)
        return []
    return list(_Page(stem, flows, zone, problems).scenarios(root))


class _Page:
    def __init__(self, stem: str, flows: Mapping[str, Flow], zone: str, problems: Problems) -> None:
        self._stem = stem
        self._flows = flows
        self._zone = ZoneInfo(zone)
        self._problems = problems
        self._drafts: dict[str, _Draft] = {}
        self._wrong: set[str] = set()

    def scenarios(self, root: Sequence) -> Iterator[Scenario]:
        for node in root.items:
            before = len(self._problems)
            draft = self._draft(node)
            if draft is not None:
                self._drafts[draft.name] = draft
                if len(self._problems) > before:
                    self._wrong.add(draft.name)
        for draft in self._drafts.values():
            scenario = self._scenario(draft)
            if scenario is not None:
                yield scenario

    def _draft(self, node: Node) -> _Draft | None:
        options = typed.options(node, self._problems, "a scenario")
        if options is None:
            return None
        name = options.need("scenario", typed.words, hint="what the caller wants, in a few words")
        mark = options.place("scenario")
        like = options.get("begins_like", typed.words)
        draft = _Draft(name or "", mark, None if like is None else (like, options.place("begins_like")))
        self._options(draft, options)
        steps = options.node("call")
        draft.call = () if steps is None else read_acts(steps, self._problems)
        if (steps is None and like is None) or (isinstance(steps, Sequence) and not steps.items):
            hint = "write  call:  and below it what the caller hears and does"
            self._problems.add("F223", mark, "nothing happens in this scenario.", hint=hint)
        options.close(_HINTS)
        if name in self._drafts:
            hint = f"the first one is in line {self._drafts[name].mark.line}"
            self._problems.add("F221", mark, f"there are two scenarios '{name}'.", hint=hint)
            return None
        return draft if name else None

    def _options(self, draft: _Draft, options: Options) -> None:
        readers: dict[str, Any] = {
            "flow": typed.name,
            "from": typed.words,
            "to": typed.words,
            "name": typed.words,
            "language": typed.words,
            "languages": typed.listed(typed.words),
            "at": self._instant,
            "returned": typed.yes_no,
            "given": self._given,
        }
        for key, read in readers.items():
            value = options.get(key, read)
            if value is not None:
                draft.said[key] = value
                draft.marks[key] = options.place(key)
        if "language" in draft.said and "languages" in draft.said:
            hint = "languages: runs the scenario once in each"
            self._problems.add("F228", draft.marks["language"], "language and languages are both said.", hint=hint)

    def _given(self, node: Node, problems: Problems) -> Given | None:
        options = typed.options(node, problems, "given")
        return None if options is None else read_given(options, problems)

    def _instant(self, node: Node, problems: Problems) -> datetime | None:
        written = typed.words(node, problems)
        if written is None:
            return None
        try:
            local = datetime.fromisoformat(written.replace(" ", "T", 1))
        except ValueError:
            local = None
        if local is None or "T" not in written.replace(" ", "T", 1) or local.tzinfo is not None:
            problems.add("F229", node.mark, f"'{written}' is not a date and time.", hint=f"write it as {WHEN}")
            return None
        instant = local.replace(tzinfo=self._zone).astimezone(UTC)
        if instant.astimezone(self._zone).replace(tzinfo=None) != local:
            hint = "clocks are put forward then"
            problems.add("F229", node.mark, f"there is no {written} in {self._zone.key}.", hint=hint)
            return None
        return instant

    # From drafts to scenarios

    def _scenario(self, draft: _Draft) -> Scenario | None:
        before = len(self._problems)
        line = self._line(draft)
        if line is None or any(one.name in self._wrong for one in line):
            return None
        said: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        for one in line:
            if one.said.keys() & {"language", "languages"}:
                said = {name: value for name, value in said.items() if name not in ("language", "languages")}
            said |= one.said
            marks |= one.marks
        flow = self._flow(said.get("flow", self._stem), marks.get("flow", draft.mark))
        if flow is None:
            return None
        wanted = said.get("languages") or ((said["language"],) if "language" in said else (flow.languages[0],))
        where = marks.get("languages") or marks.get("language") or draft.mark
        languages = tuple(dict.fromkeys(self._language(flow, language, where) for language in wanted))
        call = tuple(act for one in line for act in one.call)
        self._check(call, flow, languages)
        if len(self._problems) > before:
            return None
        return Scenario(
            name=draft.name,
            mark=draft.mark,
            flow=flow.name,
            call=call,
            at=said.get("at") or datetime.fromisoformat(WHEN).replace(tzinfo=self._zone).astimezone(UTC),
            caller=said.get("from", CALLER),
            called=said.get("to", CALLED),
            caller_name=said.get("name", ""),
            languages=languages,
            returned=said.get("returned", False),
            given=said.get("given", Given()),
        )

    def _line(self, draft: _Draft) -> list[_Draft] | None:
        """The scenario and those that it begins like, the first one first."""
        line = [draft]
        while (like := line[0].like) is not None:
            name, mark = like
            other = self._drafts.get(name)
            if other is None or other in line:
                message = (
                    f"there is no scenario '{name}' on this page." if other is None else f"'{name}' begins like this."
                )
                hint = suggestion(name, self._drafts) or "it is the name of another scenario of this page"
                self._problems.add("F230", mark, message, hint=hint)
                return None
            line.insert(0, other)
        return line

    def _flow(self, name: str, mark: Mark) -> Flow | None:
        flow = self._flows.get(name)
        if flow is None:
            hint = suggestion(name, self._flows) or "flows are " + (", ".join(sorted(self._flows)) or "none")
            self._problems.add("F222", mark, f"there is no flow '{name}' beside these scenarios.", hint=hint)
        return flow

    def _language(self, flow: Flow, language: str, mark: Mark) -> str:
        found = matching(flow, language)
        if not found:
            hint = "its languages are " + ", ".join(flow.languages)
            self._problems.add("F228", mark, f"'{language}' is not a language of the flow '{flow.name}'.", hint=hint)
        return found

    def _check(self, call: tuple[Act, ...], flow: Flow, languages: tuple[str, ...]) -> None:
        for act in call:
            if isinstance(act, Hears | HearsNot):
                known = act.words.by_language
                missing = [language for language in languages if language and "" not in known and language not in known]
                if missing:
                    hint = f"write  {{{languages[0]}: …, {missing[0]}: …}}"
                    self._problems.add("F231", act.mark, f"the words are missing in '{missing[0]}'.", hint=hint)
            elif isinstance(act, Expect):
                for wish in act.wishes:
                    self._check_wish(wish, flow)

    def _check_wish(self, wish: Wish, flow: Flow) -> None:
        if wish.name == "section":
            name, _, section = wish.value.rpartition(".")
            inner = self._flows.get(name) if name else flow
            known = [f"{name}.{one}" if name else one for one in inner.sections] if inner is not None else self._flows
            if wish.value not in known:
                hint = suggestion(wish.value, known) or ""
                message = f"there is no section '{section}' in the flow '{name or flow.name}'."
                self._problems.add("F232", wish.mark, message, hint=hint)
        elif wish.name == "language" and wish.value not in flow.languages and not matching(flow, wish.value):
            self._language(flow, wish.value, wish.mark)
