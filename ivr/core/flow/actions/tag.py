"""``tag``: the call is marked with a milestone, or with why the caller called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.core.document import schema as shape
from ivr.core.document.source import Node
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action, Done, Exit, Run
from ivr.core.flow.reading import REASON, YES_NO, Form, Reading, option, read_template
from ivr.core.flow.sentence import Template

LONGEST = 60
MILESTONE, DRIVER = "milestone", "driver"


def _read_tag(node: Node, reading: Reading) -> Template | None:
    template = read_template(node, reading)
    if template is not None and template.constant is not None and len(template.constant.text) > LONGEST:
        message = f"a tag has at most {LONGEST} characters, this has {len(template.constant.text)}."
        reading.problems.add("F163", node.mark, message, hint="a tag is a word or two, such as  paid")
        return None
    return template


TAG: Form[Template] = Form(f"text, with values in braces, at most {LONGEST} characters", _read_tag, shape.words())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tag(Action):
    """The call is marked with a milestone, or with a call driver."""

    kind: ClassVar[str] = "tag"
    about: ClassVar[str] = (
        "The call is marked: with a milestone, how far the caller came (`paid`), or with `driver: yes` with a call "
        "driver, why the caller called (`billing`), as the `tag` of a menu's option does. Each is kept once, in the "
        "trace and in `call.tags`; there are at most 50."
    )
    outcomes: ClassVar[dict[str, str]] = {"tagged": "the next action"}
    example: ClassVar[str] = """\
flow:
  paid:
    - tag: paid
    - say: Thank you for your payment.
    - hangup
"""
    name: Template = option(TAG, "the tag", name="tag")
    driver: bool = option(YES_NO, "whether it says why the caller called", default=False, shown="no")
    allow_secret: str = option(REASON, "why a secret value may be in it", default="", shown="it may not")

    def begin(self, run: Run) -> Done:
        name = " ".join(str(self.name.text(run)).split())[:LONGEST]  # one with a secret in it is its mask
        run.tag(name)
        return Done("tagged", detail={"tag": name, "is": DRIVER if self.driver else MILESTONE})

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("tagged"),)

    def reads(self) -> Iterator[Expression]:
        return (slot.expression for slot in self.name.slots)
