"""`ivr lab` with the phones alone: calls between them, what is told of the lab, and starting it twice."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ivr.app.lab.directory import party
from ivr.app.lab.lab import Lab
from ivr.app.lab.root import LabError
from tests.acceptance.commands import lines, run

FLOWS = Path(__file__).parents[2] / "flows"

pytestmark = pytest.mark.live


def test_a_call_between_phones_tells_whom_it_reached(lab: Lab) -> None:
    result = run(lab, "call", "1001", "--as", "1002", "--longest", "3")
    assert result.exit_code == 0
    assert "phone heard the tone of agent 1001" in lines(result)


def test_a_busy_phone_is_told_and_is_no_success(lab: Lab) -> None:
    result = run(lab, "call", "1006", "--as", "1002")
    assert result.exit_code == 1
    assert lines(result)[-1] == "phone refused busy"


def test_without_the_service_the_music_is_told(lab: Lab) -> None:
    assert lab.service.pid is None
    result = run(lab, "call", "100", "--longest", "3")
    told = lines(result)
    assert "phone note the service is not running: only what the phone hears is told" in told
    assert "phone heard the waiting music" in told


def test_status_says_who_is_there_and_how_to_call_in(lab: Lab) -> None:
    result = run(lab, "status")
    assert result.exit_code == 0
    assert f"1001  agent       answers, {party('1001').tone} Hz" in result.stdout
    assert f"server 127.0.0.1:{lab.plan.ports.pbx_sip} (UDP), user phone" in result.stdout


def test_up_again_changes_nothing_and_other_settings_are_refused(lab: Lab, tmp_path: Path) -> None:
    before = lab.state().pids
    lab.up(flows=FLOWS, service=False)
    assert lab.state().pids == before
    with pytest.raises(LabError, match="other settings"):
        lab.up(flows=tmp_path, service=False)


def test_what_died_is_started_again_and_the_rest_is_left_alone(lab: Lab) -> None:
    before = lab.state().pids
    lab.bank.kill()
    assert not lab.state().is_up
    lab.up(flows=FLOWS, service=False)
    assert lab.state().is_up
    assert lab.state().pids["pbx"] == before["pbx"]
    call = run(lab, "call", "1001", "--as", "1002", "--longest", "2", "--json")
    assert json.loads(call.stdout.splitlines()[-1])["answered"] is True


def test_passwords_are_for_their_owner_only(lab: Lab) -> None:
    for name in ("secrets.json", "ami.secret", "ivr.yaml"):
        assert (lab.plan.folder / name).stat().st_mode & 0o077 == 0, name
    for file in lab.plan.outside("pbx", "etc").glob("*.conf"):
        assert file.stat().st_mode & 0o077 == 0, file.name


@pytest.mark.parametrize(("right", "code"), [(True, 0), (False, 1)])
def test_a_phone_of_ones_own_calls_with_the_password_that_status_tells(
    lab: Lab, tmp_path: Path, right: bool, code: int
) -> None:
    phone = json.loads(run(lab, "status", "--json").stdout)["phone"]
    scenario = Path(__file__).parent / "softphone.xml"
    command = ["sipp", phone["server"], "-sf", str(scenario), "-i", "127.0.0.1", "-m", "1", "-nostdin"]
    command += ["-au", phone["user"], "-ap", phone["password"] if right else "wrong", "-recv_timeout", "5000"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
