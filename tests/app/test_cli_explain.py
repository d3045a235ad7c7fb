"""``ivr explain``, as it is typed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from ivr.core.flow.codes import CODES


def explain(*arguments: str) -> Result:
    """The command with arguments."""
    return CliRunner().invoke(cli, ["explain", *arguments])


def test_a_code_is_explained_with_the_finding_as_it_is_shown_and_its_mending() -> None:
    result = explain("F104")
    assert result.exit_code == 0
    assert result.output.startswith("F104  error\n\nAn action goes to a section that this flow does not have.")
    assert (
        "  flows/main.yaml:5:26  F104  option 1 goes to 'persn', which is not a section of this flow." in result.output
    )
    assert "        |                          ^^^^^ did you mean 'person'?" in result.output
    assert "  -        - {press: 1, go: persn}\n  +        - {press: 1, go: person}\n" in result.output
    assert "An error keeps the flows of its folder from being used." in result.output


def test_a_warning_is_explained_with_how_a_project_changes_it() -> None:
    result = explain("F114")
    assert result.output.startswith("F114  warning\n")
    assert "F114: {severity: off, because: the reason}" in result.output


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_be_explained(code: str) -> None:
    result = explain(code)
    assert result.exit_code == 0
    assert " ".join(CODES[code].split()) in " ".join(result.output.split())


def test_small_letters_do() -> None:
    assert explain("f104").output == explain("F104").output


def test_without_a_code_all_are_listed_on_a_line_each() -> None:
    lines = explain().output.splitlines()
    assert [line[:4] for line in lines] == sorted(CODES)
    assert max(map(len, lines)) <= 101
    assert "F106  (warning) No action goes to this section, so no caller ever gets there." in lines


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("F10", "there are F100, F101"), ("G104", "did you mean 'F104'?"), ("", "lists all codes"), ("x", "lists all")],
)
def test_an_unknown_code_is_met_with_a_hint(typed: str, hint: str) -> None:
    result = explain(typed)
    assert result.exit_code == 1
    assert hint in result.output


def test_a_code_as_json() -> None:
    told = json.loads(explain("F104", "--json").output)
    assert (told["code"], told["severity"], told["about"]) == ("F104", "error", CODES["F104"])
    assert "go: persn}" in told["example"]["mistaken"]
    assert "go: person}" in told["example"]["mended"]
    assert told["example"]["shown"][0].strip().startswith("flows/main.yaml:5:26  F104")
    assert "example" not in json.loads(explain("F001", "--json").output)
    assert set(json.loads(explain("--json").output)) == set(CODES)
