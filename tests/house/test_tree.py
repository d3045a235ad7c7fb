"""What must not be in the tree: hosts of registries, paths of one machine, vendored files, empty folders."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Written so that this file does not hold what it looks for.
HOSTS = re.compile(r"p[y]pi\.org|python[h]osted|registry\.npm[j]s|(deb|security)\.de[b]ian\.org|/(r[o]ot|w[o]rk)/")


def _tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines() if (ROOT / name).is_file()]


def test_no_registry_host_and_no_path_of_a_machine_is_committed() -> None:
    for path in _tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found = HOSTS.search(text)
        assert not found, f"{path.relative_to(ROOT)} holds {found.group()!r}"


def test_binary_files_are_few_and_small() -> None:
    for path in _tracked():
        assert path.stat().st_size < 500_000, f"{path.relative_to(ROOT)} is large"


def test_the_top_level_is_the_agreed_one() -> None:
    agreed = {
        "ivr", "dialplans", "flows", "asterisk", "recordings", "tests", "docs", "bench", "ui",
        "pyproject.toml", "README.md", "Makefile", "CHANGELOG.md", ".ci", ".gitignore",
        "requirements.txt", "requirements-dev.txt",
    }  # fmt: skip
    found = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    assert found <= agreed, f"not agreed: {found - agreed}"
