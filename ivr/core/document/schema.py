"""JSON Schema for the values that `fields` reads: each function answers to the reader of the same name.

Editors check and complete a page with it (draft 2020-12). Every scalar is text to our reader, but a number or a boolean
to an editor's YAML, so a schema never asks for a string where `4`, `0123` or `no` may stand. It refuses what the reader
surely refuses and lets the rest be: what a schema cannot say, `ivr check` finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ivr.core.document.fields import RECORDED

Schema = dict[str, Any]
SCALARS = ("string", "number", "boolean")

_SPACE = "[ \\t]*"


def text() -> Schema:
    """A single value."""
    return {"type": list(SCALARS)}


def words() -> Schema:
    """A single value that is not empty."""
    return {"type": list(SCALARS), "pattern": "\\S"}


def name() -> Schema:
    """A name; an editor may take it for a boolean (``on``), so a boolean is let be."""
    return {"type": ["string", "boolean"], "pattern": f"^{_SPACE}[a-z][a-z0-9_]*{_SPACE}$"}


def duration() -> Schema:
    """A length of time with its unit."""
    return {"type": "string", "pattern": f"^{_SPACE}([0-9]+([.][0-9]+)?{_SPACE}(ms|s|m|h|d){_SPACE})+$"}


def yes_no() -> Schema:
    """Yes or no; the first two are what an editor offers."""
    written = "|".join("".join(f"[{char}{char.upper()}]" for char in word) for word in _YES_NO)
    pattern = f"^{_SPACE}({written}){_SPACE}$"
    return {"anyOf": [{"enum": ["yes", "no"]}, {"type": "boolean"}, {"type": "string", "pattern": pattern}]}


_YES_NO = ("yes", "no", "true", "false", "on", "off")


def reason() -> Schema:
    """Why a rule is set aside: a yes is no reason, and an editor may read it as a boolean."""
    return {"type": "string", "pattern": "\\S", "not": {"enum": list(_YES_NO)}}


def whole(least: int, most: int) -> Schema:
    """A whole number between two bounds."""
    pattern = f"^{_SPACE}[0-9]+{_SPACE}$"
    return {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": pattern}


def span(least: int, most: int) -> Schema:
    """A number or a range; its bounds are checked where it is one number, for an editor reads `6..10` as text."""
    pattern = f"^{_SPACE}[0-9]+{_SPACE}([.][.]{_SPACE}[0-9]+{_SPACE})?$"
    return {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": pattern}


def keys() -> Schema:
    """Telephone keys; an editor may read `012` as another number, so any number is let be."""
    return {"type": ["integer", "string"], "minimum": 0, "pattern": "^\\s*[0-9*#]{1,20}\\s*$"}


def recorded() -> Schema:
    """A recorded file by its path."""
    return {**words(), "pattern": f"^\\s*{RECORDED.pattern}\\s*$"}


def choice(known: Iterable[str]) -> Schema:
    """One of some known words; where an editor reads one as a boolean (``off``), a boolean is let be."""
    known = list(known)
    values: list[str | bool] = [*known]
    if any(word in _YES_NO for word in known):
        values += [True, False]
    return {"enum": values}


def listed(one: Schema) -> Schema:
    """One value or a list of them."""
    return {"anyOf": [one, {"type": "array", "items": one}]}


def some(one: Schema) -> Schema:
    """A list of at least one."""
    return {"type": "array", "items": one, "minItems": 1}


def options(properties: dict[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A set of options and no others."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": sorted(required)} if required else found


def by_language(one: Schema) -> Schema:
    """A value, or one for each language by its tag (``en``, ``zh-TW``)."""
    tags = {"pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$"}
    return {"anyOf": [one, {"type": "object", "propertyNames": tags, "additionalProperties": one, "minProperties": 1}]}
