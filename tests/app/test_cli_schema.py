"""``ivr schema``, as it is typed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from ivr.core.flow.schema import PAGES


def schema(*arguments: str) -> Result:
    """The command with arguments."""
    return CliRunner().invoke(cli, ["schema", *arguments])


@pytest.mark.parametrize("page", PAGES)
def test_the_schema_of_a_page_is_printed(page: str) -> None:
    result = schema(page)
    assert result.exit_code == 0
    printed = json.loads(result.output)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["type"] == ("array" if page == "scenarios" else "object")


def test_without_a_page_it_is_that_of_a_flow() -> None:
    assert schema().output == schema("flow").output
    assert "say" in json.loads(schema().output)["$defs"]


def test_an_unknown_page_is_wrong_usage() -> None:
    result = schema("flwo")
    assert result.exit_code == 2
    assert "flow" in result.output
