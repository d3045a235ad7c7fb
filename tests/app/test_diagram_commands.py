"""``ivr diagram`` and ``ivr effort``, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from ivr.core.audio.clip import tone
from ivr.core.audio.wav import write_wav
from ivr.core.prompts.naming import slug
from tests.house.pages import blocks

GOOD = """
languages: [en, zh]
flow:
  welcome:
    - menu: {en: Press 1 please, zh: 请按一}
      options: [{press: 1, tag: sales, go: person}]
      give_up: bye
  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - say: {en: Goodbye., zh: 再见。}
    - hangup
"""
BAD = "flow:\n  a:\n    - go: b\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good flow in it."""
    (tmp_path / "main.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def ivr(*arguments: object) -> Result:
    """The command line with arguments."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_a_flow_is_shown_as_mermaid_in_its_first_language(folder: Path) -> None:
    result = ivr("diagram", "main", "--flows", folder)
    assert result.exit_code == 0
    assert result.output.startswith("flowchart TD\n")
    assert "say Goodbye" in result.output
    assert "再见" not in result.output


def test_the_language_can_be_chosen_and_has_to_be_one_of_the_flow(folder: Path) -> None:
    assert "再见" in ivr("diagram", "main", "--flows", folder, "--language", "zh").output
    result = ivr("diagram", folder / "main.yaml", "--language", "de")
    assert result.exit_code == 2
    assert "'de' is none of en, zh" in result.output


def test_a_file_that_ends_in_svg_becomes_a_picture(folder: Path) -> None:
    path = folder / "out" / "main.svg"
    result = ivr("diagram", "main", "--flows", folder, "--output", path)
    assert (result.exit_code, result.output) == (0, f"{path} written\n")
    assert path.read_text(encoding="utf-8").startswith("<svg ")


def test_all_flows_go_into_a_folder(folder: Path) -> None:
    (folder / "other.yaml").write_text(GOOD, encoding="utf-8")
    result = ivr("diagram", "--all", "--flows", folder, "--output", folder / "out", "--format", "mermaid")
    assert result.exit_code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["main.mmd", "other.mmd"]
    assert ivr("diagram", "--all", "--flows", folder).exit_code == 2


@pytest.mark.parametrize("command", ["diagram", "effort"])
def test_a_flow_with_mistakes_shows_them_and_exits_1(folder: Path, command: str) -> None:
    (folder / "main.yaml").write_text(BAD)
    result = ivr(command, "main", "--flows", folder)
    assert result.exit_code == 1
    assert "F104" in result.output
    assert ivr(command, "nothing", "--flows", folder).exit_code == 2


def test_the_same_flow_gives_the_same_picture_in_every_process(folder: Path) -> None:
    seen = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "ivr.app.cli.main", "diagram", str(folder / "main.yaml"), "--format", "svg"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        seen.add(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    assert len(seen) == 1
    assert seen.pop().startswith(b"<svg ")


def test_the_effort_is_a_table_for_each_language(folder: Path) -> None:
    result = ivr("effort", "main", "--flows", folder)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    headings = [line for line in lines if line.startswith("main, ")]
    assert headings == [f"main, {language} (estimated from the texts)" for language in ("en", "zh")]
    # 14 characters, thinking and a key: 3 s
    assert lines[2].split() == ["person", "dial", "2001", "1", "1", "3.0s", "0.5s", "-", "welcome", "→", "person"]


def test_the_effort_as_json(folder: Path) -> None:
    document = json.loads(ivr("effort", "main", "--flows", folder, "--language", "en", "--json").output)
    assert list(document["languages"]) == ["en"]
    person = document["languages"]["en"][0]
    assert person["interest"] == "person"
    assert person["first"] == {"seconds": 3.0, "turns": 1, "keys": 1, "path": ["welcome", "person"]}
    assert person["silent"] is None


def test_a_limit_that_is_exceeded_exits_1_and_says_where(folder: Path) -> None:
    assert ivr("effort", "main", "--flows", folder, "--limit", "3").exit_code == 0
    result = ivr("effort", "main", "--flows", folder, "--limit", "2.9")
    assert result.exit_code == 1
    assert "dial 2001 in 'person' costs 3.0s (en); the limit is 2.9s" in result.output
    (folder / "main.yaml").write_text("flow:\n  a:\n    - hangup\n")
    result = ivr("effort", "main", "--flows", folder, "--limit", "60")
    assert result.exit_code == 1
    assert "no action of this flow leads to a person" in result.output


def test_the_heading_of_the_effort_says_how_much_of_it_was_measured(folder: Path) -> None:
    said = ivr("effort", "main", "--flows", folder, "--language", "en").output.splitlines()[0]
    assert said == "main, en (estimated from the texts)"
    texts = json.loads(ivr("effort", "main", "--flows", folder, "--json").output)["texts"]["en"]["all"]
    recording = folder / "prompts" / "en" / f"{slug('Press 1 please')}.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(write_wav(tone(440, 2.0)))
    lines = ivr("effort", "main", "--flows", folder, "--language", "en").output.splitlines()
    assert lines[0] == f"main, en (1 of {texts} texts measured, the others estimated)"
    assert lines[2].split()[5] == "4.0s"  # the recording 2, thinking and a key


def test_sounds_that_were_made_are_measured(folder: Path) -> None:
    flows = folder / "flows"
    flows.mkdir()
    (folder / "main.yaml").rename(flows / "main.yaml")
    settings = folder / "ivr.yaml"
    settings.write_text("flow: main\n")
    arguments = ("effort", "main", "--flows", flows, "--language", "en", "--sounds", "--config", settings)
    assert ivr(*arguments).output.startswith("main, en (estimated from the texts)\n")
    assert ivr("prompts", "--render", "--config", settings).exit_code == 0
    assert ivr(*arguments).output.startswith("main, en (all texts measured)\n")


def test_the_page_about_testing_shows_what_is_shown(tmp_path: Path) -> None:
    page = list(blocks(Path(__file__).parents[2] / "docs" / "testing-flows.md"))
    (shown,) = (block.body for block in page if block.body.startswith("clinic, en"))
    (flow,) = (block.body for block in page if block.file == "flows/clinic.yaml")
    (tmp_path / "clinic.yaml").write_text(flow, encoding="utf-8")
    command = ("effort", "clinic", "--flows", tmp_path, "--language", "en", "--limit")
    assert ivr(*command, "10").output.strip() == shown.strip()
    result = ivr(*command, "5")
    assert result.exit_code == 1
    assert result.output.rstrip().endswith("dial 1001 in 'desk' costs 8.1s (en); the limit is 5s")
