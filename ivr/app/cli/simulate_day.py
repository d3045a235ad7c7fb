"""``ivr simulate-day``: a day with so many calls and so many agents, tried out on the real router before it comes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import flows_option

if TYPE_CHECKING:
    from ivr.core.acd.setup import Setup
    from ivr.core.workforce.counts import Counts, Day, Spent
    from ivr.core.workforce.plan import Plan
    from ivr.core.workforce.prediction import Prediction

FINDINGS = 1
MOST_DAYS = 1_000
QUEUES = ("queues.yaml", "queues.yml", "hours.yaml", "hours.yml")
Document = dict[str, Any]


@click.command(epilog="Examples: ivr simulate-day plan.yaml  ivr simulate-day plan.yaml --days 20 --seed 7 --agents")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="Another number draws another day.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=1,
    show_default=True,
    help="Draw so many days; shows the spread.",
)
@click.option("--agents", is_flag=True, help="Show what each agent did, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@flows_option
@click.pass_context
def simulate_day(
    ctx: click.Context, /, plan: Path, *, seed: int, days: int, agents: bool, as_json: bool, flows: Path
) -> None:
    """Play a day of calls and agents on the real router: what callers would meet, and how busy agents would be.

    PLAN is a page with the calls of each interval, how long callers wait and talk, and who works when (docs/staffing.md
    shows one). The queues are those of `queues.yaml` in the folder of flows, with all that they say of needs, order,
    limits and wrap-up. Beside each queue stands what Erlang's formulas predict, where they can: when its calls are of
    one sort and its agents serve nothing else.

    A call counts in the interval in which it came. "In target" is the part of all calls that was answered within the
    queue's target, or 20s where it has none. With --days each number is the mean of the days, and the spread is from
    the worst day to the best. The same seed draws the same days.

    Exit code 0, 1 when there are mistakes in the plan or the queues, 2 when there are no queues.
    """
    from random import Random

    from ivr.core.workforce.day import simulate

    read = _plan(ctx, plan, _setup(ctx, flows))
    played = [simulate(read, Random(f"{seed} {day}").random) for day in range(days)]
    document = {"plan": str(plan), "seed": seed, "days": days, **_document(read, played)}
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_shown(document, agents)))


def _setup(ctx: click.Context, folder: Path) -> Setup:
    """The queues of a folder; with mistakes in them, the findings and exit code 1."""
    from ivr.app.flows import load_folder

    if not folder.is_dir():
        raise click.UsageError(f"there is no folder {folder}; name another one with --flows")
    found = load_folder(folder, only=QUEUES)
    if found.bundle is None:
        for shown in found.shown:
            click.echo(shown, err=True)
        ctx.exit(FINDINGS)
    if not found.bundle.setup.queues:
        raise click.UsageError(f"there is no queue in {folder / QUEUES[0]}; name another folder with --flows")
    return found.bundle.setup


def _plan(ctx: click.Context, page: Path, setup: Setup) -> Plan:
    """The plan; with mistakes in it, the findings and exit code 1. Warnings are shown, too."""
    from ivr.core.document.problems import Problems, render
    from ivr.core.workforce.reading import read_plan

    text, problems = page.read_bytes().decode("utf-8", "replace"), Problems()
    found = read_plan(text, str(page), problems, setup)
    for problem in problems:
        click.echo(render(problem, text.splitlines()), err=True)
    if found is None:
        ctx.exit(FINDINGS)
    return found


def _document(plan: Plan, days: Sequence[Day]) -> Document:
    from ivr.core.workforce.counts import Spent

    spent = [sum((day.intervals[number].spent for day in days), Spent()) for number in range(plan.intervals)]
    floor = [
        {"from": _clock(plan, number), "agents": one.there / plan.interval / len(days), **_time(one, len(days))}
        for number, one in enumerate(spent)
    ]
    people = [
        {
            "agent": worked.agent_id,
            "talks": sum(day.agents[number].talks for day in days) / len(days),
            **_time(sum((day.agents[number].spent for day in days), Spent()), len(days)),
        }
        for number, worked in enumerate(days[0].agents)
    ]
    return {
        "from": _clock(plan, 0),
        "until": _clock(plan, plan.intervals),
        "interval": plan.interval,
        "queues": {queue: _queue(plan, queue, days) for queue in plan.queues},
        "floor": {"intervals": floor, "day": _time(sum(spent, Spent()), len(days))},
        "agents": people,
    }


def _queue(plan: Plan, queue: str, days: Sequence[Day]) -> Document:
    from ivr.core.workforce.prediction import model, obstacle, predict, whole_day

    target, why_not = plan.target(queue), obstacle(plan, queue)
    predictions = predict(plan, queue) if not why_not else ()
    rows = [
        {
            "from": _clock(plan, number),
            **_counts([day.intervals[number].queues[queue] for day in days]),
            "predicted": _predicted(predictions[number]) if predictions else None,
        }
        for number in range(plan.intervals)
    ]
    whole = {
        **_counts([day.total(queue) for day in days]),
        "predicted": _predicted(whole_day(predictions)) if predictions else None,
    }
    return {
        "target": {"part": target.part, "within": target.within},
        "model": model(plan, queue) if not why_not else None,
        "no_prediction": why_not or None,
        "intervals": rows,
        "day": whole,
    }


def _counts(days: Sequence[Counts]) -> Document:
    """The means of some days, and how far their service levels lie apart."""
    from ivr.core.workforce.counts import added

    total, number = added(days), len(days)
    levels = [level for one in days if (level := one.service_level) is not None]
    return {
        "offered": total.offered / number,
        "answered": total.answered / number,
        "within_target": total.within / number,
        "abandoned": total.abandoned / number,
        "released": total.released / number,
        "waiting": total.waiting / number,
        "mean_wait": total.mean_wait,
        "abandonment": total.abandonment,
        "service_level": total.service_level,
        "least_service_level": min(levels, default=None),
        "most_service_level": max(levels, default=None),
    }


def _predicted(prediction: Prediction) -> Document:
    wait = prediction.mean_wait if math.isfinite(prediction.mean_wait) else None
    return {"service_level": prediction.service_level, "abandonment": prediction.abandons, "mean_wait": wait}


def _time(spent: Spent, days: int) -> Document:
    """Seconds of a day, and the part of it that was busy."""
    return {
        "busy": spent.busy / days,
        "idle": spent.idle / days,
        "away": spent.away / days,
        "occupancy": spent.occupancy,
    }


def _clock(plan: Plan, number: int) -> str:
    """When an interval begins, as a clock shows it."""
    minutes = round(plan.begins + number * plan.interval) // 60
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}" if minutes != 1440 else "24:00"


# The tables


def _shown(document: Document, agents: bool) -> list[str]:
    days = document["days"]
    drawn = f"{days} days, seed {document['seed']}, means of a day" if days > 1 else f"1 day, seed {document['seed']}"
    lines = [f"{document['plan']}, {document['from']} to {document['until']} ({drawn})"]
    for name, queue in document["queues"].items():
        lines += ["", *_queue_shown(name, queue, days)]
    rows = [(one["from"], f"{one['agents']:.1f}", _part(one["occupancy"])) for one in document["floor"]["intervals"]]
    rows.append(("all", "", _part(document["floor"]["day"]["occupancy"])))
    lines += ["", "agents", *_table(("from", "there", "busy"), rows)]
    if agents:
        people = [
            (
                *(one["agent"], _number(one["talks"], days)),
                *(_hours(one[what]) for what in ("busy", "idle", "away")),
                _part(one["occupancy"]),
            )
            for one in document["agents"]
        ]
        lines += ["", *_table(("agent", "talks", "busy", "idle", "away", "occupancy"), people)]
    return lines


def _queue_shown(name: str, queue: Document, days: int) -> list[str]:
    from ivr.core.document.fields import length

    whole, target, model = queue["day"], queue["target"], queue["model"]
    head = ["from", "calls", "answered", "abandoned"]
    shown = {"let go": "released", "still wait": "waiting"}
    shown = {word: key for word, key in shown.items() if whole[key]}
    head += [*shown, "mean wait", "in target"]
    if days > 1:
        head.append("spread")
    if model:
        head += [f"{model}: in target", "mean wait", "abandoned"]
    rows = []
    for row in [*queue["intervals"], {"from": "all", **whole}]:
        cells = [row["from"], *(_number(row[key], days) for key in ("offered", "answered"))]
        cells.append(f"{_number(row['abandoned'], days)} ({_part(row['abandonment'])})")
        cells += [_number(row[key], days) for key in shown.values()]
        cells += [_seconds(row["mean_wait"]), _part(row["service_level"])]
        if days > 1:
            cells.append(f"{_part(row['least_service_level'])}..{_part(row['most_service_level'])}")
        if predicted := row["predicted"]:
            wait = _seconds(predicted["mean_wait"]) if predicted["mean_wait"] is not None else "endless"
            cells += [_part(predicted["service_level"]), wait, _part(predicted["abandonment"])]
        rows.append(tuple(cells))
    lines = [f"{name}, target {target['part'] * 100:g}% in {length(target['within'])}", *_table(tuple(head), rows)]
    return lines if model else [*lines, f"  no prediction: {queue['no_prediction']}"]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns that stand to the right, but for the first."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in (head, *rows)
    ]


def _number(value: float, days: int) -> str:
    return f"{value:.0f}" if days == 1 else f"{value:.1f}"


def _part(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}s"


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}h{minutes % 60:02}"
