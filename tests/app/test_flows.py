"""Folders and files of flows, as commands are given them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.app.flows import files, load_files
from ivr.core.base.errors import FlowError

FLOW = "flow:\n  start:\n    - say: Hello.\n    - hangup\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three flows and what stands beside flows."""
    for name in ("main", "billing", "abroad"):
        (tmp_path / f"{name}.yaml").write_text(FLOW)
    (tmp_path / "queues.yaml").write_text("queues: {billing: {}}\n")
    (tmp_path / "main.scenarios.yaml").write_text("- scenario: x\n")
    (tmp_path / ".main.yaml.swp").write_text("x")
    (tmp_path / "main.yaml~").write_text("x")
    return tmp_path


def test_what_stands_beside_flows_is_none(folder: Path) -> None:
    assert [path.stem for path in files(folder)] == ["abroad", "billing", "main"]
    assert sorted(load_files([folder]).flows) == ["abroad", "billing", "main"]


def test_one_broken_flow_is_told_with_its_place(folder: Path) -> None:
    (folder / "billing.yaml").write_text(FLOW.replace("hangup", "go: nowhere"))
    loaded = load_files([folder])
    assert loaded.broken
    assert any(f"{folder}/billing.yaml:4:" in shown and "nowhere" in shown for shown in loaded.shown)
    assert sorted(loaded.flows) == ["abroad", "main"]


def test_of_a_file_that_is_named_alone_only_its_own_findings_are_told(folder: Path) -> None:
    (folder / "billing.yaml").write_text(FLOW.replace("hangup", "go: nowhere"))
    (folder / "numbers.yaml").write_text('"100": nobody\n')
    (folder / "queues.yaml").write_text("queues: {billing: {most: 0}}\n")
    assert not load_files([folder / "main.yaml"]).problems
    assert {problem.code for problem in load_files([folder / "billing.yaml"]).problems} == {"F104"}
    assert {problem.code for problem in load_files([folder / "numbers.yaml"]).problems} == {"F206"}
    assert {problem.code for problem in load_files([folder / "queues.yaml"]).problems} == {"F264"}
    assert len(load_files([folder, folder / "main.yaml"]).problems) == 3


def test_a_flow_named_alone_can_enter_the_others_of_its_folder(folder: Path) -> None:
    (folder / "main.yaml").write_text(FLOW)
    loaded = load_files([folder / "main.yaml"])
    assert set(loaded.flows) == {"main"}
    assert set(loaded.flows["main"].surroundings.flows) == {"main", "billing", "abroad"}


def test_a_file_that_is_no_page_is_refused(folder: Path) -> None:
    with pytest.raises(FlowError, match=r"ending \.yaml"):
        load_files([folder / "main.yaml~"])
