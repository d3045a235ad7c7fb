"""Each fault of Asterisk's configuration is found with the line to change, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ivr.app.config import Settings
from ivr.app.doctor import check_files, gather_machine
from ivr.app.doctor.report import Finding, Level

MANAGER, USER = "manager.conf", "manager-ivr.conf"
EXTENSIONS, DIALPLAN = "extensions.conf", "extensions-ivr.conf"


def judged(site: Settings) -> list[Finding]:
    """What is wrong with the files."""
    return [found for found in check_files.check(gather_machine.files(site), site) if found.level is not Level.GOOD]


def change(site: Settings, name: str, old: str, new: str) -> None:
    """Changes a file of Asterisk's."""
    path = site.asterisk.config / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_site_that_followed_the_steps_has_no_findings(site: Settings) -> None:
    assert judged(site) == []


@pytest.mark.parametrize(
    ("changed", "level", "line", "what"),
    [
        ((MANAGER, "enabled = yes", "enabled = no"), Level.ERROR, "manager.conf:2", "is off"),
        ((MANAGER, "bindaddr = 127.0.0.1", ""), Level.WARNING, "manager.conf", "every network"),
        ((MANAGER, "bindaddr = 127.0.0.1", "bindaddr = 10.1.1.1"), Level.ERROR, "manager.conf:3", "10.1.1.1"),
        ((MANAGER, "[general]", "[general]\nport = 5039"), Level.ERROR, "manager.conf:2", "5039"),
        ((MANAGER, '#include "manager-ivr.conf"', ""), Level.ERROR, "manager.conf", "no user [ivr]"),
        ((USER, "secret = ", "secret = x"), Level.ERROR, "manager-ivr.conf:", "secret of [ivr]"),
        ((USER, "permit = ", ";permit = "), Level.WARNING, "manager-ivr.conf:", "from anywhere"),
        ((USER, "call,dtmf", "call"), Level.ERROR, "manager-ivr.conf:", "no read right to dtmf"),
        ((USER, "write = ", "write = command,config,"), Level.WARNING, "manager-ivr.conf:", "command, config"),
        ((USER, "write = ", "write = log ;"), Level.ERROR, "manager-ivr.conf:", "write right to originate, reporting"),
        ((USER, "name(DTMFEnd)", "name(DTMFBegin)"), Level.ERROR, "manager-ivr.conf:", "keep away DTMFEnd"),
        ((USER, "eventfilter", ";eventfilter"), Level.WARNING, "manager-ivr.conf:", "every event"),
        ((EXTENSIONS, '#include "extensions-ivr.conf"', ""), Level.ERROR, "extensions.conf", "nothing hands a call"),
        ((EXTENSIONS, "Goto(ivr", "Goto(elsewhere"), Level.WARNING, "extensions-ivr.conf:", "leads to [ivr]"),
        ((DIALPLAN, "[ivr-agent]", "[ivr-agents]"), Level.ERROR, "extensions.conf", "no context [ivr-agent]"),
        ((DIALPLAN, "127.0.0.1:4573", "127.0.0.1:4000"), Level.ERROR, "extensions-ivr.conf:", "4000"),
        ((EXTENSIONS, "extensions-ivr", "extension-ivr"), Level.WARNING, "extensions.conf:3", "cannot be read"),
    ],
)
def test_a_fault_is_found_with_its_line(
    site: Settings, changed: tuple[str, str, str], level: Level, line: str, what: str
) -> None:
    change(site, *changed)
    found = [finding for finding in judged(site) if what in finding.what]
    assert [finding.level for finding in found] == [level]
    assert line in found[0].where


def test_no_secret_is_shown(site: Settings) -> None:
    secret = site.ami.secret.reveal()
    change(site, USER, "secret = ", "secret = other-")
    assert all(secret not in json.dumps(finding.as_json()) for finding in judged(site))


def test_an_endpoint_may_lead_to_the_flows(site: Settings) -> None:
    change(site, EXTENSIONS, "exten => 100,1,Goto(ivr,${EXTEN},1)", "")
    (site.asterisk.config / "pjsip.conf").write_text("[trunk]\ntype=endpoint\ncontext=ivr\n")
    assert judged(site) == []


def test_an_asterisk_elsewhere_is_unknown_not_wrong(site: Settings) -> None:
    away = replace(site, ami=replace(site.ami, host="pbx.example.com"))
    assert [finding.level for finding in judged(away)] == [Level.UNKNOWN]
