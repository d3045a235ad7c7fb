"""``ivr why`` and ``ivr why-not``: how it was decided who gets a call, read from the database itself.

Both work while the service runs and when it does not. Agents are told of by their records of now, needs by the queues
that are live.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.database import NOTHING, broken, database_of, where, whole_id
from ivr.core.base.errors import IvrError

if TYPE_CHECKING:
    from ivr.core.acd.needs import Course
    from ivr.core.acd.setup import Setup
    from ivr.core.acd.why import Known, Offered


@click.command(epilog="Example: ivr why last")
@click.argument("call_id", metavar="CALL")
@where
def why(call_id: str, config: Path | None, database: Path | None, as_json: bool) -> None:
    """Say for each offer of a call why it was this agent and this call.

    Shows what led to the offer, what the call needed, who else was free and fitted and by what agents were sorted, and
    what came of it. The winner is computed again from what was kept. CALL is a call's id, the beginning of one, or
    `last`. Exit code 0, 1 when the call was offered to nobody, 3 when the database cannot be read.
    """
    from ivr.core.acd.why import told

    with broken():
        chosen, found = _offers(database_of(config, database), call_id)
    if as_json:
        _print_json({"call": chosen, "offers": [_document(offered) for offered in found]})
    else:
        for number, offered in enumerate(found, 1):
            click.echo(f"{chosen}, offer {number} of {len(found)}")
            for word, line in told(offered):
                click.echo(f"  {word:<10}  {line}")


@click.command("why-not", epilog="Example: ivr why-not last ann")
@click.argument("call_id", metavar="CALL")
@click.argument("agent_id", metavar="AGENT")
@click.option("--all", "every", is_flag=True, help="For each offer of the call, not the last alone.")
@where
def why_not(
    call_id: str, agent_id: str, config: Path | None, database: Path | None, *, every: bool, as_json: bool
) -> None:
    """Say why the last offer of a call was not to AGENT: what was missing, what they did, or who came before.

    Where they do not fit, it is said when the needs of the queue loosen so far that they would. CALL is a call's id,
    the beginning of one, or `last`. Exit code 0, 1 when the call was offered to nobody, 3 when the database cannot be
    read.
    """
    from ivr.core.acd import why as reasons

    with broken():
        path = database_of(config, database)
        chosen, found = _offers(path, call_id)
        setup = _live_setup(config) if database is None else None
        looked_at = [
            (offered, reasons.why_not(offered, agent_id, _known(path, agent_id, offered, setup)))
            for offered in (found if every else found[-1:])
        ]
    if as_json:
        answers = [
            {
                "offer": offered.event.offer_id,
                "at": offered.event.at.isoformat(),
                "reasons": [{"because": because, "words": words} for because, words in why],
            }
            for offered, why in looked_at
        ]
        _print_json({"call": chosen, "agent": agent_id, "offers": answers})
        return
    for offered, why in looked_at:
        click.echo(f"{chosen}, offer {found.index(offered) + 1} of {len(found)}, to {offered.event.agent_id}")
        for _, words in why:
            click.echo(f"  {words}")


def _offers(path: Path, given: str) -> tuple[str, list[Offered]]:
    """A call's whole id and its offers; without any the command ends."""
    from ivr.adapters.store import reading
    from ivr.core.acd import why as reasons

    chosen = whole_id(path, given)
    found = reasons.offers(reading.events(path, chosen))
    if not found:
        click.echo(f"{chosen} was offered to nobody; `ivr call {chosen}` shows what happened in it", err=True)
        raise SystemExit(NOTHING)
    return chosen, found


def _known(path: Path, agent_id: str, offered: Offered, setup: Setup | None) -> Known:
    from ivr.adapters.store import reading
    from ivr.core.acd.why import Known

    agent = next((one for one in reading.agents(path) if one.agent_id == agent_id), None)
    return Known(agent, reading.agent_state_at(path, agent_id, offered.event.at), _course(offered, setup))


def _course(offered: Offered, setup: Setup | None) -> Course | None:
    """The stages of the call's needs by the queues of now."""
    from ivr.core.acd.needs import course

    if setup is None or offered.decision is None:
        return None
    queue = setup.queues.get(offered.decision.need.queue)
    return course(queue, offered.own) if queue is not None else None


def _live_setup(config: Path | None) -> Setup | None:
    """The queues of the flows that are live, else of the folder; None when they cannot be read."""
    from ivr.app import publishing
    from ivr.app.config import load

    async def read() -> Setup | None:
        library = publishing.library(load(config))
        live = await library.live()
        if live is not None:
            return (await library.kept(live.publication.bundle)).setup
        draft = await library.look()
        return draft.bundle.setup if draft.bundle is not None else None

    try:
        return asyncio.run(read())
    except (IvrError, OSError):
        return None


def _document(offered: Offered) -> dict[str, Any]:
    """An offer as a JSON object; ``words`` is what a person reads."""
    from ivr.core.acd import why as reasons

    decision, winner = offered.decision, offered.recomputed
    return {
        "offer": offered.event.offer_id,
        "at": offered.event.at.isoformat(),
        "ticket": offered.event.ticket_id,
        "agent": offered.event.agent_id,
        "decision": asdict(decision) if decision is not None else None,
        "outcome": offered.ended.outcome if offered.ended is not None else None,
        "recomputed": {"ticket": winner[0], "agent": winner[1], "same": offered.same} if winner is not None else None,
        "words": [line for _, line in reasons.told(offered)],
    }


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
