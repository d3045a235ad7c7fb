"""The command: what it prints and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from ivr.app.cli.doctor import doctor


def test_a_settings_file_with_mistakes_is_findings(tmp_path: Path) -> None:
    (tmp_path / "ivr.yaml").write_text("zone: Nowhere\nagi: {prot: 1}\n")
    done = CliRunner().invoke(doctor, ["--config", str(tmp_path / "ivr.yaml"), "--json"])
    assert done.exit_code == 1
    places = [finding["where"] for finding in json.loads(done.stdout)["findings"]]
    assert f"{tmp_path}/ivr.yaml:1:7" in places
    assert f"{tmp_path}/ivr.yaml:2:7" in places


def test_no_settings_at_all(tmp_path: Path) -> None:
    done = CliRunner().invoke(doctor, ["--config", str(tmp_path / "none.yaml")])
    assert done.exit_code == 3
    assert "ivr init" in done.stdout
