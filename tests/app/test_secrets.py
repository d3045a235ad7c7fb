"""Secrets leave no trace: a thousand calls with numbers of their own, and then every byte that was written."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.adapters.memory.channels import MemoryChannels
from ivr.adapters.memory.flows import OneFlow
from ivr.adapters.memory.voice import MemoryVoice
from ivr.adapters.store import spill
from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import LoopClock, SystemClock
from ivr.adapters.system.ids import CountedIds
from ivr.app import logs
from ivr.app.cli.main import cli
from ivr.app.config import Log
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.events import Event, to_json
from ivr.core.base.ids import CallId
from ivr.core.base.secret import MASK
from ivr.core.calls.events import CallEnded, CallEvent, InputTaken, PromptPlayed, RecordingKept
from ivr.core.flow import state
from ivr.core.flow.actions.tag import Tag
from ivr.core.flow.bundle import read
from ivr.core.flow.model import Done, Flow, Run
from ivr.services.calls.away import Away
from ivr.services.calls.perform import Ports
from ivr.services.calls.service import CallService, Rules
from ivr.services.journal import Journal
from ivr.services.sources.counted import Counted
from ivr.services.world import World
from tests.app import secret_calls as world_of
from tests.services.calls import EPOCH
from tests.virtual_time import run_virtual

CALLS = 1000


@dataclass
class Written:
    """Where everything is, and what was told of calls."""

    folder: Path
    events: list[Event] = field(default_factory=list)
    legs: list[world_of.Caller] = field(default_factory=list)


def the_flow() -> Flow:
    """The flow of these calls."""
    found = read({"main.yaml": world_of.MAIN.encode(), "verify.yaml": world_of.VERIFY.encode()})
    assert found.bundle is not None, "\n".join(map(str, found.shown))
    return found.bundle.flows["main"]


def buggy(self: Tag, run: Run) -> Done:
    """A tag with a bug whose words are a secret."""
    if self.name.constant is not None:
        int(f"{run.lookup(('card',)).reveal()} is none")
    return original(self, run)


original = Tag.begin


@contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Everything that is logged goes to two files, in both forms, and nowhere else."""
    root = logging.getLogger()
    level, others = root.level, root.handlers
    root.handlers = [logging.FileHandler(folder / f"{form}.log") for form in ("text", "json")]
    for handler, form in zip(root.handlers, ("text", "json"), strict=True):
        handler.setFormatter(logs.formatter(Log(format=form)))
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.level, root.handlers = level, others


async def _all_calls(written: Written, numbers: list[str]) -> None:
    journal = Journal()
    world = World(LoopClock(EPOCH), CountedIds(), journal)
    async with SqliteStore(written.folder / "ivr.db", SystemClock()) as store:
        failing = world_of.Failing()
        sources = {"fetch": Counted(failing), "lookup": Counted(failing)}
        ports = Ports(
            MemoryVoice(), DialList([Route("10xx", "PJSIP/{number}"), Route("5*", "PJSIP/{number}")]), sources
        )
        away = Away(store, MemoryChannels(), world)
        service = CallService(OneFlow(the_flow()), world, ports, away, Rules(7200, "UTC", "USD"))
        states: list[str] = []
        before: dict[str, object] = {}

        def look(event: Event) -> None:
            written.events.append(event)
            call = service._calls.get(getattr(event, "call_id", CallId("")))
            if call is not None and call.state is not None and before.get(call.stage.call_id) is not call.state:
                before[call.stage.call_id] = call.state
                states.append(json.dumps(state.to_json(call.state), default=str))
                states.append(repr(call.state))

        with journal.subscribe(look), journal.subscribe(store.take):
            async with asyncio.TaskGroup() as group:
                for caller, number in enumerate(numbers):
                    leg = world_of.leg(number, caller % world_of.KINDS, caller)
                    written.legs.append(leg)
                    group.create_task(service.take(leg))
        assert await store.flushed(60)
        for file in written.folder.glob("ivr.db*"):
            (written.folder / f"open-{file.name}").write_bytes(file.read_bytes())
        (written.folder / "states").write_text("\n".join(states))
    lines = (json.dumps(to_json(event), ensure_ascii=False, default=str) for event in written.events)
    (written.folder / "events.ndjson").write_text("\n".join(lines))
    spill.save(written.folder / "other.db", list(enumerate(written.events, 1)))


@pytest.fixture(scope="module")
def numbers() -> list[str]:
    """The marked card numbers."""
    return world_of.cards(CALLS)


@pytest.fixture(scope="module")
def written(numbers: list[str], tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A thousand calls, once for all tests."""
    made = Written(tmp_path_factory.mktemp("secrets"))
    patch = pytest.MonkeyPatch()
    patch.setattr(Tag, "begin", buggy)
    with logged(made.folder):
        run_virtual(_all_calls(made, numbers))
    patch.undo()
    return made


def everything(written: Written) -> dict[str, str]:
    """Every file that was written, byte by byte."""
    files = (path for path in sorted(written.folder.rglob("*")) if path.is_file())
    return {path.name: path.read_bytes().decode("latin-1") for path in files}


@pytest.mark.slow
def test_no_file_has_a_secret_or_a_part_of_one(written: Written, numbers: list[str]) -> None:
    wanted = world_of.windows(numbers)
    files = everything(written)
    assert {
        "ivr.db",
        "open-ivr.db-wal",
        "other.db.unwritten",
        "text.log",
        "json.log",
        "events.ndjson",
        "states",
    } < files.keys()
    assert sum(len(text) for text in files.values()) > 10_000_000
    for name, text in files.items():
        assert world_of.found_in(text, wanted)[:3] == [], name
    heard = "\n".join("\n".join((*leg.heard, *leg.done)) for leg in written.legs)
    assert "●●●" in heard  # what the voice is asked for is the secret itself, and its name is not


@pytest.mark.slow
def test_every_call_went_its_way_and_the_secrets_were_in_play(written: Written) -> None:
    kinds = {type(event).__name__ for event in written.events}
    assert {"CallTaped", "InputTaken", "ActionDone", "LegStarted", "RecordingKept", "PromptPlayed"} <= kinds
    assert len([event for event in written.events if isinstance(event, CallEnded)]) == CALLS
    masked = [event for event in written.events if isinstance(event, InputTaken) and event.sensitive]
    assert len(masked) > 0.8 * CALLS
    assert {event.value for event in masked} == {MASK}
    log = (written.folder / "text.log").read_text()
    for kind in ("ValueError", "sqlite3.OperationalError", "aiohttp", "KeyError", "ExceptionGroup", "RuntimeError"):
        assert kind in log, kind
    assert "in buggy" in log
    assert "invalid literal" not in log


@pytest.mark.slow
def test_the_outputs_of_the_commands_have_none_either(written: Written, numbers: list[str]) -> None:
    wanted = world_of.windows(numbers)
    flows = written.folder / "flows"
    flows.mkdir(exist_ok=True)
    (flows / "main.yaml").write_text(world_of.MAIN.replace("- say: Goodbye.", "- say: Good bye, {card:digits}."))
    (flows / "verify.yaml").write_text(world_of.VERIFY)
    database = str(written.folder / "ivr.db")
    some = [f"call_{number}" for number in range(1, 1 + world_of.KINDS)]
    commands = [
        ["calls", "--database", database, "--json"],
        ["replay", "--last", "2020-01-01", "--flows", str(flows), "--database", database, "--json"],
        *(["call", one, "--database", database] for one in some),
        *(["replay", one, "--flows", str(flows), "--database", database] for one in some),
    ]
    for command in commands:
        result = CliRunner().invoke(cli, command)
        assert result.exit_code in (0, 1), (command, result.output)
        assert world_of.found_in(result.output, wanted) == [], command
    assert MASK in CliRunner().invoke(cli, ["call", "call_1", "--database", database]).output


@pytest.mark.slow
def test_single_keys_that_are_told_never_add_up_to_a_secret(written: Written, numbers: list[str]) -> None:
    """A number that is keyed in where none is asked for is a row of wrong answers; few of them are taken."""
    told: dict[str, str] = defaultdict(str)
    callers = {f"+1555{caller:04}": number for caller, number in enumerate(numbers)}
    whose: dict[str, str] = {}
    for event in written.events:
        if not isinstance(event, CallEvent):
            continue
        if caller := getattr(event, "caller", ""):
            whose[event.call_id] = callers[caller]
        if isinstance(event, InputTaken) and not event.sensitive:
            told[event.call_id] += event.value
        elif isinstance(event, PromptPlayed) and event.cut_by != MASK:
            told[event.call_id] += event.cut_by
    longest = max(_common(keys, whose[call]) for call, keys in told.items())
    assert longest <= 4, longest


def _common(one: str, other: str) -> int:
    return next(
        (
            size
            for size in range(len(other), 0, -1)
            for at in range(len(other) - size + 1)
            if other[at : at + size] in one
        ),
        0,
    )


@pytest.mark.slow
def test_the_recording_ran_and_stood_still_while_secrets_were_asked_for(written: Written) -> None:
    recorded = [leg for leg in written.legs if any(done.startswith("record calls/") for done in leg.done)]
    assert len(recorded) == CALLS
    assert sum("record off" in leg.done for leg in recorded) > 0.8 * CALLS
    assert sum(isinstance(event, RecordingKept) and event.kind == "call" for event in written.events) == CALLS
