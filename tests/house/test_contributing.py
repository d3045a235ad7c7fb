"""The worked examples of docs/contributing.md, done in a copy of the tree and run there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.pages import ROOT, blocks, patched

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "contributing.md"
BLOCKS = [block for block in blocks(PAGE) if block.file]
UNSEEN = shutil.ignore_patterns("__pycache__", ".*")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which everything was done that the page says."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("ivr", "tests", "flows", "docs", "bench"):
        shutil.copytree(ROOT / name, copy / name, ignore=UNSEEN)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for block in BLOCKS:
        file = copy / block.file
        if block.kind == "diff":
            file.write_text(patched(file.read_text(), block.body))
        else:
            assert not file.exists(), f"{block} is to be a new file"
            file.write_text(block.body)
    return copy


def run(tree: Path, *words: str) -> str:
    """What a module says that is run in the copy, which its imports come from as well."""
    found = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def test_all_three_examples_are_there() -> None:
    assert {block.file for block in BLOCKS if block.kind == "python" and block.file.startswith("ivr")} == {
        "ivr/core/flow/actions/consent.py",
        "ivr/adapters/speech/espeak.py",
        "ivr/app/cli/which.py",
    }


def test_the_examples_pass_their_tests_and_those_of_their_like(tree: Path) -> None:
    said = run(
        tree,
        *("pytest", "-p", "no:cacheprovider", "-k", "consent or espeak or which or month", "-vv"),
        *("tests/core/flow/test_consent.py", "tests/core/flow/test_month.py", "tests/core/flow/test_pages.py"),
        "tests/app/test_which.py",
        *("tests/contract/test_speech_engines.py", "tests/house/test_docs.py", "tests/house/test_sizes.py"),
    )
    for proof in (
        "test_who_agrees_goes_on PASSED",
        "test_a_kind_is_explained_with_options_outcomes_and_an_example_of_its_own[consent] PASSED",
        "test_what_is_no_month_is_asked_again[13] PASSED",
        "test_a_text_becomes_clean_telephone_sound[espeak] PASSED",
        "test_many_ask_at_once_and_each_hears_its_own[espeak] PASSED",
        "test_a_command_has_help_and_an_example[which] PASSED",
    ):
        assert proof in said, said


def test_the_new_kind_and_the_new_command_are_known_everywhere(tree: Path) -> None:
    reference = run(tree, "ivr.app.flow_reference")
    assert "### consent" in reference
    assert "| `month` | a month, 1 to 12 | 1..2 |" in reference
    assert "which" in run(tree, "ivr", "--help")
    assert "Example: ivr which 100" in run(tree, "ivr", "which", "--help")


def test_the_examples_keep_the_house_rules(tree: Path) -> None:
    python = [block.file for block in BLOCKS if block.kind == "python"]
    run(tree, "ruff", "check", "--no-cache", *python)
    run(tree, "ruff", "format", "--no-cache", "--check", *python)
    run(tree, "mypy", "--no-incremental", "--cache-dir=/dev/null", "--follow-imports=silent", *python)
