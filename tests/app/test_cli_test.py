"""`ivr test`: what it shows, writes and exits with; and that the page about it is true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from tests.house.pages import blocks

PAGE = Path(__file__).parents[2] / "docs" / "testing-flows.md"
BLOCKS = {block.file: block.body for block in blocks(PAGE) if block.file}
SHOWN = [block.body.strip() for block in blocks(PAGE) if not block.kind]
CHANGE = ("{press: 2, go: message}", "{press: 2, go: desk}")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the flow and the scenarios of the page."""
    (tmp_path / "flows").mkdir()
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    """`ivr test` with some words."""
    return CliRunner().invoke(cli, ["test", *words])


def changed(folder: Path) -> None:
    """The menu of the page, changed as the page says."""
    flow = folder / "flows" / "clinic.yaml"
    text = flow.read_text(encoding="utf-8")
    assert CHANGE[0] in text
    flow.write_text(text.replace(*CHANGE), encoding="utf-8")


def timeless(text: str) -> str:
    """The output without how long it took."""
    return re.sub(r"; [\d.]+ minutes of calls in [\d.]+ s", "", text).strip()


def test_scenarios_that_pass_are_counted(here: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert timeless(result.output) == "5 scenarios: 5 passed, 0 failed"


def test_the_output_of_the_page_is_what_is_shown(here: Path) -> None:
    coverage = run("--coverage")
    changed(here)
    failing = run()
    assert failing.exit_code == 1
    assert [timeless(failing.output), timeless(coverage.output)] == SHOWN


def test_too_little_coverage_fails(here: Path) -> None:
    assert run("--min", "78").exit_code == 0
    result = run("--min", "100")
    assert result.exit_code == 1
    assert "coverage is 78.5 %, and 100 % is wanted" in result.output


def test_scenarios_are_chosen_by_name_flow_and_file(here: Path) -> None:
    assert "2 scenarios" in run("--name", "PRESCRIPTION").output
    assert "5 scenarios" in run("--flow", "clinic").output
    assert "5 scenarios" in run("flows/clinic.yaml").output
    assert "5 scenarios" in run("flows/clinic.scenarios.yaml").output
    assert run("--flow", "other").exit_code == 2


def test_every_conversation_is_shown_when_asked_for(here: Path) -> None:
    output = run("--verbose", "--name", "knows the way").output
    assert "whoever knows the way presses ahead: passed" in output
    assert "presses  1" in output


def test_json_has_every_scenario_and_what_is_missing(here: Path) -> None:
    changed(here)
    document = json.loads(run("--json").stdout)
    assert (document["passed"], document["failed"]) == (4, 1)
    [failed] = [one for one in document["scenarios"] if not one["passed"]]
    assert failed["difference"]["expected"] == "hears: leave a message"
    assert failed["difference"]["line"] == 29
    [flow] = document["coverage"]["flows"]
    assert {"what", "file", "line"} == set(flow["missing"][0])


def test_junit_is_written_for_build_servers(here: Path) -> None:
    changed(here)
    assert run("--junit", "results.xml").exit_code == 1
    suites = ElementTree.fromstring((here / "results.xml").read_bytes())
    [suite] = suites
    assert (suite.get("tests"), suite.get("failures")) == ("5", "1")
    [failure] = suite.iter("failure")
    assert failure.text is not None
    assert "expected  hears: leave a message" in failure.text


def test_without_scenarios_it_says_so(here: Path) -> None:
    (here / "flows" / "clinic.scenarios.yaml").unlink()
    result = run()
    assert result.exit_code == 2
    assert "there are no scenarios" in result.output


def test_findings_are_shown_and_nothing_is_played(here: Path) -> None:
    page = here / "flows" / "clinic.scenarios.yaml"
    page.write_text(page.read_text(encoding="utf-8").replace("says_nothing", "say_nothing", 1), encoding="utf-8")
    result = run()
    assert result.exit_code == 1
    assert "flows/clinic.scenarios.yaml" in result.output
    assert "did you mean" in result.output
    (here / "flows" / "clinic.yaml").write_text("flow:\n", encoding="utf-8")
    assert "flows/clinic.yaml" in run().output
