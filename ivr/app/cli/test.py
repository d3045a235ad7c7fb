"""``ivr test``: the scenarios that stand beside the flows, as calls on virtual time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import config_option

if TYPE_CHECKING:
    from ivr.app.config import Settings
    from ivr.app.lab.lab import Lab
    from ivr.app.scenarios import Result, Suite


@click.command("test", epilog="Examples: ivr test   ivr test flows/ --coverage --min 100   ivr test --name billing -v")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@config_option
@click.option("--flow", default="", help="Only scenarios of this flow.")
@click.option("--name", "text", default="", help="Only scenarios with this text in their name.")
@click.option("--coverage", is_flag=True, help="Show what no scenario has tried of the flows.")
@click.option("--min", "least", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail below this coverage.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Also write JUnit's XML to this file.")
@click.option("--live", is_flag=True, help="As real calls, over the phones of a lab.")
@click.option("--jobs", type=click.IntRange(1, 20), default=10, show_default=True, help="Real calls at a time.")
@click.option("--lab", "instance", default="main", show_default=True, help="The lab of --live.")
@click.option(
    "--dir",
    "home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="IVR_LAB",
    default=".lab",
    show_default=True,
    help="Folder of that lab.",
)
@click.option("--up", is_flag=True, help="Start that lab for the test, and stop it afterwards, when it is not up.")
@click.option("-v", "--verbose", is_flag=True, help="Show the conversation of every scenario.")
@click.pass_context
def run_scenarios(ctx: click.Context, /, paths: tuple[Path, ...], config: Path | None, **chosen: Any) -> None:
    """Run the scenarios that stand beside the flows.

    PATHS are folders of flows, flow files or pages of scenarios [default: flows]. A call takes no time: minutes of
    silence pass at once. Settings give the time zone and the currency where there are any. Exit code 0 when every call
    went as its scenario says, 1 when one did not (or coverage is below --min), 2 when there are no scenarios.

    With --live every scenario is a real call as well: a phone of the lab hears, presses and speaks. The lab has to be
    up; its own service is stopped for as long as that takes.
    """
    suites = _suites(ctx, paths or (Path("flows"),), _settings(config), chosen)
    if not any(found.scenarios for found in suites):
        hint = "write them in FLOW.scenarios.yaml beside FLOW.yaml; see docs/testing-flows.md"
        raise click.UsageError(f"there are no scenarios here; {hint}")
    if chosen["live"]:
        ctx.exit(_live(suites, chosen))
    from ivr.app import scenarios
    from ivr.core.flow.scenario.coverage import total

    played: list[Result] = []
    coverage = []
    for found in suites:
        own: list[Result] = []
        for result in scenarios.results(found):
            own.append(result)
            _tell(result, found, chosen)
        played += own
        coverage += scenarios.covered(found, own, chosen["flow"])
    if chosen["junit"] is not None:
        flows = {name: flow for found in suites for name, flow in found.bundle.flows.items()}
        chosen["junit"].write_bytes(scenarios.junit(scenarios.cases(played, flows)))
    if chosen["as_json"]:
        click.echo(json.dumps(scenarios.document(played, coverage), ensure_ascii=False, indent=2))
    else:
        _sum(played, coverage, chosen)
    ctx.exit(1 if _is_below(total(coverage), chosen) or not all(result.played.passed for result in played) else 0)


def _live(suites: list[Suite], chosen: dict[str, Any]) -> int:
    """Lives the scenarios of every folder; the exit code."""
    import asyncio

    from ivr.app import scenarios
    from ivr.app.live import run
    from ivr.core.flow.scenario.coverage import total

    def tell(result: run.LiveResult) -> None:
        if not chosen["as_json"]:
            click.echo("\n".join(run.shown(result, verbose=chosen["verbose"])))

    found: list[run.LiveResult] = []
    coverage = []
    with _lab(suites[0].folder, chosen) as lab:
        for one in suites:
            played = [result.played for result in scenarios.results(one)]
            own = asyncio.run(run.run(lab, one.world, played, jobs=chosen["jobs"], told=tell))
            found += own
            lived = [scenarios.Result(result.played, result.took) for result in own if result.passed and result.is_same]
            coverage += scenarios.covered(one, lived, chosen["flow"])
    document = run.document(found) | {"coverage": scenarios.coverage_document(coverage)}
    if chosen["junit"] is not None:
        chosen["junit"].write_bytes(scenarios.junit([run.case(result) for result in found]))
    if chosen["as_json"]:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        if chosen["coverage"]:
            click.echo("\n".join(scenarios.coverage_lines(coverage)))
        counts = ", ".join(f"{document[word]} {word}" for word in ("passed", "failed", "skipped"))
        click.echo(f"{len(found)} live scenarios: {counts}")
    return 1 if document["failed"] or _is_below(total(coverage), chosen) else 0


def _is_below(percent: float, chosen: dict[str, Any]) -> bool:
    """Whether the coverage is less than was asked for."""
    return chosen["least"] is not None and percent < chosen["least"]


@contextmanager
def _lab(flows: Path, chosen: dict[str, Any]) -> Iterator[Lab]:
    """The lab that is up, or one that is started for as long as this takes."""
    from ivr.app.lab.lab import find_lab, new_lab
    from ivr.app.lab.reserve import reserved
    from ivr.app.lab.root import LabError

    home, instance = chosen["home"], chosen["instance"]
    known = (home / instance / "lab.json").exists()
    if known and (lab := find_lab(home, instance)).state().is_up:
        yield lab
        return
    if not chosen["up"]:
        raise LabError(f"the lab '{instance}' is not up", hint="start it: `ivr lab up`, or give --up")
    with reserved() as offset:
        lab = new_lab(home, instance, offset=offset, say=lambda line: click.echo(line, err=True))
        lab.up(flows=flows, service=False)
        try:
            yield lab
        finally:
            lab.down()


def _suites(
    ctx: click.Context, paths: tuple[Path, ...], settings: Settings | None, chosen: dict[str, Any]
) -> list[Suite]:
    """The scenarios of every folder; findings are shown and end the command with 1."""
    from ivr.app.scenarios import Unreadable, Wanted, folders, suite

    suites, broken = [], False
    for folder, files in folders(paths).items():
        found = suite(folder, Wanted(files, chosen["flow"], chosen["text"]), settings)
        if isinstance(found, Unreadable):
            broken = True
            for shown in found.shown:
                click.echo(shown + "\n", err=True)
        else:
            suites.append(found)
    if broken:
        ctx.exit(1)
    return suites


def _settings(config: Path | None) -> Settings | None:
    """The settings when they were named or are where they usually are."""
    from ivr.app.config import find, load

    return load(config) if config is not None or find().is_file() else None


def _tell(result: Result, found: Suite, chosen: dict[str, Any]) -> None:
    from ivr.app.scenarios import shown

    if not chosen["as_json"]:
        for line in shown(result, found.bundle.flows, verbose=chosen["verbose"]):
            click.echo(line)
        if chosen["verbose"] or not result.played.passed:
            click.echo()


def _sum(played: list[Result], coverage: list[Any], chosen: dict[str, Any]) -> None:
    from ivr.app.scenarios import coverage_lines
    from ivr.core.flow.scenario.coverage import total

    if chosen["coverage"]:
        for line in coverage_lines(coverage):
            click.echo(line)
    failed = sum(not result.played.passed for result in played)
    calls, took = sum(result.played.call.now for result in played), sum(result.took for result in played)
    told = f"{len(played)} scenarios: {len(played) - failed} passed, {failed} failed"
    click.echo(f"{told}; {calls / 60:.1f} minutes of calls in {took:.2f} s")
    if _is_below(total(coverage), chosen):
        click.echo(f"coverage is {total(coverage):g} %, and {chosen['least']:g} % is wanted")
