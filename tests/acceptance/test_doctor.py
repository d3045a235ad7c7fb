"""Doctor on a real Asterisk: a healthy one has no errors, and what was broken in it is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.doctor import doctor
from ivr.app.lab.lab import Lab

pytestmark = pytest.mark.live


def examined(settings: Path) -> Result:
    """Doctor's answer as JSON."""
    return CliRunner().invoke(doctor, ["--config", str(settings), "--json"])


def findings(result: Result, *levels: str) -> list[tuple[str, str]]:
    """Check and sentence of every finding of some levels."""
    found = json.loads(result.stdout)["findings"]
    return [(finding["check"], finding["what"]) for finding in found if finding["level"] in levels]


def test_the_labs_asterisk_is_well(lab: Lab) -> None:
    result = examined(lab.plan.settings)
    assert result.exit_code == 0, result.stdout
    amiss = {check for check, _ in findings(result, "error", "warning")}
    assert amiss <= {"fetch", "databases"}  # what the sample flows ask is nowhere
    good = dict(findings(result, "good"))
    assert "Asterisk 22." in good["version"]
    assert "nothing dangerous" in good["rights"]
    assert {"ami", "manager", "dialplan", "clock", "flows", "voices", "ports", "disk"} <= good.keys()


def test_a_wrong_secret_is_told_with_its_line(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "ami.secret").write_text("not-the-secret")
    (tmp_path / "ami.secret").chmod(0o600)
    text = lab.plan.settings.read_text().replace("secret_file: ami.secret", f"secret_file: {tmp_path}/ami.secret")
    (tmp_path / "ivr.yaml").write_text(text)
    result = examined(tmp_path / "ivr.yaml")
    assert result.exit_code == 3
    found = json.loads(result.stdout)["findings"]
    assert any("refuses the AMI user" in finding["what"] for finding in found)
    (place,) = (finding["where"] for finding in found if "secret of [ivr]" in finding["what"])
    file, _, line = place.rpartition(":")
    assert Path(file).read_text().splitlines()[int(line) - 1].startswith("secret = ")


def test_another_agi_port_is_told_with_its_line(lab: Lab, tmp_path: Path) -> None:
    port = lab.plan.ports.agi
    text = lab.plan.settings.read_text().replace(f"port: {port}}}", "port: 4999}")
    text = text.replace("secret_file: ami.secret", f"secret_file: {lab.plan.folder}/ami.secret")
    (tmp_path / "ivr.yaml").write_text(text)
    result = examined(tmp_path / "ivr.yaml")
    assert result.exit_code == 1
    assert any(check == "dialplan" and "4999" in what for check, what in findings(result, "error"))
