"""Where code may catch anything, start a task, or read the journal along: the few places, each with its reason."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREES = {
    path.relative_to(ROOT / "ivr").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "ivr").rglob("*.py"))
}

# Who may read the journal along: readers only tell, nobody of them acts on a call.
READERS = {
    "app/wiring.py": "the store writes everything down, the queue log what tools read of queues",
    "adapters/web/api.py": "live views, which may miss events and are told so",
    "services/journal.py": "the lossy reader is made of the lossless one",
}

# Where any exception may be caught, how often, and why there.
BOUNDARIES = {
    "app/extensions.py": (1, "a module of another package: who brought it is told"),
    "core/flow/replay.py": (2, "one action of a call that is run again: as in the living call"),
    "services/acd/dispatcher.py": (1, "one offer: all other calls and agents go on"),
    "services/calls/session.py": (2, "one action of a call, the first too: its bug goes to the flow's on_error"),
    "services/flows/publisher.py": (1, "one edit of the flows: calls go on with those that are live"),
    "services/journal.py": (1, "one reader: the others and the call go on"),
    "adapters/asterisk/agi.py": (1, "one connection: the server and all other calls go on"),
    "adapters/asterisk/ami.py": (2, "one listener of an event, or of the connection: the others are told too"),
    "adapters/web/server.py": (1, "one request: the answer is 500 and shows nothing of itself"),
    "adapters/speech/worker.py": (1, "one text in the engine's own process: the asker is told"),
    "adapters/store/ledger.py": (3, "a batch, or an event of it, that cannot be written is kept or counted"),
    "adapters/store/writer.py": (3, "the writing thread outlives any trouble; a job's exception is its giver's"),
}

TASKS = {"create_task", "ensure_future", "run_coroutine_threadsafe"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call of a file."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last part of what is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def on(call: ast.Call) -> str:
    """What a method is called on, as it is written."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def test_the_journal_is_read_along_in_known_places_only() -> None:
    reading = {
        name
        for name, tree in TREES.items()
        for call in calls(tree)
        if called(call) in ("subscribe", "follow") and ("journal" in on(call) or on(call) == "self")
    }
    assert reading == set(READERS)


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether an except clause takes any exception and does not raise it again as it was."""
    kind = handler.type
    broad = kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)


def test_anything_is_caught_at_known_boundaries_only() -> None:
    found = Counter(
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    )
    # The speech worker is a program of its own: what keeps it from starting is told to the service as well.
    expected = {name: times for name, (times, _) in BOUNDARIES.items()}
    expected["adapters/speech/worker.py"] += 1
    assert dict(found) == expected


def test_tasks_are_started_by_their_owner_only() -> None:
    for name, tree in TREES.items():
        for call in calls(tree):
            if called(call) in TASKS and name != "services/scope.py":
                assert on(call) in ("group", "self._group", "ready"), f"{name}:{call.lineno}: {ast.unparse(call)}"
            if called(call) == "TaskGroup":
                assert name == "services/scope.py" or on(call) == "scope", f"{name}:{call.lineno}"
