"""``language``: the caller hears another language from here on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.document import schema as shape
from ivr.core.document.problems import suggestion
from ivr.core.document.source import Node
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import REASON, TARGET, Form, Reading, option, read_template
from ivr.core.flow.sentence import Template
from ivr.core.prompts.say import base_language


def _read_language(node: Node, reading: Reading) -> Template | None:
    template = read_template(node, reading)
    if template is None or template.constant is None:
        return template
    tag = template.constant.text
    if tag in reading.languages or base_language(tag) in {base_language(known) for known in reading.languages}:
        return template
    known = ", ".join(reading.languages)
    hint = suggestion(tag, reading.languages) or f"this flow's languages are {known} (see 'languages')"
    reading.problems.add("F127", node.mark, f"'{tag}' is not a language of this flow.", hint=hint)
    return None


LANGUAGE: Form[Template] = Form("one of the flow's languages, or a value in braces", _read_language, shape.words())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language(Action):
    """The caller hears another language from here on."""

    kind: ClassVar[str] = "language"
    about: ClassVar[str] = "The caller hears another language from here on, also in flows that are entered."
    outcomes: ClassVar[dict[str, str]] = {
        "set": "the next action",
        "unknown": "the flow does not have it: the section that `unknown` names; without it the next action",
    }
    example: ClassVar[str] = """\
languages: [en, zh]
flow:
  welcome:
    - menu: {en: For English press 1., zh: 中文请按 2。}
      options:
        - {press: 1, go: greeting}
        - {press: 2, go: chinese}
      give_up: greeting
  chinese:
    - language: zh
    - go: greeting
  greeting:
    - say: {en: Welcome., zh: 欢迎。}
    - hangup
"""
    tag: Template = option(LANGUAGE, "the language", name="language")
    unknown: Target | None = option(
        TARGET, "where to go when the flow does not have it", default=None, shown="the next action"
    )
    allow_secret: str = option(REASON, "why a secret value may be used here", default="", shown="it may not")

    def begin(self, run: Run) -> Done:
        wanted = str(self.tag.text(run)).strip()  # a secret's is its mask, which is no language
        if run.speak(wanted):
            return Done("set", detail={"language": run.language})
        return Done("unknown", self.unknown.section if self.unknown else "")

    def exits(self) -> tuple[Exit, ...]:
        if self.tag.constant is not None:
            return (Exit("set"),)
        return (Exit("set"), Exit("unknown", self.unknown))

    def reads(self) -> Iterator[Expression]:
        return (slot.expression for slot in self.tag.slots)
