"""``queues.yaml`` to a `Setup`, with every mistake at its place, all at once.

::

    skills:
      billing: Bills, payments and reminders      # a name, and what it is, for people
    groups:
      back_office: Helps when it is full
    breaks:
      lunch: {paid: no, about: The midday break}
    wrap_up_codes:
      solved: The matter is settled
    defaults:                                     # options that hold for all queues
      ring: 15s
    queues:
      billing:
        needs:                                    # `ivr.core.acd.needs_reading`
          - {require: {billing: 3}, for: 30s}
          - {lower: {billing: 1}}
        target: 80% in 20s                        # and the other options: `ivr.core.acd.queue_reading`

`read_queues` is the way in. What queues name is read first, wherever it stands on the page.
"""

from __future__ import annotations

from collections.abc import Collection

from ivr.core.acd.needs_reading import LANGUAGES, Names
from ivr.core.acd.people import MISSED
from ivr.core.acd.queue_reading import Around, QueueReader
from ivr.core.acd.setup import NO_SETUP, BreakReason, Setup, WrapUpCode
from ivr.core.document import fields as typed
from ivr.core.document import source
from ivr.core.document.fields import Options
from ivr.core.document.problems import Problems, Severity
from ivr.core.document.source import Node, Scalar

WARNING = Severity.WARNING
MOST = 1_000  # queues, and names of each sort

_HINTS = {
    "queue": "write queues:",
    "skill": "write skills:",
    "group": "write groups:",
    "default": "write defaults:",
    "break": "write breaks:",
    "pauses": "write breaks:",
    "break_reasons": "write breaks:",
    "languages": "a call brings its language along; nothing is written for it",
    **dict.fromkeys(("codes", "wrapup_codes", "wrap_up", "dispositions"), "write wrap_up_codes:"),
    **dict.fromkeys(("agents", "members"), "agents are no part of this page: they come and go while the service runs"),
}
_FORMS = {
    "skills": "write  billing: Bills and payments",
    "groups": "write  back_office: Helps when it is full",
    "breaks": "write  lunch: {paid: no, about: The midday break}",
    "wrap_up_codes": "write  solved: The matter is settled",
    "queues": "write  billing: {ring: 15s}",
}


def read_queues(
    text: str, file: str, problems: Problems, calendars: Collection[str], recordings: Collection[str] | None = None
) -> Setup:
    """What ``queues.yaml`` says; ``calendars`` are those of ``hours.yaml``, ``recordings`` the files that may be heard.

    Findings go to ``problems``; a queue with an error in it has what could be read, so that flows that lead to it are
    not told that it is not there. Where recordings are not known, nothing is said of them.
    """
    root = source.parse(text, file, problems)
    top = typed.options(root, problems, "queues.yaml") if root is not None else None
    return NO_SETUP if top is None else _Page(top, problems).setup(calendars, recordings)


class _Page:
    def __init__(self, top: Options, problems: Problems) -> None:
        self._top = top
        self._problems = problems
        self._before = len(problems.errors)
        self._sections = {section: self._entries(section) for section in _FORMS}

    def setup(self, calendars: Collection[str], recordings: Collection[str] | None) -> Setup:
        skills, groups, codes = (self._words(section) for section in ("skills", "groups", "wrap_up_codes"))
        self._reserved("skills", LANGUAGES, "take another name; a call and an agent have their languages anyhow")
        self._reserved("breaks", (MISSED,), "take another name; whoever does not answer is put on a break of this name")
        names = Names(self._problems, skills, groups)
        around = Around(names, bool(codes), calendars, recordings)
        reader = QueueReader(around, self._top.node("defaults"), self._problems)
        breaks = (self._break(key, node) for key, node in self._sections["breaks"])
        queues = (reader.queue(key, node) for key, node in self._sections["queues"])
        setup = Setup(
            queues={queue.name: queue for queue in queues},
            skills=skills,
            groups=groups,
            breaks={reason.name: reason for reason in breaks if reason is not None},
            codes={name: WrapUpCode(name, about) for name, about in codes.items()},
        )
        self._top.close({**self._strays(), **_HINTS})
        self._unused(names)
        return setup

    def _entries(self, section: str) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of a section, which is a set of names."""
        node = self._top.node(section)
        if node is None:
            return ()
        if not isinstance(node, source.Mapping):
            message = f"{section} should be a set of names, and is {node.what}."
            self._problems.add("F022", node.mark, message, hint=_FORMS[section])
            return ()
        if len(node.entries) > MOST:
            message = f"there are more than {MOST:,} {section}."
            self._problems.add("F015", node.entries[MOST][0].mark, message, hint="take some out")
            return ()
        return node.entries

    def _words(self, section: str) -> dict[str, str]:
        """Names, each with what it is, for people."""
        found = {}
        for key, node in self._sections[section]:
            typed.name(key, self._problems)
            found[key.text] = typed.words(node, self._problems) or ""
        return found

    def _break(self, key: Scalar, node: Node) -> BreakReason | None:
        typed.name(key, self._problems)
        if not isinstance(node, source.Mapping):
            about = node.text.strip() if isinstance(node, Scalar) else ""
            message = f"'{key.text}' should be a set of options, and is {node.what}."
            hint = f"write  {key.text}: {{paid: yes, about: {about or 'what it is'}}}"
            self._problems.add("F022", node.mark, message, hint=hint)
            return None
        options = Options(node, self._problems, f"'{key.text}'")
        paid, about = options.get_or("paid", typed.yes_no, True), options.get_or("about", typed.words, "")
        options.close({"name": "write about:", "description": "write about:", "unpaid": "write paid: no"})
        return BreakReason(key.text, paid, about)

    def _reserved(self, section: str, taken: Collection[str], hint: str) -> None:
        for key, _ in self._sections[section]:
            if key.text in taken:
                message = f"'{key.text}' has a meaning of its own among {section}."
                self._problems.add("F267", key.mark, message, hint=hint)

    def _strays(self) -> dict[str, str]:
        """Hints for queues that stand at the top of the page."""
        hint = "is it a queue? then write it under queues:"
        return {key.text: hint for key, node in self._top.mapping if isinstance(node, source.Mapping)}

    def _unused(self, names: Names) -> None:
        """Warns of what no queue asks for; not on a page with an error in it, which may be where it is asked for."""
        if len(self._problems.errors) > self._before:
            return
        for section, hint in (("skills", "require it in a queue"), ("groups", "add it in a step of a queue")):
            for key, _ in self._sections[section]:
                if (section, key.text) not in names.asked:
                    message = f"no queue asks for '{key.text}'."
                    self._problems.add("F266", key.mark, message, hint=f"{hint}, or take it out", severity=WARNING)
