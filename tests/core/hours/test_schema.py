"""The schema of ``hours.yaml`` lets be what the reader reads, and underlines mistakes of form."""

from __future__ import annotations

import jsonschema
import pytest

from ivr.core.flow import schema
from tests.core.flow.test_schema import complaints
from tests.core.hours.pages import findings
from tests.core.hours.test_reading import PLANTED, TEXTS

HOURS = jsonschema.Draft202012Validator(schema.page("hours"))
GOOD = """\
support:
  zone: Europe/Berlin
  open:
    mon-wed, fri: 08:00-18:00
    Thursday: 8:00 – 18:00
    sat-sun: [09:00-12:00, 13:00-15:00]
  holidays: [xmas.ics]
  special:
    2026-12-24: {open: 08:00-12:00, 13:00-14:00, name: Christmas Eve}
    2026-12-27..2026-12-30: 09:00-12:00, 13:00-15:00
    12-31: closed
    12-26: {closed, name: Stocktaking}
night:
  open: {fri: 22:00-24:00, sat: 09:00-12:00, 13:00-15:00}
line:
  holidays: xmas.ics
  open: 24h
"""
OF_FORM = {"F130", "F132", "F021", "F022"}
UNSAID = {"25 o'clock", "61 minutes", "a day twice", "a day twice in one"}  # it has the form of hours and of days


def test_hours_that_are_read_are_let_be() -> None:
    assert findings(GOOD, TEXTS)[1] == []
    assert complaints(GOOD, HOURS) == []


@pytest.mark.parametrize("name", sorted(PLANTED.keys() - UNSAID))
def test_a_mistake_of_form_is_underlined_and_one_of_meaning_is_not(name: str) -> None:
    marked, code, _ = PLANTED[name]
    text = "support:\n" + "".join(f"  {line}\n" for line in marked.splitlines())
    found = complaints(text.replace("‹", "").replace("›", ""), HOURS)
    if code in OF_FORM:
        assert found
    if code.startswith(("F131", "F135", "F136")):
        assert found == []
