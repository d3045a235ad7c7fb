"""What the README shows is what the product does."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.core.document.problems import render
from ivr.core.flow.load import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def _flow() -> str:
    found = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_flow_that_is_shown_has_no_findings() -> None:
    flow, problems = load(_flow(), "flows/hello.yaml")
    assert flow is not None
    assert problems.all == []


def test_the_finding_that_is_shown_is_what_check_prints() -> None:
    text = _flow().replace("go: hours}", "go: ours}")
    _, problems = load(text, "flows/hello.yaml")
    shown = render(problems.errors[0], text.splitlines())
    indented = "\n".join(line.removeprefix("  ") for line in README.splitlines())
    assert shown in indented


def test_the_call_that_is_shown_says_what_the_sample_flow_says() -> None:
    sample = (ROOT / "flows" / "main.yaml").read_text()
    call = README.split("```")[1]
    fixed = [text for text in re.findall(r'heard     "([^"]*)"', call) if not re.search(r"\d{4}|\d \d", text)]
    assert len(fixed) >= 4
    for text in fixed:
        assert text in sample, text
