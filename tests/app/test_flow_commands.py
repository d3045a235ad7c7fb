"""``ivr check`` and ``ivr simulate``, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from ivr.core.base.secret import MASK

GOOD = """
flow:
  welcome:
    - collect: {en: Your code?, zh: 您的密码？}
      as: code
      secret: yes
      length: 4
      give_up: bye
    - if: empty(code)
      go: bye
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - say: {en: Goodbye., zh: 再见。}
    - hangup
languages: [en, zh]
"""
WARNS = "flow:\n  a:\n    - hangup\n  b:\n    - hangup\n"
BAD = "flow:\n  a:\n    - say: Hello {nmae}.\n    - go: b\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good flow in it."""
    (tmp_path / "main.yaml").write_text(GOOD)
    return tmp_path


def ivr(*arguments: object, typed: str = "") -> Result:
    """The command line with arguments and lines of input."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=typed)


def test_a_folder_of_good_flows_exits_0(folder: Path) -> None:
    result = ivr("check", folder)
    assert result.exit_code == 0
    assert result.output == "1 flow: 0 errors, 0 warnings\n"


def test_a_mistake_in_a_page_of_scenarios_is_found_with_those_of_flows(folder: Path) -> None:
    (folder / "main.scenarios.yaml").write_text("- scenario: x\n  call:\n    - herars: Welcome\n")
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/main.scenarios.yaml:3:7  F223" in result.output
    assert "did you mean 'hears'?" in result.output


def test_findings_of_all_files_are_shown_with_their_lines_and_exit_1(folder: Path) -> None:
    (folder / "other.yaml").write_text(BAD)
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/other.yaml:3:19  F121  nothing here is called 'nmae'." in result.output
    assert "    4 |     - go: b\n      |           ^ " in result.output
    assert result.output.endswith("2 flows: 2 errors, 0 warnings\n")


def test_warnings_are_shown_and_exit_0(folder: Path) -> None:
    (folder / "main.yaml").write_text(WARNS)
    result = ivr("check", folder / "main.yaml")
    assert result.exit_code == 0
    assert "F106 (warning)" in result.output
    assert result.output.endswith("1 flow: 0 errors, 1 warning\n")


def test_findings_as_json_have_place_code_and_hint(folder: Path) -> None:
    (folder / "main.yaml").write_text(BAD)
    result = ivr("check", folder, "--json")
    document = json.loads(result.output)
    assert result.exit_code == 1
    assert (document["errors"], document["warnings"]) == (2, 0)
    first = document["problems"][0]
    assert {key: first[key] for key in ("line", "column", "width", "code", "severity")} == {
        "line": 3,
        "column": 19,
        "width": 4,
        "code": "F121",
        "severity": "error",
    }


def test_nothing_to_check_is_wrong_usage(tmp_path: Path) -> None:
    assert ivr("check", tmp_path).exit_code == 2
    assert ivr("check", tmp_path / "none.yaml").exit_code == 2


def test_the_defaults_of_a_folder_hold_for_its_flows(folder: Path) -> None:
    (folder / "main.yaml").write_text(GOOD.replace("      give_up: bye\n", ""))
    assert ivr("check", folder).exit_code == 1
    (folder / "defaults.yaml").write_text("give_up: bye\n")
    assert ivr("check", folder).exit_code == 0


def test_what_stands_beside_the_flows_is_checked_with_them(folder: Path) -> None:
    (folder / "numbers.yaml").write_text('"100": mian\n')
    (folder / "hours.yaml").write_text("support: {open: {mon-fri: 9-25}}\n")
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/numbers.yaml:1:8  F206" in result.output
    assert f"{folder}/hours.yaml:1:" in result.output
    assert ivr("check", folder / "numbers.yaml").exit_code == 1


def test_the_number_that_is_called_chooses_the_flow_that_is_tried(folder: Path) -> None:
    (folder / "night.yaml").write_text("flow:\n  a:\n    - say: Good night.\n    - hangup\n")
    (folder / "numbers.yaml").write_text('"8xx": night\n')
    told = ivr("simulate", "--flows", folder, "--to", "812").output
    assert "812 is answered by night: 812 is for '8xx', always this flow" in told
    assert "  ivr  Good night." in told
    assert "  ivr  Your code?" in ivr("simulate", "--flows", folder, typed="1234#\n\n").output


def test_a_mistake_in_the_defaults_is_shown_once_with_its_own_line(folder: Path) -> None:
    (folder / "second.yaml").write_text(GOOD)
    (folder / "defaults.yaml").write_text("attempts: 3\nbetwen: 2s\n")
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert result.output.count("defaults.yaml:2:1  F021") == 1
    assert "    2 | betwen: 2s" in result.output


def test_a_flow_is_tried_with_lines_of_input_and_its_secrets_are_masked(folder: Path) -> None:
    result = ivr("simulate", "main", "--flows", folder, typed="1234#\n\n")
    assert result.exit_code == 0
    assert "  ivr  Your code?" in result.output
    assert f"caller {MASK}" in result.output
    assert "1234" not in result.output
    assert "  ivr  Goodbye." in result.output
    assert "the call is over: completed" in result.output


def test_a_flow_is_tried_in_another_language(folder: Path) -> None:
    result = ivr("simulate", folder / "main.yaml", "--language", "zh", typed="1234\nbusy\n")
    assert "您的密码？" in result.output
    assert "再见。" in result.output


def test_the_end_of_the_input_is_a_caller_who_hangs_up(folder: Path) -> None:
    result = ivr("simulate", "main", "--flows", folder)
    assert result.exit_code == 0
    assert "the call is over: caller_left" in result.output


def test_a_call_that_comes_back_is_tried(folder: Path) -> None:
    assert "Sorry, we were interrupted." in ivr("simulate", "main", "--flows", folder, "--returned").output


def test_the_time_of_a_call_can_be_said(folder: Path) -> None:
    (folder / "main.yaml").write_text("flow:\n  a:\n    - say: '{call.date} {call.time}'\n    - hangup\n")
    result = ivr("simulate", "main", "--flows", folder, "--at", "2026-11-23T10:00")
    assert "2026-11-23 10:00" in result.output
    assert ivr("simulate", "main", "--flows", folder, "--at", "noon").exit_code == 2


def test_a_flow_with_mistakes_is_not_tried(folder: Path) -> None:
    (folder / "main.yaml").write_text(BAD)
    result = ivr("simulate", "main", "--flows", folder)
    assert result.exit_code == 1
    assert "F121" in result.output


def test_a_flow_that_is_not_there_is_wrong_usage(folder: Path) -> None:
    assert ivr("simulate", "none", "--flows", folder).exit_code == 2


def test_a_flow_that_fails_exits_1(folder: Path) -> None:
    (folder / "main.yaml").write_text('flow:\n  a:\n    - if: call.to != "x"\n      go: a\n    - hangup\n')
    assert ivr("simulate", "main", "--flows", folder).exit_code == 1
