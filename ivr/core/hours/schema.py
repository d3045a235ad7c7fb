"""JSON Schema of ``hours.yaml``, for editors; what a schema cannot say, `ivr.core.hours.reading` finds."""

from __future__ import annotations

from ivr.core.document import schema as shape
from ivr.core.document.schema import Schema
from ivr.core.hours.days import DAILY, NAMES, WEEK
from ivr.core.hours.spans import ALL_DAY, CLOSED, HOW

_SPACE = "[ \\t]*"
_DASH = f"{_SPACE}[-–—]{_SPACE}"
_SPAN = f"([0-9]{{1,2}}:[0-9]{{2}}{_DASH}[0-9]{{1,2}}:[0-9]{{2}}|{ALL_DAY})"
_SPANS = f"^{_SPACE}({CLOSED}|{_SPAN}({_SPACE},{_SPACE}{_SPAN})*){_SPACE}$"
_DAY = "(" + "|".join("".join(f"[{char}{char.upper()}]" for char in name.lower()) for name in (*NAMES, *WEEK)) + ")"
_DAYS = f"({DAILY}|{_DAY}({_DASH}{_DAY})?)"
_DATE = "([0-9]{4}-)?[0-9]{1,2}-[0-9]{1,2}"

_SPANS_FORM: Schema = {**shape.listed({"type": "string", "pattern": _SPANS}), "description": HOW}
# In braces a comma cuts hours apart: what follows it is an option without a value, which the reader puts back.
_CUT_OFF: dict[str, Schema] = {f"^{_SPAN}$": {"type": "null"}}


def hours() -> Schema:
    """Opening hours by the names of their calendars."""
    return {"type": "object", "propertyNames": shape.name(), "additionalProperties": _calendar()}


def _calendar() -> Schema:
    file = {"type": "string", "pattern": "[.]ics$"}
    return shape.options(
        {
            "zone": {"description": "an IANA time zone [default: the service's own]", **shape.words()},
            "open": {"description": "the hours of the week: mon-fri: 08:00-18:00", "anyOf": [_SPANS_FORM, _week()]},
            "holidays": {"description": "iCalendar files beside this one; they close all day", **shape.listed(file)},
            "special": {"description": "days that win over holidays and the week", **_special()},
        }
    )


def _week() -> Schema:
    days = {f"^{_SPACE}{_DAYS}({_SPACE},{_SPACE}{_DAYS})*{_SPACE}$": _SPANS_FORM}
    return {"type": "object", "patternProperties": {**days, **_CUT_OFF}, "additionalProperties": False}


def _special() -> Schema:
    named: Schema = {
        "type": "object",
        "properties": {"open": _SPANS_FORM, "name": shape.words(), CLOSED: {"type": "null"}},
        "patternProperties": _CUT_OFF,
        "additionalProperties": False,
    }
    days = {f"^{_SPACE}{_DATE}({_SPACE}[.][.]{_SPACE}{_DATE})?{_SPACE}$": {"anyOf": [_SPANS_FORM, named]}}
    return {"type": "object", "patternProperties": {**days, **_CUT_OFF}, "additionalProperties": False}
