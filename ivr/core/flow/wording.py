"""An action in a few words, for pictures and lists: what it says, asks, rings or decides."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ivr.core.calls.verbs import Text
from ivr.core.flow.actions.lookup import Lookup
from ivr.core.flow.addresses import Address
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Action
from ivr.core.flow.reading import declared
from ivr.core.flow.sentence import Template, Words

LONGEST = 400  # characters of a written value that are looked at
_SENTENCE = re.compile(r".+?(?:[.?!](?=\s|$)|[。？！])", re.DOTALL)
_WRITTEN = re.compile(r"""(?:"[^"]*"|'[^']*'|[^}"'])*""")
_WAY = re.compile(r":\s*[A-Za-z_][A-Za-z0-9_ ]*$")


def columns(text: str) -> int:
    """How many columns a text takes: East Asian wide characters take two, combining marks none (Unicode UAX #11)."""
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def shortened(text: str, most: int) -> str:
    """A text on one line in at most ``most`` columns; what is cut off shows as an ellipsis."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text[:LONGEST]).split())
    if columns(text) <= most:
        return text
    while text and columns(text) > most - 1:
        text = text[:-1]
    return text.rstrip(" ,.;:，。；：") + "…"


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    text = text.strip()
    match = _SENTENCE.match(text)
    return match[0] if match else text


def said(template: Template) -> str:
    """A template as it is read by a person: values are their names in braces."""
    return "".join(
        part.text if isinstance(part, Text) else "{" + written(part.expression) + "}" for part in template.parts
    )


def written(expression: Expression) -> str:
    """An expression as it stands on the page, without the way that its value is said."""
    text = expression.place.scalar.text[expression.place.offset :]
    if expression.place.offset:  # it stands in braces, in a sentence
        match = _WRITTEN.match(text)
        text = _WAY.sub("", match[0] if match else text)
    return " ".join(text[:LONGEST].split())


def main_value(action: Action) -> Any:
    """The value that stands beside the kind: the words of a `say`, the number of a `dial`; None when there is none."""
    for attribute, item in declared(type(action)).items():
        if (item.name or attribute) == action.kind:
            return getattr(action, attribute)
    return None


def described(action: Action, language: str) -> str:
    """What an action is about, without its kind; empty where its kind says everything.

    Of what is asked outside it is the host or the database.
    """
    if isinstance(action, Lookup):
        return action.database
    return _shown(main_value(action), language)


def _shown(value: Any, language: str) -> str:
    text = ""
    match value:
        case Words():
            text = first_sentence(said(value.at(language)))
        case Template():
            text = said(value)
        case Expression():
            text = written(value)
        case Address():
            text = value.origin
        case bool():
            text = "yes" if value else "no"
        case int() | float():
            text = f"{value:g}s" if isinstance(value, float) else str(value)
        case tuple() | list():
            text = ", ".join(_named(item) for item in value)
        case _:
            text = _named(value)
    return text


def _named(value: object) -> str:
    if isinstance(value, str):
        return value
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else ""
