"""What settings say of the outside: hosts, databases and secrets, for the checks, the service and the doctor."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.app import config, sources
from ivr.app.cli.main import cli
from ivr.app.config import Settings, SettingsError
from ivr.app.outside import outside, secret_values
from ivr.core.base.errors import ConfigError
from ivr.core.base.origins import address, origin
from ivr.core.document.problems import Severity

ENVIRONMENT = {"IVR_AMI_SECRET": "ami", "CRM_TOKEN": " t0ken \n", "BROKEN": "a\nb"}
PAGE = """
fetch:
  hosts: [CRM.example.com, "crm.lan:8443", "https://crm.example.com:443", "http://10.0.0.5:8080"]
  ca_file: ca.pem
  most_kb: 64
secrets:
  crm_token: {env: CRM_TOKEN}
databases:
  crm: {file: crm.db}
  shop: {file: /var/shop.db}
"""


def codes(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding."""
    _, problems = config.read(text, Path("/site/ivr.yaml"), ENVIRONMENT)
    return [(problem.code, problem.mark.line, problem.mark.column) for problem in problems]


def settings(text: str, home: Path = Path("/site")) -> Settings:
    """The settings of a text without mistakes."""
    found, problems = config.read(text, home / "ivr.yaml", ENVIRONMENT)
    assert not problems.all
    assert found is not None
    return found


def test_what_is_written_is_known_to_checks_and_service() -> None:
    found = settings(PAGE)
    known = outside(found)
    assert known.hosts == frozenset({"crm.example.com", "crm.lan:8443", "http://10.0.0.5:8080"})
    assert known.databases == frozenset({"crm", "shop"})
    assert known.secrets == frozenset({"crm_token"})
    assert (found.fetch.ca_file, found.fetch.most_kb) == (Path("/site/ca.pem"), 64)
    assert found.databases == {"crm": Path("/site/crm.db"), "shop": Path("/var/shop.db")}
    assert {name: secret.reveal() for name, secret in secret_values(found).items()} == {"crm_token": "t0ken"}
    assert "t0ken" not in repr(found)


def test_without_settings_nothing_outside_is_allowed() -> None:
    known = outside(settings(""))
    assert (known.hosts, known.databases, known.secrets) == (frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch: {hosts: [crm.example.com/path]}", ("C180", 1, 17)),
        ("fetch: {hosts: ['ftp://crm.example.com']}", ("C180", 1, 17)),
        ("fetch: {hosts: ['me@crm.example.com']}", ("C180", 1, 17)),
        ("fetch: {hosts: ['*.example.com']}", ("C180", 1, 17)),
        ("fetch: {hosts: ['crm.example.com:70000']}", ("C180", 1, 17)),
        ("fetch: {most_kb: 0}", ("C115", 1, 18)),
        ("fetch: {proxy: x}", ("C121", 1, 9)),
        ("secrets: {a: hush}", ("C160", 1, 14)),
        ("secrets: {a: {env: X, file: y}}", ("C181", 1, 14)),
        ("secrets: {a: {}}", ("C181", 1, 14)),
        ("secrets: {a: {vault: x}}", ("C121", 1, 15)),
        ("secrets: {A: {env: CRM_TOKEN}}", ("C112", 1, 11)),
        ("secrets: {a: {env: NOT_THERE}}", ("C182", 1, 14)),
        ("secrets: {a: {env: BROKEN}}", ("C182", 1, 14)),
        ("secrets: {a: {file: not_there}}", ("C182", 1, 14)),
        ("databases: {crm: crm.db}", ("C122", 1, 18)),
        ("databases: {crm: {}}", ("C120", 1, 18)),
        ("databases: {crm: {file: a.db, mode: rw}}", ("C121", 1, 31)),
    ],
)
def test_a_mistake_is_found_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    assert codes(text) == [expected]


def test_a_secret_that_is_missing_stops_the_service_and_no_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_AMI_SECRET", "ami")
    (tmp_path / "ivr.yaml").write_text("secrets: {crm_token: {env: NOT_THERE}}\n")
    assert outside(config.load(tmp_path / "ivr.yaml")).secrets == frozenset({"crm_token"})
    with pytest.raises(SettingsError, match="C182"):
        config.load(tmp_path / "ivr.yaml", serving=True)


def test_a_secret_comes_from_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    (tmp_path / "crm.secret").write_text("hush-hush\n")
    (tmp_path / "crm.secret").chmod(0o600)
    page = "secrets: {crm_token: {file: crm.secret}}\n"
    assert secret_values(settings(page, tmp_path))["crm_token"].reveal() == "hush-hush"
    (tmp_path / "crm.secret").chmod(0o640)
    found, problems = config.read(page, tmp_path / "ivr.yaml", ENVIRONMENT)
    assert found is None
    [problem] = problems
    assert (problem.code, problem.severity) == ("C161", Severity.ERROR)
    assert "hush" not in str(problem)


@pytest.mark.parametrize(
    ("written", "expected", "where"),
    [
        ("crm.example.com", "crm.example.com", ("crm.example.com", 443)),
        ("https://CRM.example.com:443", "crm.example.com", ("crm.example.com", 443)),
        ("crm.lan:8443", "crm.lan:8443", ("crm.lan", 8443)),
        ("http://crm.lan:80", "http://crm.lan", ("crm.lan", 80)),
        ("[::1]:8080", "[::1]:8080", ("::1", 8080)),
        ("crm.example.com.", None, None),
        ("crm..example.com", None, None),
        ("crm.example.com:0", None, None),
        ("crm.example.com/", None, None),
        ("müller.example", None, None),
        ("", None, None),
    ],
)
def test_an_origin_has_one_spelling(written: str, expected: str | None, where: tuple[str, int] | None) -> None:
    found = origin(written)
    assert found == expected
    if found is not None:
        assert origin(found) == found
        assert address(found) == where


async def test_certificates_that_are_none_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "gone.pem"):
        async with AsyncExitStack() as stack:
            with pytest.raises(ConfigError, match=name):
                await sources.opened(settings(f"fetch: {{ca_file: {name}}}", tmp_path), stack)


async def test_the_health_document_counts_questions(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        opened = await sources.opened(settings("", tmp_path), stack)
        zero = {"asked": 0, "failed": 0, "in_flight": 0, "last_failure": ""}
        assert sources.health(opened) == {"fetch": zero, "lookup": zero}


FLOW = """flow:
  a:
    - fetch: https://crm.example.com/a
      failed: b
    - go: b
  b:
    - hangup
"""


def test_flows_are_checked_against_the_settings_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_AMI_SECRET", "ami")
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    run = CliRunner().invoke
    assert run(cli, ["check"]).exit_code == 0
    (tmp_path / "ivr.yaml").write_text("fetch: {hosts: [crm.example.org]}\n")
    refused = run(cli, ["check"])
    assert refused.exit_code == 1
    assert "F141" in refused.output
    (tmp_path / "other.yaml").write_text("fetch: {hosts: [crm.example.com]}\n")
    assert run(cli, ["check", "--config", "other.yaml"]).exit_code == 0
