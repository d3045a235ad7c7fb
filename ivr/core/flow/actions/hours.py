"""``hours``: the call goes one way while it is open, and another while it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark
from ivr.core.flow.calendars import read_calendar
from ivr.core.flow.model import Action, Done, Exit, Run, Target
from ivr.core.flow.reading import NAME, TARGET, Form, Reading, option
from ivr.core.flow.values import Type, Value, Variable
from ivr.core.hours.calendar import Outlook
from ivr.core.hours.days import WEEK

CALENDAR: Form[str] = Form("a calendar of `hours.yaml`", read_calendar, shape.words())

_PARTS = {
    "open": Variable(Type.YES_NO),
    "why": Variable(Type.TEXT),
    "name": Variable(Type.TEXT),
    "opens": Variable(Type.TEXT),
    "opens_date": Variable(Type.DATE),
    "opens_time": Variable(Type.TIME),
    "opens_day": Variable(Type.TEXT),
    "opens_in": Variable(Type.DURATION),
    "closes_date": Variable(Type.DATE),
    "closes_time": Variable(Type.TIME),
    "closes_in": Variable(Type.DURATION),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hours(Action):
    """Asks a calendar whether it is open now."""

    kind: ClassVar[str] = "hours"
    about: ClassVar[str] = (
        "The call goes one way while it is open, and another while it is closed, by the opening hours of `hours.yaml`. "
        "With `as: hours`, what is known gets a name: `hours.open` (yes or no); `hours.why` (`hours`, `special` or "
        "`holiday`) and `hours.name`, the name of the special day or holiday; while it is closed `hours.opens_date`, "
        "`hours.opens_time`, `hours.opens_day` (`mon`), `hours.opens_in` and `hours.opens` (`today`, `tomorrow`, "
        "`later`, or `never` when it does not open within 400 days); while it is open `hours.closes_date`, "
        "`hours.closes_time` and `hours.closes_in`. Dates and times are those of the calendar's zone. A condition asks "
        '`is_open("support")`.'
    )
    outcomes: ClassVar[dict[str, str]] = {
        "open": "the section that `open` names; without it the next action",
        "closed": "the section that `closed` names; the next action when the answer only gets a name",
        "holiday": "closed for a holiday or a special day, all day or while a holiday with times lasts: the section "
        "that `holiday` names; without it as `closed`",
    }
    example: ClassVar[str] = """\
flow:
  welcome:
    - hours: support
      closed: closed
      as: hours
    - say: Welcome.
    - go: goodbye
  closed:
    - if: hours.opens == "today"
      say: We open at {hours.opens_time:time}.
      go: goodbye
    - say: We are open again on {hours.opens_date:date} at {hours.opens_time:time}.
    - go: goodbye
  goodbye:
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {
        "special": "a special day that is closed goes to holiday:",
        "holidays": "write holiday:",
        "else": "write closed:",
        "go": "write open: or closed:",
        "zone": "the zone stands in hours.yaml",
    }
    calendar: str = option(CALENDAR, "the opening hours", name="hours")
    open: Target | None = option(TARGET, "where to go while it is open", default=None, shown="the next action")
    closed: Target | None = option(
        TARGET, "where to go while it is closed", default=None, shown="needed, unless the answer gets a name by `as`"
    )
    holiday: Target | None = option(TARGET, "where to go on a holiday", default=None, shown="as `closed`")
    name: str = option(NAME, "the name of what is known", name="as", default="", shown="none")

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Hours:
        """The action; that nobody has said where callers go while it is closed is a finding."""
        if given["closed"] is None and not given["name"]:
            hint = "where callers go while it is closed, or  as: hours  to decide afterwards"
            reading.problems.add("F020", mark, "hours needs 'closed'.", hint=hint)
        return cls(**given, place=mark)

    def begin(self, run: Run) -> Done:
        calendar = run.flow.surroundings.hours[self.calendar]
        zone = run.facts.zone
        if self.name:
            outlook = calendar.outlook(run.at, zone)
            state = outlook.state
            run.set(self.name, _told(outlook, run.at))
        else:
            state = calendar.state(run.at, zone)
        detail = {"calendar": self.calendar, "why": state.why.value}
        if state.name:
            detail["name"] = state.name
        target = {"open": self.open, "closed": self.closed, "holiday": self.holiday or self.closed}[state.outcome]
        return Done(state.outcome, target.section if target else "", detail)

    def exits(self) -> tuple[Exit, ...]:
        return Exit("open", self.open), Exit("closed", self.closed), Exit("holiday", self.holiday or self.closed)

    def sets(self, known: Mapping[str, Variable]) -> dict[str, Variable]:
        return {self.name: Variable(Type.ANY, parts=_PARTS)} if self.name else {}


def _told(outlook: Outlook, at: datetime) -> dict[str, Value]:
    """What is known, as a flow's value."""
    state = outlook.state
    found: dict[str, Value] = {"open": state.open, "why": state.why.value, "name": state.name}
    if not state.open:
        found["opens"] = "never"
    for name, then in (("opens", outlook.opens_at), ("closes", outlook.closes_at)):
        if then is not None:
            found[f"{name}_date"] = then.date().isoformat()
            found[f"{name}_time"] = f"{then:%H:%M}"
            found[f"{name}_in"] = round((then - at).total_seconds())
    if outlook.opens_at is not None:
        days = (outlook.opens_at.date() - at.astimezone(outlook.opens_at.tzinfo).date()).days
        found["opens"] = ("today", "tomorrow")[days] if days < 2 else "later"
        found["opens_day"] = WEEK[outlook.opens_at.weekday()]
    return found
