"""An agent as people write one down: read from a document with every mistake at its field, and shown as one.

::

    {"id": "ann", "name": "Ann Lee", "address": "201", "queues": ["billing"], "groups": [],
     "skills": {"billing": 3}, "languages": ["en", "zh"], "order": 0}

`read` is given a whole record, `changed` parts of one. What a record names need not stand on ``queues.yaml``, which may
follow later: `doubts` tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ivr.core.acd.people import Agent
from ivr.core.acd.setup import LEAST_LEVEL, MOST_LEVEL, Setup
from ivr.core.announcements.announcement import LONGEST_NAME, cleaned
from ivr.core.base.dialling import normalise
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId
from ivr.core.document.problems import suggestion

FIELDS = ("id", "name", "address", "queues", "groups", "skills", "languages", "order")
LONGEST_ID = 40  # characters; other names may have as many as a name for people
MOST_NAMES = 100  # queues of one agent, and so on
LAST_ORDER = 1_000_000
MOST_TOLD = 10  # mistakes in one sentence, agents that one doubt names

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_SETS = ("queues", "groups", "languages")

Wrong = Callable[[str], None]


class Mistake(NamedTuple):
    """What is wrong with a record: the field, and why."""

    field: str
    message: str


class BadAgent(Refused):
    """A record that cannot be used; nothing was changed."""

    code = "bad_agent"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        more = [f"and {len(mistakes) - MOST_TOLD} more"] if len(mistakes) > MOST_TOLD else []
        super().__init__("; ".join([f"{one.field}: {one.message}" for one in mistakes[:MOST_TOLD]] + more))
        self.mistakes = tuple(mistakes)


def read(document: Mapping[str, Any]) -> Agent:
    """The agent of a document; what is left out is empty. Raises BadAgent with all mistakes."""
    mistakes = [Mistake(str(name)[:LONGEST_ID], _strange(str(name), FIELDS)) for name in document if name not in FIELDS]

    def at(field: str) -> tuple[Any, Wrong]:
        return document.get(field), lambda message: mistakes.append(Mistake(field, message))

    agent = Agent(
        agent_id=_id(*at("id")),
        name=_words(*at("name")),
        address=_address(*at("address")),
        queues=frozenset(_names(*at("queues"))),
        groups=frozenset(_names(*at("groups"))),
        skills=_skills(*at("skills")),
        languages=tuple(_languages(*at("languages"))),
        order=_order(*at("order")),
    )
    if mistakes:
        raise BadAgent(mistakes)
    return agent


def document(agent: Agent) -> dict[str, Any]:
    """An agent as JSON has it: all that `read` reads."""
    return {
        "id": agent.agent_id,
        "name": agent.name,
        "address": agent.address,
        "queues": sorted(agent.queues),
        "groups": sorted(agent.groups),
        "skills": dict(sorted(agent.skills.items())),
        "languages": list(agent.languages),
        "order": agent.order,
    }


def changed(agent: Agent, changes: Mapping[str, Any]) -> tuple[Agent, list[str]]:
    """An agent with some fields changed, and what was to be dropped and is not there. Raises BadAgent.

    A field takes the place of what was, but ``skills`` are joined with those that are there. ``add_queues`` and
    ``drop_queues`` change single ones; ``groups`` and ``languages`` have the same, ``skills`` only ``drop_skills``.
    """
    whole, mistakes, notes = document(agent), list[Mistake](), list[str]()
    for name, given in changes.items():
        how, _, field = name.partition("_")
        if name == "id" and given != agent.agent_id:
            mistakes.append(Mistake("id", "an id stays; remove the agent, and add one with another id"))
        elif name == "skills" and isinstance(given, Mapping):
            whole["skills"] = {**whole["skills"], **given}
        elif name in FIELDS:
            whole[name] = given
        elif (how in ("add", "drop") and field in _SETS) or name == "drop_skills":
            there = whole[field]
            if not _is_list(given):
                mistakes.append(Mistake(name, "should be a list of texts"))
            elif not (_is_list(there) or isinstance(there, dict)):
                continue  # given anew in the same breath, and wrong: `read` says so
            elif how == "add":
                whole[field] = list(dict.fromkeys([*there, *given]))
            else:
                notes += [
                    f"{agent.agent_id} has no '{one[:LONGEST_ID]}' among {field}" for one in _without(given, there)
                ]
                whole[field] = _without(there, given)
        else:
            mistakes.append(Mistake(name[:LONGEST_ID], _strange(name, FIELDS)))
    if mistakes:
        raise BadAgent(mistakes)
    return read(whole), notes


def doubts(agents: Iterable[Agent], setup: Setup, dialled: Callable[[str], bool]) -> list[str]:
    """What records name and nobody knows: queues, groups, skills, and addresses that may not be dialled."""
    found: dict[tuple[str, str], list[str]] = {}
    for agent in agents:
        for unknown in _unknown(agent, setup):
            found.setdefault(unknown, []).append(agent.agent_id)
        if not dialled(agent.address):
            found.setdefault(("", agent.address), []).append(agent.agent_id)
    return [f"{_several(who)}: {_doubt(sort, name, setup)}" for (sort, name), who in found.items()]


def skill(text: str) -> tuple[str, int]:
    """A skill and its level, written ``billing=3``. Raises ValueError."""
    name, sign, level = (part.strip() for part in text.partition("="))
    if not sign or not re.fullmatch(r"[0-9]{1,6}", level):
        raise ValueError(f"'{text[:LONGEST_NAME]}' should be a skill and its level, like billing=3")
    return name, int(level)


def _unknown(agent: Agent, setup: Setup) -> Iterator[tuple[str, str]]:
    for sort, names in (("queue", agent.queues), ("group", agent.groups), ("skill", agent.skills)):
        known = _known(sort, setup)
        yield from ((sort, name) for name in sorted(names) if name not in known)


def _known(sort: str, setup: Setup) -> Collection[str]:
    return {"queue": setup.queues, "group": setup.groups, "skill": setup.skills}[sort]


def _doubt(sort: str, name: str, setup: Setup) -> str:
    if not sort:
        return f"no line of dial: in the settings allows {name}, so it cannot be rung"
    close = suggestion(name, _known(sort, setup))
    return f"queues.yaml has no {sort} '{name}'" + (f"; {close}" if close else "")


def _several(who: Sequence[str]) -> str:
    more = f" and {len(who) - MOST_TOLD} more" if len(who) > MOST_TOLD else ""
    return ", ".join(who[:MOST_TOLD]) + more


def _strange(name: str, known: Iterable[str]) -> str:
    return f"nobody knows what it should be; {suggestion(name, known) or 'there are ' + ', '.join(known)}"


def _is_list(given: object) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(one, str) for one in given)


def _without(there: Any, names: Collection[str]) -> Any:
    """Skills, or a list of names, without some of them."""
    if isinstance(there, dict):
        return {name: level for name, level in there.items() if name not in names}
    return [name for name in there if name not in names]


def _id(given: object, wrong: Wrong) -> AgentId:
    if not isinstance(given, str) or not given:
        wrong("is missing")
    elif len(given) > LONGEST_ID or not _ID.fullmatch(given):
        wrong(
            f"'{given[:LONGEST_NAME]}' is not an id: small letters, digits, _ . and -, a letter or digit first, "
            f"at most {LONGEST_ID}"
        )
    return AgentId(str(given))


def _words(given: object, wrong: Wrong) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        wrong("should be a text")
        return ""
    text = cleaned(given, LONGEST_NAME + 1)
    if len(text) > LONGEST_NAME:
        wrong(f"has more than {LONGEST_NAME} characters")
    return text


def _address(given: object, wrong: Wrong) -> str:
    """What is rung: digits with or without a plus, so that it can never be more than one destination."""
    if given is None or given == "":
        wrong("is missing: the extension or the number that is rung")
        return ""
    try:
        return normalise(given if isinstance(given, str) else "")
    except ValueError:
        wrong(f"'{str(given)[:LONGEST_NAME]}' is neither an extension like 201 nor a number like +15550100")
        return ""


def _names(given: object, wrong: Wrong) -> list[str]:
    found = _listed(given, wrong)
    for name in found:
        _name(name, wrong)
    return found


def _name(name: str, wrong: Wrong) -> None:
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        wrong(f"'{name[:LONGEST_NAME]}' is not a name: small letters, digits and _, a letter first")


def _languages(given: object, wrong: Wrong) -> list[str]:
    found = _listed(given, wrong)
    for tag in found:
        if not _LANGUAGE.fullmatch(tag):
            wrong(f"'{tag[:LONGEST_NAME]}' is not a language like en or zh")
    return found


def _listed(given: object, wrong: Wrong) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list | tuple) or not _is_list(given):
        wrong("should be a list of texts")
        return []
    found = list(dict.fromkeys(given))
    if len(found) > MOST_NAMES:
        wrong(f"has more than {MOST_NAMES}")
    return found[:MOST_NAMES]


def _skills(given: object, wrong: Wrong) -> dict[str, int]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or len(given) > MOST_NAMES:
        wrong(f'should be an object of at most {MOST_NAMES} skills and their levels, like {{"billing": 3}}')
        return {}
    for name, level in given.items():
        _name(str(name), wrong)
        if isinstance(level, bool) or not isinstance(level, int) or not LEAST_LEVEL <= level <= MOST_LEVEL:
            wrong(
                f"the level of '{str(name)[:LONGEST_ID]}' should be a whole number from {LEAST_LEVEL} to {MOST_LEVEL}"
            )
    return {str(name): level for name, level in given.items()}


def _order(given: object, wrong: Wrong) -> int:
    if given is None:
        return 0
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= LAST_ORDER:
        wrong(f"should be a whole number from 0 to {LAST_ORDER:,}")
        return 0
    return given
