"""Queues as flows use them: how the options of ``queue`` are written, and what a wait can come to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.core.acd import setup
from ivr.core.acd.needs_reading import LANGUAGES
from ivr.core.acd.queue_reading import priority
from ivr.core.acd.schema import PRIORITY as PRIORITY_SCHEMA
from ivr.core.acd.setup import LANGUAGE, LEAST_LEVEL, MOST_LEVEL, NO_SETUP
from ivr.core.calls.outcomes import QueueEnding
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Mapping, Node, Scalar
from ivr.core.flow import values
from ivr.core.flow.model import Run, Target
from ivr.core.flow.reading import TARGET, TEMPLATE, Form, Reading, read_target, read_template
from ivr.core.flow.sentence import Template

LONGEST_NAME = 80
PREFER_FOR = (1, 3600)
_TAG = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")  # as agents have them
_LEVELS = {str(level): level for level in range(LEAST_LEVEL, MOST_LEVEL + 1)}


def endings(queue: setup.Queue) -> tuple[QueueEnding, ...]:
    """What a wait in a queue can come to without a key: one that has no limit never ends by it."""
    stays = queue.join_empty and queue.stay_empty is None
    found = {
        QueueEnding.ANSWERED: True,
        QueueEnding.FULL: queue.most > 0,
        QueueEnding.WAITED_TOO_LONG: queue.longest > 0,
        QueueEnding.NO_AGENTS: not stays,
    }
    return tuple(ending for ending, happens in found.items() if happens)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an agent needs for this caller: skills with their least levels, and a language."""

    skills: setup.Levels = ()
    language: Template | None = None

    def levels(self, run: Run) -> setup.Levels:
        """Skills and levels; an empty language asks for none."""
        code = plain(self.language, run)
        return setup.levels({**dict(self.skills), LANGUAGE + code: 1}) if code else self.skills


@dataclass(frozen=True, slots=True)
class Prefer:
    """An agent for whom the call is kept, and for how many seconds."""

    agent: Template
    seconds: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key that leaves the queue, and where the call goes then."""

    press: str
    go: Target
    mark: Mark


def plain(template: Template | None, run: Run) -> str:
    """The text of a template now, without blanks around it; empty for none."""
    return "" if template is None else values.plain(template.text(run)).strip()[:LONGEST_NAME]


def _read_queue(node: Node, reading: Reading) -> setup.Queue | None:
    name = typed.words(node, reading.problems)
    known = reading.surroundings.setup
    if name is None or name in known.queues:
        return None if name is None else known.queues[name]
    if known is NO_SETUP:
        hint = f"write  queues: {{{name}: {{}}}}  in queues.yaml beside this page"
        reading.problems.add("F271", node.mark, "there are no queues: this folder has no queues.yaml.", hint=hint)
        return None
    listed = "queues are " + ", ".join(list(known.queues)[:10]) if known.queues else "write it under queues: there"
    hint = suggestion(name, known.queues) or listed
    reading.problems.add("F270", node.mark, f"there is no queue '{name}' in queues.yaml.", hint=hint)
    return None


def _read_needs(node: Node, reading: Reading) -> Needs | None:
    if not isinstance(node, Mapping) or not node.entries:
        message = f"needs should be skills with their levels, and is {node.what}."
        reading.problems.add("F022", node.mark, message, hint="write  needs: {billing: 3}")
        return None
    before = len(reading.problems)
    skills: dict[str, int] = {}
    language: Template | None = None
    for key, value in node:
        name = key.text.strip()
        if name == LANGUAGES[0]:
            language = _language(value, reading)
        elif _is_skill(name, key, reading) and (level := _level(value, reading)) is not None:
            skills[name] = level
    return None if len(reading.problems) > before else Needs(setup.levels(skills), language)


def _language(node: Node, reading: Reading) -> Template | None:
    """A tag, or a value in braces; what agents speak need not be a language of the flow."""
    template = read_template(node, reading)
    if template is not None and template.constant is not None and not _TAG.fullmatch(template.constant.text):
        hint = 'write a tag such as en, or a value: language: "{call.language}"'
        reading.problems.add("F273", node.mark, f"'{template.constant.text}' is no language.", hint=hint)
    return template


def _is_skill(name: str, key: Scalar, reading: Reading) -> bool:
    known = reading.surroundings.setup.skills
    if name in known:
        return True
    listed = f"there is {', '.join(list(known)[:10])}" if known else "write it under skills: in queues.yaml"
    hint = suggestion(name, [*known, LANGUAGES[0]]) or listed
    if name in LANGUAGES:
        hint = f"write {LANGUAGES[0]}:"
    reading.problems.add("F250", key.mark, f"there is no skill '{name}' in queues.yaml.", hint=hint)
    return False


def _level(node: Node, reading: Reading) -> int | None:
    written = typed.words(node, reading.problems)
    if written is None or written in _LEVELS:
        return None if written is None else _LEVELS[written]
    hint = "a level is a whole number, 1 for a little to 5 for best"
    reading.problems.add("F252", node.mark, f"'{written}' is no level.", hint=hint)
    return None


def _read_prefer(node: Node, reading: Reading) -> Prefer | None:
    options = typed.options(node, reading.problems, "prefer")
    if options is None:
        return None
    before = len(reading.problems)
    agent = options.node("agent")
    if agent is None:
        hint = 'the agent for whom the call is kept: agent: "{customer.agent}"'
        reading.problems.add("F020", options.mark, "prefer needs 'agent'.", hint=hint)
    template = read_template(agent, reading) if agent is not None else None
    seconds = options.need("for", typed.lasting(*PREFER_FOR), hint="how long the call is kept: for: 30s")
    options.close({"within": "write for:", "until": "write for:", "name": "write agent:"})
    if len(reading.problems) > before or template is None or seconds is None:
        return None
    return Prefer(template, seconds)


def _read_keys(node: Node, reading: Reading) -> tuple[Key, ...] | None:
    options = typed.options(node, reading.problems, "keys")
    found: list[Key | None] = []
    for key, value in options.mapping if options is not None else ():
        press = typed.keys(key, reading.problems)
        if press is not None and len(press) > 1:
            hint = "a single key leaves the queue"
            reading.problems.add("F017", key.mark, f"'{press}' is more than one key.", hint=hint)
            press = None
        reading.subject = f"key {key.text}"
        target = read_target(value, reading)
        found.append(None if press is None or target is None else Key(press, target, key.mark))
    good = tuple(key for key in found if key is not None)
    return good if good and len(good) == len(found) else None


QUEUE: Form[setup.Queue] = Form("a queue of `queues.yaml`", _read_queue, shape.words())
NEEDS: Form[Needs] = Form(
    'skills with levels 1 to 5, and a language: `{billing: 3, language: "{call.language}"}`',
    _read_needs,
    {"type": "object", "additionalProperties": shape.text(), "minProperties": 1},
)
PRIORITY: Form[float] = Form(
    "so much waiting, `5m` or `-5m`", lambda node, reading: priority(node, reading.problems), PRIORITY_SCHEMA
)
PREFER: Form[Prefer] = Form(
    'an agent and a length of time: `{agent: "{customer.agent}", for: 30s}`',
    _read_prefer,
    shape.options({"agent": TEMPLATE.schema, "for": shape.duration()}, ["agent", "for"]),
)
KEYS: Form[tuple[Key, ...]] = Form(
    'single keys and their sections: `{1: voicemail, "#": message}`',
    _read_keys,
    {
        "type": "object",
        "propertyNames": {"pattern": "^[0-9*#]$"},
        "additionalProperties": TARGET.schema,
        "minProperties": 1,
    },
)
