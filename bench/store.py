"""How much the store costs: CPU of telling an event, and of having it written. `python -m bench.store`.

A call of nine events is told over and over, at a steady rate as from living calls, and then as fast as it goes.
``tell_us`` is the event loop's share for an event (what a call feels), ``whole_us`` the process's with the writing.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import SystemClock
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import ActionDone, CallEnded, CallStarted, EndReason, InputTaken, PromptPlayed
from ivr.services.journal import Journal

AT = datetime(2026, 11, 22, 10, 4, 6, 123456, tzinfo=UTC)


def a_call(number: int) -> list[Event]:
    """What a short call with one menu tells; every event at its own instant, an action from the end of the last."""
    call = CallId(f"call_01JD{number:022}")
    start = AT + timedelta(microseconds=number * 12_345_678)
    said: dict[str, Any] = {"call_id": call, "section": "welcome", "index": 1}
    facts = {"caller": "+15551230001", "caller_name": "Ann", "called": "100", "flow": "main", "language": "en"}
    events: list[Event] = [CallStarted(at=start, call_id=call, channel=f"1732269846.{number}", **facts)]
    last = start
    for text in ("Welcome to Acme.", "For billing, press 1. For technical help, press 2.", "Goodbye."):
        began, at = last + timedelta(microseconds=997), last + timedelta(seconds=2)
        sound: dict[str, Any] = {"language": "en", "text": text, "sound": "en/0123456789abcdef"}
        events.append(PromptPlayed(at=at, began_at=began, **said, **sound))
        done = at + timedelta(microseconds=213)
        if text.startswith("For"):
            choice: dict[str, Any] = {"kind": "menu", "outcome": "chosen", "to": "billing", "detail": {"press": "1"}}
            events.append(InputTaken(at=at, **said, mode="keys", value="1"))
            events.append(ActionDone(at=done, began_at=last, **said, **choice))
        else:
            events.append(ActionDone(at=done, began_at=last, **said, kind="say", outcome="said"))
        last = done
    events.append(CallEnded(at=last, call_id=call, reason=EndReason.COMPLETED, section="goodbye"))
    return events


async def measure(path: Path, calls: int, rate: float) -> dict[str, float]:
    """Tells the events of ``calls`` calls at ``rate`` calls a second (0: at once) and waits until they are written."""
    journal = Journal()
    told = [event for number in range(calls) for event in a_call(number)]
    each = len(told) // calls
    async with SqliteStore(path, SystemClock()) as store:
        with journal.subscribe(store.take):
            began, process = time.perf_counter(), time.process_time()
            telling = await _tell(journal, told, each, rate)
            while not await store.flushed(60):
                pass
            seconds, cpu = time.perf_counter() - began, time.process_time() - process
        health = store.health()
    assert (health.lost, health.backlog) == (0, 0), health
    return {
        "events": len(told),
        "events_per_s": round(len(told) / seconds),
        "events_per_cpu_s": round(len(told) / cpu),
        "tell_us": round(telling / len(told) * 1e6, 3),
        "whole_us": round(cpu / len(told) * 1e6, 2),
        "whole_us_per_call": round(cpu / calls * 1e6, 1),
    }


async def _tell(journal: Journal, told: list[Event], each: int, rate: float) -> float:
    """CPU seconds of telling; at a rate, a tenth of a second's calls are told at a time."""
    spent = 0.0
    step = max(1, int(rate / 10)) * each if rate else 5000
    for first in range(0, len(told), step):
        before = time.thread_time()
        for event in told[first : first + step]:
            journal.publish(event)
        spent += time.thread_time() - before
        await asyncio.sleep(step / each / rate if rate else 0)
    return spent


@click.command()
@click.option("--calls", default=10_000, show_default=True, help="Calls told at once; nine events each.")
@click.option("--rate", default=40.0, show_default=True, help="Calls a second for the steady load.")
@click.option("--seconds", default=5.0, show_default=True, help="How long the steady load lasts.")
@click.option("--json", "as_json", is_flag=True)
def main(calls: int, rate: float, seconds: float, as_json: bool) -> None:
    """Measure what keeping events costs."""
    loads = {f"steady, {rate:g} calls/s": (max(1, int(rate * seconds)), rate), "at once": (calls, 0.0)}
    found = {}
    for name, (count, speed) in loads.items():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = asyncio.run(measure(Path(folder) / "ivr.db", count, speed))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, figures in found.items():
        click.echo(f"{name:>22}: " + "  ".join(f"{key} {value:,}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
