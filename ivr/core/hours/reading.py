"""``hours.yaml`` to calendars, with every mistake at its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ivr.core.document.problems import Problems
from ivr.core.hours.calendar import Calendar


def read_hours(
    text: str, file: str, problems: Problems, attached: Mapping[str, str], today: date | None = None
) -> dict[str, Calendar]:
    """The calendars of ``hours.yaml`` by name; ``attached`` holds the iCalendar texts beside it by file name.

    With ``today``, special days and holidays that are all over are a warning.
    """
    raise NotImplementedError
