"""Findings as other programs read them, and what a project says of them in ``checks.yaml``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from ivr.app import findings
from ivr.app.cli.main import cli
from ivr.core.document.problems import Mark, Problem, Severity

BAD = "flow:\n  a:\n    - say: Hello {nmae}.\n    - go: b\n"
WARNS = "flow:\n  a:\n    - hangup\n  b:\n    - hangup\n"
AWKWARD = Problem("F104", Mark("flows/50%, a:b.yaml", 3, 7, 4), "100% wrong:\r\nmend, it.", "who?")

# What GitHub and editors need of SARIF 2.1.0 (OASIS, sections 3.13 to 3.30).
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "text": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 3}}},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "run": {
            "required": ["tool", "results"],
            "properties": {
                "tool": {"properties": {"driver": {"$ref": "#/$defs/driver"}}, "required": ["driver"]},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            },
        },
        "driver": {
            "required": ["name", "rules"],
            "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {"$ref": "#/$defs/rule"}}},
        },
        "rule": {
            "required": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
            "properties": {
                "shortDescription": {"$ref": "#/$defs/text"},
                "fullDescription": {"$ref": "#/$defs/text"},
                "help": {"$ref": "#/$defs/text"},
                "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}},
            },
        },
        "result": {
            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
            "properties": {
                "level": {"$ref": "#/$defs/level"},
                "message": {"$ref": "#/$defs/text"},
                "locations": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/location"}},
            },
        },
        "location": {
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation", "region"],
                    "properties": {
                        "artifactLocation": {
                            "required": ["uri"],
                            "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/:%!$&'()*+,;=@-]+$"}},
                        },
                        "region": {
                            "required": ["startLine", "startColumn", "endColumn"],
                            "additionalProperties": {"type": "integer", "minimum": 1},
                        },
                    },
                }
            },
        },
    },
}


def ivr(*arguments: object) -> Result:
    """The command line with arguments."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a flow that has two errors."""
    (tmp_path / "main.yaml").write_text(BAD)
    return tmp_path


def test_a_line_each_for_editors(folder: Path) -> None:
    result = ivr("check", folder, "--format", "line")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith(f"{folder}/main.yaml:3:19: error: F121 nothing here is called 'nmae'.")
    assert all(re.fullmatch(r".+:\d+:\d+: (error|warning): F\d{3} .+", line) for line in lines)
    assert len(lines) == 2


def test_a_finding_of_several_lines_is_one_line_for_editors() -> None:
    line = findings.as_lines([], [AWKWARD])
    assert line == "flows/50%, a:b.yaml:3:7: error: F104 100% wrong: mend, it. who?"


def test_signs_that_would_end_a_workflow_command_are_escaped() -> None:
    assert findings.as_github([], [AWKWARD]) == (
        "::error file=flows/50%25%2C a%3Ab.yaml,line=3,col=7,endColumn=11,title=F104"
        "::100%25 wrong:%0D%0Amend, it.%0Awho?"
    )


def test_workflow_commands_for_errors_and_warnings(folder: Path) -> None:
    (folder / "other.yaml").write_text(WARNS)
    lines = ivr("check", folder, "--format", "github").output.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning"]


def test_sarif_has_rules_and_results_at_their_places(folder: Path) -> None:
    (folder / "other.yaml").write_text(WARNS)
    result = ivr("check", folder, "--format", "sarif")
    assert result.exit_code == 1
    document = json.loads(result.output)
    jsonschema.validate(document, SARIF)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["F104", "F106", "F121"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("F121", "error"),
        ("F104", "error"),
        ("F106", "warning"),
    ]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 19, "endColumn": 23}
    assert rules[1]["defaultConfiguration"] == {"level": "warning"}


def test_a_file_is_a_uri_in_sarif() -> None:
    document = json.loads(findings.as_sarif(["flows/50%, a:b.yaml"], [AWKWARD]))
    jsonschema.validate(document, SARIF)
    assert document["runs"][0]["artifacts"] == [{"location": {"uri": "flows/50%25%2C%20a%3Ab.yaml"}}]
    assert json.loads(findings.as_sarif(["/srv/ä.yaml"], []))["runs"][0]["artifacts"] == [
        {"location": {"uri": "file:///srv/%C3%A4.yaml"}}
    ]


@pytest.mark.parametrize(
    ("form", "output"),
    [("line", ""), ("github", ""), ("text", "1 flow: 0 errors, 0 warnings\n")],
)
def test_a_good_flow_is_no_finding_in_any_form(folder: Path, form: str, output: str) -> None:
    (folder / "main.yaml").write_text("flow:\n  a:\n    - hangup\n")
    result = ivr("check", folder, "--format", form)
    assert (result.exit_code, result.output) == (0, output)


def test_json_is_the_same_by_its_short_name(folder: Path) -> None:
    assert ivr("check", folder, "--json").output == ivr("check", folder, "--format", "json").output


def test_strict_fails_for_warnings_in_every_form(folder: Path) -> None:
    (folder / "main.yaml").write_text(WARNS)
    for form in ("text", *findings.FORMS):
        assert ivr("check", folder, "--format", form).exit_code == 0
        assert ivr("check", folder, "--format", form, "--strict").exit_code == 1


def test_a_project_makes_a_warning_an_error(folder: Path) -> None:
    (folder / "main.yaml").write_text(WARNS)
    (folder / "checks.yaml").write_text("F106: error\n")
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert result.output.endswith("1 flow: 1 error, 0 warnings\n")


def test_a_project_turns_a_warning_off(folder: Path) -> None:
    (folder / "main.yaml").write_text(WARNS)
    (folder / "checks.yaml").write_text("F106: {severity: off, because: b is for next week}\n")
    result = ivr("check", folder, "--strict")
    assert (result.exit_code, result.output) == (0, "1 flow: 0 errors, 0 warnings\n")


def test_a_mistake_in_the_checks_is_shown_once_with_its_line_and_is_an_error(folder: Path) -> None:
    (folder / "main.yaml").write_text("flow:\n  a:\n    - hangup\n")
    (folder / "second.yaml").write_text("flow:\n  a:\n    - hangup\n")
    (folder / "checks.yaml").write_text("F104: warning\n")
    result = ivr("check", folder)
    assert result.exit_code == 1
    assert result.output.count("checks.yaml:1:7  F241") == 1
    assert "    1 | F104: warning" in result.output
    assert result.output.endswith("2 flows: 1 error, 0 warnings\n")


def test_the_findings_of_a_folder_are_changed_by_its_own_checks_only(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.yaml").write_text(WARNS)
    (tmp_path / "here" / "checks.yaml").write_text("F106: error\n")
    problems = json.loads(ivr("check", tmp_path / "here", tmp_path / "there", "--json").output)["problems"]
    assert [problem["severity"] for problem in problems] == [Severity.ERROR, Severity.WARNING]
