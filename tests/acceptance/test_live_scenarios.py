"""`ivr test --live`: scenarios as real calls, several at a time, judged by what the phones received."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.app.lab.lab import Lab
from ivr.app.live import run
from ivr.app.scenarios import Suite, Wanted, results, suite
from ivr.core.flow.scenario.play import Played, World

pytestmark = pytest.mark.live

FLOW = """\
languages: [en, zh]
anywhere:
  operator: {press: "0", go: desk}
defaults: {attempts: 1, first_input: 3s, give_up: desk}
flow:
  welcome:
    - say: {en: Welcome to Elm Street Clinic., zh: 欢迎致电榆树街诊所。}
    - menu:
        en: For a prescription, press 1. To leave a message, press 2.
        zh: 配药请按一，留言请按二。
      options:
        - {press: 1, tag: prescription, go: prescription}
        - {press: 2, go: message}
  prescription:
    - collect: {en: Please key in your patient number., zh: 请输入病人号码。}
      as: patient
      length: 4
    - fetch: https://records.example.com/patients/{patient}
      as: found
      failed: desk
    - say: {en: "You owe {found.balance:money}. Thank you for calling.", zh: "您欠{found.balance:money}，谢谢来电。"}
    - go: goodbye
  message:
    - record: {en: Please leave a message after the tone., zh: 请在提示音后留言。}
      for: clinic
      silence: 2s
    - go: goodbye
  desk:
    - dial: "1001"
      answered: goodbye
      failed: message
  goodbye:
    - say: {en: Goodbye and thank you., zh: 再见，谢谢。}
    - hangup
"""
SCENARIOS = """\
- scenario: a patient asks what is owed
  languages: [en, zh]
  at: 2026-03-01 09:30
  given: {fetch: {patients/0042: {balance: 12.50}}}
  call:
    - hears: {en: for a prescription press 1, zh: 配药请按一}
    - presses: 1
    - hears: {en: patient number, zh: 病人号码}
    - presses: 0042
    - hears: {en: You owe, zh: 您欠}
    - expect: {section: prescription, tags: [prescription], variables: {patient: "0042"}}
    - expect: {ended: completed}

- scenario: the desk is busy
  call:
    - hears: Welcome
    - presses: 0
    - dialled: busy
    - hears: leave a message
    - leaves: Please call me back today.
    - expect: {recorded: clinic, dialled: "1001", ended: completed}

- scenario: silence leads to the desk
  call:
    - hears: press 2
    - says_nothing
    - dialled: answered
    - hears: Goodbye
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """The flow and its scenarios."""
    folder = tmp_path_factory.mktemp("flows")
    (folder / "clinic.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "clinic.scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    found = suite(folder, Wanted())
    assert isinstance(found, Suite), found.shown
    return found


def played(clinic: Suite) -> list[Played]:
    """All scenarios on virtual time; all pass."""
    found = [result.played for result in results(clinic)]
    assert all(one.passed for one in found), [one.difference for one in found]
    return found


async def test_scenarios_are_lived_side_by_side_and_a_changed_flow_is_found_out(
    lab: Lab, clinic: Suite, tmp_path: Path
) -> None:
    (tmp_path / "clinic.yaml").write_text(FLOW.replace("You owe", "There is a debt of"), encoding="utf-8")
    changed = suite(tmp_path, Wanted())
    assert isinstance(changed, Suite)
    told: list[run.LiveResult] = []
    found = await run.run(lab, clinic.world, played(clinic), jobs=4, told=told.append)
    assert [(one.played.name, one.difference) for one in found if not one.passed] == []
    assert len(told) == len(found) == 4
    assert any(thing.text == 'hears "You owe $12.50. Thank you for calling."' for thing in found[0].lived)
    other = World(changed.world.flows, clinic.world.zone)
    [differs] = await run.run(lab, other, played(clinic)[:1], jobs=1, told=told.append)
    assert differs.difference is not None
    assert differs.difference.wanted == "hears: You owe"
    assert differs.difference.came.endswith('the service says it played "Goodbye and thank you."')
