"""Flows are changed under living calls: what each caller hears is asserted on the sound that they received."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.app.cli.main import cli
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones
from tests.acceptance.listening import Book, Ears, ears

pytestmark = pytest.mark.live

FLOW = """\
languages: [en]
flow:
  welcome:
    - menu: You have reached the {words}, please press one.
      options:
        - {{press: 1, go: further}}
      first_input: 60s
      give_up: further
  further:
    - say: Thank you for calling the {words}, and goodbye.
    - hangup
"""
OLD, NEW = "old bakery", "new laundry"


@pytest.fixture(scope="module")
def flows(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of flows that the running service watches."""
    folder = tmp_path_factory.mktemp("flows")
    (folder / "main.yaml").write_text(FLOW.format(words=OLD))
    settings = lab.plan.settings
    text = settings.read_text()
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)  # of an earlier session
    settings.write_text(re.sub(r"(?m)^flows: .*$", f'flows: "{folder}"', text))
    lab.start_service()
    yield folder
    lab.service.stop()
    settings.write_text(text)


@pytest.fixture
async def caller(lab: Lab, flows: Path) -> AsyncIterator[Ears]:
    """Ears."""
    async with ears(lab.plan.prompts) as listening:
        yield listening


async def _status(lab: Lab, *words: str) -> dict[str, Any]:
    words = words or ("status",)
    arguments = ["flows", *words, "--json", "--config", str(lab.plan.settings)]
    result = await asyncio.to_thread(CliRunner().invoke, cli, arguments)
    found: dict[str, Any] = json.loads(result.output)
    return found


async def _until(lab: Lab, state: str, *, not_live: str) -> dict[str, Any]:
    """The status when the folder is in a state, and another bundle than this one is live."""
    async with asyncio.timeout(20):
        while True:
            found = await _status(lab)
            if found["folder"]["state"] == state and found["live"]["bundle"] != not_live:
                return found
            await asyncio.sleep(0.2)


async def _answered(bank: Phones, number: str) -> LabCall:
    call = await bank.call("100", caller=number)
    await call.answered()
    return call


def _menu(words: str) -> str:
    return f"You have reached the {words}, please press one."


async def test_a_call_finishes_on_its_flows_while_others_become_live_are_refused_and_taken_back(
    lab: Lab, flows: Path, bank: Phones, caller: Ears
) -> None:
    page = flows / "main.yaml"
    old = (await _status(lab))["live"]["bundle"]
    first = await _answered(bank, "+15550000101")
    await caller.hears(first, _menu(OLD))

    await asyncio.to_thread(page.write_text, FLOW.format(words=NEW))
    new = (await _until(lab, "same", not_live=old))["live"]["bundle"]
    second = await _answered(bank, "+15550000102")
    await caller.hears(second, _menu(NEW))
    in_use = (await _status(lab))["editions"]
    assert {one["bundle"]: one["calls"] for one in in_use} == {old: 1, new: 1}
    await first.press("1")
    await caller.hears(first, f"Thank you for calling the {OLD}, and goodbye.", part=0.8)
    await first.ended()
    await second.hangup()

    await asyncio.to_thread(page.write_text, FLOW.format(words=NEW).replace("go: further", "go: furhter"))
    broken = await _until(lab, "broken", not_live=old)
    assert broken["live"]["bundle"] == new
    assert any(f"{page}:6:26  F104" in finding for finding in broken["folder"]["findings"]), broken["folder"]
    third = await _answered(bank, "+15550000103")
    await caller.hears(third, _menu(NEW))
    await third.hangup()

    assert (await _status(lab, "rollback"))["bundle"] == old
    fourth = await _answered(bank, "+15550000104")
    await caller.hears(fourth, _menu(OLD))
    await fourth.hangup()
    book = Book(lab)
    kept = [await book.call_of(f"+1555000010{number}") for number in (1, 2, 3, 4)]
    assert [call.bundle for call in kept] == [old, new, new, old]
    assert [call.reason for call in kept] == ["completed", "caller_left", "caller_left", "caller_left"]
