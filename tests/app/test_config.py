"""Settings: what is read, what is refused and where, and that nothing secret is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.app import config, config_fields, config_outside, config_reference
from ivr.app.config import Settings, SettingsError, find, load
from ivr.core.base.dialling import Route
from ivr.core.document import fields, source
from ivr.core.document.problems import Severity

ROOT = Path(__file__).parents[2]
SECRET = {"IVR_AMI_SECRET": "s3cret"}
READERS = (config, config_fields, config_outside)


def codes(text: str, environment: dict[str, str] | None = None) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding."""
    _, problems = config.read(text, Path("/site/ivr.yaml"), SECRET if environment is None else environment)
    return [(problem.code, problem.mark.line, problem.mark.column) for problem in problems]


def settings(text: str) -> Settings:
    """The settings of a text without mistakes."""
    found, problems = config.read(text, Path("/site/ivr.yaml"), SECRET)
    assert not problems.all
    assert found is not None
    return found


def test_an_empty_file_means_all_defaults() -> None:
    found = settings("")
    assert found.flows == Path("/site/flows")
    assert found.database == Path("/site/data/ivr.db")
    assert (found.agi.host, found.agi.port, found.agi.most_calls) == ("127.0.0.1", 4573, 2000)
    assert found.calls.longest == 7200
    assert found.asterisk.prompts == "/site/data/prompts"
    assert found.asterisk.recordings == "/site/recordings"
    assert found.ami.secret.reveal() == "s3cret"


def test_everything_written_is_read() -> None:
    found = settings(
        """
flows: /elsewhere/flows
zone: Asia/Shanghai
currency: CNY
agi: {port: 5000, most_calls: 10}
asterisk: {recordings: /in/container, sound_format: alaw}
prompts: {cache: sound, order: recorded, voices: {zh: cmn}, deadline: 800ms}
calls: {longest: 30m}
dial:
  - {match: "1xxx", to: "PJSIP/{number}"}
retention: {calls: keep, inputs: 30d, recordings: 0}
log: {level: debug, format: json}
"""
    )
    assert found.flows == Path("/elsewhere/flows")
    assert (found.zone, found.currency) == ("Asia/Shanghai", "CNY")
    assert found.asterisk.prompts == "/site/sound"
    assert found.asterisk.recordings == "/in/container"
    assert found.prompts.order == ("recorded",)
    assert found.prompts.deadline == 0.8
    assert found.calls.longest == 1800
    assert found.dial == (Route("1xxx", "PJSIP/{number}"),)
    assert (found.retention.calls_days, found.retention.inputs_days, found.retention.recordings_days) == (0, 30, 0)


def test_a_path_is_short_for_the_prompt_cache() -> None:
    assert settings("prompts: /var/sound").prompts.cache == Path("/var/sound")


def test_a_heading_without_settings_means_defaults() -> None:
    assert settings("agi:\n#  port: 4573\nlog:\n").agi.port == 4573


def test_defaults_of_one_site_do_not_leak_into_another() -> None:
    settings("").prompts.voices["en"] = "changed"
    assert settings("").prompts.voices["en"] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zone: Mars/Olympus", ("C152", 1, 7)),
        ("currency: euro", ("C153", 1, 11)),
        ("agi: {prot: 1}", ("C121", 1, 7)),
        ("agi:\n  port: 70000", ("C115", 2, 9)),
        ("agi: {host: 1.2.3}", ("C150", 1, 13)),
        ("agi: {host: 'a b'}", ("C150", 1, 13)),
        ("log: loud", ("C122", 1, 6)),
        ("log: {level: loud}", ("C118", 1, 14)),
        ("calls: {longest: 3}", ("C113", 1, 18)),
        ("calls: {longest: 3d}", ("C154", 1, 18)),
        ("retention: {calls: 3 weeks}", ("C155", 1, 20)),
        ("prompts: {voices: {ENGLISH: x}}", ("C156", 1, 20)),
        ('numbers: {"100": main}', ("C121", 1, 1)),
        ("dial: {match: 1}", ("C158", 1, 7)),
        ("dial:\n  - {match: 1xx, to: 'PJSIP/1&PJSIP/2'}", ("C159", 2, 5)),
        ("dial:\n  - {match: 1xx}", ("C120", 2, 5)),
        ("ami: {secret: abc}", ("C160", 1, 15)),
        ("control: {host: 0.0.0.0}", ("C164", 1, 17)),
        ("control: {port: 4573}", ("C165", 1, 17)),
        ("agi: {port: 1, port: 2}", ("C104", 1, 16)),
        ("agi: [", ("C101", 2, 1)),
        ("- a", ("C122", 1, 1)),
    ],
)
def test_a_mistake_is_found_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    assert expected in codes(text)
    assert config.read(text, Path("/site/ivr.yaml"), SECRET)[0] is None


def test_all_mistakes_are_found_at_once() -> None:
    found = codes("zone: x\nagi: {port: x}\nlog: {format: x}\ndial:\n  - {match: é, to: x}\n")
    assert [line for _, line, _ in found] == [1, 2, 3, 5]


def test_listening_beyond_this_machine_is_a_warning() -> None:
    found, problems = config.read("agi: {host: 10.0.0.1}", Path("/site/ivr.yaml"), SECRET)
    assert found is not None
    assert [(problem.code, problem.severity) for problem in problems] == [("C163", Severity.WARNING)]


def test_without_a_secret_flows_can_be_checked_but_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IVR_AMI_SECRET", raising=False)
    (tmp_path / "ivr.yaml").write_text("zone: UTC\n")
    assert load(tmp_path / "ivr.yaml").ami.secret.reveal() == ""
    with pytest.raises(SettingsError, match="C162"):
        load(tmp_path / "ivr.yaml", serving=True)


def test_the_secret_comes_from_its_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IVR_AMI_SECRET", raising=False)
    (tmp_path / "ami.secret").write_text("hush-hush\n")
    (tmp_path / "ami.secret").chmod(0o600)
    (tmp_path / "ivr.yaml").write_text("")
    found = load(tmp_path / "ivr.yaml", serving=True)
    assert found.ami.secret.reveal() == "hush-hush"
    assert "hush-hush" not in repr(found)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IVR_AMI_SECRET", raising=False)
    (tmp_path / "ami.secret").write_text("hush-hush\n")
    (tmp_path / "ami.secret").chmod(0o644)
    (tmp_path / "ivr.yaml").write_text("")
    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "ivr.yaml")
    assert "C161" in str(refused.value)
    assert f"chmod 600 {tmp_path}/ami.secret" in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="C170"):
        load(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"zone: UTC # caf\xe9\n")
    with pytest.raises(SettingsError, match="C171"):
        load(tmp_path / "latin.yaml")


def test_the_environment_says_where_the_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_CONFIG", "/etc/ivr/ivr.yaml")
    assert find() == Path("/etc/ivr/ivr.yaml")
    assert find("/other.yaml") == Path("/other.yaml")
    monkeypatch.delenv("IVR_CONFIG")
    assert find() == Path("ivr.yaml")


def test_the_page_of_settings_is_fresh() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == config_reference.page(), (
        "run: python -m ivr.app.config_reference > docs/settings.md"
    )


def test_every_code_is_told_in_the_docs() -> None:
    written = {module: Path(module.__file__ or "").read_text() for module in (*READERS, fields, source)}
    used = set(re.findall(r'"(C1\d\d)"', "".join(written[module] for module in READERS)))
    shared = {code.replace("F0", "C1") for code in re.findall(r'"(F0\d\d)"', written[source])}
    assert used | shared <= config_reference.CODES.keys()
    assert used >= {code for code in config_reference.CODES if code >= "C150"}
