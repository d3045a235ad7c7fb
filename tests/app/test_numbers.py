"""Which flow answers which dialled number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.app import flows
from ivr.app.config import Settings, read
from ivr.core.base.errors import FlowError

FLOW = "flow:\n  start:\n    - say: Hello.\n    - hangup\n"


def _settings(folder: Path, numbers: str) -> Settings:
    for name in ("main", "billing", "abroad"):
        (folder / f"{name}.yaml").write_text(FLOW)
    (folder / "queues.yaml").write_text("billing: {}\n")
    (folder / "main.scenarios.yaml").write_text("- scenario: x\n")
    settings, problems = read(f"numbers: {numbers}\n", folder / "ivr.yaml")
    assert settings is not None, problems.all
    return replace(settings, flows=folder)


@pytest.mark.parametrize(
    ("called", "flow"),
    [
        ("100", "main"),
        ("200", "billing"),
        ("+15551230001", "billing"),
        ("+442071234567", "abroad"),
        ("", "main"),
        ("anything ${EXTEN}", "main"),
    ],
)
def test_a_number_goes_before_a_pattern_and_a_pattern_before_the_default(
    tmp_path: Path, called: str, flow: str
) -> None:
    settings = _settings(tmp_path, '{"200": billing, "+1555123xxxx": billing, "+44*": abroad}')
    loaded = flows.load_files(flows.files(tmp_path))
    assert sorted(loaded.flows) == ["abroad", "billing", "main"]
    assert flows.Numbers(settings, loaded.flows).flow_for(called) is loaded.flows[flow]


def test_a_number_whose_flow_is_missing_is_told_before_a_call_comes(tmp_path: Path) -> None:
    settings = _settings(tmp_path, '{"200": gone}')
    loaded = flows.load_files(flows.files(tmp_path))
    with pytest.raises(FlowError, match="no flow 'gone'") as error:
        flows.Numbers(settings, loaded.flows)
    assert "abroad, billing, main" in error.value.hint


def test_one_broken_flow_is_told_with_its_place(tmp_path: Path) -> None:
    _settings(tmp_path, "{}")
    (tmp_path / "billing.yaml").write_text(FLOW.replace("hangup", "go: nowhere"))
    loaded = flows.load_files(flows.files(tmp_path))
    assert loaded.broken
    assert any("billing.yaml:4:" in shown and "nowhere" in shown for shown in loaded.shown)
