"""How long it takes to run the calls of some days through other flows. `python -m bench.replay`.

Callers who press keys at random (the same ones in every run) call the flows of a folder; their tapes are kept in a real
database. Then all of them are replayed through the same flows. The reference, in the same run, is reading the tapes and
decoding their JSON: what no replay can do without. ``ratio`` is how many times as long the whole takes.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from ivr.adapters.store.connections import open_for_reading, open_for_writing
from ivr.adapters.store.ledger import Ledger
from ivr.app.flows import load_folder
from ivr.app.replaying import Summary, replay_since
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallEnded, CallStarted, CallTaped, EndReason
from ivr.core.calls.outcomes import Announced, Dialled, DialStatus, Digits, Failed, NoInput, Outcome, Recorded, Said
from ivr.core.calls.verbs import Announce, Ask, Consult, Dial, Record, Verb
from ivr.core.flow import machine
from ivr.core.flow.model import Flow
from ivr.core.flow.state import End, Facts
from ivr.core.flow.tape import Recorder

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
BATCH = 500


def outcome(verb: Verb, dice: random.Random) -> Outcome:  # noqa: PLR0911 - one for each verb
    """What a caller of the bench does."""
    match verb:
        case Ask():
            if dice.random() < 0.1:
                return NoInput()
            if verb.keys.choices:
                return Digits(dice.choice(verb.keys.choices))
            length = min(verb.keys.most, max(verb.keys.least, 4))
            return Digits("".join(dice.choices("0123456789", k=length)), "length")
        case Dial():
            return Dialled(dice.choice(list(DialStatus)), 20.0)
        case Record():
            return Recorded("rec_1", 5.0, "key")
        case Consult():
            return Failed("timeout")
        case Announce():
            return Announced()
        case _:
            return Said()


def a_call(flow: Flow, number: int, dice: random.Random) -> list[Event]:
    """What is kept of one call: its beginning, its tape and its end."""
    call_id, at = CallId(f"call_01JD{number:022}"), AT + timedelta(seconds=number)
    facts = Facts(call_id, "+15551230001", "", "100", at, language=dice.choice(flow.languages))
    recorder, turn = Recorder(flow.name, "", facts), machine.start(flow, facts)
    recorder.moved(turn)
    now = at
    for _ in range(60):
        if isinstance(turn.verb, End):
            break
        told = outcome(turn.verb, dice)
        now += timedelta(seconds=2)
        recorder.told(turn.verb, told, now)
        turn = machine.resume(flow, turn.state, told, now)
        recorder.moved(turn)
    names = {"caller": facts.caller, "caller_name": "", "called": "100", "flow": flow.name, "language": "en"}
    return [
        CallStarted(at=at, call_id=call_id, channel=f"1.{number}", **names),
        CallTaped(at=now, call_id=call_id, flow=flow.name, tape=recorder.document()),
        CallEnded(at=now, call_id=call_id, reason=EndReason.COMPLETED, section="end"),
    ]


def keep(path: Path, flows: list[Flow], calls: int) -> None:
    """Writes the calls to a database."""
    dice = random.Random(1)
    ledger = Ledger(path, open_for_writing)
    seq = 0
    try:
        for begin in range(0, calls, BATCH):
            events = [
                event
                for number in range(begin, min(begin + BATCH, calls))
                for event in a_call(flows[number % len(flows)], number, dice)
            ]
            ledger.write(list(enumerate(events, seq + 1)))
            seq += len(events)
    finally:
        ledger.close()


def decoded(path: Path) -> int:
    """The reference: reads every tape and decodes its JSON; how many there were."""
    with open_for_reading(path) as db:
        return sum(1 for row in db.query("select tape from tapes order by at") if json.loads(row["tape"]))


@click.command()
@click.option("--calls", default=10_000, show_default=True)
@click.option("--flows", type=click.Path(exists=True, path_type=Path), default=Path("flows"), show_default=True)
@click.option("--quick", is_flag=True, help="A small load that only shows that it works.")
def main(calls: int, flows: Path, quick: bool) -> None:
    """Replays calls that were kept, beside only reading them."""
    calls = 200 if quick else calls
    bundle = load_folder(flows).bundle
    if bundle is None:
        raise click.ClickException("the flows cannot be run; `ivr check` says why")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ivr.db"
        keep(path, list(bundle.flows.values()), calls)
        began = time.process_time()
        assert decoded(path) == calls
        reading = time.process_time() - began
        began, wall = time.process_time(), time.perf_counter()
        found: Summary = replay_since(path, AT - timedelta(days=1), bundle.flows)
        spent, wall = time.process_time() - began, time.perf_counter() - wall
        assert (found.calls, found.same) == (calls, calls), found
        figures = {
            "calls": calls,
            "seconds": round(wall, 2),
            "calls_per_cpu_s": round(calls / spent),
            "reading_alone_s": round(reading, 2),
            "ratio": round(spent / reading, 2),
        }
    click.echo(json.dumps(figures))


if __name__ == "__main__":
    main()
