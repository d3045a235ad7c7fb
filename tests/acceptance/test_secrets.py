"""Twenty real calls with card numbers of their own: no digit of them stays in a file, a log or a recording."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones, phones
from ivr.core.audio.clip import Clip
from ivr.core.audio.wav import read_wav
from ivr.core.calls.events import InputTaken, RecordingKept
from tests.acceptance.listening import Book, Ears, ears
from tests.acceptance.tones import keys_in, tones
from tests.app import secret_calls

pytestmark = pytest.mark.live

FLOWS = Path(__file__).parent / "secrets"
WELCOME = "Welcome to the payment line of our house."
QUESTION = "Please key in your card number, then press hash."
THANKS = "Thank you, your card has been taken today."
SORRY = "I am sorry, that was no card number again."
BEFORE = "2580258"  # tones that a caller sends where they are no secret: the recording has them
CALLS = 20


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made."""

    number: str
    card: str
    kind: str


@pytest.fixture(scope="module")
def service(lab: Lab) -> Iterator[Book]:
    """The service beside the lab's Asterisk, with the flow of these tests, telling all that it can in its log."""
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)
    lab.service.log.unlink(missing_ok=True)
    settings = lab.plan.settings
    text = settings.read_text()
    flows = next(line for line in text.splitlines() if line.startswith("flows:"))
    settings.write_text(text.replace(flows, f'flows: "{FLOWS}"') + "\nlog: {level: debug}\n")
    lab.start_service()
    yield Book(lab)
    lab.service.stop()
    settings.write_text(text)


@pytest.fixture
async def caller(service: Book) -> AsyncIterator[Ears]:
    """Ears."""
    async with ears(service.lab.plan.prompts) as listening:
        yield listening


def test_the_detector_finds_tones_and_only_those() -> None:
    assert keys_in(tones("4071836925470138*#")) == "4071836925470138*#"
    assert keys_in(tones("5555", on=0.06, off=0.06)) == "5555"
    assert keys_in(Clip(tones("1").samples[:0], 8000)) == ""


async def _in_tones(call: LabCall, lab: Lab, keys: str) -> None:
    """Sends keys as sound, as a phone without RFC 4733 does."""
    clip = tones(keys)
    file = lab.plan.calls / f"tones-{call.id}-{len(keys)}.sln"
    await asyncio.to_thread(file.write_bytes, clip.samples.astype("<i2").tobytes())
    await call.say(f"{lab.plan.inside('calls')}/{file.stem}")


async def _good(call: LabCall, card: str, lab: Lab) -> None:
    await asyncio.sleep(3)  # the menu began
    await call.press("1")
    await asyncio.sleep(1.5)
    await call.press(f"{card}#")
    await asyncio.sleep(4)  # the number is being read back
    await call.press("1")


async def _ahead(call: LabCall, card: str, lab: Lab) -> None:
    await asyncio.sleep(0.8)
    await call.press(f"1{card}#1")


async def _wrong(call: LabCall, card: str, lab: Lab) -> None:
    wrong = card[:-1] + str((int(card[-1]) + 5) % 10)
    await asyncio.sleep(3)
    await call.press(f"1{wrong}#")
    await asyncio.sleep(2)
    await call.press(f"{wrong}#")


async def _leaves(call: LabCall, card: str, lab: Lab) -> None:
    await asyncio.sleep(3)
    await call.press("1")
    await asyncio.sleep(1)
    await call.press(card[:11])
    await call.hangup()


async def _with_tones(call: LabCall, card: str, lab: Lab) -> None:
    """A phone that sends tones in its sound beside the keys, before the question and in it."""
    await asyncio.sleep(3)
    await call.press("2")
    await asyncio.sleep(1)
    await _in_tones(call, lab, BEFORE)
    await asyncio.sleep(6)  # the wait is over, the number is asked for
    await _in_tones(call, lab, f"{card}#")
    await asyncio.sleep(4.5)
    await call.press(f"{card}#")
    await asyncio.sleep(4)
    await call.press("1")


KINDS = {"good": _good, "ahead": _ahead, "wrong": _wrong, "leaves": _leaves, "tones": _with_tones}


async def _made(bank: Phones, service: Book, count: int, card: str) -> Made:
    kind = list(KINDS)[count % len(KINDS)]
    made = Made(f"+155577{count:05}", card, kind)
    await asyncio.sleep(count / 2)
    call = await bank.call("100", caller=made.number)
    await call.answered()
    await KINDS[kind](call, card, service.lab)
    await call.ended(60)
    return made


async def test_twenty_callers_leave_no_digit_of_their_cards(service: Book, caller: Ears) -> None:
    cards, lab = secret_calls.cards(CALLS), service.lab
    before = set(lab.plan.prompts.rglob("once-*"))  # of other tests' services that were killed
    async with phones(lab, hands=CALLS) as bank, asyncio.TaskGroup() as group:
        tasks = [group.create_task(_made(bank, service, count, card)) for count, card in enumerate(cards)]
    calls = [task.result() for task in tasks]
    for made in calls:
        await _look_at(made, service, caller)
    lab.service.stop()
    wanted = secret_calls.windows(cards)
    places = [lab.plan.folder, lab.plan.recordings, lab.plan.prompts, lab.plan.outside("pbx")]
    files = {file for place in places for file in place.rglob("*") if file.is_file() and not file.is_symlink()}
    assert {"ivr.db", lab.service.log.name, "messages"} <= {file.name for file in files}
    for file in sorted(files):
        assert secret_calls.found_in(file.read_bytes().decode("latin-1"), wanted) == [], file
    left = set(lab.plan.prompts.rglob("once-*")) - before
    assert not left, "a sound with a number in it was left behind"


async def _look_at(made: Made, service: Book, hears: Ears) -> None:
    """What was kept of one call: masks, and a recording without the keys."""
    kept = await service.call_of(made.number)
    events = await service.events(kept.call_id)
    masked = [event for event in events if isinstance(event, InputTaken) and event.sensitive]
    assert len(masked) == {"wrong": 2, "leaves": 0}.get(made.kind, 1), made
    [recording] = [event for event in events if isinstance(event, RecordingKept)]
    clip = read_wav((service.lab.plan.recordings / recording.path).read_bytes())
    keys = keys_in(clip)
    assert not [keys for at in range(13) if made.card[at : at + 4] in keys], (made, keys)
    if made.kind == "tones":
        assert BEFORE in keys, (made, keys)
    wanted = {"ahead": (THANKS,), "wrong": (WELCOME, SORRY), "leaves": (WELCOME,)}.get(made.kind, (WELCOME, THANKS))
    for words in wanted:
        found = await hears.heard(clip, words)
        assert found is not None, (made, words)
        assert found.seconds > 0.3 * (await hears.sound(words)).seconds, (made, words, found)
    if made.kind != "ahead":
        asked = await hears.heard(clip, QUESTION)
        assert asked is None or asked.seconds < 0.5 * (await hears.sound(QUESTION)).seconds, made
