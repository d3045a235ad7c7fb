"""Real calls on a real Asterisk through the whole service: what callers hear is asserted on the sound they received.

Every test calls from a number of its own, so that its one call is found in the database.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones
from ivr.app.lab.root import LabError
from ivr.core.audio.level import tone_dbfs
from ivr.core.audio.wav import read_wav
from ivr.core.calls.events import (
    CallHandedBack,
    CallReturned,
    InputTaken,
    LegEnded,
    PromptPlayed,
    RecordingKept,
)
from tests.acceptance.listening import Book, Ears, ears

pytestmark = pytest.mark.live

FLOWS = Path(__file__).parent / "flows"
MENU = "For an account press one, to leave a message press two, for a person press zero."


@pytest.fixture(scope="module")
def service(lab: Lab) -> Iterator[Book]:
    """The service beside the lab's Asterisk, with the flow of these tests."""
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)  # of an earlier session
    settings = lab.plan.settings
    text = settings.read_text()
    flows = next(line for line in text.splitlines() if line.startswith("flows:"))
    settings.write_text(text.replace(flows, f'flows: "{FLOWS}"') + "\ncalls: {stop_grace: 2s}\n")
    lab.start_service()
    yield Book(lab)
    lab.service.stop()
    settings.write_text(text)


@pytest.fixture
async def caller(service: Book) -> AsyncIterator[Ears]:
    """Ears."""
    async with ears(service.lab.plan.prompts) as listening:
        yield listening


def _pbx_again(lab: Lab) -> None:
    """Starts the PBX that was killed; the service's settings stay as they are."""
    settings = lab.plan.settings.read_text()
    lab.pbx.stop()
    lab.up(flows=FLOWS.parents[2] / "flows", service=False)
    lab.plan.settings.write_text(settings)


async def _answered(bank: Phones, number: str, *, to: str = "100", **options: str) -> LabCall:
    call = await bank.call(to, caller=number, **options)
    await call.answered()
    return call


async def test_a_caller_hears_the_flow_and_is_understood(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000001")
    welcome = await caller.hears(call, "Welcome to the test line.")
    menu = await caller.hears(call, MENU)
    assert menu.offset_seconds > welcome.offset_seconds
    await call.press("1")
    await caller.hears(call, "Please key in the six digits of your account.")
    await call.press("123456")
    await caller.hears(call, "Goodbye and thank you.", part=0.5)
    await call.ended()
    kept = await service.call_of("+15550000001")
    assert (kept.reason, kept.section) == ("completed", "goodbye")
    events = await service.events(kept.call_id)
    assert [event.value for event in events if isinstance(event, InputTaken)] == ["1", "123456"]
    said = [event.text for event in events if isinstance(event, PromptPlayed)]
    assert "Your account is 1 2 3 4 5 6." in said


async def test_a_key_stops_the_prompt_at_once(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000002")
    await caller.hears(call, MENU, part=0.2)
    pressed_at = call.elapsed
    await call.press("2")
    await caller.hears(call, "Please leave a message after the tone.")
    await call.hangup()
    menu = await caller.heard(call.sound().received, MENU)
    assert menu is not None
    whole = (await caller.sound(MENU)).seconds
    assert menu.seconds < whole - 0.5
    assert menu.offset_seconds + menu.seconds < pressed_at + 1.2


async def test_whoever_knows_the_way_types_ahead_of_all_prompts(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000003")
    await call.press("1654321")
    await caller.hears(call, "Goodbye and thank you.", part=0.5)
    await call.ended()
    kept = await service.call_of("+15550000003")
    events = await service.events(kept.call_id)
    assert [event.value for event in events if isinstance(event, InputTaken)] == ["1", "654321"]
    assert await caller.heard(call.sound().received, MENU) is None


async def test_a_caller_who_presses_nothing_is_asked_again_and_let_go(
    service: Book, bank: Phones, caller: Ears
) -> None:
    call = await _answered(bank, "+15550000004")
    await caller.hears(call, "Nothing was pressed.", within=25)
    await caller.hears(call, "Goodbye and thank you.", within=25, part=0.5)
    await call.ended()
    assert (await service.call_of("+15550000004")).reason == "completed"


async def test_a_message_is_recorded_and_is_what_the_caller_said(
    service: Book, bank: Phones, caller: Ears, tmp_path: Path
) -> None:
    call = await _answered(bank, "+15550000005")
    await call.press("2")
    await caller.hears(call, "Please leave a message after the tone.")
    await asyncio.sleep(1.5)
    speech = service.lab.plan.calls / "speech-test.sln"
    said = await caller.sound("This is what I wanted to say, please call me back.")
    speech.write_bytes(said.samples.astype("<i2").tobytes())
    await call.say(f"{service.lab.plan.inside('calls')}/speech-test")
    await asyncio.sleep(said.seconds + 0.5)
    await call.press("#")
    await caller.hears(call, "Thank you, your message is kept.")
    await call.ended()
    kept = await service.call_of("+15550000005")
    [recording] = [event for event in await service.events(kept.call_id) if isinstance(event, RecordingKept)]
    assert recording.mailbox == "tests"
    clip = read_wav((service.lab.plan.recordings / recording.path).read_bytes())
    assert abs(clip.seconds - recording.seconds) < 0.1
    found = await caller.heard(clip, "This is what I wanted to say, please call me back.")
    assert found is not None
    assert found.seconds > 0.8 * said.seconds


async def test_a_message_survives_hanging_up(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000006")
    await call.press("2")
    await caller.hears(call, "Please leave a message after the tone.")
    await asyncio.sleep(3)
    await call.hangup()
    kept = await service.call_of("+15550000006")
    assert kept.reason == "caller_left"
    [recording] = [event for event in await service.events(kept.call_id) if isinstance(event, RecordingKept)]
    assert (service.lab.plan.recordings / recording.path).stat().st_size > 8000


async def test_a_caller_reaches_a_person_and_both_hear_each_other(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000007")
    await caller.hears(call, "Welcome to the test line.", part=0.3)
    await call.press("0")
    await call.heard_tone(520)
    await asyncio.sleep(1)
    assert tone_dbfs(call.sound().received.part(call.elapsed - 0.6, call.elapsed - 0.2), 520) > -35
    await call.hangup()
    kept = await service.call_of("+15550000007")
    assert kept.reason == "caller_left"
    [leg] = [event for event in await service.events(kept.call_id) if isinstance(event, LegEnded)]
    assert leg.status == "answered"
    assert leg.talked >= 1


@pytest.mark.parametrize("after", [0.3, 2.0, 5.0])
async def test_hanging_up_anywhere_is_recorded_once(service: Book, bank: Phones, after: float) -> None:
    number = f"+1555000001{round(after)}"
    call = await _answered(bank, number)
    await asyncio.sleep(after)
    await call.hangup()
    assert (await service.call_of(number)).reason == "caller_left"


async def test_what_is_keyed_in_secretly_is_written_nowhere(service: Book, bank: Phones, caller: Ears) -> None:
    call = await _answered(bank, "+15550000008")
    await call.press("3")
    await caller.hears(call, "Please key in your secret number.")
    await call.press("8352")
    await caller.hears(call, "Goodbye and thank you.", part=0.5)
    await call.ended()
    kept = await service.call_of("+15550000008")
    text = repr(await service.events(kept.call_id))
    assert "●●●" in text
    assert "8352" not in text
    assert b"8352" not in service.everything_written().replace(kept.call_id.encode(), b"")


async def test_a_strange_caller_name_is_kept_as_text_and_nothing_more(service: Book, bank: Phones) -> None:
    name = "Bobby, ${SHELL(id)} <x>;--' 王"
    call = await _answered(bank, "+15550000009", name=name)
    await call.hangup()
    kept = await service.call_of("+15550000009")
    assert "${SHELL(id)}" in kept.caller_name
    assert "uid=" not in kept.caller_name


async def test_a_killed_service_loses_no_caller_who_ends_where_the_flow_says(
    service: Book, bank: Phones, caller: Ears
) -> None:
    lab = service.lab
    call = await _answered(bank, "+15550000020")
    await caller.hears(call, MENU, part=0.3)
    await asyncio.sleep(0.5)  # the beginning of the call is on disk
    assert lab.service.pid is not None
    os.kill(lab.service.pid, signal.SIGKILL)
    await asyncio.sleep(3)
    assert not call.over
    await asyncio.to_thread(lab.start_service)
    await caller.hears(call, "Here you are again.", within=20)
    await call.press("1")
    await caller.hears(call, "Please key in the six digits of your account.")
    await call.press("111111")
    await caller.hears(call, "Goodbye and thank you.", part=0.5)
    await call.ended()
    kept = await service.call_of("+15550000020")
    assert kept.reason == "completed"
    events = await service.events(kept.call_id)
    assert [event.section for event in events if isinstance(event, CallReturned)] == ["back"]


async def test_a_caller_who_leaves_while_the_service_is_dead_is_recorded_once(
    service: Book, bank: Phones, caller: Ears
) -> None:
    lab = service.lab
    call = await _answered(bank, "+15550000021")
    await caller.hears(call, MENU, part=0.2)
    await asyncio.sleep(0.5)
    assert lab.service.pid is not None
    os.kill(lab.service.pid, signal.SIGKILL)
    await asyncio.sleep(1)
    await call.hangup()
    await asyncio.to_thread(lab.start_service)
    kept = await service.call_of("+15550000021")
    assert kept.reason == "lost"


async def test_a_stopping_service_hands_calls_back_and_the_next_one_takes_them(
    service: Book, bank: Phones, caller: Ears
) -> None:
    lab = service.lab
    call = await _answered(bank, "+15550000022")
    await caller.hears(call, MENU, part=0.2)
    await asyncio.to_thread(lab.service.stop)
    assert not call.over
    await asyncio.to_thread(lab.start_service)
    await caller.hears(call, "Here you are again.", within=20)
    await call.hangup()
    kept = await service.call_of("+15550000022")
    events = await service.events(kept.call_id)
    assert len([event for event in events if isinstance(event, CallHandedBack)]) == 1
    assert len([event for event in events if isinstance(event, CallReturned)]) == 1


async def test_a_talk_goes_on_when_the_service_is_killed(service: Book, bank: Phones, caller: Ears) -> None:
    lab = service.lab
    call = await _answered(bank, "+15550000023")
    await call.press("0")
    await call.heard_tone(520)
    assert lab.service.pid is not None
    os.kill(lab.service.pid, signal.SIGKILL)
    await asyncio.sleep(3)
    assert tone_dbfs(call.sound().received.part(call.elapsed - 0.8, call.elapsed - 0.3), 520) > -35
    await call.hangup()
    await asyncio.to_thread(lab.start_service)
    assert (await service.call_of("+15550000023")).reason == "lost"


async def test_a_call_ends_when_its_flow_says_that_it_was_long_enough(
    service: Book, bank: Phones, caller: Ears
) -> None:
    call = await _answered(bank, "+15550000024", to="200")
    await caller.hears(call, "This call will not last.")
    await call.ended()
    kept = await service.call_of("+15550000024")
    assert (kept.flow, kept.reason) == ("short", "too_long")


async def test_calls_of_an_asterisk_that_dies_are_ended_and_the_next_one_is_served(
    service: Book, bank: Phones, caller: Ears
) -> None:
    lab = service.lab
    call = await _answered(bank, "+15550000025")
    await caller.hears(call, MENU, part=0.2)
    assert lab.pbx.pid is not None
    os.kill(lab.pbx.pid, signal.SIGKILL)
    assert (await service.call_of("+15550000025")).reason == "lost"
    with suppress(LabError):
        await call.hangup()
    await asyncio.to_thread(_pbx_again, lab)
    again = await _answered(bank, "+15550000026")
    await caller.hears(again, "Welcome to the test line.", within=20)
    await again.hangup()
    assert (await service.call_of("+15550000026")).reason == "caller_left"
