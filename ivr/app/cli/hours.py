"""``ivr hours``: what is open now, what comes next, and the days ahead, by the calendars of `hours.yaml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ivr.app.cli.options import flows_option

if TYPE_CHECKING:
    from ivr.core.hours.calendar import Calendar

FINDINGS = 1
PAGES = ("hours.yaml", "hours.yml")
YEAR = 366  # days that --special looks ahead


@click.command(epilog="Example: ivr hours support --at 2026-12-24T10:00  ivr hours --special")
@click.argument("name", required=False)
@click.option("--at", help="The instant, by each calendar's own clock: 2026-12-24T10:00 [default: now].")
@click.option("--days", type=click.IntRange(0, YEAR), default=7, show_default=True, help="How many days are listed.")
@click.option("--special", is_flag=True, help="List the special days and holidays of a year instead.")
@click.option("--zone", help="Time zone of calendars that name none [default: that of the settings, or UTC].")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@flows_option
@click.pass_context
def hours(ctx: click.Context, /, name: str | None, *, flows: Path, as_json: bool, **given: Any) -> None:
    """Show whether it is open, until when, and the coming days: by the calendar NAME, or by all of them.

    The calendars stand in `hours.yaml` in the folder of flows, with the iCalendar files that they name: to import
    holidays, copy the .ics file there, name it under `holidays:`, and look at --special. Exit code 0, 1 when there are
    mistakes in the hours, 2 when there is no such calendar.
    """
    calendars = _calendars(ctx, flows)
    if name is not None and name not in calendars:
        from ivr.core.document.problems import suggestion

        hint = suggestion(name, calendars) or f"there is {', '.join(calendars)}"
        raise click.UsageError(f"there are no opening hours '{name}'; {hint}")
    zone = _zone(given["zone"])
    documents = [
        _document(calendar, _instant(given["at"], calendar.zone or zone), zone, given["days"], given["special"])
        for calendar in calendars.values()
        if name in (None, calendar.name)
    ]
    if as_json:
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_shown(document)) for document in documents))


def _calendars(ctx: click.Context, folder: Path) -> Mapping[str, Calendar]:
    """The calendars of a folder; with mistakes, the findings and exit code 1. Warnings are shown, too."""
    from ivr.adapters.files.folder import read_whole
    from ivr.adapters.system.clock import SystemClock
    from ivr.core.document.problems import Problems, render
    from ivr.core.hours.reading import read_hours

    files, _ = read_whole(folder)
    page = next((page for page in PAGES if page in files), None)
    if page is None:
        raise click.UsageError(f"there is no hours.yaml in {folder}; name another folder with --flows")
    text = files[page].decode("utf-8", "replace")
    attached = {name: content.decode("utf-8", "replace") for name, content in files.items() if name.endswith(".ics")}
    problems = Problems()
    found = read_hours(text, str(folder / page), problems, attached, SystemClock().now().date())
    for problem in problems:
        click.echo(render(problem, text.splitlines()), err=True)
    if problems.errors:
        ctx.exit(FINDINGS)
    if not found:
        raise click.UsageError(f"there are no opening hours in {folder / page}")
    return found


def _zone(given: str | None) -> str:
    from ivr.app import config
    from ivr.core.hours.wall import zone_named

    if given is None:
        return config.load().zone if config.find().is_file() else "UTC"
    if zone_named(given) is None:
        raise click.BadParameter(f"{given!r} is not a time zone such as Europe/Berlin", param_hint="--zone")
    return given


def _instant(given: str | None, zone: str) -> datetime:
    """The instant that is asked for; without an offset it is by the clock of a zone."""
    from ivr.adapters.system.clock import SystemClock

    if given is None:
        return SystemClock().now()
    try:
        found = datetime.fromisoformat(given)
        if not 1900 < found.year < 2200:
            raise ValueError
    except ValueError as error:
        raise click.BadParameter(f"{given!r} is not an instant such as 2026-12-24T10:00", param_hint="--at") from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _document(calendar: Calendar, at: datetime, zone: str, days: int, special: bool) -> dict[str, Any]:
    outlook = calendar.outlook(at, zone)
    local = at.astimezone(ZoneInfo(calendar.zone or zone))
    ahead = [_day(calendar, local.date() + timedelta(days=step), zone) for step in range(YEAR if special else days)]
    return {
        "calendar": calendar.name,
        "zone": calendar.zone or zone,
        "at": local.isoformat(),
        "open": outlook.state.open,
        "why": outlook.state.why.value,
        "name": outlook.state.name,
        "opens_at": _iso(outlook.opens_at),
        "closes_at": _iso(outlook.closes_at),
        "days": [day for day in ahead if not special or day["why"] != "hours" or day["closed"]],
    }


def _day(calendar: Calendar, day: date, zone: str) -> dict[str, Any]:
    found = calendar.day(day)
    return {
        "date": day.isoformat(),
        "weekday": f"{day:%a}",
        "hours": [str(span) for span in found.spans],
        "why": found.why.value,
        "name": found.name,
        "closed": [
            {"from": start.isoformat(), "to": end.isoformat(), "name": name}
            for start, end, name in calendar.closings(day, zone)
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _shown(document: dict[str, Any]) -> list[str]:
    at = datetime.fromisoformat(document["at"])
    name = f", {document['name']}" if document["name"] else ""
    verb, change = ("close", document["closes_at"]) if document["open"] else ("open", document["opens_at"])
    then = f"does not {verb} within 400 days"
    if change:
        then = f"{verb}s {_when(datetime.fromisoformat(change), at)}"
    state = "open" if document["open"] else "closed"
    lines = [f"{document['calendar']} ({document['zone']})", f"  {at:%a %Y-%m-%d %H:%M}  {state}{name}; {then}"]
    return lines + [f"  {_listed(day)}".rstrip() for day in document["days"]]


def _when(change: datetime, at: datetime) -> str:
    """A time, with its date when that is another one; both in the zone of a calendar."""
    same = change.date() == at.date()
    hour_twice = change.utcoffset() != at.utcoffset() and change - at < timedelta(days=1)
    offset = f" (UTC{change:%z})" if hour_twice else ""
    return (f"at {change:%H:%M}" if same else f"{change:%a %Y-%m-%d %H:%M}") + offset


def _listed(day: dict[str, Any]) -> str:
    shown = ", ".join(day["hours"]) or "closed"
    for closed in day["closed"]:
        if day["hours"]:
            start, end = (datetime.fromisoformat(closed[side]) for side in ("from", "to"))
            until = "24:00" if end.date() > start.date() else f"{end:%H:%M}"
            shown += f", but closed {start:%H:%M}-{until}" + (f" ({closed['name']})" if closed["name"] else "")
    return f"{day['weekday']} {day['date']}  {shown:<24}  {day['name']}"
