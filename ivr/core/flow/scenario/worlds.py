"""Reads the world of a scenario: what sources outside answer, and what is announced."""

from __future__ import annotations

import re
from typing import Any

from ivr.core.document import fields as typed
from ivr.core.document.fields import Options
from ivr.core.document.problems import Problems
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow.scenario.model import EVERY_POINT, Answer, Given, Refusal, Words

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?")
_FAILED = re.compile(r"failed(?:\s+(?P<reason>.+))?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
ANNOUNCE = "announce"


def read_given(options: Options, problems: Problems) -> Given:
    """What is given; every source has its answers by what the request has in it."""
    answers: list[Answer] = []
    announced: dict[str, Words] = {}
    for key, node in options.mapping:
        if options.node(key.text) is not None and key.text == ANNOUNCE:
            announced = _announced(node, problems)
            continue
        listed = typed.options(node, problems, f"given {key.text}")
        if listed is None:
            continue
        for text, value in listed.mapping:
            if not text.text.strip():
                problems.add("F227", text.mark, "an answer needs a part of the request that it answers.")
                continue
            answers.append(Answer(key.text, text.text.strip(), _in_turn(value), text.mark))
    return Given(tuple(answers), announced)


def value_of(node: Node) -> Any:
    """A value as JSON has them; text in quotes stays text, and so does what only looks like a number (``0123``)."""
    if isinstance(node, Mapping):
        return {key.text: value_of(value) for key, value in node}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    if node.quoted:
        return node.text
    if _NUMBER.fullmatch(node.text):
        return float(node.text) if "." in node.text else int(node.text)
    if node.text.lower() in _YES_NO:
        return _YES_NO[node.text.lower()]
    return None if node.text.lower() in ("", "null", "nothing") else node.text


def _in_turn(node: Node) -> tuple[Any, ...]:
    """The answers of a request, one for each time that it is made."""
    if isinstance(node, Sequence) and node.items:
        return tuple(_answer(item) for item in node.items)
    return (_answer(node),)


def _answer(node: Node) -> Any:
    if isinstance(node, Scalar) and not node.quoted and (failed := _FAILED.fullmatch(node.text.strip())):
        return Refusal(failed["reason"] or "failed")
    return value_of(node)


def _announced(node: Node, problems: Problems) -> dict[str, Words]:
    """What is announced: one text at every point, or for each point a text, or one for each language."""
    if isinstance(node, Scalar):
        text = typed.words(node, problems)
        return {} if text is None else {EVERY_POINT: Words({"": text})}
    options = typed.options(node, problems, ANNOUNCE)
    found: dict[str, Words] = {}
    for key, value in options.mapping if options is not None else ():
        texts = {name.text: typed.words(item, problems) for name, item in value} if isinstance(value, Mapping) else None
        texts = {"": typed.words(value, problems)} if texts is None else texts
        known = {language: text for language, text in texts.items() if text is not None}
        if known:
            found[key.text] = Words(known)
    return found
