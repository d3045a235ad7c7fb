"""`ivr calls` and `ivr call ID`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.store.connections import open_for_writing
from ivr.adapters.store.ledger import Ledger
from ivr.app.cli.calls import call, calls
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallEnded, CallStarted, EndReason, InputTaken

START = datetime(2026, 11, 22, 10, 4, 6, tzinfo=UTC)


def a_call(call_id: str, day: int, caller: str, end: EndReason | None) -> list[Event]:
    at = START + timedelta(days=day)
    about: dict[str, Any] = {"call_id": CallId(call_id)}
    facts: dict[str, Any] = {
        "caller": caller,
        "caller_name": "Ann\x1b[2J",
        "called": "100",
        "flow": "main",
        "language": "en",
    }
    events: list[Event] = [CallStarted(at=at, channel=call_id, **about, **facts)]
    taken: dict[str, Any] = {"section": "welcome", "mode": "keys", "value": "4111", "sensitive": True}
    events.append(InputTaken(at=at + timedelta(seconds=3), index=0, **about, **taken))
    if end is not None:
        events.append(CallEnded(at=at + timedelta(seconds=12.4), reason=end, section="bye", **about))
    return events


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "ivr.db"
    ledger = Ledger(path, open_for_writing)
    kept = [
        *a_call("call_01JA", 0, "+15551230001", EndReason.COMPLETED),
        *a_call("call_01JB", 1, "+4930777", EndReason.CALLER_LEFT),
        *a_call("call_02", 2, "+15551230001", None),
    ]
    ledger.write(list(enumerate(kept, 1)))
    ledger.close()
    return path


def run(command: Any, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def test_calls_are_listed_newest_first(database: Path) -> None:
    result = run(calls, "--database", database)
    assert result.exit_code == 0
    heading, *lines = result.stdout.splitlines()
    assert heading.startswith("CALL")
    assert [line.split()[0] for line in lines] == ["call_02", "call_01JB", "call_01JA"]
    assert "2026-11-22 10:04:06  12.4 s" in lines[2]
    assert lines[2].split()[-2:] == ["completed", "bye"]
    assert "  open " in lines[0]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--caller", "777"], ["call_01JB"]),
        (["--reason", "completed"], ["call_01JA"]),
        (["--open"], ["call_02"]),
        (["--since", "2026-11-23"], ["call_02", "call_01JB"]),
        (["--since", "2026-11-24T12:04:06+02:00"], ["call_02"]),
        (["--limit", "1"], ["call_02"]),
    ],
)
def test_calls_are_filtered(database: Path, words: list[str], found: list[str]) -> None:
    result = run(calls, "--database", database, "--json", *words)
    assert result.exit_code == 0
    assert [one["call_id"] for one in json.loads(result.stdout)] == found


def test_a_list_that_is_cut_says_so(database: Path) -> None:
    assert "more with --limit" in run(calls, "--database", database, "--limit", 2).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--called", "9"], "No call is like that"), (["--open", "--caller", "9"], "No call is open")],
)
def test_nothing_found_says_what_to_do_and_is_exit_code_1(database: Path, words: list[str], said: str) -> None:
    result = run(calls, "--database", database, *words)
    assert (result.exit_code, said in result.stdout) == (1, True)
    as_json = run(calls, "--database", database, "--json", *words)
    assert (as_json.exit_code, json.loads(as_json.stdout)) == (1, [])


@pytest.mark.parametrize(
    "words", [["--since", "yesterday"], ["--since", "1y"], ["--reason", "bored"], ["--limit", "0"]]
)
def test_wrong_usage_is_exit_code_2(database: Path, words: list[str]) -> None:
    assert run(calls, "--database", database, *words).exit_code == 2


def test_no_database_is_exit_code_3_and_says_where_it_was_sought(tmp_path: Path) -> None:
    for command in ([calls], [call, "last"]):
        result = run(*command, "--database", tmp_path / "none.db")
        assert result.exit_code == 3
        assert "none.db" in result.stderr
    settings = run(calls, "--config", tmp_path / "none.yaml")
    assert (settings.exit_code, "none.yaml" in settings.stderr) == (3, True)


def test_the_database_is_found_by_the_settings(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "ivr.yaml"
    file.write_text(f"data: {database.parent}\n")
    assert run(calls, "--config", file).exit_code == 0


def test_one_call_is_shown_as_a_trace(database: Path) -> None:
    result = run(call, "--database", database, "call_01JA")
    assert result.exit_code == 0
    heading, pressed, end = result.stdout.splitlines()
    assert heading.startswith("call_01JA  2026-11-22 10:04:06 UTC  +15551230001 ")
    assert heading.endswith("→ 100  flow main  completed after 12.4 s")
    assert pressed == "  0:03.0  welcome       pressed   ●●●"
    assert end == "  0:12.4  bye           end       completed"


@pytest.mark.parametrize(("given", "found"), [("call_02", "call_02"), ("01JB", "call_01JB"), ("last", "call_02")])
def test_a_call_is_found_by_a_beginning_of_its_id(database: Path, given: str, found: str) -> None:
    result = run(call, "--database", database, "--json", given)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["call_id"] == found
    assert document["events"][0]["event"] == "CallStarted"
    assert document["events"][1]["value"] == "●●●"


@pytest.mark.parametrize(("given", "said"), [("call_01", "several calls begin"), ("call_9", "`ivr calls` lists them")])
def test_an_id_that_names_no_single_call_is_exit_code_1(database: Path, given: str, said: str) -> None:
    result = run(call, "--database", database, given)
    assert (result.exit_code, said in result.stderr) == (1, True)


def test_both_have_an_example_in_their_help() -> None:
    for command in (calls, call):
        assert "Example: ivr call" in run(command, "--help").stdout
