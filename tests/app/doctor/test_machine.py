"""Each fault of this machine is found: rights, folders shared with Asterisk, ports, disk, voices."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.app.config import Settings
from ivr.app.doctor import check_machine, gather_machine
from ivr.app.doctor.facts import Machine, Place, Speech, User
from ivr.app.doctor.report import Finding, Level

SERVICE = User("ivr", 900, frozenset({900, 800}))
ASTERISK = User("asterisk", 800, frozenset({800}))


def folder(name: str, mode: int, uid: int = 900, gid: int = 800, above: int = 0o755) -> Place:
    """A folder in ``/srv/ivr``, which has the mode ``above``."""
    parents = (Place(Path("/srv/ivr"), 0o40000 | above, 900, 900), Place(Path("/"), 0o40755, 0, 0))
    return Place(Path("/srv/ivr") / name, 0o40000 | mode, uid, gid, parents, 50_000)


def machine(**changes: object) -> Machine:
    """A machine set up as `ivr init` says."""
    made = Machine(
        prompts=folder("prompts", 0o2750),
        recordings=folder("recordings", 0o2770),
        data=folder("data", 0o711),
        token=Place(Path("/srv/ivr/data/control.token"), 0o100600, 900, 900),
        secret=Place(Path("/srv/ivr/ami.secret"), 0o100600, 900, 900),
        service=SERVICE,
        asterisk=ASTERISK,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def bad(found: list[Finding]) -> list[tuple[str, Level]]:
    """What is not good."""
    return [(finding.check, finding.level) for finding in found if finding.level is not Level.GOOD]


@pytest.fixture
def shared(site: Settings) -> Settings:
    """Settings by which both see the folders of `machine`."""
    seen = replace(site.asterisk, prompts="/srv/ivr/prompts", recordings="/srv/ivr/recordings")
    return replace(site, asterisk=seen)


def test_a_machine_as_it_should_be(shared: Settings) -> None:
    assert bad(check_machine.check(machine(), shared)) == []


@pytest.mark.parametrize(
    ("changes", "check", "level", "where"),
    [
        ({"token": Place(Path("/t"), 0o100640)}, "token", Level.ERROR, "/t"),
        ({"secret": Place(Path("/s"), 0o100604)}, "secret", Level.ERROR, "/s"),
        ({"prompts": folder("prompts", 0o700)}, "folders", Level.ERROR, "/srv/ivr/prompts"),
        ({"prompts": folder("prompts", 0o2750, above=0o750)}, "folders", Level.ERROR, "/srv/ivr"),
        ({"recordings": folder("recordings", 0o2750)}, "folders", Level.ERROR, "/srv/ivr/recordings"),
        ({"recordings": folder("recordings", 0o755, uid=0, gid=0)}, "folders", Level.ERROR, "/srv/ivr/recordings"),
        ({"data": folder("data", 0o755, uid=0, gid=0)}, "folders", Level.ERROR, "/srv/ivr/data"),
        ({"data": Place(Path("/data"), above=(Place(Path("/"), 0o40755),))}, "folders", Level.ERROR, "/data"),
        ({"asterisk": None}, "folders", Level.UNKNOWN, ""),
        ({"taken": frozenset({4573})}, "ports", Level.ERROR, "(agi:)"),
        ({"data": replace(folder("data", 0o711), free_mb=100)}, "disk", Level.ERROR, "/srv/ivr/data"),
        ({"data": replace(folder("data", 0o711), free_mb=1000)}, "disk", Level.WARNING, "/srv/ivr/data"),
    ],
)
def test_a_fault_of_the_machine(
    shared: Settings, changes: dict[str, object], check: str, level: Level, where: str
) -> None:
    found = [one for one in check_machine.check(machine(**changes), shared) if one.level is not Level.GOOD]
    assert (check, level) in [(one.check, one.level) for one in found]
    assert any(one.where.endswith(where) for one in found if one.check == check)


def test_a_port_that_our_service_has_is_no_fault(shared: Settings) -> None:
    assert bad(check_machine.check(machine(taken=frozenset({4573, 4580}), serving=True), shared)) == []


async def test_a_port_is_seen_as_taken(site: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        here = replace(site, agi=replace(site.agi, port=port), control=replace(site.control, port=port + 1))
        assert port in (await gather_machine.machine(here)).taken
    assert port not in (await gather_machine.machine(here)).taken


def test_voices_for_the_languages_of_the_flows(site: Settings) -> None:
    speech = Speech(frozenset({"en", "zh"}), {"en": "gmw/en-us", "zh": "sit/cmn-latn-pinyin"}, "", 1)
    assert bad(check_machine.check_speech(speech, site)) == []
    assert bad(check_machine.check_speech(replace(speech, voices={"en": "x"}), site)) == [("voices", Level.ERROR)]
    assert bad(check_machine.check_speech(replace(speech, voices=None), site)) == [("voices", Level.ERROR)]
    assert bad(check_machine.check_speech(replace(speech, flows=0), site)) == [("flows", Level.ERROR)]
    recorded = replace(site, prompts=replace(site.prompts, order=("recorded",)))
    assert bad(check_machine.check_speech(replace(speech, voices={}), recorded)) == []
