"""What the README shows is what the product does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.app.cli.main import cli
from ivr.core.document.problems import render
from ivr.core.flow.load import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def _pages() -> dict[str, str]:
    """The pages that are shown, by the name in their first line."""
    shown = re.findall(r"```yaml\n(# (\S+)\n.*?)```", README, re.DOTALL)
    return {name: text for text, name in shown}


def _flow() -> str:
    return _pages()["flows/hello.yaml"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the pages that are shown, where commands are typed."""
    (tmp_path / "flows").mkdir()
    for name, text in _pages().items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_flow_that_is_shown_has_no_findings() -> None:
    flow, problems = load(_flow(), "flows/hello.yaml")
    assert flow is not None
    assert problems.all == []


def test_the_finding_that_is_shown_is_what_check_prints() -> None:
    text = _flow().replace("go: hours}", "go: ours}")
    _, problems = load(text, "flows/hello.yaml")
    shown = render(problems.errors[0], text.splitlines())
    assert shown in README


@pytest.mark.usefixtures("folder")
def test_the_scenarios_that_are_shown_pass() -> None:
    assert "2 scenarios: 2 passed, 0 failed" in CliRunner().invoke(cli, ["test"]).output


def test_the_scenario_that_differs_is_shown_as_the_command_shows_it(folder: Path) -> None:
    (folder / "flows" / "hello.yaml").write_text(_flow().replace("press: 2, go: order", "press: 2, go: hours"))
    conversation, _, rest = CliRunner().invoke(cli, ["test"]).output.partition("\n\n")
    assert "1 passed, 1 failed" in rest
    assert conversation in README


def test_the_call_that_is_shown_says_what_the_sample_flow_says() -> None:
    sample = (ROOT / "flows" / "main.yaml").read_text()
    call = README.split("```")[1]
    fixed = [text for text in re.findall(r'heard     "([^"]*)"', call) if not re.search(r"\d{4}|\d \d", text)]
    assert len(fixed) >= 4
    for text in fixed:
        assert text in sample, text
