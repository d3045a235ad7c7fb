"""`ivr init`: what it writes, what it leaves alone, and that what it wrote can be used."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.app import config_reference
from ivr.app.cli.init import init
from ivr.app.config import load
from ivr.app.doctor import asterisk_files
from ivr.app.flows import load_files
from ivr.core.base.dialling import DialList
from ivr.core.flow.scenario.judge import judge

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site that was just made."""
    monkeypatch.delenv("IVR_AMI_SECRET", raising=False)
    done = CliRunner().invoke(init, [str(tmp_path / "site")])
    assert done.exit_code == 0, done.output
    return tmp_path / "site"


def mode(path: Path) -> int:
    """The rights of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_settings_can_be_served_at_once(site: Path) -> None:
    settings = load(site / "ivr.yaml", serving=True)
    assert settings.flow == "main"
    assert (settings.flows / "main.yaml").is_file()
    assert settings.prompts.cache.is_dir()
    assert settings.recordings.is_dir()


def test_secrets_are_fresh_and_private(site: Path, tmp_path: Path) -> None:
    secret = (site / "ami.secret").read_text().strip()
    assert len(secret) >= 32
    assert mode(site / "ami.secret") == mode(site / "asterisk/manager-ivr.conf") == 0o600
    CliRunner().invoke(init, [str(tmp_path / "other")])
    assert (tmp_path / "other" / "ami.secret").read_text().strip() != secret
    shared = [path for path in site.rglob("*") if path.is_file() and secret in path.read_text()]
    assert sorted(path.name for path in shared) == ["ami.secret", "manager-ivr.conf"]


def test_the_managers_user_has_the_same_secret(site: Path) -> None:
    entry = asterisk_files.read(site / "asterisk/manager-ivr.conf").last("ivr", "secret")
    assert entry is not None
    assert entry.value == (site / "ami.secret").read_text().strip()


def test_the_dialplan_is_the_one_of_the_tree(site: Path) -> None:
    assert (site / "asterisk/extensions-ivr.conf").read_text() == (ROOT / "dialplans/ivr.conf").read_text()


def test_nothing_is_overwritten(site: Path) -> None:
    (site / "ivr.yaml").write_text("zone: Asia/Shanghai\n")
    (site / "asterisk/manager-ivr.conf").unlink()
    before = (site / "ami.secret").read_text()
    done = CliRunner().invoke(init, [str(site)])
    assert done.exit_code == 0
    assert (site / "ivr.yaml").read_text() == "zone: Asia/Shanghai\n"
    assert (site / "ami.secret").read_text() == before
    assert before.strip() in (site / "asterisk/manager-ivr.conf").read_text()
    assert re.search(r"kept +\S*ivr\.yaml", done.output)
    assert re.search(r"wrote +\S*manager-ivr\.conf", done.output)


def test_a_link_laid_in_its_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "ivr.yaml").symlink_to(tmp_path / "precious")
    CliRunner().invoke(init, [str(tmp_path / "site")])
    assert not (tmp_path / "precious").exists()


def test_the_sample_flow_has_no_mistakes_and_dials_only_what_is_allowed(site: Path) -> None:
    settings = load(site / "ivr.yaml")
    loaded = load_files([settings.flows / "main.yaml"])
    assert loaded.shown == ()
    assert loaded.flows["main"].languages == ("en", "zh")
    dialled = re.findall(r'dial: "(\d+)"', (settings.flows / "main.yaml").read_text())
    assert [DialList(settings.dial).address(number) for number in dialled] == ["PJSIP/1001"]


def test_the_sample_scenarios_pass(site: Path) -> None:
    [bundle] = load_files([load(site / "ivr.yaml").flows]).bundles
    judged = judge(bundle)
    assert judged.passed, judged.words
    assert judged.played == 4


def test_every_setting_is_in_the_file_with_its_default(site: Path) -> None:
    text = (site / "ivr.yaml").read_text()
    for line in config_reference.lines():
        name = line.key.rpartition(".")[2]
        assert re.search(rf"^#? *(- )?{{?{name}:", text, re.MULTILINE), line.key


def test_taking_out_the_comments_changes_nothing(site: Path) -> None:
    before = load(site / "ivr.yaml")
    text = (site / "ivr.yaml").read_text()
    shown = re.sub(r"^#( *(?:- \{|[a-z_]+:))", r"\1", text.split("\n", 3)[3], flags=re.MULTILINE)
    kept = [line for line in shown.splitlines() if not re.match(r"#|  (prompts|recordings): /srv", line)]
    kept = [line for line in kept if "@trunk" not in line]
    (site / "ivr.yaml").write_text("\n".join(kept))
    assert load(site / "ivr.yaml") == before


def test_the_unit_names_this_site_and_gives_no_rights_away(site: Path) -> None:
    unit = (site / "ivr.service").read_text()
    assert not re.findall(r"@[A-Z_]+@", unit)
    assert f"ReadWritePaths={site}/data {site}/recordings" in unit
    assert re.search(rf"^ExecStart=/\S+.* serve --config {site}/ivr.yaml$", unit, re.MULTILINE)
    for line in ("NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "User=ivr"):
        assert line in unit.splitlines()


@pytest.mark.skipif(not os.path.exists("/usr/bin/systemd-analyze"), reason="systemd is not here")
def test_systemd_reads_the_unit(site: Path) -> None:
    done = subprocess.run(
        ["/usr/bin/systemd-analyze", "verify", "--man=no", str(site / "ivr.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ivr.service:" not in done.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(init, [str(tmp_path / "file" / "site")])
    assert done.exit_code != 0
    assert "cannot be written" in str(done.exception)


def test_a_path_that_asterisk_could_not_read_is_refused(tmp_path: Path) -> None:
    assert CliRunner().invoke(init, [str(tmp_path / "my site")]).exit_code == 2
