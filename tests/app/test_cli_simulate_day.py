"""``ivr simulate-day``: a planner sees what callers will meet, before the day comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from tests.house.pages import ROOT, blocks

BLOCKS = list(blocks(ROOT / "docs" / "staffing.md"))
PAGES = {block.file: block.body for block in BLOCKS if block.kind == "yaml"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pages of docs/staffing.md, where commands are typed."""
    (tmp_path / "flows").mkdir()
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["simulate-day", *words])


def played(*words: str) -> dict[str, Any]:
    done = run("plan.yaml", "--json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_docs_show_what_the_command_prints(home: Path) -> None:
    (typed,) = (block.body for block in BLOCKS if block.kind == "console")
    (shown,) = (block.body for block in BLOCKS if block.kind == "text")
    done = CliRunner().invoke(cli, typed.removeprefix("$ ivr ").split())
    assert done.exit_code == 0, done.output
    assert done.stdout == shown, "write what the command prints now into docs/staffing.md"


def test_a_table_has_a_row_for_each_interval_and_one_for_the_day(home: Path) -> None:
    lines = run("plan.yaml").stdout.splitlines()
    assert lines[0] == "plan.yaml, 08:00 to 13:00 (1 day, seed 1)"
    billing = lines[lines.index("billing, target 80% in 20s") + 1 :][:7]
    assert [line.split()[0] for line in billing] == ["from", "08:00", "09:00", "10:00", "11:00", "12:00", "all"]
    assert "Erlang A: in target" in billing[0]
    assert "spread" not in billing[0]
    assert "  no prediction: its needs loosen while callers wait" in lines


def test_the_books_balance_and_agents_are_told(home: Path) -> None:
    document = played()
    for queue in document["queues"].values():
        for row in (*queue["intervals"], queue["day"]):
            assert row["offered"] == row["answered"] + row["abandoned"] + row["released"] + row["waiting"]
        assert sum(row["offered"] for row in queue["intervals"]) == queue["day"]["offered"]
    agents = {one["agent"]: one for one in document["agents"]}
    assert set(agents) == {*(f"early_{n}" for n in range(1, 7)), *(f"late_{n}" for n in range(1, 4)), "ada", "bo"}
    answered = sum(queue["day"]["answered"] for queue in document["queues"].values())
    assert sum(one["talks"] for one in agents.values()) == answered
    assert agents["early_1"]["busy"] + agents["early_1"]["idle"] == pytest.approx(5 * 3600)
    assert 900 < agents["ada"]["away"] <= 1800


def test_agents_are_listed_when_that_is_asked_for(home: Path) -> None:
    assert "ada" not in run("plan.yaml").stdout
    shown = run("plan.yaml", "--agents").stdout
    assert "occupancy" in shown
    assert sum(line.startswith("  ada") for line in shown.splitlines()) == 1


def test_the_prediction_stands_beside_the_day(home: Path) -> None:
    billing, contracts = (played("--days", "30")["queues"][name] for name in ("billing", "contracts"))
    assert billing["model"] == "Erlang A"
    assert billing["target"] == {"part": 0.8, "within": 20}
    assert billing["day"]["service_level"] == pytest.approx(billing["day"]["predicted"]["service_level"], abs=0.03)
    assert (contracts["model"], contracts["day"]["predicted"]) == (None, None)


def test_the_same_seed_draws_the_same_days_and_more_of_them_have_a_spread(home: Path) -> None:
    assert played() == played()
    assert played()["queues"] != played("--seed", "2")["queues"]
    day = played("--days", "5")["queues"]["billing"]["day"]
    assert day["least_service_level"] < day["service_level"] < day["most_service_level"]


def test_callers_who_all_wait_have_no_end_when_agents_are_too_few(home: Path) -> None:
    text = PAGES["plan.yaml"].replace("patience: 2m", "patience: no").replace("early: {count: 6", "early: {count: 2")
    (home / "plan.yaml").write_text(text)
    shown = run("plan.yaml").stdout
    assert "Erlang C: in target" in shown
    assert "endless" in shown
    assert "still wait" in shown
    assert played()["queues"]["billing"]["day"]["predicted"]["mean_wait"] is None


def test_mistakes_of_the_plan_are_shown_with_their_place(home: Path) -> None:
    (home / "plan.yaml").write_text(PAGES["plan.yaml"].replace("  billing:", "  biling:"))
    done = run("plan.yaml")
    assert done.exit_code == 1
    assert "plan.yaml:4:3  F292  there is no queue 'biling' in queues.yaml." in done.stderr
    assert "did you mean 'billing'?" in done.stderr
    assert done.stdout == ""


def test_a_warning_does_not_keep_the_day_from_being_played(home: Path) -> None:
    (home / "plan.yaml").write_text(PAGES["plan.yaml"].replace("queues: contracts", "queues: billing"))
    done = run("plan.yaml")
    assert done.exit_code == 0
    assert "F295 (warning)" in done.stderr
    assert "100.0%" in done.stdout


def test_mistakes_of_the_queues_are_shown_and_those_of_flows_are_not(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text("flow: nothing\n")
    assert run("plan.yaml").exit_code == 0
    (home / "flows" / "queues.yaml").write_text(PAGES["flows/queues.yaml"].replace("80% in 20s", "80/20"))
    done = run("plan.yaml")
    assert done.exit_code == 1
    assert "F259" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("monday.yaml",), "does not exist"),
        (("plan.yaml", "--days", "0"), "not in the range"),
        (("plan.yaml", "--flows", "elsewhere"), "there is no folder elsewhere"),
        (("plan.yaml", "--flows", "empty"), "there is no queue in empty/queues.yaml"),
    ],
)
def test_a_wrong_use_is_told(home: Path, words: tuple[str, ...], said: str) -> None:
    (home / "empty").mkdir()
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_finding_about_a_plan_is_explained_as_one() -> None:
    done = CliRunner().invoke(cli, ["explain", "F291"])
    assert "a number for each interval of the day" in done.stdout
    assert "flows go on" in done.stdout
