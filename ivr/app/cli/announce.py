"""``ivr announce``: a message in front of flows at once, what is announced, and the end of it.

Written for somebody in a hurry: the text alone is enough, what is missing has a stated default, and the answer says
who hears it and until when.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.asking import answer, user
from ivr.app.cli.options import config_option

if TYPE_CHECKING:
    from ivr.app.config import Settings

REFUSALS = ("refused", "bad_announcement")
WITHIN = 90.0  # seconds: every language's sound is made before it is in force
_PART = re.compile(r"(\d{1,5})\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Lasting(click.ParamType[timedelta]):
    """A length of time: ``30m``, ``2h``, ``1d``, ``1h30m``."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length."""
        if isinstance(value, timedelta):
            return value
        text = value.strip().lower()
        if not text or _PART.sub("", text).strip():
            self.fail(f"{value!r} is not like 30m, 2h, 1d or 1h30m", param, ctx)
        return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))


class _Announce(click.Group):
    """What is none of the commands is a text to be announced now."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["now", *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self.commands["now"]


@click.group(cls=_Announce)
def announce() -> None:
    """Put a message in front of flows at once, for all new calls and those that wait.

    \b
    ivr announce "All lines are down until noon." --until 12:00
    ivr announce list
    ivr announce end
    """


@announce.command(epilog='Example: ivr announce now "All lines are down." --language zh "线路中断。" --until 12:00')
@click.argument("text", nargs=-1)
@click.option(
    "--language", "words", nargs=2, multiple=True, metavar="TAG TEXT", help="The text in a further language: zh TEXT."
)
@click.option(
    "--recording", default="", metavar="NAME", help="A recorded file of the prompts folder instead of a text."
)
@click.option("--flow", default="all", show_default=True, help="The flow that it stands in front of.")
@click.option("--point", default="front", show_default=True, help="The point of the flow at which it is heard.")
@click.option("--until", metavar="WHEN", help="Its end: 18:00 (the next one), or 2026-11-23 18:00. [default: in 24 h]")
@click.option("--for", "lasting", type=Lasting(), help="Its end, as how long from now: 30m, 2h, 1d.")
@click.option("--by", help="Who makes it. [default: the user who is logged in]")
@click.option("--note", default="", help="Why, for those who read the list.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
def now(config: Path | None, text: tuple[str, ...], words: tuple[tuple[str, str], ...], **wishes: Any) -> None:
    """Announce a text, or a recording, from now on.

    New calls hear it before anything else, calls that wait hear it at once. It is in force when this command says so,
    and ends by itself after 24 hours where no end is given. Exit code 0 in force, 1 refused, 3 no service runs.
    """
    from ivr.app.config import load

    said = _text(text, wishes["recording"])
    if wishes["until"] and wishes["lasting"]:
        raise click.UsageError("give --until or --for, not both")
    settings = load(config)
    order: dict[str, Any] = {name: wishes[name] for name in ("recording", "flow", "point", "note")}
    order |= {"text": said, "words": dict(words), "by": wishes["by"] or user()}
    if wishes["until"]:
        order["until"] = _instant(wishes["until"], settings).isoformat()
    if wishes["lasting"]:
        order["seconds"] = wishes["lasting"].total_seconds()
    told = _ask(settings, "POST", "/v1/announcements", order)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if wishes["as_json"] else _put_up(told, settings))


@announce.command("list", epilog="Example: ivr announce list --all")
@click.option("--all", "every", is_flag=True, help="Also those that are over, with who ended them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
def listed(config: Path | None, every: bool, as_json: bool) -> None:
    """List what is announced now, the oldest first. Exit code 0, 3 when no service runs."""
    from ivr.app.config import load

    settings = load(config)
    told = _ask(settings, "GET", "/v1/announcements?all=1" if every else "/v1/announcements", {})
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not told["announcements"]:
        click.echo("Nothing was announced yet." if every else "Nothing is announced now.")
    for one in [] if as_json else told["announcements"]:
        click.echo(_line(one, settings))


@announce.command(epilog="Example: ivr announce end 7QK2")
@click.argument("announcement_id", metavar="[ID]", required=False, default="")
@click.option("--by", help="Who ends it. [default: the user who is logged in]")
@config_option
def end(config: Path | None, announcement_id: str, by: str | None) -> None:
    """End an announcement: no call hears it from now on.

    A part of its ID is enough that no other has; without one, the only one in force is meant. Exit code 0 ended, 1
    refused (several are meant, or none), 3 no service runs.
    """
    from urllib.parse import quote

    from ivr.app.config import load

    settings = load(config)
    part = f"/{quote(announcement_id, safe='')}" if announcement_id.strip() else ""
    told = _ask(settings, "POST", f"/v1/announcements{part}/end", {"by": by or user()})
    click.echo(f"ended: {told['announcement']['id']}  {_says(told['announcement'])}")


def _text(words: tuple[str, ...], recording: str) -> str:
    """The text to announce. A single word is refused: it is more likely a command that is mistyped."""
    text = " ".join(words).strip()
    if not text and not recording:
        raise click.UsageError('there is nothing to announce; say  ivr announce "All lines are down until noon."')
    if text and text.isascii() and not re.search(r"[\s.!?]", text):
        raise click.UsageError(f"'{text}' is one word, and callers would hear it; a text ends with a full stop")
    return text


def _instant(given: str, settings: Settings) -> datetime:
    """When it ends: the next time that clocks show ``18:00``, or a date and time in the zone of the settings."""
    from ivr.adapters.system.clock import SystemClock
    from ivr.core.hours.wall import zone_or_utc

    zone, text = zone_or_utc(settings.zone), given.strip()
    present = SystemClock().now().astimezone(zone)
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            wanted = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, of the settings' zone
            today = datetime.combine(present.date(), wanted, zone)
            later = datetime.combine(present.date() + timedelta(days=1), wanted, zone)
            return today if today > present else later
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{given!r} is not like 18:00 or 2026-11-23 18:00", param_hint="--until") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _ask(settings: Settings, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return answer(settings, method, path, body, refusals=REFUSALS, within=WITHIN)


def _put_up(told: dict[str, Any], settings: Settings) -> str:
    one, waiting = told["announcement"], told["waiting"]
    who = "every flow" if one["flow"] == "all" else f"the flow {one['flow']}"
    place = "in front of" if one["point"] == "front" else f"at the point '{one['point']}' of"
    lines = [f"in force: {one['id']}", f"  until    {_time(one['until'], settings)}", f"  heard    {place} {who}"]
    if one["point"] == "front":
        lines.append(f"  at once  by {waiting} call{'' if waiting == 1 else 's'} waiting now")
    lines += [f"  {language:<8} {_printable(text)}" for language, text in one["words"].items()]
    lines += [f"  sound    {_printable(one['recording'])}"] if one["recording"] else []
    lines += [f"  note: {_printable(warning)}" for warning in told["warnings"]]
    return "\n".join([*lines, f"  to end it:  ivr announce end {one['id'][-6:]}"])


def _line(one: dict[str, Any], settings: Settings) -> str:
    until = f"until {_time(one['until'], settings)}"
    if not one["in_force"]:
        by = f" by {_printable(one['ended_by'])}" if one["ended_by"] else ""
        until = f"over since {_time(one['ended_at'] or one['until'], settings)}{by}"
    where = one["flow"] if one["point"] == "front" else f"{one['flow']} at {one['point']}"
    made = f"by {_printable(one['by'])} at {_time(one['begins_at'], settings)}"
    note = f"  ({_printable(one['note'])})" if one["note"] else ""
    return f"{one['id']}  {where}  {until}  {made}  {_says(one)}{note}"


def _says(one: dict[str, Any]) -> str:
    texts = [f'{language} "{_printable(text)}"' for language, text in one["words"].items()]
    return " ".join(texts) or f"[{_printable(one['recording'])}]"


def _time(text: str, settings: Settings) -> str:
    from ivr.core.hours.wall import zone_or_utc

    return f"{datetime.fromisoformat(text).astimezone(UTC).astimezone(zone_or_utc(settings.zone)):%Y-%m-%d %H:%M %Z}"


def _printable(text: str) -> str:
    from ivr.core.calls.trace import printable

    return printable(text)
