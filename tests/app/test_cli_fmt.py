"""``ivr fmt``, as it is typed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli import fmt as command
from ivr.app.cli.main import cli
from ivr.core.base.errors import FlowError

CARELESS = "flow:\n a:  # 第一\n - say:  {en: Hi., zh: 你好 \U0001f600}\n - hangup\n"
GOOD = "flow:\n  a:  # 第一\n    - say: {en: Hi., zh: 你好 \U0001f600}\n    - hangup\n"
BROKEN = "flow:\n  a:\n    - say: [Hi\n"


def fmt(*arguments: object, typed: bytes = b"") -> Result:
    """The command with arguments."""
    return CliRunner().invoke(cli, ["fmt", *map(str, arguments)], input=typed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a careless page and a good one."""
    (tmp_path / "main.yaml").write_text(CARELESS, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_pages_of_a_folder_are_formatted_and_those_that_changed_are_named(folder: Path) -> None:
    (folder / "defaults.yaml").write_text("attempts:   3\n")
    result = fmt(folder)
    assert result.exit_code == 0
    assert result.output == f"changed {folder}/defaults.yaml\nchanged {folder}/main.yaml\n"
    assert (folder / "main.yaml").read_text(encoding="utf-8") == GOOD
    assert (folder / "defaults.yaml").read_text() == "attempts: 3\n"
    assert fmt(folder).output == ""
    assert sorted(path.name for path in folder.iterdir()) == ["defaults.yaml", "main.yaml", "other.yaml"]


def test_a_check_names_what_would_change_and_writes_nothing(folder: Path) -> None:
    result = fmt("--check", folder)
    assert (result.exit_code, result.output) == (1, f"would change {folder}/main.yaml\n")
    assert (folder / "main.yaml").read_text(encoding="utf-8") == CARELESS
    assert fmt("--check", folder / "other.yaml").exit_code == 0


def test_a_difference_is_shown_and_nothing_is_written(folder: Path) -> None:
    (folder / "main.yaml").write_text(CARELESS.rstrip("\n"), encoding="utf-8")
    result = fmt("--diff", folder)
    assert result.exit_code == 0
    assert f"--- {folder}/main.yaml\n+++ {folder}/main.yaml\n" in result.output
    assert "- a:  # 第一\n" in result.output
    assert "+    - hangup\n" in result.output
    assert "- - hangup\n\\ No newline at end of file\n" in result.output
    assert (folder / "main.yaml").read_text(encoding="utf-8") == CARELESS.rstrip("\n")
    assert fmt("--diff", "--check", folder).exit_code == 1


def test_a_page_that_is_not_yaml_is_left_with_its_findings_and_the_others_are_formatted(folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    result = fmt(folder)
    assert result.exit_code == 1
    assert "broken.yaml:4:1  F001" in result.output
    assert f"changed {folder}/main.yaml" in result.output
    assert (folder / "broken.yaml").read_text() == BROKEN


def test_a_flow_with_mistakes_of_meaning_is_formatted(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text("flow:\n a:\n - go: nowhere\n")
    assert fmt(tmp_path).exit_code == 0
    assert (tmp_path / "main.yaml").read_text() == "flow:\n  a:\n    - go: nowhere\n"


def test_the_rights_of_a_file_and_a_link_to_it_are_kept(folder: Path) -> None:
    (folder / "main.yaml").rename(folder / "real.txt")
    (folder / "real.txt").chmod(0o640)
    (folder / "main.yaml").symlink_to("real.txt")
    assert fmt(folder / "main.yaml").exit_code == 0
    assert (folder / "main.yaml").is_symlink()
    assert (folder / "real.txt").read_text(encoding="utf-8") == GOOD
    assert stat.S_IMODE((folder / "real.txt").stat().st_mode) == 0o640


def test_a_page_that_cannot_be_written_is_as_it_was_and_nothing_is_left_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(FlowError, match="cannot be written: No space left"):
        command.write(folder / "main.yaml", GOOD)
    assert (folder / "main.yaml").read_text(encoding="utf-8") == CARELESS
    assert sorted(path.name for path in folder.iterdir()) == ["main.yaml", "other.yaml"]


def test_an_editor_gets_a_page_back_on_the_standard_output() -> None:
    result = fmt("-", typed=CARELESS.encode())
    assert (result.exit_code, result.output) == (0, GOOD)


def test_an_editor_gets_a_broken_page_back_as_it_was() -> None:
    result = fmt("-", typed=BROKEN.encode())
    assert (result.exit_code, result.stdout) == (1, BROKEN)
    assert "-:4:1  F001" in result.stderr


def test_a_page_with_the_line_ends_of_windows_gets_those_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert fmt("--check", tmp_path).exit_code == 1
    assert fmt(tmp_path).exit_code == 0
    assert (tmp_path / "main.yaml").read_bytes() == GOOD.encode()


@pytest.mark.parametrize("content", [b"a: \xff\n", b"a" * 2_000_001])
def test_what_is_no_page_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "main.yaml").write_bytes(content)
    result = fmt(tmp_path)
    assert isinstance(result.exception, FlowError)
    assert (tmp_path / "main.yaml").read_bytes() == content


def test_nothing_to_format_is_wrong_usage(tmp_path: Path) -> None:
    assert fmt(tmp_path).exit_code == 2
    assert fmt("-", tmp_path).exit_code == 2
